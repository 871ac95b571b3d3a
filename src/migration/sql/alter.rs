//! `ALTER` of tables, with all of its actions, and of what else can be renamed.

use super::create::{column, constraint, is_constraint, read_type};
use super::cursor::Cursor;
use super::statement::Reader;
use super::tokens::Token;
use crate::migration::operation::{ConstraintKind, Deletion, Index, Name, ObjectKind, Operation, TableName};
use crate::python::value::HOLE;

impl Reader<'_> {
    pub(super) fn alter(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["FOREIGN"]);
        cursor.eat(&["MATERIALIZED"]);
        let kind = cursor.word().map(str::to_ascii_uppercase);
        cursor.skip();
        let object = match kind.as_deref() {
            Some("TABLE") => return self.alter_table(cursor),
            Some("INDEX") => None,
            Some("TYPE" | "DOMAIN") => Some(ObjectKind::Type),
            Some("VIEW") => Some(ObjectKind::View),
            Some("SEQUENCE") => Some(ObjectKind::Sequence),
            Some("SCHEMA") => Some(ObjectKind::Schema),
            Some("DATABASE") => Some(ObjectKind::Database),
            _ => return self.rest(cursor),
        };
        cursor.eat_if_exists();
        let from = cursor.table_name();
        if cursor.eat(&["RENAME", "TO"]) {
            let to = TableName { schema: from.schema.clone(), name: cursor.name() };
            self.operations.push(match object {
                None => Operation::RenameIndex { from: from.name, to: to.name },
                Some(kind) => Operation::RenameObject { kind, from, to },
            });
        }
        self.rest(cursor);
    }

    fn alter_table(&mut self, cursor: &mut Cursor<'_>) {
        cursor.eat_if_exists();
        cursor.eat(&["ONLY"]);
        let table = cursor.table_name();
        cursor.eat_symbol('*');
        // SQL Server's `WITH CHECK ADD …`
        if cursor.eat(&["WITH"]) {
            cursor.skip();
        }
        let mut last = Action::Other;
        loop {
            last = self.action(cursor, &table, last);
            while !cursor.at_end() && !cursor.is_symbol(',') && !starts_statement(cursor) {
                cursor.skip();
            }
            if !cursor.eat_symbol(',') {
                break;
            }
        }
        self.rest(cursor);
    }

    /// One action; where it has no verb of its own it continues the last one (SQL Server).
    fn action(&mut self, cursor: &mut Cursor<'_>, table: &TableName, last: Action) -> Action {
        let Some(word) = cursor.word() else {
            match (last, cursor.peek()) {
                // `ADD a INT, [b] INT`, `DROP COLUMN a, [b]`
                (Action::Add, Some(_)) => self.add(cursor, table),
                (Action::Drop(part), Some(_)) => self.drop_part(cursor, table, part),
                _ => {}
            }
            return last;
        };
        match &*word.to_ascii_uppercase() {
            "ADD" => {
                cursor.skip();
                self.add(cursor, table);
                return Action::Add;
            }
            "DROP" => {
                cursor.skip();
                return Action::Drop(self.drop_action(cursor, table));
            }
            "ALTER" => self.alter_column(cursor, table),
            "MODIFY" => {
                cursor.skip();
                cursor.eat(&["COLUMN"]);
                let column = cursor.name();
                let type_ = read_type(cursor);
                self.alter_definition(table, column, None, Some(type_), nullable(cursor));
            }
            "CHANGE" => {
                cursor.skip();
                cursor.eat(&["COLUMN"]);
                let column = cursor.name();
                let new_name = cursor.name();
                let new_name = (new_name != column).then_some(new_name);
                let type_ = read_type(cursor);
                self.alter_definition(table, column, new_name, Some(type_), nullable(cursor));
            }
            "RENAME" => self.rename_action(cursor, table),
            "SET" if cursor.is_at(1, "SCHEMA") => {
                cursor.at += 2;
                let to = TableName { schema: Some(cursor.name()), name: table.name.clone() };
                self.operations.push(Operation::RenameTable { from: table.clone(), to });
            }
            "TRUNCATE" if cursor.is_at(1, "PARTITION") => self.operations.push(Operation::DeleteRows {
                table: table.clone(),
                how: Deletion::Truncate,
                cascade: false,
            }),
            "CONSTRAINT" | "COLUMN" if matches!(last, Action::Drop(_)) => {
                return Action::Drop(self.drop_action(cursor, table));
            }
            _ if word.contains(HOLE) => self.unreadable("what it alters is not known"),
            _ => match last {
                Action::Add => {
                    self.add(cursor, table);
                    return last;
                }
                Action::Drop(part) => {
                    self.drop_part(cursor, table, part);
                    return last;
                }
                Action::Other => {}
            },
        }
        Action::Other
    }

    fn add(&mut self, cursor: &mut Cursor<'_>, table: &TableName) {
        let is_column = cursor.eat(&["COLUMN"]);
        cursor.eat_if_exists();
        // `ADD (a INT, b INT)`
        if let Some(mut group) = cursor.group() {
            for mut part in group.split() {
                self.add_part(&mut part, table, is_column);
            }
            return;
        }
        self.add_part(cursor, table, is_column);
    }

    fn add_part(&mut self, cursor: &mut Cursor<'_>, table: &TableName, is_column: bool) {
        if !is_column && cursor.is_any(&["INDEX", "KEY", "FULLTEXT", "SPATIAL"])
            || cursor.is("UNIQUE") && cursor.word_at(1).is_some_and(is_index_word)
        {
            let unique = cursor.eat(&["UNIQUE"]);
            while cursor.is_any(&["INDEX", "KEY", "FULLTEXT", "SPATIAL"]) {
                cursor.skip();
            }
            let name = (!cursor.is_symbol('(')).then(|| cursor.name());
            let index = Index { name, unique, columns: cursor.columns() };
            self.operations.push(Operation::CreateIndex { table: Some(table.clone()), index, if_not_exists: false });
        } else if !is_column && is_constraint(cursor) {
            if let Some(constraint) = constraint(cursor) {
                self.operations.push(Operation::CreateConstraint { table: table.clone(), constraint });
            }
        } else if !cursor.is("PARTITION") && !cursor.at_end() {
            let (column, constraints) = column(cursor);
            self.operations.push(Operation::AddColumn { table: table.clone(), column });
            for constraint in constraints {
                self.operations.push(Operation::CreateConstraint { table: table.clone(), constraint });
            }
        }
    }

    /// What stands behind `DROP`.
    fn drop_action(&mut self, cursor: &mut Cursor<'_>, table: &TableName) -> Part {
        let part = match cursor.word().map(str::to_ascii_uppercase).as_deref() {
            Some("COLUMN") => Part::Column,
            Some("CONSTRAINT") => Part::Constraint(None),
            Some("CHECK") => Part::Constraint(Some(ConstraintKind::Check)),
            Some("FOREIGN") if cursor.is_at(1, "KEY") => {
                cursor.skip();
                Part::Constraint(Some(ConstraintKind::ForeignKey))
            }
            Some("INDEX" | "KEY") => Part::Index,
            Some("PRIMARY") if cursor.is_at(1, "KEY") => {
                cursor.at += 2;
                // MySQL's only one, which bears this name.
                self.operations.push(Operation::DropConstraint {
                    table: Some(table.clone()),
                    name: "PRIMARY".into(),
                    kind: Some(ConstraintKind::PrimaryKey),
                });
                return Part::None;
            }
            Some("PARTITION") => {
                let how = Deletion::Truncate;
                self.operations.push(Operation::DeleteRows { table: table.clone(), how, cascade: false });
                return Part::None;
            }
            Some("EXPRESSION" | "IDENTITY" | "PERIOD") => return Part::None,
            _ => {
                if let Some(mut group) = cursor.group() {
                    for mut part in group.split() {
                        self.drop_part(&mut part, table, Part::Column);
                    }
                } else if !cursor.at_end() {
                    self.drop_part(cursor, table, Part::Column);
                }
                return Part::Column;
            }
        };
        cursor.skip();
        self.drop_part(cursor, table, part);
        part
    }

    fn drop_part(&mut self, cursor: &mut Cursor<'_>, table: &TableName, part: Part) {
        cursor.eat_if_exists();
        let table = table.clone();
        let name = cursor.name();
        let cascade = cursor.eat(&["CASCADE"]);
        self.operations.push(match part {
            Part::Column => Operation::DropColumn { table, column: name, cascade },
            Part::Constraint(kind) => Operation::DropConstraint { table: Some(table), name, kind },
            Part::Index => Operation::DropIndex { name, table: Some(table) },
            Part::None => return,
        });
    }

    fn alter_column(&mut self, cursor: &mut Cursor<'_>, table: &TableName) {
        cursor.skip();
        if cursor.is_any(&["INDEX", "CHECK", "CONSTRAINT"]) {
            return;
        }
        cursor.eat(&["COLUMN"]);
        let column = cursor.name();
        match cursor.word().map(str::to_ascii_uppercase).as_deref() {
            Some("TYPE") => {
                cursor.skip();
                let type_ = read_type(cursor);
                self.alter_definition(table, column, None, Some(type_), None);
            }
            Some("SET") if cursor.is_at(1, "DATA") => {
                cursor.at += 3;
                let type_ = read_type(cursor);
                self.alter_definition(table, column, None, Some(type_), None);
            }
            Some("SET") if cursor.is_at(1, "NOT") => self.alter_definition(table, column, None, None, Some(false)),
            Some("DROP") if cursor.is_at(1, "NOT") => self.alter_definition(table, column, None, None, Some(true)),
            Some("SET" | "DROP" | "ADD" | "RESET" | "RESTART") | None => {}
            // SQL Server's `ALTER COLUMN name TYPE NOT NULL`.
            Some(_) => {
                let type_ = read_type(cursor);
                self.alter_definition(table, column, None, Some(type_), nullable(cursor));
            }
        }
    }

    fn rename_action(&mut self, cursor: &mut Cursor<'_>, table: &TableName) {
        cursor.skip();
        if cursor.eat_any(&["TO", "AS"]) {
            let mut to = cursor.table_name();
            to.schema = to.schema.or_else(|| table.schema.clone());
            return self.operations.push(Operation::RenameTable { from: table.clone(), to });
        }
        if cursor.eat_any(&["INDEX", "KEY"]) {
            let from = cursor.name();
            cursor.eat(&["TO"]);
            let to = cursor.name();
            return self.operations.push(Operation::RenameIndex { from, to });
        }
        if cursor.eat(&["CONSTRAINT"]) {
            return;
        }
        cursor.eat(&["COLUMN"]);
        let from = cursor.name();
        if cursor.eat(&["TO"]) {
            let to = cursor.name();
            self.alter_definition(table, from, Some(to), None, None);
        } else if from == Name::Unknown {
            // `RENAME {what}`: its `TO` is in what is not known.
        } else {
            // MySQL's `RENAME new_name`.
            let to = TableName { schema: table.schema.clone(), name: from };
            self.operations.push(Operation::RenameTable { from: table.clone(), to });
        }
    }

    fn alter_definition(
        &mut self,
        table: &TableName,
        column: Name,
        new_name: Option<Name>,
        type_: Option<crate::migration::operation::Type>,
        nullable: Option<bool>,
    ) {
        let (table, existing_type) = (table.clone(), None);
        self.operations.push(Operation::AlterColumn { table, column, new_name, type_, existing_type, nullable });
    }
}

