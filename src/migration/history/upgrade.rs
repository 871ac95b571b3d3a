//! One `upgrade()`, applied to the database operation by operation.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::database::Database;
use super::{Effect, EffectKind};
use crate::migration::operation::{
    Certainty, Constraint, ConstraintKind, MigrateOperation, Name, ObjectKind, Operation, TableName, Type,
};
use crate::migration::schema::{Origin, Table};
use crate::migration::script::Script;

/// A table within one `upgrade()`, whatever it is called meanwhile.
pub(super) type TableId = usize;

/// The state of one `upgrade()`.
pub(super) struct Upgrade<'d> {
    pub database: &'d mut Database,
    pub script: Arc<Script>,
    pub lacks_baseline: bool,
    pub has_unreadable: bool,
    pub candidates: Vec<Candidate>,
    /// How many operations were applied.
    applied: usize,
    /// By kind and subject: whether the first of them was certain.
    reported: HashMap<String, Certainty>,
    /// What stands under a condition only: one has dropped it already, or one has made it.
    doubted: HashSet<String>,
    next: TableId,
    /// Tables that were touched, by what they are called now.
    pub ids: HashMap<TableName, TableId>,
    /// What they were called at first.
    pub first_names: HashMap<TableId, TableName>,
    /// Tables that this `upgrade()` creates.
    pub created: HashSet<TableId>,
    pub dropped: HashSet<TableId>,
    pub temporary: HashSet<TableId>,
    /// Tables whose rows moved into another.
    pub copies: HashMap<TableId, Vec<TableId>>,
    /// Columns that took their values from others.
    pub column_copies: HashMap<TableId, Vec<ColumnCopy>>,
    /// Columns that were renamed, by what they are called now.
    pub renamed_columns: HashMap<(TableId, Name), ColumnId>,
    pub made: HashMap<TableId, Vec<Made>>,
    pub made_objects: HashSet<(ObjectKind, TableName)>,
    /// Objects that were given another name: what they are called now, and before.
    pub renamed_objects: HashMap<(ObjectKind, TableName), TableName>,
}

/// Something that may be destroyed, unless the rest of `upgrade()` shows that it is not.
pub(super) struct Candidate {
    pub effect: Effect,
    /// The number of its operation.
    pub at: usize,
    pub id: Option<TableId>,
    pub was: Was,
}

/// What was dropped, as far as the pairing needs it.
pub(super) enum Was {
    Table(Box<Table>),
    /// With its type.
    Column(ColumnId, Type),
    Index {
        unique: bool,
    },
    Constraint(Option<Constraint>),
    Other,
}

/// A column within one `upgrade()`, whatever it is called meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ColumnId {
    pub first_name: Name,
    /// Whether this `upgrade()` adds it.
    pub is_own: bool,
}

/// `UPDATE table SET to = from`
pub(super) struct ColumnCopy {
    pub to: ColumnId,
    pub from: Vec<ColumnId>,
}

/// An index or constraint that this `upgrade()` makes.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub name: Option<Name>,
    /// `None` for an index.
    pub kind: Option<ConstraintKind>,
    pub unique: bool,
    pub columns: Option<Vec<Name>>,
}

impl<'d> Upgrade<'d> {
    pub(super) fn new(database: &'d mut Database, script: &Arc<Script>) -> Self {
        Self {
            database,
            script: script.clone(),
            lacks_baseline: false,
            has_unreadable: false,
            candidates: Vec::new(),
            applied: 0,
            reported: HashMap::new(),
            doubted: HashSet::new(),
            next: 0,
            ids: HashMap::new(),
            first_names: HashMap::new(),
            created: HashSet::new(),
            dropped: HashSet::new(),
            temporary: HashSet::new(),
            copies: HashMap::new(),
            column_copies: HashMap::new(),
            renamed_columns: HashMap::new(),
            made: HashMap::new(),
            made_objects: HashSet::new(),
            renamed_objects: HashMap::new(),
        }
    }

    pub(super) fn apply(&mut self, operation: &MigrateOperation) {
        match &operation.operation {
            Operation::CreateTable { .. } | Operation::DropTable { .. } | Operation::RenameTable { .. } => {
                self.apply_to_table(operation);
            }
            Operation::CopyRows { from, to } => {
                let (from, to) = (self.database.name_of(from), self.database.name_of(to));
                if self.database.table(&from).is_some() && self.database.table(&to).is_some() {
                    let (from, to) = (self.id(&from), self.id(&to));
                    self.copies.entry(from).or_default().push(to);
                }
            }
            Operation::AddColumn { .. }
            | Operation::DropColumn { .. }
            | Operation::AlterColumn { .. }
            | Operation::CopyColumn { .. } => self.apply_to_column(operation),
            Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameIndex { .. }
            | Operation::CreateConstraint { .. }
            | Operation::DropConstraint { .. } => self.apply_to_part(operation),
            Operation::CreateObject { .. } | Operation::DropObject { .. } | Operation::RenameObject { .. } => {
                self.apply_to_object(operation);
            }
            Operation::DeleteRows { table, how, cascade } => {
                let name = self.database.name_of(table);
                let id = self.database.table(&name).is_some().then(|| self.id(&name));
                let mut effect = self.effect(operation, EffectKind::DeletedRows { table: table.clone(), how: *how });
                effect.cascade = *cascade;
                if let Some(table) = self.database.table(&name) {
                    effect.origin.clone_from(&table.origin);
                }
                self.offer(effect, id, Was::Other);
            }
            Operation::Unreadable { what, why } => {
                self.has_unreadable = true;
                let kind = EffectKind::Unreadable { what: what.clone(), why: why.clone() };
                let effect = self.effect(operation, kind);
                self.offer(effect, None, Was::Other);
            }
        }
        self.applied += 1;
    }

