//! Which files run when a program starts: imports, followed from file to file.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::imports::{Import, Imports, MAIN, MODULE};
use super::modules::{self, ImportRoots, ModuleFile};
use super::sources::Sources;
use super::syntax::Span;
use crate::git::parent;

/// How far a name is followed from one file that hands it on to the next.
const RE_EXPORTS: usize = 8;

/// A scope of a file.
type Place = (Arc<str>, usize);

/// The imports of a snapshot's files, read when they are first asked for.
pub struct Graph<'s> {
    pub sources: &'s Sources,
    pub roots: &'s ImportRoots,
    facts: HashMap<Arc<str>, Option<Rc<Imports>>>,
    found: HashMap<String, Option<ModuleFile>>,
    looked_up: HashMap<(Arc<str>, String), Vec<Place>>,
}

/// Everything that runs, so far.
#[derive(Debug, Default)]
pub struct Closure {
    /// The files, each with the dotted name that it was first imported by; empty for one that was started.
    pub files: BTreeMap<Arc<str>, String>,
    /// The import statement that first led to a file, and the file it stands in. None for what was started or discovered.
    pub reached_by: BTreeMap<Arc<str>, (Arc<str>, Span)>,
    /// The files that were started, which others may import as well.
    started: BTreeSet<Arc<str>>,
    /// The import that is followed at this moment.
    import: Option<(Arc<str>, Span)>,
    active: HashSet<Place>,
    waiting: Vec<Place>,
    /// Who calls whom, from the called one.
    callers: HashMap<Place, Vec<Place>>,
    discovering: Vec<Place>,
    /// Packages that are imported with `*` and whose `__all__` is no literal: it may name submodules.
    starred: BTreeSet<Arc<str>>,
    /// Functions that imported modules give to others, and who gives them; methods that a program may call.
    given: Vec<(Place, Place)>,
    /// Files that run only if such a function is called; none until they are followed.
    pub possible: BTreeSet<Arc<str>>,
    follows_given: bool,
}

impl<'s> Graph<'s> {
    pub fn new(sources: &'s Sources, roots: &'s ImportRoots) -> Self {
        Self { sources, roots, facts: HashMap::new(), found: HashMap::new(), looked_up: HashMap::new() }
    }

    /// The facts of a file; `None` where there is none that could be read.
    pub fn facts(&mut self, path: &Arc<str>) -> Option<Rc<Imports>> {
        if let Some(facts) = self.facts.get(path) {
            return facts.clone();
        }
        let facts = self.sources.file(path).map(|file| Rc::new(Imports::of(&file.body)));
        self.facts.insert(path.clone(), facts.clone());
        facts
    }

    /// The module of an absolute dotted name.
    pub fn find(&mut self, dotted: &str) -> Option<ModuleFile> {
        if let Some(found) = self.found.get(dotted) {
            return found.clone();
        }
        let found = match dotted.split('.').next() {
            // Python prefers an installed package to a namespace of the project, and Alembic's own folder is one.
            Some("alembic" | "sqlalchemy") => {
                self.roots.find(&self.sources.files, dotted).filter(|found| found.path().is_some())
            }
            _ => self.roots.find(&self.sources.files, dotted),
        };
        self.found.insert(dotted.to_owned(), found.clone());
        found
    }

    /// The module that an import names, before any name is taken from it, and its dotted name where that is known.
    fn source(&mut self, importer: &str, import: &Import) -> Option<(ModuleFile, String)> {
        if import.level == 0 {
            return self.find(&import.module).map(|found| (found, import.module.to_string()));
        }
        let base = modules::relative_base(importer, import.level, &import.module);
        let found = modules::find_at(&self.sources.files, &base)?;
        Some((found, String::new()))
    }

    /// The modules that one import runs itself, parents not included: the module, and the submodules that it names.
    pub fn imported(&mut self, importer: &str, import: &Import) -> Vec<ModuleFile> {
        let Some((module, _)) = self.source(importer, import) else { return Vec::new() };
        let mut all = Vec::new();
        if let (Some(name), Some(folder)) = (&import.name, module.folder()) {
            let names = if **name == *"*" { self.all_names(&module).unwrap_or_default() } else { vec![name.clone()] };
            for name in names {
                // A name that `__init__` binds itself hides the submodule, but only where it is no import of it.
                all.extend(modules::find_at(&self.sources.files, &join(folder, &name)));
            }
        }
        all.push(module);
        all
    }

