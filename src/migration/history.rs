//! The chain replayed: the schema at its heads, and what each `upgrade()` destroys on the way.

mod columns;
mod database;
mod keys;
mod narrowing;
mod pairs;
mod parts;
mod reflected;
mod renames;
mod tables;
mod upgrade;

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use database::Database;
use keys::Key;
use reflected::Reflected;
use upgrade::Upgrade;

use super::operation::{ConstraintKind, Deletion, MigrateOperation, Name, ObjectKind, TableName, Type};
use super::operations::ReflectedDatabase;
use super::revision_map::RevisionMap;
use super::schema::{Origin, Schema};
use super::script::{Direction, Script};

/// What the whole chain does.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    /// What stands in the database after the heads.
    pub schema: Schema,
    /// What is destroyed, revision by revision in upgrade order, within one in the order of its statements. What a
    /// revision makes and destroys itself, and what it only makes anew, is not among it.
    pub effects: Vec<Effect>,
    /// The chain alters or drops tables that it never created, so that what it builds is not all there is.
    pub lacks_baseline: bool,
    /// Statements that no schema could be read from stand in it, so that what it builds may not be all there is.
    pub has_unreadable: bool,
}

/// Something that one `upgrade()` destroys, or may.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Effect {
    /// The revision whose `upgrade()` does it, and its file.
    #[serde(with = "crate::texts")]
    pub revision: Arc<str>,
    #[serde(with = "crate::texts")]
    pub path: Arc<str>,
    /// The operation that does it.
    pub operation: MigrateOperation,
    pub kind: EffectKind,
    pub cascade: bool,
    /// Where the object was created, if the chain did.
    pub origin: Option<Origin>,
    /// What stood in the schema just before, for a table: its columns in order, as far as known.
    pub columns: Vec<Name>,
    /// Tables with a foreign key to the dropped table or column, other than the table itself.
    pub referred_by: Vec<TableName>,
    /// Whether the revision's `downgrade()` makes the object again; `None` where that cannot be known.
    pub restored_by_downgrade: Option<bool>,
    /// The revision that makes the object again, a later one or this one further on, so that no model misses it.
    pub made_again_in: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EffectKind {
    DroppedTable {
        table: TableName,
    },
    DroppedColumn {
        table: TableName,
        column: Name,
        /// Columns that the same `upgrade()` adds to the table and that may be its new name; its own name, where it is
        /// made again.
        added: Vec<Name>,
    },
    DroppedIndex {
        name: Name,
        table: Option<TableName>,
        columns: Option<Vec<Name>>,
    },
    DroppedConstraint {
        name: Name,
        table: Option<TableName>,
        kind: Option<ConstraintKind>,
    },
    DroppedObject {
        kind: ObjectKind,
        name: TableName,
    },
    DeletedRows {
        table: TableName,
        how: Deletion,
    },
    NarrowedColumn {
        table: TableName,
        column: Name,
        from: Type,
        to: Type,
    },
    Unreadable {
        what: Arc<str>,
        why: Arc<str>,
    },
}

/// Reads an `upgrade()` over a database: [`upgrade_over`](super::script::upgrade_over).
pub type UpgradeOver<'a> = dyn Fn(&Script, Box<dyn ReflectedDatabase>) -> Option<Direction> + 'a;

/// A chain, replayed as far as it goes.
#[derive(Default, Serialize, Deserialize)]
pub struct Replay {
    /// What was replayed, in that order.
    #[serde(skip)]
    done: Vec<Arc<Script>>,
    history: History,
    database: Database,
    /// What was destroyed and could be made again, by the number of its effect.
    dropped: HashMap<Key, Vec<usize>>,
}

impl Replay {
    /// What was replayed, in that order.
    pub fn done(&self) -> &[Arc<Script>] {
        &self.done
    }

    /// A replay that was kept, with what it replayed.
    pub fn of(self, done: Vec<Arc<Script>>) -> Self {
        Self { done, ..self }
    }

    /// Replays a chain in its upgrade order. Where it goes on from the chain that was replayed before, only what is new is
    /// replayed: `HEAD` and what is staged have most of it in common.
    ///
    /// Where a database would depend on what cannot be known, the schema holds what most databases have: what is
    /// created under a condition exists, and what is dropped behind an inspector's answer does not. What only one
    /// condition drops stays, and is uncertain. `over` reads an `upgrade()` that goes by what stands in the database once
    /// more, over that database.
    pub fn history(&mut self, revisions: &RevisionMap, over: &UpgradeOver<'_>) -> History {
        let order = || revisions.upgrade_order.iter().filter_map(|id| revisions.scripts.get(id));
        let mut same = order();
        if !self.done.iter().all(|script| same.next().is_some_and(|other| Arc::ptr_eq(script, other))) {
            *self = Self::default();
        }
        for script in order().skip(self.done.len()).cloned().collect::<Vec<_>>() {
            self.apply(&script, over);
            self.done.push(script);
        }
        History { schema: self.database.schema.clone(), ..self.history.clone() }
    }

    fn apply(&mut self, script: &Arc<Script>, over: &UpgradeOver<'_>) {
        let Some(direction) = script.upgrade() else { return };
        let reflected = direction.reflects.then(|| over(script, Box::new(Reflected::new(self, script)))).flatten();
        let direction = reflected.as_ref().unwrap_or(direction);
        let mut upgrade = Upgrade::new(&mut self.database, script);
        direction.operations.iter().for_each(|operation| upgrade.apply(operation));
        self.history.lacks_baseline |= upgrade.lacks_baseline;
        self.history.has_unreadable |= upgrade.has_unreadable;
        let effects = upgrade.finish();
        // Most revisions destroy nothing, and follow none that did.
        if effects.is_empty() && self.dropped.is_empty() {
            return;
        }
        let id = &script.revision.id;
        let mut made: HashMap<Key, usize> = HashMap::new();
        for (key, at) in keys::made_by(&direction.operations, &self.database) {
            for at in self.dropped.remove(&key).unwrap_or_default() {
                if let Some(effect) = self.history.effects.get_mut(at) {
                    effect.made_again_in.get_or_insert_with(|| id.clone());
                }
            }
            made.insert(key, at);
        }
        let restored = keys::Restored::new(script);
        for (mut effect, own) in effects {
            effect.restored_by_downgrade = restored.answer(&effect.kind);
            let keys = keys::of_effect(&effect.kind);
            if keys.iter().any(|key| made.get(key).is_some_and(|at| *at > own)) {
                effect.made_again_in = Some(id.clone());
            }
            for key in keys {
                self.dropped.entry(key).or_default().push(self.history.effects.len());
            }
            self.history.effects.push(effect);
        }
    }
}

#[cfg(test)]
mod tests;