    /// The table's identity in this `upgrade()`.
    pub(super) fn id(&mut self, table: &TableName) -> TableId {
        if let Some(id) = self.ids.get(table) {
            return *id;
        }
        let id = self.new_id(table);
        self.first_names.insert(id, table.clone());
        id
    }

    /// A new identity for a table that is created.
    pub(super) fn new_id(&mut self, table: &TableName) -> TableId {
        let id = self.next;
        self.next += 1;
        self.ids.insert(table.clone(), id);
        id
    }

    pub(super) fn origin(&self, operation: &MigrateOperation) -> Origin {
        Origin { revision: self.script.revision.id.clone(), location: operation.location.clone() }
    }

    /// Whether this `upgrade()` made something.
    pub(super) fn is_own(&self, origin: Option<&Origin>) -> bool {
        origin.is_some_and(|origin| origin.revision == self.script.revision.id)
    }

    pub(super) fn effect(&self, operation: &MigrateOperation, kind: EffectKind) -> Effect {
        Effect {
            revision: self.script.revision.id.clone(),
            path: self.script.path.clone(),
            operation: operation.clone(),
            kind,
            cascade: false,
            origin: None,
            columns: Vec::new(),
            referred_by: Vec::new(),
            restored_by_downgrade: None,
            made_again_in: None,
        }
    }

    /// Keeps an effect, unless it is the same drop in another branch of a condition.
    pub(super) fn offer(&mut self, effect: Effect, id: Option<TableId>, was: Was) {
        if let Some(subject) = subject(&effect.kind) {
            let certainty = effect.operation.certainty;
            if let Some(first) = self.reported.get(&subject) {
                if certainty == Certainty::Sometimes || *first == Certainty::Sometimes {
                    return;
                }
            } else {
                self.reported.insert(subject, certainty);
            }
        }
        self.candidates.push(Candidate { effect, at: self.applied, id, was });
    }

    /// Whether what an operation drops is gone afterwards, as far as known. What one condition drops may still stand; a
    /// second one is its other branch.
    pub(super) fn is_gone(&mut self, operation: &MigrateOperation, subject: String) -> bool {
        is_certain(operation) || !self.doubted.insert(subject)
    }

    /// What this operation makes, or names so. Where a condition does, one that drops it again is the same.
    pub(super) fn stands(&mut self, operation: &MigrateOperation, subject: String) {
        if is_certain(operation) {
            self.doubted.remove(&subject);
        } else {
            self.doubted.insert(subject);
        }
    }

    /// A table that the chain uses without having created it: it was made elsewhere. Views are no tables.
    pub(super) fn used(&mut self, operation: &MigrateOperation, table: &TableName) -> Option<TableName> {
        if table.name.known().is_none() {
            self.has_unreadable = true;
            return None;
        }
        let name = self.database.name_of(table);
        if self.database.table(&name).is_some() {
            return Some(name);
        }
        if self.database.is_view(&name) {
            return None;
        }
        self.note_missing(operation, &name);
        if operation.certainty == Certainty::Sometimes {
            return None;
        }
        let table = Table {
            origin: None,
            columns: Vec::new(),
            columns_known: false,
            indexes: Vec::new(),
            constraints: Vec::new(),
            is_certain: true,
        };
        self.database.insert(name.clone(), table);
        Some(name)
    }

    /// An operation on a table that was never created says that there is a baseline; one that asks first does not.
    pub(super) fn note_missing(&mut self, operation: &MigrateOperation, table: &TableName) {
        let asks = operation.certainty == Certainty::Sometimes || operation.guarded;
        if !asks && !self.database.created.contains(table) {
            self.lacks_baseline = true;
        }
    }

    pub(super) fn made(&mut self, id: TableId, made: Made) {
        self.made.entry(id).or_default().push(made);
    }
}

/// Whether what an operation makes or drops is so afterwards. An inspector's answer leads to the same end either way.
pub(super) fn is_certain(operation: &MigrateOperation) -> bool {
    operation.certainty == Certainty::Always || operation.guarded
}

/// Kind and name of what is destroyed. None where the name is not known: two unknown ones are not the same.
fn subject(kind: &EffectKind) -> Option<String> {
    let known = |table: &TableName| table.name.known().is_some().then(|| table.to_string());
    Some(match kind {
        EffectKind::DroppedTable { table } => format!("table {}", known(table)?),
        EffectKind::DroppedColumn { table, column, .. } => format!("column {}.{}", known(table)?, column.known()?),
        EffectKind::DroppedIndex { name, .. } => format!("index {}", name.known()?),
        EffectKind::DroppedConstraint { name, table, .. } => {
            let table = table.as_ref().map(TableName::to_string).unwrap_or_default();
            format!("constraint {table}.{}", name.known()?)
        }
        EffectKind::DroppedObject { kind, name } => format!("{} {}", kind.as_str(), known(name)?),
        EffectKind::DeletedRows { table, .. } => format!("rows {}", known(table)?),
        EffectKind::NarrowedColumn { table, column, .. } => format!("type {}.{}", known(table)?, column.known()?),
        EffectKind::Unreadable { .. } => return None,
    })
}
