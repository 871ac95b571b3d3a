//! The chain: which revision follows which, as `alembic.script.revision.RevisionMap` has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::script::Script;

/// The revisions of an environment.
#[derive(Debug, Clone, Default)]
pub struct RevisionMap {
    /// By revision id. Of files that share an id the first by path.
    pub scripts: BTreeMap<Arc<str>, Arc<Script>>,
    /// Revisions that no other names as its `down_revision`, sorted.
    pub heads: Vec<Arc<str>>,
    /// Revisions without a `down_revision`, sorted.
    pub bases: Vec<Arc<str>>,
    /// Every revision after all that it follows or depends on. Those on a cycle are left out.
    pub upgrade_order: Vec<Arc<str>>,
    pub faults: Vec<Fault>,
}

/// What keeps Alembic from loading or walking the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `down_revision` or `depends_on` names a revision that no file has.
    Missing { script: Arc<Script>, names: Arc<str>, is_dependency: bool },
    /// Two files have the same id: `script` is the later one by path.
    Duplicate { script: Arc<Script>, other: Arc<Script> },
    /// The revisions of a cycle, in its order, beginning with the smallest id.
    Cycle { scripts: Vec<Arc<Script>> },
}
