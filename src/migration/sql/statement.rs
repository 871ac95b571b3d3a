//! Statements, one after the other, those inside of blocks and of other statements included.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::tokens::{self, Item, Token};
use crate::migration::operation::{Deletion, Name, ObjectKind, Operation, TableName};
use crate::python::value::HOLE;

/// SQL in SQL in SQL: bodies and `EXECUTE`s that stand inside each other.
const NESTING: usize = 8;

/// A routine's body: its statements, or their text in quotes.
#[derive(Clone)]
pub(super) enum Routine {
    Statements(Vec<Item>),
    Text(String),
}

pub(super) struct Reader<'r> {
    what: &'r str,
    why: &'r str,
    pub(super) operations: Vec<Operation>,
    /// Texts that were assigned to variables, for an `EXECUTE` of them.
    pub(super) variables: HashMap<String, String>,
    /// Routines that were created, by name: their bodies run where they are called.
    pub(super) routines: HashMap<String, Routine>,
    pub(super) nesting: usize,
    /// Whether an `IF` has been met, so that what is created may be there already.
    pub(super) guarded: bool,
}

/// What begins a statement that may stand behind another without a `;` between, as SQL Server allows.
const VERBS: [&str; 11] =
    ["DROP", "ALTER", "TRUNCATE", "DELETE", "EXEC", "EXECUTE", "CREATE", "INSERT", "UPDATE", "IF", "BEGIN"];

impl<'r> Reader<'r> {
    pub(super) fn new(what: &'r str, why: &'r str) -> Self {
        let (operations, variables) = (Vec::new(), HashMap::new());
        Self { what, why, operations, variables, routines: HashMap::new(), nesting: 0, guarded: false }
    }

    /// Reads a text of statements.
    pub(super) fn text(&mut self, sql: &str) {
        if self.nesting >= NESTING {
            return self.unreadable("it is nested deeper than migguard follows");
        }
        self.nesting += 1;
        match tokens::tokens(sql) {
            Ok(items) => self.statements(&mut Cursor::new(&items)),
            Err(why) => self.unreadable(&why),
        }
        self.nesting -= 1;
    }

    pub(super) fn statements(&mut self, cursor: &mut Cursor<'_>) {
        while cursor.peek().is_some() {
            let before = cursor.at;
            self.statement(cursor);
            if cursor.at == before {
                cursor.skip();
            }
        }
    }

    /// Whether this is SQL inside of SQL, where a block's own language is spoken.
    fn is_body(&self) -> bool {
        self.nesting > 1
    }

    fn statement(&mut self, cursor: &mut Cursor<'_>) {
        let Some(word) = cursor.word() else {
            return match cursor.peek() {
                // `(SELECT …)`, `(WITH …)`
                Some(Token::Symbol('(')) => cursor.at += 1,
                Some(Token::Symbol(':' | '{' | '%') | Token::Placeholder) if !self.is_body() => {
                    let why = self.why;
                    self.unreadable(why);
                    cursor.skip_statement();
                }
                _ => {}
            };
        };
        if word.contains(HOLE) {
            let why = self.why;
            self.unreadable(why);
            return cursor.skip_statement();
        }
        match &*word.to_ascii_uppercase() {
            "DROP" => self.drop(cursor),
            "ALTER" => self.alter(cursor),
            "CREATE" => self.create(cursor),
            "RENAME" => self.rename(cursor),
            "TRUNCATE" => self.truncate(cursor),
            "DELETE" => self.delete(cursor),
            "INSERT" | "REPLACE" => self.insert(cursor),
            "UPDATE" => self.update(cursor),
            "WITH" => self.with(cursor),
            "EXPLAIN" => {
                cursor.eat(&["EXPLAIN"]);
                // Only `ANALYZE` runs the statement.
                if !cursor.is_any(&["ANALYZE", "ANALYSE"]) && !cursor.is_symbol('(') {
                    cursor.skip_statement();
                }
            }
            "DO" => self.do_block(cursor),
            "EXECUTE" | "EXEC" => self.execute(cursor),
            "PREPARE" => self.prepare(cursor),
            "CALL" | "PERFORM" => self.routine_call(cursor),
            "DECLARE" | "SET" | "SELECT" => self.assignment(cursor),
            // The condition of a block: what stands behind it runs sometimes.
            "IF" | "ELSIF" | "ELSEIF" | "WHILE" | "WHEN" => {
                self.guarded = true;
                cursor.skip();
                while !cursor.at_end() && !cursor.is_any(&["THEN", "LOOP"]) && !cursor.is_any(&VERBS) {
                    cursor.skip();
                }
            }
            "FOR" | "FOREACH" => {
                while !cursor.at_end() && !cursor.is("LOOP") {
                    if cursor.is("EXECUTE") {
                        self.execute(cursor);
                        continue;
                    }
                    cursor.skip();
                }
            }
            // What may hold the verbs above as plain words.
            "GRANT" | "REVOKE" | "COMMENT" | "MERGE" | "COPY" | "LOCK" => cursor.skip_statement(),
            "BEGIN" | "THEN" | "ELSE" | "LOOP" | "END" | "EXCEPTION" | "GO" | "ANALYZE" | "ANALYSE" => cursor.skip(),
            _ if matches!(cursor.peek_at(1), Some(Token::Assign)) => self.assignment(cursor),
            _ => self.rest(cursor),
        }
    }

