//! What somebody has allowed: levels, reasons in comments and settings, and the question that a person answers.

mod addition;
mod annotations;
mod ask;
mod comment;
mod judge;
mod question;
mod screen;
mod terminal;
#[cfg(test)]
mod testing;
pub mod text;

pub use addition::{LineToAdd, PlaceToAdd, line_to_add};
pub use ask::{ANSWER_WITHIN, Answer, ask};
pub use judge::judge;
