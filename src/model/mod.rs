//! Mapped classes, the metadata that `env.py` gives to Alembic, and which classes it reaches.

mod annotated;
mod application;
mod beside;
mod candidates;
mod columns;
mod custom;
mod declarative;
mod excluded;
mod host;
mod naming;
mod reach;
mod registry;
mod sifted;
mod table;
mod target;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::beside::Beside;
use self::declarative::{Declarative, Key, Meta, Style, address};
use self::reach::Reach;
pub use self::sifted::Sifted;
use self::target::Targets;
use crate::git::Target as PathTarget;
use crate::migration::operation::{Column, Constraint, Index, Location, TableName};
use crate::project::{Environment, Settings};
use crate::python::Sources;
use crate::python::syntax::Span;
use crate::python::value::{Class, Object, Value};

/// What Alembic would compare the database with, in one environment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Metadata {
    pub target: Target,
    /// Every mapped class and table of the environment's own metadata, reached or not, sorted by path and place.
    pub models: Vec<Model>,
    /// Packages whose `__init__.py` imports most of their model modules.
    pub registries: Vec<Registry>,
    /// Every project file that runs when `env.py` does, with the import that first leads to it; `None` for `env.py`
    /// itself and for what is found in another way.
    #[serde(with = "crate::texts")]
    pub closure: BTreeMap<Arc<str>, Option<Location>>,
    /// What stands in the way of knowing what `env.py` reaches, and what it could cover.
    pub unknowns: Vec<UnknownReach>,
    /// Tables that `include_object`, `include_name` or `include_schemas` take out of autogenerate.
    pub excluded: Excluded,
    /// Whether a library may have tables of its own among these: which ones cannot be known.
    pub may_have_others: bool,
}

/// `target_metadata`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Dotted, as it is imported: `app.models.user.User`. `None` for an imperative `Table`.
    #[serde(with = "crate::texts")]
    pub class: Option<Arc<str>>,
    /// The dotted name of the module that registers it when it runs.
    #[serde(with = "crate::texts")]
    pub module: Arc<str>,
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelColumn {
    pub column: Column,
    pub location: Location,
}

/// Whether `env.py` reaches a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownReach {
    pub location: Location,
    pub why: Arc<str>,
    /// The folder that it could cover; `""` for everything.
    pub covers: Arc<str>,
}

/// What `include_object` and `include_name` do with tables. Where there are several, the last of these counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Filter {
    /// They refuse tables by their names.
    #[default]
    ByName,
    /// They refuse all tables that no model maps, too: none is ever dropped.
    Unmapped,
    /// They could not be read: nothing is predicted then.
    Unknown,
}

/// What autogenerate does not look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// Tables that are refused by name.
    pub tables: BTreeSet<Arc<str>>,
    /// Names that begin so are refused.
    pub prefixes: Vec<Arc<str>>,
    pub filter: Filter,
    /// Columns that are refused by name: in one table, or wherever they stand.
    pub columns: BTreeSet<(Option<Arc<str>>, Arc<str>)>,
    /// There is a filter that may refuse other columns.
    pub may_refuse_columns: bool,
    /// Whether tables outside of the default schema are looked at.
    pub include_schemas: bool,
}

impl Model {
    /// The name of its class in the module that registers it: nothing for one that is nested in something or that
    /// another module maps.
    pub fn top_level_name(&self) -> Option<&str> {
        let name = self.class.as_deref()?.strip_prefix(&*self.module)?.strip_prefix('.')?;
        (!name.contains('.')).then_some(name)
    }
}

