//! Modules of the project: which file a name leads to, and its names, evaluated when they are asked for.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::statements::bind;
use super::{Host, IMPORT_STEPS, Interpreter, ModuleState};
use crate::git::parent;
use crate::python::modules::{self, ModuleFile};
use crate::python::syntax::{Alias, Expr, ExprKind, ImportFrom, Name, Stmt, StmtKind};
use crate::python::value::{ROOT, Scope, Value};

/// Alembic's own submodules. A folder of the project that is called `alembic` is a namespace package at most, and
/// Python prefers the installed package to that (PEP 420); what lies in the folder and is none of these is the project's.
const ALEMBIC: [&str; 12] = [
    "op",
    "context",
    "operations",
    "script",
    "config",
    "runtime",
    "autogenerate",
    "command",
    "ddl",
    "util",
    "migration",
    "environment",
];

/// Steps of one module-level statement whose cost is its own: a class with a thousand columns needs 30,000.
const STATEMENT: usize = 200_000;

impl<H: Host> Interpreter<'_, H> {
    /// The module of a dotted name, as `importlib.import_module` returns it.
    pub(super) fn import(&mut self, dotted: &str) -> Value {
        let mut parts = dotted.split('.');
        let (first, second) = (parts.next().unwrap_or(""), parts.next());
        let is_library = match first {
            "sqlalchemy" | "builtins" => true,
            "alembic" => second.is_none_or(|second| ALEMBIC.contains(&second)),
            _ => false,
        };
        if is_library {
            return Value::External(dotted.into());
        }
        match self.roots.find(&self.sources.files, dotted) {
            Some(module) => module_value(module),
            None => Value::External(dotted.into()),
        }
    }

    /// The module that a statement of a file means by a dotted name.
    fn import_in(&mut self, dotted: &str, file: &str) -> Value {
        let found = self.import(dotted);
        match &found {
            Value::Module(path) if !modules::is_in_top_package(file, dotted, path) => {
                modules::find_beside(&self.sources.files, file, dotted).map_or(found, module_value)
            }
            _ => found,
        }
    }

    pub(super) fn import_statement(&mut self, names: &[Alias], scope: &Scope) {
        for alias in names {
            let value = match &alias.asname {
                Some(_) => self.import_in(&alias.name, scope.file()),
                // `import a.b` binds `a`.
                None => self.import_in(alias.name.split('.').next().unwrap_or_default(), scope.file()),
            };
            let name = alias.asname.clone().unwrap_or_else(|| alias.name.split('.').next().unwrap_or_default().into());
            bind(scope, &name, value);
        }
    }

    pub(super) fn import_from(&mut self, import: &ImportFrom, scope: &Scope) {
        let module = self.import_source(import, scope.file());
        for alias in &import.names {
            if *alias.name == *"*" {
                if !scope.is_module() {
                    continue;
                }
                for name in self.exports(&module) {
                    let value = self.attribute(&module, &name);
                    bind(scope, &name, value);
                }
                continue;
            }
            let value = self.attribute(&module, &alias.name);
            bind(scope, alias.asname.as_ref().unwrap_or(&alias.name), value);
        }
    }

    /// The module that a `from` names.
    fn import_source(&mut self, import: &ImportFrom, file: &Arc<str>) -> Value {
        if import.level == 0 {
            return self.import_in(&import.module, file);
        }
        let path = modules::relative_base(file, import.level, &import.module);
        match modules::find_at(&self.sources.files, &path) {
            Some(module) => module_value(module),
            None => Value::unknown(format!("module `{}{}`", ".".repeat(import.level as usize), import.module)),
        }
    }

    /// The names that `from module import *` brings.
    fn exports(&mut self, module: &Value) -> Vec<Name> {
        let Value::Module(path) = module else { return Vec::new() };
        if self.binds(path, "__all__")
            && let Some(all) = self.module_name(path, "__all__")
            && let Some((values, _)) = self.elements(&all)
        {
            return values.iter().filter_map(|value| value.as_str().cloned()).collect();
        }
        let mut names = self.globals(path);
        names.retain(|name| !name.starts_with('_'));
        names
    }

    pub(super) fn load(&mut self, path: &Arc<str>) {
        if self.modules.contains_key(path) {
            return;
        }
        let file = self.sources.file(path);
        let mut index: HashMap<Name, Vec<usize>> = HashMap::new();
        let mut stars = Vec::new();
        if let Some(file) = &file {
            let modules: HashSet<&str> = file
                .body
                .iter()
                .filter_map(|statement| match &statement.kind {
                    StmtKind::Import(aliases) => Some(aliases),
                    _ => None,
                })
                .flatten()
                .map(|alias| &**alias.asname.as_ref().unwrap_or(&alias.name))
                .collect();
            for (at, statement) in file.body.iter().enumerate() {
                let mut names = Vec::new();
                bound(statement, &mut names);
                for name in names {
                    if *name == *"*" {
                        stars.push(at);
                        continue;
                    }
                    // `sa.Index(…)` does not change `sa`.
                    if matches!(statement.kind, StmtKind::Expr(_)) && modules.contains(&*name) {
                        continue;
                    }
                    let statements = index.entry(name).or_default();
                    if statements.last() != Some(&at) {
                        statements.push(at);
                    }
                }
            }
        }
        let state = ModuleState {
            file,
            scope: Scope::module(path.clone()),
            index: Rc::new(index),
            done: HashSet::new(),
            stars,
            star_sources: None,
            exported: None,
            looking: HashSet::new(),
        };
        self.modules.insert(path.clone(), state);
    }

    /// Whether a module-level statement of a file binds a name.
    fn binds(&mut self, path: &Arc<str>, name: &str) -> bool {
        self.load(path);
        self.modules.get(path).is_some_and(|module| module.index.contains_key(name))
    }

    /// The scope of a module's own names.
    pub(super) fn module_scope(&mut self, path: &Arc<str>) -> Scope {
        self.load(path);
        self.modules.get(path).map_or_else(|| Scope::module(path.clone()), |module| module.scope.clone())
    }

    /// A module-level name: the statements that bind it run, in order, when it is first asked for.
    pub(super) fn module_name(&mut self, path: &Arc<str>, name: &str) -> Option<Value> {
        self.load(path);
        let module = self.modules.get_mut(path)?;
        let scope = module.scope.clone();
        if let Some(statements) = module.index.clone().get(name) {
            if !module.looking.insert(name.into()) {
                // The statements that make it are under way: what they have made so far is its value. In a package,
                // `from package import name` means the submodule until then.
                let submodule = path.strip_suffix("/__init__.py").and_then(|folder| self.submodule(folder, name));
                let made = scope.own(name).or(submodule);
                return Some(made.unwrap_or_else(|| Value::unknown(format!("`{name}`, while it is made"))));
            }
            let file = module.file.clone();
            for at in statements {
                let is_new = self.modules.get_mut(path).is_some_and(|module| module.done.insert(*at));
                if let Some(statement) = file.as_ref().and_then(|file| file.body.get(*at))
                    && is_new
                {
                    self.run_import(statement, &scope);
                }
            }
            if let Some(module) = self.modules.get_mut(path) {
                module.looking.remove(name);
            }
            let made = scope.own(name).or_else(|| self.lazy_name(path, name));
            return Some(made.unwrap_or_else(|| Value::unknown(format!("`{name}`"))));
        }
        match name {
            "__file__" => return Some(Value::str(format!("{ROOT}/{path}"))),
            "__name__" => return Some(Value::str(self.roots.names(path).first().map_or("", String::as_str))),
            "__package__" => {
                let names = self.roots.names(path);
                let name = names.first().map_or("", String::as_str);
                let is_package = path.ends_with("__init__.py");
                let package = if is_package { name } else { name.rsplit_once('.').map_or("", |(package, _)| package) };
                return Some(Value::str(package));
            }
            "__path__" if path.ends_with("__init__.py") => {
                return Some(Value::list(vec![Value::str(format!("{ROOT}/{}", parent(path)))]));
            }
            _ => {}
        }
        self.star_name(path, name).or_else(|| self.lazy_name(path, name))
    }

    /// What a module's specification says, which `find_spec()` hands out: the module stands for its own.
    pub(super) fn spec_attribute(&mut self, path: &Arc<str>, name: &str) -> Option<Value> {
        Some(match name {
            "__spec__" => Value::Module(path.clone()),
            "name" => self.module_name(path, "__name__")?,
            "parent" => self.module_name(path, "__package__")?,
            "origin" => self.module_name(path, "__file__")?,
            "submodule_search_locations" => self.module_name(path, "__path__").unwrap_or(Value::None),
            _ => return None,
        })
    }

    /// The module of the project that `sys.modules` has by a name, `importlib.util.find_spec` finds.
    pub(super) fn known_module(&mut self, name: &Value) -> Option<Value> {
        let name = name.as_str()?.clone();
        match self.import(&name) {
            module @ (Value::Module(_) | Value::Namespace(_)) => Some(module),
            _ => None,
        }
    }

    /// What a module that has a `__getattr__` of its own (PEP 562) tells type checkers that a name is.
    fn lazy_name(&mut self, path: &Arc<str>, name: &str) -> Option<Value> {
        if !self.binds(path, "__getattr__") {
            return None;
        }
        let file = self.modules.get(path)?.file.clone()?;
        let (import, taken) = file.body.iter().find_map(|statement| told_import(statement, name))?;
        // Modules that tell of each other in a circle have no such name.
        if !self.modules.get_mut(path)?.looking.insert(name.into()) {
            return None;
        }
        let module = self.import_source(import, path);
        let value = self.attribute(&module, taken);
        self.modules.get_mut(path)?.looking.remove(name);
        Some(value)
    }

    /// Imports and functions are left: they are made when their names are asked for.
    pub(super) fn run_all(&mut self, path: &Arc<str>, is_wanted: &dyn Fn(&Stmt) -> bool) {
        self.load(path);
        let Some(module) = self.modules.get(path) else { return };
        let (Some(file), scope) = (module.file.clone(), module.scope.clone()) else { return };
        for (at, statement) in file.body.iter().enumerate() {
            let is_lazy =
                matches!(statement.kind, StmtKind::Import(_) | StmtKind::ImportFrom(_) | StmtKind::FunctionDef(_));
            if is_lazy || !is_wanted(statement) {
                continue;
            }
            if self.modules.get_mut(path).is_some_and(|module| module.done.insert(at)) {
                self.run_import(statement, &scope);
            }
        }
    }

    /// A name that only a `from … import *` can have brought.
    fn star_name(&mut self, path: &Arc<str>, name: &str) -> Option<Value> {
        let module = self.modules.get_mut(path)?;
        if module.stars.is_empty() || !module.looking.insert(name.into()) {
            return None;
        }
        let mut found = None;
        let mut outside = None;
        // The last one wins.
        for source in self.star_sources(path).iter().rev() {
            match source {
                Value::Module(source) if self.is_exported(source, name) => {
                    found = self.module_name(source, name);
                    if found.is_some() {
                        break;
                    }
                }
                Value::External(library) => {
                    outside.get_or_insert_with(|| Value::External(format!("{library}.{name}").into()));
                }
                _ => {}
            }
        }
        if let Some(module) = self.modules.get_mut(path) {
            module.looking.remove(name);
        }
        // `from sqlalchemy import *` and a builtin of the same name: the builtin is the likelier one.
        found.or_else(|| outside.filter(|_| !super::builtins::is_builtin(name)))
    }

    /// The modules of a file's star imports, in order.
    fn star_sources(&mut self, path: &Arc<str>) -> Rc<Vec<Value>> {
        let Some(module) = self.modules.get(path) else { return Rc::default() };
        if let Some(sources) = &module.star_sources {
            return sources.clone();
        }
        let (file, stars) = (module.file.clone(), module.stars.clone());
        let mut imports = Vec::new();
        for statement in stars.iter().filter_map(|at| file.as_ref()?.body.get(*at)) {
            star_imports(statement, &mut imports);
        }
        let sources: Rc<Vec<Value>> = Rc::new(imports.iter().map(|import| self.import_source(import, path)).collect());
        if let Some(module) = self.modules.get_mut(path) {
            module.star_sources = Some(sources.clone());
        }
        sources
    }

    /// Whether `from module import *` brings a name, where the module has it.
    fn is_exported(&mut self, path: &Arc<str>, name: &str) -> bool {
        if !self.binds(path, "__all__") {
            return !name.starts_with('_');
        }
        let Some(module) = self.modules.get(path) else { return false };
        if let Some(exported) = &module.exported {
            return exported.contains(name);
        }
        // While `__all__` is made, what it will hold is not known yet.
        let is_made = !module.looking.contains("__all__");
        let exported: HashSet<Name> = self.exports(&Value::Module(path.clone())).into_iter().collect();
        let is_exported = exported.contains(name);
        if let Some(module) = self.modules.get_mut(path).filter(|_| is_made) {
            module.exported = Some(exported);
        }
        is_exported
    }

    fn run_import(&mut self, statement: &Stmt, scope: &Scope) {
        // Module-level code stands under no condition of whoever asks for its names.
        let conditions = std::mem::take(&mut self.conditions);
        let guards = std::mem::take(&mut self.guards);
        let sites = std::mem::take(&mut self.sites);
        self.importing += 1;
        let patience = if self.call_limit.is_some() { STATEMENT } else { IMPORT_STEPS };
        self.apart(patience, |vm| vm.execute(statement, scope));
        self.importing -= 1;
        self.sites = sites;
        self.guards = guards;
        self.conditions = conditions;
    }

    /// A name below a package: a submodule.
    pub(super) fn submodule(&mut self, folder: &str, name: &str) -> Option<Value> {
        modules::find_at(&self.sources.files, &format!("{folder}/{name}")).map(module_value)
    }
}

