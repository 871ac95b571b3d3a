//! Which classes are mapped, and to whose metadata they belong: SQLAlchemy's declarative rules.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::host::Vm;
use crate::migration::schema_item::last_part;
use crate::python::syntax::ArgumentKind;
use crate::python::value::{Class, Object, Value};

/// How many classes one class may derive from, counted by every way that leads to them.
const ANCESTORS: usize = 2_000;

/// How far a metadata object is followed through what holds it.
const NESTING: usize = 20;

/// A metadata object, by where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// A call: `MetaData()`, `declarative_base()`, `registry()`, `SQLAlchemy()`.
    Call(usize),
    /// `class Base(DeclarativeBase)`
    Class(usize),
    /// An instance of the project's own subclass of one of them.
    Instance(usize),
    /// A base that a library brings, by the library's name or the base's own.
    Library(Arc<str>),
}

/// A metadata object, and the call that configures it where there is one.
#[derive(Debug, Clone)]
pub(super) struct Meta {
    pub(super) key: Key,
    /// `MetaData(schema=…, naming_convention=…)`
    pub(super) call: Option<Rc<Object>>,
}

/// How a declarative base names tables and makes columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// Annotated fields are columns; the table is the class's name in lower case.
    SqlModel,
    /// The table is the class's name in snake case.
    Flask,
    /// The same in its own words; the base brings columns of its own.
    AdvancedAlchemy,
}

/// What is known of a class.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub(super) meta: Meta,
    pub(super) style: Style,
    /// A base of the library kind, or one that is not known, may bring columns.
    pub(super) has_unknown_base: bool,
    /// The classes whose attributes are its own: itself, mixins, abstract bases, nearest first.
    pub(super) sources: Vec<Rc<Class>>,
    /// The mapped class that it inherits from.
    pub(super) parent: Option<Rc<Class>>,
}

impl Declared {
    /// Whether only its library's base says what its table is called.
    pub(super) fn is_named_by_library(&self) -> bool {
        let is_silent = |class: &Rc<Class>| class.own("__tablename__").is_none() && class.own("__table__").is_none();
        matches!(self.meta.key, Key::Library(_))
            && self.style == Style::Plain
            && self.parent.is_none()
            && self.sources.iter().all(is_silent)
    }
}

/// Answers about classes, each found once.
#[derive(Default)]
pub(super) struct Declarative {
    known: HashMap<usize, Option<Rc<Declared>>>,
    /// Bases of unknown libraries whose `metadata` is the environment's target.
    pub(super) library_bases: HashSet<Arc<str>>,
}

