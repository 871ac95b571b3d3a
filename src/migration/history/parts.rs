//! Indexes and constraints that are created, dropped and renamed.

use super::EffectKind;
use super::columns::of_index;
use super::tables::of_constraint;
use super::upgrade::{Made, TableId, Upgrade, Was, is_certain};
use crate::migration::operation::{Constraint, ConstraintKind, Index, MigrateOperation, Name, Operation, TableName};
use crate::migration::schema::{Table, TableIndex};

/// Stands for the table of an index or constraint where it is not known.
pub(super) const NOWHERE: TableId = TableId::MAX;

impl Upgrade<'_> {
    pub(super) fn apply_to_part(&mut self, operation: &MigrateOperation) {
        match &operation.operation {
            Operation::CreateIndex { table, index, if_not_exists } => {
                self.create_index(operation, table.as_ref(), index, *if_not_exists);
            }
            Operation::DropIndex { name, table } => {
                if let Some(table) = table {
                    self.used(operation, table);
                }
                self.drop_index(operation, name, table.as_ref());
            }
            Operation::RenameIndex { from, to } => self.rename_index(from, to),
            Operation::CreateConstraint { table, constraint } => self.create_constraint(operation, table, constraint),
            Operation::DropConstraint { table, name, kind } => {
                if let Some(table) = table {
                    self.used(operation, table);
                }
                self.drop_constraint(operation, table.as_ref(), name, *kind);
            }
            _ => {}
        }
    }

    fn create_index(
        &mut self,
        operation: &MigrateOperation,
        table: Option<&TableName>,
        index: &Index,
        if_not_exists: bool,
    ) {
        let Some(name) = table.and_then(|table| self.used(operation, table)) else {
            self.made(NOWHERE, of_index(index.clone()));
            return;
        };
        let id = self.id(&name);
        let origin = Some(self.origin(operation));
        let is_certain = is_certain(operation);
        let Some(known) = self.database.table_mut(&name) else { return };
        let is_same = |other: &TableIndex| {
            other.index.name == index.name && index.name.as_ref().is_some_and(|n| n.known().is_some())
        };
        if known.indexes.iter().any(is_same) && (if_not_exists || operation.guarded || !is_certain) {
            return;
        }
        known.indexes.retain(|other| !is_same(other));
        known.indexes.push(TableIndex { index: index.clone(), origin, is_certain });
        index.name.iter().for_each(|named| self.database.remember_owner(named, &name));
        self.made(id, of_index(index.clone()));
    }

    fn drop_index(&mut self, operation: &MigrateOperation, index: &Name, table: Option<&TableName>) {
        let owner = self.owner(index, table);
        let known = owner.as_ref().and_then(|name| self.database.table(name));
        let found = known.and_then(|table| {
            table
                .indexes
                .iter()
                .find(|known| known.index.name.as_ref() == Some(index) && index.known().is_some())
                .cloned()
        });
        // MySQL keeps unique and foreign keys as indexes of the same name.
        let constraint = || owner.as_ref().zip(known).and_then(|(name, table)| table.constraint(name, index));
        let columns = match &found {
            Some(found) => found.index.columns.clone(),
            None => constraint().and_then(|constraint| constraint.columns),
        };
        let asks = operation.guarded || !is_certain(operation);
        if found.is_none() && columns.is_none() && asks && known.is_some_and(surely_lacks_it) {
            return;
        }
        let id = owner.as_ref().filter(|_| known.is_some()).map(|name| self.id(name));
        if let Some(owner) = &owner
            && self.is_gone(operation, format!("index {owner}.{index}"))
            && let Some(table) = self.database.table_mut(owner)
        {
            table.indexes.retain(|known| known.index.name.as_ref() != Some(index));
        }
        if self.unmake(id, index) {
            return;
        }
        let unique = found.as_ref().is_some_and(|found| found.index.unique);
        let table = table.cloned().or(owner);
        let mut effect = self.effect(operation, EffectKind::DroppedIndex { name: index.clone(), table, columns });
        effect.origin = found.and_then(|found| found.origin);
        self.offer(effect, id, Was::Index { unique });
    }

    fn rename_index(&mut self, from: &Name, to: &Name) {
        let Some(owner) = self.owner(from, None) else { return };
        let Some(table) = self.database.table_mut(&owner) else { return };
        let indexes = table.indexes.iter_mut().map(|index| &mut index.index.name);
        let constraints = table.constraints.iter_mut().map(|constraint| &mut constraint.name);
        indexes.chain(constraints).filter(|name| name.as_ref() == Some(from)).for_each(|name| *name = Some(to.clone()));
        self.database.remember_owner(to, &owner);
        let id = self.id(&owner);
        let made = self.made.get_mut(&id).into_iter().flatten();
        made.filter(|made| made.name.as_ref() == Some(from)).for_each(|made| made.name = Some(to.clone()));
    }

    fn create_constraint(&mut self, operation: &MigrateOperation, table: &TableName, constraint: &Constraint) {
        let Some(name) = self.used(operation, table) else {
            // Its columns say nothing without their table.
            self.made(NOWHERE, Made { columns: None, ..of_constraint(constraint) });
            return;
        };
        let id = self.id(&name);
        let Some(known) = self.database.table_mut(&name) else { return };
        let is_same = |other: &Constraint| {
            other.kind == constraint.kind && other.name == constraint.name && other.columns == constraint.columns
        };
        if !known.constraints.iter().any(is_same) {
            known.constraints.push(constraint.clone());
        }
        constraint.name.iter().for_each(|named| self.database.remember_owner(named, &name));
        constraint.refers_to.iter().for_each(|target| self.database.remember_reference(target, &name));
        self.made(id, of_constraint(constraint));
    }

    fn drop_constraint(
        &mut self,
        operation: &MigrateOperation,
        table: Option<&TableName>,
        constraint: &Name,
        kind: Option<ConstraintKind>,
    ) {
        let owner = self.owner(constraint, table);
        let known = owner.as_ref().and_then(|name| self.database.table(name));
        let found = owner.as_ref().zip(known).and_then(|(name, table)| table.constraint(name, constraint));
        // A unique index may go by the name of a constraint.
        let index = known.and_then(|table| {
            table
                .indexes
                .iter()
                .find(|known| known.index.name.as_ref() == Some(constraint) && constraint.known().is_some())
        });
        let found = found.or_else(|| {
            let columns = index?.index.columns.clone();
            Some(Constraint { name: Some(constraint.clone()), kind: ConstraintKind::Unique, columns, refers_to: None })
        });
        let origin = index.and_then(|index| index.origin.clone());
        let asks = operation.guarded || !is_certain(operation);
        let are_named = |table: &Table| table.constraints.iter().all(|constraint| constraint.name.is_some());
        if found.is_none() && asks && known.is_some_and(|table| surely_lacks_it(table) && are_named(table)) {
            return;
        }
        let id = owner.as_ref().filter(|_| known.is_some()).map(|name| self.id(name));
        if let Some(owner) = &owner
            && self.is_gone(operation, format!("constraint {owner}.{constraint}"))
            && let Some(table) = self.database.table_mut(owner)
            && let Some(found) = &found
        {
            table.remove_constraint(found);
            table.indexes.retain(|known| known.index.name.as_ref() != Some(constraint) || constraint.known().is_none());
        }
        if self.unmake(id, constraint) {
            return;
        }
        let kind = kind.or(found.as_ref().map(|found| found.kind));
        let named = EffectKind::DroppedConstraint { name: constraint.clone(), table: table.cloned().or(owner), kind };
        let mut effect = self.effect(operation, named);
        effect.origin = origin;
        self.offer(effect, id, Was::Constraint(found));
    }

    /// The table of an index or constraint: the one that is said, or the one that has it.
    fn owner(&self, part: &Name, table: Option<&TableName>) -> Option<TableName> {
        match table {
            Some(table) => table.name.known().is_some().then(|| self.database.name_of(table)),
            None => part.known().and_then(|name| self.database.owner_of(name)),
        }
    }

    /// Takes back what this `upgrade()` made itself; whether it did.
    fn unmake(&mut self, id: Option<TableId>, part: &Name) -> bool {
        let Some(made) = self.made.get_mut(&id.unwrap_or(NOWHERE)) else { return false };
        let at = made.iter().position(|made| made.name.as_ref() == Some(part) && part.known().is_some());
        at.map(|at| made.remove(at)).is_some()
    }
}

