//! What SQLAlchemy's declarations, Alembic's configuration and module discovery do when they run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::UnknownReach;
use super::declarative::{Declarative, Key};
use crate::git::parent;
use crate::migration::operation::Location;
use crate::migration::schema_item::{call_of, last_part};
use crate::python::ModuleFile;
use crate::python::interpreter::{Call, CallSite, Host, Interpreter};
use crate::python::modules::find_at;
use crate::python::syntax::{Name, Span};
use crate::python::value::{Arguments, Class, HOLE, Object, ROOT, Value};

/// Modules that one call of `walk_packages` may yield.
const MODULES: usize = 20_000;

/// How many calls may stand between a program and what it is answerable for: deeper down its application loads plugins.
const HELPERS: usize = 5;

/// The interpreter that reads models.
pub(super) type Vm<'s> = Interpreter<'s, Recorder>;

/// The tables that some metadata objects have for as long as a filter is asked.
pub(super) struct Asked {
    pub targets: Rc<BTreeSet<Key>>,
    pub tables: Vec<Value>,
}

/// Everything of interest that has run.
#[derive(Default)]
pub(super) struct Recorder {
    /// Options of the environment's section.
    pub options: BTreeMap<String, String>,
    pub classes: Vec<Rc<Class>>,
    /// `Table(...)` calls, with the file that makes them.
    pub tables: Vec<(Arc<str>, Rc<Object>)>,
    /// `Index(...)` calls: those of a class or table among them.
    pub indexes: Vec<Rc<Object>>,
    /// Classes and the tables that they are mapped to by a call.
    pub mapped: Vec<(Rc<Class>, Rc<Object>)>,
    /// What is added to a table after it was made, and to which.
    pub appended: Vec<(Value, Value)>,
    /// The arguments of each `context.configure(...)`.
    pub configured: Vec<Arguments>,
    /// Dotted names that were imported by a call.
    pub imports: BTreeSet<String>,
    /// Files that were loaded by their path.
    pub loads: BTreeSet<Arc<str>>,
    /// Metadata whose tables were asked for, and where tables were copied to.
    pub table_reads: Vec<Value>,
    pub copied_to: Vec<Value>,
    /// What the tables of a metadata are, while a filter is asked.
    pub asked: Option<Asked>,
    /// The databases given to `Migrate(app, db)`.
    pub migrated: Vec<Value>,
    /// Whether something could not be followed to its end.
    pub is_cut: bool,
    /// Whether it is a program that was started: a function that it gives away counts as called.
    pub is_started: bool,
    /// The file on whose account code runs, while unknown imports count.
    pub running: Option<Arc<str>>,
    pub unknowns: Vec<UnknownReach>,
}

impl Recorder {
    fn unknown(&mut self, sites: &[CallSite], why: &str, covers: String) {
        let Some(first) = sites.first().filter(|_| sites.len() <= HELPERS) else { return };
        // What a module that was only imported does is its own affair: a plugin loader makes nothing unknown.
        if self.running.as_ref() != Some(&first.path) {
            return;
        }
        let location = Location { path: first.path.clone(), span: first.span };
        let unknown = UnknownReach { location, why: why.into(), covers: covers.into() };
        if !self.unknowns.contains(&unknown) && self.unknowns.len() < 1_000 {
            self.unknowns.push(unknown);
        }
    }
}

