//! What an expression can be known to mean without running it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::syntax::{ClassDef, FunctionDef, Name, Span};

/// Stands in a text for a part of it that cannot be known. A private-use character: a text that really holds one is
/// taken for unknown, which is never wrong.
pub const HOLE: char = '\u{E000}';

/// Where the snapshot begins in the paths that Python code computes from `__file__`. No real path starts so.
pub const ROOT: &str = "/\u{E001}";

/// Alternatives beyond this number are one unknown.
pub(super) const ALTERNATIVES: usize = 16;

/// How many bases of a class are looked at, those of its bases included.
const ANCESTORS: usize = 1_000;

/// How deep values are compared.
const NESTING: usize = 20;

#[derive(Debug, Clone)]
pub enum Value {
    /// Why it is not known, or what it comes from: "`inspector.get_table_names()`".
    Unknown(Arc<str>),
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// May hold [`HOLE`]s.
    Str(Arc<str>),
    /// A `pathlib` path.
    Path(Arc<str>),
    Tuple(Rc<[Value]>),
    List(Rc<RefCell<Items>>),
    Set(Rc<RefCell<Items>>),
    Dict(Rc<RefCell<Entries>>),
    Function(Rc<Function>),
    Class(Rc<Class>),
    Instance(Rc<Instance>),
    EnumMember(Rc<EnumMember>),
    /// A module of the project, by its file.
    Module(Arc<str>),
    /// A package without a file, by its dotted name.
    Namespace(Arc<str>),
    /// A name outside of the project, dotted: `sqlalchemy.Column`, `builtins.len`.
    External(Arc<str>),
    /// What a call outside of the project returned.
    Object(Rc<Object>),
    /// An attribute of a value, itself not known further: a method before it is called.
    Attribute(Rc<(Value, Name)>),
    /// `functools.partial`
    Partial(Rc<(Value, Arguments)>),
    /// One of several, depending on what cannot be known.
    OneOf(Rc<[Value]>),
}

/// The elements of a list or set.
#[derive(Debug, Default)]
pub struct Items {
    pub values: Vec<Value>,
    /// Whether there may be others.
    pub open: bool,
    /// Where the host has said what the elements are ([`Host::elements`](super::interpreter::Host::elements)): what they
    /// were asked of. Whether something is among them is not known then.
    pub source: Option<Name>,
}

/// The items of a dict, in order.
#[derive(Debug, Default)]
pub struct Entries {
    pub values: Vec<(Value, Value)>,
    /// Whether there may be others.
    pub open: bool,
}

#[derive(Debug)]
pub struct Function {
    pub def: Arc<FunctionDef>,
    pub scope: Scope,
    /// The instance or class that it was taken from.
    pub receiver: Option<Value>,
    pub defaults: HashMap<Name, Value>,
    pub kind: FunctionKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    Plain,
    StaticMethod,
    ClassMethod,
    Property,
    /// A property of the class itself, as `declared_attr` makes one.
    ClassProperty,
    ContextManager,
}

#[derive(Debug)]
pub struct Class {
    pub def: Arc<ClassDef>,
    pub bases: Vec<Value>,
    pub scope: Scope,
}

#[derive(Debug)]
pub struct Instance {
    pub class: Rc<Class>,
    pub attributes: RefCell<HashMap<Name, Value>>,
}

#[derive(Debug)]
pub struct EnumMember {
    pub class: Rc<Class>,
    pub name: Name,
    pub value: Value,
}

/// A call outside of the project, kept as it was made.
#[derive(Debug)]
pub struct Object {
    /// What was called.
    pub callee: Value,
    pub arguments: Arguments,
    pub path: Arc<str>,
    pub span: Span,
}

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    pub positional: Vec<Value>,
    pub keywords: Vec<(Name, Value)>,
    /// Whether there may be others, from a `*` or `**` that is not known.
    pub open: bool,
}

impl Arguments {
    /// An argument by its position or its name.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.keyword(name))
    }

    /// An argument given by name.
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(keyword, _)| **keyword == *name).map(|(_, value)| value)
    }
}

/// The names of a module, function or class, and those around it.
#[derive(Debug, Clone)]
pub struct Scope(pub(super) Rc<ScopeData>);

