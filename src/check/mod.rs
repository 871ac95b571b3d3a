//! What is wrong with a change, each kind of it in a file of its own.

mod finding;

pub use finding::{Finding, Level, Loss, Related};
