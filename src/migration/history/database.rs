//! The schema while it is replayed, with the ways to find things in it.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::migration::operation::{Constraint, ConstraintKind, DEFAULT_SCHEMAS, Name, ObjectKind, TableName};
use crate::migration::schema::{Schema, Table, TableColumn};
use crate::texts::Later;

/// A [`Schema`], and the ways to find things in it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Database {
    pub schema: Schema,
    /// Made when somebody asks for it.
    #[serde(skip)]
    places: OnceCell<Places>,
    /// Every table that the chain has created under this name.
    pub created: HashSet<TableName>,
    /// Whether a table is, or was, named with a default schema before it. Few chains do that.
    names_default_schemas: bool,
}

/// Where to look for what. It only grows: what it answers is looked up again.
#[derive(Clone, Default)]
struct Places {
    /// Tables that have, or had, an index or constraint of a name.
    owners: HashMap<Arc<str>, BTreeSet<TableName>>,
    /// Tables that refer, or referred, to a table of a name.
    referrers: HashMap<Name, BTreeSet<TableName>>,
}

impl Places {
    fn of(schema: &Schema) -> Self {
        let mut places = Self::default();
        schema.tables.iter().for_each(|(name, table)| places.add(name, table));
        places
    }

    fn add(&mut self, name: &TableName, table: &Table) {
        let indexes = table.indexes.iter().filter_map(|index| index.index.name.as_ref());
        let constraints = table.constraints.iter().filter_map(|constraint| constraint.name.as_ref());
        indexes.chain(constraints).for_each(|named| self.add_owner(named, name));
        references(table).for_each(|target| self.add_reference(target, name));
    }

    fn add_owner(&mut self, named: &Name, table: &TableName) {
        if let Name::Known(named) = named {
            self.owners.entry(named.clone()).or_default().insert(table.clone());
        }
    }

    fn add_reference(&mut self, target: &TableName, from: &TableName) {
        self.referrers.entry(target.name.clone()).or_default().insert(from.clone());
    }
}

impl Database {
    /// The name under which a table stands in the schema: `public.users` is `users`, where only one of them is known.
    pub(super) fn name_of(&self, table: &TableName) -> TableName {
        if self.schema.tables.contains_key(table) {
            return table.clone();
        }
        let others: Vec<TableName> = match table.schema.as_ref().map(|schema| schema.known()) {
            None if !self.names_default_schemas => Vec::new(),
            None => {
                let schemas = DEFAULT_SCHEMAS.iter().map(|schema| Some((*schema).into()));
                schemas.map(|schema| TableName { schema, name: table.name.clone() }).collect()
            }
            // A schema that is not known is the default one where that has the table: `schema=settings.SCHEMA or None`.
            Some(None) => vec![TableName { schema: None, name: table.name.clone() }],
            Some(Some(schema)) if DEFAULT_SCHEMAS.contains(&schema) => {
                vec![TableName { schema: None, name: table.name.clone() }]
            }
            Some(_) => Vec::new(),
        };
        others.into_iter().find(|name| self.schema.tables.contains_key(name)).unwrap_or_else(|| table.clone())
    }

    pub(super) fn table(&self, name: &TableName) -> Option<&Table> {
        self.schema.tables.get(name).map(|table| &***table)
    }

    pub(super) fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.schema.tables.get_mut(name).map(|table| &mut **Arc::make_mut(table))
    }

    pub(super) fn insert(&mut self, name: TableName, table: Table) {
        if let Some(places) = self.places.get_mut() {
            places.add(&name, &table);
        }
        self.created.insert(name.clone());
        self.names_default_schemas |= name.schema.is_some() && name.own_schema().is_none();
        self.schema.tables.insert(name, Arc::new(Later::new(table)));
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.schema))
    }

    pub(super) fn remember_owner(&mut self, named: &Name, table: &TableName) {
        if let Some(places) = self.places.get_mut() {
            places.add_owner(named, table);
        }
    }

    pub(super) fn remember_reference(&mut self, target: &TableName, from: &TableName) {
        if let Some(places) = self.places.get_mut() {
            places.add_reference(target, from);
        }
    }

    /// Gives a table another name, and those that refer to it.
    pub(super) fn rename(&mut self, from: &TableName, to: &TableName) {
        let Some(table) = self.schema.tables.remove(from).map(Arc::unwrap_or_clone) else { return };
        let table = table.into_inner();
        for other in self.referrers_of(from) {
            let Some(table) = self.table_mut(&other) else { continue };
            let constraints = table.constraints.iter_mut().filter_map(|constraint| constraint.refers_to.as_mut());
            let columns = table.columns.iter_mut().flat_map(|column| column.column.references.iter_mut());
            constraints.chain(columns).filter(|target| *target == from).for_each(|target| *target = to.clone());
            self.remember_reference(to, &other);
        }
        self.insert(to.clone(), table);
    }

    /// The tables with a foreign key to a table, itself left out.
    pub(super) fn referrers_of(&self, target: &TableName) -> Vec<TableName> {
        let Some(candidates) = self.places().referrers.get(&target.name) else { return Vec::new() };
        let refers = |name: &&TableName| {
            *name != target
                && self.table(name).is_some_and(|table| references(table).any(|to| self.name_of(to) == *target))
        };
        candidates.iter().filter(refers).cloned().collect()
    }

    /// The table that has an index or constraint of a name.
    pub(super) fn owner_of(&self, named: &str) -> Option<TableName> {
        let has = |name: &&TableName| {
            self.table(name).is_some_and(|table| {
                let mut indexes = table.indexes.iter().filter_map(|index| index.index.name.as_ref());
                let mut constraints = table.constraints.iter().filter_map(|constraint| constraint.name.as_ref());
                indexes.any(|name| name.known() == Some(named)) || constraints.any(|name| name.known() == Some(named))
            })
        };
        self.places().owners.get(named)?.iter().find(has).cloned()
    }

    /// Whether a name is a view's.
    pub(super) fn is_view(&self, name: &TableName) -> bool {
        self.schema.objects.contains_key(&(ObjectKind::View, name.clone()))
    }
}

