//! Which later operation, or which of `downgrade()`, makes a dropped object again.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::EffectKind;
use super::database::Database;
use crate::migration::operation::{Index, MigrateOperation, Name, ObjectKind, Operation, TableName};
use crate::migration::script::Script;

/// What an object is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Key {
    Table(TableName),
    Column(TableName, Name),
    /// An index or constraint, by its name.
    Named(Name),
    /// An index or constraint, by what it covers.
    On(TableName, Vec<Name>),
    Object(ObjectKind, TableName),
    /// A column whose type is changed.
    Type(TableName, Name),
}

/// By what an operation that makes the object again is known. None for what no operation brings back.
pub(super) fn of_effect(kind: &EffectKind) -> Vec<Key> {
    let keys = match kind {
        EffectKind::DroppedTable { table } => vec![Key::Table(table.in_default_schema())],
        EffectKind::DroppedColumn { table, column, .. } => vec![Key::Column(table.in_default_schema(), column.clone())],
        EffectKind::DroppedIndex { name, table, columns } => {
            let on = table.as_ref().zip(columns.clone());
            let on = on.map(|(table, columns)| Key::On(table.in_default_schema(), columns));
            std::iter::once(Key::Named(name.clone())).chain(on).collect()
        }
        EffectKind::DroppedConstraint { name, .. } => vec![Key::Named(name.clone())],
        EffectKind::DroppedObject { kind, name } => vec![Key::Object(*kind, name.in_default_schema())],
        EffectKind::DeletedRows { .. } | EffectKind::NarrowedColumn { .. } | EffectKind::Unreadable { .. } => {
            Vec::new()
        }
    };
    keys.into_iter().filter(Key::is_known).collect()
}

/// What these operations have made and what still stands after them, each with the number of the operation.
pub(super) fn made_by(operations: &[MigrateOperation], database: &Database) -> Vec<(Key, usize)> {
    let mut found: Vec<(Key, usize)> = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let mut keys = Vec::new();
        made(&operation.operation, &mut keys);
        if let Operation::RenameTable { to, .. } = &operation.operation
            && let Some(table) = database.table(&database.name_of(to))
        {
            let columns = table.columns.iter().map(|column| column.column.name.clone());
            keys.extend(columns.map(|column| Key::Column(to.in_default_schema(), column)));
        }
        found.extend(keys.into_iter().map(|key| (key, at)));
    }
    // Asked for each column of a table, and tables can be wide.
    let mut columns_of: HashMap<TableName, HashSet<&Name>> = HashMap::new();
    found.retain(|(key, _)| match key {
        Key::Table(table) => database.table(&database.name_of(table)).is_some(),
        Key::Column(table, column) => {
            let name = database.name_of(table);
            match database.table(&name) {
                Some(table) => {
                    let names = || table.columns.iter().map(|column| &column.column.name);
                    let known = || names().filter(|name| name.known().is_some()).collect();
                    columns_of.entry(name).or_insert_with(known).contains(column)
                }
                // A table that the chain never made is not followed.
                None => !database.created.contains(&name),
            }
        }
        Key::Named(_) | Key::On(..) | Key::Object(..) | Key::Type(..) => true,
    });
    found
}

/// What a `downgrade()` makes.
pub(super) struct Restored {
    keys: HashSet<Key>,
    /// It is there and does something.
    acts: bool,
    /// Something in it could not be read.
    is_unknown: bool,
}

impl Restored {
    pub(super) fn new(script: &Script) -> Self {
        let Some(direction) = script.downgrade().filter(|direction| !direction.is_empty && !direction.raises) else {
            return Self { keys: HashSet::new(), acts: false, is_unknown: false };
        };
        let mut keys = Vec::new();
        let mut is_unknown = false;
        for operation in &direction.operations {
            is_unknown |= matches!(operation.operation, Operation::Unreadable { .. });
            made(&operation.operation, &mut keys);
        }
        is_unknown |= keys.iter().any(|key| !key.is_known());
        Self { keys: keys.into_iter().collect(), acts: true, is_unknown }
    }

    /// Whether it brings back what was destroyed; `None` where that cannot be known.
    pub(super) fn answer(&self, kind: &EffectKind) -> Option<bool> {
        let keys = match kind {
            // No downgrade has the rows.
            EffectKind::DeletedRows { .. } => return Some(false),
            EffectKind::Unreadable { .. } => return if self.acts { None } else { Some(false) },
            EffectKind::NarrowedColumn { table, column, .. } => {
                vec![Key::Type(table.in_default_schema(), column.clone())]
            }
            kind => of_effect(kind),
        };
        if keys.iter().any(|key| self.keys.contains(key)) {
            return Some(true);
        }
        if self.acts && (self.is_unknown || keys.is_empty()) { None } else { Some(false) }
    }
}

impl Key {
    fn is_known(&self) -> bool {
        let known = |table: &TableName| table.name.known().is_some();
        match self {
            Self::Table(table) | Self::Object(_, table) => known(table),
            Self::Column(table, column) | Self::Type(table, column) => known(table) && column.known().is_some(),
            Self::Named(name) => name.known().is_some(),
            Self::On(table, columns) => known(table) && columns.iter().all(|column| column.known().is_some()),
        }
    }
}

fn made(operation: &Operation, keys: &mut Vec<Key>) {
    match operation {
        Operation::CreateTable { table, columns, constraints, indexes, temporary: false, .. } => {
            let table = table.in_default_schema();
            keys.extend(columns.iter().map(|column| Key::Column(table.clone(), column.name.clone())));
            for index in indexes {
                index_keys(Some(&table), index, keys);
            }
            keys.extend(constraints.iter().filter_map(|constraint| constraint.name.clone()).map(Key::Named));
            keys.push(Key::Table(table));
        }
        Operation::RenameTable { to, .. } => keys.push(Key::Table(to.in_default_schema())),
        Operation::AddColumn { table, column } => {
            keys.push(Key::Column(table.in_default_schema(), column.name.clone()));
        }
        Operation::AlterColumn { table, column, new_name, type_, .. } => {
            let table = table.in_default_schema();
            if type_.is_some() {
                keys.push(Key::Type(table.clone(), column.clone()));
            }
            keys.extend(new_name.clone().map(|name| Key::Column(table, name)));
        }
        Operation::CreateIndex { table, index, .. } => {
            index_keys(table.as_ref().map(TableName::in_default_schema).as_ref(), index, keys);
        }
        Operation::RenameIndex { to, .. } => keys.push(Key::Named(to.clone())),
        Operation::CreateConstraint { constraint, .. } => keys.extend(constraint.name.clone().map(Key::Named)),
        Operation::CreateObject { kind, name, .. } | Operation::RenameObject { kind, to: name, .. } => {
            keys.push(Key::Object(*kind, name.in_default_schema()));
        }
        _ => {}
    }
}

fn index_keys(table: Option<&TableName>, index: &Index, keys: &mut Vec<Key>) {
    keys.extend(index.name.clone().map(Key::Named));
    keys.extend(table.cloned().zip(index.columns.clone()).map(|(table, columns)| Key::On(table, columns)));
}
