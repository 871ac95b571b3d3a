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
    let ask_of = |vm: &mut Vm<'_>, kind: &str, name: &str| {
        let kind = Value::str(kind);
        let name = Value::str(name);
        // include_object(object, name, type_, reflected, compare_to), include_name(name, type_, parent_names)
        let positional = if is_object {
            vec![Value::unknown("an object of the database"), name, kind, Value::Bool(true), Value::None]
        } else {
            vec![name, kind, Value::unknown("the names of its parents")]
        };
        let arguments = Arguments { positional, ..Arguments::default() };
        let file = function.scope.file().clone();
        vm.call(filter, arguments, &file, function.def.name_span).truth()
    };
    let ask = |vm: &mut Vm<'_>, name: &str| ask_of(vm, "table", name);
    excluded.may_refuse_columns |= ask_of(vm, "column", ANY) != Some(true);
    if ask(vm, ANY) != Some(true) {
        excluded.is_unknown = true;
        return;
    }
    let (names, prefixes) = texts(vm, function);
    for name in &names {
        // Where the answer depends on what only a running program knows, nothing can be said of the table.
        if ask(vm, name) != Some(true) {
            excluded.tables.insert(name.clone());
        }
    }
    for prefix in &prefixes {
        if ask(vm, &format!("{prefix}{ANY}")) == Some(false) {
            excluded.prefixes.push(prefix.clone());
        }
    }
}

/// The texts that a function names, itself or through a list, and those that it asks names to begin with.
fn texts(vm: &mut Vm<'_>, function: &Function) -> (BTreeSet<Arc<str>>, BTreeSet<Arc<str>>) {
    let mut expressions = Vec::new();
    collect(&function.def.body, &mut expressions);
    let (mut names, mut prefixes) = (BTreeSet::new(), BTreeSet::new());
    for expression in expressions {
        visit(expression, &mut |expression| match &expression.kind {
            ExprKind::Str(text) => add(&mut names, text),
            ExprKind::Name(_) | ExprKind::Attribute { .. } => {
                let value = vm.evaluate(expression, &function.scope);
                for text in &listed(&value) {
                    add(&mut names, text);
                }
            }
            ExprKind::Call { function: called, arguments } => {
                if let ExprKind::Attribute { attribute, .. } = &called.kind
                    && **attribute == *"startswith"
                    && let Some(argument) = arguments.first()
                {
                    let value = vm.evaluate(&argument.value, &function.scope);
                    for text in &listed(&value) {
                        add(&mut prefixes, text);
                    }
                }
            }
            _ => {}
        });
    }
    (names, prefixes)
}

fn add(texts: &mut BTreeSet<Arc<str>>, text: &Arc<str>) {
    if texts.len() < NAMES && text.len() < 200 {
        texts.insert(text.clone());
    }
}

fn listed(value: &Value) -> Vec<Arc<str>> {
    match value {
        Value::Str(_) => value.as_str().cloned().into_iter().collect(),
        Value::Tuple(values) => values.iter().filter_map(|value| value.as_str().cloned()).collect(),
        Value::List(items) | Value::Set(items) => {
            items.borrow().values.iter().filter_map(|value| value.as_str().cloned()).collect()
        }
        Value::Dict(entries) => entries.borrow().values.iter().filter_map(|(key, _)| key.as_str().cloned()).collect(),
        _ => Vec::new(),
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