    /// The names in a package's literal `__all__`; `None` where it has none.
    fn all_names(&mut self, module: &ModuleFile) -> Option<Vec<Arc<str>>> {
        let file = module.path().and_then(|path| self.sources.file(path))?;
        super::imports::literal_all(&file.body).map(|(names, _)| names)
    }

    /// The functions that a name called in a scope of a file means.
    fn called(&mut self, path: &Arc<str>, scope: usize, dotted: &str) -> Vec<Place> {
        let Some(facts) = self.facts(path) else { return Vec::new() };
        let scope_name = facts.scopes.get(scope).map_or("", |scope| &*scope.name);
        let (head, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        if matches!(head, "self" | "cls") {
            let Some((class, _)) = scope_name.rsplit_once('.') else { return Vec::new() };
            return places(path, facts.function(&format!("{class}.{rest}")));
        }
        let nested = facts.function(&format!("{scope_name}.{dotted}"));
        if !scope_name.is_empty() && !nested.is_empty() {
            return places(path, nested);
        }
        self.lookup(path, dotted, RE_EXPORTS)
    }

    /// The functions that several names mean, each once.
    fn all_called(&mut self, path: &Arc<str>, scope: usize, names: &[String]) -> Vec<Place> {
        let names: BTreeSet<&String> = names.iter().collect();
        let mut all: Vec<Place> = names.into_iter().flat_map(|name| self.called(path, scope, name)).collect();
        all.retain(|(path, scope)| {
            let facts = self.facts(path);
            facts.and_then(|facts| Some(facts.scopes.get(*scope)?.name == MAIN)) != Some(true)
        });
        all
    }

    /// The methods that a call of an object may mean whose class is not known: those of that name of the classes that the
    /// file imports, and of the module that it imports the object from.
    fn maybe_called(&mut self, path: &Arc<str>, dotted: &str) -> Vec<Place> {
        let (Some(facts), Some((object, method))) = (self.facts(path), dotted.rsplit_once('.')) else {
            return Vec::new();
        };
        let head = object.split('.').next().unwrap_or_default();
        if matches!(head, "self" | "cls" | "super()") {
            return Vec::new();
        }
        let mut found = Vec::new();
        for import in &facts.imports {
            if *import.bound != *head {
                found.extend(self.lookup(path, &format!("{}.{method}", import.bound), RE_EXPORTS));
            } else if import.name.is_some()
                && let Some((module, _)) = self.source(path, import)
                && let Some(file) = module.path()
                && let Some(facts) = self.facts(file)
            {
                found.extend(places(file, &facts.methods(method)));
            }
        }
        found
    }

    /// The functions of a dotted name at a file's module level, through those who hand it on.
    fn lookup(&mut self, path: &Arc<str>, dotted: &str, depth: usize) -> Vec<Place> {
        let key = (path.clone(), dotted.to_owned());
        if let Some(found) = self.looked_up.get(&key) {
            return found.clone();
        }
        // Files that hand a name on to each other in a circle do not make it.
        self.looked_up.insert(key.clone(), Vec::new());
        let found = self.look_up(path, dotted, depth);
        self.looked_up.insert(key, found.clone());
        found
    }

    fn look_up(&mut self, path: &Arc<str>, dotted: &str, depth: usize) -> Vec<Place> {
        let (Some(facts), Some(depth)) = (self.facts(path), depth.checked_sub(1)) else { return Vec::new() };
        let own = facts.function(dotted);
        if !own.is_empty() {
            return places(path, own);
        }
        let (head, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        for import in facts.imports.iter().rev() {
            match &import.name {
                None if *import.bound == *head => {
                    // `import a.b.c` and `a.b.c.f()`, or `import a.b as x` and `x.f()`.
                    let full = if import.module.split('.').next() == Some(head) {
                        dotted.to_owned()
                    } else {
                        format!("{}.{rest}", import.module)
                    };
                    if let Some(found) = self.lookup_absolute(&full, depth) {
                        return found;
                    }
                }
                Some(name) if **name == *"*" || *import.bound == *head => {
                    let Some((module, _)) = self.source(path, import) else { continue };
                    let submodule = module
                        .folder()
                        .filter(|_| !rest.is_empty() && **name != *"*")
                        .and_then(|folder| modules::find_at(&self.sources.files, &join(folder, name)));
                    let found = match submodule.as_ref().and_then(ModuleFile::path) {
                        Some(submodule) => self.lookup(submodule, rest, depth),
                        None => Vec::new(),
                    };
                    if !found.is_empty() {
                        return found;
                    }
                    if let Some(file) = module.path() {
                        let inner = match (&**name, rest) {
                            ("*", _) => dotted.to_owned(),
                            (name, "") => name.to_owned(),
                            (name, rest) => format!("{name}.{rest}"),
                        };
                        let found = self.lookup(file, &inner, depth);
                        if !found.is_empty() {
                            return found;
                        }
                    }
                }
                _ => {}
            }
        }
        Vec::new()
    }

    fn lookup_absolute(&mut self, dotted: &str, depth: usize) -> Option<Vec<Place>> {
        let mut at = dotted.rfind('.')?;
        loop {
            if let Some(path) = self.find(&dotted[..at]).as_ref().and_then(ModuleFile::path) {
                return Some(self.lookup(path, &dotted[at + 1..], depth));
            }
            at = dotted[..at].rfind('.')?;
        }
    }
}

impl Closure {
    /// A file is started by itself: its functions, and what stands under `__main__`, run too.
    pub fn start(&mut self, graph: &mut Graph<'_>, path: &Arc<str>) {
        let Some(facts) = graph.facts(path) else { return };
        self.files.entry(path.clone()).or_default();
        self.started.insert(path.clone());
        for scope in 0..facts.scopes.len() {
            self.activate((path.clone(), scope));
        }
        self.follow(graph);
    }

    /// A module is imported by its dotted name, with the packages above it.
    pub fn import(&mut self, graph: &mut Graph<'_>, dotted: &str) {
        self.import_name(graph, dotted);
        self.follow(graph);
    }

    /// A file is loaded by its path: no package above it runs.
    pub fn load(&mut self, graph: &mut Graph<'_>, path: &Arc<str>) {
        self.files.entry(path.clone()).or_default();
        self.activate((path.clone(), MODULE));
        self.follow(graph);
    }

    /// Follows what was given to others as if it were called: a store that is registered for some kind of URL, a
    /// function that is to run when the program ends. What nothing else leads to is possible from here on.
    pub fn follow_given(&mut self, graph: &mut Graph<'_>) {
        self.follows_given = true;
        for (called, giver) in std::mem::take(&mut self.given) {
            self.call(called, giver);
        }
        self.follow(graph);
    }

    /// Takes the packages of which `from package import *` imports what a computed `__all__` names.
    pub fn take_starred(&mut self) -> BTreeSet<Arc<str>> {
        std::mem::take(&mut self.starred)
    }

    /// The scopes that run and discover modules themselves or through no more than `calls` calls: modules first.
    pub fn discovering(&self, calls: usize) -> Vec<(Arc<str>, usize)> {
        let mut seen: BTreeSet<Place> = self.discovering.iter().cloned().collect();
        let mut last: Vec<Place> = self.discovering.clone();
        let mut hops = 0;
        while !last.is_empty() && hops < calls {
            hops += 1;
            let callers = last.iter().filter_map(|place| self.callers.get(place)).flatten();
            let callers: BTreeSet<Place> = callers.cloned().collect();
            last = callers.into_iter().filter(|caller| seen.insert(caller.clone())).collect();
        }
        let mut all: Vec<Place> = seen.into_iter().collect();
        all.sort_by_key(|(path, scope)| (*scope, path.clone()));
        all
    }

    /// Whether a file is a program of its own, and no module that others only import.
    pub fn is_started(&self, path: &Arc<str>) -> bool {
        self.started.contains(path) || self.files.get(path).is_none_or(String::is_empty)
    }

    fn activate(&mut self, place: Place) {
        if self.active.insert(place.clone()) {
            self.waiting.push(place);
        }
    }

    fn follow(&mut self, graph: &mut Graph<'_>) {
        while let Some(place) = self.waiting.pop() {
            let (path, scope) = &place;
            let Some(facts) = graph.facts(path) else { continue };
            for import in facts.of_scope(*scope) {
                self.import = Some((path.clone(), import.span));
                self.import_statement(graph, path, import);
            }
            self.import = None;
            let Some(scope_facts) = facts.scopes.get(*scope) else { continue };
            if scope_facts.discovers {
                self.discovering.push(place.clone());
            }
            for called in graph.all_called(path, *scope, &scope_facts.calls) {
                self.call(called, place.clone());
            }
            // A program answers for what it gives away: `connection.run_sync(migrate)`.
            let is_started = self.is_started(path);
            for dotted in scope_facts.calls.iter().filter(|_| is_started) {
                if graph.called(path, *scope, dotted).is_empty() {
                    for called in graph.maybe_called(path, dotted) {
                        self.give(called, &place);
                    }
                }
            }
            for called in graph.all_called(path, *scope, &scope_facts.given) {
                if is_started {
                    self.call(called, place.clone());
                } else {
                    self.give(called, &place);
                }
            }
        }
    }

    /// A function may run on account of a scope.
    fn give(&mut self, function: Place, from: &Place) {
        if self.follows_given {
            self.call(function, from.clone());
        } else {
            self.given.push((function, from.clone()));
        }
    }

    /// A function runs, on account of a scope that calls it.
    fn call(&mut self, function: Place, from: Place) {
        self.callers.entry(function.clone()).or_default().push(from);
        self.activate(function);
    }

    fn import_statement(&mut self, graph: &mut Graph<'_>, importer: &Arc<str>, import: &Import) {
        let Some((module, dotted)) = graph.source(importer, import) else {
            // The packages above what cannot be found run before Python finds that out.
            if import.level == 0
                && let Some((parents, _)) = import.module.rsplit_once('.')
            {
                self.import_name(graph, parents);
            }
            return;
        };
        if dotted.is_empty() {
            self.import_relative(importer, &module, graph);
        } else {
            self.import_name(graph, &dotted);
        }
        if let (Some("*"), Some(_), Some(path)) = (import.name.as_deref(), module.folder(), module.path())
            && graph.all_names(&module).is_none()
        {
            self.starred.insert(path.clone());
        }
        let own = self.files.get(module.path().unwrap_or(importer)).cloned().unwrap_or_default();
        for submodule in graph.imported(importer, import) {
            if submodule == module {
                continue;
            }
            if let Some(path) = submodule.path() {
                let stem = path.trim_end_matches(".py").trim_end_matches("/__init__");
                let name = stem.rsplit('/').next().unwrap_or_default();
                let base = if dotted.is_empty() { &own } else { &dotted };
                let name = if base.is_empty() { String::new() } else { format!("{base}.{name}") };
                self.add(path, name);
            }
        }
    }

    /// A relative import runs the packages between what importer and imported have in common and the imported one.
    fn import_relative(&mut self, importer: &Arc<str>, module: &ModuleFile, graph: &mut Graph<'_>) {
        let importer_name = self.files.get(importer).cloned().unwrap_or_default();
        let mut folder = module.folder().or_else(|| module.path().map(|path| parent(path))).unwrap_or_default();
        let mut above = Vec::new();
        while !folder.is_empty() && !inside(importer, folder) {
            above.push(format!("{folder}/__init__.py"));
            folder = parent(folder);
        }
        // The name is the importer's with its own path below the shared folder taken off.
        let name_of = |path: &str| {
            let levels = importer.get(folder.len()..).unwrap_or_default().trim_start_matches('/').matches('/').count();
            let is_package = importer.ends_with("/__init__.py");
            let mut parts: Vec<&str> = importer_name.split('.').collect();
            let drop = levels + usize::from(!is_package);
            if importer_name.is_empty() || drop > parts.len() {
                return String::new();
            }
            parts.truncate(parts.len() - drop);
            let stem = path.get(folder.len()..).unwrap_or_default().trim_start_matches('/');
            let stem = stem.trim_end_matches(".py").trim_end_matches("__init__").trim_end_matches('/');
            parts.extend(stem.split('/').filter(|part| !part.is_empty()));
            parts.join(".")
        };
        for path in above.into_iter().rev() {
            if let Some(entry) = graph.sources.files.entry(&path) {
                self.add(&entry.path, name_of(&entry.path));
            }
        }
        if let Some(path) = module.path() {
            self.add(path, name_of(path));
        }
    }

    fn import_name(&mut self, graph: &mut Graph<'_>, dotted: &str) {
        let ends = dotted.match_indices('.').map(|(at, _)| at).chain([dotted.len()]);
        for end in ends {
            let name = &dotted[..end];
            match graph.find(name) {
                Some(module) => {
                    if let Some(path) = module.path() {
                        self.add(path, name.to_owned());
                    }
                }
                None => return,
            }
        }
    }

    fn add(&mut self, path: &Arc<str>, dotted: String) {
        if let Some(import) = &self.import
            && !self.files.contains_key(path)
        {
            self.reached_by.insert(path.clone(), import.clone());
        }
        if self.follows_given && !self.files.contains_key(path) {
            self.possible.insert(path.clone());
        }
        let known = self.files.entry(path.clone()).or_default();
        if known.is_empty() {
            *known = dotted;
        }
        self.activate((path.clone(), MODULE));
    }
}

fn places(path: &Arc<str>, scopes: &[usize]) -> Vec<Place> {
    scopes.iter().map(|scope| (path.clone(), *scope)).collect()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
