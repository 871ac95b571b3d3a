//! What one file imports, what it calls, and where it discovers modules: facts of one blob.

use std::collections::HashMap;
use std::sync::Arc;

use super::syntax::{Argument, ArgumentKind, ClassDef, Expr, ExprKind, FStringPart, Name, Span, Stmt, StmtKind, Suite};

/// The scope of a file's own statements, those of class bodies included.
pub const MODULE: usize = 0;

/// The name of the scope that runs only when the file is started by itself (`if __name__ == "__main__"`).
pub const MAIN: &str = "<main>";

/// Calls that load modules whose names no import statement spells.
const DISCOVERY: [&str; 17] = [
    "import_module",
    "try_import",
    "__import__",
    "walk_packages",
    "iter_modules",
    "find_modules",
    "import_string",
    "import_submodules",
    "spec_from_file_location",
    "SourceFileLoader",
    "load_source",
    "load_module",
    "run_path",
    "run_module",
    "entry_points",
    "iter_entry_points",
    "exec",
];

/// Calls that tell which files there are.
const LISTING: [&str; 9] =
    ["glob", "iglob", "rglob", "listdir", "scandir", "iterdir", "walk", "walk_packages", "iter_modules"];

/// What a file says about other modules.
#[derive(Debug, Default)]
pub struct Imports {
    pub imports: Vec<Import>,
    /// The module itself first, then its functions.
    pub scopes: Vec<ScopeFacts>,
    /// Functions by their dotted names inside the file (`f`, `Class.method`), and classes by theirs.
    functions: HashMap<Name, Vec<usize>>,
}

/// One name of an import statement.
#[derive(Debug, Clone)]
pub struct Import {
    /// The leading dots.
    pub level: u32,
    pub module: Name,
    /// What `from` takes; `*` for all. `None` for `import module`.
    pub name: Option<Name>,
    /// The name that it makes.
    pub bound: Name,
    /// An index of [`Imports::scopes`].
    pub scope: usize,
    /// The whole statement.
    pub span: Span,
}

/// What a function, or the module, does besides importing.
#[derive(Debug, Default)]
pub struct ScopeFacts {
    pub name: String,
    /// Indexes of [`Imports::imports`].
    imports: Vec<usize>,
    /// Functions that are called here, as they are spelled.
    pub calls: Vec<String>,
    /// Functions that are given to others, who may call them.
    pub given: Vec<String>,
    /// Whether it calls something that loads modules by computed names.
    pub discovers: bool,
}

impl Imports {
    /// Reads a file's statements. What stands under `if TYPE_CHECKING` never runs and is left out.
    pub fn of(body: &Suite) -> Self {
        let mut reading = Reading { facts: Self::default() };
        reading.facts.scopes.push(ScopeFacts::default());
        reading.suite(body, MODULE, "");
        reading.facts
    }

    /// The scopes that a function's name means: its own, or for a class its `__init__` and `__call__`.
    pub fn function(&self, name: &str) -> &[usize] {
        self.functions.get(name).map_or(&[], Vec::as_slice)
    }

    /// The methods of a name, of any class.
    pub fn methods(&self, name: &str) -> Vec<usize> {
        let is_method = |scope: &ScopeFacts| scope.name.rsplit_once('.').is_some_and(|(_, last)| last == name);
        (0..self.scopes.len()).filter(|at| self.scopes.get(*at).is_some_and(is_method)).collect()
    }

    /// Whether it asks somewhere which files there are.
    pub fn lists_files(&self) -> bool {
        let mut calls = self.scopes.iter().flat_map(|scope| &scope.calls);
        calls.any(|call| LISTING.contains(&call.rsplit('.').next().unwrap_or_default()))
    }

    /// The imports of one scope.
    pub fn of_scope(&self, scope: usize) -> impl Iterator<Item = &Import> {
        let own = self.scopes.get(scope).map_or(&[][..], |scope| &scope.imports);
        own.iter().filter_map(|at| self.imports.get(*at))
    }
}

struct Reading {
    facts: Imports,
}

impl Reading {
    fn suite(&mut self, suite: &Suite, scope: usize, prefix: &str) {
        for statement in suite.iter() {
            self.statement(statement, scope, prefix);
        }
    }

    fn statement(&mut self, statement: &Stmt, scope: usize, prefix: &str) {
        match &statement.kind {
            StmtKind::Import(aliases) => {
                for alias in aliases {
                    let top = alias.name.split('.').next().unwrap_or_default();
                    self.import(Import {
                        level: 0,
                        module: alias.name.clone(),
                        name: None,
                        bound: alias.asname.clone().unwrap_or_else(|| top.into()),
                        scope,
                        span: statement.span,
                    });
                }
            }
            StmtKind::ImportFrom(import) => {
                for alias in &import.names {
                    self.import(Import {
                        level: import.level,
                        module: import.module.clone(),
                        name: Some(alias.name.clone()),
                        bound: alias.asname.as_ref().unwrap_or(&alias.name).clone(),
                        scope,
                        span: statement.span,
                    });
                }
            }
            StmtKind::FunctionDef(def) => {
                for decorator in &def.decorators {
                    self.expression(decorator, scope);
                }
                let inner = self.scope(&format!("{prefix}{}", def.name));
                self.suite(&def.body, inner, &format!("{prefix}{}.", def.name));
            }
            StmtKind::ClassDef(def) => self.class(def, scope, prefix),
            StmtKind::If { branches, orelse } => self.conditional(branches, orelse, scope, prefix),
            kind => {
                own_expressions(kind, &mut |expression| self.expression(expression, scope));
                for suite in kind.suites() {
                    self.suite(suite, scope, prefix);
                }
            }
        }
    }