impl Host for Recorder {
    fn call(vm: &mut Vm<'_>, call: &Call) -> Option<Value> {
        let path = call.callee.path();
        let name = last_part(&path);
        let arguments = &call.arguments;
        match name {
            "Table" if is_library(&call.callee) => {
                let object = object(call, &path);
                let file = vm.sites.last().map_or_else(|| "".into(), |site| site.path.clone());
                vm.host.tables.push((file, object.clone()));
                Some(Value::Object(object))
            }
            "Index" if is_library(&call.callee) => {
                let object = object(call, &path);
                vm.host.indexes.push(object.clone());
                Some(Value::Object(object))
            }
            "append_column" | "append_constraint" => {
                if let (Value::Attribute(attribute), Some(item)) = (&call.callee, arguments.positional.first()) {
                    vm.host.appended.push((attribute.0.clone(), item.clone()));
                }
                None
            }
            "map_imperatively" | "mapper" => {
                if let (Some(Value::Class(class)), Some(Value::Object(table))) =
                    (arguments.get(0, "class_"), arguments.get(1, "local_table"))
                {
                    vm.host.mapped.push((class.clone(), table.clone()));
                }
                None
            }
            "configure" if arguments.keyword("target_metadata").is_some() || &*path == "alembic.context.configure" => {
                vm.host.configured.push(arguments.clone());
                Some(Value::None)
            }
            "get_main_option" => option(vm, arguments.get(0, "name")?, arguments.get(1, "default")),
            "get_section_option" => option(vm, arguments.get(1, "name")?, arguments.get(2, "default")),
            "walk_packages" | "iter_modules" if is_library(&call.callee) => {
                Some(modules(vm, arguments, name == "walk_packages"))
            }
            "find_modules" if path.starts_with("werkzeug") => Some(find_modules(vm, arguments)),
            "import_string" if path.starts_with("werkzeug") || path.starts_with("django") => {
                let text = arguments.get(0, "import_name")?.as_text()?;
                let module = text.split(':').next().unwrap_or_default().to_owned();
                Self::import_called(vm, &module);
                // The last part may be a name inside of the module.
                if let Some((module, _)) = module.rsplit_once('.') {
                    vm.host.imports.insert(module.to_owned());
                }
                None
            }
            "sub" if &*path == "re.sub" => {
                substituted(arguments.get(0, "pattern"), arguments.get(1, "repl"), arguments.get(2, "string"))
            }
            "sub" if &*path == "re.compile().sub" => match &call.callee {
                Value::Attribute(attribute) => match &attribute.0 {
                    Value::Object(pattern) => substituted(
                        pattern.arguments.get(0, "pattern"),
                        arguments.get(0, "repl"),
                        arguments.get(1, "string"),
                    ),
                    _ => None,
                },
                _ => None,
            },
            "load_module" if !arguments.positional.is_empty() => {
                load_module(vm, arguments);
                None
            }
            "spec_from_file_location" | "SourceFileLoader" | "load_source" => {
                load(vm, arguments.get(1, "location").or_else(|| arguments.keyword("path")));
                None
            }
            "run_path" => {
                load(vm, arguments.get(0, "path_name"));
                None
            }
            "load" if path.contains("entry_points") => {
                let sites = vm.sites.clone();
                vm.host.unknown(&sites, "it loads the entry points of installed packages", String::new());
                None
            }
            "to_metadata" | "tometadata" => {
                vm.host.copied_to.extend(arguments.get(0, "metadata").cloned());
                None
            }
            // What it does itself.
            "_add_table" => {
                if let Value::Attribute(method) = &call.callee {
                    vm.host.copied_to.push(method.0.clone());
                }
                None
            }
            "Migrate" => {
                vm.host.migrated.extend(arguments.get(1, "db").cloned());
                None
            }
            "init_app" if path.contains("Migrate()") => {
                vm.host.migrated.extend(arguments.get(1, "db").cloned());
                None
            }
            _ => None,
        }
    }

    fn attribute(vm: &mut Vm<'_>, value: &Value, name: &Name) -> Option<Value> {
        match (value, &**name) {
            // `pkgutil.ModuleInfo(module_finder, name, ispkg)`
            (Value::Tuple(parts), "name") if parts.len() == 3 => parts.get(1).cloned(),
            (Value::Tuple(parts), "ispkg") if parts.len() == 3 => parts.get(2).cloned(),
            (Value::Namespace(folder), "__path__") => Some(Value::list(vec![Value::str(format!("{ROOT}/{folder}"))])),
            (_, "tables") if vm.host.asked.is_some() => asked_tables(vm, value),
            (_, "tables" | "sorted_tables") => {
                vm.host.table_reads.push(value.clone());
                None
            }
            _ => None,
        }
    }

