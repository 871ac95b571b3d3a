//! The columns that a class body declares.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::ModelColumn;
use super::annotated::{Annotated, annotation_of, held};
use super::declarative::address;
use super::host::Vm;
use super::table::{Attribute, attributes, called};
use crate::migration::operation::{Column, Location, Name};
use crate::migration::schema_item::{self, last_part};
use crate::python::syntax::Expr;
use crate::python::value::{Class, Function, Object, Value};

/// How deep calls that wrap a column are looked into.
const NESTING: usize = 5;

/// The columns read so far.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) columns: Vec<ModelColumn>,
    /// Whether they are all.
    pub(super) known: bool,
    /// What they are called, by the calls that make them.
    pub(super) by_call: HashMap<usize, Name>,
    /// The same by the class's attributes, or the table's keys.
    pub(super) by_attribute: HashMap<Arc<str>, Name>,
    /// The attributes that the classes before have: they hide those of the same name.
    pub(super) hidden: HashSet<Arc<str>>,
}

impl Read {
    pub(super) fn push(&mut self, attribute: Option<&Arc<str>>, made_by: Option<&Value>, column: ModelColumn) {
        let name = &column.column.name;
        if let Some(Value::Object(object)) = made_by {
            self.by_call.entry(address(object)).or_insert_with(|| name.clone());
        }
        if let Some(attribute) = attribute {
            self.by_attribute.entry(attribute.clone()).or_insert_with(|| name.clone());
        }
        self.columns.push(column);
    }
}

/// The columns of one class of a mapped class's sources: its own, or a mixin's or abstract base's.
pub(super) fn of_source(vm: &mut Vm<'_>, class: &Rc<Class>, source: &Rc<Class>, is_sqlmodel: bool, read: &mut Read) {
    let path = source.scope.file().clone();
    let mut own = Vec::new();
    for Attribute { name, span, annotation, has_value } in attributes(source) {
        if name.starts_with("__") || read.hidden.contains(&name) {
            continue;
        }
        let location = Location { path: path.clone(), span };
        let annotated =
            annotation.as_ref().map_or(Annotated::None, |annotation| annotation_of(annotation, is_sqlmodel));
        if let Annotated::Never = annotated {
            continue;
        }
        if has_value || matches!(annotated, Annotated::Column(_)) {
            own.push(name.clone());
        }
        let mut value = source.own(&name).map(resolved);
        if let Some(Value::Function(function)) = &value {
            if !is_declared_attr(function) {
                continue;
            }
            value = called(vm, &Value::Function(function.clone()), class);
        }
        let held = match annotated {
            Annotated::Column(inner) => Some(held(vm, inner, &source.scope)),
            _ => None,
        };
        let of_annotation = |read: &mut Read| {
            if let Some(held) = &held {
                let mut column = held
                    .column
                    .as_ref()
                    .and_then(|column| column_or_field(column, &name))
                    .unwrap_or_else(|| unnamed(&name));
                held.complete(&mut column);
                read.push(Some(&name), None, ModelColumn { column, location: location.clone() });
            }
        };
        match value {
            // Its value was not reached: what it is cannot be known.
            None if has_value => read.known = false,
            None => of_annotation(read),
            Some(value) => match kind_of(&value, NESTING) {
                Kind::Columns(columns) => {
                    let fields = held.as_ref().map_or_else(Vec::new, |held| held.fields.clone());
                    for (at, value) in columns.into_iter().enumerate() {
                        // The columns of a `composite` are called as the fields of what they make.
                        if let Some(mut column) = column_of(&value, fields.get(at).or(Some(&name))) {
                            if let Some(held) = &held {
                                held.complete(&mut column);
                            }
                            read.push(Some(&name), Some(&value), ModelColumn { column, location: location.clone() });
                        }
                    }
                }
                Kind::Field(object) if is_sqlmodel => {
                    let mut column = field(&object, &name);
                    if let Some(held) = &held {
                        held.complete(&mut column);
                    }
                    read.push(Some(&name), None, ModelColumn { column, location });
                }
                Kind::Field(_) | Kind::Plain | Kind::Unknown if held.is_some() => of_annotation(read),
                Kind::Composite => {
                    for name in held.as_ref().map_or(&[][..], |held| &held.fields) {
                        read.push(Some(name), None, ModelColumn { column: unnamed(name), location: location.clone() });
                    }
                }
                Kind::Field(_) | Kind::Plain | Kind::Other => {}
                Kind::Unknown => read.known = false,
            },
        }
    }
    read.hidden.extend(own);
}

