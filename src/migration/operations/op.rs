//! The directives of Alembic's `op` and of its batches, and `op.invoke` of the classes behind them.

use super::super::operation::{Constraint, ConstraintKind, Deletion, Index, Name, ObjectKind, Operation, TableName};
use super::super::schema_item::{self, is_true, last_part, name, names};
use super::{Vm, emit, object, schema, statement};
use crate::python::interpreter::Call;
use crate::python::value::{Arguments, HOLE, Object, Value};

/// Combinations of alternative names that one call may stand for.
const COMBINATIONS: usize = 16;

/// How deep `UpgradeOps` and `ModifyTableOps` are nested.
const NESTING: usize = 5;

/// A call of `op.name(…)`, or of a batch's where `batch` is the `batch_alter_table(…)` that made it.
pub(super) fn call(vm: &mut Vm<'_>, directive: &str, batch: Option<&Object>, call: &Call) -> Option<Value> {
    let arguments = &call.arguments;
    match directive {
        "f" | "inline_literal" => return arguments.positional.first().cloned(),
        "get_bind" | "get_context" | "batch_alter_table" | "implementation_for" | "register_operation"
        | "run_async" => {
            return None;
        }
        "invoke" => {
            if let Some(operation) = arguments.positional.first() {
                invoke(vm, operation, 0);
            }
            return Some(Value::None);
        }
        _ => {}
    }
    let combinations = combinations(arguments);
    let batch = batch.map(batch_table);
    if combinations.len() > 1 {
        vm.sometimes(|vm| {
            for arguments in &combinations {
                directives(vm, directive, batch.as_ref(), arguments);
            }
        });
    } else {
        directives(vm, directive, batch.as_ref(), arguments);
    }
    Some(match directive {
        // What `op.create_table` returns is a table to insert into.
        "create_table" => object("sqlalchemy.Table", table_arguments(arguments)),
        _ => Value::None,
    })
}

fn batch_table(batch: &Object) -> TableName {
    let arguments = &batch.arguments;
    table_name(arguments.get(0, "table_name"), arguments.get(1, "schema"))
}

fn table_name(table: Option<&Value>, schema: Option<&Value>) -> TableName {
    schema_item::table_name(table.unwrap_or(&Value::None), schema)
}

/// `Table(name, None, *columns)` of `create_table(name, *columns)`.
fn table_arguments(arguments: &Arguments) -> Arguments {
    let mut table = arguments.clone();
    let at = table.positional.len().min(1);
    table.positional.insert(at, Value::None);
    table
}

/// The calls that one with alternative names stands for.
fn combinations(arguments: &Arguments) -> Vec<Arguments> {
    let mut combinations = vec![arguments.clone()];
    for (at, value) in arguments.positional.iter().enumerate().take(3) {
        combinations = with_each(combinations, value, |arguments| arguments.positional.get_mut(at));
    }
    for (at, (keyword, value)) in arguments.keywords.iter().enumerate() {
        if matches!(&**keyword, "table_name" | "column_name" | "index_name" | "constraint_name") {
            combinations = with_each(combinations, value, |arguments| Some(&mut arguments.keywords.get_mut(at)?.1));
        }
    }
    combinations
}

/// Each call with each alternative of one of its arguments.
fn with_each(
    calls: Vec<Arguments>,
    argument: &Value,
    slot: impl Fn(&mut Arguments) -> Option<&mut Value>,
) -> Vec<Arguments> {
    let Value::OneOf(alternatives) = argument else { return calls };
    calls
        .iter()
        .flat_map(|call| alternatives.iter().map(move |value| (call, value)))
        .take(COMBINATIONS)
        .map(|(call, value)| {
            let mut call = call.clone();
            if let Some(slot) = slot(&mut call) {
                *slot = value.clone();
            }
            call
        })
        .collect()
}

