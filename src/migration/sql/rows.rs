//! Statements about rows: which delete all of a table's, and which move them.

use super::cursor::Cursor;
use super::statement::Reader;
use super::tokens::Token;
use crate::migration::operation::{Deletion, Name, Operation, TableName};
use crate::python::value::HOLE;

/// What keeps a `DELETE` from taking every row.
const RESTRICTIONS: [&str; 5] = ["WHERE", "USING", "JOIN", "LIMIT", "TOP"];

/// Words of an expression that are no columns.
const NO_COLUMNS: [&str; 26] = [
    "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "NULL", "IS", "IN", "AS", "CASE", "WHEN", "THEN", "ELSE", "END",
    "TRUE", "FALSE", "CAST", "INTERVAL", "DEFAULT", "LIKE", "ON", "LIMIT", "ORDER", "BY", "DISTINCT",
];

impl Reader<'_> {
    pub(super) fn delete(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        let mut restricted = cursor.is("TOP");
        if restricted {
            cursor.skip();
            cursor.skip();
        }
        // MySQL's `DELETE a FROM a JOIN b …` names the table before; Oracle and SQL Server may leave `FROM` out.
        if !cursor.is("FROM") && cursor.is_at(1, "FROM") {
            cursor.skip();
        }
        cursor.eat(&["FROM"]);
        cursor.eat(&["ONLY"]);
        if cursor.at_end() {
            return;
        }
        let table = cursor.table_name();
        let mut has_hole = false;
        while !cursor.at_end() && !is_next(cursor) {
            restricted |= cursor.is_any(&RESTRICTIONS);
            has_hole |= matches!(cursor.peek(), Some(Token::Word { text, .. }) if text.contains(HOLE));
            cursor.skip();
        }
        if restricted {
            return;
        }
        if has_hole {
            self.unreadable("which rows it deletes is not known");
        } else {
            self.operations.push(Operation::DeleteRows { table, how: Deletion::Delete, cascade: false });
        }
    }

    /// `INSERT INTO to … SELECT … FROM from`
    pub(super) fn insert(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        while !cursor.at_end() && !cursor.is("INTO") {
            if cursor.is_symbol('(') || cursor.is("SELECT") {
                return self.rest(cursor);
            }
            cursor.skip();
        }
        cursor.eat(&["INTO"]);
        cursor.eat(&["TABLE"]);
        let to = cursor.table_name();
        while !cursor.at_end() && !is_next(cursor) {
            if cursor.is("FROM") {
                cursor.skip();
                if !cursor.is_symbol('(') {
                    let from = cursor.table_name();
                    self.operations.push(Operation::CopyRows { from, to });
                }
                break;
            }
            // `INSERT INTO t (SELECT … FROM x)`
            if cursor.is_symbol('(') && cursor.is_at(1, "SELECT") {
                cursor.at += 1;
                continue;
            }
            cursor.skip();
        }
        self.rest(cursor);
    }

    /// `UPDATE table SET a = b, c = f(d)`
    pub(super) fn update(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["ONLY"]);
        let table = cursor.table_name();
        while !cursor.at_end() && !cursor.is("SET") {
            cursor.skip();
        }
        if !cursor.eat(&["SET"]) {
            return;
        }
        while !cursor.at_end() {
            let target = cursor.table_name();
            if !cursor.eat_symbol('=') {
                break;
            }
            let from = expression_columns(cursor);
            if !from.is_empty() {
                self.operations.push(Operation::CopyColumn { table: table.clone(), to: target.name, from });
            }
            if !cursor.eat_symbol(',') {
                break;
            }
        }
        self.rest(cursor);
    }

    /// `WITH gone AS (DELETE FROM t RETURNING *) …`
    pub(super) fn with(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["RECURSIVE"]);
        while !cursor.at_end() && !cursor.is_any(&["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"]) {
            if let Some(mut inner) = cursor.group() {
                match inner.word() {
                    Some(word) if word.eq_ignore_ascii_case("DELETE") => self.delete(&mut inner),
                    Some(word) if word.eq_ignore_ascii_case("UPDATE") => self.update(&mut inner),
                    Some(word) if word.eq_ignore_ascii_case("INSERT") => self.insert(&mut inner),
                    _ => {}
                }
                continue;
            }
            cursor.skip();
        }
    }

    /// `CREATE TABLE to AS SELECT … FROM from`
    pub(super) fn copies(&mut self, cursor: &mut Cursor<'_>, to: &TableName) {
        while !cursor.at_end() && !is_next(cursor) {
            if cursor.is_symbol('(') && cursor.is_at(1, "SELECT") {
                cursor.at += 1;
                continue;
            }
            if cursor.eat(&["FROM"]) {
                if !cursor.is_symbol('(') {
                    let from = cursor.table_name();
                    self.operations.push(Operation::CopyRows { from, to: to.clone() });
                }
                return;
            }
            cursor.skip();
        }
    }
}

/// Whether another statement begins here without a `;` before it.
fn is_next(cursor: &Cursor<'_>) -> bool {
    (cursor.is("GO") && cursor.is_alone())
        || cursor.starts_line()
            && (cursor.is("DROP") || cursor.is("DELETE") || cursor.is("ALTER") && cursor.is_at(1, "TABLE"))
        || cursor.is("END")
}

/// The columns that an assigned expression reads, up to a comma, `WHERE` or `FROM`.
fn expression_columns(cursor: &mut Cursor<'_>) -> Vec<Name> {
    let mut columns: Vec<Name> = Vec::new();
    let mut depth = 0;
    let mut cases = 0;
    while !cursor.at_end() {
        match cursor.peek() {
            Some(Token::Symbol('(')) => depth += 1,
            Some(Token::Symbol(')' | ',')) if depth == 0 => break,
            Some(Token::Symbol(')')) => depth -= 1,
            // `::text`
            Some(Token::Cast) => cursor.at += 1,
            Some(Token::Word { text, quoted }) => {
                let is_keyword = !quoted && NO_COLUMNS.iter().any(|keyword| text.eq_ignore_ascii_case(keyword));
                if depth == 0 && !quoted && (cursor.is("WHERE") || cursor.is("FROM")) {
                    break;
                }
                // An `END` of a block ends the statement, that of a `CASE` does not.
                cases += i32::from(cursor.is("CASE"));
                if depth == 0 && cursor.is("END") {
                    if cases == 0 {
                        break;
                    }
                    cases -= 1;
                }
                let is_call = cursor.peek_at(1) == Some(&Token::Symbol('('));
                if !is_keyword && !is_call {
                    let name = cursor.table_name().name;
                    if !columns.contains(&name) && columns.len() < 50 {
                        columns.push(name);
                    }
                    continue;
                }
            }
            _ => {}
        }
        cursor.at += 1;
    }
    columns
}
