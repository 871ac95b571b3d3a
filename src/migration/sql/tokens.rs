//! The tokens of a text of SQL, as far as statements are told by them.

use std::any::TypeId;

use sqlparser::dialect::{Dialect, GenericDialect};
use sqlparser::tokenizer::{Token as Sql, Tokenizer, Whitespace};

use crate::python::value::HOLE;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name; a quoted one is surely no keyword.
    Word {
        text: String,
        quoted: bool,
    },
    /// A string literal.
    Text(String),
    /// The inside of `$$ … $$`.
    Body(String),
    Number(String),
    /// `:=`
    Assign,
    /// `||`
    Concat,
    /// `::`
    Cast,
    /// `?`, `$1`, `:name`
    Placeholder,
    Symbol(char),
}

/// A token, and whether it is the first on its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub token: Token,
    pub starts_line: bool,
}

/// What the dialects write differently, taken together where that is no contradiction.
#[derive(Debug)]
struct Every {
    /// MySQL's `'it\'s'`, which in standard SQL ends after the backslash.
    backslash: bool,
}

impl Dialect for Every {
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        matches!(ch, '"' | '`')
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || matches!(ch, '_' | '@' | '#' | HOLE)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || matches!(ch, '_' | '@' | '#' | '$' | HOLE)
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        self.backslash
    }

    fn supports_string_escape_constant(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }
}

/// The tokens of a text, or why it has none: a quote or comment that does not end.
pub(super) fn tokens(sql: &str) -> Result<Vec<Item>, String> {
    let tokens = tokenized(sql)
        // What is not known may hold the other quote.
        .or_else(|| {
            let ends: &[&str] = if sql.contains(HOLE) { &["'", "\"", "`", "*/"] } else { &[] };
            ends.iter().find_map(|end| tokenized(&format!("{sql}{end}")))
        })
        .ok_or("a quote or a comment in it does not end")?;
    let mut items = Vec::with_capacity(tokens.len());
    let mut starts_line = true;
    for token in tokens {
        match token {
            Sql::Whitespace(Whitespace::Newline | Whitespace::SingleLineComment { .. }) => starts_line = true,
            Sql::Whitespace(_) | Sql::EOF => {}
            token => {
                items.push(Item { token: simplified(token), starts_line });
                starts_line = false;
            }
        }
    }
    Ok(items)
}

fn tokenized(sql: &str) -> Option<Vec<Sql>> {
    [false, true].into_iter().find_map(|backslash| Tokenizer::new(&Every { backslash }, sql).tokenize().ok())
}

fn simplified(token: Sql) -> Token {
    match token {
        Sql::Word(word) => Token::Word { quoted: word.quote_style.is_some(), text: word.value },
        Sql::Number(number, _) => Token::Number(number),
        Sql::SingleQuotedString(text)
        | Sql::DoubleQuotedString(text)
        | Sql::NationalStringLiteral(text)
        | Sql::EscapedStringLiteral(text)
        | Sql::UnicodeStringLiteral(text) => Token::Text(text),
        Sql::DollarQuotedString(body) => Token::Body(body.value),
        Sql::Assignment => Token::Assign,
        Sql::StringConcat => Token::Concat,
        Sql::DoubleColon => Token::Cast,
        Sql::Placeholder(_) | Sql::Question => Token::Placeholder,
        Sql::Char(symbol) => Token::Symbol(symbol),
        token => Token::Symbol(token.to_string().chars().next().unwrap_or(' ')),
    }
}
