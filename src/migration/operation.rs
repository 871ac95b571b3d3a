//! What a migration does to the database, one operation at a time, in the words of Alembic's `alembic.operations.ops`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::python::syntax::Span;

/// A name in the database, or that it cannot be known statically.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Name {
    Known(#[serde(with = "crate::texts")] Arc<str>),
    Unknown,
}

impl Name {
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unknown => None,
        }
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::Known(name.into())
    }
}

/// `?` stands for a name that cannot be known, here and in every report.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.known().unwrap_or("?"))
    }
}

/// The schemas that databases use where none is given: PostgreSQL's, SQLite's and SQL Server's.
pub const DEFAULT_SCHEMAS: [&str; 3] = ["public", "main", "dbo"];

/// A table, or another object that lives in a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TableName {
    /// `None` is the connection's default schema.
    pub schema: Option<Name>,
    pub name: Name,
}

impl TableName {
    pub fn new(name: &str) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// The schema, where it is not a default one.
    pub fn own_schema(&self) -> Option<&Name> {
        self.schema.as_ref().filter(|schema| !schema.known().is_some_and(|schema| DEFAULT_SCHEMAS.contains(&schema)))
    }

    /// The name without its schema where that is a default one.
    pub fn in_default_schema(&self) -> Self {
        Self { schema: self.own_schema().cloned(), name: self.name.clone() }
    }
}

/// `audit.events`, or the name alone in the default schema and in one that is set elsewhere.
impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(Name::Known(schema)) => write!(f, "{schema}.{}", self.name),
            Some(Name::Unknown) | None => write!(f, "{}", self.name),
        }
    }
}

/// A column's type: its name in upper case without spaces around its arguments, as SQL and SQLAlchemy both spell it
/// (`VARCHAR(50)`, `INTEGER`, `NUMERIC(10,2)`), or SQLAlchemy's own name where it is a generic type (`String(50)` is
/// `STRING(50)`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Type {
    Known(#[serde(with = "crate::texts")] Arc<str>),
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: Name,
    pub type_: Type,
    /// `None` where it is not said.
    pub nullable: Option<bool>,
    pub primary_key: bool,
    /// `index=True`
    pub index: bool,
    /// `unique=True`
    pub unique: bool,
    /// The tables that `ForeignKey`s on the column name.
    pub references: Vec<TableName>,
}

impl Column {
    pub fn new(name: Name) -> Self {
        Self {
            name,
            type_: Type::Unknown,
            nullable: None,
            primary_key: false,
            index: false,
            unique: false,
            references: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConstraintKind {
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Exclude,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// `None` where the database or a naming convention names it.
    pub name: Option<Name>,
    pub kind: ConstraintKind,
    /// `None` where they are not known.
    pub columns: Option<Vec<Name>>,
    /// The table that a foreign key refers to.
    pub refers_to: Option<TableName>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// `None` where a naming convention names it.
    pub name: Option<Name>,
    pub unique: bool,
    /// Columns and expressions as written; `None` where they are not known.
    pub columns: Option<Vec<Name>>,
}

/// Objects that are neither tables nor parts of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectKind {
    Schema,
    Type,
    Sequence,
    View,
    Database,
}

impl ObjectKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::View => "view",
            Self::Database => "database",
        }
    }
}

/// How rows are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Deletion {
    Truncate,
    /// `DELETE` without `WHERE`.
    Delete,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    CreateTable {
        table: TableName,
        columns: Vec<Column>,
        constraints: Vec<Constraint>,
        indexes: Vec<Index>,
        /// `IF NOT EXISTS`, `checkfirst`
        if_not_exists: bool,
        /// `CREATE TEMPORARY TABLE`, `prefixes=["TEMPORARY"]`: it is gone when the migration ends.
        temporary: bool,
        /// Written as SQL.
        raw: bool,
        /// `CREATE TABLE … AS SELECT`, `LIKE`: the columns are another table's.
        columns_known: bool,
    },
    DropTable {
        table: TableName,
        cascade: bool,
    },
    RenameTable {
        from: TableName,
        to: TableName,
    },
    AddColumn {
        table: TableName,
        column: Column,
    },
    DropColumn {
        table: TableName,
        column: Name,
        cascade: bool,
    },
    AlterColumn {
        table: TableName,
        column: Name,
        new_name: Option<Name>,
        type_: Option<Type>,
        existing_type: Option<Type>,
        nullable: Option<bool>,
    },
    CreateIndex {
        table: Option<TableName>,
        index: Index,
        if_not_exists: bool,
    },
    DropIndex {
        name: Name,
        table: Option<TableName>,
    },
    RenameIndex {
        from: Name,
        to: Name,
    },
    CreateConstraint {
        table: TableName,
        constraint: Constraint,
    },
    DropConstraint {
        table: Option<TableName>,
        name: Name,
        /// `None` where it is not said.
        kind: Option<ConstraintKind>,
    },
    CreateObject {
        kind: ObjectKind,
        name: TableName,
        /// `IF NOT EXISTS`, `checkfirst`, `OR REPLACE`
        if_not_exists: bool,
    },
    DropObject {
        kind: ObjectKind,
        name: TableName,
        cascade: bool,
    },
    RenameObject {
        kind: ObjectKind,
        from: TableName,
        to: TableName,
    },
    /// Rows of one table move into another: `INSERT INTO to SELECT … FROM from`.
    CopyRows {
        from: TableName,
        to: TableName,
    },
    /// `UPDATE table SET column = <an expression over other columns>`: what a column's rebuild copies by.
    CopyColumn {
        table: TableName,
        to: Name,
        from: Vec<Name>,
    },
    DeleteRows {
        table: TableName,
        how: Deletion,
        cascade: bool,
    },
    /// A statement that is executed, or a call that may destroy, and cannot be read.
    Unreadable {
        /// What it is: "the SQL given to `op.execute`".
        what: Arc<str>,
        /// Why it cannot be known: "`name` comes from the database".
        why: Arc<str>,
    },
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    #[serde(with = "crate::texts")]
    pub path: Arc<str>,
    pub span: Span,
}

/// Whether an operation runs whenever `upgrade()` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Certainty {
    Always,
    /// It stands under a condition, a loop or a handler that may not be entered.
    Sometimes,
}

/// An operation, where it is written and under what it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrateOperation {
    pub operation: Operation,
    /// In the migration file: the operation itself, or the call that leads to it.
    pub location: Location,
    /// The operation itself where it is written in another file or function: the innermost first.
    pub through: Vec<Location>,
    /// The calls that lead to `location` from the function that is followed, the innermost first.
    pub called_at: Vec<Location>,
    pub certainty: Certainty,
    /// Whether an inspector's answer guards it (`if 'x' not in inspector.get_table_names()`).
    pub guarded: bool,
}
