//! What a mapped class or a `Table(...)` declares: its table's name, columns, indexes and constraints.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::beside::Beside;
use super::columns::{self, Read};
use super::declarative::{Declarative, Declared, Meta, Style, address};
use super::host::Vm;
use super::naming::Naming;
use super::{Model, ModelColumn, Registered};
use crate::migration::operation::{Constraint, ConstraintKind, Index, Location, Name, TableName};
use crate::migration::schema_item::{self, last_part};
use crate::python::syntax::{Expr, ExprKind, Span, Stmt, StmtKind};
use crate::python::value::{Arguments, Class, Function, Object, Value};

/// How far mapped parents are followed.
const PARENTS: usize = 50;

/// The model of a mapped class. `None` where it has no table of its own or its parents', and all its bases are known:
/// SQLAlchemy would refuse it.
pub(super) fn of_class(
    vm: &mut Vm<'_>,
    declarative: &mut Declarative,
    class: &Rc<Class>,
    declared: &Declared,
    beside: &Beside,
) -> Option<Model> {
    let path = class.scope.file().clone();
    let mut reading = Reading::new(&declared.meta);
    // A mixin's column belongs to many classes: only what the class itself owns leads to it.
    let mut owned = vec![address(class)];
    if let Some(table) = class.own("__table__").and_then(|value| called(vm, &value, class)) {
        reading.own_table(&path, &table);
        owned.extend(addresses(&table));
    } else {
        for source in &declared.sources {
            columns::of_source(vm, class, source, declared.style == Style::SqlModel, &mut reading.columns);
        }
        // What cascades comes to each table anew.
        let mut parent = declared.parent.clone();
        for _ in 0..PARENTS {
            let Some(above) = parent.as_ref().and_then(|parent| declarative.declared(vm, parent)) else { break };
            if declared.sources.iter().any(|source| names_itself(source)) {
                for source in &above.sources {
                    columns::cascading(vm, class, source, &mut reading.columns);
                }
            }
            parent.clone_from(&above.parent);
        }
        if declared.has_unknown_base {
            reading.columns.known = false;
        }
    }
    let arguments = declared.sources.iter().find_map(|source| source.own("__table_args__"));
    let arguments = arguments.and_then(|value| called(vm, &value, class));
    if let Some(arguments) = &arguments {
        reading.table_args(arguments);
    }
    owned.extend(class.names().iter().filter_map(|name| class.own(name)).flat_map(|value| addresses(&value)));
    reading.beside(&path, &beside.declared_of(owned.into_iter()), class.def.name_span);
    if reading.name.is_none() {
        reading.name = table_name(vm, declarative, class, declared, reading.has_primary_key(), PARENTS);
        let is_own = reading.name.is_some() && declared.sources.iter().any(|source| names_itself(source));
        if let (Some(name), true) = (&mut reading.name, is_own || declared.parent.is_none()) {
            name.schema = reading.schema.take().or_else(|| reading.naming.schema.clone());
        }
    }
    let has_table_name = reading.name.is_some() || declared.sources.iter().any(|source| names_itself(source));
    if !has_table_name && !declared.has_unknown_base && declared.style == Style::Plain {
        return None;
    }
    Some(reading.finish(Some(class.def.name.clone()), Location { path, span: class.def.name_span }))
}

/// The model of a `Table(...)` that no class maps.
pub(super) fn of_table(path: &Arc<str>, table: &Rc<Object>, meta: &Meta, beside: &Beside) -> Model {
    let mut reading = Reading::new(meta);
    let value = Value::Object(table.clone());
    reading.own_table(path, &value);
    reading.beside(path, &beside.declared_of(addresses(&value).into_iter()), table.span);
    reading.finish(None, Location { path: path.clone(), span: table.span })
}

/// A call, and those of a table's columns or of what holds a column, by where they lie.
fn addresses(value: &Value) -> Vec<usize> {
    let Value::Object(object) = value else { return Vec::new() };
    let inner = object.arguments.positional.iter().filter_map(|argument| match argument {
        Value::Object(inner) if schema_item::column(argument).is_some() => Some(address(inner)),
        _ => None,
    });
    std::iter::once(address(object)).chain(inner).collect()
}

fn names_itself(class: &Class) -> bool {
    class.own("__tablename__").is_some_and(|value| !matches!(value, Value::None)) || class.own("__table__").is_some()
}

