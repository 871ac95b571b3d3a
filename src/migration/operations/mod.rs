//! What a direction of a migration does: the calls that its functions make, as operations.
//!
//! [`Recorder`] is the host of the interpreter. It knows Alembic's `op`, in whatever way a program comes by it,
//! SQLAlchemy's statements and schema items, and every method that executes SQL. `op` itself is the value
//! `alembic.op`, also where it was made by `Operations(context)` or handed in as a parameter.

mod op;
mod reflection;
mod schema;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::operation::{Certainty, Location, MigrateOperation, Operation};
use super::schema::Schema;
use super::schema_item::last_part;
use crate::python::interpreter::{Call, Host, Interpreter};
use crate::python::syntax::{Name, Span};
use crate::python::value::{Arguments, HOLE, Object, Value};
use reflection::Reflection;

type Vm<'s> = Interpreter<'s, Recorder>;

/// The value that `from alembic import op` binds.
pub fn op() -> Value {
    Value::External("alembic.op".into())
}

/// Methods that send a statement to the database: of Alembic's `op` and context, of connections, sessions and DBAPI
/// cursors.
const EXECUTE: [&str; 8] = [
    "execute",
    "exec_driver_sql",
    "executescript",
    "executemany",
    "scalar",
    "scalars",
    "execute_batch",
    "execute_values",
];

/// Calls between a migration and what it runs. So far away it is the application's own code, whose ways depend on what
/// is not known here; what it does counts where its object is known.
const FAR: usize = 8;

/// What a guard's value comes from where an inspector was asked.
const INSPECTION: [&str; 18] = [
    "inspect(",
    "nspector",
    "has_table",
    "has_column",
    "has_index",
    "has_schema",
    "has_sequence",
    "table_names",
    "get_view_names",
    "get_columns",
    "get_indexes",
    "get_foreign_keys",
    "get_unique_constraints",
    "get_check_constraints",
    "get_pk_constraint",
    "get_enums",
    "get_schema_names",
    "MetaData().",
];

/// The database that a migration runs on.
pub trait ReflectedDatabase {
    /// What stands in it after operations, those that were given before and new ones behind them, and whether that is all.
    fn after(&mut self, operations: &[MigrateOperation]) -> (&Schema, bool);
}

/// Keeps what a run does, in the order in which it does it.
pub struct Recorder {
    /// The migration file.
    path: Arc<str>,
    /// The options of the environment's section, for code that asks its configuration.
    options: BTreeMap<String, String>,
    operations: Vec<MigrateOperation>,
    /// Where an operation stands in `operations`, by its place and what it is.
    seen: HashMap<(Span, String), usize>,
    /// Tables that were declared, with the `MetaData` that they were given.
    tables: Vec<(Value, Value)>,
    /// Calls that could not be followed to their end.
    unfollowed: HashSet<Span>,
    /// The database, where it is known.
    database: Option<Box<dyn ReflectedDatabase>>,
    /// What a `MetaData` has read of the database.
    reflections: Vec<Reflection>,
    /// Whether the program goes by what stands in the database.
    reflects: bool,
}

impl Recorder {
    pub fn new(path: &Arc<str>, options: &BTreeMap<String, String>) -> Self {
        Self {
            path: path.clone(),
            options: options.clone(),
            operations: Vec::new(),
            seen: HashMap::new(),
            tables: Vec::new(),
            unfollowed: HashSet::new(),
            database: None,
            reflections: Vec::new(),
            reflects: false,
        }
    }

    /// The same over a database that is known.
    pub fn over(self, database: Box<dyn ReflectedDatabase>) -> Self {
        Self { database: Some(database), ..self }
    }

    /// The migration file.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Whether what was recorded depends on what stands in the database, which was not known.
    pub fn reflects(&self) -> bool {
        self.reflects
    }

