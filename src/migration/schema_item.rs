//! SQLAlchemy's `SchemaItem`s as values: a call of `Column(...)` to a [`Column`], and its kin.
//!
//! What was called is known by the last part of its dotted name (`sqlalchemy.Column`, `sqlmodel.Column`, `db.Column` of
//! Flask-SQLAlchemy), since libraries hand these on under their own names.

use std::rc::Rc;
use std::sync::Arc;

use super::operation::{Column, Constraint, ConstraintKind, Index, Name, TableName, Type};
use crate::python::syntax::Span;
use crate::python::value::{Arguments, HOLE, Object, Value};

/// The call behind a value, where what was called has one of these names.
pub fn call_of<'v>(value: &'v Value, names: &[&str]) -> Option<&'v Object> {
    match value {
        Value::Object(object) => names.contains(&last_part(&object.path)).then_some(&**object),
        _ => None,
    }
}

/// `Column` of `sqlalchemy.Column`.
pub fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A name given as an argument. What is known in part is unknown: `?` is said, and no half name.
pub fn name(value: &Value) -> Name {
    if let Some(text) = value.as_str() {
        return Name::Known(text.clone());
    }
    match value {
        // `quoted_name("x", quote=True)`
        Value::Object(object) if matches!(last_part(&object.path), "quoted_name" | "literal_column" | "column") => {
            object.arguments.positional.first().map_or(Name::Unknown, name)
        }
        // `text("lower(name)")`, as an index's expression.
        Value::Object(object) if last_part(&object.path) == "text" => {
            object.arguments.positional.first().map_or(Name::Unknown, name)
        }
        Value::Object(object) if is_column(object) => column_of(object).name,
        _ => Name::Unknown,
    }
}

/// A list of names: `["a", "b"]`. `None` where it is not known wholly.
pub fn names(value: &Value) -> Option<Vec<Name>> {
    match value {
        Value::Str(_) => Some(vec![name(value)]),
        Value::Tuple(values) => Some(values.iter().map(name).collect()),
        Value::List(items) | Value::Set(items) => {
            let items = items.borrow();
            (!items.open).then(|| items.values.iter().map(name).collect())
        }
        _ => None,
    }
}

/// A table's name with its schema: the value of a `schema=` argument, if any.
pub fn table_name(table: &Value, schema: Option<&Value>) -> TableName {
    // `schema=""` is the default schema as well.
    let schema = schema.filter(|schema| schema.truth() != Some(false));
    TableName { schema: schema.map(name), name: name(table) }
}

/// A table as a foreign key or a string spells it: `users`, `auth.users`.
pub fn dotted_table_name(text: &str) -> TableName {
    match text.rsplit_once('.') {
        Some((schema, name)) => TableName { schema: Some(schema.into()), name: name.into() },
        None => TableName::new(text),
    }
}

/// What stands behind a column's name and is no type.
const NO_TYPES: [&str; 5] = ["ForeignKey", "Identity", "Computed", "Sequence", "CheckConstraint"];

/// What stands for a type that is known by its name alone.
const READ_TYPE: &str = "sqlalchemy.types.TypeEngine";

/// A type as a value, of a column that was read from the database.
pub fn read_type(name: &Arc<str>) -> Value {
    let arguments = Arguments { positional: vec![Value::Str(name.clone())], ..Arguments::default() };
    let path: Arc<str> = READ_TYPE.into();
    let callee = Value::External(path.clone());
    Value::Object(Rc::new(Object { callee, arguments, path, span: Span::default() }))
}

/// The name in a [`read_type`], with its arguments.
pub fn read_type_name(value: &Value) -> Option<&Arc<str>> {
    match value {
        Value::Object(object) if &*object.path == READ_TYPE => object.arguments.positional.first()?.as_str(),
        _ => None,
    }
}

fn is_column(object: &Object) -> bool {
    matches!(last_part(&object.path), "Column" | "mapped_column")
}

/// A `Column(...)` or `mapped_column(...)`. One of several of the same name has what they have in common; one or nothing
/// is that one.
pub fn column(value: &Value) -> Option<Column> {
    match value {
        Value::Object(object) if is_column(object) => Some(column_of(object)),
        Value::OneOf(values) => {
            let given = values.iter().filter(|value| !matches!(value, Value::None));
            let columns: Option<Vec<Column>> = given.map(column).collect();
            columns?.into_iter().map(Some).reduce(|a, b| common(a?, &b?)).flatten()
        }
        _ => None,
    }
}

fn common(a: Column, b: &Column) -> Option<Column> {
    (a.name == b.name).then(|| Column {
        type_: if a.type_ == b.type_ { a.type_ } else { Type::Unknown },
        nullable: a.nullable.filter(|nullable| b.nullable == Some(*nullable)),
        primary_key: a.primary_key && b.primary_key,
        index: a.index && b.index,
        unique: a.unique && b.unique,
        references: a.references.into_iter().filter(|table| b.references.contains(table)).collect(),
        name: a.name,
    })
}

/// The value of a column's type, where one is given.
pub fn column_type(column: &Value) -> Option<&Value> {
    let Value::Object(object) = column else { return None };
    let arguments = &object.arguments;
    let is_type = |argument: &&Value| !is_text(argument) && call_of(argument, &NO_TYPES).is_none();
    arguments.keyword("type_").or_else(|| arguments.positional.iter().find(is_type))
}

