//! What `include_object` and `include_name` take out of autogenerate, by asking them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Excluded;
use super::host::Vm;
use crate::python::imports::visit;
use crate::python::syntax::{Expr, ExprKind, StmtKind, Suite};
use crate::python::value::{Arguments, Function, Value};

/// A name that no filter can mean.
const ANY: &str = "migguard_some_name";

/// Names that one filter is asked about.
const NAMES: usize = 500;

/// What the calls of `context.configure` exclude.
pub(super) fn of(vm: &mut Vm<'_>) -> Excluded {
    let mut excluded = Excluded::default();
    let configured = vm.host.configured.clone();
    for arguments in &configured {
        if let Some(value) = arguments.keyword("include_schemas") {
            excluded.include_schemas |= value.truth() != Some(false);
        }
        excluded.is_unknown |= arguments.open;
        for (keyword, is_object) in [("include_object", true), ("include_name", false)] {
            match arguments.keyword(keyword) {
                None | Some(Value::None) => {}
                Some(filter) => {
                    for filter in filter.alternatives() {
                        read(vm, filter, is_object, &mut excluded);
                    }
                }
            }
        }
    }
    excluded
}

fn read(vm: &mut Vm<'_>, filter: &Value, is_object: bool, excluded: &mut Excluded) {
    let Value::Function(function) = filter else {
        excluded.is_unknown |= !matches!(filter, Value::None);
        return;
    };
    vm.renew();
    let ask_of = |vm: &mut Vm<'_>, kind: &str, table: &str, name: &str| {
        let kind = Value::str(kind);
        let name = Value::str(name);
        // include_object(object, name, type_, reflected, compare_to), include_name(name, type_, parent_names)
        let positional = if is_object {
            vec![Value::unknown("an object of the database"), name, kind, Value::Bool(true), Value::None]
        } else {
            let parents = ["table_name", "schema_qualified_table_name"].map(|key| (Value::str(key), Value::str(table)));
            let schema = (Value::str("schema_name"), Value::None);
            vec![name, kind, Value::dict(parents.into_iter().chain([schema]).collect())]
        };
        let arguments = Arguments { positional, ..Arguments::default() };
        let file = function.scope.file().clone();
        vm.call(filter, arguments, &file, function.def.name_span).truth()
    };
    let ask = |vm: &mut Vm<'_>, name: &str| ask_of(vm, "table", name, name);
    if ask(vm, ANY) != Some(true) {
        excluded.is_unknown = true;
        return;
    }
    let Texts { names, prefixes, pairs } = Texts::of(vm, function);
    for name in &names {
        // Where the answer depends on what only a running program knows, nothing can be said of the table.
        if ask(vm, name) != Some(true) {
            excluded.tables.insert(name.clone());
        }
    }
    if ask_of(vm, "column", ANY, ANY) == Some(true) {
        for name in &names {
            if ask_of(vm, "column", ANY, name) != Some(true) {
                excluded.columns.insert((None, name.clone()));
            }
        }
        for (table, name) in &pairs {
            if ask_of(vm, "column", table, name) != Some(true) {
                excluded.columns.insert((Some(table.clone()), name.clone()));
            }
        }
    } else {
        excluded.may_refuse_columns = true;
    }
    for prefix in &prefixes {
        if ask(vm, &format!("{prefix}{ANY}")) == Some(false) {
            excluded.prefixes.push(prefix.clone());
        }
    }
}

/// What a function compares names with.
#[derive(Default)]
struct Texts {
    /// The texts that it names, itself or through a list.
    names: BTreeSet<Arc<str>>,
    /// Those that it asks names to begin with.
    prefixes: BTreeSet<Arc<str>>,
    /// Two of them together, as a table and its column.
    pairs: BTreeSet<(Arc<str>, Arc<str>)>,
}

impl Texts {
    fn of(vm: &mut Vm<'_>, function: &Function) -> Self {
        let mut expressions = Vec::new();
        collect(&function.def.body, &mut expressions);
        let mut texts = Self::default();
        for expression in expressions {
            visit(expression, &mut |expression| texts.take(vm, function, expression));
        }
        texts
    }

    fn take(&mut self, vm: &mut Vm<'_>, function: &Function, expression: &Expr) {
        match &expression.kind {
            ExprKind::Str(text) => add(&mut self.names, text.clone()),
            ExprKind::Name(_)
            | ExprKind::Attribute { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_) => {
                let value = vm.evaluate(expression, &function.scope);
                for value in items(&value) {
                    match &value {
                        Value::Tuple(pair) => {
                            if let [table, column] = &**pair
                                && let (Some(table), Some(column)) = (table.as_str(), column.as_str())
                            {
                                add(&mut self.pairs, (table.clone(), column.clone()));
                            }
                        }
                        value => value.as_str().into_iter().for_each(|text| add(&mut self.names, text.clone())),
                    }
                }
            }
            ExprKind::Call { function: called, arguments } => {
                if let ExprKind::Attribute { attribute, .. } = &called.kind
                    && **attribute == *"startswith"
                    && let Some(argument) = arguments.first()
                {
                    let value = vm.evaluate(&argument.value, &function.scope);
                    let prefixes = items(&value);
                    prefixes.iter().filter_map(Value::as_str).for_each(|text| add(&mut self.prefixes, text.clone()));
                }
            }
            _ => {}
        }
    }
}

fn add<T: Ord>(texts: &mut BTreeSet<T>, text: T) {
    if texts.len() < NAMES {
        texts.insert(text);
    }
}

/// What a list holds, the keys of a dictionary, or the one value itself.
fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Tuple(values) => values.to_vec(),
        Value::List(items) | Value::Set(items) => items.borrow().values.clone(),
        Value::Dict(entries) => entries.borrow().values.iter().map(|(key, _)| key.clone()).collect(),
        value => vec![value.clone()],
    }
}

fn collect<'s>(suite: &'s Suite, found: &mut Vec<&'s Expr>) {
    for statement in suite.iter() {
        match &statement.kind {
            StmtKind::Return(Some(value))
            | StmtKind::Expr(value)
            | StmtKind::Assign { value, .. }
            | StmtKind::AnnAssign { value: Some(value), .. } => found.push(value),
            StmtKind::If { branches, .. } => found.extend(branches.iter().map(|(test, _)| test)),
            StmtKind::For { iter, .. } => found.push(iter),
            _ => {}
        }
        statement.kind.suites().into_iter().for_each(|inner| collect(inner, found));
    }
}
