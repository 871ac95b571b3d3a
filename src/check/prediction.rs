//! What the next `alembic revision --autogenerate` would see.

use std::collections::HashSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::effect::column_subject;
use super::live::models_of;
use super::{EnvironmentState, State};
use crate::migration::history::EffectKind;
use crate::migration::operation::{Name, TableName};
use crate::migration::schema::TableColumn;
use crate::model::{Excluded, Filter, Metadata, Registered, Target};

/// Tables that well-known tools make and keep in the same database. None of them is dropped by a careful `env.py`, and
/// a chain that creates one does so for that tool.
const FOREIGN_TABLES: [&str; 18] = [
    "alembic_version",
    "apscheduler_jobs",
    "celery_taskmeta",
    "celery_tasksetmeta",
    "checkpoint_blobs",
    "checkpoint_migrations",
    "checkpoint_writes",
    "checkpoints",
    "geography_columns",
    "geometry_columns",
    "kombu_message",
    "kombu_queue",
    "langchain_pg_collection",
    "langchain_pg_embedding",
    "message_store",
    "raster_columns",
    "spatial_ref_sys",
    "sqlite_sequence",
];

/// The tables that the next autogenerate would drop: what the chain builds and no model that `env.py` reaches maps.
/// `None` where that cannot be known.
pub fn unmapped_tables(state: &State, environment: &EnvironmentState) -> Option<Vec<TableName>> {
    let Metadata { target, excluded, .. } = &*environment.metadata;
    if *target == Target::Known && excluded.filter == Filter::Unmapped {
        return Some(Vec::new());
    }
    if !is_predictable(environment) || environment.metadata.may_have_others {
        return None;
    }
    let foreign = Foreign::of(state, environment);
    let maybe_gone = maybe_gone(environment);
    let unmapped = environment.history.schema.tables.iter().filter(|(name, table)| {
        name.name != Name::Unknown
            && !maybe_gone.contains(name)
            && !models_of(environment, name)
                .iter()
                .any(|model| matches!(model.registered, Registered::Yes | Registered::Unknown(_)))
            && !foreign.has(name)
            // The table is read for that.
            && table.origin.is_some()
    });
    Some(unmapped.map(|(name, _)| name.clone()).collect())
}

/// The columns that the next autogenerate would drop: what the chain adds to a table and none of the models that map it
/// declares. `None` where that cannot be known; a table with a model that is not fully known is left out.
pub fn unmapped_columns(state: &State, environment: &EnvironmentState) -> Option<Vec<String>> {
    if !is_predictable(environment) || environment.metadata.excluded.may_refuse_columns {
        return None;
    }
    let foreign = Foreign::of(state, environment);
    let mut unmapped = Vec::new();
    for (name, table) in &environment.history.schema.tables {
        let models = models_of(environment, name);
        let are_known = models.iter().all(|model| match model.registered {
            Registered::Yes => model.columns_known,
            Registered::No => true,
            Registered::Unknown(_) | Registered::NoneReached => false,
        });
        let mut registered = models.iter().filter(|model| model.registered == Registered::Yes).peekable();
        if registered.peek().is_none() || !are_known || foreign.has(name) {
            continue;
        }
        // SQL folds the case of a name that stands without quotes.
        let folded = |name: &Name| name.known().map(str::to_lowercase);
        let declared: HashSet<Option<String>> =
            registered.flat_map(|model| &model.columns).map(|declared| folded(&declared.column.name)).collect();
        for TableColumn { column, origin, is_certain } in &table.columns {
            let is_known = origin.is_some() && *is_certain && column.name != Name::Unknown;
            if is_known && !declared.contains(&folded(&column.name)) && !foreign.leaves_out_column(name, &column.name) {
                unmapped.push(column_subject(name, &column.name));
            }
        }
    }
    Some(unmapped)
}

/// Tables that stand in the replayed schema only because their drop stands under a condition.
fn maybe_gone(environment: &EnvironmentState) -> HashSet<&TableName> {
    let dropped = environment.history.effects.iter().filter_map(|effect| match &effect.kind {
        EffectKind::DroppedTable { table } if effect.made_again_in.is_none() => Some(table),
        _ => None,
    });
    dropped.collect()
}

/// Whether it is known what autogenerate would compare, model by model.
pub(super) fn is_predictable(environment: &EnvironmentState) -> bool {
    let metadata = &environment.metadata;
    metadata.target == Target::Known
        && metadata.excluded.filter != Filter::Unknown
        && metadata.unknowns.is_empty()
        && metadata.models.iter().any(|model| model.registered == Registered::Yes)
        && metadata.models.iter().all(|model| model.table.is_some() || model.registered == Registered::No)
}

/// The tables that autogenerate leaves alone, or whose owner is somebody else.
pub(super) struct Foreign<'a> {
    excluded: &'a Excluded,
    patterns: GlobSet,
}

impl<'a> Foreign<'a> {
    pub(super) fn of(state: &State, environment: &'a EnvironmentState) -> Self {
        let mut patterns = GlobSetBuilder::new();
        let settings = &state.project.settings;
        settings.foreign_tables.iter().filter_map(|pattern| Glob::new(pattern).ok()).for_each(|glob| {
            patterns.add(glob);
        });
        let patterns = patterns.build().unwrap_or_else(|_| GlobSet::empty());
        Self { excluded: &environment.metadata.excluded, patterns }
    }

    pub(super) fn has(&self, table: &TableName) -> bool {
        let Some(name) = table.name.known() else { return true };
        FOREIGN_TABLES.contains(&name)
            || (!self.excluded.include_schemas && table.own_schema().is_some_and(|schema| *schema != Name::Unknown))
            || self.leaves_out(table)
    }

    /// Whether a table that no model maps is not dropped.
    pub(super) fn is_left(&self, table: &TableName) -> bool {
        self.excluded.filter == Filter::Unmapped || self.has(table)
    }

    /// Whether `env.py` takes a table out of autogenerate, or the settings say that its owner is somebody else.
    pub(super) fn leaves_out(&self, table: &TableName) -> bool {
        let Some(name) = table.name.known() else { return false };
        let Excluded { tables, prefixes, .. } = self.excluded;
        tables.contains(name)
            || prefixes.iter().any(|prefix| name.starts_with(&**prefix))
            || (!self.patterns.is_empty()
                && (self.patterns.is_match(name) || self.patterns.is_match(table.to_string())))
    }

    /// Whether `env.py` takes a column out of it.
    fn leaves_out_column(&self, table: &TableName, column: &Name) -> bool {
        self.excluded.columns.iter().any(|(of, name)| {
            column.known() == Some(name) && of.as_deref().is_none_or(|of| table.name.known() == Some(of))
        })
    }
}
