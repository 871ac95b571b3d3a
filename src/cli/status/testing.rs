//! Environments made by hand, for the tests of `status`.

use std::sync::Arc;

use super::overview::{DropView, EnvironmentView, Overview, RevisionView};
use crate::check::{EnvironmentState, State};
use crate::hook::{self, Condition, HookState};
use crate::migration::revision_map::RevisionMap;
use crate::migration::script::{Revision, Script};
use crate::report::testing;

pub(super) fn environment(revisions: RevisionMap) -> EnvironmentView {
    let analysis = testing::analysis([]);
    overview(&State { environments: vec![testing::state(revisions)], ..analysis.after }).environments.remove(0)
}

pub(super) fn overview(state: &State) -> Overview {
    let hook = |name, condition| HookState { name, path: format!(".git/hooks/{name}"), condition, previous: None };
    let hooks = vec![hook("pre-commit", Condition::Installed), hook("pre-merge-commit", Condition::Missing)];
    Overview::of(state, hook::State { folder: ".git/hooks".into(), version: 1, hooks_path: None, hooks })
}

pub(super) fn with_drop(revision: &mut RevisionView, kind: &'static str, name: &str) {
    revision.drops.push(DropView { kind, name: name.into(), made_again_in: None });
}

/// The project of the incident as its guide describes it, with one model forgotten and one that cannot be judged.
pub(super) fn incident() -> State {
    let (models, init) = ("backend/app/models", "backend/app/models/__init__.py");
    let user = format!("{models}/user.py");
    let template = format!("{models}/journey_template.py");
    let plugin = format!("{models}/plugin.py");
    let analysis = testing::analysis([
        (&*user, "\n\nclass User(Base):\n    pass\n"),
        (&*template, "class JourneyTemplate(Base):\n    pass\n"),
        (&*plugin, "plugins = Table(name(), metadata)\n"),
        (init, "from app.models.user import User\n"),
    ]);
    let mut environment = testing::state(testing::chain(&[
        ("644e419d84b5", &[]),
        ("9b984a6823ef", &["644e419d84b5"]),
        ("1ea01d592526", &["9b984a6823ef"]),
        ("29672f48c359", &["1ea01d592526"]),
        ("bcc6094025fa", &["29672f48c359"]),
        ("d17f77c24fbb", &["bcc6094025fa"]),
        ("584f6de0598c", &["d17f77c24fbb"]),
        ("c8a88100c2ca", &["584f6de0598c"]),
        ("01944f3c6224", &["c8a88100c2ca"]),
    ]));
    describe(&mut environment);
    environment.metadata = Arc::new(metadata(&analysis, [&*user, &*template, &*plugin], init));
    let project = crate::project::Project {
        settings: crate::project::Settings {
            path: Some("pyproject.toml".into()),
            levels: [("dropped-index".to_owned(), crate::project::Level::Ignore)].into(),
            released: Some("origin/main".into()),
            ..Default::default()
        },
        skipped: vec![crate::project::Skipped {
            config: "alembic.ini".into(),
            section: "old".into(),
            why: "`script_location` names no folder: old/alembic".into(),
        }],
        environments: Vec::new(),
    };
    State { environments: vec![environment], project, ..analysis.after }
}

fn describe(environment: &mut EnvironmentState) {
    use crate::migration::history::{Effect, EffectKind};
    use crate::migration::operation::{Certainty, Location, MigrateOperation, Operation, TableName};
    use crate::python::syntax::Span;

    let docs = [
        ("644e419d84b5", "Initial migration (users, receipts, categories)"),
        ("1ea01d592526", "Add journey_templates (manual SQL)"),
        ("29672f48c359", "Add subscriptions"),
        ("d17f77c24fbb", "Drop invite_codes"),
        ("01944f3c6224", "Recreate journey_templates"),
    ];
    for (id, doc) in docs {
        if let Some(script) = environment.revisions.scripts.get_mut(id) {
            let revision = Revision { doc: Some(doc.into()), ..script.revision.clone() };
            *script = Arc::new(Script::new(script.path.clone(), revision, None, None));
        }
    }
    let drop = |id: &str, table: &str, again: Option<&str>| Effect {
        revision: id.into(),
        path: environment.revisions.scripts[id].path.clone(),
        operation: MigrateOperation {
            operation: Operation::DropTable { table: TableName::new(table), cascade: false },
            location: Location { path: "x.py".into(), span: Span { start: 0, end: 0 } },
            through: Vec::new(),
            called_at: Vec::new(),
            certainty: Certainty::Always,
            guarded: false,
        },
        kind: EffectKind::DroppedTable { table: TableName::new(table) },
        cascade: false,
        origin: None,
        columns: Vec::new(),
        referred_by: Vec::new(),
        restored_by_downgrade: None,
        made_again_in: again.map(Into::into),
    };
    environment.history.effects = vec![
        drop("29672f48c359", "journey_templates", Some("01944f3c6224")),
        drop("d17f77c24fbb", "invite_codes", None),
    ];
}

fn metadata(analysis: &crate::check::Analysis, paths: [&str; 3], init: &str) -> crate::model::Metadata {
    use crate::migration::operation::TableName;
    use crate::model::{Metadata, Model, Registered, Registry, Target};
    use crate::python::syntax::Span;

    let [user, template, plugin] = paths;
    let model = |class: Option<&str>, path, name, table: Option<&str>, registered| Model {
        class: class.map(Into::into),
        module: class.and_then(|class| class.rsplit_once('.')).map_or("", |(module, _)| module).into(),
        location: testing::location(analysis, path, name),
        table: table.map(TableName::new),
        columns: Vec::new(),
        columns_known: true,
        indexes: Vec::new(),
        constraints: Vec::new(),
        registered,
    };
    Metadata {
        target: Target::Known,
        models: vec![
            model(
                Some("app.models.journey_template.JourneyTemplate"),
                template,
                "JourneyTemplate",
                Some("journey_templates"),
                Registered::No,
            ),
            model(None, plugin, "plugins", None, Registered::Unknown("a plugin loader could import it".into())),
            model(Some("app.models.user.User"), user, "User", Some("users"), Registered::Yes),
        ],
        registries: vec![Registry {
            names: std::collections::BTreeSet::new(),
            path: init.into(),
            package: "app.models".into(),
            imports: vec![(user.into(), Span { start: 0, end: 32 })],
            all: None,
            missing: vec![template.into()],
        }],
        ..Metadata::default()
    }
}
