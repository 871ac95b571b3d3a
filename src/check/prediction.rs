//! What the next `alembic revision --autogenerate` would see.

use globset::Glob;

use super::live::{is_same_table, models_of};
use super::{EnvironmentState, State};
use crate::migration::operation::{Name, TableName};
use crate::model::{Registered, Target};

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
    if !is_predictable(environment) {
        return None;
    }
    let unmapped = environment.history.schema.tables.iter().filter(|(name, table)| {
        table.origin.is_some()
            && name.name != Name::Unknown
            && !is_foreign(state, environment, name)
            && !models_of(environment, name)
                .iter()
                .any(|model| matches!(model.registered, Registered::Yes | Registered::Unknown(_)))
    });
    Some(unmapped.map(|(name, _)| name.clone()).collect())
}

/// Whether it is known what autogenerate would compare, model by model.
pub(super) fn is_predictable(environment: &EnvironmentState) -> bool {
    let metadata = &environment.metadata;
    metadata.target == Target::Known
        && !metadata.excluded.is_unknown
        && metadata.unknowns.is_empty()
        && metadata.models.iter().any(|model| model.registered == Registered::Yes)
        && metadata.models.iter().all(|model| model.table.is_some() || model.registered == Registered::No)
}

/// Whether autogenerate leaves a table alone, or its owner is somebody else.
pub(super) fn is_foreign(state: &State, environment: &EnvironmentState, table: &TableName) -> bool {
    let Some(name) = table.name.known() else { return true };
    let excluded = &environment.metadata.excluded;
    let qualified = table.to_string();
    FOREIGN_TABLES.contains(&name)
        || excluded.tables.contains(name)
        || excluded.prefixes.iter().any(|prefix| name.starts_with(&**prefix))
        || (!excluded.include_schemas && !is_same_table(table, &TableName { schema: None, name: table.name.clone() }))
        || state.project.settings.foreign_tables.iter().any(|pattern| {
            Glob::new(pattern).is_ok_and(|glob| {
                let glob = glob.compile_matcher();
                glob.is_match(name) || glob.is_match(&qualified)
            })
        })
}