    /// A mapped class has a column of its own for each of its mixins'.
    fn inherited(_: &mut Vm<'_>, class: &Rc<Class>, name: &Name, value: Value) -> Value {
        match call_of(&value, &["Column", "mapped_column"]) {
            Some(_) => Value::Attribute(Rc::new((Value::Class(class.clone()), name.clone()))),
            None => value,
        }
    }

    fn item(_: &mut Vm<'_>, value: &Value, index: &Value) -> Option<Value> {
        match value {
            // `Annotated[int, mapped_column(...)]` is kept as if it were called.
            Value::External(path) if matches!(last_part(path), "Annotated" | "Optional") => {
                let positional = match index {
                    Value::Tuple(items) => items.to_vec(),
                    index => vec![index.clone()],
                };
                let arguments = Arguments { positional, ..Arguments::default() };
                let (callee, path) = (value.clone(), path.clone());
                Some(Value::Object(Rc::new(Object { callee, arguments, path, span: Span::default() })))
            }
            // `Base.metadata.tables["users"]`, with columns of which nothing more is said.
            Value::Attribute(attribute) if matches!((&*attribute.1, index), ("tables", Value::Str(_))) => {
                let arguments = Arguments { positional: vec![index.clone()], open: true, ..Arguments::default() };
                let (callee, path) = (Value::External("sqlalchemy.Table".into()), "sqlalchemy.Table".into());
                Some(Value::Object(Rc::new(Object { callee, arguments, path, span: Span::default() })))
            }
            // `users.c["mail"]`
            Value::Attribute(attribute) if matches!(&*attribute.1, "c" | "columns") => {
                Some(Value::Attribute(Rc::new((value.clone(), index.as_str()?.clone()))))
            }
            _ => None,
        }
    }

    fn unreadable(vm: &mut Vm<'_>, _: &str, _: &str) {
        vm.host.is_cut |= vm.is_own();
    }

    fn calls_what_is_given(vm: &Vm<'_>) -> bool {
        vm.host.is_started && vm.host.running.as_ref() == vm.sites.first().map(|site| &site.path)
    }

    fn class(vm: &mut Vm<'_>, class: &Rc<Class>) {
        // A function that may not be called at all may make none.
        if !(class.is_local() && vm.is_conditional()) {
            vm.host.classes.push(class.clone());
        }
    }

    fn import_called(vm: &mut Vm<'_>, name: &str) {
        match name.find(HOLE) {
            None => {
                vm.host.imports.insert(name.to_owned());
            }
            Some(at) => {
                let package = name[..at].rsplit_once('.').map_or("", |(package, _)| package).to_owned();
                let sites = vm.sites.clone();
                vm.host.unknown(&sites, "it imports a module whose name cannot be known", package);
            }
        }
    }
}

/// `target_metadata.tables`, as a filter finds it.
fn asked_tables(vm: &mut Vm<'_>, metadata: &Value) -> Option<Value> {
    let meta = Declarative::default().meta(vm, metadata)?;
    let asked = vm.host.asked.as_ref().filter(|asked| asked.targets.contains(&meta.key))?;
    let table = |name: &Value| (name.clone(), Value::unknown("a table of a model"));
    Some(Value::dict(asked.tables.iter().map(table).collect()))
}

fn object(call: &Call, path: &Arc<str>) -> Rc<Object> {
    let (callee, arguments) = (call.callee.clone(), call.arguments.clone());
    Rc::new(Object { callee, arguments, path: path.clone(), span: call.span })
}

