//! The chain replayed: the schema at its heads, and what each `upgrade()` destroys on the way.

use std::sync::Arc;

use super::operation::{ConstraintKind, Deletion, MigrateOperation, Name, ObjectKind, TableName, Type};
use super::revision_map::RevisionMap;
use super::schema::{Origin, Schema};
use super::script::Script;

/// What the whole chain does.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone)]
pub struct Effect {
    pub script: Arc<Script>,
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
    /// The later revision that makes the object again, so that the drop is history and no live table misses it.
    pub made_again_in: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectKind {
    DroppedTable {
        table: TableName,
    },
    DroppedColumn {
        table: TableName,
        column: Name,
        /// Columns that the same `upgrade()` adds to the table and does not drop: it may be meant as a rename.
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

impl History {
    /// Replays a chain in its upgrade order.
    pub fn replay(revisions: &RevisionMap) -> Self {
        let _ = revisions;
        todo!()
    }
}
