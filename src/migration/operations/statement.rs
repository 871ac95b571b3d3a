//! What is executed: texts of SQL, and SQLAlchemy's statements.

use super::super::operation::{Name, ObjectKind, Operation, TableName};
use super::super::schema_item::{self, call_of, is_true, last_part, name};
use super::super::sql;
use super::{Vm, emit, op, origin, schema};
use crate::python::interpreter::Call;
use crate::python::value::{Arguments, HOLE, Object, Value};

/// Steps of one chain of calls, and how deep a statement's parts are looked into.
const CHAIN: usize = 200;
const NESTING: usize = 30;

/// The names under which a statement is given.
const PARAMETERS: [&str; 7] = ["statement", "sqltext", "sql", "operation", "query", "stmt", "clauseelement"];

/// What keeps a `delete` from taking every row.
const RESTRICTIONS: [&str; 6] = ["where", "filter", "filter_by", "join", "limit", "whereclause"];

/// Methods of a table, class or session that begin a statement which deletes nothing.
const HARMLESS: [&str; 13] = [
    "select",
    // `session.query(Model)`
    "query",
    "insert",
    "update",
    "count",
    "join",
    "outerjoin",
    "alias",
    "union",
    "values",
    "exists",
    "with_only_columns",
    "select_from",
];

/// `connection.execute(statement)` and its kin.
pub(super) fn execute(vm: &mut Vm<'_>, receiver: &Value, method: &str, call: &Call) {
    let arguments = &call.arguments;
    // psycopg2's helpers take the cursor first.
    let at = usize::from(matches!(method, "execute_batch" | "execute_values"));
    let given = arguments
        .positional
        .get(at)
        .or_else(|| PARAMETERS.iter().find_map(|parameter| arguments.keyword(parameter)))
        .cloned();
    // SQLAlchemy before 2.0: `DropTable(table).execute(bind)`.
    let statement = match (&given, receiver) {
        (_, Value::Object(object)) if is_statement(object) => Some(receiver.clone()),
        _ => given,
    };
    let Some(statement) = statement else {
        if arguments.open && method != "scalar" && method != "scalars" {
            let why = "its arguments are not known".into();
            emit(vm, Operation::Unreadable { what: format!("the statement given to `{method}`").into(), why });
        }
        return;
    };
    // What only asks for a value is mostly a select; one that is not known is no reason to warn.
    let asks = matches!(method, "scalar" | "scalars");
    if asks && matches!(statement, Value::Unknown(_) | Value::Attribute(_) | Value::External(_)) {
        return;
    }
    read(vm, &statement, &format!("the statement given to `{method}`"));
}

/// Whether an object is itself a statement that can be executed.
fn is_statement(object: &Object) -> bool {
    let name = last_part(&object.path);
    object.path.starts_with("sqlalchemy.")
        && (matches!(name, "text" | "DDL" | "delete" | "update" | "insert")
            || name.starts_with("Drop")
            || name.starts_with("Create"))
}

/// Records what a statement does.
pub(super) fn read(vm: &mut Vm<'_>, statement: &Value, what: &str) {
    match statement {
        Value::OneOf(values) => {
            let values = values.clone();
            vm.sometimes(|vm| values.iter().for_each(|value| one(vm, value, what)));
        }
        value => one(vm, value, what),
    }
}

fn one(vm: &mut Vm<'_>, statement: &Value, what: &str) {
    match statement {
        Value::Str(text) => text_of_sql(vm, text, what),
        Value::Object(_) | Value::Attribute(_) => chain(vm, statement, what),
        Value::Unknown(_) | Value::External(_) => unreadable(vm, statement, what),
        // A statement of the project's own, compiled by its own code.
        Value::Instance(instance) if instance.class.def.name.starts_with("Drop") => unreadable(vm, statement, what),
        Value::EnumMember(_) => {
            if let Some(text) = statement.as_text() {
                text_of_sql(vm, &text, what);
            }
        }
        _ => {}
    }
}

fn text_of_sql(vm: &mut Vm<'_>, text: &str, what: &str) {
    let is_unknown = text.chars().all(|c| c == HOLE || c.is_whitespace());
    let why = if is_unknown { "its text is not known" } else { "the part of it that says what it does is not known" };
    for operation in sql::operations(text, what, why) {
        emit(vm, operation);
    }
}

fn unreadable(vm: &mut Vm<'_>, value: &Value, what: &str) {
    emit(vm, Operation::Unreadable { what: what.into(), why: origin(value).into() });
}

