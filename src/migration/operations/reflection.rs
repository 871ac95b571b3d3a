//! What a migration reads of the database through SQLAlchemy's reflection: `Table("users", metadata, autoload_with=bind)`,
//! `metadata.reflect(bind)`, and what loops over tables and columns then meet.
//!
//! Where the database is not known, nothing is said of it, and [`Recorder::reflects`](super::Recorder::reflects) tells.

use super::super::operation::{Name, TableName, Type};
use super::super::schema::{Schema, Table};
use super::super::schema_item::{self, call_of, is_true, last_part};
use super::{Vm, object, schema};
use crate::python::interpreter::Call;
use crate::python::value::{Arguments, Object, Value};

/// Reflections that one migration may ask for: each takes the whole schema.
const REFLECTIONS: usize = 50;

/// The tables that a `MetaData` has read.
pub(super) struct Reflection {
    metadata: Value,
    tables: Vec<Value>,
    is_complete: bool,
}

/// `Table("users", metadata, autoload_with=bind)`: the table with the columns that the database has. `None` where nothing
/// is read.
pub(super) fn autoload(vm: &mut Vm<'_>, call: &Call) -> Option<Object> {
    let mut arguments = call.arguments.clone();
    if !is_autoloaded(&arguments) {
        return None;
    }
    let named = schema_item::table_name(arguments.get(0, "name")?, arguments.keyword("schema"));
    let complete = with_schema(vm, |schema, _| {
        let table = schema.tables.get(&named).or_else(|| schema.tables.get(&named.in_default_schema()))?;
        let given: Vec<Name> = arguments.positional.iter().filter_map(schema_item::column).map(|c| c.name).collect();
        let (columns, complete) = columns_of(table);
        let is_new = |column: &Value| schema_item::column(column).is_some_and(|column| !given.contains(&column.name));
        arguments.positional.extend(columns.into_iter().filter(is_new));
        Some(complete)
    });
    arguments.open |= complete.flatten() != Some(true);
    let callee = call.callee.clone();
    Some(Object { path: callee.path(), callee, arguments, span: call.span })
}

fn is_autoloaded(arguments: &Arguments) -> bool {
    let with = arguments.keyword("autoload_with").is_some_and(|bind| !matches!(bind, Value::None));
    with || is_true(arguments, "autoload")
}

/// `metadata.reflect(bind)`
pub(super) fn reflect(vm: &mut Vm<'_>, metadata: &Value, call: &Call) {
    if vm.host.reflections.len() >= REFLECTIONS {
        return;
    }
    let arguments = &call.arguments;
    let schema = arguments.get(1, "schema").filter(|schema| !matches!(schema, Value::None)).map(schema_item::name);
    let only = arguments.get(3, "only").filter(|only| !matches!(only, Value::None)).map(schema_item::names);
    // Those that they refer to come along.
    let is_closed = only.is_none() || arguments.keyword("resolve_fks").and_then(Value::truth) == Some(false);
    let is_own = call_of(metadata, &["MetaData"]).is_some();
    let read = with_schema(vm, |database, is_complete| {
        let is_read = |name: &TableName| {
            let is_wanted = match &only {
                None => true,
                Some(Some(only)) => only.contains(&name.name),
                // Only the database knows what a function would choose.
                Some(None) => false,
            };
            is_wanted && name.own_schema() == schema.as_ref() && name.name.known().is_some()
        };
        let read = database.tables.iter().filter(|(name, _)| is_read(name));
        let tables: Vec<Value> = read.map(|(name, table)| reflected(name, table)).collect();
        let is_known = only.as_ref().is_none_or(Option::is_some) && schema != Some(Name::Unknown);
        (tables, is_complete && is_closed && is_known && is_own)
    });
    let (tables, is_complete) = read.unwrap_or_default();
    vm.host.reflections.push(Reflection { metadata: metadata.clone(), tables, is_complete });
}

fn reflected(name: &TableName, table: &Table) -> Value {
    let (columns, complete) = columns_of(table);
    let mut arguments =
        Arguments { positional: vec![text(&name.name), Value::None], open: !complete, ..Arguments::default() };
    arguments.positional.extend(columns);
    if let Some(schema) = name.own_schema() {
        arguments.keywords.push(("schema".into(), text(schema)));
    }
    object("sqlalchemy.Table", arguments)
}

/// The columns as reflection makes them: their keys to other tables, indexes and constraints are the table's own.
fn columns_of(table: &Table) -> (Vec<Value>, bool) {
    let column = |column: &Name, type_: &Type, nullable: Option<bool>| {
        let mut arguments = Arguments { positional: vec![text(column)], ..Arguments::default() };
        if let Type::Known(name) = type_ {
            arguments.positional.push(schema_item::read_type(name));
        }
        if let Some(nullable) = nullable {
            arguments.keywords.push(("nullable".into(), Value::Bool(nullable)));
        }
        if table.is_primary_key(column) {
            arguments.keywords.push(("primary_key".into(), Value::Bool(true)));
        }
        object("sqlalchemy.Column", arguments)
    };
    let known = table.columns.iter().map(|known| &known.column).filter(|known| known.name.known().is_some());
    let columns: Vec<Value> = known.map(|known| column(&known.name, &known.type_, known.nullable)).collect();
    let complete = table.columns_known && columns.len() == table.columns.len();
    (columns, complete)
}

