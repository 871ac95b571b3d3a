//! Which models still need what a migration drops.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::{EnvironmentState, Scene, State};
use crate::migration::history::{Effect, EffectKind};
use crate::migration::operation::{Index, Name, TableName};
use crate::migration::schema::Table;
use crate::model::{Metadata, Model, ModelColumn, Registered, Registry, Target};

/// Whether two names mean the same table. An unknown name means none.
pub(super) fn is_same_table(a: &TableName, b: &TableName) -> bool {
    let (Some(name), Some(other)) = (a.name.known(), b.name.known()) else { return false };
    // A schema from a setting: the name decides.
    let is_open = |table: &TableName| table.schema == Some(Name::Unknown);
    name == other && (is_open(a) || is_open(b) || a.own_schema() == b.own_schema())
}

/// The models that map a table, registered ones first.
pub(super) fn models_of<'a>(environment: &'a EnvironmentState, table: &TableName) -> Vec<&'a Model> {
    let maps = |model: &&Model| model.table.as_ref().is_some_and(|mapped| is_same_table(mapped, table));
    let mut models: Vec<&Model> = environment.models_by_table.of(&environment.metadata, table).filter(maps).collect();
    models.sort_by_key(|model| model.registered != Registered::Yes);
    models
}

/// Which models map tables of a name, whatever their schemas. Made when it is first asked for.
#[derive(Default)]
pub(crate) struct ModelsByTable(OnceLock<HashMap<Arc<str>, Vec<usize>>>);

impl ModelsByTable {
    fn of<'a>(&self, metadata: &'a Metadata, table: &TableName) -> impl Iterator<Item = &'a Model> {
        let by_name = self.0.get_or_init(|| {
            let mut by_name: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
            for (at, model) in metadata.models.iter().enumerate() {
                if let Some(TableName { name: Name::Known(name), .. }) = &model.table {
                    by_name.entry(name.clone()).or_default().push(at);
                }
            }
            by_name
        });
        let found = table.name.known().and_then(|name| by_name.get(name)).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|at| metadata.models.get(*at))
    }
}

/// What the chain has built under a model's table name.
pub(super) fn table_of<'a>(environment: &'a EnvironmentState, table: &TableName) -> Option<&'a Table> {
    let tables = &environment.history.schema.tables;
    let otherwise = || tables.iter().find(|(name, _)| is_same_table(name, table)).map(|(_, table)| table);
    tables.get(table).or_else(otherwise).map(|table| &***table)
}

/// The model that still maps the table that an effect drops.
pub(super) fn table<'a>(scene: &Scene<'a>, effect: &Effect) -> Option<&'a Model> {
    match &effect.kind {
        EffectKind::DroppedTable { table } if effect.made_again_in.is_none() => {
            models_of(scene.environment, table).first().copied()
        }
        _ => None,
    }
}

/// The model that still declares the column that an effect drops.
pub(super) fn column<'a>(scene: &Scene<'a>, effect: &Effect) -> Option<(&'a Model, &'a ModelColumn)> {
    let EffectKind::DroppedColumn { table, column, .. } = &effect.kind else { return None };
    if effect.made_again_in.is_some() || *column == Name::Unknown {
        return None;
    }
    models_of(scene.environment, table).into_iter().find_map(|model| {
        let declared = model.columns.iter().find(|declared| declared.column.name == *column)?;
        Some((model, declared))
    })
}

/// Whether it is certain that nothing maps what an effect drops and no model still needs. `None` where it is made again, and
/// may well be mapped.
pub(super) fn is_unmapped(scene: &Scene, effect: &Effect) -> Option<bool> {
    let metadata = &scene.environment.metadata;
    let is_known = metadata.target == Target::Known && metadata.models.iter().all(|model| model.table.is_some());
    effect.made_again_in.is_none().then_some(is_known)
}

/// The model that still declares the index that an effect drops.
pub(super) fn index<'a>(scene: &Scene<'a>, effect: &Effect) -> Option<(&'a Model, &'a Index)> {
    let EffectKind::DroppedIndex { name, table, .. } = &effect.kind else { return None };
    if effect.made_again_in.is_some() || *name == Name::Unknown {
        return None;
    }
    let models = match table {
        Some(table) => models_of(scene.environment, table),
        None => scene.environment.metadata.models.iter().collect(),
    };
    models.into_iter().find_map(|model| {
        let declared = model.indexes.iter().find(|declared| declared.name.as_ref() == Some(name))?;
        Some((model, declared))
    })
}

