//! `CREATE`: tables with their columns and constraints, indexes, and other objects.

use super::cursor::Cursor;
use super::statement::{Reader, Routine};
use super::tokens::Token;
use crate::migration::operation::{Column, Constraint, ConstraintKind, Index, Name, ObjectKind, Operation, Type};
use crate::python::value::HOLE;

impl Reader<'_> {
    pub(super) fn create(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        let replaces = cursor.eat(&["OR", "REPLACE"]) || cursor.eat(&["OR", "ALTER"]);
        let mut temporary = false;
        let mut unique = false;
        while cursor.is_any(&[
            "GLOBAL",
            "LOCAL",
            "TEMP",
            "TEMPORARY",
            "UNLOGGED",
            "FOREIGN",
            "VIRTUAL",
            "MATERIALIZED",
            "RECURSIVE",
            "UNIQUE",
            "CLUSTERED",
            "NONCLUSTERED",
            "FULLTEXT",
            "SPATIAL",
        ]) {
            temporary |= cursor.is_any(&["TEMP", "TEMPORARY"]);
            unique |= cursor.is("UNIQUE");
            cursor.skip();
        }
        let Some(kind) = cursor.word() else { return self.rest(cursor) };
        let object = match &*kind.to_ascii_uppercase() {
            "TABLE" => return self.create_table(cursor, temporary),
            "INDEX" => return self.create_index(cursor, unique),
            "VIEW" => ObjectKind::View,
            "TYPE" | "DOMAIN" => ObjectKind::Type,
            "SEQUENCE" => ObjectKind::Sequence,
            "SCHEMA" => ObjectKind::Schema,
            "DATABASE" => ObjectKind::Database,
            "TRIGGER" | "FUNCTION" | "PROCEDURE" | "PROC" | "EVENT" | "DEFINER" => return self.create_routine(cursor),
            // Rules and policies hold statements that are not executed here.
            "RULE" | "POLICY" | "CONSTRAINT" => return cursor.skip_statement(),
            _ => return self.rest(cursor),
        };
        cursor.skip();
        let if_not_exists = cursor.eat_if_exists() || replaces || self.guarded;
        cursor.eat(&["AUTHORIZATION"]);
        let name = cursor.table_name();
        self.operations.push(Operation::CreateObject { kind: object, name, if_not_exists });
        self.rest(cursor);
    }

    fn create_table(&mut self, cursor: &mut Cursor<'_>, temporary: bool) {
        cursor.skip();
        let if_not_exists = cursor.eat_if_exists() || self.guarded;
        let table = cursor.table_name();
        let temporary = temporary || table.name.known().is_some_and(|name| name.starts_with('#'));
        let mut columns: Vec<Column> = Vec::new();
        let mut constraints = Vec::new();
        let mut indexes = Vec::new();
        let mut columns_known = false;
        let mut copy = None;
        if cursor.is_symbol('(') {
            let Some(mut group) = cursor.group() else { return };
            // `CREATE TABLE t (SELECT …)`, `(LIKE other)`
            columns_known = !group.is("SELECT");
            if columns_known {
                for mut part in group.split() {
                    columns_known &= element(&mut part, &mut columns, &mut constraints, &mut indexes);
                }
            } else {
                copy = Some(group);
            }
        }
        while !cursor.at_end() && !cursor.is("SELECT") {
            if cursor.starts_line() && cursor.is_any(&["GO", "CREATE", "DROP", "ALTER", "INSERT", "END"]) {
                break;
            }
            if cursor.is_any(&["AS", "LIKE", "OF", "INHERITS"]) {
                columns_known = false;
            }
            cursor.skip();
        }
        if cursor.is("SELECT") {
            columns_known = false;
            copy = Some(cursor.clone());
        }
        let created = Operation::CreateTable {
            table: table.clone(),
            columns,
            constraints,
            indexes,
            if_not_exists,
            temporary,
            raw: true,
            columns_known,
        };
        let at = self.operations.len();
        if let Some(mut copy) = copy {
            self.copies(&mut copy, &table);
        }
        self.operations.insert(at, created);
        self.rest(cursor);
    }

    fn create_index(&mut self, cursor: &mut Cursor<'_>, unique: bool) {
        cursor.skip();
        cursor.eat(&["CONCURRENTLY"]);
        let if_not_exists = cursor.eat_if_exists() || self.guarded;
        // PostgreSQL names it where nobody does.
        let name = (!cursor.is("ON")).then(|| cursor.table_name().name);
        let mut table = None;
        if cursor.eat(&["ON"]) {
            cursor.eat(&["ONLY"]);
            table = Some(cursor.table_name());
            if cursor.eat(&["USING"]) {
                cursor.skip();
            }
        }
        let index = Index { name, unique, columns: cursor.columns() };
        self.operations.push(Operation::CreateIndex { table, index, if_not_exists });
        self.rest(cursor);
    }
}

