//! What is declared beside a class or a table: `Index("name", User.mail)`, `User.__table__.append_column(...)`.

use std::collections::{HashMap, HashSet};

use super::declarative::address;
use super::host::Recorder;
use crate::migration::schema_item::call_of;
use crate::python::value::Value;

/// How deep an index's expression is looked into.
const NESTING: usize = 5;

/// Indexes, columns and constraints by the class, table or column that they are declared of.
#[derive(Default)]
pub(super) struct Beside(HashMap<usize, Vec<Value>>);

impl Beside {
    /// Everything that has run so far.
    pub(super) fn of(host: &Recorder) -> Self {
        let mut beside = Self::default();
        for index in &host.indexes {
            let arguments = &index.arguments;
            let is_named = arguments.keyword("name").is_some();
            let columns = arguments.positional.iter().skip(usize::from(!is_named));
            beside.insert(columns, &Value::Object(index.clone()));
        }
        for (table, item) in &host.appended {
            beside.insert([table].into_iter(), item);
        }
        beside
    }

    /// What is declared of any of these, each once.
    pub(super) fn declared_of(&self, owners: impl Iterator<Item = usize>) -> Vec<Value> {
        let mut items: Vec<Value> = Vec::new();
        let mut seen = HashSet::new();
        for item in owners.filter_map(|owner| self.0.get(&owner)).flatten() {
            if let Value::Object(object) = item
                && seen.insert(address(object))
            {
                items.push(item.clone());
            }
        }
        items
    }

    fn insert<'v>(&mut self, owned: impl Iterator<Item = &'v Value>, item: &Value) {
        let mut owners = Vec::new();
        owned.for_each(|value| owners_of(value, NESTING, &mut owners));
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            self.0.entry(owner).or_default().push(item.clone());
        }
    }
}

/// The classes, tables and columns that an expression is made of.
fn owners_of(value: &Value, nesting: usize, owners: &mut Vec<usize>) {
    let Some(nesting) = nesting.checked_sub(1) else { return };
    match value {
        Value::Class(class) => owners.push(address(class)),
        Value::Object(object) if call_of(value, &["Table", "Column", "mapped_column"]).is_some() => {
            owners.push(address(object));
        }
        // `func.lower(User.mail)`, `User.mail.desc()`
        Value::Object(object) => {
            object.arguments.positional.iter().for_each(|argument| owners_of(argument, nesting, owners));
            owners_of(&object.callee, nesting, owners);
        }
        Value::Attribute(attribute) => owners_of(&attribute.0, nesting, owners),
        _ => {}
    }
}