/// A declared attribute: what it is, or what its `declared_attr` function returns for the class.
pub(super) fn called(vm: &mut Vm<'_>, value: &Value, class: &Rc<Class>) -> Option<Value> {
    match value {
        Value::None => None,
        Value::Function(function) => {
            let bound = Value::Function(Rc::new(Function {
                def: function.def.clone(),
                scope: function.scope.clone(),
                receiver: Some(Value::Class(class.clone())),
                defaults: function.defaults.clone(),
                kind: function.kind,
            }));
            let file = function.scope.file().clone();
            Some(vm.call(&bound, Arguments::default(), &file, function.def.name_span))
        }
        value => Some(value.clone()),
    }
}

fn table_name(
    vm: &mut Vm<'_>,
    declarative: &mut Declarative,
    class: &Rc<Class>,
    declared: &Declared,
    has_primary_key: bool,
    parents: usize,
) -> Option<TableName> {
    let parents = parents.checked_sub(1)?;
    for source in &declared.sources {
        match source.own("__tablename__") {
            None => {}
            // `__tablename__ = None` asks for the parent's table.
            Some(Value::None) => break,
            Some(value) => {
                let value = called(vm, &value, class)?;
                if matches!(value, Value::None) {
                    break;
                }
                return Some(schema_item::table_name(&value, None)).filter(|table| table.name.known().is_some());
            }
        }
    }
    let of_parent = |vm: &mut Vm<'_>, declarative: &mut Declarative| {
        let parent = declared.parent.as_ref()?;
        let declared = declarative.declared(vm, parent)?;
        of_class_name(vm, declarative, parent, &declared, parents)
    };
    match (declared.style, &declared.parent) {
        (Style::SqlModel, _) => Some(TableName::new(&class.def.name.to_lowercase())),
        (Style::Flask, None) => Some(TableName::new(&camel_to_snake_case(&class.def.name))),
        (Style::Flask, Some(_)) if has_primary_key => Some(TableName::new(&camel_to_snake_case(&class.def.name))),
        (Style::AdvancedAlchemy, None) => Some(TableName::new(&snake_case(&class.def.name))),
        (_, Some(parent)) => {
            // A parent's `declared_attr` names the table of each child anew.
            let parent_declared = declarative.declared(vm, parent)?;
            let inherited = parent_declared.sources.iter().find_map(|source| source.own("__tablename__"));
            if let Some(Value::Function(_)) = &inherited
                && has_primary_key
            {
                let value = called(vm, &inherited?, class)?;
                return Some(schema_item::table_name(&value, None)).filter(|table| table.name.known().is_some());
            }
            of_parent(vm, declarative)
        }
        _ => None,
    }
}

fn of_class_name(
    vm: &mut Vm<'_>,
    declarative: &mut Declarative,
    class: &Rc<Class>,
    declared: &Declared,
    parents: usize,
) -> Option<TableName> {
    let mut reading = Reading::new(&declared.meta);
    if let Some(table) = class.own("__table__").and_then(|value| called(vm, &value, class)) {
        reading.own_table(class.scope.file(), &table);
        return reading.name;
    }
    let arguments = declared.sources.iter().find_map(|source| source.own("__table_args__"));
    if let Some(arguments) = arguments.and_then(|value| called(vm, &value, class)) {
        reading.table_args(&arguments);
    }
    if declared.parent.is_some() {
        for source in &declared.sources {
            columns::of_source(vm, class, source, declared.style == Style::SqlModel, &mut reading.columns);
        }
    }
    let has_primary_key = declared.parent.is_none() || reading.has_primary_key();
    let mut name = table_name(vm, declarative, class, declared, has_primary_key, parents)?;
    if name.schema.is_none() {
        name.schema = reading.schema.or(reading.naming.schema);
    }
    Some(name)
}

