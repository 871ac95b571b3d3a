//! `target_metadata`: which metadata objects `env.py` gives to Alembic.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Target;
use super::declarative::{Declarative, Key};
use super::host::Vm;
use crate::python::value::{Arguments, Value};

/// How deep lists of metadata may nest.
const NESTING: usize = 10;

/// What `target_metadata` was found to be.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) keys: BTreeSet<Key>,
    /// Flask's `current_app` brings it: whatever its database extension holds.
    pub(super) is_flask: bool,
    unknown: Option<Arc<str>>,
    /// A class in a list that has no metadata and no tables: it adds nothing to the others.
    without_tables: Option<Arc<str>>,
}

impl Targets {
    /// Every value that the name or the argument `target_metadata` has.
    pub(super) fn of(vm: &mut Vm<'_>, declarative: &mut Declarative, env: &Arc<str>) -> Self {
        let mut targets = Self::default();
        if let Some(value) = vm.global(env, "target_metadata") {
            targets.add(vm, declarative, &value, NESTING);
        }
        let configured: Vec<Arguments> = vm.host.configured.clone();
        let mut from_calls = Self::default();
        for arguments in &configured {
            match arguments.keyword("target_metadata") {
                Some(value) => from_calls.add(vm, declarative, value, NESTING),
                None if arguments.open => {
                    from_calls.unknown.get_or_insert_with(|| "the arguments of `context.configure()`".into());
                }
                None => {}
            }
        }
        let is_known = !targets.keys.is_empty() || targets.is_flask || !from_calls.keys.is_empty();
        targets.keys.extend(from_calls.keys);
        targets.is_flask |= from_calls.is_flask;
        // A parameter that carries it from function to function says nothing that is not known by then.
        if !is_known && !targets.is_flask {
            targets.unknown = targets.unknown.take().or(from_calls.unknown);
        }
        targets.add_copied(vm, declarative);
        if targets.is_flask {
            for database in vm.host.migrated.clone() {
                let meta = declarative.meta_of_base(vm, &database, NESTING);
                targets.keys.extend(meta.map(|meta| meta.key));
            }
        }
        targets
    }

    fn add(&mut self, vm: &mut Vm<'_>, declarative: &mut Declarative, value: &Value, nesting: usize) {
        let Some(nesting) = nesting.checked_sub(1) else { return };
        let mut each = |targets: &mut Self, values: &[Value]| {
            for value in values {
                targets.add(vm, declarative, value, nesting);
            }
        };
        match value {
            Value::None => {}
            Value::Tuple(values) | Value::OneOf(values) => each(self, values),
            Value::List(items) | Value::Set(items) => {
                let items = items.borrow();
                each(self, &items.values);
                if items.open {
                    self.unknown.get_or_insert_with(|| "`target_metadata` is a list that is not known wholly".into());
                }
            }
            Value::Dict(entries) => {
                let values: Vec<Value> = entries.borrow().values.iter().map(|(_, value)| value.clone()).collect();
                each(self, &values);
            }
            value => match declarative.meta(vm, value) {
                Some(meta) if !value.path().contains("current_app") => {
                    self.keys.insert(meta.key);
                }
                _ if value.path().contains("current_app") => self.is_flask = true,
                _ if nesting + 1 < NESTING
                    && let Value::Class(class) = value =>
                {
                    let why = format!("`target_metadata` lists the class `{}`, which has no metadata", class.def.name);
                    self.without_tables.get_or_insert(why.into());
                }
                _ => {
                    let path = value.path();
                    self.unknown.get_or_insert_with(|| format!("`target_metadata` is {}", said(&path)).into());
                }
            },
        }
    }

    /// `for table in other.tables: table.to_metadata(target)`: the target then holds the other's tables.
    fn add_copied(&mut self, vm: &mut Vm<'_>, declarative: &mut Declarative) {
        let (copied_to, reads) = (vm.host.copied_to.clone(), vm.host.table_reads.clone());
        let is_copied =
            copied_to.iter().filter_map(|value| declarative.meta(vm, value)).any(|meta| self.keys.contains(&meta.key));
        if is_copied {
            for value in &reads {
                self.keys.extend(declarative.meta(vm, value).map(|meta| meta.key));
            }
        }
    }

    /// The bases outside of the repository among them.
    pub(super) fn libraries(&self) -> impl Iterator<Item = &Arc<str>> {
        self.keys.iter().filter_map(|key| match key {
            Key::Library(base) => Some(base),
            _ => None,
        })
    }

    /// The first of them that its library may use for models of its own: those of SQLModel and advanced-alchemy are
    /// empty.
    pub(super) fn brought_base(&self) -> Option<&Arc<str>> {
        self.libraries().find(|base| !matches!(&***base, "sqlmodel" | "advanced_alchemy"))
    }

    /// The result's word for it.
    pub(super) fn target(&self) -> Target {
        let has_any = !self.keys.is_empty() || self.is_flask;
        match self.unknown.as_ref().or(self.without_tables.as_ref().filter(|_| !has_any)) {
            Some(why) => Target::Unknown(why.clone()),
            None if self.keys.is_empty() && !self.is_flask => Target::None,
            None => Target::Known,
        }
    }
}

fn said(path: &str) -> String {
    match path {
        "" => "no metadata object that could be found".into(),
        path if path.contains('`') || path.contains(' ') => format!("{path}, which cannot be known"),
        path => format!("`{path}`, which cannot be known"),
    }
}
