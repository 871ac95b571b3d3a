//! What a check sees: the snapshot that will be committed, read whole, and what it is compared with.

use std::sync::Arc;

use thiserror::Error;

use crate::git::{Change, ReadError, Remotes};
use crate::migration::history::History;
use crate::migration::operation::Location;
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::Script;
use crate::model::Metadata;
use crate::project::{Environment, Project};
use crate::python::Sources;

/// A change, understood on both sides.
pub struct Analysis {
    /// What will be, or is, committed.
    pub after: State,
    /// `HEAD`, then the other parents of a merge. Empty before the first commit and where the whole history is asked
    /// about: everything is then reported.
    pub before: Vec<State>,
    /// How `after` differs from `HEAD`.
    pub changes: Vec<Change>,
    pub remotes: Arc<dyn Remotes>,
}

impl Analysis {
    pub fn read(_: &crate::git::Comparison) -> Result<Self, AnalysisError> {
        todo!()
    }
}

/// One snapshot, understood.
pub struct State {
    pub sources: Sources,
    pub project: Project,
    pub environments: Vec<EnvironmentState>,
}

/// One environment of a snapshot, understood.
pub struct EnvironmentState {
    pub environment: Environment,
    /// Every migration file, sorted by path.
    pub scripts: Vec<Arc<Script>>,
    /// Files of the environment that could not be read as Python.
    pub unparsable: Vec<Unparsable>,
    pub revisions: RevisionMap,
    pub history: History,
    pub metadata: Metadata,
}

/// A file that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unparsable {
    pub location: Location,
    /// A fragment that follows "cannot be read: ".
    pub why: String,
}

/// Why a change could not be analysed: nothing was checked then.
#[derive(Debug, Error)]
pub enum AnalysisError {
    #[error(transparent)]
    Read(#[from] ReadError),
}