impl Metadata {
    /// Follows `env.py` through a snapshot, and says what was looked at and passed over. Must run on [`crate::stack`].
    pub fn read(sources: &Sources, environment: &Environment, settings: &Settings) -> (Self, Sifted) {
        let env = environment.env.as_deref().map(|path| sources.files.resolve(path));
        let Some(PathTarget::File(env)) = env else { return Default::default() };
        let mut reach = Reach::of(sources, environment, &env.path);
        let mut declarative = Declarative::default();
        let mut targets = Targets::of(&mut reach.vm, &mut declarative, &env.path);
        let excluded = excluded::of(&mut reach.vm, &targets);
        let target = targets.target();
        let mut metadata = Self {
            target,
            may_have_others: targets.brought_base().is_some(),
            closure: reach.closure_by_import(),
            excluded,
            unknowns: std::mem::take(&mut reach.unknowns),
            ..Self::default()
        };
        if metadata.target == Target::None {
            return (metadata, reach.sifted);
        }
        declarative = Declarative::default();
        declarative.library_bases.extend(targets.libraries().cloned());
        candidates::run(&mut reach, &mut declarative, environment);
        metadata.models = models(&mut reach, &mut declarative, &targets, &metadata.target);
        if metadata.models.is_empty() && targets.is_flask {
            // The database is none of Flask-SQLAlchemy's.
            reach.bind_databases();
            targets = Targets::of(&mut reach.vm, &mut declarative, &env.path);
            metadata.models = models(&mut reach, &mut declarative, &targets, &metadata.target);
        }
        metadata.judge(&targets, settings, &reach.closure.possible);
        metadata.registries = registry::of(&mut reach, &metadata.models);
        (metadata, reach.sifted)
    }

    /// Says of each model whether it is reached.
    fn judge(&mut self, targets: &Targets, settings: &Settings, possible: &BTreeSet<Arc<str>>) {
        if !self.models.iter().any(|model| model.registered == Registered::Yes)
            && self.target == Target::Known
            && let Some(base) = targets.brought_base()
        {
            self.target = Target::Unknown(format!("`{base}` is not in the repository").into());
        }
        let reaches = |path: &Arc<str>| self.closure.contains_key(path) && !possible.contains(path);
        let reaches_any = self.models.iter().any(|model| reaches(&model.location.path));
        for model in &mut self.models {
            if let Registered::Unknown(_) = &model.registered {
                continue;
            }
            let path = &model.location.path;
            let is_named = settings.models.iter().any(|folder| is_below(path, folder));
            model.registered = if let Target::Unknown(why) = &self.target {
                Registered::Unknown(why.clone())
            } else if reaches(path) {
                Registered::Yes
            } else if possible.contains(path) {
                Registered::Unknown("it is imported by a function whose caller cannot be known".into())
            } else if let Some(why) = Reach::why_unknown(&self.unknowns, path) {
                Registered::Unknown(why)
            } else if is_named || (settings.models.is_empty() && reaches_any) {
                Registered::No
            } else if settings.models.is_empty() {
                Registered::NoneReached
            } else {
                Registered::Unknown("the settings name other folders of models".into())
            };
        }
    }
}