fn directives(vm: &mut Vm<'_>, directive: &str, batch: Option<&TableName>, arguments: &Arguments) {
    // In a batch the table is not among the arguments.
    let shift = usize::from(batch.is_none());
    let get = |at: usize, name: &str| arguments.get(at, name);
    let schema = arguments.keyword("schema");
    let first_table = |key: &str| batch.cloned().unwrap_or_else(|| table_name(get(0, key), schema));
    let second_table = |key: &str| batch.cloned().unwrap_or_else(|| table_name(get(1, key), schema));
    let name_of = |value: Option<&Value>| value.map_or(Name::Unknown, name);
    let given = |value: Option<&Value>| value.filter(|value| !matches!(value, Value::None)).map(name);
    let operation = match directive {
        "create_table" => {
            schema::create_table(vm, &table_arguments(arguments), is_true(arguments, "if_not_exists"));
            return;
        }
        "drop_table" | "drop_geospatial_table" => {
            let schema = schema.or_else(|| arguments.positional.get(1));
            Operation::DropTable { table: table_name(get(0, "table_name"), schema), cascade: false }
        }
        "rename_table" => Operation::RenameTable {
            from: table_name(get(0, "old_table_name"), schema),
            to: table_name(get(1, "new_table_name"), schema),
        },
        "add_column" | "add_geospatial_column" => {
            let Some(column) = get(shift, "column").and_then(schema_item::column) else {
                return add_unknown_column(vm, first_table("table_name"));
            };
            Operation::AddColumn { table: first_table("table_name"), column }
        }
        "drop_column" | "drop_geospatial_column" => Operation::DropColumn {
            table: first_table("table_name"),
            column: name_of(get(shift, "column_name")),
            cascade: false,
        },
        "alter_column" => Operation::AlterColumn {
            table: first_table("table_name"),
            column: name_of(get(shift, "column_name")),
            new_name: given(arguments.keyword("new_column_name").or_else(|| arguments.keyword("name"))),
            type_: arguments.keyword("type_").filter(|type_| !matches!(type_, Value::None)).map(schema_item::type_),
            existing_type: arguments.keyword("existing_type").map(schema_item::type_),
            nullable: arguments.keyword("nullable").and_then(Value::truth),
        },
        "create_index" | "create_geospatial_index" => Operation::CreateIndex {
            table: Some(second_table("table_name")),
            index: Index {
                name: given(get(0, "index_name")),
                unique: is_true(arguments, "unique"),
                columns: get(1 + shift, "columns").and_then(names),
            },
            if_not_exists: is_true(arguments, "if_not_exists"),
        },
        "drop_index" | "drop_geospatial_index" => {
            let table = get(1, "table_name").filter(|value| !matches!(value, Value::None));
            Operation::DropIndex {
                name: name_of(get(0, "index_name")),
                table: batch.cloned().or_else(|| table.map(|table| schema_item::table_name(table, schema))),
            }
        }
        "create_primary_key" | "create_unique_constraint" => {
            let kind =
                if directive == "create_primary_key" { ConstraintKind::PrimaryKey } else { ConstraintKind::Unique };
            let columns = get(1 + shift, "columns").and_then(names);
            let constraint = Constraint { name: given(get(0, "constraint_name")), kind, columns, refers_to: None };
            Operation::CreateConstraint { table: second_table("table_name"), constraint }
        }
        "create_check_constraint" | "create_exclude_constraint" => {
            let is_check = directive == "create_check_constraint";
            let kind = if is_check { ConstraintKind::Check } else { ConstraintKind::Exclude };
            let constraint =
                Constraint { name: given(get(0, "constraint_name")), kind, columns: None, refers_to: None };
            Operation::CreateConstraint { table: second_table("table_name"), constraint }
        }
        "create_foreign_key" => {
            let refers_to = get(1 + shift, "referent_table");
            let constraint = Constraint {
                name: given(get(0, "constraint_name")),
                kind: ConstraintKind::ForeignKey,
                columns: get(2 + shift, "local_cols").and_then(names),
                refers_to: Some(table_name(refers_to, arguments.keyword("referent_schema"))),
            };
            let schema = arguments.keyword("source_schema").or(schema);
            let table = batch.cloned().unwrap_or_else(|| table_name(get(1, "source_table"), schema));
            Operation::CreateConstraint { table, constraint }
        }
        "drop_constraint" => {
            let kind = get(1 + shift, "type_").and_then(Value::as_str).and_then(|kind| match &**kind {
                "primary" => Some(ConstraintKind::PrimaryKey),
                "unique" => Some(ConstraintKind::Unique),
                "foreignkey" => Some(ConstraintKind::ForeignKey),
                "check" => Some(ConstraintKind::Check),
                _ => None,
            });
            let name = name_of(get(0, "constraint_name"));
            Operation::DropConstraint { table: Some(second_table("table_name")), name, kind }
        }
        _ => return custom(vm, directive, arguments),
    };
    emit(vm, operation);
}

