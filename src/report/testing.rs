//! Findings and analyses made by hand, for the tests of reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::{Analysis, EnvironmentState, Finding, Related, State};
use crate::git::{Files, MemoryTree, NoRemotes};
use crate::migration::history::History;
use crate::migration::operation::Location;
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::{Revision, Script};
use crate::project::{Environment, Level, Project};
use crate::python::syntax::Span;
use crate::python::{ImportRoots, Sources};

/// A snapshot of these files, compared with nothing.
pub(crate) fn analysis<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Analysis {
    let files = Files::new(Arc::new(MemoryTree::new(files))).unwrap();
    Analysis {
        after: State {
            sources: Sources::new(files, Arc::default()),
            project: Project::default(),
            environments: Vec::new(),
        },
        before: Vec::new(),
        changes: Vec::new(),
        remotes: Arc::new(NoRemotes),
    }
}

/// A finding at the first place where `text` stands in a file of the snapshot, or of the one before.
pub(crate) fn finding(analysis: &Analysis, subject: &str, level: Level, path: &str, text: &str) -> Finding {
    Finding {
        check: "dropped-table",
        level,
        subject: subject.into(),
        location: location(analysis, path, text),
        revision: None,
        message: format!("upgrade() drops table `{subject}`"),
        help: None,
        related: Vec::new(),
        loss: None,
        acknowledged: None,
    }
}

pub(crate) fn location(analysis: &Analysis, path: &str, text: &str) -> Location {
    let states = std::iter::once(&analysis.after).chain(&analysis.before);
    let content = states.into_iter().find_map(|state| state.sources.files.read(path)).unwrap();
    let content = std::str::from_utf8(&content).unwrap();
    let start = u32::try_from(content.find(text).unwrap()).unwrap();
    Location { path: path.into(), span: Span { start, end: start + u32::try_from(text.len()).unwrap() } }
}

/// A chain of revisions with what they follow, in upgrade order. The heads and bases are derived.
pub(crate) fn chain(revisions: &[(&str, &[&str])]) -> RevisionMap {
    let script = |(id, down): &(&str, &[&str])| -> (Arc<str>, Arc<Script>) {
        let revision = Revision {
            id: (*id).into(),
            id_span: Span { start: 0, end: 0 },
            down_revision: down.iter().map(|id| (*id).into()).collect(),
            down_revision_span: Span { start: 0, end: 0 },
            depends_on_span: Span { start: 0, end: 0 },
            depends_on: Vec::new(),
            branch_labels: Vec::new(),
            is_unknown: false,
            doc: None,
        };
        let path = format!("versions/{id}.py").into();
        ((*id).into(), Arc::new(Script::new(path, revision, None, None)))
    };
    let scripts: BTreeMap<_, _> = revisions.iter().map(script).collect();
    let followed = |id: &str| revisions.iter().any(|(_, down)| down.contains(&id));
    RevisionMap {
        scripts,
        heads: revisions.iter().filter(|(id, _)| !followed(id)).map(|(id, _)| (*id).into()).collect(),
        bases: revisions.iter().filter(|(_, down)| down.is_empty()).map(|(id, _)| (*id).into()).collect(),
        upgrade_order: revisions.iter().map(|(id, _)| (*id).into()).collect(),
        faults: Vec::new(),
    }
}

/// An environment with this chain and nothing else.
pub(crate) fn state(revisions: RevisionMap) -> EnvironmentState {
    EnvironmentState {
        environment: Environment {
            config: Some("alembic.ini".into()),
            section: "alembic".into(),
            script_location: "alembic".into(),
            env: Some("alembic/env.py".into()),
            versions: vec!["alembic/versions".into()],
            recursive_version_locations: false,
            options: BTreeMap::new(),
            roots: ImportRoots::default(),
        },
        scripts: Vec::new(),
        unparsable: Vec::new(),
        revisions,
        history: History::default(),
        metadata: Arc::default(),
        models_by_table: crate::check::ModelsByTable::default(),
    }
}

/// The incident, an intended drop and a warning: one finding of each level.
pub(crate) fn incident() -> (Analysis, Vec<Finding>) {
    let (accident, intended) = ("backend/alembic/versions/29672f48c359_subscriptions.py", "backend/alembic/d17f.py");
    let model = "backend/app/models/journey_template.py";
    let analysis = analysis([
        (
            accident,
            "def upgrade() -> None:\n    op.add_column('users', sa.Column('plan'))\n    op.drop_table('journey_templates')\n",
        ),
        (intended, "def upgrade():\n    op.drop_table('invite_codes')\n"),
        (model, "class JourneyTemplate(Base):\n    __tablename__ = 'journey_templates'\n"),
    ]);
    let mut first =
        finding(&analysis, "journey_templates", Level::Deny, accident, "op.drop_table('journey_templates')");
    first.check = "dropped-live-table";
    first.revision = Some("29672f48c359".into());
    first.message =
        "upgrade() drops table `journey_templates`, which `app.models.journey_template.JourneyTemplate` maps".into();
    first.help = Some("delete the drop, and register the model in backend/app/models/__init__.py:\nfrom app.models.journey_template import JourneyTemplate".into());
    first.related = vec![Related {
        location: location(&analysis, model, "JourneyTemplate"),
        message: "mapped here; `env.py` does not import this module".into(),
    }];
    let mut second = finding(&analysis, "invite_codes", Level::Confirm, intended, "op.drop_table('invite_codes')");
    second.revision = Some("d17f77c24fbb".into());
    let mut third = finding(&analysis, "journey_templates", Level::Warn, model, "JourneyTemplate");
    third.check = "missing-migration";
    third.message = "no migration creates table `journey_templates`".into();
    (analysis, vec![first, second, third])
}