impl Reader<'_> {
    /// A routine's body is kept for where it is called. PostgreSQL writes it as a text.
    fn create_routine(&mut self, cursor: &mut Cursor<'_>) {
        let is_trigger = cursor.is("TRIGGER") || cursor.is("EVENT");
        while !cursor.at_end() && !cursor.is_any(&["PROCEDURE", "PROC", "FUNCTION"]) && !is_trigger {
            cursor.at += 1;
        }
        cursor.skip();
        cursor.eat_if_exists();
        let name = cursor.table_name().name;
        let mut body = None;
        while !cursor.at_end() && !cursor.is("BEGIN") {
            if let Some(Token::Body(text)) = cursor.peek() {
                body = Some(Routine::Text(text.clone()));
            }
            cursor.at += 1;
        }
        let start = cursor.at;
        skip_block(cursor);
        let body = body.unwrap_or_else(|| Routine::Statements(cursor.since(start)));
        if let (Some(name), false) = (name.known(), is_trigger) {
            self.routines.insert(name.to_ascii_lowercase(), body);
        }
    }
}

/// The block between `BEGIN` and `END` in which MySQL and SQLite write a routine's statements.
fn skip_block(cursor: &mut Cursor<'_>) {
    let mut depth = 0_i32;
    while cursor.peek().is_some() {
        if cursor.is("BEGIN") || cursor.is("CASE") {
            depth += 1;
        } else if cursor.is("END") && !cursor.word_at(1).is_some_and(is_inner_end) {
            depth -= 1;
        }
        if depth <= 0 && cursor.at_end() {
            break;
        }
        cursor.at += 1;
    }
}

fn is_inner_end(word: &str) -> bool {
    matches!(&*word.to_ascii_uppercase(), "IF" | "LOOP" | "WHILE" | "REPEAT")
}

/// One element of a table's definition; false where it brings columns that are not known.
fn element(
    cursor: &mut Cursor<'_>,
    columns: &mut Vec<Column>,
    constraints: &mut Vec<Constraint>,
    indexes: &mut Vec<Index>,
) -> bool {
    if is_constraint(cursor) {
        constraints.extend(constraint(cursor));
        return true;
    }
    if cursor.is("LIKE") {
        return false;
    }
    let is_index = cursor.is_any(&["INDEX", "FULLTEXT", "SPATIAL"])
        || cursor.is("KEY") && !matches!(cursor.peek_at(2), None | Some(Token::Number(_)));
    if is_index {
        while cursor.is_any(&["INDEX", "KEY", "FULLTEXT", "SPATIAL"]) {
            cursor.skip();
        }
        let name = (!cursor.is_symbol('(')).then(|| cursor.name());
        indexes.push(Index { name, unique: false, columns: cursor.columns() });
        return true;
    }
    if matches!(cursor.peek(), Some(Token::Word { text, .. }) if text.contains(HOLE)) && cursor.peek_at(1).is_none() {
        return false;
    }
    if cursor.peek().is_some() {
        let (column, of_column) = column(cursor);
        columns.push(column);
        constraints.extend(of_column);
    }
    true
}

/// Whether a table's constraint begins here and not a column.
pub(super) fn is_constraint(cursor: &Cursor<'_>) -> bool {
    cursor.is("CONSTRAINT")
        || cursor.is("PRIMARY") && cursor.is_at(1, "KEY")
        || cursor.is("FOREIGN") && cursor.is_at(1, "KEY")
        || cursor.is("UNIQUE")
        || cursor.is("CHECK")
        || cursor.is("EXCLUDE")
}

/// `[CONSTRAINT name] PRIMARY KEY (…)` and its kin.
pub(super) fn constraint(cursor: &mut Cursor<'_>) -> Option<Constraint> {
    let mut name = cursor.eat(&["CONSTRAINT"]).then(|| cursor.name());
    let kind = match cursor.word().map(str::to_ascii_uppercase).as_deref() {
        Some("PRIMARY") => ConstraintKind::PrimaryKey,
        Some("UNIQUE") => ConstraintKind::Unique,
        Some("FOREIGN") => ConstraintKind::ForeignKey,
        Some("CHECK") => ConstraintKind::Check,
        Some("EXCLUDE") => ConstraintKind::Exclude,
        _ => return None,
    };
    cursor.skip();
    // MySQL: `UNIQUE KEY name (…)`, `FOREIGN KEY name (…)`; PostgreSQL: `UNIQUE USING INDEX name`.
    while cursor.is_any(&["KEY", "INDEX", "CLUSTERED", "NONCLUSTERED"]) {
        cursor.skip();
    }
    if kind != ConstraintKind::Check
        && name.is_none()
        && matches!(cursor.peek(), Some(Token::Word { .. }))
        && !cursor.is("USING")
    {
        name = Some(cursor.name());
    }
    let columns = match kind {
        ConstraintKind::Check | ConstraintKind::Exclude => None,
        _ => cursor.columns(),
    };
    let mut refers_to = None;
    while !cursor.at_end() && !cursor.is_symbol(',') {
        if cursor.eat(&["REFERENCES"]) {
            refers_to = Some(cursor.table_name());
            break;
        }
        cursor.skip();
    }
    Some(Constraint { name, kind, columns, refers_to })
}

