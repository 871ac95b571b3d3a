//! What a check sees: the snapshot that will be committed, read whole, and what it is compared with.

use std::sync::{Arc, OnceLock, mpsc};

use serde::{Deserialize, Serialize};

use thiserror::Error;

use super::CHECKS;
use super::facts::{self, Chains, Models, Side};
use super::live::ModelsByTable;
use crate::git::{Change, Comparison, Files, ReadError, Remotes, Target, Tree};
use crate::migration::history::History;
use crate::migration::operation::Location;
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::{self, Script};
use crate::model::Metadata;
use crate::project::{self, Environment, Project, ProjectError, Settings};
use crate::python::Sources;
use crate::python::parse::SyntaxError;
use crate::python::sources::Parsed;
use crate::python::syntax::Span;
use crate::stack;

/// From so many files on a second thread is worth its start.
const MANY: usize = 500;

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

impl EnvironmentState {
    /// Whether this very migration is one of its own.
    pub(crate) fn has(&self, script: &Arc<Script>) -> bool {
        let at = self.scripts.partition_point(|other| other.path < script.path);
        self.scripts.get(at).is_some_and(|other| Arc::ptr_eq(other, script))
    }
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
        let apart = comparison.after.entries()?.len() >= MANY;
        // Who needs them first finds them.
        let located = OnceLock::new();
        let sides = || located.get_or_init(|| Located::sides(comparison)).as_deref().unwrap_or_default();
        let (send, receive) = mpsc::channel();
        let ((models, metadata), migrations) = stack::both(
            apart,
            move || {
                let kept = comparison.kept.read().unwrap_or_default();
                let (chains, models) = facts::split(&kept);
                // Where nobody waits for it, its reader has failed.
                let _ = send.send(Chains::of(chains));
                let mut models = Models::of(models);
                let metadata: Vec<_> = sides().iter().map(|side| side.metadata(&mut models)).collect();
                (models, metadata)
            },
            || {
                let files: Vec<_> = sides().iter().map(Located::migration_files).collect();
                let mut chains = receive.recv().ok()?;
                // The change comes last: its chain goes on from that of `HEAD`.
                let head = 1.min(files.len().saturating_sub(1));
                let sides = sides().iter().zip(files).enumerate().rev();
                let migrations =
                    sides.map(|(number, (side, files))| side.migrations(files, &mut chains, number == head));
                let migrations: Vec<_> = migrations.collect();
                Some((chains, migrations))
            },
        );
        let sides = located.into_inner().expect("the models were looked for on both sides")?;
        let (chains, migrations) = migrations.expect("the chains were sent before the models were looked for");
        let states = sides.into_iter().zip(migrations.into_iter().rev()).zip(metadata);
        let mut states = states
            .map(|((side, migrations), metadata)| side.state(migrations, metadata))
            .collect::<Result<Vec<_>, _>>()?;
        if (chains.is_worth_keeping() || models.is_worth_keeping())
            && let (Some(chains), Some(models)) = (chains.keep(), models.keep())
        {
            comparison.kept.write(facts::join(&chains, &models));
        }
        let after = states.remove(0);
        let (changes, remotes) = (comparison.changes.clone(), comparison.remotes.clone());
        Ok(Self { after, before: states, changes, remotes })
    }

    /// What could not be read since, if anything: who looked for a comment there has found none.
    pub fn trouble(&self) -> Option<ReadError> {
        std::iter::once(&self.after).chain(&self.before).find_map(|state| state.sources.files.trouble())
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
    /// What will be committed, then what it is compared with.
    fn sides(comparison: &Comparison) -> Result<Vec<Self>, AnalysisError> {
        let parsed = Arc::new(Parsed::default());
        let sources =
            |tree: &Arc<dyn Tree>| Ok::<_, ReadError>(Sources::new(Files::new(tree.clone())?, parsed.clone()));
        let after = sources(&comparison.after)?;
        let settings = settings(&after)?;
        let mut sides = vec![Self::new(after, settings.clone())];
        for tree in &comparison.parents {
            let sources = sources(tree)?;
            // Wrong settings that HEAD has are no reason to refuse the commit that mends them.
            let settings = self::settings(&sources).unwrap_or_else(|_| settings.clone());
            sides.push(Self::new(sources, settings));
        }
        Ok(sides)
    }

    fn new(sources: Sources, settings: Settings) -> Self {
        let project = project::discover(&sources, settings);
        Self { sources, project }
    }

    fn metadata(&self, facts: &mut Models) -> Vec<Arc<Metadata>> {
        let Project { environments, settings, .. } = &self.project;
        let mut side = Side::new(&self.sources);
        let metadata = environments.iter().map(|environment| {
            let known = facts.environment(environment, settings);
            facts.metadata(&mut side, known, settings)
        });
        metadata.collect()
    }

    /// The migration files of each environment.
    fn migration_files(&self) -> Vec<Vec<Arc<str>>> {
        let of = |environment| project::migration_files(&self.sources.files, environment);
        self.project.environments.iter().map(of).collect()
    }

    fn migrations(&self, files: Vec<Vec<Arc<str>>>, facts: &mut Chains, is_head: bool) -> Vec<Migrations> {
        let mut side = Side::new(&self.sources);
        let migrations = |(environment, files): (&Environment, Vec<Arc<str>>)| {
            let known = facts.environment(environment, &self.project.settings);
            let mut scripts = Vec::new();
            let mut unparsable = Vec::new();
            for path in files {
                let file = facts.script(&mut side, known, &path);
                unparsable.extend(file.unparsable);
                scripts.extend(file.script);
            }
            scripts.sort_by(|a, b| a.path.cmp(&b.path));
            let revisions = RevisionMap::new(&scripts);
            let over = |script: &Script, database| {
                script::upgrade_over(&self.sources, &environment.roots, script, &environment.options, database)
            };
            let history = facts.history(known, &revisions, &over, is_head);
            Migrations { scripts, unparsable, revisions, history }
        };
        self.project.environments.iter().zip(files).map(migrations).collect()
    }

    fn state(self, migrations: Vec<Migrations>, metadata: Vec<Arc<Metadata>>) -> Result<State, AnalysisError> {
        let Self { sources, project } = self;
        // What could not be read looked absent to whoever asked for it.
        if let Some(trouble) = sources.files.trouble() {
            return Err(trouble.into());
        }
        let environments = project.environments.iter().zip(migrations).zip(metadata);
        let environments = environments.map(|((environment, migrations), metadata)| {
            let Migrations { scripts, unparsable, revisions, history } = migrations;
            EnvironmentState {
                environment: environment.clone(),
                scripts,
                unparsable,
                revisions,
                history,
                metadata,
                models_by_table: ModelsByTable::default(),
            }
        });
        let environments = environments.collect();
        Ok(State { sources, project, environments })
    }
}

/// The migrations of one environment.
struct Migrations {
    scripts: Vec<Arc<Script>>,
    unparsable: Vec<Unparsable>,
    revisions: RevisionMap,
    history: History,
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