fn references(table: &Table) -> impl Iterator<Item = &TableName> {
    let constraints = table.constraints.iter().filter_map(|constraint| constraint.refers_to.as_ref());
    constraints.chain(table.columns.iter().flat_map(|column| column.column.references.iter()))
}

impl Table {
    pub(super) fn column(&self, name: &Name) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.column.name == *name && name.known().is_some())
    }

    pub(super) fn column_mut(&mut self, name: &Name) -> Option<&mut TableColumn> {
        self.columns.iter_mut().find(|column| column.column.name == *name && name.known().is_some())
    }

    /// Takes a column out, with the indexes and constraints that it was part of.
    pub(super) fn remove_column(&mut self, name: &Name) {
        self.columns.retain(|column| column.column.name != *name);
        self.indexes.retain(|index| !index.index.columns.as_ref().is_some_and(|columns| columns.contains(name)));
        self.constraints
            .retain(|constraint| !constraint.columns.as_ref().is_some_and(|columns| columns.contains(name)));
    }

    pub(super) fn rename_column(&mut self, from: &Name, to: &Name) {
        let columns = self.columns.iter_mut().map(|column| &mut column.column.name);
        let indexed = self.indexes.iter_mut().filter_map(|index| index.index.columns.as_mut()).flatten();
        let constrained = self.constraints.iter_mut().filter_map(|constraint| constraint.columns.as_mut()).flatten();
        columns.chain(indexed).chain(constrained).filter(|name| *name == from).for_each(|name| *name = to.clone());
    }

    /// Whether a column is the primary key, or a part of it.
    pub(in crate::migration) fn is_primary_key(&self, column: &Name) -> bool {
        self.column(column).is_some_and(|column| column.column.primary_key)
            || self.constraints.iter().any(|constraint| {
                constraint.kind == ConstraintKind::PrimaryKey
                    && constraint.columns.as_ref().is_some_and(|columns| columns.contains(column))
            })
    }

    /// The constraint of a name: its own, or the one that PostgreSQL gives where the chain gives none
    /// (`ChooseIndexName` and `ChooseConstraintName`: `users_email_key`, `orders_user_id_fkey`, `users_pkey`).
    pub(super) fn constraint(&self, table: &TableName, name: &Name) -> Option<Constraint> {
        let known = name.known()?;
        if let Some(found) = self.constraints.iter().find(|constraint| constraint.name.as_ref() == Some(name)) {
            return Some(found.clone());
        }
        let unnamed = self.constraints.iter().filter(|constraint| constraint.name.is_none()).cloned();
        unnamed
            .chain(self.inline_constraints())
            .find(|constraint| default_name(table, constraint).as_deref() == Some(known))
    }

    /// Constraints that stand on a column itself.
    pub(super) fn inline_constraints(&self) -> impl Iterator<Item = Constraint> + '_ {
        self.columns.iter().flat_map(|column| {
            let column = &column.column;
            let on =
                |kind, refers_to| Constraint { name: None, kind, columns: Some(vec![column.name.clone()]), refers_to };
            let foreign =
                column.references.iter().map(move |target| on(ConstraintKind::ForeignKey, Some(target.clone())));
            let unique = column.unique.then(|| on(ConstraintKind::Unique, None));
            let primary = column.primary_key.then(|| on(ConstraintKind::PrimaryKey, None));
            foreign.chain(unique).chain(primary)
        })
    }
}

fn default_name(table: &TableName, constraint: &Constraint) -> Option<String> {
    let table = table.name.known()?;
    let columns = || -> Option<String> {
        let names: Option<Vec<&str>> = constraint.columns.as_ref()?.iter().map(Name::known).collect();
        Some(names?.join("_"))
    };
    Some(match constraint.kind {
        ConstraintKind::PrimaryKey => format!("{table}_pkey"),
        ConstraintKind::Unique => format!("{table}_{}_key", columns()?),
        ConstraintKind::ForeignKey => format!("{table}_{}_fkey", columns()?),
        ConstraintKind::Check | ConstraintKind::Exclude => return None,
    })
}
