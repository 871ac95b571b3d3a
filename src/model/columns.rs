//! The columns that a class body declares.

use std::rc::Rc;
use std::sync::Arc;

use super::ModelColumn;
use super::host::Vm;
use super::table::{Attribute, attributes, called};
use crate::migration::operation::{Column, Location, Name, Type};
use crate::migration::schema_item::{self, last_part};
use crate::python::syntax::{BinaryOperator, Expr, ExprKind};
use crate::python::value::{Class, Object, Scope, Value};

/// How deep calls that wrap a column are looked into.
const NESTING: usize = 5;

/// The columns read so far.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) columns: Vec<ModelColumn>,
    /// Whether they are all.
    pub(super) known: bool,
}

/// The columns of one class of a mapped class's sources: its own, or a mixin's or abstract base's.
pub(super) fn of_source(vm: &mut Vm<'_>, class: &Rc<Class>, source: &Rc<Class>, is_sqlmodel: bool, read: &mut Read) {
    let path = source.scope.file().clone();
    for Attribute { name, span, annotation, has_value } in attributes(source) {
        // `id = None` takes a base's column away.
        let is_hidden = !Rc::ptr_eq(class, source) && matches!(class.own(&name), Some(Value::None));
        if name.starts_with("__") || is_hidden {
            continue;
        }
        let location = Location { path: path.clone(), span };
        let annotated =
            annotation.as_ref().map_or(Annotated::None, |annotation| annotation_of(annotation, is_sqlmodel));
        if let Annotated::Never = annotated {
            continue;
        }
        let mut value = source.own(&name);
        if let Some(Value::Function(function)) = &value {
            if !is_declared_attr(function) {
                continue;
            }
            value = called(vm, &Value::Function(function.clone()), class);
        }
        let typed = |vm: &mut Vm<'_>, column: &mut Column| {
            if let Annotated::Column(inner) = &annotated {
                let (type_, nullable) = type_of_annotation(vm, inner, &source.scope);
                if column.type_ == Type::Unknown {
                    column.type_ = type_;
                }
                if column.nullable.is_none() {
                    column.nullable = nullable;
                }
            }
        };
        match value {
            // Its value was not reached: what it is cannot be known.
            None if has_value => read.known = false,
            None => {
                if let Annotated::Column(_) = annotated {
                    let mut column = Column::new(Name::Known(name));
                    typed(vm, &mut column);
                    read.columns.push(ModelColumn { column, location });
                }
            }
            Some(value) => match kind_of(&value, NESTING) {
                Kind::Columns(columns) => {
                    for value in columns {
                        if let Some(mut column) = column_of(&value, Some(&name)) {
                            typed(vm, &mut column);
                            read.columns.push(ModelColumn { column, location: location.clone() });
                        }
                    }
                }
                Kind::Field(object) if is_sqlmodel => {
                    let mut column = field(&object, &name);
                    typed(vm, &mut column);
                    read.columns.push(ModelColumn { column, location });
                }
                Kind::Field(_) | Kind::Plain | Kind::Unknown if matches!(annotated, Annotated::Column(_)) => {
                    let mut column = Column::new(Name::Known(name));
                    typed(vm, &mut column);
                    read.columns.push(ModelColumn { column, location });
                }
                Kind::Field(_) | Kind::Plain | Kind::Other => {}
                Kind::Unknown => read.known = false,
            },
        }
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
            "deferred" | "column_property" | "composite" => {
                let inner = object
                    .arguments
                    .positional
                    .iter()
                    .filter(|value| matches!(kind_of(value, nesting), Kind::Columns(_)));
                Kind::Columns(inner.cloned().collect())
            }
            "Field" => Kind::Field(object.clone()),
            "relationship" | "Relationship" | "backref" | "dynamic_loader" | "synonym" | "association_proxy"
            | "hybrid_property" | "query_expression" | "relation" | "column_keyed_dict" | "PrivateAttr"
            | "ConfigDict" | "SQLModelConfig" | "proxy" | "ordering_list" => Kind::Other,
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

fn is_column_class(class: &Class) -> bool {
    class.has_external_base(&|path| matches!(last_part(path), "Column" | "MappedColumn"))
}

/// Whether a function of a class body is called by SQLAlchemy for its attribute's value.
fn is_declared_attr(function: &crate::python::value::Function) -> bool {
    function.def.decorators.iter().any(|decorator| {
        decorator.dotted().is_some_and(|name| name.split('.').any(|part| matches!(part, "declared_attr" | "declared")))
    })
}

enum Annotated<'e> {
    None,
    /// What the column holds.
    Column(&'e Expr),
    /// `ClassVar[…]`, or a relationship by its annotation.
    Never,
    Other,
}

/// What an annotation says: `Mapped[int]`, or any at all for a SQLModel class.
fn annotation_of(annotation: &Expr, is_sqlmodel: bool) -> Annotated<'_> {
    let (head, inner) = match &annotation.kind {
        ExprKind::Subscript { value, index } => (value.dotted(), &**index),
        ExprKind::Str(text) if text.starts_with("Mapped[") => return Annotated::Column(annotation),
        _ => (annotation.dotted(), annotation),
    };
    match head.as_deref().map(last_part) {
        Some("Mapped") => Annotated::Column(inner),
        Some("ClassVar" | "DynamicMapped" | "WriteOnlyMapped" | "InitVar" | "AssociationProxy") => Annotated::Never,
        _ if is_sqlmodel => Annotated::Column(annotation),
        _ => Annotated::Other,
    }
}

/// The type and nullability that an annotation makes, where it is one of Python's own types
/// (`sqlalchemy.sql.sqltypes._type_map`).
fn type_of_annotation(vm: &mut Vm<'_>, annotation: &Expr, scope: &Scope) -> (Type, Option<bool>) {
    let mut inner = annotation;
    let mut nullable = Some(false);
    for _ in 0..NESTING {
        match &inner.kind {
            ExprKind::Binary { operator: BinaryOperator::BitOr, left, right } => {
                let rest = match (&left.kind, &right.kind) {
                    (_, ExprKind::None) => left,
                    (ExprKind::None, _) => right,
                    _ => return (Type::Unknown, None),
                };
                nullable = Some(true);
                inner = rest;
            }
            ExprKind::Subscript { value, index } => match value.dotted().as_deref().map(last_part) {
                Some("Optional") => {
                    nullable = Some(true);
                    inner = index;
                }
                _ => return (Type::Unknown, None),
            },
            _ => break,
        }
    }
    if matches!(inner.kind, ExprKind::Str(_)) {
        return (Type::Unknown, None);
    }
    let value = vm.evaluate(inner, scope);
    let name = match &value {
        Value::External(path) => match &**path {
            "builtins.int" => "INTEGER",
            "builtins.str" => "STRING",
            "builtins.float" => "FLOAT",
            "builtins.bool" => "BOOLEAN",
            "builtins.bytes" => "LARGEBINARY",
            "datetime.datetime" => "DATETIME",
            "datetime.date" => "DATE",
            "datetime.time" => "TIME",
            "datetime.timedelta" => "INTERVAL",
            "decimal.Decimal" => "NUMERIC",
            "uuid.UUID" => "UUID",
            _ => return (Type::Unknown, None),
        },
        Value::Class(class) if class.is_enum() => "ENUM",
        _ => return (Type::Unknown, None),
    };
    (Type::Known(name.into()), nullable)
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