    fn import(&mut self, import: Import) {
        if let Some(scope) = self.facts.scopes.get_mut(import.scope) {
            scope.imports.push(self.facts.imports.len());
        }
        self.facts.imports.push(import);
    }

    fn class(&mut self, def: &Arc<ClassDef>, scope: usize, prefix: &str) {
        for decorator in &def.decorators {
            self.expression(decorator, scope);
        }
        let inner = format!("{prefix}{}.", def.name);
        self.suite(&def.body, scope, &inner);
        for method in ["__init__", "__call__"] {
            let made = self.facts.function(&format!("{inner}{method}")).to_vec();
            self.facts.functions.entry(format!("{prefix}{}", def.name).into()).or_default().extend(made);
        }
    }

    fn conditional(&mut self, branches: &[(Expr, Suite)], orelse: &Suite, scope: usize, prefix: &str) {
        for (test, body) in branches {
            self.expression(test, scope);
            match static_truth(test) {
                Some(false) => {}
                Some(true) => return self.suite(body, scope, prefix),
                None if is_main_test(test) => {
                    let inner = self.scope(MAIN);
                    self.suite(body, inner, prefix);
                }
                None => self.suite(body, scope, prefix),
            }
        }
        self.suite(orelse, scope, prefix);
    }

    fn scope(&mut self, name: &str) -> usize {
        let at = self.facts.scopes.len();
        self.facts.scopes.push(ScopeFacts { name: name.to_owned(), ..ScopeFacts::default() });
        self.facts.functions.entry(name.into()).or_default().push(at);
        at
    }

    fn expression(&mut self, expression: &Expr, scope: usize) {
        visit(expression, &mut |expression| {
            let ExprKind::Call { function, arguments } = &expression.kind else { return };
            let Some(facts) = self.facts.scopes.get_mut(scope) else { return };
            if let ExprKind::Attribute { attribute, .. } | ExprKind::Name(attribute) = &function.kind {
                facts.discovers |= DISCOVERY.contains(&&**attribute);
            }
            facts.calls.extend(function.dotted());
            // `run_sync(migrate)`
            facts.given.extend(arguments.iter().filter_map(|argument| argument.value.dotted()));
        });
    }
}

/// What a condition is when the code runs, where its text alone tells.
fn static_truth(test: &Expr) -> Option<bool> {
    match &test.kind {
        ExprKind::Bool(value) => Some(*value),
        ExprKind::Int(value) => Some(*value != 0),
        ExprKind::Not(operand) => static_truth(operand).map(|truth| !truth),
        ExprKind::And(operands) => operands.iter().any(|operand| static_truth(operand) == Some(false)).then_some(false),
        ExprKind::Name(name) | ExprKind::Attribute { attribute: name, .. } => {
            (**name == *"TYPE_CHECKING").then_some(false)
        }
        _ => None,
    }
}

fn is_main_test(test: &Expr) -> bool {
    let is = |expression: &Expr, name: &str| match &expression.kind {
        ExprKind::Name(found) | ExprKind::Str(found) => **found == *name,
        _ => false,
    };
    match &test.kind {
        ExprKind::Compare { left, rest } => {
            let right = rest.first().map(|(_, right)| right);
            right.is_some_and(|right| {
                is(left, "__name__") && is(right, "__main__") || is(left, "__main__") && is(right, "__name__")
            })
        }
        _ => false,
    }
}

/// The expressions of a statement itself, those of its suites not included.
fn own_expressions(kind: &StmtKind, see: &mut dyn FnMut(&Expr)) {
    match kind {
        StmtKind::Expr(value)
        | StmtKind::Return(Some(value))
        | StmtKind::Raise(Some(value))
        | StmtKind::AugAssign { value, .. }
        | StmtKind::TypeAlias { value, .. }
        | StmtKind::AnnAssign { value: Some(value), .. } => see(value),
        StmtKind::Assign { targets, value } => {
            targets.iter().for_each(&mut *see);
            see(value);
        }
        StmtKind::For { iter, .. } => see(iter),
        StmtKind::While { test, .. } | StmtKind::Assert { test } => see(test),
        StmtKind::With { items, .. } => items.iter().for_each(|item| see(&item.context)),
        StmtKind::Match { subject, .. } => see(subject),
        _ => {}
    }
}

