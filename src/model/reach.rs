//! What `env.py` reaches: the files that run with it, and what it gives to Alembic.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::UnknownReach;
use super::application;
use super::declarative::Declarative;
use super::host::{Recorder, Vm};
use super::sifted::Sifted;
use super::target::Targets;
use crate::git::parent;
use crate::migration::operation::Location;
use crate::migration::schema_item::last_part;
use crate::project::Environment;
use crate::python::graph::{Closure, Graph};
use crate::python::imports::{MODULE, every_expression};
use crate::python::interpreter::Interpreter;
use crate::python::syntax::{ExprKind, Span};
use crate::python::value::{Arguments, ROOT, Value};
use crate::python::{ModuleFile, Sources};

/// How often discovery may lead to modules that discover further ones.
const ROUNDS: usize = 50;

/// How many calls may lead from a program to the helper that imports its models.
const HELPERS: usize = 2;

/// Steps of one call of `env.py`: enough to walk over a large package, too few for a whole application to start.
const CALL: usize = 400_000;

/// Everything that was found by following `env.py`.
pub(super) struct Reach<'s> {
    pub(super) vm: Vm<'s>,
    pub(super) graph: Graph<'s>,
    pub(super) closure: Closure,
    pub(super) unknowns: Vec<UnknownReach>,
    /// The files whose module level has run to find models.
    pub(super) ran: Vec<Arc<str>>,
    pub(super) sifted: Sifted,
}

impl<'s> Reach<'s> {
    pub(super) fn of(sources: &'s Sources, environment: &'s Environment, env: &Arc<str>) -> Self {
        let recorder = Recorder { options: environment.options.clone(), ..Recorder::default() };
        let mut reach = Self {
            vm: Interpreter::new(sources, &environment.roots, recorder),
            graph: Graph::new(sources, &environment.roots),
            closure: Closure::default(),
            unknowns: Vec::new(),
            ran: Vec::new(),
            sifted: Sifted::default(),
        };
        let mut ran = HashSet::new();
        reach.closure.start(&mut reach.graph, env);
        reach.run(env, &mut ran);
        reach.discover(&mut ran);
        let is_asked_for = application::is_asked_for(&mut reach.graph, env)
            || Targets::of(&mut reach.vm, &mut Declarative::default(), env).is_flask;
        if is_asked_for {
            for root in application::roots(sources, &mut reach.graph, &mut reach.sifted) {
                reach.closure.start(&mut reach.graph, &root);
            }
            reach.discover(&mut ran);
        }
        reach.closure.follow_given(&mut reach.graph);
        reach.discover(&mut ran);
        reach.keep_what_is_here();
        reach
    }

    /// Runs what discovers modules, until it leads to no new ones.
    fn discover(&mut self, ran: &mut HashSet<(Arc<str>, usize)>) {
        for _ in 0..ROUNDS {
            let before = self.closure.files.len();
            for (path, scope) in self.closure.discovering(usize::MAX) {
                if scope == MODULE {
                    self.run(&path, ran);
                } else if self.closure.is_started(&path) {
                    self.run_function(&path, scope, ran);
                }
            }
            self.take_starred();
            self.take_imports();
            if self.closure.files.len() == before {
                return;
            }
        }
    }

    /// Imports the submodules that the computed `__all__` of a package names, where it is imported with `*`.
    fn take_starred(&mut self) {
        for path in self.closure.take_starred() {
            let Some(module) = self.closure.files.get(&path).cloned().filter(|name| !name.is_empty()) else { continue };
            self.vm.renew();
            let Some(all) = self.vm.global(&path, "__all__") else { continue };
            let (names, is_open) = match &all {
                Value::List(items) => (items.borrow().values.clone(), items.borrow().open),
                Value::Tuple(items) => (items.to_vec(), false),
                _ => (Vec::new(), true),
            };
            let found: Vec<_> = names.iter().filter_map(Value::as_str).map(|name| format!("{module}.{name}")).collect();
            // What it makes of the names that it has names no file.
            let is_unknown = is_open || found.len() < names.len();
            if is_unknown && self.graph.facts(&path).is_some_and(|facts| facts.lists_files()) {
                let location = Location { path: path.clone(), span: Span::default() };
                let why = "it names modules in an `__all__` that cannot be known".into();
                let covers = parent(&path).into();
                self.unknowns.push(UnknownReach { location, why, covers });
            }
            self.vm.host.imports.extend(found);
        }
    }