/// Whether a table is known so well that what it does not hold is not there: nothing in it lacks a name that a
/// database or a convention gives.
fn surely_lacks_it(table: &Table) -> bool {
    let is_named = |name: &Option<Name>| name.as_ref().is_some_and(|name| name.known().is_some());
    table.origin.is_some()
        && table.columns_known
        && table.indexes.iter().all(|index| is_named(&index.index.name))
        && table
            .constraints
            .iter()
            .all(|constraint| is_named(&constraint.name) || constraint.kind == ConstraintKind::PrimaryKey)
        && !table.columns.iter().any(|column| column.column.unique || !column.column.references.is_empty())
}

impl Table {
    fn remove_constraint(&mut self, gone: &Constraint) {
        if let Some(at) = self.constraints.iter().position(|constraint| constraint == gone) {
            self.constraints.remove(at);
            return;
        }
        // It stands on a column itself.
        let Some([name]) = gone.columns.as_deref() else { return };
        let Some(column) = self.column_mut(name) else { return };
        match gone.kind {
            ConstraintKind::Unique => column.column.unique = false,
            ConstraintKind::PrimaryKey => column.column.primary_key = false,
            ConstraintKind::ForeignKey => column.column.references.clear(),
            ConstraintKind::Check | ConstraintKind::Exclude => {}
        }
    }
}

impl Made {
    /// Whether it stands for a dropped index or constraint: it has the same name, or covers the same columns.
    pub(super) fn replaces(
        &self,
        name: &Name,
        kind: Option<ConstraintKind>,
        unique: bool,
        columns: Option<&[Name]>,
    ) -> bool {
        let keeps_unique =
            self.unique || matches!(self.kind, Some(ConstraintKind::Unique | ConstraintKind::PrimaryKey));
        let is_kin = match kind {
            // A plain index is replaced by whatever indexes; a unique one by what is unique.
            None => keeps_unique || (self.kind.is_none() && !unique),
            Some(ConstraintKind::Unique) => keeps_unique,
            Some(kind) => self.kind == Some(kind),
        };
        let is_same_name = name.known().is_some() && self.name.as_ref() == Some(name);
        let is_known = |columns: &[Name]| columns.iter().all(|column| column.known().is_some());
        let covers_same = columns.is_some_and(|columns| self.columns.as_deref() == Some(columns) && is_known(columns));
        is_kin && (is_same_name || covers_same)
    }
}
