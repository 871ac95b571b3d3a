//! Schema items as objects: `Table(…).drop()`, `metadata.drop_all()`, `Enum(…).create()`, and their attributes.

use super::super::operation::{Name, ObjectKind, Operation, TableName};
use super::super::schema_item::{self, call_of, last_part, name};
use super::{Vm, emit, object};
use crate::python::interpreter::Call;
use crate::python::syntax::Name as Identifier;
use crate::python::value::{Arguments, Class, Value};

/// Tables that one `MetaData` may be asked to drop.
const TABLES: usize = 2_000;

const TABLE: [&str; 2] = ["Table", "table"];

/// Types that the database knows by a name of their own.
const NAMED_TYPES: [&str; 4] = ["Enum", "ENUM", "DOMAIN", "Domain"];

/// A table of which nothing but the name is known, and the `MetaData` that has it.
pub(super) fn table(name: Value, metadata: Value) -> Value {
    object("sqlalchemy.Table", Arguments { positional: vec![name, metadata], ..Arguments::default() })
}

/// The name of a table or column, by which a collection has it.
pub(super) fn key(item: &Value) -> Option<Value> {
    let arguments = &call_of(item, &["Table", "table", "Column", "column"])?.arguments;
    let name = arguments.get(0, "name")?;
    match arguments.keyword("schema").and_then(Value::as_str).zip(name.as_str()) {
        Some((schema, name)) => Some(Value::str(format!("{schema}.{name}"))),
        None => Some(name.clone()),
    }
}

/// Keeps a table that is declared, for what its `MetaData` is asked to do later.
pub(super) fn declare(vm: &mut Vm<'_>, arguments: &Arguments) {
    if let Some(metadata) = arguments.get(1, "metadata")
        && vm.host.tables.len() < TABLES
    {
        let table = object("sqlalchemy.Table", arguments.clone());
        vm.host.tables.push((metadata.clone(), table));
    }
}

pub(super) fn attribute(value: &Value, attribute: &Identifier) -> Option<Value> {
    match value {
        Value::Object(item) => {
            let arguments = &item.arguments;
            let named = match last_part(&item.path) {
                "Table" | "table" | "Column" | "column" | "Index" | "Sequence" => arguments.get(0, "name"),
                "Enum" | "ENUM" | "UniqueConstraint" | "ForeignKeyConstraint" | "CheckConstraint" => {
                    arguments.keyword("name")
                }
                // What formats as its text.
                "text" | "quoted_name" if &**attribute == "__str__" => return arguments.positional.first().cloned(),
                _ => return None,
            };
            match &**attribute {
                "name" | "key" | "__str__" => named.cloned(),
                "schema" => Some(arguments.keyword("schema").cloned().unwrap_or(Value::None)),
                "type" => schema_item::column_type(value).cloned(),
                _ => None,
            }
        }
        Value::Class(class) if &**attribute == "__table__" => {
            let name = own(class, "__tablename__")?;
            Some(table(name, Value::None))
        }
        _ => None,
    }
}

pub(super) fn is_column(value: &Value) -> bool {
    call_of(value, &["Column", "column"]).is_some()
}

/// `table.to_metadata(metadata, name="copy")`
pub(super) fn moved(table: &Value, call: &Call) -> Option<Value> {
    let mut arguments = call_of(table, &["Table"])?.arguments.clone();
    let metadata = call.arguments.get(0, "metadata")?;
    *arguments.positional.get_mut(1)? = metadata.clone();
    if let Some(name) = call.arguments.keyword("name") {
        *arguments.positional.first_mut()? = name.clone();
    }
    Some(object("sqlalchemy.Table", arguments))
}

/// A name of a class's body or of its bases'.
fn own(class: &Class, name: &str) -> Option<Value> {
    class.scope.own(name).or_else(|| {
        class.ancestors().iter().find_map(|base| match base {
            Value::Class(base) => base.own(name),
            _ => None,
        })
    })
}

/// The table that a value is, or maps.
pub(super) fn table_of(value: &Value) -> TableName {
    match value {
        Value::Object(item) if TABLE.contains(&last_part(&item.path)) => {
            let table = item.arguments.get(0, "name").unwrap_or(&Value::None);
            schema_item::table_name(table, item.arguments.keyword("schema"))
        }
        Value::Class(class) => {
            TableName { schema: None, name: own(class, "__tablename__").map_or(Name::Unknown, |table| name(&table)) }
        }
        Value::Str(_) => schema_item::table_name(value, None),
        _ => TableName { schema: None, name: Name::Unknown },
    }
}

/// `item.drop(…)`, `item.create(…)`, `metadata.drop_all(…)`, `metadata.create_all(…)`
pub(super) fn method(vm: &mut Vm<'_>, receiver: &Value, method: &str, call: &Call) {
    if method.ends_with("_all") {
        return all(vm, receiver, method == "drop_all", call);
    }
    let is_drop = method == "drop";
    let Value::Object(item) = receiver else {
        // `for table in metadata.sorted_tables: table.drop()`
        let path = receiver.path();
        if is_drop && (path.contains("sorted_tables") || path.contains(".tables") || path.ends_with("__table__")) {
            let table = TableName { schema: None, name: Name::Unknown };
            emit(vm, Operation::DropTable { table, cascade: false });
        }
        return;
    };
    let kind = last_part(&item.path);
    let checkfirst = checkfirst(kind, &call.arguments);
    match kind {
        "Table" if is_drop => emit(vm, Operation::DropTable { table: table_of(receiver), cascade: false }),
        "Table" => create_table(vm, &item.arguments, checkfirst),
        "Index" => index(vm, receiver, is_drop, checkfirst),
        "Sequence" => {
            let named = schema_item::table_name(
                item.arguments.get(0, "name").unwrap_or(&Value::None),
                item.arguments.keyword("schema"),
            );
            change_object(vm, ObjectKind::Sequence, named, is_drop, checkfirst);
        }
        _ if NAMED_TYPES.contains(&kind) || kind.ends_with("ENUM") => {
            change_object(vm, ObjectKind::Type, type_name(&item.arguments), is_drop, checkfirst);
        }
        _ => {}
    }
}