fn module_value(module: ModuleFile) -> Value {
    match module {
        ModuleFile::Module(path) | ModuleFile::Package(path) => Value::Module(path),
        ModuleFile::Namespace(folder) => Value::Namespace(folder),
    }
}

/// The import under `if TYPE_CHECKING` that makes a name, and the name that it takes from its module.
fn told_import<'s>(statement: &'s Stmt, name: &str) -> Option<(&'s ImportFrom, &'s Name)> {
    let StmtKind::If { branches, .. } = &statement.kind else { return None };
    let (_, body) = branches.iter().find(|(test, _)| {
        matches!(&test.kind, ExprKind::Name(name) | ExprKind::Attribute { attribute: name, .. } if **name == *"TYPE_CHECKING")
    })?;
    body.iter().find_map(|statement| {
        let StmtKind::ImportFrom(import) = &statement.kind else { return None };
        let alias = import.names.iter().find(|alias| **alias.asname.as_ref().unwrap_or(&alias.name) == *name)?;
        Some((import, &alias.name))
    })
}

fn star_imports(statement: &Stmt, imports: &mut Vec<ImportFrom>) {
    if let StmtKind::ImportFrom(import) = &statement.kind
        && import.names.iter().any(|alias| *alias.name == *"*")
    {
        imports.push(import.clone());
    }
    for suite in statement.kind.suites() {
        for statement in suite.iter() {
            star_imports(statement, imports);
        }
    }
}