fn column_of(object: &Object) -> Column {
    let arguments = &object.arguments;
    let mut rest = arguments.positional.iter().peekable();
    let named = match arguments.keyword("name") {
        Some(value) => name(value),
        None => rest.next_if(|value| is_text(value)).map_or(Name::Unknown, name),
    };
    let mut column = Column::new(named);
    let mut type_argument = arguments.keyword("type_");
    for argument in rest {
        if call_of(argument, &["ForeignKey"]).is_some() {
            column.references.extend(foreign_key(argument));
        } else if call_of(argument, &NO_TYPES).is_none() {
            type_argument = type_argument.or(Some(argument));
        }
    }
    column.type_ = type_argument.map_or(Type::Unknown, type_);
    column.primary_key = is_true(arguments, "primary_key");
    column.nullable = arguments.keyword("nullable").and_then(Value::truth).or(column.primary_key.then_some(false));
    column.index = is_true(arguments, "index");
    column.unique = is_true(arguments, "unique");
    column
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some() || matches!(value, Value::Str(_)) || call_of(value, &["quoted_name"]).is_some()
}

/// Whether an argument is given and true.
pub fn is_true(arguments: &Arguments, name: &str) -> bool {
    arguments.keyword(name).and_then(Value::truth) == Some(true)
}

/// The table that `ForeignKey("users.id")` or `ForeignKey(User.id)` refers to.
fn foreign_key(value: &Value) -> Option<TableName> {
    let target = call_of(value, &["ForeignKey"])?.arguments.get(0, "column")?;
    let text = target.as_str()?;
    let (table, _) = text.rsplit_once('.')?;
    Some(dotted_table_name(table))
}

/// A type given as a class (`sa.Integer`) or an instance (`sa.String(50)`).
pub fn type_(value: &Value) -> Type {
    if let Some(name) = read_type_name(value) {
        return Type::Known(name.clone());
    }
    let (path, arguments) = match value {
        Value::External(path) => (path.clone(), None),
        Value::Attribute(_) => (value.path(), None),
        Value::Object(object) => {
            // `JSON().with_variant(JSONB(), "postgresql")`: the type itself.
            if let Value::Attribute(attribute) = &object.callee
                && &*attribute.1 == "with_variant"
            {
                return type_(&attribute.0);
            }
            (object.path.clone(), Some(&object.arguments))
        }
        // A type of the project's own: named, and not known further.
        Value::Class(class) => (class.def.name.clone(), None),
        Value::Instance(instance) => (instance.class.def.name.clone(), None),
        _ => return Type::Unknown,
    };
    let name = last_part(path.trim_end_matches("()")).to_uppercase();
    let Some(arguments) = arguments else { return Type::Known(name.into()) };
    let mut parts: Vec<String> = arguments.positional.iter().map_while(literal).collect();
    for keyword in ["length", "precision", "scale", "display_width"] {
        if let Some(Value::Int(number)) = arguments.keyword(keyword) {
            parts.push(number.to_string());
        }
    }
    Type::Known(if parts.is_empty() { name.into() } else { format!("{name}({})", parts.join(",")).into() })
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        Value::Str(text) if !text.contains(HOLE) => Some(format!("'{text}'")),
        Value::Object(_) | Value::External(_) => match type_(value) {
            Type::Known(name) => Some(name.to_string()),
            Type::Unknown => None,
        },
        _ => None,
    }
}

/// An `Index("name", "a", "b")`.
pub fn index(value: &Value) -> Option<Index> {
    let object = call_of(value, &["Index"])?;
    let mut arguments = object.arguments.positional.iter();
    let named = object.arguments.keyword("name").or_else(|| arguments.next());
    let columns = if object.arguments.open { None } else { Some(arguments.map(name).collect()) };
    Some(Index {
        name: named.filter(|value| !matches!(value, Value::None)).map(name),
        unique: is_true(&object.arguments, "unique"),
        columns,
    })
}

/// A table-level constraint: `UniqueConstraint("a", "b", name="…")` and its kin.
pub fn constraint(value: &Value) -> Option<Constraint> {
    let Value::Object(object) = value else { return None };
    let arguments = &object.arguments;
    let kind = match last_part(&object.path) {
        "PrimaryKeyConstraint" => ConstraintKind::PrimaryKey,
        "UniqueConstraint" => ConstraintKind::Unique,
        "ForeignKeyConstraint" => ConstraintKind::ForeignKey,
        "CheckConstraint" => ConstraintKind::Check,
        "ExcludeConstraint" => ConstraintKind::Exclude,
        _ => return None,
    };
    let (columns, refers_to) = match kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => {
            ((!arguments.open).then(|| arguments.positional.iter().map(name).collect()), None)
        }
        ConstraintKind::ForeignKey => {
            let target = arguments.get(1, "refcolumns").and_then(names);
            let table = target.as_ref().and_then(|names| names.first()).and_then(Name::known).map(str::to_owned);
            let table = table.as_deref().and_then(|text| text.rsplit_once('.')).map(|(t, _)| dotted_table_name(t));
            (arguments.get(0, "columns").and_then(names), table)
        }
        ConstraintKind::Check | ConstraintKind::Exclude => (None, None),
    };
    let named = arguments.keyword("name").filter(|value| !matches!(value, Value::None)).map(name);
    Some(Constraint { name: named, kind, columns, refers_to })
}