/// The calls on a value, from the last to the first, and the value itself: `delete(t).where(…)`.
fn unchained(value: &Value) -> (&Value, Vec<(&str, Option<&Arguments>)>) {
    let mut calls = Vec::new();
    let mut value = value;
    for _ in 0..CHAIN {
        match value {
            Value::Object(object) => match &object.callee {
                Value::Attribute(attribute) => {
                    calls.push((&*attribute.1, Some(&object.arguments)));
                    value = &attribute.0;
                }
                _ => break,
            },
            Value::Attribute(attribute) => {
                calls.push((&*attribute.1, None));
                value = &attribute.0;
            }
            _ => break,
        }
    }
    (value, calls)
}

fn chain(vm: &mut Vm<'_>, statement: &Value, what: &str) {
    let (root, calls) = unchained(statement);
    let restricted = calls.iter().any(|(name, _)| RESTRICTIONS.contains(name));
    if let Value::Object(object) = root {
        let (path, arguments) = (last_part(&object.path), &object.arguments);
        match path {
            "text" | "TextClause" | "DDL" | "SQL" | "literal_column" => {
                if let Some(text) = arguments.positional.first().or_else(|| arguments.keyword("text")).cloned() {
                    read(vm, &text, what);
                }
                return;
            }
            "delete" => {
                let is_restricted = restricted || arguments.get(1, "whereclause").is_some();
                if !is_restricted {
                    let table = arguments.get(0, "table").map_or_else(unknown_table, schema::table_of);
                    emit(vm, op::delete_rows(table));
                }
                return;
            }
            "update" | "insert" => {
                let table = arguments.get(0, "table").map_or_else(unknown_table, schema::table_of);
                return moves(vm, path, &table, &calls);
            }
            _ if path.starts_with("Drop") || path.starts_with("Create") => return ddl(vm, object, what),
            "Table" | "table" => {}
            // Every other construct of SQLAlchemy reads.
            _ if object.path.starts_with("sqlalchemy") => return,
            _ => {}
        }
    }
    // `table.delete()`, `users.insert().values(…)`: the method that is called first says what it is.
    let verb = calls.iter().rev().find(|(name, _)| *name == "delete" || HARMLESS.contains(name));
    match verb {
        Some(("delete", _)) => {
            if !restricted && verb.is_none_or(|(_, arguments)| arguments.is_none_or(|a| a.positional.is_empty())) {
                emit(vm, op::delete_rows(schema::table_of(root)));
            }
        }
        Some((verb @ ("insert" | "update"), _)) => moves(vm, verb, &schema::table_of(root), &calls),
        Some(_) => {}
        None => unreadable(vm, statement, what),
    }
}

fn unknown_table() -> TableName {
    TableName { schema: None, name: Name::Unknown }
}

/// `insert(t).from_select(…)` copies rows, `update(t).values(a=t.c.b)` a column.
fn moves(vm: &mut Vm<'_>, verb: &str, table: &TableName, calls: &[(&str, Option<&Arguments>)]) {
    for (name, arguments) in calls {
        let Some(arguments) = arguments else { continue };
        match (verb, *name) {
            ("insert", "from_select") => {
                let mut sources = Vec::new();
                if let Some(select) = arguments.get(1, "select") {
                    tables_in(select, &mut sources, 0);
                }
                if let Some(from) = sources.into_iter().next() {
                    emit(vm, Operation::CopyRows { from, to: table.clone() });
                }
            }
            ("update", "values") => {
                let pairs: Vec<(Name, Value)> = arguments
                    .keywords
                    .iter()
                    .map(|(name, value)| (Name::Known(name.clone()), value.clone()))
                    .chain(arguments.positional.iter().flat_map(|value| {
                        match value {
                            Value::Dict(entries) => entries
                                .borrow()
                                .values
                                .iter()
                                .map(|(key, value)| (column_name(key), value.clone()))
                                .collect(),
                            _ => Vec::new(),
                        }
                    }))
                    .collect();
                for (to, value) in pairs {
                    let mut from = Vec::new();
                    columns_in(&value, &mut from, 0);
                    if !from.is_empty() {
                        emit(vm, Operation::CopyColumn { table: table.clone(), to, from });
                    }
                }
            }
            _ => {}
        }
    }
}

fn column_name(value: &Value) -> Name {
    match value {
        Value::Attribute(column) => Name::Known(column.1.clone()),
        value => name(value),
    }
}

/// The tables that a select reads, in order.
fn tables_in(value: &Value, tables: &mut Vec<TableName>, nesting: usize) {
    if nesting > NESTING || tables.len() > NESTING {
        return;
    }
    match value {
        Value::Object(object) if matches!(last_part(&object.path), "Table" | "table") => {
            tables.push(schema::table_of(value));
        }
        Value::Object(object) => {
            for argument in &object.arguments.positional {
                match argument {
                    // A table by its name.
                    Value::Str(_) if last_part(&object.path) == "select_from" => {
                        tables.push(schema_item::table_name(argument, None));
                    }
                    _ => tables_in(argument, tables, nesting + 1),
                }
            }
            tables_in(&object.callee, tables, nesting + 1);
        }
        Value::Attribute(attribute) => tables_in(&attribute.0, tables, nesting + 1),
        Value::List(items) => items.borrow().values.iter().for_each(|item| tables_in(item, tables, nesting + 1)),
        Value::Tuple(items) => items.iter().for_each(|item| tables_in(item, tables, nesting + 1)),
        Value::Class(_) => tables.push(schema::table_of(value)),
        _ => {}
    }
}