#[derive(Debug)]
pub(super) struct ScopeData {
    pub names: RefCell<HashMap<Name, Value>>,
    /// Names that `global` or `nonlocal` send outwards.
    pub outer_names: RefCell<Vec<Name>>,
    /// A class body's names are not seen by its methods.
    pub is_class: bool,
    /// The class's or function's name; empty for a module and a comprehension.
    pub name: Name,
    pub parent: Option<Scope>,
    /// The file whose module-level names end the chain.
    pub module: Arc<str>,
}

impl Value {
    pub fn str(text: impl Into<Arc<str>>) -> Self {
        Self::Str(text.into())
    }

    pub fn unknown(why: impl Into<Arc<str>>) -> Self {
        Self::Unknown(why.into())
    }

    pub fn list(values: Vec<Value>) -> Self {
        Self::items(values, false, None)
    }

    /// A list that may have others, or was made of what the host has said.
    pub fn items(values: Vec<Value>, open: bool, source: Option<Name>) -> Self {
        Self::List(Rc::new(RefCell::new(Items { values, open, source })))
    }

    /// As [`Value::items`], for a set.
    pub fn set(values: Vec<Value>, open: bool, source: Option<Name>) -> Self {
        Self::Set(Rc::new(RefCell::new(Items { values, open, source })))
    }

    /// What the elements of a list or set were asked of, where the host has said what they are.
    pub fn source(&self) -> Option<Name> {
        match self {
            Self::List(items) | Self::Set(items) => items.borrow().source.clone(),
            _ => None,
        }
    }

    pub fn dict(values: Vec<(Value, Value)>) -> Self {
        Self::Dict(Rc::new(RefCell::new(Entries { values, open: false })))
    }

    /// The text, where it is known wholly.
    pub fn as_str(&self) -> Option<&Arc<str>> {
        match self {
            Self::Str(text) if !text.contains(HOLE) => Some(text),
            Self::EnumMember(member) if member.class.is_text_enum() => member.value.as_str(),
            _ => None,
        }
    }

    /// The text with its holes; one hole for what is not known at all. `None` for what is surely no text.
    pub fn as_text(&self) -> Option<Arc<str>> {
        match self {
            Self::Str(text) => Some(text.clone()),
            Self::Unknown(_) | Self::Attribute(_) => Some(String::from(HOLE).into()),
            Self::EnumMember(member) if member.class.is_text_enum() => member.value.as_text(),
            _ => None,
        }
    }

    /// The alternatives of a value: itself, where it is one.
    pub fn alternatives(&self) -> &[Value] {
        match self {
            Self::OneOf(values) => values,
            value => std::slice::from_ref(value),
        }
    }

    /// Where it comes from, for those who read it: dotted names with `()` for calls.
    pub fn path(&self) -> Arc<str> {
        match self {
            Self::Unknown(why) => why.clone(),
            Self::External(path) | Self::Namespace(path) => path.clone(),
            Self::Object(object) => format!("{}()", object.path).into(),
            Self::Attribute(attribute) => format!("{}.{}", attribute.0.path(), attribute.1).into(),
            Self::Function(function) => function.def.name.clone(),
            Self::Class(class) => class.def.name.clone(),
            Self::Instance(instance) => instance.class.def.name.clone(),
            Self::Module(path) => path.clone(),
            Self::OneOf(values) => values.first().map_or_else(|| "".into(), Value::path),
            value => value.source().unwrap_or_else(|| "".into()),
        }
    }

    /// Either of two values.
    #[expect(clippy::needless_pass_by_value, reason = "it is what `reduce` takes")]
    pub fn join(self, other: Value) -> Value {
        let mut values: Vec<Value> = self.alternatives().to_vec();
        for value in other.alternatives() {
            if !values.iter().any(|known| known.is_same(value)) {
                values.push(value.clone());
            }
        }
        match values.len() {
            1 => values.swap_remove(0),
            0..=ALTERNATIVES => Self::OneOf(values.into()),
            _ => Self::unknown("one of many values"),
        }
    }

