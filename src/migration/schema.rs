//! What stands in the database: tables and all that belongs to them, as the chain has built them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::texts::Later;

use super::operation::{Column, Constraint, Index, Location, ObjectKind, TableName};

/// A database as the chain builds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Most of those that were kept are looked at by nobody.
    pub tables: BTreeMap<TableName, Arc<Later<Table>>>,
    pub objects: BTreeMap<(ObjectKind, TableName), Origin>,
}

/// Where an object was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(with = "crate::texts")]
    pub revision: Arc<str>,
    pub location: Location,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// `None` where the chain uses the table and never creates it: a baseline that was made elsewhere.
    pub origin: Option<Origin>,
    /// In their order.
    pub columns: Vec<TableColumn>,
    /// Whether `columns` are all. Not so for a baseline's table, `CREATE TABLE … AS` and the like.
    pub columns_known: bool,
    pub indexes: Vec<TableIndex>,
    pub constraints: Vec<Constraint>,
    /// Whether it surely exists: not where it was made under a condition.
    pub is_certain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    pub column: Column,
    /// The revision that added it, which is the table's own or a later one.
    pub origin: Option<Origin>,
    pub is_certain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableIndex {
    pub index: Index,
    pub origin: Option<Origin>,
    pub is_certain: bool,
}
