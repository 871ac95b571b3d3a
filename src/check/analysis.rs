//! What a check sees: the snapshot that will be committed, read whole, and what it is compared with.

use std::sync::Arc;
use std::thread;

use serde::{Deserialize, Serialize};

use thiserror::Error;

use super::CHECKS;
use super::facts::{Facts, Side};
use super::live::ModelsByTable;
use crate::git::{Change, Comparison, Files, ReadError, Remotes, Target, Tree};
use crate::migration::history::History;
use crate::migration::operation::Location;
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::Script;
use crate::model::Metadata;
use crate::project::{self, Environment, Project, ProjectError, Settings};
use crate::python::Sources;
use crate::python::parse::SyntaxError;
use crate::python::sources::Parsed;
use crate::python::syntax::Span;

/// A change, understood on both sides.
pub struct Analysis {
    /// What will be, or is, committed.
    pub after: State,
    /// `HEAD`, then the other parents of a merge. Empty before the first commit, when everything is new, and where the
    /// whole history is asked about.
    pub before: Vec<State>,
    /// How `after` differs from `HEAD`.
    pub changes: Vec<Change>,
    pub remotes: Arc<dyn Remotes>,
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
    /// Migration files that could not be read as Python.
    pub unparsable: Vec<Unparsable>,
    pub revisions: RevisionMap,
    pub history: History,
    pub metadata: Arc<Metadata>,
    pub(crate) models_by_table: ModelsByTable,
}

/// A file that cannot be loaded as Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl Analysis {
    /// Understands a change. Must run on [`crate::stack`], since it walks whatever the repository holds.
    pub fn read(comparison: &Comparison) -> Result<Self, AnalysisError> {
        let (mut facts, located) = thread::scope(|scope| {
            // While the snapshots are listed, which takes about as long.
            let load = || Facts::load(&comparison.kept);
            let loading = thread::Builder::new().spawn_scoped(scope, load);
            let located = Located::sides(comparison);
            (loading.map_or_else(|_| load(), |loading| loading.join().unwrap_or_default()), located)
        });
        let (after, before) = located?;
        // The change comes last: its chain goes on from that of `HEAD`.
        let before = before.into_iter().map(|side| State::read(side, &mut facts)).collect::<Result<_, _>>()?;
        let after = State::read(after, &mut facts)?;
        facts.save(&comparison.kept);
        let (changes, remotes) = (comparison.changes.clone(), comparison.remotes.clone());
        Ok(Self { after, before, changes, remotes })
    }

    /// Whether it is no change that is looked at but everything there is.
    pub fn is_whole_history(&self) -> bool {
        self.before.is_empty() && self.changes.is_empty()
    }
}

/// A snapshot, and where its migrations are.
struct Located {
    sources: Sources,
    project: Project,
}

impl Located {
    /// What will be committed, and what it is compared with.
    fn sides(comparison: &Comparison) -> Result<(Self, Vec<Self>), AnalysisError> {
        let parsed = Arc::new(Parsed::default());
        let sources =
            |tree: &Arc<dyn Tree>| Ok::<_, ReadError>(Sources::new(Files::new(tree.clone())?, parsed.clone()));
        let after = sources(&comparison.after)?;
        let settings = settings(&after)?;
        let before = comparison.parents.iter().map(|tree| {
            let sources = sources(tree)?;
            // Wrong settings that HEAD has are no reason to refuse the commit that mends them.
            let settings = self::settings(&sources).unwrap_or_else(|_| settings.clone());
            Ok(Self::new(sources, settings))
        });
        let before = before.collect::<Result<_, AnalysisError>>()?;
        Ok((Self::new(after, settings), before))
    }

    fn new(sources: Sources, settings: Settings) -> Self {
        let project = project::discover(&sources, settings);
        Self { sources, project }
    }
}

fn settings(sources: &Sources) -> Result<Settings, AnalysisError> {
    let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
    let settings = project::settings(sources, &names);
    // What could not be read looked absent.
    match sources.files.trouble() {
        Some(trouble) => Err(trouble.into()),
        None => Ok(settings?),
    }
}

impl State {
    /// Understands one snapshot.
    fn read(Located { sources, project }: Located, facts: &mut Facts) -> Result<Self, AnalysisError> {
        let mut side = Side::new(&sources);
        let read = |environment| EnvironmentState::read(&mut side, environment, &project, facts);
        let environments = project.environments.iter().map(read).collect();
        // What could not be read looked absent to all of the above.
        if let Some(trouble) = sources.files.trouble() {
            return Err(trouble.into());
        }
        Ok(Self { sources, project, environments })
    }
}

impl EnvironmentState {
    fn read(side: &mut Side<'_>, environment: &Environment, project: &Project, facts: &mut Facts) -> Self {
        let known = facts.environment(environment, &project.settings);
        let mut scripts = Vec::new();
        let mut unparsable = Vec::new();
        for path in project::migration_files(&side.sources.files, environment) {
            let file = facts.script(side, known, &path);
            unparsable.extend(file.unparsable);
            scripts.extend(file.script);
        }
        scripts.sort_by(|a, b| a.path.cmp(&b.path));
        let revisions = RevisionMap::new(&scripts);
        let history = facts.history(known, &revisions);
        let metadata = facts.metadata(side, known, &project.settings);
        Self {
            environment: environment.clone(),
            scripts,
            unparsable,
            revisions,
            history,
            metadata,
            models_by_table: ModelsByTable::default(),
        }
    }
}

impl Unparsable {
    /// Why a file cannot be loaded; `None` where it can, or is not there.
    pub fn of(sources: &Sources, path: &Arc<str>) -> Option<Self> {
        let (span, why) = match sources.get(path) {
            Some(Ok(file)) => {
                let SyntaxError { message, span } = file.error.clone()?;
                (span, message)
            }
            Some(Err(error)) => (Span::default(), error.to_string()),
            None if sources.files.resolve(path) == Target::Outside => {
                (Span::default(), "it is a link that leads out of the repository".to_owned())
            }
            None => return None,
        };
        Some(Self { location: Location { path: path.clone(), span }, why })
    }
}