fn is_library(callee: &Value) -> bool {
    match callee {
        Value::External(path) => !path.starts_with("builtins."),
        // `db.Table`
        Value::Attribute(_) => true,
        _ => false,
    }
}

fn option(vm: &mut Vm<'_>, name: &Value, default: Option<&Value>) -> Option<Value> {
    let name = name.as_str()?;
    match vm.host.options.get(&**name) {
        Some(value) => Some(Value::str(value.as_str())),
        None => default.cloned(),
    }
}

/// `re.sub` with a pattern that is one literal, one set of characters or a run of the set, as helpers turn paths into module names.
fn substituted(pattern: Option<&Value>, by: Option<&Value>, text: Option<&Value>) -> Option<Value> {
    let (pattern, by, text) = (pattern?.as_str()?, by?.as_str()?, text?);
    let (Value::Str(text) | Value::Path(text)) = text else { return None };
    if text.contains(HOLE) || by.contains('\\') {
        return None;
    }
    let (set, is_run) = pattern.strip_suffix('+').map_or((&**pattern, false), |set| (set, true));
    let set = set.strip_prefix('[').and_then(|set| set.strip_suffix(']'));
    let (inside, is_set) = set.map_or((&**pattern, false), |set| (set, true));
    let mut characters = Vec::new();
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => characters.push(rest.next().filter(|escaped| !escaped.is_alphanumeric())?),
            '^' | '-' | '[' | ']' => return None,
            '.' | '*' | '+' | '?' | '(' | ')' | '{' | '}' | '|' | '$' if !is_set => return None,
            character => characters.push(character),
        }
    }
    if characters.is_empty() {
        return None;
    }
    if !is_set {
        return Some(Value::str(text.replace(&characters.into_iter().collect::<String>(), by)));
    }
    let mut replaced = String::new();
    let mut is_inside = false;
    for character in text.chars() {
        let is_found = characters.contains(&character);
        match is_found {
            true if is_run && is_inside => {}
            true => replaced.push_str(by),
            false => replaced.push(character),
        }
        is_inside = is_found;
    }
    Some(Value::str(replaced))
}

/// What `pkgutil.walk_packages(path, prefix)` yields, or `iter_modules`.
fn modules(vm: &mut Vm<'_>, arguments: &Arguments, is_deep: bool) -> Value {
    let prefix = match arguments.get(1, "prefix") {
        None => "".into(),
        Some(prefix) => prefix.as_text().unwrap_or_else(|| String::from(HOLE).into()),
    };
    let Some(folders) = arguments.get(0, "path").and_then(folders_of) else {
        let covers = prefix.find(HOLE).map_or(&*prefix, |at| &prefix[..at]).trim_end_matches('.').to_owned();
        let sites = vm.sites.clone();
        vm.host.unknown(&sites, "it walks over packages that cannot be known", covers);
        return Value::unknown("the modules of a package");
    };
    let mut found = Vec::new();
    for folder in folders {
        walk(vm, &folder, &prefix, is_deep, &mut found);
    }
    Value::list(
        found
            .into_iter()
            .map(|(name, is_package)| {
                Value::Tuple([Value::unknown("a finder"), Value::str(name), Value::Bool(is_package)].into())
            })
            .collect(),
    )
}

/// The folders of the snapshot in a `__path__`.
fn folders_of(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| {
        let (Value::Str(text) | Value::Path(text)) = value else { return None };
        let inside = text.strip_prefix(ROOT)?.trim_start_matches('/');
        (!inside.contains(HOLE)).then(|| crate::git::join("", inside)).flatten()
    };
    match value {
        Value::List(items) => {
            let items = items.borrow();
            if items.open {
                return None;
            }
            items.values.iter().map(one).collect()
        }
        Value::Tuple(items) => items.iter().map(one).collect(),
        // A text is a mistake of the caller's that yields nothing, but some libraries take it.
        value => one(value).map(|folder| vec![folder]),
    }
}