    /// What remains of a statement. Another one begins at a `;`, at SQL Server's `GO`, or at a line that starts with
    /// the verb of one.
    pub(super) fn rest(&mut self, cursor: &mut Cursor<'_>) {
        while !cursor.at_end() {
            if cursor.is("GO") && cursor.is_alone() {
                return;
            }
            if cursor.starts_line()
                && (cursor.is("DROP")
                    || cursor.is("ALTER") && cursor.is_at(1, "TABLE")
                    || cursor.is("CREATE") && cursor.is_at(1, "TABLE")
                    || cursor.is("TRUNCATE") && cursor.is_at(1, "TABLE")
                    || cursor.is("DELETE") && cursor.is_at(1, "FROM")
                    || cursor.is_any(&["EXEC", "EXECUTE"])
                    || cursor.is("IF"))
            {
                return;
            }
            // `IF … BEGIN … END`, where no `;` need stand before the `END`.
            if cursor.is("END") && self.guarded {
                return;
            }
            cursor.skip();
        }
    }

    fn drop(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["FOREIGN"]);
        cursor.eat(&["MATERIALIZED"]);
        let Some(kind) = cursor.word() else {
            if !cursor.at_end() {
                self.unreadable("it drops something of a kind that is not known");
            }
            return self.rest(cursor);
        };
        let object = match &*kind.to_ascii_uppercase() {
            "TABLE" => None,
            "TEMPORARY" | "TEMP" => return self.rest(cursor),
            "INDEX" => return self.drop_index(cursor),
            "VIEW" => Some(ObjectKind::View),
            "TYPE" | "DOMAIN" => Some(ObjectKind::Type),
            "SEQUENCE" => Some(ObjectKind::Sequence),
            "SCHEMA" => Some(ObjectKind::Schema),
            "DATABASE" => Some(ObjectKind::Database),
            "OWNED" => {
                self.unreadable("it drops everything that a role owns");
                return self.rest(cursor);
            }
            _ => {
                if kind.contains(HOLE) {
                    self.unreadable("it drops something of a kind that is not known");
                }
                return self.rest(cursor);
            }
        };
        cursor.skip();
        cursor.eat_if_exists();
        let names = cursor.table_names();
        let cascade = cursor.eat(&["CASCADE"]);
        for name in names {
            self.operations.push(match object {
                // SQL Server's temporary tables.
                None if name.name.known().is_some_and(|name| name.starts_with('#')) => continue,
                None => Operation::DropTable { table: name, cascade },
                Some(kind) => Operation::DropObject { kind, name, cascade },
            });
        }
        self.rest(cursor);
    }

    fn drop_index(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["CONCURRENTLY"]);
        cursor.eat_if_exists();
        loop {
            let index = cursor.table_name();
            // `ON table` in MySQL and SQL Server, `table.index` in older SQL Server.
            let table = cursor.eat(&["ON"]).then(|| cursor.table_name());
            self.operations.push(Operation::DropIndex { name: index.name, table });
            if !cursor.eat_symbol(',') {
                break;
            }
        }
        self.rest(cursor);
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    fn rename(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        if cursor.eat_any(&["TABLE", "TABLES"]) {
            loop {
                let from = cursor.table_name();
                if !cursor.eat(&["TO"]) {
                    break;
                }
                let to = cursor.table_name();
                self.operations.push(Operation::RenameTable { from, to });
                if !cursor.eat_symbol(',') {
                    break;
                }
            }
        }
        self.rest(cursor);
    }

    fn truncate(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["TABLE"]);
        cursor.eat(&["ONLY"]);
        let tables = cursor.table_names();
        let mut cascade = false;
        while cursor.is_any(&["RESTART", "CONTINUE", "IDENTITY", "CASCADE", "RESTRICT"]) {
            cascade |= cursor.is("CASCADE");
            cursor.skip();
        }
        for table in tables {
            self.operations.push(Operation::DeleteRows { table, how: Deletion::Truncate, cascade });
        }
        self.rest(cursor);
    }

    pub(super) fn unreadable(&mut self, why: &str) {
        let operation = super::unreadable(self.what, why);
        if !self.operations.contains(&operation) {
            self.operations.push(operation);
        }
    }
}

/// The table that a column or index belongs to as SQL Server's procedures spell it: `schema.table.column`.
pub(super) fn split_last(text: &str) -> (Option<TableName>, Name) {
    let clean = |part: &str| -> Name {
        let part = part.trim_matches(|c| matches!(c, '[' | ']' | '"' | '`'));
        if part.is_empty() || part.contains(HOLE) { Name::Unknown } else { part.into() }
    };
    match text.rsplit_once('.') {
        Some((table, name)) => {
            let table = match table.rsplit_once('.') {
                Some((schema, table)) => TableName { schema: Some(clean(schema)), name: clean(table) },
                None => TableName { schema: None, name: clean(table) },
            };
            (Some(table), clean(name))
        }
        None => (None, clean(text)),
    }
}
