//! Mapped classes, the metadata that `env.py` gives to Alembic, and which classes it reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::migration::operation::{Column, Constraint, Index, Location, TableName};
use crate::python::syntax::Span;

/// What Alembic would compare the database with, in one environment.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    pub target: Target,
    /// Every mapped class and table of the environment's own metadata, reached or not, sorted by path and place.
    pub models: Vec<Model>,
    /// Packages whose `__init__.py` imports most of their model modules.
    pub registries: Vec<Registry>,
    /// Every project file that runs when `env.py` does, with the import that first leads to it; `None` for `env.py`
    /// itself and for other roots.
    pub closure: BTreeMap<Arc<str>, Option<Location>>,
    /// What stands in the way of knowing what `env.py` reaches, and what it could cover.
    pub unknowns: Vec<UnknownReach>,
    /// Tables that `include_object`, `include_name` or `include_schemas` take out of autogenerate.
    pub excluded: Excluded,
}

/// `target_metadata`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Target {
    /// Which metadata objects it is was derived.
    Known,
    /// Why it could not be derived.
    Unknown(Arc<str>),
    /// It is `None`, or there is no `env.py`: autogenerate is not used.
    #[default]
    None,
}

/// A mapped class, or an imperative `Table`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Dotted, as it is imported: `app.models.user.User`. `None` for an imperative `Table`.
    pub class: Option<Arc<str>>,
    /// The class's or table's name where it is defined.
    pub location: Location,
    /// `None` where it cannot be known. A single-table child has its parent's.
    pub table: Option<TableName>,
    /// What is declared, its mixins' and abstract bases' columns included.
    pub columns: Vec<ModelColumn>,
    /// Whether `columns` are all: not where a base or a column could not be resolved.
    pub columns_known: bool,
    /// `index=True` and `Index(...)`; a name that a naming convention makes is made.
    pub indexes: Vec<Index>,
    pub constraints: Vec<Constraint>,
    pub registered: Registered,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelColumn {
    pub column: Column,
    pub location: Location,
}

/// Whether `env.py` reaches a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    Yes,
    /// The module is outside the closure and nothing that is unknown could cover it.
    No,
    /// Why it cannot be known.
    Unknown(Arc<str>),
    /// `env.py` reaches no model at all: said once, of the environment.
    NoneReached,
}

/// A package that registers its models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Its `__init__.py`.
    pub path: Arc<str>,
    /// The dotted name of the package.
    pub package: Arc<str>,
    /// The files of the package that it imports, by the place of the import.
    pub imports: Vec<(Arc<str>, Span)>,
    /// The names that its imports bind.
    pub names: BTreeSet<Arc<str>>,
    /// The names in `__all__` and its place; `None` where it has none or it is not known wholly.
    pub all: Option<(Vec<Arc<str>>, Span)>,
    /// Files of the package with models that it does not import itself.
    pub missing: Vec<Arc<str>>,
}

/// Something that `env.py` does and that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownReach {
    pub location: Location,
    pub why: Arc<str>,
    /// The folder that it could cover; `""` for everything.
    pub covers: Arc<str>,
}

/// What autogenerate does not look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Tables that are refused by name.
    pub tables: BTreeSet<Arc<str>>,
    /// Names that begin so are refused.
    pub prefixes: Vec<Arc<str>>,
    /// There is a filter that could not be read: nothing is predicted then.
    pub is_unknown: bool,
    /// Whether tables outside of the default schema are looked at.
    pub include_schemas: bool,
}