/// The columns that a class of a parent's sources makes for each table of its children: `declared_attr.cascading`.
pub(super) fn cascading(vm: &mut Vm<'_>, class: &Rc<Class>, source: &Rc<Class>, read: &mut Read) {
    for Attribute { name, span, .. } in attributes(source) {
        let Some(Value::Function(function)) = source.own(&name) else { continue };
        if read.hidden.contains(&name) || !has_decorator(&function, &["cascading"]) {
            continue;
        }
        let value = called(vm, &Value::Function(function), class);
        if let Some(Kind::Columns(columns)) = value.map(|value| kind_of(&value, NESTING)) {
            let location = Location { path: source.scope.file().clone(), span };
            for column in columns.iter().filter_map(|value| column_of(value, Some(&name))) {
                read.push(Some(&name), None, ModelColumn { column, location: location.clone() });
            }
        }
    }
}

fn unnamed(attribute: &Arc<str>) -> Column {
    Column::new(Name::Known(attribute.clone()))
}

/// A base's column, where it is taken from another class: `made = Mixin.made`.
fn resolved(value: Value) -> Value {
    let Value::Attribute(attribute) = &value else { return value };
    let Value::Class(class) = &attribute.0 else { return value };
    let ancestors = class.ancestors();
    let bases = ancestors.iter().filter_map(|base| match base {
        Value::Class(base) => Some(base),
        _ => None,
    });
    let own = std::iter::once(class).chain(bases).find_map(|class| class.own(&attribute.1));
    own.unwrap_or_else(|| value.clone())
}

/// A column that an annotation brings: `Annotated[str, mapped_column(...)]`, whose own name does not count, or SQLModel's
/// `Annotated[str, Field(...)]`.
pub(super) fn column_or_field(value: &Value, attribute: &Arc<str>) -> Option<Column> {
    match value {
        Value::Object(object) if last_part(&object.path) == "Field" => Some(field(object, attribute)),
        value => Some(Column { name: Name::Known(attribute.clone()), ..column_of(value, None)? }),
    }
}

/// A `Column(...)` with the attribute's name where it has none of its own.
pub(super) fn column_of(value: &Value, attribute: Option<&Arc<str>>) -> Option<Column> {
    match value {
        Value::Object(object) => {
            let mut column = schema_item::column(value)?;
            let has_name = object.arguments.keyword("name").is_some_and(|name| !matches!(name, Value::None))
                || object.arguments.positional.first().is_some_and(|first| matches!(first, Value::Str(_)));
            if let (Name::Unknown, false, Some(attribute)) = (&column.name, has_name, attribute) {
                column.name = Name::Known(attribute.clone());
            }
            Some(column)
        }
        // The project's own subclass of `Column`.
        Value::Instance(instance) if is_column_class(&instance.class) => {
            Some(Column::new(attribute.map_or(Name::Unknown, |name| Name::Known(name.clone()))))
        }
        _ => None,
    }
}

enum Kind {
    Columns(Vec<Value>),
    /// `composite()`, whose columns its annotation makes.
    Composite,
    /// SQLModel's `Field(...)`
    Field(Rc<Object>),
    /// A relationship, a hybrid, a proxy: surely no column.
    Other,
    /// A plain value: a column only where its annotation says so.
    Plain,
    Unknown,
}

