//! Statements.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::expressions::position;
use super::{Flow, Host, ITEMS, Interpreter};
use crate::python::syntax::{
    ArgumentKind, BinaryOperator, ClassDef, Expr, ExprKind, FunctionDef, Handler, MatchCase, Name, Pattern, Stmt,
    StmtKind, Suite, WithItem,
};
use crate::python::value::{Arguments, Class, FunctionKind, Scope, Value};

/// Turns of a `while` whose condition stays true.
const WHILE: usize = 1_000;

/// Keys of a dict that is filled one by one: each is compared with each.
const KEYS: usize = 2_000;

impl<H: Host> Interpreter<'_, H> {
    pub(super) fn suite(&mut self, suite: &Suite, scope: &Scope) -> Flow {
        for statement in suite.iter() {
            let flow = self.execute(statement, scope);
            if flow != Flow::Next {
                return flow;
            }
            if self.is_spent() {
                return Flow::Raise;
            }
        }
        Flow::Next
    }

    pub(super) fn execute(&mut self, statement: &Stmt, scope: &Scope) -> Flow {
        if !self.step() {
            return Flow::Raise;
        }
        match &statement.kind {
            StmtKind::Expr(value) => {
                self.eval(value, scope);
            }
            StmtKind::Assign { targets, value } => {
                let value = self.eval(value, scope);
                for target in targets {
                    self.assign(target, value.clone(), scope);
                }
            }
            StmtKind::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    let value = self.eval(value, scope);
                    self.assign(target, value, scope);
                }
            }
            StmtKind::AugAssign { target, operator, value } => self.augmented(target, *operator, value, scope),
            StmtKind::TypeAlias { name, value } => {
                let value = self.eval(value, scope);
                bind(scope, name, value);
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    self.delete(target, scope);
                }
            }
            StmtKind::FunctionDef(def) => {
                let value = self.function(def, scope);
                bind(scope, &def.name, value);
            }
            StmtKind::ClassDef(def) => {
                let value = self.class(def, scope);
                bind(scope, &def.name, value);
            }
            StmtKind::Return(value) => {
                let value = value.as_ref().map_or(Value::None, |value| self.eval(value, scope));
                if let Some(frame) = self.frame() {
                    frame.returned = Some(match frame.returned.take() {
                        Some(other) => other.join(value),
                        None => value,
                    });
                }
                return Flow::Return;
            }
            StmtKind::Raise(value) => {
                if let Some(value) = value {
                    self.eval(value, scope);
                }
                return Flow::Raise;
            }
            StmtKind::Assert { test } => {
                self.eval(test, scope);
            }
            StmtKind::Break => return Flow::Break,
            StmtKind::Continue => return Flow::Continue,
            StmtKind::Pass => {}
            StmtKind::Global(names) => scope.0.outer_names.borrow_mut().extend(names.iter().cloned()),
            StmtKind::Import(names) => self.import_statement(names, scope),
            StmtKind::ImportFrom(import) => self.import_from(import, scope),
            StmtKind::If { branches, orelse } => return self.conditional(branches, orelse, scope),
            StmtKind::For { target, iter, body, orelse } => return self.for_loop(target, iter, body, orelse, scope),
            StmtKind::While { test, body, orelse } => return self.while_loop(test, body, orelse, scope),
            StmtKind::With { items, body } => return self.with(items, body, scope),
            StmtKind::Try { body, handlers, orelse, finally } => {
                return self.try_statement(body, handlers, orelse, finally, scope);
            }
            StmtKind::Match { subject, cases } => return self.match_statement(subject, cases, scope),
        }
        Flow::Next
    }

    fn conditional(&mut self, branches: &[(Expr, Suite)], orelse: &Suite, scope: &Scope) -> Flow {
        let mut open: Vec<(&Suite, Arc<str>)> = Vec::new();
        for (test, body) in branches {
            let value = self.eval(test, scope);
            match value.truth() {
                Some(false) => {}
                Some(true) if open.is_empty() => return self.suite(body, scope),
                Some(true) => {
                    open.push((body, "".into()));
                    return self.branches(&open, scope);
                }
                None => open.push((body, value.path())),
            }
        }
        if open.is_empty() {
            return self.suite(orelse, scope);
        }
        let guard = open.first().map_or_else(|| "".into(), |(_, guard)| guard.clone());
        open.push((orelse, guard));
        self.branches(&open, scope)
    }

    /// Runs each of several ways on the same state, and joins what they leave.
    fn branches(&mut self, branches: &[(&Suite, Arc<str>)], scope: &Scope) -> Flow {
        let mut left = Vec::new();
        let flow = self.ways(branches.len(), scope, |vm, at| {
            let Some((body, guard)) = branches.get(at) else { return Flow::Next };
            vm.guards.push(guard.clone());
            let flow = vm.suite(body, scope);
            vm.guards.pop();
            if flow == Flow::Return {
                left.push(guard.clone());
            }
            flow
        });
        // What follows runs only where none of them has returned.
        if flow == Flow::Next
            && let Some(frame) = self.frame()
        {
            frame.guards.append(&mut left);
        }
        flow
    }

    /// Runs `count` alternatives, one of which would run, each from the same names.
    pub(super) fn ways(&mut self, count: usize, scope: &Scope, mut run: impl FnMut(&mut Self, usize) -> Flow) -> Flow {
        let before = scope.0.names.borrow().clone();
        // Each way copies them.
        self.steps += before.len() * count / 8;
        let mut after: Option<HashMap<Name, Value>> = None;
        let mut flows = Vec::with_capacity(count);
        self.conditions += 1;
        for at in 0..count {
            if at > 0 {
                let mut names = scope.0.names.borrow_mut();
                if scope.is_module() {
                    // What was evaluated on demand meanwhile is not evaluated again.
                    names.extend(before.iter().map(|(name, value)| (name.clone(), value.clone())));
                } else {
                    names.clone_from(&before);
                }
            }
            let flow = run(self, at);
            flows.push(flow);
            // A way that leaves says nothing about the names after it.
            if matches!(flow, Flow::Next | Flow::Continue | Flow::Break) {
                let names = scope.0.names.borrow();
                after = Some(match after.take() {
                    None => names.clone(),
                    Some(joined) => join_names(joined, &names),
                });
            }
        }
        self.conditions -= 1;
        if let Some(after) = after {
            *scope.0.names.borrow_mut() = after;
        }
        let first = flows.first().copied().unwrap_or(Flow::Next);
        if flows.iter().all(|flow| *flow == first) {
            return first;
        }
        if flows.iter().all(|flow| matches!(flow, Flow::Return | Flow::Raise)) {
            return Flow::Return;
        }
        if flows.contains(&Flow::Return)
            && let Some(frame) = self.frame()
        {
            frame.may_have_returned = true;
        }
        Flow::Next
    }

    fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &Suite, orelse: &Suite, scope: &Scope) -> Flow {
        let iterable = self.eval(iter, scope);
        let mut flow = Flow::Next;
        match self.elements(&iterable) {
            Some((values, open)) => {
                let conditions = self.conditions;
                for value in values.iter().take(ITEMS) {
                    if !self.step() {
                        return Flow::Raise;
                    }
                    self.assign(target, value.clone(), scope);
                    if open {
                        self.conditions += 1;
                    }
                    flow = self.suite(body, scope);
                    if open {
                        self.conditions -= 1;
                    }
                    if matches!(flow, Flow::Break | Flow::Return | Flow::Raise) {
                        break;
                    }
                }
                if open && !matches!(flow, Flow::Break | Flow::Return | Flow::Raise) {
                    flow = self.unknown_turn(target, &iterable, body, scope);
                }
                self.conditions = conditions;
            }
            None => flow = self.unknown_turn(target, &iterable, body, scope),
        }
        match flow {
            Flow::Return | Flow::Raise => flow,
            Flow::Break => Flow::Next,
            Flow::Next | Flow::Continue => self.suite(orelse, scope),
        }
    }

    /// The body of a loop, once, for elements that are not known.
    fn unknown_turn(&mut self, target: &Expr, iterable: &Value, body: &Suite, scope: &Scope) -> Flow {
        let element = Value::unknown(format!("an element of {}", describe(iterable)));
        self.ways(2, scope, |vm, at| {
            if at == 0 {
                return Flow::Next;
            }
            vm.guards.push(iterable.path());
            vm.assign(target, element.clone(), scope);
            let flow = vm.suite(body, scope);
            vm.guards.pop();
            flow
        })
    }

    fn while_loop(&mut self, test: &Expr, body: &Suite, orelse: &Suite, scope: &Scope) -> Flow {
        for turn in 0..WHILE {
            let condition = self.eval(test, scope);
            match condition.truth() {
                Some(false) => return self.suite(orelse, scope),
                Some(true) => match self.suite(body, scope) {
                    Flow::Break => return Flow::Next,
                    flow @ (Flow::Return | Flow::Raise) => return flow,
                    Flow::Next | Flow::Continue => {
                        // `while True` with a way out that is not known: a second turn shows nothing new.
                        if turn > 0 && matches!(test.kind, ExprKind::Bool(_) | ExprKind::Int(_)) {
                            return Flow::Next;
                        }
                    }
                },
                None => {
                    let flow = self.ways(2, scope, |vm, at| {
                        if at == 0 {
                            return Flow::Next;
                        }
                        vm.guards.push(condition.path());
                        let flow = vm.suite(body, scope);
                        vm.guards.pop();
                        flow
                    });
                    return if matches!(flow, Flow::Return | Flow::Raise) { flow } else { Flow::Next };
                }
            }
            if self.is_spent() {
                return Flow::Raise;
            }
        }
        self.exhausted = true;
        Flow::Raise
    }

    fn with(&mut self, items: &[WithItem], body: &Suite, scope: &Scope) -> Flow {
        let mut entered_ones = Vec::new();
        for item in items {
            let context = self.eval(&item.context, scope);
            let entered = match &context {
                Value::Instance(_) => {
                    let enter = self.attribute(&context, &"__enter__".into());
                    match enter {
                        Value::Function(_) => {
                            self.call_at(&enter, Arguments::default(), scope.file(), item.context.span)
                        }
                        _ => context.clone(),
                    }
                }
                _ => context.clone(),
            };
            if let Some(target) = &item.target {
                self.assign(target, entered, scope);
            }
            if matches!(context, Value::Instance(_)) {
                entered_ones.push((context, item.context.span));
            }
        }
        let flow = self.suite(body, scope);
        for (context, span) in entered_ones.into_iter().rev() {
            let exit = self.attribute(&context, &"__exit__".into());
            if let Value::Function(_) = exit {
                let no_error = Arguments { positional: vec![Value::None; 3], ..Arguments::default() };
                self.call_at(&exit, no_error, scope.file(), span);
            }
        }
        flow
    }

    fn try_statement(
        &mut self,
        body: &Suite,
        handlers: &[Handler],
        orelse: &Suite,
        finally: &Suite,
        scope: &Scope,
    ) -> Flow {
        let mut flow = self.suite(body, scope);
        let mut caught = false;
        for handler in handlers {
            let handled = self.ways(2, scope, |vm, at| {
                if at == 0 {
                    return Flow::Next;
                }
                if let Some(exception) = &handler.exception {
                    vm.eval(exception, scope);
                }
                if let Some(name) = &handler.name {
                    bind(scope, name, Value::unknown("an exception"));
                }
                vm.suite(&handler.body, scope)
            });
            caught |= !matches!(handled, Flow::Return | Flow::Raise);
        }
        match flow {
            Flow::Next => flow = self.suite(orelse, scope),
            // The body may have raised before it got there, and what follows runs then.
            Flow::Return if caught => {
                if let Some(frame) = self.frame() {
                    frame.may_have_returned = true;
                }
                flow = Flow::Next;
            }
            Flow::Raise if caught && !self.is_spent() => flow = Flow::Next,
            _ => {}
        }
        let last = self.suite(finally, scope);
        if last == Flow::Next { flow } else { last }
    }

    fn match_statement(&mut self, subject: &Expr, cases: &[MatchCase], scope: &Scope) -> Flow {
        let subject = self.eval(subject, scope);
        let mut open: Vec<&MatchCase> = Vec::new();
        for case in cases {
            let mut matches = self.matches(&case.pattern, &subject, scope);
            if matches != Some(false)
                && let Some(guard) = &case.guard
            {
                matches = match (matches, self.eval(guard, scope).truth()) {
                    (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
            }
            match matches {
                Some(false) => {}
                Some(true) if open.is_empty() => return self.suite(&case.body, scope),
                Some(true) => {
                    open.push(case);
                    return self.cases(&open, &subject, true, scope);
                }
                None => open.push(case),
            }
        }
        if open.is_empty() { Flow::Next } else { self.cases(&open, &subject, false, scope) }
    }

    fn cases(&mut self, cases: &[&MatchCase], subject: &Value, complete: bool, scope: &Scope) -> Flow {
        self.ways(cases.len() + usize::from(!complete), scope, |vm, at| match cases.get(at) {
            Some(case) => {
                vm.guards.push(subject.path());
                vm.matches(&case.pattern, subject, scope);
                let flow = vm.suite(&case.body, scope);
                vm.guards.pop();
                flow
            }
            None => Flow::Next,
        })
    }

    /// Whether a value matches a pattern, where that can be known; binds the pattern's names.
    fn matches(&mut self, pattern: &Pattern, value: &Value, scope: &Scope) -> Option<bool> {
        match pattern {
            Pattern::Value(expected) => {
                let expected = self.eval(expected, scope);
                value.equals(&expected)
            }
            Pattern::Or(patterns) => {
                let mut answer = Some(false);
                for pattern in patterns {
                    match self.matches(pattern, value, scope) {
                        Some(true) => return Some(true),
                        None => answer = None,
                        Some(false) => {}
                    }
                }
                answer
            }
            Pattern::As { pattern, name } => {
                if let Some(name) = name {
                    bind(scope, name, value.clone());
                }
                match pattern {
                    Some(pattern) => self.matches(pattern, value, scope),
                    None => Some(true),
                }
            }
            Pattern::Sequence(patterns) => {
                let elements = match value {
                    Value::Tuple(_) | Value::List(_) => self.elements(value),
                    _ => None,
                };
                match elements {
                    Some((values, false)) if values.len() == patterns.len() => {
                        let mut answer = Some(true);
                        for (pattern, value) in patterns.iter().zip(&values) {
                            match self.matches(pattern, value, scope) {
                                Some(false) => return Some(false),
                                None => answer = None,
                                Some(true) => {}
                            }
                        }
                        answer
                    }
                    Some((_, false)) => Some(false),
                    _ => {
                        for pattern in patterns {
                            self.matches(pattern, &Value::unknown("a part of a pattern"), scope);
                        }
                        None
                    }
                }
            }
            Pattern::Other(names) => {
                for name in names {
                    bind(scope, name, Value::unknown(format!("`{name}`")));
                }
                None
            }
        }
    }

    fn function(&mut self, def: &Arc<FunctionDef>, scope: &Scope) -> Value {
        let mut kind = FunctionKind::Plain;
        let mut others = Vec::new();
        for decorator in &def.decorators {
            let value = self.eval(decorator, scope);
            match &value {
                Value::External(name) => match &**name {
                    // A property of the class that is made of one calls it.
                    "builtins.staticmethod" | "builtins.classmethod" if kind == FunctionKind::ClassProperty => {}
                    "builtins.staticmethod" => kind = FunctionKind::StaticMethod,
                    "builtins.classmethod" => kind = FunctionKind::ClassMethod,
                    "builtins.property" | "functools.cached_property" => kind = FunctionKind::Property,
                    "contextlib.contextmanager" | "contextlib.asynccontextmanager" => {
                        kind = FunctionKind::ContextManager;
                    }
                    name if name.split('.').any(|part| matches!(part, "declared_attr" | "classproperty")) => {
                        kind = FunctionKind::ClassProperty;
                    }
                    // A decorator from outside is taken to return a function that does the same.
                    _ => {}
                },
                Value::Class(class) if is_class_property(class) => kind = FunctionKind::ClassProperty,
                Value::Function(_) | Value::Partial(_) | Value::Class(_) => others.push((value, decorator.span)),
                _ => {}
            }
        }
        let mut function = self.closure(def, scope, kind);
        for (decorator, span) in others.into_iter().rev() {
            let argument = Arguments { positional: vec![function.clone()], ..Arguments::default() };
            let decorated = self.call_at(&decorator, argument, scope.file(), span);
            if matches!(decorated, Value::Function(_) | Value::Partial(_) | Value::OneOf(_) | Value::Instance(_)) {
                function = decorated;
            }
        }
        function
    }

    fn class(&mut self, def: &Arc<ClassDef>, scope: &Scope) -> Value {
        let bases = def
            .arguments
            .iter()
            .filter(|argument| argument.kind == ArgumentKind::Positional)
            .map(|argument| self.eval(&argument.value, scope))
            .collect();
        let inner = scope.inner(def.name.clone(), true);
        self.suite(&def.body, &inner);
        let class = Rc::new(Class { def: def.clone(), bases, scope: inner });
        self.init_subclass(&class, scope);
        H::class(self, &class);
        Value::Class(class)
    }

    /// A base may change each class that derives from it: `__init_subclass__`.
    fn init_subclass(&mut self, class: &Rc<Class>, scope: &Scope) {
        let hook = class.ancestors().iter().find_map(|base| match base {
            Value::Class(base) => base.own("__init_subclass__"),
            _ => None,
        });
        let Some(hook) = hook else { return };
        let keywords: Vec<(Name, Value)> = class
            .def
            .arguments
            .iter()
            .filter_map(|argument| match &argument.kind {
                ArgumentKind::Keyword(name) if **name != *"metaclass" => {
                    Some((name.clone(), self.eval(&argument.value, scope)))
                }
                _ => None,
            })
            .collect();
        let arguments = Arguments { positional: vec![Value::Class(class.clone())], keywords, open: false };
        self.call_at(&hook, arguments, scope.file(), class.def.name_span);
    }

    pub(super) fn assign(&mut self, target: &Expr, value: Value, scope: &Scope) {
        match &target.kind {
            ExprKind::Name(name) => bind(scope, name, value),
            ExprKind::Starred(inner) => self.assign(inner, value, scope),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, &value, scope),
            ExprKind::Attribute { value: object, attribute } => {
                let object = self.eval(object, scope);
                set_attribute(&object, attribute, value);
            }
            ExprKind::Subscript { value: container, index } => {
                let container = self.eval(container, scope);
                let index = self.eval(index, scope);
                set_item(&container, &index, value);
            }
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &[Expr], value: &Value, scope: &Scope) {
        let star = targets.iter().position(|target| matches!(target.kind, ExprKind::Starred(_)));
        let elements = match value {
            // `a, b = one_of((1, 2), (3, 4))`
            Value::OneOf(values) => {
                let rows: Vec<Vec<Value>> = values
                    .iter()
                    .filter_map(|value| self.elements(value))
                    .filter(|(row, open)| !open && row.len() == targets.len())
                    .map(|(row, _)| row)
                    .collect();
                if rows.len() == values.len() && star.is_none() {
                    let columns = (0..targets.len())
                        .map(|at| rows.iter().map(|row| row[at].clone()).reduce(Value::join).unwrap_or(Value::None));
                    Some((columns.collect(), false))
                } else {
                    None
                }
            }
            value => self.elements(value),
        };
        match (elements, star) {
            (Some((values, false)), None) if values.len() == targets.len() => {
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value, scope);
                }
            }
            (Some((values, false)), Some(star)) if values.len() + 1 >= targets.len() => {
                let after = targets.len() - star - 1;
                for (target, value) in targets[..star].iter().zip(&values) {
                    self.assign(target, value.clone(), scope);
                }
                let rest = values[star..values.len() - after].to_vec();
                self.assign(&targets[star], Value::list(rest), scope);
                for (target, value) in targets[star + 1..].iter().zip(&values[values.len() - after..]) {
                    self.assign(target, value.clone(), scope);
                }
            }
            _ => {
                let why = format!("a part of {}", describe(value));
                for target in targets {
                    self.assign(target, Value::unknown(why.as_str()), scope);
                }
            }
        }
    }

    fn augmented(&mut self, target: &Expr, operator: BinaryOperator, value: &Expr, scope: &Scope) {
        let old = self.eval(target, scope);
        let value = self.eval(value, scope);
        // `list += …` changes the list itself, which others may hold.
        if operator == BinaryOperator::Add
            && let Value::List(list) = &old
        {
            match self.elements(&value) {
                Some((values, open)) => {
                    let mut list = list.borrow_mut();
                    if list.values.len() + values.len() > ITEMS {
                        self.exhausted = true;
                        return;
                    }
                    list.values.extend(values);
                    list.open |= open;
                }
                None => list.borrow_mut().open = true,
            }
            return;
        }
        let new = self.binary(operator, &old, &value);
        self.assign(target, new, scope);
    }

    fn delete(&mut self, target: &Expr, scope: &Scope) {
        match &target.kind {
            ExprKind::Name(name) => {
                scope.0.names.borrow_mut().remove(name);
            }
            ExprKind::Subscript { value, index } => {
                let (container, index) = (self.eval(value, scope), self.eval(index, scope));
                if let Value::Dict(entries) = &container {
                    entries.borrow_mut().values.retain(|(key, _)| key.equals(&index) != Some(true));
                } else if let Value::List(items) = &container {
                    items.borrow_mut().open = true;
                }
            }
            _ => {}
        }
    }
}