/// `flask_sqlalchemy.model.camel_to_snake_case`
pub(super) fn camel_to_snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let starts_word = c.is_uppercase()
            && before.is_some_and(|before| {
                *before != '_' && (!before.is_uppercase() || chars.get(at + 1).is_some_and(|next| next.is_lowercase()))
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake.trim_start_matches('_').to_owned()
}

/// advanced-alchemy's `((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))` to `_\1`.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after_small = before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        let before_small = at > 0 && chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// A table while it is put together.
struct Reading {
    naming: Naming,
    name: Option<TableName>,
    schema: Option<Name>,
    columns: Read,
    indexes: Vec<Index>,
    constraints: Vec<Constraint>,
    /// The calls that were read.
    items: HashSet<usize>,
}

impl Reading {
    fn new(meta: &Meta) -> Self {
        Self {
            naming: Naming::of(meta.call.as_deref()),
            name: None,
            schema: None,
            columns: Read { known: true, ..Read::default() },
            indexes: Vec::new(),
            constraints: Vec::new(),
            items: HashSet::new(),
        }
    }

    fn has_primary_key(&self) -> bool {
        self.columns.columns.iter().any(|column| column.column.primary_key)
            || self.constraints.iter().any(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
    }

    /// `Table("name", metadata, …)`
    fn own_table(&mut self, path: &Arc<str>, table: &Value) {
        let Value::Object(object) = table else {
            self.columns.known = false;
            return;
        };
        // `Table(...).alias()`, a join or a select: another room's business.
        if last_part(&object.path) != "Table" {
            self.columns.known = false;
            return;
        }
        let arguments = &object.arguments;
        let schema = arguments.keyword("schema");
        if let Some(name) = arguments.get(0, "name") {
            let mut table = match name.as_str() {
                // A key of `metadata.tables`.
                Some(key) if arguments.open && schema.is_none() => schema_item::dotted_table_name(key),
                _ => schema_item::table_name(name, schema),
            };
            if table.schema.is_none() && schema.is_none() {
                table.schema.clone_from(&self.naming.schema);
            }
            self.name = Some(table).filter(|table| table.name.known().is_some());
        }
        let is_reflected = ["autoload_with", "autoload"].iter().any(|name| arguments.keyword(name).is_some());
        self.columns.known &= !arguments.open && !is_reflected;
        // `db.Table("name", Column(...))` needs no metadata. Indexes and constraints name columns that may come after them.
        let (columns, others): (Vec<&Value>, Vec<&Value>) =
            arguments.positional.iter().skip(1).partition(|item| schema_item::column(item).is_some());
        for item in columns.into_iter().chain(others) {
            self.item(path, item, object.span);
        }
    }

    /// What is declared beside the class or table.
    fn beside(&mut self, path: &Arc<str>, items: &[Value], span: Span) {
        for item in items {
            if let Value::Object(object) = item
                && !self.items.contains(&address(object))
            {
                self.item(path, item, span);
            }
        }
    }

    fn item(&mut self, path: &Arc<str>, item: &Value, span: Span) {
        if self.constraint_or_index(item) {
            return;
        }
        if let Some(column) = columns::column_of(item, None) {
            let span = match item {
                Value::Object(object) => object.span,
                _ => span,
            };
            let location = Location { path: path.clone(), span };
            self.columns.push(key_of(item).as_ref(), Some(item), ModelColumn { column, location });
            return;
        }
        self.columns.known &= match item {
            Value::Object(object) => matches!(last_part(&object.path), "MetaData" | "Comment"),
            Value::Attribute(attribute) => *attribute.1 == *"metadata",
            Value::External(path) => path.ends_with("metadata"),
            Value::Instance(_) => true,
            _ => false,
        };
    }

    fn constraint_or_index(&mut self, item: &Value) -> bool {
        let Value::Object(object) = item else { return false };
        if let Some(mut index) = schema_item::index(item) {
            let is_named = object.arguments.keyword("name").is_some();
            self.name_columns(object, usize::from(!is_named), index.columns.as_mut());
            self.indexes.push(index);
        } else if let Some(mut constraint) = schema_item::constraint(item) {
            if matches!(constraint.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique) {
                self.name_columns(object, 0, constraint.columns.as_mut());
            }
            self.constraints.push(constraint);
        } else {
            return false;
        }
        self.items.insert(address(object));
        true
    }

    /// The names of columns that an index or constraint gives as such: `Index("name", mail)`, `User.mail`, `users.c.mail`.
    fn name_columns(&self, object: &Object, skip: usize, columns: Option<&mut Vec<Name>>) {
        let given = object.arguments.positional.iter().skip(skip);
        for (column, given) in columns.into_iter().flatten().zip(given) {
            let name = match given {
                Value::Object(call) => self.columns.by_call.get(&address(call)),
                Value::Attribute(attribute) => self.columns.by_attribute.get(&attribute.1),
                _ => None,
            };
            if let Some(name) = name {
                column.clone_from(name);
            }
        }
    }

    /// `__table_args__`: constraints and indexes, and a dict of options at the end or alone.
    fn table_args(&mut self, arguments: &Value) {
        match arguments {
            Value::Dict(entries) => {
                for (key, value) in &entries.borrow().values {
                    if key.as_str().is_some_and(|key| **key == *"schema") && !matches!(value, Value::None) {
                        self.schema = Some(schema_item::name(value));
                    }
                }
            }
            Value::Tuple(items) => items.iter().for_each(|item| self.table_arg(item)),
            Value::List(items) => items.borrow().values.iter().for_each(|item| self.table_arg(item)),
            // `tuple(items) + (options,) if items else options`: the options are the same.
            Value::OneOf(values) => {
                for options in values.iter().filter(|value| matches!(value, Value::Dict(_))) {
                    self.table_args(options);
                }
            }
            _ => {}
        }
    }

    fn table_arg(&mut self, item: &Value) {
        if let Value::Dict(_) = item {
            self.table_args(item);
        } else {
            self.constraint_or_index(item);
        }
    }

    fn finish(mut self, class: Option<Arc<str>>, location: Location) -> Model {
        let mut seen = HashSet::new();
        self.columns.columns.retain(|column| match &column.column.name {
            Name::Known(name) => seen.insert(name.clone()),
            Name::Unknown => true,
        });
        self.columns.known &= self.columns.columns.iter().all(|column| column.column.name != Name::Unknown);
        let table = self.name;
        for ModelColumn { column, .. } in &self.columns.columns {
            let columns = Some(vec![column.name.clone()]);
            if column.index {
                self.indexes.push(Index { name: None, unique: column.unique, columns });
            } else if column.unique {
                self.constraints.push(Constraint {
                    name: None,
                    kind: ConstraintKind::Unique,
                    columns,
                    refers_to: None,
                });
            }
        }
        for index in &mut self.indexes {
            if index.name.is_none() {
                index.name = Some(self.naming.index(table.as_ref(), index.columns.as_deref()));
            }
        }
        for constraint in &mut self.constraints {
            let given = constraint.name.take();
            constraint.name = self.naming.constraint(table.as_ref(), constraint, given);
        }
        Model {
            class,
            module: "".into(),
            location,
            table,
            columns: self.columns.columns,
            columns_known: self.columns.known,
            indexes: self.indexes,
            constraints: self.constraints,
            registered: Registered::Yes,
        }
    }
}

/// What a table's column is called in Python: its `key`, else its name.
fn key_of(column: &Value) -> Option<Arc<str>> {
    let Value::Object(object) = column else { return None };
    match object.arguments.keyword("key") {
        Some(key) => key.as_str().cloned(),
        None => schema_item::column(column)?.name.known().map(Into::into),
    }
}

/// The statement's target as a name.
fn target_name(target: &Expr) -> Option<&Arc<str>> {
    match &target.kind {
        ExprKind::Name(name) => Some(name),
        _ => None,
    }
}

/// An attribute that a class body makes.
pub(super) struct Attribute {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) annotation: Option<Expr>,
    /// Whether it is given a value, and not only an annotation.
    pub(super) has_value: bool,
}

/// The attributes that a class body makes, in order; nested blocks included.
pub(super) fn attributes(class: &Class) -> Vec<Attribute> {
    fn suite(body: &[Stmt], found: &mut Vec<Attribute>) {
        for statement in body {
            match &statement.kind {
                StmtKind::Assign { targets, .. } => found.extend(targets.iter().filter_map(|target| {
                    let name = target_name(target)?.clone();
                    Some(Attribute { name, span: target.span, annotation: None, has_value: true })
                })),
                StmtKind::AnnAssign { target, annotation, value } => {
                    found.extend(target_name(target).map(|name| Attribute {
                        name: name.clone(),
                        span: target.span,
                        annotation: Some(annotation.clone()),
                        has_value: value.is_some(),
                    }));
                }
                StmtKind::FunctionDef(def) => found.push(Attribute {
                    name: def.name.clone(),
                    span: def.name_span,
                    annotation: None,
                    has_value: true,
                }),
                kind => kind.suites().into_iter().for_each(|inner| suite(inner, found)),
            }
        }
    }
    let mut found = Vec::new();
    suite(&class.def.body, &mut found);
    let known: HashSet<Arc<str>> = found.iter().map(|attribute| attribute.name.clone()).collect();
    let others = class.names().into_iter().filter(|name| !known.contains(name));
    let span = class.def.name_span;
    found.extend(others.map(|name| Attribute { name, span, annotation: None, has_value: true }));
    found
}