fn walk(vm: &mut Vm<'_>, folder: &str, prefix: &str, is_deep: bool, found: &mut Vec<(String, bool)>) {
    for name in vm.sources.files.list(folder) {
        // Links can make a package that holds itself.
        if found.len() >= MODULES || prefix.len() > 1_000 {
            return;
        }
        let stem = name.strip_suffix(".py").unwrap_or(&name);
        if stem == "__init__" || stem.contains('.') {
            continue;
        }
        let base = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
        match find_at(&vm.sources.files, &base) {
            Some(ModuleFile::Package(path)) => {
                let dotted = format!("{prefix}{stem}");
                found.push((dotted.clone(), true));
                if is_deep {
                    // It imports each package to ask for its `__path__`.
                    Recorder::import_called(vm, &dotted);
                    let inner = parent(&path).to_owned();
                    walk(vm, &inner, &format!("{dotted}."), true, found);
                }
            }
            Some(ModuleFile::Module(_)) if name.strip_suffix(".py").is_some() => {
                found.push((format!("{prefix}{stem}"), false));
            }
            // `pkgutil` does not see namespace packages.
            _ => {}
        }
    }
}

/// `werkzeug.utils.find_modules(import_path, include_packages=False, recursive=False)`
fn find_modules(vm: &mut Vm<'_>, arguments: &Arguments) -> Value {
    let package = arguments.get(0, "import_path").and_then(|value| value.as_str().cloned());
    let Some(package) = package else {
        let sites = vm.sites.clone();
        vm.host.unknown(&sites, "it looks for modules in a package that cannot be known", String::new());
        return Value::unknown("the modules of a package");
    };
    let is_true = |at, name| arguments.get(at, name).and_then(Value::truth) == Some(true);
    let (with_packages, is_deep) = (is_true(1, "include_packages"), is_true(2, "recursive"));
    vm.host.imports.insert(package.to_string());
    let folder = vm.find_module(&package).and_then(|module| module.folder().map(str::to_owned));
    let mut found = Vec::new();
    if let Some(folder) = folder {
        walk(vm, &folder, &format!("{package}."), is_deep, &mut found);
    }
    found.retain(|(_, is_package)| with_packages || !is_package);
    Value::list(found.into_iter().map(|(name, _)| Value::str(name)).collect())
}

/// `loader.load_module("package.module")`, as what `walk_packages` yields can find one.
fn load_module(vm: &mut Vm<'_>, arguments: &Arguments) {
    for name in arguments.positional.first().map_or(&[][..], Value::alternatives) {
        let name = name.as_text().unwrap_or_else(|| String::from(HOLE).into());
        if name.contains(HOLE) || vm.find_module(&name).is_some() {
            Recorder::import_called(vm, &name);
        } else {
            // The loader knows a folder that is no root of imports.
            let sites = vm.sites.clone();
            vm.host.unknown(&sites, "it loads a module that only its loader can find", String::new());
        }
    }
}

/// A file is loaded by its path.
fn load(vm: &mut Vm<'_>, path: Option<&Value>) {
    for path in path.map_or(&[][..], Value::alternatives) {
        let text = match path {
            Value::Str(text) | Value::Path(text) => text.clone(),
            _ => String::from(HOLE).into(),
        };
        let inside = text.strip_prefix(ROOT).map(|inside| inside.trim_start_matches('/').to_owned());
        match inside {
            Some(inside) if !inside.contains(HOLE) => {
                if let Some(entry) =
                    crate::git::join("", &inside).and_then(|path| vm.sources.files.entry(&path).cloned())
                {
                    vm.host.loads.insert(entry.path);
                }
            }
            inside => {
                let known = inside.as_deref().and_then(|inside| inside.split(HOLE).next()).unwrap_or_default();
                let covers = format!("/{}", parent(known));
                let sites = vm.sites.clone();
                vm.host.unknown(&sites, "it loads a file whose path cannot be known", covers);
            }
        }
    }
}
