//! What `include_object` and `include_name` take out of autogenerate, by asking them.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::declarative::Key;
use super::host::{Asked, Vm};
use super::target::Targets;
use super::{Excluded, Filter};
use crate::python::imports::visit;
use crate::python::syntax::{Expr, ExprKind, StmtKind, Suite};
use crate::python::value::{Arguments, Function, Value};

/// A name that no filter can mean.
const ANY: &str = "migguard_some_name";

/// Names that one filter is asked about.
const NAMES: usize = 500;

/// What the calls of `context.configure` exclude.
pub(super) fn of(vm: &mut Vm<'_>, targets: &Targets) -> Excluded {
    let mut excluded = Excluded::default();
    let targets = Rc::new(targets.keys.clone());
    let configured = vm.host.configured.clone();
    for arguments in &configured {
        if let Some(value) = arguments.keyword("include_schemas") {
            excluded.include_schemas |= value.truth() != Some(false);
        }
        if arguments.open {
            excluded.filter = Filter::Unknown;
        }
        // Alembic itself leaves it out, whatever a filter says.
        let version_table = match arguments.keyword("version_table") {
            Some(name) => name.as_str().cloned(),
            None => Some("alembic_version".into()),
        };
        for (keyword, is_object) in [("include_object", true), ("include_name", false)] {
            match arguments.keyword(keyword) {
                None | Some(Value::None) => {}
                Some(filter) => {
                    for filter in filter.alternatives() {
                        read(vm, filter, is_object, &targets, version_table.as_deref(), &mut excluded);
                    }
                }
            }
        }
    }
    excluded
}

fn read(
    vm: &mut Vm<'_>,
    filter: &Value,
    is_object: bool,
    targets: &Rc<BTreeSet<Key>>,
    version_table: Option<&str>,
    excluded: &mut Excluded,
) {
    let Value::Function(function) = filter else {
        if !matches!(filter, Value::None) {
            excluded.filter = Filter::Unknown;
        }
        return;
    };
    vm.renew();
    // What stands in the database, or what a model has and the database does not; in a table that a model maps, or in none.
    let ask_of = |vm: &mut Vm<'_>, kind: &str, table: &str, name: &str, is_reflected: bool, is_mapped: bool| {
        let tables = if is_mapped { vec![Value::str(table)] } else { Vec::new() };
        vm.host.asked = Some(Asked { targets: targets.clone(), tables });
        let kind = Value::str(kind);
        let name = Value::str(name);
        // include_object(object, name, type_, reflected, compare_to), include_name(name, type_, parent_names)
        let positional = if is_object {
            vec![Value::unknown("an object of the database"), name, kind, Value::Bool(is_reflected), Value::None]
        } else {
            let parents = ["table_name", "schema_qualified_table_name"].map(|key| (Value::str(key), Value::str(table)));
            let schema = (Value::str("schema_name"), Value::None);
            vec![name, kind, Value::dict(parents.into_iter().chain([schema]).collect())]
        };
        let arguments = Arguments { positional, ..Arguments::default() };
        let file = function.scope.file().clone();
        let answer = vm.call(filter, arguments, &file, function.def.name_span).truth();
        vm.host.asked = None;
        answer
    };
    // A table that only the database has, and one that only a model has.
    let sees_unmapped = |vm: &mut Vm<'_>, name: &str| ask_of(vm, "table", name, name, true, false);
    let sees_mapped = |vm: &mut Vm<'_>, name: &str| ask_of(vm, "table", name, name, false, true);
    let sees_column = |vm: &mut Vm<'_>, table: &str, name: &str| ask_of(vm, "column", table, name, true, true);
    let Texts { mut names, prefixes, pairs } = Texts::of(vm, function);
    names.retain(|name| Some(&**name) != version_table);
    let begun: Vec<Arc<str>> = prefixes.iter().map(|prefix| format!("{prefix}{ANY}").into()).collect();
    let any = sees_unmapped(vm, ANY);
    let are_all = names.len() < NAMES;
    let mut named = names.iter().chain(&begun);
    let refuses_unmapped = any == Some(false) && are_all && named.all(|name| sees_unmapped(vm, name) == Some(false));
    if sees_mapped(vm, ANY) != Some(true) || (any != Some(true) && !refuses_unmapped) {
        excluded.filter = Filter::Unknown;
        return;
    }
    if refuses_unmapped {
        excluded.filter = excluded.filter.max(Filter::Unmapped);
    }
    let ask = |vm: &mut Vm<'_>, name: &str| {
        let unmapped = if refuses_unmapped { Some(true) } else { sees_unmapped(vm, name) };
        if unmapped == Some(true) { sees_mapped(vm, name) } else { unmapped }
    };
    for name in &names {
        // Where the answer depends on what only a running program knows, nothing can be said of the table.
        if ask(vm, name) != Some(true) {
            excluded.tables.insert(name.clone());
        }
    }
    if sees_column(vm, ANY, ANY) == Some(true) {
        for name in &names {
            if sees_column(vm, ANY, name) != Some(true) {
                excluded.columns.insert((None, name.clone()));
            }
        }
        for (table, name) in &pairs {
            if sees_column(vm, table, name) != Some(true) {
                excluded.columns.insert((Some(table.clone()), name.clone()));
            }
        }
    } else {
        excluded.may_refuse_columns = true;
    }
    for (prefix, begun) in prefixes.iter().zip(&begun) {
        if ask(vm, begun) == Some(false) {
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