/// Every expression of a suite, those of its functions and classes included.
pub fn every_expression(suite: &Suite, see: &mut dyn FnMut(&Expr)) {
    for statement in suite.iter() {
        own_expressions(&statement.kind, &mut |expression| visit(expression, see));
        match &statement.kind {
            StmtKind::FunctionDef(def) => every_expression(&def.body, see),
            StmtKind::ClassDef(def) => every_expression(&def.body, see),
            kind => kind.suites().into_iter().for_each(|inner| every_expression(inner, see)),
        }
    }
}

/// Every expression inside of one, itself included.
pub fn visit(expression: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expression);
    let mut all = |expressions: &[Expr]| expressions.iter().for_each(|expression| visit(expression, see));
    match &expression.kind {
        ExprKind::Tuple(items)
        | ExprKind::List(items)
        | ExprKind::Set(items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => all(items),
        ExprKind::Attribute { value, .. }
        | ExprKind::Not(value)
        | ExprKind::Negative(value)
        | ExprKind::OtherUnary(value)
        | ExprKind::Starred(value)
        | ExprKind::Await(value)
        | ExprKind::YieldFrom(value)
        | ExprKind::Yield(Some(value))
        | ExprKind::Walrus { value, .. } => visit(value, see),
        ExprKind::Call { function, arguments } => {
            visit(function, see);
            arguments.iter().for_each(|Argument { value, .. }| visit(value, see));
        }
        ExprKind::Subscript { value, index } => {
            visit(value, see);
            visit(index, see);
        }
        ExprKind::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().for_each(|part| visit(part, see));
        }
        ExprKind::Dict(items) => {
            for (key, value) in items.iter() {
                if let Some(key) = key {
                    visit(key, see);
                }
                visit(value, see);
            }
        }
        ExprKind::Binary { left, right, .. } => {
            visit(left, see);
            visit(right, see);
        }
        ExprKind::Compare { left, rest } => {
            visit(left, see);
            rest.iter().for_each(|(_, right)| visit(right, see));
        }
        ExprKind::Conditional { test, body, orelse } => {
            visit(test, see);
            visit(body, see);
            visit(orelse, see);
        }
        ExprKind::Lambda(def) => {
            for statement in def.body.iter() {
                own_expressions(&statement.kind, &mut |expression| visit(expression, see));
            }
        }
        ExprKind::Comprehension { element, value, generators, .. } => {
            visit(element, see);
            if let Some(value) = value {
                visit(value, see);
            }
            for generator in generators.iter() {
                visit(&generator.iter, see);
                generator.ifs.iter().for_each(|condition| visit(condition, see));
            }
        }
        ExprKind::FString { parts, .. } => {
            for part in parts.iter() {
                if let FStringPart::Value { value, .. } = part {
                    visit(value, see);
                }
            }
        }
        _ => {}
    }
}

/// The arguments of a class statement that are its bases.
pub fn bases(def: &ClassDef) -> impl Iterator<Item = &Expr> {
    def.arguments.iter().filter(|argument| argument.kind == ArgumentKind::Positional).map(|argument| &argument.value)
}

/// The names in a file's `__all__` and where it is set: a literal, with the literals that are added to it. `None` where
/// there is none, or it is not known wholly.
pub fn literal_all(body: &Suite) -> Option<(Vec<Name>, Span)> {
    let mut all: Option<(Vec<Name>, Span)> = None;
    for statement in body.iter() {
        let is_all = |target: &Expr| matches!(&target.kind, ExprKind::Name(name) if **name == *"__all__");
        match &statement.kind {
            StmtKind::Assign { targets, value } if targets.iter().any(is_all) => {
                all = Some((literal_names(value)?, statement.span));
            }
            StmtKind::AnnAssign { target, value: Some(value), .. } if is_all(target) => {
                all = Some((literal_names(value)?, statement.span));
            }
            StmtKind::AugAssign { target, value, .. } if is_all(target) => {
                all.as_mut()?.0.extend(literal_names(value)?);
            }
            StmtKind::Expr(Expr { kind: ExprKind::Call { function, arguments }, .. }) => {
                if let ExprKind::Attribute { value, attribute } = &function.kind
                    && is_all(value)
                {
                    let (names, _) = all.as_mut()?;
                    for argument in arguments.iter() {
                        match (&**attribute, argument.value.as_str()) {
                            ("append", Some(name)) => names.push(name.clone()),
                            ("extend", _) => names.extend(literal_names(&argument.value)?),
                            _ => return None,
                        }
                    }
                }
            }
            _ => {}
        }
    }
    all
}

fn literal_names(value: &Expr) -> Option<Vec<Name>> {
    match &value.kind {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().map(|item| item.as_str().cloned()).collect()
        }
        ExprKind::Binary { left, right, .. } => {
            let mut names = literal_names(left)?;
            names.extend(literal_names(right)?);
            Some(names)
        }
        _ => None,
    }
}
