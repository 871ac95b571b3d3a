//! Runs a project's code as far as it can be known, without running it.
//!
//! Everything outside of the project is symbolic: a call of it becomes an [`Object`](super::value::Object), unless the
//! [`Host`] knows better. Where a condition is not known both ways are taken, where a value is not known it is
//! [`Value::Unknown`]. Nothing here knows Alembic. Work is bounded by steps, depth and memory; what lies beyond is
//! [`Interpreter::exhausted`] and never passes for done.

mod builtins;
mod calls;
mod expressions;
mod imports;
mod methods;
mod paths;
mod statements;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::modules::{ImportRoots, ModuleFile};
use super::sources::{SourceFile, Sources};
use super::syntax::{Expr, Name, Span, Stmt};
use super::value::{Arguments, Class, Scope, Value};
use crate::reading;

/// Statements and expressions that one run may evaluate: real migrations stay below 50,000.
const STEPS: usize = 1_000_000;

/// Steps of one call in the function that is run: what application code does beyond that is not followed.
const CALL_STEPS: usize = 200_000;

/// Steps that the value of a module-level name may take.
const IMPORT_STEPS: usize = 20_000;

/// The same for all parts of a run that is renewed: 10,000 models need 5,000,000.
const ALL_STEPS: usize = 50_000_000;

/// Calls that may stand inside each other. CPython's own limit is 1,000; no migration nests 50.
const CALLS: usize = 60;

/// Bytes of text and elements that one run may make.
const MEMORY: usize = 128 << 20;

/// Elements of one list, and turns of one loop.
const ITEMS: usize = 20_000;

/// Bytes of one computed text.
const TEXT: usize = 4 << 20;