    /// What was recorded. What several alternatives of one condition drop is among it once.
    pub fn finish(self) -> Vec<MigrateOperation> {
        let mut kept: Vec<MigrateOperation> = Vec::with_capacity(self.operations.len());
        // The last place of each drop that runs only sometimes, by what it is.
        let mut drops: HashMap<String, usize> = HashMap::new();
        for operation in self.operations {
            if is_drop(&operation.operation) && operation.certainty == Certainty::Sometimes {
                let key = format!("{:?}", operation.operation);
                if drops.contains_key(&key) {
                    continue;
                }
                drops.insert(key, kept.len());
            } else if !is_drop(&operation.operation) {
                // What is made again can be dropped again.
                drops.clear();
            }
            kept.push(operation);
        }
        kept
    }
}

fn is_drop(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropTable { .. }
            | Operation::DropColumn { .. }
            | Operation::DropIndex { .. }
            | Operation::DropConstraint { .. }
            | Operation::DropObject { .. }
            | Operation::DeleteRows { .. }
    )
}

/// Whether an operation does not tell its object.
fn is_vague(operation: &Operation) -> bool {
    let name = match operation {
        Operation::Unreadable { .. } => return true,
        Operation::DropTable { table, .. } | Operation::DeleteRows { table, .. } => &table.name,
        Operation::DropColumn { column, .. } => column,
        Operation::DropIndex { name, .. } | Operation::DropConstraint { name, .. } => name,
        Operation::DropObject { name, .. } => &name.name,
        _ => return false,
    };
    name.known().is_none()
}

impl Host for Recorder {
    fn call(vm: &mut Vm<'_>, call: &Call) -> Option<Value> {
        match &call.callee {
            Value::External(path) => {
                if let Some(name) = path.strip_prefix("alembic.op.")
                    && !EXECUTE.contains(&name)
                {
                    return op::call(vm, name, None, call);
                }
                if path.starts_with("alembic.")
                    && (path.ends_with(".Operations") || path.ends_with(".Operations.context"))
                {
                    return Some(op());
                }
                if last_part(path) == "Table" {
                    let table = reflection::autoload(vm, call);
                    schema::declare(vm, table.as_ref().map_or(&call.arguments, |table| &table.arguments));
                    return table.map(|table| Value::Object(Rc::new(table)));
                }
                let (receiver, name) = path.rsplit_once('.')?;
                method(vm, &Value::External(receiver.into()), name, call)
            }
            Value::Attribute(attribute) => method(vm, &attribute.0, &attribute.1, call),
            _ => None,
        }
    }

    fn attribute(_: &mut Vm<'_>, value: &Value, name: &Name) -> Option<Value> {
        schema::attribute(value, name)
    }

    fn item(_: &mut Vm<'_>, value: &Value, index: &Value) -> Option<Value> {
        // `metadata.tables["users"]`
        match value {
            Value::Attribute(attribute) if &*attribute.1 == "tables" && matches!(index, Value::Str(_)) => {
                Some(schema::table(index.clone(), attribute.0.clone()))
            }
            Value::External(path) if path.ends_with(".tables") && matches!(index, Value::Str(_)) => {
                Some(schema::table(index.clone(), Value::None))
            }
            _ => None,
        }
    }

    fn elements(vm: &mut Vm<'_>, value: &Value) -> Option<(Vec<Value>, bool)> {
        reflection::elements(vm, value)
    }

    fn is_instance(_: &mut Vm<'_>, value: &Value, class: &Value) -> Option<bool> {
        reflection::is_type(value, class)
    }

    fn unreadable(vm: &mut Vm<'_>, what: &str, why: &str) {
        // What one call leads to is said once, however many functions of an application it ends in.
        let here = vm.sites.iter().rfind(|site| site.path == vm.host.path).map(|site| site.span);
        if !vm.is_importing() && here.is_some_and(|here| vm.host.unfollowed.insert(here)) {
            emit(vm, Operation::Unreadable { what: what.into(), why: why.into() });
        }
    }
}