/// Whether an object is looked for before it is made. Sequences and PostgreSQL's own types are, unless that is unwanted.
fn checkfirst(kind: &str, arguments: &Arguments) -> bool {
    let said = arguments.get(1, "checkfirst").and_then(Value::truth);
    said.unwrap_or(!matches!(kind, "Table" | "Index" | "Enum"))
}

fn change_object(vm: &mut Vm<'_>, kind: ObjectKind, name: TableName, is_drop: bool, if_not_exists: bool) {
    let operation = if is_drop {
        Operation::DropObject { kind, name, cascade: false }
    } else {
        Operation::CreateObject { kind, name, if_not_exists }
    };
    emit(vm, operation);
}

/// The name of an enumeration: as it is said, or the class's in lower case.
fn type_name(arguments: &Arguments) -> TableName {
    let named = match (arguments.keyword("name"), arguments.positional.first()) {
        (Some(value), _) => name(value),
        (None, Some(Value::Class(class))) => Name::Known(class.def.name.to_lowercase().into()),
        // `DOMAIN("name", type)`
        (None, Some(value)) if arguments.positional.get(1).is_some_and(|second| second.as_str().is_none()) => {
            name(value)
        }
        _ => Name::Unknown,
    };
    TableName {
        schema: arguments.keyword("schema").filter(|schema| !matches!(schema, Value::None)).map(name),
        name: named,
    }
}

/// `Index("name", table.c.a).drop()`; also `CREATE` and `DROP` elements of one.
pub(super) fn index(vm: &mut Vm<'_>, value: &Value, is_drop: bool, if_not_exists: bool) {
    let Some(index) = schema_item::index(value) else { return };
    let table =
        call_of(value, &["Index"]).and_then(|item| item.arguments.positional.iter().skip(1).find_map(table_of_column));
    let operation = if is_drop {
        Operation::DropIndex { name: index.name.unwrap_or(Name::Unknown), table }
    } else {
        Operation::CreateIndex { table, index, if_not_exists }
    };
    emit(vm, operation);
}

/// The table of `table.c.name`.
fn table_of_column(value: &Value) -> Option<TableName> {
    let Value::Attribute(column) = value else { return None };
    match &column.0 {
        Value::Attribute(columns) if matches!(&*columns.1, "c" | "columns") => Some(table_of(&columns.0)),
        _ => None,
    }
}

/// Evaluates what the files under way declare: a table registers itself where nobody asks for its name.
fn declare_all(vm: &mut Vm<'_>) {
    let mut files: Vec<_> = vm.sites.iter().map(|site| site.path.clone()).collect();
    files.sort();
    files.dedup();
    for file in files {
        for name in vm.globals(&file) {
            vm.global(&file, &name);
        }
    }
}

fn all(vm: &mut Vm<'_>, metadata: &Value, is_drop: bool, call: &Call) {
    let tables = match call.arguments.keyword("tables").or_else(|| call.arguments.positional.get(1)) {
        Some(Value::List(items)) => {
            let items = items.borrow();
            (!items.open).then(|| items.values.clone())
        }
        Some(Value::Tuple(items)) => Some(items.to_vec()),
        Some(_) => None,
        None => {
            declare_all(vm);
            let declared: Vec<Value> = vm
                .host
                .tables
                .iter()
                .filter(|(other, _)| other.is_same(metadata))
                .map(|(_, table)| table.clone())
                .collect();
            (!declared.is_empty()).then_some(declared)
        }
    };
    match tables {
        Some(tables) => {
            for table in tables {
                if is_drop {
                    emit(vm, Operation::DropTable { table: table_of(&table), cascade: false });
                } else if let Value::Object(item) = &table {
                    create_table(vm, &item.arguments, true);
                }
            }
        }
        None if is_drop => {
            let table = TableName { schema: None, name: Name::Unknown };
            emit(vm, Operation::DropTable { table, cascade: false });
        }
        None => {}
    }
}

/// The creation of `Table(name, metadata, *items)`.
pub(super) fn create_table(vm: &mut Vm<'_>, arguments: &Arguments, if_not_exists: bool) {
    let table = schema_item::table_name(
        arguments.get(0, "name").or_else(|| arguments.keyword("table_name")).unwrap_or(&Value::None),
        arguments.keyword("schema"),
    );
    let (mut columns, mut constraints, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns_known = !arguments.open;
    for item in arguments.positional.iter().skip(2) {
        if let Some(column) = schema_item::column(item) {
            columns.push(column);
        } else if let Some(constraint) = schema_item::constraint(item) {
            constraints.push(constraint);
        } else if let Some(index) = schema_item::index(item) {
            indexes.push(index);
        } else if !matches!(item, Value::None) && call_of(item, &["MetaData"]).is_none() {
            columns_known = false;
        }
    }
    let temporary = match arguments.keyword("prefixes") {
        Some(Value::List(items)) => items.borrow().values.iter().any(is_temporary),
        Some(Value::Tuple(items)) => items.iter().any(is_temporary),
        _ => false,
    };
    let raw = false;
    emit(
        vm,
        Operation::CreateTable { table, columns, constraints, indexes, if_not_exists, temporary, raw, columns_known },
    );
}

fn is_temporary(prefix: &Value) -> bool {
    prefix.as_str().is_some_and(|prefix| prefix.to_ascii_uppercase().contains("TEMP"))
}