/// The columns that an expression reads: `table.c.name`, `column("name")`.
fn columns_in(value: &Value, columns: &mut Vec<Name>, nesting: usize) {
    if nesting > NESTING || columns.len() > NESTING {
        return;
    }
    match value {
        Value::Attribute(column) => match &column.0 {
            Value::Attribute(table) if matches!(&*table.1, "c" | "columns") => {
                columns.push(Name::Known(column.1.clone()));
            }
            other => columns_in(other, columns, nesting + 1),
        },
        Value::Object(object) if matches!(last_part(&object.path), "column" | "Column" | "literal_column") => {
            columns.push(object.arguments.positional.first().map_or(Name::Unknown, name));
        }
        Value::Object(object) if last_part(&object.path) == "text" => {
            columns.push(object.arguments.positional.first().map_or(Name::Unknown, name));
        }
        Value::Object(object) => {
            columns_in(&object.callee, columns, nesting + 1);
            for argument in &object.arguments.positional {
                columns_in(argument, columns, nesting + 1);
            }
        }
        _ => {}
    }
}

/// `DropTable(table)` and the other DDL elements.
fn ddl(vm: &mut Vm<'_>, element: &Object, what: &str) {
    let arguments = &element.arguments;
    let first = arguments.positional.first().cloned().unwrap_or(Value::None);
    let cascade = is_true(arguments, "cascade");
    let if_not_exists = is_true(arguments, "if_not_exists");
    let plain = || schema_item::table_name(&first, None);
    let operation = match last_part(&element.path) {
        "DropTable" => Operation::DropTable { table: schema::table_of(&first), cascade },
        "DropIndex" => return schema::index(vm, &first, true, false),
        "CreateIndex" => return schema::index(vm, &first, false, if_not_exists),
        "DropConstraint" => {
            let constraint = schema_item::constraint(&first);
            Operation::DropConstraint {
                table: None,
                name: constraint.as_ref().and_then(|constraint| constraint.name.clone()).unwrap_or(Name::Unknown),
                kind: constraint.map(|constraint| constraint.kind),
            }
        }
        "DropColumn" => {
            let column = arguments.positional.get(1).map_or(Name::Unknown, name);
            Operation::DropColumn { table: schema::table_of(&first), column, cascade }
        }
        "DropSchema" => Operation::DropObject { kind: ObjectKind::Schema, name: plain(), cascade },
        "DropSequence" => {
            let sequence = call_of(&first, &["Sequence"]).and_then(|item| item.arguments.get(0, "name").cloned());
            let name = schema_item::table_name(&sequence.unwrap_or(Value::None), None);
            Operation::DropObject { kind: ObjectKind::Sequence, name, cascade }
        }
        "DropView" => Operation::DropObject { kind: ObjectKind::View, name: plain(), cascade },
        "CreateTable" => {
            if let Some(table) = call_of(&first, &["Table"]) {
                schema::create_table(vm, &table.arguments, if_not_exists);
            }
            return;
        }
        "CreateSchema" => Operation::CreateObject { kind: ObjectKind::Schema, name: plain(), if_not_exists },
        "CreateView" => Operation::CreateObject { kind: ObjectKind::View, name: plain(), if_not_exists },
        path if path.starts_with("Drop") => {
            let why = "it is a statement of another library".into();
            Operation::Unreadable { what: what.into(), why }
        }
        _ => return,
    };
    emit(vm, operation);
}

/// `session.query(Model).delete()`: every row, unless a filter stands between.
pub(super) fn delete_of_query(vm: &mut Vm<'_>, receiver: &Value) {
    let (root, calls) = unchained(receiver);
    if calls.iter().any(|(name, _)| RESTRICTIONS.contains(name)) {
        return;
    }
    // `Model.query.delete()`, as Flask-SQLAlchemy has it.
    if let (Value::Class(_), [("query", None)]) = (root, &calls[..]) {
        return emit(vm, op::delete_rows(schema::table_of(root)));
    }
    let query = calls.iter().find(|(name, arguments)| *name == "query" && arguments.is_some());
    if let Some((_, Some(arguments))) = query
        && let Some(entity) = arguments.positional.first()
    {
        let table = schema::table_of(entity);
        emit(vm, op::delete_rows(table));
    }
}
