//! Statements that make statements: `DO` blocks, `EXECUTE` of a text that is put together, variables that hold one.

use super::cursor::Cursor;
use super::statement::{Reader, Routine, split_last};
use super::tokens::Token;
use crate::migration::operation::{Operation, TableName};
use crate::python::value::HOLE;

/// How deep an expression of texts may be nested.
const NESTING: usize = 50;

/// Bytes of one text that is put together.
const TEXT: usize = 1 << 20;

impl Reader<'_> {
    /// `DO [LANGUAGE plpgsql] $$ … $$`
    pub(super) fn do_block(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        while !cursor.at_end() {
            if let Some(Token::Body(body) | Token::Text(body)) = cursor.peek() {
                let variables = std::mem::take(&mut self.variables);
                let guarded = self.guarded;
                self.text(body);
                self.guarded = guarded;
                self.variables = variables;
            }
            cursor.skip();
        }
    }

    /// `EXECUTE 'text' || name`, `EXECUTE format(…)`, `EXEC('text')`, `EXEC sp_rename …`, `EXECUTE prepared`.
    pub(super) fn execute(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        cursor.eat(&["IMMEDIATE"]);
        if cursor.is("sp_rename") || cursor.is_at(2, "sp_rename") {
            return self.sp_rename(cursor);
        }
        let is_procedure = cursor.eat(&["sp_executesql"]) || cursor.eat(&["sys", "sp_executesql"]);
        if let Some(word) = cursor.word()
            && cursor.peek_at(1) != Some(&Token::Symbol('('))
            && !is_procedure
            && !self.variables.contains_key(&word.to_ascii_lowercase())
        {
            // A procedure or a prepared statement of that name, or a variable in a block.
            if word.starts_with('@') || self.nesting > 1 || word.contains(HOLE) {
                self.unreadable("the text that it executes is not known");
            }
            return self.rest(cursor);
        }
        let text = self.expression(cursor, 0);
        while !cursor.at_end() && !cursor.starts_line() && !cursor.is_any(&["LOOP", "END"]) {
            cursor.skip();
        }
        if text.chars().all(|c| c == HOLE || c.is_whitespace()) {
            self.unreadable("the text that it executes is not known");
        } else {
            self.text(&text);
        }
    }

    /// `CALL name(…)`, `PERFORM name(…)`, `SELECT name(…)` of a routine that the same text creates.
    pub(super) fn routine_call(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        let called = cursor.word().map(str::to_ascii_lowercase);
        // A routine that calls itself ends here: it is taken out while it runs.
        if let Some(name) = called
            && let Some(routine) = self.routines.remove(&name)
        {
            let guarded = self.guarded;
            match &routine {
                Routine::Statements(items) if self.nesting < 8 => {
                    self.nesting += 1;
                    self.statements(&mut Cursor::new(items));
                    self.nesting -= 1;
                }
                Routine::Statements(_) => self.unreadable("it is nested deeper than migguard follows"),
                Routine::Text(text) => self.text(text),
            }
            self.guarded = guarded;
            self.routines.insert(name, routine);
        }
        self.rest(cursor);
    }

    /// SQL Server's `sp_rename 'table.column', 'new', 'COLUMN'`.
    fn sp_rename(&mut self, cursor: &mut Cursor<'_>) {
        while !cursor.at_end() && !matches!(cursor.peek(), Some(Token::Text(_))) {
            cursor.skip();
        }
        let mut arguments = Vec::new();
        while let Some(Token::Text(text)) = cursor.peek() {
            arguments.push(text.clone());
            cursor.skip();
            cursor.eat_symbol(',');
            while cursor.word().is_some_and(|word| word.starts_with('@')) {
                cursor.skip();
                cursor.eat_symbol('=');
            }
        }
        let [old, new, rest @ ..] = &arguments[..] else { return self.rest(cursor) };
        let (table, name) = split_last(old);
        let new_name = split_last(new).1;
        let kind = rest.first().map(|kind| kind.to_ascii_uppercase());
        match (kind.as_deref(), table) {
            (Some("COLUMN"), Some(table)) => self.operations.push(Operation::AlterColumn {
                table,
                column: name,
                new_name: Some(new_name),
                type_: None,
                existing_type: None,
                nullable: None,
            }),
            (Some("INDEX"), _) => self.operations.push(Operation::RenameIndex { from: name, to: new_name }),
            (None | Some("OBJECT"), schema) => {
                let schema = schema.map(|schema| schema.name);
                let from = TableName { schema: schema.clone(), name };
                self.operations.push(Operation::RenameTable { from, to: TableName { schema, name: new_name } });
            }
            _ => {}
        }
        self.rest(cursor);
    }

    /// MySQL's `PREPARE statement FROM @text`.
    pub(super) fn prepare(&mut self, cursor: &mut Cursor<'_>) {
        cursor.skip();
        if let Some(name) = cursor.word()
            && cursor.is_at(1, "FROM")
        {
            cursor.at += 2;
            let text = self.expression(cursor, 0);
            self.variables.insert(name.to_ascii_lowercase(), text);
        }
        self.rest(cursor);
    }

    /// `name := 'text'`, `SET @name = 'text'`, `DECLARE @name TYPE = 'text'`, `SELECT @name = 'text'`.
    pub(super) fn assignment(&mut self, cursor: &mut Cursor<'_>) {
        let is_select = cursor.is("SELECT");
        if is_select && cursor.word_at(1).is_some_and(|word| self.routines.contains_key(&word.to_ascii_lowercase())) {
            return self.routine_call(cursor);
        }
        cursor.eat_any(&["DECLARE", "SET", "SELECT"]);
        if let Some(name) = cursor.word()
            && (!is_select || name.starts_with('@'))
        {
            cursor.skip();
            // The type of a declaration stands between.
            let mut between = 0;
            while !cursor.at_end()
                && between < 6
                && !cursor.is_symbol('=')
                && !cursor.eat(&["DEFAULT"])
                && cursor.peek() != Some(&Token::Assign)
                && !cursor.starts_line()
            {
                cursor.skip();
                between += 1;
            }
            if cursor.is_symbol('=') || cursor.peek() == Some(&Token::Assign) {
                cursor.skip();
                let text = self.expression(cursor, 0);
                self.variables.insert(name.to_ascii_lowercase(), text);
            }
        }
        self.rest(cursor);
    }

    /// The text that an expression makes, with holes for what is not known.
    fn expression(&mut self, cursor: &mut Cursor<'_>, nesting: usize) -> String {
        let mut text = self.term(cursor, nesting);
        while cursor.peek() == Some(&Token::Concat) || cursor.is_symbol('+') {
            cursor.skip();
            let term = self.term(cursor, nesting);
            if text.len() + term.len() <= TEXT {
                text.push_str(&term);
            }
        }
        text
    }

    fn term(&mut self, cursor: &mut Cursor<'_>, nesting: usize) -> String {
        let unknown = HOLE.to_string();
        if nesting > NESTING {
            cursor.skip_statement();
            return unknown;
        }
        let text = match cursor.peek() {
            Some(Token::Text(text) | Token::Body(text)) => {
                cursor.skip();
                text.clone()
            }
            Some(Token::Number(number)) => {
                cursor.skip();
                number.clone()
            }
            Some(Token::Symbol('(')) => match cursor.group() {
                Some(mut inner) => self.expression(&mut inner, nesting + 1),
                None => unknown,
            },
            Some(Token::Word { text: word, quoted: false }) if cursor.peek_at(1) == Some(&Token::Symbol('(')) => {
                cursor.skip();
                let Some(mut inner) = cursor.group() else { return unknown };
                let mut arguments = inner.split().into_iter();
                match &*word.to_ascii_uppercase() {
                    "FORMAT" => {
                        let values: Vec<String> =
                            arguments.map(|mut argument| self.expression(&mut argument, nesting + 1)).collect();
                        formatted(&values)
                    }
                    "CONCAT" => {
                        arguments.map(|mut argument| self.expression(&mut argument, nesting + 1)).collect::<String>()
                    }
                    // MySQL's and SQL Server's choice between two texts: either may run.
                    "IF" | "IIF" => {
                        let choices: Vec<String> = arguments
                            .skip(1)
                            .take(2)
                            .map(|mut argument| self.expression(&mut argument, nesting + 1))
                            .collect();
                        choices.join(";\n")
                    }
                    "QUOTE_IDENT" | "QUOTENAME" | "QUOTE_LITERAL" | "LOWER" | "TRIM" => {
                        arguments.next().map_or(unknown, |mut argument| self.expression(&mut argument, nesting + 1))
                    }
                    _ => unknown,
                }
            }
            Some(Token::Word { text: word, .. }) => {
                cursor.table_name();
                self.variables.get(&word.to_ascii_lowercase()).cloned().unwrap_or(unknown)
            }
            _ => {
                if !cursor.at_end() {
                    cursor.skip();
                }
                unknown
            }
        };
        while cursor.peek() == Some(&Token::Cast) {
            cursor.skip();
            cursor.table_name();
        }
        text
    }
}

/// PostgreSQL's `format(template, values…)`: `%I`, `%L`, `%s`, `%1$I`.
fn formatted(values: &[String]) -> String {
    let Some((template, values)) = values.split_first() else { return HOLE.to_string() };
    let mut text = String::new();
    let mut next = 0;
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let digits: String = std::iter::from_fn(|| chars.next_if(char::is_ascii_digit)).collect();
        chars.next_if_eq(&'$');
        match chars.next() {
            Some('%') => text.push('%'),
            Some('I' | 'L' | 's') => {
                let at = digits.parse::<usize>().ok().and_then(|at| at.checked_sub(1)).unwrap_or(next);
                next = at + 1;
                match values.get(at) {
                    Some(value) if text.len() + value.len() <= TEXT => text.push_str(value),
                    _ => text.push(HOLE),
                }
            }
            _ => text.push(HOLE),
        }
    }
    text
}