/// The mapped classes and tables of the environment's own metadata, among everything that has run.
fn models(reach: &mut Reach<'_>, declarative: &mut Declarative, targets: &Targets, target: &Target) -> Vec<Model> {
    let is_own = |meta: &Meta, style: Style| {
        matches!(target, Target::Unknown(_))
            || targets.keys.contains(&meta.key)
            || targets.is_flask && style == Style::Flask
    };
    let tops = reach.tops();
    let beside = Beside::of(&reach.vm.host);
    let mut models: Vec<Model> = Vec::new();
    let mut mapped_tables: HashSet<usize> = HashSet::new();
    let mut flask_keys: HashSet<Key> = HashSet::new();
    let mut unnamed: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut seen = HashSet::new();
    let classes: Vec<Rc<Class>> = reach.vm.host.classes.clone();
    for class in &classes {
        if let Some(Value::Object(table)) = class.own("__table__") {
            mapped_tables.insert(address(&table));
        }
        let path = class.scope.file();
        // A function makes a class of each call.
        let is_new = seen.insert((path.clone(), class.def.name_span, class.def.name.clone()));
        if !is_new && !class.is_local() {
            continue;
        }
        reach.vm.renew();
        let Some(declared) = declarative.declared(&mut reach.vm, class) else {
            models.extend(undecided(reach, declarative, class, &beside, &tops));
            continue;
        };
        if declared.style == Style::Flask {
            flask_keys.insert(declared.meta.key.clone());
        }
        if !is_own(&declared.meta, declared.style) {
            continue;
        }
        if let Some(model) = table::of_class(&mut reach.vm, declarative, class, &declared, &beside) {
            if model.table.is_none() && declared.is_named_by_library() {
                unnamed.entry(declared.meta.key.clone()).or_default().push(models.len());
            }
            models.push(named(model, reach, class, &tops));
        }
    }
    let by_table: HashMap<usize, Rc<Class>> =
        reach.vm.host.mapped.iter().map(|(class, table)| (address(table), class.clone())).collect();
    let tables: Vec<(Arc<str>, Rc<Object>)> = reach.vm.host.tables.clone();
    for (path, object) in &tables {
        if mapped_tables.contains(&address(object)) {
            continue;
        }
        let Some(meta) = table_meta(reach, declarative, object) else { continue };
        let style = if flask_keys.contains(&meta.key) { Style::Flask } else { Style::Plain };
        if is_own(&meta, style) {
            let model = table::of_table(path, object, &meta, &beside);
            models.push(match by_table.get(&address(object)) {
                Some(class) => named(model, reach, class, &tops),
                None => Model { module: reach.name(path, &tops).into(), ..model },
            });
        }
    }
    for of_one_base in unnamed.values() {
        custom::name_tables(&mut models, of_one_base);
    }
    let place = |model: &Model| (model.location.path.clone(), model.location.span, model.table.clone());
    models.sort_by_cached_key(place);
    models.dedup_by(|a, b| a.location == b.location && a.class == b.class && a.table == b.table);
    models.retain(|model| {
        let path = &model.location.path;
        reach.closure.files.contains_key(path) || !is_test(path)
    });
    models
}

/// A model with its class and module as Python calls them.
fn named(model: Model, reach: &mut Reach<'_>, class: &Class, tops: &HashMap<String, usize>) -> Model {
    let module: Arc<str> = reach.name(&model.location.path, tops).into();
    let home = reach.name(class.scope.file(), tops);
    Model { class: Some(format!("{home}.{}", class.qualname()).into()), module, ..model }
}

/// A class that names a table and whose base is not in the repository: whether it is mapped, and where, is not known.
fn undecided(
    reach: &mut Reach<'_>,
    declarative: &mut Declarative,
    class: &Rc<Class>,
    beside: &Beside,
    tops: &HashMap<String, usize>,
) -> Option<Model> {
    let (declared, base) = declarative.undecided(&mut reach.vm, class)?;
    let model = table::of_class(&mut reach.vm, declarative, class, &declared, beside)?;
    let mut model = named(model, reach, class, tops);
    model.registered = Registered::Unknown(format!("whether its base `{base}` maps it cannot be known").into());
    Some(model)
}

/// The metadata of a `Table("name", metadata, …)` or a `db.Table("name", …)`.
fn table_meta(reach: &mut Reach<'_>, declarative: &mut Declarative, table: &Object) -> Option<Meta> {
    let given = table.arguments.get(1, "metadata").cloned();
    let meta = given.and_then(|given| declarative.meta(&mut reach.vm, &given));
    meta.or_else(|| match &table.callee {
        Value::Attribute(attribute) => declarative.meta_of_base(&mut reach.vm, &attribute.0, 20),
        _ => None,
    })
}

/// Whether a file belongs to the project's tests, by the names that pytest and unittest go by.
fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|folder| matches!(folder, "tests" | "test" | "testing"))
        || name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
}

/// Whether a path lies in a folder, or is it.
fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_matches('/');
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