/// Every name that a statement binds or changes at its own level, nested blocks included; `*` for a star import.
fn bound(statement: &Stmt, names: &mut Vec<Name>) {
    match &statement.kind {
        StmtKind::FunctionDef(def) => names.push(def.name.clone()),
        StmtKind::ClassDef(def) => names.push(def.name.clone()),
        StmtKind::TypeAlias { name, .. } => names.push(name.clone()),
        StmtKind::Assign { targets, .. } | StmtKind::Delete(targets) => {
            for target in targets {
                target_names(target, names);
            }
        }
        StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, .. } | StmtKind::For { target, .. } => {
            target_names(target, names);
        }
        StmtKind::With { items, .. } => {
            items.iter().filter_map(|item| item.target.as_ref()).for_each(|target| target_names(target, names));
        }
        StmtKind::Try { handlers, .. } => names.extend(handlers.iter().filter_map(|handler| handler.name.clone())),
        StmtKind::Import(aliases) => {
            for alias in aliases {
                let name = alias.asname.as_deref().unwrap_or_else(|| alias.name.split('.').next().unwrap_or_default());
                names.push(name.into());
            }
        }
        StmtKind::ImportFrom(import) => {
            names.extend(import.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).clone()));
        }
        // `TABLES.append(…)` and its kin change what the name holds.
        StmtKind::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) => {
            if let ExprKind::Attribute { value, .. } = &function.kind {
                target_names(value, names);
            }
        }
        _ => {}
    }
    for suite in statement.kind.suites() {
        suite.iter().for_each(|statement| bound(statement, names));
    }
}

/// The names at the root of an assignment's target.
fn target_names(target: &Expr, names: &mut Vec<Name>) {
    match &target.kind {
        ExprKind::Name(name) => names.push(name.clone()),
        ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } | ExprKind::Starred(value) => {
            target_names(value, names);
        }
        ExprKind::Tuple(targets) | ExprKind::List(targets) => {
            for target in targets.iter() {
                target_names(target, names);
            }
        }
        _ => {}
    }
}