    /// Runs a module on its own account: what it imports by unknown names is unknown then.
    fn run(&mut self, path: &Arc<str>, ran: &mut HashSet<(Arc<str>, usize)>) {
        if !ran.insert((path.clone(), MODULE)) {
            return;
        }
        self.vm.renew();
        self.vm.call_limit = Some(CALL);
        self.vm.host.running = Some(path.clone());
        self.vm.host.is_started = self.closure.is_started(path);
        self.vm.run_module(path);
        self.settle(path);
    }

    /// Runs a function of a file that was started by itself: an app factory, a command.
    fn run_function(&mut self, path: &Arc<str>, scope: usize, ran: &mut HashSet<(Arc<str>, usize)>) {
        let Some(facts) = self.graph.facts(path) else { return };
        let Some(name) = facts.scopes.get(scope).map(|scope| scope.name.clone()) else { return };
        if !ran.insert((path.clone(), scope)) {
            return;
        }
        self.vm.renew();
        let function = self.vm.named_function(path, &name);
        // What the program calls itself it calls with arguments that are known better.
        if let Some(function @ Value::Function(own)) = &function
            && !self.vm.has_called(own)
        {
            self.vm.call_limit = Some(CALL);
            self.vm.host.running = Some(path.clone());
            self.vm.host.is_started = true;
            let arguments = Arguments { open: true, ..Arguments::default() };
            self.vm.call(function, arguments, path, Span::default());
            self.settle(path);
        }
    }

    /// Runs the functions of the application that may bind migrations to a database: `Migrate(app, db)` and
    /// `migrate.init_app(app, db)`. What they discover was followed already.
    pub(super) fn bind_databases(&mut self) {
        let (unknowns, mut ran) = (self.unknowns.clone(), HashSet::new());
        let started: Vec<Arc<str>> =
            self.closure.files.keys().filter(|path| self.closure.is_started(path)).cloned().collect();
        for path in started {
            let Some(facts) = self.graph.facts(&path) else { continue };
            for (scope, facts) in facts.scopes.iter().enumerate().filter(|(scope, _)| *scope != MODULE) {
                if facts.calls.iter().any(|called| matches!(last_part(called), "Migrate" | "init_app")) {
                    self.run_function(&path, scope, &mut ran);
                }
            }
        }
        self.unknowns = unknowns;
    }

    /// Takes over what a run left.
    fn settle(&mut self, path: &Arc<str>) {
        // What was given up can only hide imports where a helper makes some.
        let discovers = self.closure.discovering(HELPERS).iter().any(|(discovering, _)| discovering == path);
        let is_cut = self.vm.exhausted() || self.vm.gave_up_call() || std::mem::take(&mut self.vm.host.is_cut);
        let is_cut = is_cut && discovers;
        self.vm.call_limit = None;
        self.vm.host.is_started = false;
        self.vm.host.running = None;
        let mut unknowns = std::mem::take(&mut self.vm.host.unknowns);
        if is_cut {
            let location = Location { path: path.clone(), span: Span::default() };
            let why = "it does more than migguard follows".into();
            unknowns.push(UnknownReach { location, why, covers: "".into() });
        }
        // What a program that others import loads by wholly unknown names are plugins.
        let is_started = self.closure.files.get(path).is_none_or(String::is_empty);
        for unknown in unknowns {
            let Some(covers) = self.covered(&unknown.covers) else { continue };
            let mut folders = vec![covers];
            if folders.iter().any(|folder| folder.is_empty()) || !is_started {
                let named = self.named_by(&unknown.location);
                if !named.is_empty() {
                    folders = named;
                } else if !is_started {
                    // A plugin loader in a module that is only imported covers nothing.
                    folders.retain(|folder| !folder.is_empty());
                }
            }
            for covers in folders {
                let unknown = UnknownReach { covers, ..unknown.clone() };
                if !self.unknowns.contains(&unknown) {
                    self.unknowns.push(unknown);
                }
            }
        }
        self.take_imports();
    }