/// A column with its type and what is said of it; the constraints that stand at the column have names of their own.
pub(super) fn column(cursor: &mut Cursor<'_>) -> (Column, Vec<Constraint>) {
    let mut column = Column::new(cursor.name());
    column.type_ = read_type(cursor);
    let mut constraints = Vec::new();
    let mut named: Option<Name> = None;
    while !cursor.at_end() && !cursor.is_symbol(',') {
        if cursor.eat(&["CONSTRAINT"]) {
            named = Some(cursor.name());
            continue;
        }
        let mut kind = None;
        let mut refers_to = None;
        if cursor.eat(&["NOT", "NULL"]) {
            column.nullable = Some(false);
        } else if cursor.eat(&["NULL"]) {
            column.nullable = Some(true);
        } else if cursor.eat(&["PRIMARY", "KEY"]) {
            column.primary_key = true;
            column.nullable = Some(false);
            kind = Some(ConstraintKind::PrimaryKey);
        } else if cursor.eat(&["UNIQUE"]) {
            column.unique = true;
            kind = Some(ConstraintKind::Unique);
        } else if cursor.eat(&["REFERENCES"]) {
            let table = cursor.table_name();
            column.references.push(table.clone());
            refers_to = Some(table);
            kind = Some(ConstraintKind::ForeignKey);
        } else {
            if cursor.eat(&["CHECK"]) {
                kind = Some(ConstraintKind::Check);
            } else {
                // `DEFAULT NULL` says nothing of the column.
                cursor.eat(&["DEFAULT"]);
            }
            cursor.skip();
        }
        if let (Some(kind), Some(name)) = (kind, named.take()) {
            let columns = (kind != ConstraintKind::Check).then(|| vec![column.name.clone()]);
            constraints.push(Constraint { name: Some(name), kind, columns, refers_to });
        }
    }
    (column, constraints)
}

/// Words behind a column's type.
const AFTER_TYPE: [&str; 31] = [
    "NOT",
    "NULL",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "CHECK",
    "DEFAULT",
    "CONSTRAINT",
    "COLLATE",
    "GENERATED",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "IDENTITY",
    "COMMENT",
    "KEY",
    "AS",
    "STORED",
    "ON",
    "USING",
    "CHARACTER_SET",
    "CHARSET",
    "AFTER",
    "FIRST",
    "ENCODE",
    "VIRTUAL",
    "STORAGE",
    "COMPRESSION",
    "SPARSE",
    "ROWGUIDCOL",
    "CASCADE",
    "GO",
];

/// A type as SQL spells it, in upper case: `VARCHAR(50)`, `DOUBLE PRECISION`, `TEXT[]`.
pub(super) fn read_type(cursor: &mut Cursor<'_>) -> Type {
    let mut text = String::new();
    while let Some(token) = cursor.peek() {
        match token {
            Token::Word { text: word, quoted } => {
                if !quoted && (cursor.is_any(&AFTER_TYPE) || cursor.is("CHARACTER") && cursor.is_at(1, "SET")) {
                    break;
                }
                if word.contains(HOLE) {
                    return Type::Unknown;
                }
                if !text.is_empty() && !text.ends_with('.') {
                    text.push(' ');
                }
                text.push_str(&word.to_uppercase());
                cursor.skip();
            }
            Token::Symbol('.') => {
                text.push('.');
                cursor.skip();
            }
            Token::Symbol('(') => {
                let Some(mut group) = cursor.group() else { break };
                text.push('(');
                while let Some(token) = group.next() {
                    match token {
                        Token::Word { text: word, .. } | Token::Number(word) => text.push_str(&word.to_uppercase()),
                        Token::Text(value) => text.push_str(&format!("'{value}'")),
                        Token::Symbol(symbol) => text.push(*symbol),
                        _ => {}
                    }
                }
                text.push(')');
            }
            Token::Symbol('[') => {
                text.push('[');
                cursor.skip();
            }
            Token::Symbol(']') => {
                text.push(']');
                cursor.skip();
            }
            _ => break,
        }
    }
    if text.is_empty() || text.contains(HOLE) || text.len() > 1_000 { Type::Unknown } else { Type::Known(text.into()) }
}
