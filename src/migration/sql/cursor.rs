//! A place among the tokens of a text, and what is read from there.

use super::tokens::{Item, Token};
use crate::migration::operation::{Name, TableName};
use crate::python::value::HOLE;

#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    items: &'t [Item],
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(items: &'t [Item]) -> Self {
        Self { items, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&'t Token> {
        self.items.get(self.at + ahead).map(|item| &item.token)
    }

    pub(super) fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek();
        self.at += usize::from(token.is_some());
        token
    }

    /// Whether the next token is the first on its line.
    pub(super) fn starts_line(&self) -> bool {
        self.items.get(self.at).is_some_and(|item| item.starts_line)
    }

    /// Whether the next token is alone on its line.
    pub(super) fn is_alone(&self) -> bool {
        self.starts_line() && self.items.get(self.at + 1).is_none_or(|item| item.starts_line)
    }

    /// Whether the statement is over.
    pub(super) fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Symbol(';')))
    }

    /// The unquoted word that comes next.
    pub(super) fn word(&self) -> Option<&'t str> {
        self.word_at(0)
    }

    pub(super) fn word_at(&self, ahead: usize) -> Option<&'t str> {
        match self.peek_at(ahead) {
            Some(Token::Word { text, quoted: false }) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is(&self, keyword: &str) -> bool {
        self.is_at(0, keyword)
    }

    pub(super) fn is_at(&self, ahead: usize, keyword: &str) -> bool {
        self.word_at(ahead).is_some_and(|word| word.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn is_any(&self, keywords: &[&str]) -> bool {
        self.word().is_some_and(|word| keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)))
    }

    /// Takes these words, if they all come next.
    pub(super) fn eat(&mut self, keywords: &[&str]) -> bool {
        let all = keywords.iter().enumerate().all(|(ahead, keyword)| self.is_at(ahead, keyword));
        if all {
            self.at += keywords.len();
        }
        all
    }

    /// Takes one of these words.
    pub(super) fn eat_any(&mut self, keywords: &[&str]) -> bool {
        let any = self.is_any(keywords);
        self.at += usize::from(any);
        any
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.peek() == Some(&Token::Symbol(symbol))
    }

    pub(super) fn eat_symbol(&mut self, symbol: char) -> bool {
        let is = self.is_symbol(symbol);
        self.at += usize::from(is);
        is
    }

    /// `IF EXISTS`, `IF NOT EXISTS`; whether it was there.
    pub(super) fn eat_if_exists(&mut self) -> bool {
        self.eat(&["IF", "EXISTS"]) || self.eat(&["IF", "NOT", "EXISTS"])
    }

    /// Takes one token, or a whole group in parentheses.
    pub(super) fn skip(&mut self) {
        if self.is_symbol('(') {
            self.group();
        } else {
            self.at += usize::from(self.peek().is_some());
        }
    }

    pub(super) fn skip_statement(&mut self) {
        while !self.at_end() {
            self.at += 1;
        }
    }

    /// The tokens from a place up to here.
    pub(super) fn since(&self, start: usize) -> Vec<Item> {
        self.items.get(start..self.at).unwrap_or_default().to_vec()
    }

    /// The tokens in the parentheses that open here, which are taken with them. None where none opens.
    pub(super) fn group(&mut self) -> Option<Cursor<'t>> {
        if !self.eat_symbol('(') {
            return None;
        }
        let start = self.at;
        let mut depth = 1;
        while depth > 0 && !self.at_end() {
            match self.next() {
                Some(Token::Symbol('(')) => depth += 1,
                Some(Token::Symbol(')')) => depth -= 1,
                _ => {}
            }
        }
        let end = if depth == 0 { self.at - 1 } else { self.at };
        Some(Cursor { items: self.items.get(start..end).unwrap_or_default(), at: 0 })
    }

    /// The parts between commas of what remains here, groups kept whole.
    pub(super) fn split(&mut self) -> Vec<Cursor<'t>> {
        let mut parts = Vec::new();
        let mut start = self.at;
        while !self.at_end() {
            if self.is_symbol(',') {
                parts.push(Cursor { items: self.items.get(start..self.at).unwrap_or_default(), at: 0 });
                start = self.at + 1;
            }
            self.skip();
        }
        if start < self.at {
            parts.push(Cursor { items: self.items.get(start..self.at).unwrap_or_default(), at: 0 });
        }
        parts
    }

    /// One part of a name. What stands in its place and is no name is a parameter: unknown.
    pub(super) fn name(&mut self) -> Name {
        match self.next() {
            Some(Token::Word { text, .. } | Token::Text(text)) => known(text),
            Some(Token::Symbol('[')) => {
                let mut words: Vec<&str> = Vec::new();
                let mut is_known = true;
                while let Some(token) = self.next() {
                    match token {
                        Token::Symbol(']') => break,
                        Token::Word { text, .. } | Token::Number(text) => words.push(text),
                        _ => is_known = false,
                    }
                }
                if is_known { known(&words.join(" ")) } else { Name::Unknown }
            }
            // `%s`, `%(name)s`
            Some(Token::Symbol('%')) => {
                self.group();
                if matches!(self.peek(), Some(Token::Word { .. })) {
                    self.at += 1;
                }
                Name::Unknown
            }
            Some(Token::Symbol(':')) => {
                self.at += usize::from(matches!(self.peek(), Some(Token::Word { .. })));
                Name::Unknown
            }
            Some(Token::Symbol('{')) => {
                while !self.at_end() && !self.eat_symbol('}') {
                    self.at += 1;
                }
                Name::Unknown
            }
            Some(Token::Symbol(';' | ',' | ')')) => {
                self.at -= 1;
                Name::Unknown
            }
            _ => Name::Unknown,
        }
    }

    /// `name`, `schema.name`, `database.schema.name`.
    pub(super) fn table_name(&mut self) -> TableName {
        let mut name = self.name();
        let mut schema = None;
        while self.is_symbol('.') {
            self.at += 1;
            // `database..name`: its default schema.
            schema = if self.is_symbol('.') { None } else { Some(name) };
            if self.is_symbol('.') {
                self.at += 1;
            }
            name = self.name();
        }
        TableName { schema, name }
    }

    /// `a, b, c`
    pub(super) fn table_names(&mut self) -> Vec<TableName> {
        let mut names = vec![self.table_name()];
        while self.eat_symbol(',') {
            names.push(self.table_name());
        }
        names
    }

    /// `(a, b DESC, lower(c))`: its columns; an expression as it is written.
    pub(super) fn columns(&mut self) -> Option<Vec<Name>> {
        let mut group = self.group()?;
        Some(
            group
                .split()
                .into_iter()
                .map(|mut part| {
                    let name = part.name();
                    if part.is_symbol('(') { Name::Unknown } else { name }
                })
                .collect(),
        )
    }
}

fn known(text: &str) -> Name {
    if text.is_empty() || text.contains(HOLE) { Name::Unknown } else { text.into() }
}