/// The verb of an action.
#[derive(Clone, Copy)]
enum Action {
    Add,
    Drop(Part),
    Other,
}

/// What an action drops.
#[derive(Clone, Copy)]
enum Part {
    Column,
    Constraint(Option<ConstraintKind>),
    Index,
    None,
}

fn is_index_word(word: &str) -> bool {
    matches!(&*word.to_ascii_uppercase(), "INDEX" | "KEY")
}

fn starts_statement(cursor: &Cursor<'_>) -> bool {
    (cursor.starts_line()
        && (cursor.is("ALTER") && cursor.is_at(1, "TABLE") || cursor.is("DROP") && cursor.is_at(1, "TABLE")))
        || cursor.is("GO") && cursor.is_alone()
        || cursor.is("END")
}

/// `NOT NULL` or `NULL` somewhere in what remains of a column's definition.
fn nullable(cursor: &mut Cursor<'_>) -> Option<bool> {
    while !cursor.at_end() && !cursor.is_symbol(',') {
        if cursor.is("NOT") && cursor.is_at(1, "NULL") {
            cursor.at += 2;
            return Some(false);
        }
        if cursor.is("NULL") {
            cursor.skip();
            return Some(true);
        }
        if cursor.is("DEFAULT") || matches!(cursor.peek(), Some(Token::Body(_))) {
            cursor.skip();
        }
        cursor.skip();
    }
    None
}