fn text(name: &Name) -> Value {
    name.known().map_or_else(|| Value::unknown("a name"), Value::str)
}

/// What a loop over tables or columns meets, and whether there may be others.
pub(super) fn elements(vm: &mut Vm<'_>, value: &Value) -> Option<(Vec<Value>, bool)> {
    let (collection, part) = match value {
        // `metadata.tables.keys()`
        Value::Object(call) => match &call.callee {
            Value::Attribute(method) if call.arguments.positional.is_empty() => (&method.0, &*method.1),
            _ => return None,
        },
        Value::Attribute(attribute) if &*attribute.1 == "tables" => (value, "keys"),
        value => (value, "values"),
    };
    let Value::Attribute(attribute) = collection else { return None };
    let (values, open) = match &*attribute.1 {
        "tables" | "sorted_tables" => tables(vm, &attribute.0)?,
        "c" | "columns" => columns(vm, &attribute.0)?,
        _ => return None,
    };
    let pair = |value: Value| {
        let name = schema::key(&value).unwrap_or_else(|| Value::unknown("a name"));
        match part {
            "keys" => name,
            "items" => Value::Tuple([name, value].into()),
            _ => value,
        }
    };
    matches!(part, "keys" | "values" | "items").then(|| (values.into_iter().map(pair).collect(), open))
}

fn tables(vm: &mut Vm<'_>, metadata: &Value) -> Option<(Vec<Value>, bool)> {
    let mut reflections = vm.host.reflections.iter().filter(|known| known.metadata.is_same(metadata)).peekable();
    reflections.peek()?;
    let (mut tables, mut open) = (Vec::new(), false);
    for reflection in reflections {
        tables.extend(reflection.tables.iter().cloned());
        open |= !reflection.is_complete;
    }
    let declared = vm.host.tables.iter().filter(|(owner, _)| owner.is_same(metadata)).map(|(_, table)| table.clone());
    for table in declared {
        if !tables.iter().any(|known| schema::table_of(known) == schema::table_of(&table)) {
            tables.push(table);
        }
    }
    known(vm, tables, open)
}

fn columns(vm: &mut Vm<'_>, table: &Value) -> Option<(Vec<Value>, bool)> {
    let item = call_of(table, &["Table", "table"])?;
    let metadata = item.arguments.get(1, "metadata");
    let is_read = |known: &Reflection| metadata.is_some_and(|metadata| known.metadata.is_same(metadata));
    let own: Vec<Value> = item.arguments.positional.iter().filter(|item| schema::is_column(item)).cloned().collect();
    if own.is_empty() && !item.arguments.open {
        // `Table("users", metadata)`, or `metadata.tables["users"]`, after it was read.
        let read = vm.host.reflections.iter().find(|known| is_read(known))?;
        let name = schema::table_of(table);
        let found = read.tables.iter().find(|known| schema::table_of(known) == name).cloned();
        return match found {
            Some(found) => columns_of_item(&found),
            None => known(vm, Vec::new(), true),
        };
    }
    if is_autoloaded(&item.arguments) {
        return known(vm, own, item.arguments.open);
    }
    columns_of_item(table)
}

fn columns_of_item(table: &Value) -> Option<(Vec<Value>, bool)> {
    let item = call_of(table, &["Table", "table"])?;
    let columns = item.arguments.positional.iter().filter(|item| schema::is_column(item)).cloned().collect();
    Some((columns, item.arguments.open))
}

/// What was read of the database. Where that is not known, the program goes by it all the same.
fn known(vm: &mut Vm<'_>, values: Vec<Value>, open: bool) -> Option<(Vec<Value>, bool)> {
    if vm.host.database.is_none() && !vm.is_importing() {
        vm.host.reflects = true;
        return None;
    }
    Some((values, open))
}

/// Asks the database as it stands where the program is.
fn with_schema<T>(vm: &mut Vm<'_>, ask: impl FnOnce(&Schema, bool) -> T) -> Option<T> {
    let recorder = &mut vm.host;
    let (schema, is_complete) = recorder.database.as_mut()?.after(&recorder.operations);
    Some(ask(schema, is_complete))
}

/// `isinstance(column.type, NullType)`, for a type that was read.
pub(super) fn is_type(value: &Value, class: &Value) -> Option<bool> {
    let name = schema_item::read_type_name(value)?;
    let name = name.split_once('(').map_or(&**name, |(name, _)| name);
    let class = match class {
        Value::External(path) => last_part(path),
        _ => return None,
    };
    let is_same = name.eq_ignore_ascii_case(class);
    // Nothing derives from it, and a database without a type for a column is not told here.
    (is_same || class == "NullType").then_some(is_same)
}
