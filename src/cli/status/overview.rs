//! What `status` shows, gathered; its JSON is this.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::check::{EnvironmentState, State, is_of_another, unmapped_columns, unmapped_tables};
use crate::hook;
use crate::migration::history::{Effect, EffectKind, History};
use crate::migration::revision_map::{Fault, RevisionMap};
use crate::model::{Registered, Target};
use crate::project::{Level, Settings};
use crate::report::Places;

#[derive(Debug, Serialize)]
pub(super) struct Overview {
    pub hook: hook::State,
    pub settings: SettingsView,
    pub environments: Vec<EnvironmentView>,
    pub skipped: Vec<SkippedView>,
}

/// What the project has set, and where.
#[derive(Debug, Default, Serialize)]
pub(super) struct SettingsView {
    pub path: Option<String>,
    pub levels: BTreeMap<String, Level>,
    pub environments: Vec<String>,
    pub models: Vec<String>,
    pub foreign_tables: Vec<String>,
    pub released: Option<String>,
    /// `check:subject` to the reason.
    pub accepted: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
pub(super) struct SkippedView {
    pub config: String,
    pub section: String,
    pub why: String,
}

#[derive(Debug, Serialize)]
pub(super) struct EnvironmentView {
    pub script_location: String,
    pub env: Option<String>,
    pub versions: Vec<String>,
    pub heads: Vec<String>,
    pub bases: Vec<String>,
    pub config: Option<String>,
    pub section: String,
    pub metadata: &'static str,
    /// Why the metadata is unknown.
    pub metadata_reason: Option<String>,
    pub models: Vec<ModelView>,
    pub registries: Vec<RegistryView>,
    pub tables: Vec<String>,
    /// The columns of each table, in their order.
    pub columns: BTreeMap<String, Vec<String>>,
    /// `null` where it cannot be known.
    pub unmapped_tables: Option<Vec<String>>,
    /// Columns of mapped tables that no model declares; `null` where it cannot be known.
    pub unmapped_columns: Option<Vec<String>>,
    /// In upgrade order.
    pub revisions: Vec<RevisionView>,
    /// What keeps Alembic from walking the chain.
    pub faults: Vec<String>,
    /// Files of the environment that could not be read.
    pub unparsable: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ModelView {
    pub class: Option<String>,
    pub path: String,
    pub line: usize,
    pub table: Option<String>,
    pub registered: Option<bool>,
    /// Why `registered` or `table` is `null`.
    pub reason: Option<String>,
}

/// A package that registers its models.
#[derive(Debug, Serialize)]
pub(super) struct RegistryView {
    pub path: String,
    pub imports: Vec<String>,
    pub all: Option<Vec<String>>,
    pub missing: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RevisionView {
    pub revision: String,
    pub down_revision: Vec<String>,
    pub depends_on: Vec<String>,
    pub branch_labels: Vec<String>,
    pub doc: Option<String>,
    pub path: String,
    pub drops: Vec<DropView>,
}

/// Something that an `upgrade()` destroys and that holds data.
#[derive(Debug, Serialize)]
pub(super) struct DropView {
    /// `table`, `column`, `rows`, or the kind of another object.
    pub kind: &'static str,
    pub name: String,
    /// The later revision that makes it again.
    pub made_again_in: Option<String>,
}

impl Overview {
    pub(super) fn of(state: &State, hook: hook::State) -> Self {
        let places = Places::of(state);
        Self {
            hook,
            settings: SettingsView::of(&state.project.settings),
            environments: (state.environments.iter())
                .map(|environment| EnvironmentView::of(state, environment, &places))
                .collect(),
            skipped: (state.project.skipped.iter())
                .map(|skipped| SkippedView {
                    config: skipped.config.to_string(),
                    section: skipped.section.clone(),
                    why: skipped.why.clone(),
                })
                .collect(),
        }
    }
}

impl SettingsView {
    fn of(settings: &Settings) -> Self {
        Self {
            path: settings.path.as_ref().map(ToString::to_string),
            levels: settings.levels.clone(),
            environments: settings.environments.clone(),
            models: settings.models.clone(),
            foreign_tables: settings.foreign_tables.clone(),
            released: settings.released.clone(),
            accepted: (settings.accepted.iter())
                .map(|entry| (format!("{}:{}", entry.check, entry.subject), entry.reason.clone()))
                .collect(),
        }
    }
}

impl EnvironmentView {
    fn of(snapshot: &State, state: &EnvironmentState, places: &Places<'_>) -> Self {
        let EnvironmentState { environment, metadata, revisions, history, .. } = state;
        let (known, metadata_reason) = match &metadata.target {
            Target::Known => ("known", None),
            Target::Unknown(why) => ("unknown", Some(why.to_string())),
            Target::None => ("none", None),
        };
        Self {
            script_location: environment.script_location.to_string(),
            env: environment.env.as_ref().map(ToString::to_string),
            versions: texts(&environment.versions),
            heads: texts(&revisions.heads),
            bases: texts(&revisions.bases),
            config: environment.config.as_ref().map(ToString::to_string),
            section: environment.section.clone(),
            metadata: known,
            metadata_reason,
            models: (metadata.models.iter())
                .filter(|model| !is_of_another(snapshot, state, model))
                .map(|model| ModelView::of(model, places))
                .collect(),
            registries: (metadata.registries.iter())
                .map(|registry| RegistryView {
                    path: registry.path.to_string(),
                    imports: registry.imports.iter().map(|(path, _)| path.to_string()).collect(),
                    all: registry.all.as_ref().map(|(names, _)| texts(names)),
                    missing: texts(&registry.missing),
                })
                .collect(),
            tables: texts(history.schema.tables.keys()),
            columns: (history.schema.tables.iter())
                .map(|(name, table)| (name.to_string(), texts(table.columns.iter().map(|column| &column.column.name))))
                .collect(),
            unmapped_tables: unmapped_tables(snapshot, state).as_ref().map(texts),
            unmapped_columns: unmapped_columns(snapshot, state),
            revisions: revision_views(revisions, history),
            faults: revisions.faults.iter().map(fault).collect(),
            unparsable: (state.unparsable.iter()).map(|file| format!("{}: {}", file.location.path, file.why)).collect(),
        }
    }
}

impl ModelView {
    fn of(model: &crate::model::Model, places: &Places<'_>) -> Self {
        let (registered, reason) = match &model.registered {
            Registered::Yes => (Some(true), None),
            Registered::No => (Some(false), None),
            Registered::Unknown(why) => (None, Some(why.to_string())),
            Registered::NoneReached => {
                (None, Some("`env.py` imports no model: autogenerate would see none of these tables".to_owned()))
            }
        };
        let no_table = || model.table.is_none().then(|| "its table's name cannot be known".to_owned());
        let reason = reason.or_else(no_table);
        Self {
            class: model.class.as_ref().map(ToString::to_string),
            path: model.location.path.to_string(),
            line: places.position(&model.location).line,
            table: model.table.as_ref().map(ToString::to_string),
            registered,
            reason,
        }
    }
}

fn revision_views(revisions: &RevisionMap, history: &History) -> Vec<RevisionView> {
    let mut drops: HashMap<&str, Vec<DropView>> = HashMap::new();
    for effect in &history.effects {
        if let Some(drop) = drop_view(effect) {
            drops.entry(&effect.revision).or_default().push(drop);
        }
    }
    let scripts = revisions.upgrade_order.iter().filter_map(|id| revisions.scripts.get(id));
    scripts
        .map(|script| RevisionView {
            revision: script.revision.id.to_string(),
            down_revision: texts(&script.revision.down_revision),
            depends_on: texts(&script.revision.depends_on),
            branch_labels: texts(&script.revision.branch_labels),
            doc: script.revision.doc.as_ref().map(ToString::to_string),
            path: script.path.to_string(),
            drops: drops.remove(&*script.revision.id).unwrap_or_default(),
        })
        .collect()
}

fn drop_view(effect: &Effect) -> Option<DropView> {
    let (kind, name) = match &effect.kind {
        EffectKind::DroppedTable { table } => ("table", table.to_string()),
        EffectKind::DroppedColumn { table, column, .. } => ("column", format!("{table}.{column}")),
        EffectKind::DroppedObject { kind, name } => (kind.as_str(), name.to_string()),
        EffectKind::DeletedRows { table, .. } => ("rows", table.to_string()),
        EffectKind::DroppedIndex { .. }
        | EffectKind::DroppedConstraint { .. }
        | EffectKind::NarrowedColumn { .. }
        | EffectKind::Unreadable { .. } => return None,
    };
    Some(DropView { kind, name, made_again_in: effect.made_again_in.as_ref().map(ToString::to_string) })
}

fn fault(fault: &Fault) -> String {
    match fault {
        Fault::Missing { script, names, is_dependency } => {
            let verb = if *is_dependency { "depends on" } else { "follows" };
            format!("`{}` {verb} `{names}`, which no file has", script.revision.id)
        }
        Fault::Duplicate { script, other } => {
            format!("`{}` is the revision of both {} and {}", script.revision.id, other.path, script.path)
        }
        Fault::Cycle { scripts } => {
            let shown: Vec<&str> = scripts.iter().take(5).map(|script| &*script.revision.id).collect();
            let rest = if scripts.len() > shown.len() { ", …" } else { "" };
            format!("{} revisions follow each other in a circle: {}{rest}", scripts.len(), shown.join(", "))
        }
    }
}

fn texts<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}
