//! Columns that are added, dropped, changed and copied.

use super::EffectKind;
use super::narrowing::narrows;
use super::tables::{column_index, of_constraint};
use super::upgrade::{ColumnCopy, ColumnId, Made, TableId, Upgrade, Was, is_certain};
use crate::migration::operation::{Column, MigrateOperation, Name, Operation, TableName, Type};
use crate::migration::schema::{Table, TableColumn, TableIndex};

impl Upgrade<'_> {
    pub(super) fn apply_to_column(&mut self, operation: &MigrateOperation) {
        match &operation.operation {
            Operation::AddColumn { table, column } => self.add_column(operation, table, column),
            Operation::DropColumn { table, column, cascade } => self.drop_column(operation, table, column, *cascade),
            Operation::AlterColumn { .. } => self.alter_column(operation),
            Operation::CopyColumn { table, to, from } => {
                let name = self.database.name_of(table);
                if self.database.table(&name).is_some() {
                    let id = self.id(&name);
                    let to = self.column_id(&name, id, to);
                    let from = from.iter().map(|from| self.column_id(&name, id, from)).collect();
                    self.column_copies.entry(id).or_default().push(ColumnCopy { to, from });
                }
            }
            _ => {}
        }
    }

    /// The column's identity in this `upgrade()`.
    pub(super) fn column_id(&self, table: &TableName, id: TableId, name: &Name) -> ColumnId {
        if let Some(known) = self.renamed_columns.get(&(id, name.clone())) {
            return known.clone();
        }
        let column = self.database.table(table).and_then(|table| table.column(name));
        let is_own = self.is_own(column.and_then(|column| column.origin.as_ref()));
        ColumnId { first_name: name.clone(), is_own }
    }

    fn add_column(&mut self, operation: &MigrateOperation, table: &TableName, column: &Column) {
        let Some(name) = self.used(operation, table) else { return };
        let id = self.id(&name);
        let origin = Some(self.origin(operation));
        let is_certain = is_certain(operation);
        let subject = column_subject(&name, &column.name);
        let Some(table) = self.database.table_mut(&name) else { return };
        if column.name.known().is_none() {
            table.columns_known = false;
            return;
        }
        if let Some(known) = table.column_mut(&column.name) {
            if operation.guarded || !is_certain {
                known.is_certain |= is_certain;
                return;
            }
            table.columns.retain(|known| known.column.name != column.name);
        }
        table.columns.push(TableColumn { column: column.clone(), origin: origin.clone(), is_certain });
        let index = column_index(&name, column);
        table.indexes.extend(index.clone().map(|index| TableIndex { index, origin, is_certain }));
        if let Some(Made { name: Some(named), .. }) = index.clone().map(of_index) {
            self.database.remember_owner(&named, &name);
        }
        self.stands(operation, subject);
        column.references.iter().for_each(|target| self.database.remember_reference(target, &name));
        self.renamed_columns.remove(&(id, column.name.clone()));
        if let Some(index) = index {
            self.made(id, of_index(index));
        }
        let alone = Table {
            origin: None,
            columns: vec![TableColumn { column: column.clone(), origin: None, is_certain }],
            columns_known: true,
            indexes: Vec::new(),
            constraints: Vec::new(),
            is_certain,
        };
        alone.inline_constraints().for_each(|constraint| self.made(id, of_constraint(&constraint)));
    }

    fn drop_column(&mut self, operation: &MigrateOperation, table: &TableName, column: &Name, cascade: bool) {
        let kind = EffectKind::DroppedColumn { table: table.clone(), column: column.clone(), added: Vec::new() };
        let mut effect = self.effect(operation, kind);
        effect.cascade = cascade;
        let Some(name) = self.used(operation, table) else {
            self.offer(effect, None, Was::Other);
            return;
        };
        let id = self.id(&name);
        let was = self.column_id(&name, id, column);
        let mut type_ = Type::Unknown;
        if let Some(known) = self.database.table(&name) {
            if let Some(column) = known.column(column) {
                type_.clone_from(&column.column.type_);
            }
            effect.origin = known.column(column).and_then(|column| column.origin.clone());
            if known.is_primary_key(column) {
                effect.referred_by = self.database.referrers_of(&name);
            }
        }
        self.offer(effect, Some(id), Was::Column(was, type_));
        let is_gone = self.is_gone(operation, column_subject(&name, column));
        let Some(known) = self.database.table_mut(&name) else { return };
        if column.known().is_none() {
            known.columns_known = false;
        } else if is_gone {
            known.remove_column(column);
            self.renamed_columns.remove(&(id, column.clone()));
        } else if let Some(column) = known.column_mut(column) {
            column.is_certain = false;
        }
    }

    fn alter_column(&mut self, operation: &MigrateOperation) {
        let Operation::AlterColumn { table, column, new_name, type_, existing_type, nullable } = &operation.operation
        else {
            return;
        };
        let Some(name) = self.used(operation, table) else { return };
        let id = self.id(&name);
        let was = self.column_id(&name, id, column);
        let Some(known) = self.database.table_mut(&name) else { return };
        if known.column(column).is_none() && !known.columns_known && column.known().is_some() {
            // It was made where the chain does not see it.
            let mut seen = Column::new(column.clone());
            seen.type_ = existing_type.clone().unwrap_or(Type::Unknown);
            known.columns.push(TableColumn { column: seen, origin: None, is_certain: true });
        }
        let mut from = existing_type.clone().unwrap_or(Type::Unknown);
        let mut origin = None;
        if let Some(known) = known.column_mut(column) {
            if known.column.type_ != Type::Unknown {
                from = known.column.type_.clone();
            }
            origin.clone_from(&known.origin);
            if let Some(type_) = type_ {
                known.column.type_ = type_.clone();
            }
            known.column.nullable = nullable.or(known.column.nullable);
        }
        if let Some(to) = type_
            && narrows(&from, to)
        {
            let kind =
                EffectKind::NarrowedColumn { table: table.clone(), column: column.clone(), from, to: to.clone() };
            let mut effect = self.effect(operation, kind);
            effect.origin = origin;
            self.offer(effect, Some(id), Was::Column(was.clone(), Type::Unknown));
        }
        if let Some(to) = new_name {
            self.rename_column(&name, id, column, to, was);
            self.stands(operation, column_subject(&name, to));
        }
    }

    fn rename_column(&mut self, table: &TableName, id: TableId, from: &Name, to: &Name, was: ColumnId) {
        let Some(known) = self.database.table_mut(table) else { return };
        if to.known().is_none() {
            known.columns_known = false;
            known.remove_column(from);
            return;
        }
        if from.known().is_none() {
            known.columns_known = false;
            return;
        }
        // What bore the name may have been dropped under a condition; now it is gone.
        known.columns.retain(|known| known.column.name != *to || from == to);
        known.rename_column(from, to);
        self.renamed_columns.remove(&(id, from.clone()));
        self.renamed_columns.insert((id, to.clone()), was);
        let made = self.made.get_mut(&id).into_iter().flatten().filter_map(|made| made.columns.as_mut()).flatten();
        made.filter(|name| *name == from).for_each(|name| *name = to.clone());
    }
}

fn column_subject(table: &TableName, column: &Name) -> String {
    format!("column {table}.{column}")
}

pub(super) fn of_index(index: crate::migration::operation::Index) -> Made {
    Made { name: index.name, kind: None, unique: index.unique, columns: index.columns }
}
