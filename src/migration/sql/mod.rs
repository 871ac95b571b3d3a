//! SQL text to operations, whatever the dialect.
//!
//! `sqlparser`'s tokenizer takes the text apart; its parser is not used, since it reads one dialect at a time and
//! refuses a whole statement for one clause that it does not know, or for a part that is not known statically. What
//! destroys is told by a statement's first words, which the dialects share.

mod alter;
mod create;
mod cursor;
mod dynamic;
mod rows;
mod statement;
#[cfg(test)]
mod tests;
mod tokens;

use std::sync::Arc;

use super::operation::Operation;

/// What a text of SQL does to the schema and destroys, in order. It may hold [`HOLE`](crate::python::value::HOLE)s.
///
/// `what` and `why` are said of a statement that cannot be told from what is known of it.
pub fn operations(sql: &str, what: &str, why: &str) -> Vec<Operation> {
    let mut reader = statement::Reader::new(what, why);
    reader.text(sql);
    reader.operations
}

/// The operation that stands for a statement which cannot be read.
pub fn unreadable(what: &str, why: &str) -> Operation {
    Operation::Unreadable { what: Arc::from(what), why: Arc::from(why) }
}