    /// The folders of the project that the arguments of a call name, as a path, a module or its dotted name.
    fn named_by(&mut self, location: &Location) -> Vec<Arc<str>> {
        let Some(file) = self.vm.sources.file(&location.path) else { return Vec::new() };
        let mut found = Vec::new();
        every_expression(&file.body, &mut |expression| {
            if expression.span == location.span
                && let ExprKind::Call { arguments, .. } = &expression.kind
            {
                found.extend(arguments.iter().map(|argument| argument.value.clone()));
            }
        });
        let scope = self.vm.scope(&location.path);
        let mut folders: Vec<Arc<str>> = Vec::new();
        for argument in &found {
            let value = self.vm.evaluate(argument, &scope);
            let values = match &value {
                Value::List(items) => items.borrow().values.clone(),
                Value::Tuple(items) => items.to_vec(),
                value => value.alternatives().to_vec(),
            };
            for value in values {
                let folder = match &value {
                    Value::Module(path) => path.strip_suffix("/__init__.py").map(Arc::from),
                    Value::Namespace(folder) => Some(folder.clone()),
                    Value::Str(text) | Value::Path(text) => match text.strip_prefix(ROOT) {
                        Some(inside) => crate::git::join("", inside.trim_start_matches('/'))
                            .filter(|folder| !folder.is_empty() && self.vm.sources.files.is_folder(folder))
                            .map(Arc::from),
                        None => self.graph.find(text).and_then(|module| module.folder().map(Arc::from)),
                    },
                    _ => None,
                };
                folders.extend(folder);
            }
        }
        folders
    }

    /// The folder of a package, or of a path that begins with `/`. `None` where it is not the project's.
    fn covered(&mut self, covers: &str) -> Option<Arc<str>> {
        if covers.is_empty() {
            return Some("".into());
        }
        if let Some(folder) = covers.strip_prefix('/') {
            return Some(folder.into());
        }
        match self.graph.find(covers)? {
            ModuleFile::Module(path) => Some(path),
            module => module.folder().map(Arc::from),
        }
    }

    /// Every file that runs, and the import that first led to it.
    pub(super) fn closure_by_import(&self) -> BTreeMap<Arc<str>, Option<Location>> {
        let import_of = |path| self.closure.reached_by.get(path);
        let location = |(path, span): &(Arc<str>, Span)| Location { path: path.clone(), span: *span };
        self.closure.files.keys().map(|path| (path.clone(), import_of(path).map(location))).collect()
    }

    fn take_imports(&mut self) {
        let imports: BTreeSet<String> = std::mem::take(&mut self.vm.host.imports);
        for dotted in imports {
            self.closure.import(&mut self.graph, &dotted);
        }
        for path in std::mem::take(&mut self.vm.host.loads) {
            self.closure.load(&mut self.graph, &path);
        }
    }

    /// Where everything is unknown the rest says nothing more.
    fn keep_what_is_here(&mut self) {
        if let Some(all) = self.unknowns.iter().position(|unknown| unknown.covers.is_empty()) {
            self.unknowns = vec![self.unknowns.swap_remove(all)];
        }
        self.unknowns.sort_by(|a, b| (&a.covers, &a.location.path).cmp(&(&b.covers, &b.location.path)));
    }

    /// Why a file that is not reached may be reached all the same.
    pub(super) fn why_unknown(unknowns: &[UnknownReach], path: &str) -> Option<Arc<str>> {
        let unknown = unknowns.iter().find(|unknown| super::is_below(path, &unknown.covers))?;
        Some(format!("{}: {}", unknown.location.path, unknown.why).into())
    }

    /// The dotted name by which the project imports a file.
    pub(super) fn name(&self, path: &Arc<str>, tops: &HashMap<String, usize>) -> String {
        if let Some(name) = self.closure.files.get(path).filter(|name| !name.is_empty()) {
            return name.clone();
        }
        let names = self.graph.roots.names(path);
        let uses = |name: &String| {
            let top = name.split('.').next().unwrap_or_default();
            tops.get(top).copied().unwrap_or(0)
        };
        let most = names.iter().map(uses).max().unwrap_or(0);
        let stem = || path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        names.iter().find(|name| uses(name) == most).cloned().unwrap_or_else(stem)
    }

    /// How many reached files each top-level package has.
    pub(super) fn tops(&self) -> HashMap<String, usize> {
        let mut tops = HashMap::new();
        for name in self.closure.files.values().filter(|name| !name.is_empty()) {
            *tops.entry(name.split('.').next().unwrap_or_default().to_owned()).or_insert(0) += 1;
        }
        tops
    }
}