fn kind_of(value: &Value, nesting: usize) -> Kind {
    let Some(nesting) = nesting.checked_sub(1) else { return Kind::Unknown };
    match value {
        Value::Object(object) => match last_part(&object.path) {
            "Column" | "mapped_column" => Kind::Columns(vec![value.clone()]),
            "composite" if object.arguments.positional.is_empty() && !object.arguments.open => Kind::Composite,
            "deferred" | "column_property" | "composite" => {
                let inner = object
                    .arguments
                    .positional
                    .iter()
                    .filter(|value| matches!(kind_of(value, nesting), Kind::Columns(_)));
                Kind::Columns(inner.cloned().collect())
            }
            "Field" => Kind::Field(object.clone()),
            "field" if object.path.starts_with("dataclasses.") => {
                in_metadata(object).map_or(Kind::Plain, |column| Kind::Columns(vec![column]))
            }
            "relationship" | "Relationship" | "backref" | "dynamic_loader" | "synonym" | "association_proxy"
            | "hybrid_property" | "query_expression" | "relation" | "column_keyed_dict" | "PrivateAttr"
            | "ConfigDict" | "SQLModelConfig" | "proxy" | "ordering_list" => Kind::Other,
            // An alias of a type.
            "Annotated" | "Optional" => Kind::Plain,
            _ if object.path.starts_with("sqlalchemy.") || object.path.starts_with("builtins.") => Kind::Plain,
            _ => Kind::Unknown,
        },
        Value::Instance(instance) if is_column_class(&instance.class) => Kind::Columns(vec![value.clone()]),
        Value::OneOf(values) => {
            let column = values.iter().find(|value| matches!(kind_of(value, nesting), Kind::Columns(_)));
            column.map_or(Kind::Unknown, |value| kind_of(value, nesting))
        }
        Value::Unknown(_) => Kind::Unknown,
        _ => Kind::Plain,
    }
}

/// `field(metadata={"sa": Column(...)})`, as a dataclass that is mapped declares its columns.
fn in_metadata(field: &Object) -> Option<Value> {
    let Some(Value::Dict(entries)) = field.arguments.keyword("metadata") else { return None };
    let entries = entries.borrow();
    entries.values.iter().map(|(_, value)| value).find(|value| schema_item::column(value).is_some()).cloned()
}

fn is_column_class(class: &Class) -> bool {
    class.has_external_base(&|path| matches!(last_part(path), "Column" | "MappedColumn"))
}

/// Whether a function of a class body is called by SQLAlchemy for its attribute's value.
fn is_declared_attr(function: &Function) -> bool {
    has_decorator(function, &["declared_attr", "declared"])
}

fn has_decorator(function: &Function, names: &[&str]) -> bool {
    let decorators = function.def.decorators.iter().filter_map(Expr::dotted);
    decorators.into_iter().any(|decorator| decorator.split('.').any(|part| names.contains(&part)))
}

/// SQLModel's `Field(...)`: `sa_column`, or its own options.
fn field(object: &Rc<Object>, attribute: &Arc<str>) -> Column {
    let arguments = &object.arguments;
    if let Some(column) = arguments.keyword("sa_column").and_then(|value| column_of(value, Some(attribute))) {
        return column;
    }
    let mut column = Column::new(Name::Known(attribute.clone()));
    column.primary_key = schema_item::is_true(arguments, "primary_key");
    column.index = schema_item::is_true(arguments, "index");
    column.unique = schema_item::is_true(arguments, "unique");
    column.nullable = arguments.keyword("nullable").and_then(Value::truth);
    if let Some(type_) = arguments.keyword("sa_type") {
        column.type_ = schema_item::type_(type_);
    }
    if let Some(target) = arguments.keyword("foreign_key").and_then(Value::as_str)
        && let Some((table, _)) = target.rsplit_once('.')
    {
        column.references.push(schema_item::dotted_table_name(table));
    }
    if let Some(Value::Dict(entries)) = arguments.keyword("sa_column_kwargs") {
        for (key, value) in &entries.borrow().values {
            match (key.as_str().map(|key| &**key), value.truth()) {
                (Some("name"), _) => column.name = schema_item::name(value),
                (Some("index"), Some(truth)) => column.index = truth,
                (Some("unique"), Some(truth)) => column.unique = truth,
                _ => {}
            }
        }
    }
    column
}