/// Whether a model is another environment's: that one reaches it, this one does not, and nothing that its chain made depends
/// on it.
pub fn is_of_another(state: &State, environment: &EnvironmentState, model: &Model) -> bool {
    let is_outside = matches!(model.registered, Registered::No | Registered::NoneReached);
    // Each calls the class by the name that it imports it by.
    let is_same = |other: &Model| other.location == model.location && other.class.is_some() == model.class.is_some();
    let has = |other: &EnvironmentState| {
        let mut models = other.metadata.models.iter();
        models.any(|other| other.registered == Registered::Yes && is_same(other))
    };
    is_outside
        && created_loss(environment, model).is_none()
        && state.environments.iter().any(|other| !std::ptr::eq(other, environment) && has(other))
}

/// What autogenerate would take for removed if it did not see a model.
pub(super) enum Loss {
    /// Its table: nothing that is seen maps it.
    Table,
    /// Columns of its own, in a table that other models map.
    Columns(Vec<Name>),
}

/// What depends on a model's being seen. `None` where what is seen declares all of it: a child in its parent's table, a
/// second class of the same table.
pub(super) fn loss(environment: &EnvironmentState, model: &Model) -> Option<Loss> {
    let Some(table) = &model.table else { return Some(Loss::Table) };
    let mut seen = models_of(environment, table);
    seen.retain(|other| other.registered == Registered::Yes);
    if seen.is_empty() {
        return Some(Loss::Table);
    }
    let is_seen = |name: &Name| seen.iter().flat_map(|other| &other.columns).any(|other| other.column.name == *name);
    let own = model.columns.iter().map(|declared| &declared.column.name);
    let lost: Vec<Name> = own.filter(|name| **name != Name::Unknown && !is_seen(name)).cloned().collect();
    (!lost.is_empty()).then_some(Loss::Columns(lost))
}

/// Whether the chain has made a model's table.
pub(super) fn is_created(environment: &EnvironmentState, model: &Model) -> bool {
    created_table(environment, model).is_some()
}

/// A model's table, where the chain has made it.
fn created_table<'a>(environment: &'a EnvironmentState, model: &Model) -> Option<&'a Table> {
    table_of(environment, model.table.as_ref()?).filter(|table| table.origin.is_some())
}

/// What would be lost of all that the chain has made for a model. `None` where it has made nothing that depends on it.
pub(super) fn created_loss(environment: &EnvironmentState, model: &Model) -> Option<Loss> {
    let table = created_table(environment, model)?;
    match loss(environment, model)? {
        Loss::Table => Some(Loss::Table),
        Loss::Columns(mut columns) => {
            let has = |name: &Name| table.columns.iter().any(|built| built.column.name == *name);
            columns.retain(has);
            (!columns.is_empty()).then_some(Loss::Columns(columns))
        }
    }
}

/// How a model is called in a message: its class's own name, or its table's.
pub(super) fn name(model: &Model) -> String {
    match (&model.class, &model.table) {
        (Some(class), _) => class_name(class).to_owned(),
        (None, Some(table)) => table.to_string(),
        (None, None) => "?".to_owned(),
    }
}

/// `User` of `app.models.user.User`.
pub(super) fn class_name(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// The registry that a model's file belongs to: the nearest package above it that registers models.
pub(super) fn registry_of<'a>(environment: &'a EnvironmentState, model: &Model) -> Option<&'a Registry> {
    let folder = |registry: &Registry| crate::git::parent(&registry.path).to_owned();
    environment
        .metadata
        .registries
        .iter()
        .filter(|registry| {
            let folder = folder(registry);
            registry.path != model.location.path
                && (folder.is_empty()
                    || model.location.path.strip_prefix(&*folder).is_some_and(|rest| rest.starts_with('/')))
        })
        .max_by_key(|registry| folder(registry).len())
}

/// The line that registers a model, and the file that it belongs into.
pub(super) fn registration(environment: &EnvironmentState, model: &Model) -> Option<String> {
    model.class.as_ref()?;
    let name = model.top_level_name();
    let line = match name {
        Some(name) => format!("from {} import {name}", model.module),
        None => format!("import {}", model.module),
    };
    if let Some(registry) = registry_of(environment, model) {
        let exported = match (&registry.all, name) {
            (Some(_), Some(name)) => format!(" and \"{name}\" to its `__all__`"),
            _ => String::new(),
        };
        return Some(format!("add `{line}` to {}{exported}", registry.path));
    }
    let env = environment.environment.env.as_ref()?;
    Some(format!("add `{line}` to {env}, or to a module that it imports"))
}