/// What knows the libraries that a program calls.
pub trait Host: Sized {
    /// A call of something outside of the project. `None` where the host has nothing to say: the call is then an
    /// [`Object`](super::value::Object).
    fn call(vm: &mut Interpreter<'_, Self>, call: &Call) -> Option<Value>;

    /// An attribute of a value that the interpreter itself cannot resolve.
    fn attribute(vm: &mut Interpreter<'_, Self>, value: &Value, name: &Name) -> Option<Value>;

    /// An attribute that a class has from one of its bases, where its value may depend on the class.
    fn inherited(_: &mut Interpreter<'_, Self>, _class: &Rc<Class>, _name: &Name, value: Value) -> Value {
        value
    }

    /// `value[index]`, where the interpreter itself knows neither.
    fn item(_: &mut Interpreter<'_, Self>, _value: &Value, _index: &Value) -> Option<Value> {
        None
    }

    /// What a loop over a value meets that is none of Python's own collections, and whether there may be others. Whether
    /// something is among them, or how many they are, is nothing that is known by it.
    fn elements(_: &mut Interpreter<'_, Self>, _value: &Value) -> Option<(Vec<Value>, bool)> {
        None
    }

    /// Whether a value that is not Python's own is an instance of a class.
    fn is_instance(_: &mut Interpreter<'_, Self>, _value: &Value, _class: &Value) -> Option<bool> {
        None
    }

    /// Something could not be followed to its end; `what` names it, `why` says why.
    fn unreadable(vm: &mut Interpreter<'_, Self>, what: &str, why: &str);

    /// Whether a function that is given to something outside is taken to be called there.
    fn calls_what_is_given(vm: &Interpreter<'_, Self>) -> bool {
        let _ = vm;
        true
    }

    /// A class statement has run.
    fn class(vm: &mut Interpreter<'_, Self>, class: &Rc<Class>) {
        let _ = (vm, class);
    }

    /// `import_module(name)` or one of its kin was called. The absolute name may hold [`HOLE`](super::value::HOLE)s.
    fn import_called(vm: &mut Interpreter<'_, Self>, name: &str) {
        let _ = (vm, name);
    }
}

/// A call outside of the project.
pub struct Call {
    pub callee: Value,
    pub arguments: Arguments,
    pub span: Span,
}

/// A function that is running.
struct Frame {
    returned: Option<Value>,
    yielded: Vec<Value>,
    /// Whether a `return` may have been taken, so that the rest runs only sometimes.
    may_have_returned: bool,
    /// What the conditions were made of under which it may have returned.
    guards: Vec<Arc<str>>,
    receiver: Option<Value>,
    /// Where the function was defined: for a method its class's body.
    owner: Scope,
}

/// The file and place of a call that is under way.
#[derive(Debug, Clone)]
pub struct CallSite {
    pub path: Arc<str>,
    pub span: Span,
}

/// A module of the project whose names are evaluated when they are asked for.
struct ModuleState {
    file: Option<Arc<SourceFile>>,
    scope: Scope,
    /// The top-level statements that bind or change a name, in order.
    index: Rc<HashMap<Name, Vec<usize>>>,
    /// Statements that have run.
    done: HashSet<usize>,
    /// The statements that hold a `from … import *`.
    stars: Vec<usize>,
    /// What they lead to, once it was asked for.
    star_sources: Option<Rc<Vec<Value>>>,
    /// The names in its `__all__`, once they were asked for.
    exported: Option<HashSet<Name>>,
    looking: HashSet<Name>,
}

impl Drop for ModuleState {
    /// A module holds its functions, and each of them its module: neither would ever go.
    fn drop(&mut self) {
        self.scope.forget();
    }
}

/// One run over one project.
pub struct Interpreter<'s, H: Host> {
    pub sources: &'s Sources,
    roots: &'s ImportRoots,
    pub host: H,
    modules: HashMap<Arc<str>, ModuleState>,
    frames: Vec<Frame>,
    /// The calls under way, the outermost first.
    pub sites: Vec<CallSite>,
    /// How many unknown conditions the current statement stands under.
    conditions: usize,
    /// What the conditions under way were made of.
    guards: Vec<Arc<str>>,
    /// Module-level code runs when its module is imported, not when its names are asked for.
    importing: usize,
    /// How deep in imports the program itself is.
    own_importing: usize,
    steps: usize,
    /// Steps that one call of the outer program may take before it is given up for unknown; see
    /// [`Interpreter::gave_up_call`].
    pub call_limit: Option<usize>,
    gave_up: bool,
    /// A call of the program itself was given up.
    gave_up_call: bool,
    /// Steps of module-level statements, which no call is charged for.
    apart: usize,
    /// The steps of the parts before.
    spent: usize,
    /// Where the steps of the call or import that is under way end.
    limit: usize,
    allocated: usize,
    exhausted: bool,
    /// Functions under way, to bound recursion early.
    running: HashMap<*const super::syntax::FunctionDef, Vec<Arguments>>,
    /// Functions that one call could not follow to their end: another would not either.
    unfinished: HashSet<*const super::syntax::FunctionDef>,
}

impl<'s, H: Host> Interpreter<'s, H> {
    pub fn new(sources: &'s Sources, roots: &'s ImportRoots, host: H) -> Self {
        Self {
            sources,
            roots,
            host,
            modules: HashMap::new(),
            frames: Vec::new(),
            sites: Vec::new(),
            conditions: 0,
            guards: Vec::new(),
            importing: 0,
            own_importing: 0,
            steps: 0,
            call_limit: None,
            gave_up: false,
            gave_up_call: false,
            apart: 0,
            spent: 0,
            limit: usize::MAX,
            allocated: 0,
            exhausted: false,
            running: HashMap::new(),
            unfinished: HashSet::new(),
        }
    }

    /// Whether a bound was met, so that not all was seen.
    pub fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Whether a call of the program that runs, or of what it calls, was given up since the run was renewed. What a module
    /// does when it is imported is that module's own.
    pub fn gave_up_call(&self) -> bool {
        self.gave_up_call
    }

    /// Whether a function was called, with whatever arguments.
    pub fn has_called(&self, function: &super::value::Function) -> bool {
        self.running.contains_key(&Arc::as_ptr(&function.def))
    }

    /// Whether the current statement runs only under conditions that are not known.
    pub fn is_conditional(&self) -> bool {
        self.conditions > 0 || self.frames.iter().any(|frame| frame.may_have_returned)
    }

    /// What the conditions were made of that decide whether the current statement runs: those around it, and those under
    /// which its functions may have returned before.
    pub fn guards(&self) -> impl Iterator<Item = &Arc<str>> {
        self.guards.iter().chain(self.frames.iter().flat_map(|frame| &frame.guards))
    }

    /// Does something that happens only under a condition which is not known.
    pub fn sometimes(&mut self, run: impl FnOnce(&mut Self)) {
        self.conditions += 1;
        run(self);
        self.conditions -= 1;
    }

    /// Whether the current statement belongs to the program that runs or to what that calls: it is of no module that is
    /// imported meanwhile.
    pub fn is_own(&self) -> bool {
        self.importing <= self.own_importing
    }

    /// Whether the current statement belongs to the import of a module: it has run before the function that is
    /// followed, and not because of it.
    pub fn is_importing(&self) -> bool {
        self.importing > 0
    }

    /// The value of a module-level name of a file.
    pub fn global(&mut self, path: &Arc<str>, name: &str) -> Option<Value> {
        let _reading = reading::begin(path);
        self.module_name(path, name)
    }

    /// The function that a name of a file means, or `Class.method`: then of an object that is made for it.
    pub fn named_function(&mut self, path: &Arc<str>, dotted: &str) -> Option<Value> {
        let _reading = reading::begin(path);
        let (first, rest) = dotted.split_once('.').map_or((dotted, None), |(first, rest)| (first, Some(rest)));
        let value = self.module_name(path, first)?;
        let (Some(method), Value::Class(_)) = (rest, &value) else { return Some(value).filter(|_| rest.is_none()) };
        let unknown = Arguments { open: true, ..Arguments::default() };
        let object = self.call_at(&value, unknown, path, Span::default());
        Some(self.attribute(&object, &method.into()))
    }

    /// The names that a file's module-level statements bind.
    pub fn globals(&mut self, path: &Arc<str>) -> Vec<Name> {
        self.load(path);
        self.modules.get(path).map_or_else(Vec::new, |module| {
            let mut names: Vec<Name> = module.index.keys().cloned().collect();
            names.sort();
            names
        })
    }

    /// Calls a value as the program would.
    pub fn call(&mut self, function: &Value, arguments: Arguments, path: &Arc<str>, span: Span) -> Value {
        let _reading = reading::begin(path);
        self.call_at(function, arguments, path, span)
    }

    /// Runs the module-level statements of a file that have not run yet, in order.
    pub fn run_module(&mut self, path: &Arc<str>) {
        self.run_statements(path, &|_| true);
    }

    /// As [`Interpreter::run_module`], only those that `is_wanted`.
    pub fn run_statements(&mut self, path: &Arc<str>, is_wanted: &dyn Fn(&Stmt) -> bool) {
        let _reading = reading::begin(path);
        let outer = std::mem::replace(&mut self.own_importing, self.importing + 1);
        self.run_all(path, is_wanted);
        self.own_importing = outer;
    }

    /// The value of an expression where its names are those of a scope.
    pub fn evaluate(&mut self, expression: &Expr, scope: &Scope) -> Value {
        self.eval(expression, scope)
    }

    /// The scope of a file's module-level names.
    pub fn scope(&mut self, path: &Arc<str>) -> Scope {
        self.module_scope(path)
    }

    /// The module that a dotted name means.
    pub fn find_module(&self, dotted: &str) -> Option<ModuleFile> {
        self.roots.find(&self.sources.files, dotted)
    }

    /// Grants the next part of a run the bounds of a whole one, as long as all parts together stay within theirs.
    pub fn renew(&mut self) {
        self.spent += self.steps;
        if self.spent > ALL_STEPS {
            return;
        }
        self.steps = 0;
        self.apart = 0;
        self.gave_up = false;
        self.gave_up_call = false;
        self.allocated = 0;
        self.exhausted = false;
    }

    /// Counts one step of work; false where the bound is met.
    fn step(&mut self) -> bool {
        self.steps += 1;
        // Where calls are given up one by one, so is what they import.
        let own = if self.call_limit.is_some() { self.steps - self.apart } else { self.steps };
        if own > STEPS || self.spent + self.steps > ALL_STEPS || self.allocated > MEMORY {
            self.exhausted = true;
        }
        !self.is_spent()
    }

    /// Whether what is under way is to end, since its bound or the run's is met.
    fn is_spent(&self) -> bool {
        self.exhausted || self.steps > self.limit
    }

    /// Does something within so many steps; whether they were enough.
    fn within<T>(&mut self, steps: usize, run: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let (outer, apart) = (self.limit, self.apart);
        self.limit = outer.min(self.steps.saturating_add(steps));
        let value = run(self);
        let enough = self.steps <= self.limit;
        self.limit = outer.saturating_add(self.apart - apart);
        (value, enough)
    }

    /// Does something within so many steps at its own cost: the call that asked for a name may be given up, and the name
    /// must be whole for whoever asks next.
    fn apart<T>(&mut self, steps: usize, run: impl FnOnce(&mut Self) -> T) -> T {
        let (outer, before, apart) = (self.limit, self.steps, self.apart);
        self.limit = before.saturating_add(steps);
        let value = run(self);
        self.gave_up |= self.steps > self.limit;
        let cost = self.steps - before;
        self.limit = outer.saturating_add(cost);
        self.apart = apart + cost;
        value
    }

    /// A text that was computed, within bounds.
    fn computed(&mut self, text: String) -> Value {
        self.allocated += text.len();
        if text.len() > TEXT || self.allocated > MEMORY {
            return Value::unknown("a text of more than 4 MB");
        }
        Value::str(text)
    }

    /// A list that was computed, within bounds.
    fn computed_list(&mut self, values: Vec<Value>) -> Value {
        self.allocated += values.len() * size_of::<Value>();
        if values.len() > ITEMS || self.allocated > MEMORY {
            return Value::unknown("a list of more than 20,000 elements");
        }
        Value::list(values)
    }

    fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }
}

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Return,
    Raise,
    Break,
    Continue,
}