    /// Whether two values are surely the same one.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Unknown(a), Self::Unknown(b)) | (Self::Module(a), Self::Module(b)) => a == b,
            (Self::External(a), Self::External(b)) | (Self::Namespace(a), Self::Namespace(b)) => a == b,
            (Self::None, Self::None) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Str(a), Self::Str(b)) | (Self::Path(a), Self::Path(b)) => a == b,
            (Self::Tuple(a), Self::Tuple(b)) => {
                Rc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.is_same(b))
            }
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) => Rc::ptr_eq(a, b),
            (Self::Dict(a), Self::Dict(b)) => Rc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b) || Arc::ptr_eq(&a.def, &b.def),
            (Self::Class(a), Self::Class(b)) => Rc::ptr_eq(a, b),
            (Self::Instance(a), Self::Instance(b)) => Rc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            (Self::Attribute(a), Self::Attribute(b)) => a.1 == b.1 && a.0.is_same(&b.0),
            (Self::EnumMember(a), Self::EnumMember(b)) => Rc::ptr_eq(&a.class, &b.class) && a.name == b.name,
            _ => false,
        }
    }

    /// Whether two values are equal, where that can be known.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        self.equals_within(other, NESTING)
    }

    fn equals_within(&self, other: &Value, nesting: usize) -> Option<bool> {
        // A list can hold itself.
        let nesting = nesting.checked_sub(1)?;
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return Some((a - b).abs() == 0.0);
        }
        match (self, other) {
            (Self::EnumMember(a), Self::EnumMember(b)) => Some(Rc::ptr_eq(&a.class, &b.class) && a.name == b.name),
            (Self::EnumMember(member), value) | (value, Self::EnumMember(member)) => {
                if member.class.is_text_enum() {
                    member.value.equals_within(value, nesting)
                } else {
                    value.is_plain().then_some(false)
                }
            }
            (Self::Str(_), Self::Str(_)) => match (self.as_str(), other.as_str()) {
                (Some(a), Some(b)) => Some(a == b),
                _ => None,
            },
            (Self::Path(a), Self::Path(b)) => Some(a == b),
            (Self::Tuple(a), Self::Tuple(b)) => all_equal(a, b, nesting),
            (Self::List(a), Self::List(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                if a.open || b.open || a.source.is_some() || b.source.is_some() {
                    None
                } else {
                    all_equal(&a.values, &b.values, nesting)
                }
            }
            (Self::None, Self::None) => Some(true),
            (Self::Function(_) | Self::Class(_) | Self::Module(_) | Self::Partial(_), Self::None)
            | (Self::None, Self::Function(_) | Self::Class(_) | Self::Module(_) | Self::Partial(_)) => Some(false),
            (Self::Function(_) | Self::Class(_) | Self::Module(_), _) => None,
            // What a call outside returned may be anything, but a class or function there is not None.
            (Self::External(a), Self::External(b)) => (a == b).then_some(true),
            (a, b) if a.is_plain() && b.is_plain() => Some(false),
            _ => None,
        }
    }

    /// Literal data, which is never equal to data of another kind.
    fn is_plain(&self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Bool(_)
                | Self::Int(_)
                | Self::Float(_)
                | Self::Str(_)
                | Self::Path(_)
                | Self::Tuple(_)
                | Self::List(_)
                | Self::Set(_)
                | Self::Dict(_)
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "only compared, and flags and counts are small")]
    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it counts as true, where that can be known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Float(value) => Some(*value != 0.0),
            Self::Str(text) => (text.is_empty() || text.chars().any(|c| c != HOLE)).then_some(!text.is_empty()),
            Self::Path(_) | Self::Function(_) | Self::Class(_) | Self::Module(_) | Self::Partial(_) => Some(true),
            Self::Tuple(items) => Some(!items.is_empty()),
            Self::List(_) | Self::Set(_) if self.source().is_some() => None,
            Self::List(items) | Self::Set(items) => known_filled(items.borrow().values.len(), items.borrow().open),
            Self::Dict(entries) => known_filled(entries.borrow().values.len(), entries.borrow().open),
            Self::EnumMember(_) => Some(true),
            Self::OneOf(values) => {
                let first = values.first()?.truth()?;
                values.iter().all(|value| value.truth() == Some(first)).then_some(first)
            }
            // It is false when the code runs, whatever type checkers make of it.
            Self::External(path) if matches!(&**path, "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING") => {
                Some(false)
            }
            Self::Unknown(_)
            | Self::Instance(_)
            | Self::Namespace(_)
            | Self::External(_)
            | Self::Object(_)
            | Self::Attribute(_) => None,
        }
    }
}