/// `op.add_column("t", column)` of a column that is not known: the table gets one.
fn add_unknown_column(vm: &mut Vm<'_>, table: TableName) {
    let column = super::super::operation::Column::new(Name::Unknown);
    emit(vm, Operation::AddColumn { table, column });
}

/// Directives that a project or a library registers with `Operations.register_operation`.
fn custom(vm: &mut Vm<'_>, directive: &str, arguments: &Arguments) {
    if directive.contains(HOLE) {
        let (what, why) = ("a call of `op`".into(), "which operation it calls is not known".into());
        return emit(vm, Operation::Unreadable { what, why });
    }
    let Some(dropped) = directive.strip_prefix("drop_") else { return };
    if dropped.ends_with("comment") {
        return;
    }
    let kind = match dropped {
        "view" | "materialized_view" => ObjectKind::View,
        "sequence" => ObjectKind::Sequence,
        "schema" => ObjectKind::Schema,
        "type" | "enum" => ObjectKind::Type,
        // As with SQL: these hold no data.
        "function" | "trigger" | "procedure" | "sp" | "policy" | "extension" => return,
        _ => {
            let why = "it is no operation of Alembic itself".into();
            return emit(vm, Operation::Unreadable { what: format!("`op.{directive}`").into(), why });
        }
    };
    let name = table_name(arguments.positional.first(), arguments.keyword("schema"));
    emit(vm, Operation::DropObject { kind, name, cascade: is_true(arguments, "cascade") });
}

/// `op.invoke(DropTableOp("users"))`: the class has the arguments of its directive.
fn invoke(vm: &mut Vm<'_>, operation: &Value, nesting: usize) {
    if nesting > NESTING {
        return;
    }
    let unknown = |vm: &mut Vm<'_>| {
        let why = super::origin(operation).into();
        emit(vm, Operation::Unreadable { what: "the operation given to `op.invoke`".into(), why });
    };
    let Value::Object(object) = operation else {
        if !matches!(operation, Value::Instance(_)) {
            unknown(vm);
        }
        return;
    };
    let arguments = &object.arguments;
    let mut columns = arguments.clone();
    let directive = match last_part(&object.path) {
        "CreateTableOp" => {
            // `CreateTableOp(name, columns)`
            if let Some(items) = arguments.get(1, "columns").cloned() {
                columns.positional.truncate(1);
                match items {
                    Value::List(items) => columns.positional.extend(items.borrow().values.iter().cloned()),
                    Value::Tuple(items) => columns.positional.extend(items.iter().cloned()),
                    _ => columns.open = true,
                }
            }
            "create_table"
        }
        "DropTableOp" => "drop_table",
        "RenameTableOp" => "rename_table",
        "AddColumnOp" => "add_column",
        "DropColumnOp" => "drop_column",
        "AlterColumnOp" => "alter_column",
        "CreateIndexOp" => "create_index",
        "DropIndexOp" => "drop_index",
        "CreatePrimaryKeyOp" => "create_primary_key",
        "CreateUniqueConstraintOp" => "create_unique_constraint",
        "CreateForeignKeyOp" => "create_foreign_key",
        "CreateCheckConstraintOp" => "create_check_constraint",
        "DropConstraintOp" => "drop_constraint",
        "BulkInsertOp" | "CreateTableCommentOp" | "DropTableCommentOp" => return,
        "ExecuteSQLOp" => {
            if let Some(sql) = arguments.get(0, "sqltext").cloned() {
                statement::read(vm, &sql, "the SQL given to `op.invoke`");
            }
            return;
        }
        "ModifyTableOps" | "UpgradeOps" | "OpContainer" => {
            let at = usize::from(last_part(&object.path) == "ModifyTableOps");
            match arguments.get(at, "ops") {
                Some(Value::List(items)) => {
                    let operations = items.borrow().values.clone();
                    for operation in &operations {
                        invoke(vm, operation, nesting + 1);
                    }
                }
                _ => unknown(vm),
            }
            return;
        }
        _ => return unknown(vm),
    };
    for arguments in combinations(&columns) {
        directives(vm, directive, None, &arguments);
    }
}

/// A delete of every row of a table.
pub(super) fn delete_rows(table: TableName) -> Operation {
    Operation::DeleteRows { table, how: Deletion::Delete, cascade: false }
}