fn method(vm: &mut Vm<'_>, receiver: &Value, name: &str, call: &Call) -> Option<Value> {
    if let Value::Object(object) = receiver {
        match &*object.path {
            "alembic.op.batch_alter_table" if !EXECUTE.contains(&name) => {
                return op::call(vm, name, Some(object), call);
            }
            "builtins.open" => return file_method(object, name),
            _ => {}
        }
    }
    match name {
        name if EXECUTE.contains(&name) => {
            statement::execute(vm, receiver, name, call);
            None
        }
        "drop" | "drop_all" | "create" | "create_all" => {
            schema::method(vm, receiver, name, call);
            None
        }
        "delete" => {
            statement::delete_of_query(vm, receiver);
            None
        }
        "reflect" => {
            reflection::reflect(vm, receiver, call);
            None
        }
        "copy" | "_copy" => schema::is_column(receiver).then(|| receiver.clone()),
        "to_metadata" | "tometadata" => schema::moved(receiver, call),
        "get_main_option" | "get_section_option" => {
            let at = usize::from(name == "get_section_option");
            let option = call.arguments.positional.get(at)?.as_str()?;
            vm.host.options.get(&**option).map(|value| Value::str(value.as_str()))
        }
        _ => None,
    }
}

/// A file of the snapshot that was opened: its path and its content are the arguments of the call.
fn file_method(file: &Object, name: &str) -> Option<Value> {
    let content = file.arguments.positional.get(1)?;
    match (name, content) {
        ("read", content) => Some(content.clone()),
        ("readlines", Value::Str(text)) => {
            Some(Value::list(text.split_inclusive('\n').take(10_000).map(Value::str).collect()))
        }
        _ => None,
    }
}

/// Records an operation where the program stands.
fn emit(vm: &mut Vm<'_>, operation: Operation) {
    // What a module does when it is imported is not done by the function that is followed.
    if vm.is_importing() {
        return;
    }
    let Some(at) = vm.sites.iter().rposition(|site| site.path == vm.host.path) else { return };
    let place = |at: usize| vm.sites.get(at).map(|site| Location { path: site.path.clone(), span: site.span });
    let Some(location) = place(at) else { return };
    let mut through: Vec<Location> = (at + 1..vm.sites.len()).filter_map(place).collect();
    through.reverse();
    if through.len() > FAR && is_vague(&operation) {
        return;
    }
    // The first is the function that is followed itself.
    let mut called_at: Vec<Location> = (1..at).filter_map(place).collect();
    called_at.reverse();
    let certainty = if vm.is_conditional() { Certainty::Sometimes } else { Certainty::Always };
    let guarded = vm.guards().any(|guard| INSPECTION.iter().any(|source| guard.contains(source)));
    let kind = match &operation {
        // One call is not read for one reason.
        Operation::Unreadable { .. } => "unreadable".into(),
        operation => format!("{operation:?}"),
    };
    let key = (location.span, kind);
    let recorder = &mut vm.host;
    if let Some(known) = recorder.seen.get(&key).and_then(|at| recorder.operations.get_mut(*at)) {
        if certainty == Certainty::Always {
            known.certainty = certainty;
        }
        known.guarded &= guarded;
        // What is said at one of several calls is not said at the others.
        known.called_at.retain(|call| called_at.contains(call));
        return;
    }
    recorder.seen.insert(key, recorder.operations.len());
    recorder.operations.push(MigrateOperation { operation, location, through, called_at, certainty, guarded });
}

/// Where a value that is not known comes from, as a part of a sentence.
fn origin(value: &Value) -> String {
    let path = value.path();
    if path.is_empty() {
        "its value is not known".into()
    } else if path.contains('`') || path.contains(' ') {
        format!("it comes from {path}").replace(HOLE, "?")
    } else {
        format!("it comes from `{path}`").replace(HOLE, "?")
    }
}

/// A call as a value that nobody made.
fn object(path: &str, arguments: Arguments) -> Value {
    let callee = Value::External(path.into());
    Value::Object(Rc::new(Object { callee, arguments, path: path.into(), span: Span::default() }))
}