fn join_names(mut joined: HashMap<Name, Value>, names: &HashMap<Name, Value>) -> HashMap<Name, Value> {
    for (name, value) in names {
        match joined.entry(name.clone()) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(value.clone());
            }
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                if !entry.get().is_same(value) {
                    let known = entry.get().clone();
                    entry.insert(known.join(value.clone()));
                }
            }
        }
    }
    joined
}

/// Whether a class is a `property` that answers for classes as well: it has a `__get__` of its own.
fn is_class_property(class: &Class) -> bool {
    let ancestors = class.ancestors();
    let is_property = |base: &Value| matches!(base, Value::External(path) if &**path == "builtins.property");
    ancestors.iter().any(is_property)
        && (class.own("__get__").is_some()
            || ancestors.iter().any(|base| matches!(base, Value::Class(base) if base.own("__get__").is_some())))
}

pub(super) fn set_attribute(object: &Value, name: &Name, value: Value) {
    if let Value::Instance(instance) = object {
        instance.attributes.borrow_mut().insert(name.clone(), value);
    } else if let Value::Class(class) = object {
        class.scope.0.names.borrow_mut().insert(name.clone(), value);
    }
}

pub(super) fn set_item(container: &Value, index: &Value, value: Value) {
    match container {
        Value::Dict(entries) => {
            let mut entries = entries.borrow_mut();
            match entries.values.iter().position(|(key, _)| key.equals(index) == Some(true)) {
                Some(at) => entries.values[at].1 = value,
                None if entries.values.len() < KEYS => entries.values.push((index.clone(), value)),
                None => entries.open = true,
            }
        }
        Value::List(items) => {
            let mut items = items.borrow_mut();
            let len = items.values.len();
            match index {
                Value::Int(at) => {
                    let at = position(*at, len);
                    if let Some(slot) = at.and_then(|at| items.values.get_mut(at)) {
                        *slot = value;
                    }
                }
                _ => items.open = true,
            }
        }
        _ => {}
    }
}

/// A value in a reason: what it comes from, or that it is not known.
pub(super) fn describe(value: &Value) -> String {
    let path = value.path();
    if path.is_empty() {
        return "a value".into();
    }
    if path.contains('`') || path.contains(' ') { path.to_string() } else { format!("`{path}`") }
}

pub(super) fn bind(scope: &Scope, name: &Name, value: Value) {
    let mut target = scope;
    if scope.0.outer_names.borrow().contains(name) {
        // `nonlocal` finds the nearest function that has it, `global` the module.
        let mut outer = scope.0.parent.as_ref();
        while let Some(candidate) = outer {
            target = candidate;
            if !candidate.0.is_class && candidate.0.names.borrow().contains_key(name) {
                break;
            }
            outer = candidate.0.parent.as_ref();
        }
    }
    target.0.names.borrow_mut().insert(name.clone(), value);
}