fn known_filled(len: usize, open: bool) -> Option<bool> {
    match (len, open) {
        (0, false) => Some(false),
        (0, true) => None,
        // An open one may have lost its elements, but code that fills a list does so to use it.
        _ => Some(true),
    }
}

fn all_equal(a: &[Value], b: &[Value], nesting: usize) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    let mut answer = Some(true);
    for (a, b) in a.iter().zip(b) {
        match a.equals_within(b, nesting) {
            Some(false) => return Some(false),
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}

impl Class {
    /// What the class's own body, or an assignment to its attribute, gave a name.
    pub fn own(&self, name: &str) -> Option<Value> {
        self.scope.own(name)
    }

    /// The names that the class itself has, sorted.
    pub fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self.scope.0.names.borrow().keys().cloned().collect();
        names.sort();
        names
    }

    /// Its `__qualname__`: `Outer.Inner`, `make.<locals>.Made`.
    pub fn qualname(&self) -> String {
        let mut parts: Vec<&str> = vec![&self.def.name];
        let mut outer = self.scope.outer();
        while let Some(scope) = outer {
            if !scope.0.is_class && !scope.0.name.is_empty() {
                parts.push("<locals>");
            }
            if !scope.0.name.is_empty() {
                parts.push(&scope.0.name);
            }
            outer = scope.outer();
        }
        parts.reverse();
        parts.join(".")
    }

    /// Whether it is made when a function is called, and not when its module is imported.
    pub fn is_local(&self) -> bool {
        let mut outer = self.scope.outer();
        while let Some(scope) = outer {
            if !scope.0.is_class && !scope.is_module() {
                return true;
            }
            outer = scope.outer();
        }
        false
    }

    /// Whether it derives from one of Python's enumerations.
    pub fn is_enum(&self) -> bool {
        self.has_external_base(&|path| {
            matches!(
                path,
                "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag" | "enum.ReprEnum"
            ) || path.ends_with("StrEnum")
        })
    }

    /// Whether its members are strings.
    pub fn is_text_enum(&self) -> bool {
        self.is_enum() && self.has_external_base(&|path| path == "builtins.str" || path.ends_with("StrEnum"))
    }

    /// Whether a class outside of the project that `is` knows is among its bases, or theirs.
    pub fn has_external_base(&self, is: &dyn Fn(&str) -> bool) -> bool {
        self.ancestors().iter().any(|base| matches!(base, Value::External(path) if is(path)))
    }

    /// The bases, each followed by its own; a class that is reached twice comes once, since what many share would else
    /// be looked at once for each way to it.
    pub fn ancestors(&self) -> Vec<Value> {
        let mut ancestors = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<Value> = self.bases.iter().rev().cloned().collect();
        while let Some(base) = open.pop() {
            if let Value::Class(class) = &base {
                if !seen.insert(Rc::as_ptr(class)) {
                    continue;
                }
                open.extend(class.bases.iter().rev().cloned());
            }
            ancestors.push(base);
            if ancestors.len() >= ANCESTORS {
                break;
            }
        }
        ancestors
    }
}

impl Scope {
    /// Lets go of all names.
    pub(super) fn forget(&self) {
        let names = self.0.names.try_borrow_mut().map(|mut names| std::mem::take(&mut *names));
        drop(names);
    }

    pub(super) fn module(path: Arc<str>) -> Self {
        Self::new(path, None, "".into(), false)
    }

    pub(super) fn inner(&self, name: Name, is_class: bool) -> Self {
        Self::new(self.0.module.clone(), Some(self.clone()), name, is_class)
    }

    fn new(module: Arc<str>, parent: Option<Scope>, name: Name, is_class: bool) -> Self {
        let (names, outer_names) = (RefCell::default(), RefCell::default());
        Self(Rc::new(ScopeData { names, outer_names, is_class, name, parent, module }))
    }

    /// The file in which the code of this scope stands.
    pub fn file(&self) -> &Arc<str> {
        &self.0.module
    }

    /// The scope around this one; `None` for a module's.
    pub fn outer(&self) -> Option<&Scope> {
        self.0.parent.as_ref()
    }

    /// A name of this scope itself.
    pub fn own(&self, name: &str) -> Option<Value> {
        self.0.names.borrow().get(name).cloned()
    }

    pub(super) fn is_module(&self) -> bool {
        self.0.parent.is_none()
    }
}