impl Declarative {
    /// What a mapped class is; `None` for a class that is not known to be mapped.
    pub(super) fn declared(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> Option<Rc<Declared>> {
        let id = address(class);
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        // A class that is asked about again meanwhile is no parent of itself.
        self.known.insert(id, None);
        let declared = self.declare(vm, class).map(Rc::new);
        self.known.insert(id, declared.clone());
        declared
    }

    /// Whether classes that derive from this one can be mapped.
    pub(super) fn is_declarative(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> bool {
        is_root(class) || self.lineage(vm, class).style.is_some() || self.declared(vm, class).is_some()
    }

    /// What a class that names a table may be, where the base that would say so is not in the repository: its
    /// declaration, and that base.
    pub(super) fn undecided(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> Option<(Declared, Arc<str>)> {
        let names_table = class.own("__table__").is_some() || matches!(class.own("__tablename__"), Some(Value::Str(_)));
        if !names_table || is_true(class.own("__abstract__")) {
            return None;
        }
        let lineage = self.lineage(vm, class);
        if lineage.style.is_some() || !lineage.has_unknown {
            return None;
        }
        let mut bases = lineage.classes.iter().flat_map(|class| class.bases.iter().map(Value::path));
        let base = bases.find(|path| !path.is_empty() && matches!(self.library_base(path), LibraryBase::Unknown));
        let meta = Meta { key: Key::Library("".into()), call: None };
        let sources = lineage.classes;
        let declared = Declared { meta, style: Style::Plain, has_unknown_base: true, sources, parent: None };
        Some((declared, base.map_or_else(|| "?".into(), |base| base.trim_matches('`').into())))
    }

    fn declare(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> Option<Declared> {
        let decorated = self.decorated(vm, class);
        let is_abstract = is_true(class.own("__abstract__")) || is_concrete_base(class);
        if is_root(class) || matches!(decorated, Some(Decorated::Base(_))) || is_abstract {
            return None;
        }
        let lineage = self.lineage(vm, class);
        let (meta, style) = match decorated {
            Some(Decorated::Mapped(meta)) => (self.own_meta(vm, &lineage.classes).or(meta)?, Style::Plain),
            _ => (self.class_meta(vm, &lineage)?, lineage.style?),
        };
        let is_table = |class: &Class| {
            class.def.arguments.iter().any(|argument| {
                matches!(&argument.kind, ArgumentKind::Keyword(name) if **name == *"table")
                    && matches!(argument.value.kind, crate::python::syntax::ExprKind::Bool(true))
            })
        };
        if style == Style::SqlModel && !is_table(class) {
            return None;
        }
        let mut parent = None;
        let mut inherited: HashSet<usize> = HashSet::new();
        for ancestor in lineage.classes.iter().skip(1) {
            if !inherited.contains(&address(ancestor)) && self.declared(vm, ancestor).is_some() {
                parent.get_or_insert_with(|| ancestor.clone());
                inherited.extend(self.lineage(vm, ancestor).classes.iter().map(address));
            }
        }
        let sources = lineage.classes.into_iter().filter(|source| !inherited.contains(&address(source))).collect();
        Some(Declared { meta, style, has_unknown_base: lineage.has_unknown, sources, parent })
    }

    /// A class with all that it derives from, nearest first, and what its bases outside of the project make of it.
    fn lineage(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> Lineage {
        let mut lineage = Lineage { classes: Vec::new(), style: None, has_unknown: false, roots: Vec::new() };
        let mut visits = 0;
        self.collect(vm, class, &mut lineage, &mut visits);
        // What several bases share comes after all of them, as in Python's own order.
        let mut seen = HashSet::new();
        lineage.classes.reverse();
        lineage.classes.retain(|class| seen.insert(address(class)));
        lineage.classes.reverse();
        lineage
    }

    fn collect(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>, lineage: &mut Lineage, visits: &mut usize) {
        *visits += 1;
        if *visits > ANCESTORS {
            lineage.has_unknown = true;
            return;
        }
        lineage.classes.push(class.clone());
        if matches!(self.decorated(vm, class), Some(Decorated::Base(_))) {
            lineage.style.get_or_insert(Style::Plain);
        }
        for base in &class.bases {
            self.collect_base(vm, base, lineage, visits);
        }
    }

    fn collect_base(&mut self, vm: &mut Vm<'_>, base: &Value, lineage: &mut Lineage, visits: &mut usize) {
        match base {
            Value::Class(class) => self.collect(vm, class, lineage, visits),
            // `try: from a import Base` / `except ImportError: Base = …`: one of them.
            Value::OneOf(values) => {
                let known: Vec<&Value> = values.iter().filter(|value| !matches!(value, Value::None)).collect();
                let class = known.iter().find(|value| matches!(value, Value::Class(_) | Value::Object(_)));
                if let Some(value) = class.or_else(|| known.first()) {
                    self.collect_base(vm, value, lineage, visits);
                }
            }
            Value::External(path) => match self.library_base(path) {
                LibraryBase::Neutral => {}
                LibraryBase::Root(style) => {
                    lineage.style = Some(lineage.style.filter(|style| *style != Style::Plain).unwrap_or(style));
                    lineage.roots.push(base.clone());
                    lineage.has_unknown |=
                        !matches!(style, Style::SqlModel | Style::Plain) || self.library_bases.contains(path);
                }
                LibraryBase::Unknown => lineage.has_unknown = true,
            },
            base => {
                if let Some(style) = root_style(base) {
                    lineage.style.get_or_insert(style);
                    lineage.roots.push(base.clone());
                    for mixin in brought_by(base) {
                        self.collect(vm, &mixin, lineage, visits);
                    }
                } else {
                    lineage.has_unknown = true;
                }
            }
        }
    }

    fn library_base(&self, path: &Arc<str>) -> LibraryBase {
        let name = last_part(path);
        let package = path.split('.').next().unwrap_or_default();
        if self.library_bases.contains(path) {
            return LibraryBase::Root(Style::Plain);
        }
        match package {
            "builtins" | "typing" | "typing_extensions" | "abc" | "collections" | "enum" | "dataclasses" => {
                LibraryBase::Neutral
            }
            "sqlalchemy" => match name {
                "DeclarativeBase" | "DeclarativeBaseNoMeta" => LibraryBase::Root(Style::Plain),
                _ => LibraryBase::Neutral,
            },
            "sqlmodel" if name == "SQLModel" => LibraryBase::Root(Style::SqlModel),
            "pydantic" => LibraryBase::Neutral,
            _ if is_advanced_alchemy(path) => match name {
                "CommonTableAttributes" | "BasicAttributes" | "AdvancedDeclarativeBase" | "SQLQuery" => {
                    LibraryBase::Unknown
                }
                name if name.ends_with("Base") => LibraryBase::Root(Style::AdvancedAlchemy),
                _ => LibraryBase::Unknown,
            },
            _ => LibraryBase::Unknown,
        }
    }

    /// The metadata of a class: the nearest one in its lineage that says so, else its root's.
    fn class_meta(&mut self, vm: &mut Vm<'_>, lineage: &Lineage) -> Option<Meta> {
        if let Some(meta) = self.own_meta(vm, &lineage.classes) {
            return Some(meta);
        }
        // `db.Model` has the extension's metadata, whatever `model_class` is.
        if let Some(root) = lineage.roots.iter().find(|root| matches!(root, Value::Attribute(_))) {
            return self.meta_of_base(vm, root, NESTING);
        }
        for class in &lineage.classes {
            if is_root(class) {
                return Some(Meta { key: Key::Class(address(class)), call: None });
            }
            if let Some(Decorated::Base(meta)) = self.decorated(vm, class) {
                return Some(meta.unwrap_or(Meta { key: Key::Class(address(class)), call: None }));
            }
        }
        lineage.roots.iter().find_map(|root| self.meta_of_base(vm, root, NESTING))
    }

    /// What a class body gives: `metadata = …`, `registry = …`.
    fn own_meta(&mut self, vm: &mut Vm<'_>, classes: &[Rc<Class>]) -> Option<Meta> {
        classes.iter().find_map(|class| {
            let metadata = class.own("metadata").and_then(|value| self.meta(vm, &value));
            metadata.or_else(|| {
                let registry = class.own("registry")?;
                self.meta_of_base(vm, &registry, NESTING)
            })
        })
    }

    /// The metadata object that a value is.
    pub(super) fn meta(&mut self, vm: &mut Vm<'_>, value: &Value) -> Option<Meta> {
        self.meta_within(vm, value, NESTING)
    }

    fn meta_within(&mut self, vm: &mut Vm<'_>, value: &Value, nesting: usize) -> Option<Meta> {
        let nesting = nesting.checked_sub(1)?;
        match value {
            Value::Object(object) if last_part(&object.path) == "MetaData" => {
                Some(Meta { key: Key::Call(address(object)), call: Some(object.clone()) })
            }
            Value::Instance(instance) if has_external_base(&instance.class, &["MetaData"]) => {
                Some(Meta { key: Key::Instance(address(instance)), call: None })
            }
            Value::Attribute(attribute) if *attribute.1 == *"metadata" => self.meta_of_base(vm, &attribute.0, nesting),
            Value::External(path) => {
                let base = path.strip_suffix(".metadata")?;
                Some(Meta { key: Key::Library(library(base)), call: None })
            }
            Value::OneOf(values) => values.iter().find_map(|value| self.meta_within(vm, value, nesting)),
            // The one for no bind key; one for another key is another.
            value => {
                let path = value.path();
                let is_registered = is_advanced_alchemy(&path) && path.ends_with("metadata_registry.get()");
                let is_default = || match value {
                    Value::Object(call) => call.arguments.get(0, "bind_key").is_none_or(|key| key.as_str().is_none()),
                    _ => true,
                };
                let key = Key::Library("advanced_alchemy".into());
                (is_registered && is_default()).then_some(Meta { key, call: None })
            }
        }
    }

    /// The metadata that belongs to a base class, a registry or a Flask-SQLAlchemy extension.
    pub(super) fn meta_of_base(&mut self, vm: &mut Vm<'_>, value: &Value, nesting: usize) -> Option<Meta> {
        let nesting = nesting.checked_sub(1)?;
        match value {
            Value::Class(class) => {
                let lineage = self.lineage(vm, class);
                self.class_meta(vm, &lineage)
            }
            Value::Object(object) => {
                let name = last_part(&object.path);
                if matches!(name, "generate_base" | "as_declarative_base" | "make_declarative_base")
                    && let Value::Attribute(attribute) = &object.callee
                {
                    return self.meta_of_base(vm, &attribute.0, nesting);
                }
                if !matches!(name, "declarative_base" | "automap_base" | "registry" | "SQLAlchemy" | "declarative") {
                    return None;
                }
                let given = object.arguments.keyword("metadata").or_else(|| {
                    // The old signature: declarative_base(bind, metadata).
                    object.arguments.positional.iter().find(|value| self.meta_within(vm, value, nesting).is_some())
                });
                let mut given = given.cloned();
                if let (None, Some(Value::Class(class))) = (&given, object.arguments.keyword("model_class")) {
                    given = class.own("metadata");
                }
                given
                    .and_then(|given| self.meta_within(vm, &given, nesting))
                    .or(Some(Meta { key: Key::Call(address(object)), call: None }))
            }
            Value::Attribute(attribute) if matches!(&*attribute.1, "Model" | "registry") => {
                self.meta_of_base(vm, &attribute.0, nesting)
            }
            Value::Instance(instance) if has_external_base(&instance.class, &["SQLAlchemy", "registry"]) => {
                let given = instance.attributes.borrow().get("metadata").cloned();
                given
                    .and_then(|given| self.meta_within(vm, &given, nesting))
                    .or(Some(Meta { key: Key::Instance(address(instance)), call: None }))
            }
            Value::External(path) => match self.library_base(path) {
                LibraryBase::Root(_) => Some(Meta { key: Key::Library(library(path)), call: None }),
                _ => None,
            },
            Value::OneOf(values) => values.iter().find_map(|value| self.meta_of_base(vm, value, nesting)),
            _ => None,
        }
    }

    /// What a class's decorators make of it.
    fn decorated(&mut self, vm: &mut Vm<'_>, class: &Rc<Class>) -> Option<Decorated> {
        let outer = class.scope.outer()?.clone();
        for decorator in &class.def.decorators {
            // A call's own name is enough, and asking for it makes nothing anew.
            let (expression, arguments) = match &decorator.kind {
                crate::python::syntax::ExprKind::Call { function, arguments } => (&**function, &arguments[..]),
                _ => (decorator, &[][..]),
            };
            let name = expression.dotted().unwrap_or_default();
            match last_part(&name) {
                "as_declarative" | "as_declarative_base" => {
                    let given = arguments.iter().find(
                        |argument| matches!(&argument.kind, ArgumentKind::Keyword(name) if **name == *"metadata"),
                    );
                    let given = given.map(|argument| vm.evaluate(&argument.value, &outer));
                    let mut meta = given.and_then(|given| self.meta(vm, &given));
                    if meta.is_none()
                        && let Value::Attribute(attribute) = vm.evaluate(expression, &outer)
                    {
                        meta = self.meta_of_base(vm, &attribute.0, NESTING);
                    }
                    return Some(Decorated::Base(meta));
                }
                "mapped" | "mapped_as_dataclass" => {
                    if let Value::Attribute(attribute) = vm.evaluate(expression, &outer) {
                        let meta = self.meta_of_base(vm, &attribute.0, NESTING);
                        if meta.is_some() {
                            return Some(Decorated::Mapped(meta));
                        }
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// The bases of a class.
struct Lineage {
    classes: Vec<Rc<Class>>,
    /// `None` where it derives from no declarative base.
    style: Option<Style>,
    has_unknown: bool,
    /// The declarative bases that no class statement of the project makes.
    roots: Vec<Value>,
}

enum LibraryBase {
    Neutral,
    Root(Style),
    Unknown,
}

enum Decorated {
    Base(Option<Meta>),
    Mapped(Option<Meta>),
}

/// A declarative base that a call returned.
fn root_style(base: &Value) -> Option<Style> {
    match base {
        Value::Object(object) => match last_part(&object.path) {
            "declarative_base" | "automap_base" | "generate_base" => Some(Style::Plain),
            "make_declarative_base" => Some(Style::Flask),
            _ => None,
        },
        Value::Attribute(attribute) if *attribute.1 == *"Model" => match &attribute.0 {
            Value::Object(object) if last_part(&object.path) == "SQLAlchemy" => Some(Style::Flask),
            Value::Instance(instance) if has_external_base(&instance.class, &["SQLAlchemy"]) => Some(Style::Flask),
            _ => None,
        },
        _ => None,
    }
}

/// The project's own classes below such a base: `declarative_base(cls=X)`, `SQLAlchemy(model_class=X)`.
fn brought_by(base: &Value) -> Vec<Rc<Class>> {
    let classes = |value: Option<&Value>| match value {
        Some(Value::Class(class)) => vec![class.clone()],
        Some(Value::Tuple(values)) => values
            .iter()
            .filter_map(|value| match value {
                Value::Class(class) => Some(class.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    match base {
        Value::Object(object) => classes(object.arguments.keyword("cls")),
        Value::Attribute(attribute) => match &attribute.0 {
            Value::Object(object) => classes(object.arguments.keyword("model_class")),
            Value::Instance(instance) => classes(instance.attributes.borrow().get("model_class")),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// `class Base(DeclarativeBase)`
fn is_root(class: &Class) -> bool {
    class.bases.iter().any(|base| match base {
        Value::External(path) => {
            path.starts_with("sqlalchemy.") && matches!(last_part(path), "DeclarativeBase" | "DeclarativeBaseNoMeta")
        }
        _ => false,
    })
}

/// `class Base(AbstractConcreteBase, …)`: it maps what its children's tables hold, and has none.
fn is_concrete_base(class: &Class) -> bool {
    class.bases.iter().any(|base| matches!(base, Value::External(path) if last_part(path) == "AbstractConcreteBase"))
}

fn is_advanced_alchemy(path: &str) -> bool {
    ["advanced_alchemy.", "litestar.plugins.sqlalchemy.", "litestar.contrib.sqlalchemy."]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// All bases of one of these libraries share their metadata.
fn library(base: &str) -> Arc<str> {
    if is_advanced_alchemy(base) {
        return "advanced_alchemy".into();
    }
    if base.starts_with("sqlmodel.") { "sqlmodel".into() } else { base.into() }
}

fn has_external_base(class: &Class, names: &[&str]) -> bool {
    class.has_external_base(&|path| names.contains(&last_part(path)))
}

fn is_true(value: Option<Value>) -> bool {
    value.and_then(|value| value.truth()) == Some(true)
}

/// Objects of one run are told apart by where they lie.
pub(super) fn address<T>(object: &Rc<T>) -> usize {
    Rc::as_ptr(object).cast::<()>() as usize
}
