//! migguard: a git pre-commit hook that keeps Alembic projects from losing data.
//!
//! Data flows one way, and the modules are named after its stations: [`git`] reads what is staged, [`project`] finds
//! Alembic's environments in it, [`python`] turns source text into syntax and values, [`migration`] says what the
//! revisions do, [`model`] who is registered, [`check`] what is wrong with it, [`confirm`] what somebody has allowed,
//! [`report`] how it is said, [`hook`] installs it, [`cli`] is what people type. A station uses only those above it.
//!
//! What all of them may use stands beside them: [`stack`] for room to recurse, [`reading`] for the file under way,
//! [`plain`] for text that a terminal may show, [`nearest`] for what somebody meant to write, `texts` for what is kept.

pub mod check;
pub mod cli;
pub mod confirm;
pub mod git;
pub mod hook;
pub mod migration;
pub mod model;
pub mod nearest;
pub mod plain;
pub mod project;
pub mod python;
pub mod reading;
pub mod report;
pub mod stack;
mod texts;
