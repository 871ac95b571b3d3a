//! Tables that are created, dropped and renamed, and objects that are no tables.

use super::EffectKind;
use super::upgrade::{Made, Upgrade, Was, is_certain};
use crate::migration::operation::{
    Column, Constraint, Index, MigrateOperation, Name, ObjectKind, Operation, TableName,
};
use crate::migration::schema::{Table, TableColumn, TableIndex};

impl Upgrade<'_> {
    pub(super) fn apply_to_table(&mut self, operation: &MigrateOperation) {
        match &operation.operation {
            Operation::CreateTable { .. } => self.create_table(operation),
            Operation::DropTable { table, cascade } => self.drop_table(operation, table, *cascade),
            Operation::RenameTable { from, to } => self.rename_table(operation, from, to),
            _ => {}
        }
    }

    fn create_table(&mut self, operation: &MigrateOperation) {
        let Operation::CreateTable {
            table,
            columns,
            constraints,
            indexes,
            if_not_exists,
            temporary,
            columns_known,
            ..
        } = &operation.operation
        else {
            return;
        };
        if table.name.known().is_none() {
            self.has_unreadable = true;
            return;
        }
        let name = self.database.name_of(table);
        if let Some(known) = self.database.table_mut(&name) {
            let leaves = *if_not_exists || operation.guarded || !is_certain(operation);
            if leaves && known.origin.is_some() {
                // Whoever made it, it exists from here on.
                known.is_certain |= is_certain(operation);
                return;
            }
        }
        let name = if self.database.table(&name).is_some() { name } else { table.clone() };
        let made = self.new_table(operation, &name, columns, constraints, indexes);
        let id = self.new_id(&name);
        self.created.insert(id);
        if *temporary {
            self.temporary.insert(id);
        }
        for index in &made.indexes {
            let index = index.index.clone();
            self.made(id, Made { name: index.name, kind: None, unique: index.unique, columns: index.columns });
        }
        for constraint in made.constraints.iter().cloned().chain(made.inline_constraints()).collect::<Vec<_>>() {
            self.made(id, of_constraint(&constraint));
        }
        self.stands(operation, table_subject(&name));
        self.database.insert(name, Table { columns_known: *columns_known && made.columns_known, ..made });
    }

    fn new_table(
        &mut self,
        operation: &MigrateOperation,
        name: &TableName,
        columns: &[Column],
        constraints: &[Constraint],
        indexes: &[Index],
    ) -> Table {
        let origin = Some(self.origin(operation));
        let is_certain = is_certain(operation);
        let known = columns.iter().filter(|column| column.name.known().is_some());
        let own_indexes = columns.iter().filter_map(|column| column_index(name, column));
        Table {
            columns: known
                .map(|column| TableColumn { column: column.clone(), origin: origin.clone(), is_certain: true })
                .collect(),
            columns_known: columns.iter().all(|column| column.name.known().is_some()),
            indexes: indexes
                .iter()
                .cloned()
                .chain(own_indexes)
                .map(|index| TableIndex { index, origin: origin.clone(), is_certain: true })
                .collect(),
            constraints: constraints.to_vec(),
            is_certain,
            origin,
        }
    }

    fn drop_table(&mut self, operation: &MigrateOperation, table: &TableName, cascade: bool) {
        let name = self.database.name_of(table);
        let mut effect = self.effect(operation, EffectKind::DroppedTable { table: table.clone() });
        effect.cascade = cascade;
        if table.name.known().is_none() {
            self.has_unreadable = true;
            self.offer(effect, None, Was::Other);
            return;
        }
        let Some(known) = self.database.table(&name).cloned() else {
            self.note_missing(operation, &name);
            self.offer(effect, None, Was::Other);
            return;
        };
        let id = self.id(&name);
        effect.origin.clone_from(&known.origin);
        effect.columns = known.columns.iter().map(|column| column.column.name.clone()).collect();
        effect.referred_by = self.database.referrers_of(&name);
        self.dropped.insert(id);
        self.offer(effect, Some(id), Was::Table(Box::new(known)));
        if self.is_gone(operation, table_subject(&name)) {
            self.database.schema.tables.remove(&name);
            self.ids.remove(&name);
        } else if let Some(known) = self.database.table_mut(&name) {
            known.is_certain = false;
        }
    }

    fn rename_table(&mut self, operation: &MigrateOperation, from: &TableName, to: &TableName) {
        let Some(name) = self.used(operation, from) else { return };
        let id = self.id(&name);
        self.ids.remove(&name);
        if to.name.known().is_none() {
            self.has_unreadable = true;
            self.database.schema.tables.remove(&name);
            return;
        }
        // `ALTER TABLE audit.events RENAME TO log` stays in its schema.
        let to = TableName { schema: to.schema.clone().or_else(|| name.schema.clone()), name: to.name.clone() };
        self.ids.insert(to.clone(), id);
        self.stands(operation, table_subject(&to));
        self.database.rename(&name, &to);
    }

    pub(super) fn apply_to_object(&mut self, operation: &MigrateOperation) {
        match &operation.operation {
            Operation::CreateObject { kind, name, .. } => {
                let origin = self.origin(operation);
                let key = (*kind, name.clone());
                let objects = &mut self.database.schema.objects;
                if name.name.known().is_some() && !objects.contains_key(&key) {
                    objects.insert(key.clone(), origin);
                }
                self.made_objects.insert(key);
            }
            Operation::DropObject { kind, name, cascade } => {
                let mut effect = self.effect(operation, EffectKind::DroppedObject { kind: *kind, name: name.clone() });
                effect.cascade = *cascade;
                effect.origin = self.database.schema.objects.remove(&(*kind, name.clone()));
                self.offer(effect, None, Was::Other);
                if *kind == ObjectKind::Schema && is_certain(operation) {
                    let inside =
                        |table: &TableName| table.schema.as_ref() == Some(&name.name) && name.name.known().is_some();
                    self.database.schema.tables.retain(|table, _| !inside(table));
                }
            }
            Operation::RenameObject { kind, from, to } => {
                let first = self.renamed_objects.remove(&(*kind, from.clone())).unwrap_or_else(|| from.clone());
                self.renamed_objects.insert((*kind, to.clone()), first);
                if let Some(origin) = self.database.schema.objects.remove(&(*kind, from.clone())) {
                    self.database.schema.objects.insert((*kind, to.clone()), origin);
                }
            }
            _ => {}
        }
    }
}

fn table_subject(table: &TableName) -> String {
    format!("table {table}")
}

/// The index that `index=True` makes. SQLAlchemy's default convention names it `ix_<table>_<column>`.
pub(super) fn column_index(table: &TableName, column: &Column) -> Option<Index> {
    if !column.index {
        return None;
    }
    let (table, name) = (table.name.known()?, column.name.known()?);
    let named = Name::Known(format!("ix_{table}_{name}").into());
    Some(Index { name: Some(named), unique: column.unique, columns: Some(vec![column.name.clone()]) })
}

pub(super) fn of_constraint(constraint: &Constraint) -> Made {
    Made {
        name: constraint.name.clone(),
        kind: Some(constraint.kind),
        unique: false,
        columns: constraint.columns.clone(),
    }
}
