//! One migration file: who it says it is, and what its two directions do.

use std::sync::Arc;

use super::operation::{Location, MigrateOperation};
use crate::python::syntax::Span;

/// A migration file that Alembic would load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub path: Arc<str>,
    pub revision: Revision,
    /// `upgrade()` and every `upgrade_<engine>()`, one after the other. `None` where the file has neither.
    pub upgrade: Option<Direction>,
    /// The same for `downgrade()`.
    pub downgrade: Option<Direction>,
}

/// The module-level names that make a file a revision (`alembic.script.revision.Revision`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: Arc<str>,
    /// The statement that sets `revision`.
    pub id_span: Span,
    /// Empty for a base.
    pub down_revision: Vec<Arc<str>>,
    /// The statement that sets `down_revision`; that of `revision` where there is none.
    pub down_revision_span: Span,
    pub depends_on: Vec<Arc<str>>,
    pub branch_labels: Vec<Arc<str>>,
    /// Whether one of them could not be known statically: the chain is then not judged by this file.
    pub is_unknown: bool,
    /// The first line of the docstring: what `alembic history` shows.
    pub doc: Option<Arc<str>>,
}

/// What one direction of a migration does when it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    /// The function's name in its `def`.
    pub span: Span,
    /// In the order in which they run.
    pub operations: Vec<MigrateOperation>,
    /// Nothing but `pass`, `...`, a docstring or `return`.
    pub is_empty: bool,
    /// It does nothing but raise: a direction that is refused on purpose.
    pub raises: bool,
}

/// A migration file that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unparsable {
    pub location: Location,
    /// A fragment that follows "cannot be read: ".
    pub why: String,
}
