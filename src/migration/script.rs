//! One migration file: who it says it is, and what its two directions do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::operation::{Certainty, Location, MigrateOperation, Operation};
use super::operations::{Recorder, ReflectedDatabase, op};
use crate::python::interpreter::Interpreter;
use crate::python::syntax::{Expr, ExprKind, Span, Stmt, StmtKind, Suite};
use crate::python::value::{Arguments, FunctionKind, Value};
use crate::python::{ImportRoots, Sources};
use crate::reading;
use crate::texts::Later;

/// A migration file that Alembic would load.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    #[serde(with = "crate::texts")]
    pub path: Arc<str>,
    pub revision: Revision,
    /// Upwards, then downwards. Of most files of a long chain nobody asks.
    directions: Later<[Option<Direction>; 2]>,
}

impl Script {
    /// A file that does this much.
    pub fn new(path: Arc<str>, revision: Revision, upgrade: Option<Direction>, downgrade: Option<Direction>) -> Self {
        Self { path, revision, directions: Later::new([upgrade, downgrade]) }
    }

    /// `upgrade()` and every `upgrade_<engine>()`, one after the other. `None` where the file has neither.
    pub fn upgrade(&self) -> Option<&Direction> {
        let [upgrade, _] = &*self.directions;
        upgrade.as_ref()
    }

    /// The same for `downgrade()`.
    pub fn downgrade(&self) -> Option<&Direction> {
        let [_, downgrade] = &*self.directions;
        downgrade.as_ref()
    }
}

/// The module-level names that make a file a revision (`alembic.script.revision.Revision`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    #[serde(with = "crate::texts")]
    pub id: Arc<str>,
    /// The statement that sets `revision`.
    pub id_span: Span,
    /// Empty for a base.
    #[serde(with = "crate::texts")]
    pub down_revision: Vec<Arc<str>>,
    /// The statement that sets `down_revision`; that of `revision` where there is none.
    pub down_revision_span: Span,
    pub depends_on_span: Span,
    #[serde(with = "crate::texts")]
    pub depends_on: Vec<Arc<str>>,
    #[serde(with = "crate::texts")]
    pub branch_labels: Vec<Arc<str>>,
    /// Whether one of them could not be known statically: the chain is then not judged by this file.
    pub is_unknown: bool,
    /// The first line of the docstring: what `alembic history` shows.
    #[serde(with = "crate::texts")]
    pub doc: Option<Arc<str>>,
}

/// What one direction of a migration does when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// The function's name in its `def`.
    pub span: Span,
    /// In the order in which they run.
    pub operations: Vec<MigrateOperation>,
    /// Nothing but `pass`, `...`, a docstring or `return`.
    pub is_empty: bool,
    /// It does nothing but raise: a direction that is refused on purpose.
    pub raises: bool,
    /// What it does depends on what stands in the database when it runs: see [`upgrade_over`].
    pub reflects: bool,
}

/// Reads a migration file. `options` are those of the environment's section, for code that asks its configuration;
/// `roots` is where its imports are found.
///
/// Must run on [`crate::stack`]. A file that is no valid Python yields what could be understood of it. `None` where the
/// file is no revision (Alembic passes over a file without `revision`), no text, or none of the snapshot.
pub fn read(
    sources: &Sources,
    roots: &ImportRoots,
    path: &Arc<str>,
    options: &BTreeMap<String, String>,
) -> Option<Script> {
    let file = sources.file(path)?;
    // A link's own path is not that of the file it leads to; what the interpreter says is about the file.
    let path = &file.source.path;
    let _reading = reading::begin(path);
    let revision = revision(sources, roots, path, &file.body)?;
    let direction = |name| direction(sources, roots, Recorder::new(path, options), &file.body, name);
    Some(Script::new(path.clone(), revision, direction("upgrade"), direction("downgrade")))
}

/// What a migration's `upgrade()` does on a database that is known. `None` where the file is not there.
pub fn upgrade_over(
    sources: &Sources,
    roots: &ImportRoots,
    script: &Script,
    options: &BTreeMap<String, String>,
    database: Box<dyn ReflectedDatabase>,
) -> Option<Direction> {
    let file = sources.file(&script.path)?;
    let _reading = reading::begin(&script.path);
    let recorder = Recorder::new(&script.path, options).over(database);
    direction(sources, roots, recorder, &file.body, "upgrade")
}

fn revision(sources: &Sources, roots: &ImportRoots, path: &Arc<str>, body: &Suite) -> Option<Revision> {
    let mut vm = Interpreter::new(sources, roots, Recorder::new(path, &BTreeMap::new()));
    let mut is_unknown = false;
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".py");
    let (id, id_span) = match vm.global(path, "revision") {
        Some(value) => {
            let id = value.as_str().cloned().unwrap_or_else(|| {
                is_unknown = true;
                stem.into()
            });
            (id, binding(body, "revision").unwrap_or_default())
        }
        // Alembic's oldest files are named after their revision.
        None if !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) => {
            (stem.into(), Span::default())
        }
        None => return None,
    };
    let mut ids = |name: &str| -> Vec<Arc<str>> {
        let value = vm.global(path, name).unwrap_or(Value::None);
        identifiers(&value).unwrap_or_else(|| {
            is_unknown = true;
            Vec::new()
        })
    };
    let (down_revision, depends_on, branch_labels) = (ids("down_revision"), ids("depends_on"), ids("branch_labels"));
    Some(Revision {
        id,
        id_span,
        down_revision,
        down_revision_span: binding(body, "down_revision").unwrap_or(id_span),
        depends_on_span: binding(body, "depends_on").unwrap_or(id_span),
        depends_on,
        branch_labels,
        is_unknown,
        doc: docstring(body),
    })
}

/// A string, or several, as Alembic's `util.to_tuple` takes them.
fn identifiers(value: &Value) -> Option<Vec<Arc<str>>> {
    let all = |values: &[Value]| values.iter().map(|value| value.as_str().cloned()).collect();
    match value {
        Value::None => Some(Vec::new()),
        Value::Tuple(values) => all(values),
        Value::List(items) | Value::Set(items) => {
            let items = items.borrow();
            if items.open { None } else { all(&items.values) }
        }
        value => value.as_str().map(|id| vec![id.clone()]),
    }
}

/// The last statement that binds a module-level name, nested blocks included.
fn binding(body: &Suite, name: &str) -> Option<Span> {
    body.iter().rev().find_map(|statement| {
        let is_target = |target: &Expr| matches!(&target.kind, ExprKind::Name(bound) if **bound == *name);
        let binds = match &statement.kind {
            StmtKind::Assign { targets, .. } => targets.iter().any(|target| match &target.kind {
                ExprKind::Tuple(targets) => targets.iter().any(is_target),
                _ => is_target(target),
            }),
            StmtKind::AnnAssign { target, .. } => is_target(target),
            StmtKind::ImportFrom(import) => {
                import.names.iter().any(|alias| **alias.asname.as_ref().unwrap_or(&alias.name) == *name)
            }
            StmtKind::FunctionDef(def) if *def.name == *name => return Some(def.name_span),
            _ => false,
        };
        if binds {
            return Some(statement.span);
        }
        statement.kind.suites().into_iter().find_map(|suite| binding(suite, name))
    })
}

fn docstring(body: &Suite) -> Option<Arc<str>> {
    let StmtKind::Expr(value) = &body.first()?.kind else { return None };
    let line = value.as_str()?.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.into())
}

fn direction(
    sources: &Sources,
    roots: &ImportRoots,
    recorder: Recorder,
    body: &Suite,
    name: &str,
) -> Option<Direction> {
    let path = &recorder.path().clone();
    let mut vm = Interpreter::new(sources, roots, recorder);
    let function = vm.global(path, name)?;
    let def = match &function {
        Value::Function(function) => Some(function.def.clone()),
        _ => None,
    };
    let span = binding(body, name).or(def.as_ref().map(|def| def.name_span)).unwrap_or_default();
    let engines: Vec<(Arc<str>, Value)> = engines(&mut vm, path, name);
    let takes_engine = def.as_ref().is_some_and(|def| {
        def.parameters.positional.iter().any(|parameter| *parameter.name != *"op") || def.parameters.rest.is_some()
    });
    if takes_engine && !engines.is_empty() {
        for (engine, _) in &engines {
            let arguments = arguments_of(&function, Some(engine));
            vm.call(&function, arguments, path, span);
        }
    } else {
        vm.call(&function, arguments_of(&function, None), path, span);
    }
    let unread = if vm.exhausted() {
        Some("the work of following it is beyond migguard's bounds")
    } else if matches!(function, Value::Unknown(_) | Value::External(_) | Value::Object(_)) {
        Some("it is not defined in the repository")
    } else {
        None
    };
    let bodies: Vec<Suite> = if takes_engine && !engines.is_empty() {
        engines
            .iter()
            .filter_map(|(_, function)| match function {
                Value::Function(function) => Some(function.def.body.clone()),
                _ => None,
            })
            .collect()
    } else {
        def.into_iter().map(|def| def.body.clone()).collect()
    };
    let reflects = vm.host.reflects();
    let mut operations = vm.host.finish();
    operations.extend(unread.map(|why| MigrateOperation {
        operation: Operation::Unreadable { what: format!("`{name}()`").into(), why: why.into() },
        location: Location { path: path.clone(), span },
        through: Vec::new(),
        called_at: Vec::new(),
        certainty: Certainty::Always,
        guarded: false,
    }));
    Some(Direction {
        span,
        operations,
        is_empty: !bodies.is_empty() && bodies.iter().all(|body| body.iter().all(is_nothing)),
        raises: !bodies.is_empty() && bodies.iter().all(raises),
        reflects,
    })
}

/// The functions of a multi-database environment: `upgrade_<engine>`, by engine.
fn engines(vm: &mut Interpreter<'_, Recorder>, path: &Arc<str>, name: &str) -> Vec<(Arc<str>, Value)> {
    let prefix = format!("{name}_");
    let names = vm.globals(path);
    names
        .into_iter()
        .filter_map(|global| {
            let engine: Arc<str> = global.strip_prefix(&prefix)?.into();
            let function = vm.global(path, &global)?;
            matches!(function, Value::Function(_)).then_some((engine, function))
        })
        .collect()
}

/// What Alembic, or the project's own runner, calls the function with: `op` by its name, an engine's name in the first
/// other place.
fn arguments_of(function: &Value, engine: Option<&Arc<str>>) -> Arguments {
    let mut arguments = Arguments::default();
    let Value::Function(function) = function else { return arguments };
    if function.kind != FunctionKind::Plain {
        return arguments;
    }
    let mut engine = engine;
    for parameter in &function.def.parameters.positional {
        let value = if *parameter.name == *"op" {
            op()
        } else if let Some(engine) = engine.take() {
            Value::Str(engine.clone())
        } else if let Some(default) = function.defaults.get(&parameter.name) {
            default.clone()
        } else {
            Value::unknown(format!("parameter `{}`", parameter.name))
        };
        arguments.positional.push(value);
    }
    if function.def.parameters.keyword_only.iter().any(|parameter| *parameter.name == *"op") {
        arguments.keywords.push(("op".into(), op()));
    }
    arguments
}

/// `pass`, `...`, a docstring, an empty `return`.
fn is_nothing(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Pass | StmtKind::Return(None) => true,
        StmtKind::Return(Some(value)) => matches!(value.kind, ExprKind::None),
        StmtKind::Expr(value) => matches!(value.kind, ExprKind::Ellipsis | ExprKind::Str(_) | ExprKind::None),
        _ => false,
    }
}

fn raises(body: &Suite) -> bool {
    let mut statements = body.iter().skip_while(|statement| is_nothing(statement));
    matches!(statements.next().map(|statement| &statement.kind), Some(StmtKind::Raise(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{Files, MemoryTree};

    fn script(text: &str) -> Script {
        let tree = MemoryTree::new([("versions/ab12.py", text), ("ids.py", "FIRST = 'first'\n")]);
        let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default());
        read(&sources, &ImportRoots(vec![String::new()]), &"versions/ab12.py".into(), &BTreeMap::new()).unwrap()
    }

    #[test]
    fn a_revision_says_who_it_is_and_what_it_follows() {
        let revision = script(
            "\"\"\"Add users\n\nRevision ID: b\n\"\"\"\nfrom ids import FIRST\nrevision: str = 'b'\n\
             down_revision: Union[str, None] = (FIRST, 'other')\ndepends_on = ['c']\nbranch_labels = None\n",
        )
        .revision;
        assert_eq!((&*revision.id, revision.doc.as_deref()), ("b", Some("Add users")));
        assert_eq!(revision.down_revision, ["first".into(), "other".into()] as [Arc<str>; 2]);
        assert_eq!(revision.depends_on, ["c".into()] as [Arc<str>; 1]);
        assert!(revision.branch_labels.is_empty() && !revision.is_unknown);
        assert!(revision.id_span < revision.down_revision_span);
    }

    #[test]
    fn an_unknown_parent_is_not_taken_for_none() {
        assert!(script("import os\nrevision = 'b'\ndown_revision = os.environ['PARENT']\n").revision.is_unknown);
    }

    #[test]
    fn files_without_a_revision_are_passed_over_unless_they_are_named_after_one() {
        assert_eq!(&*script("def upgrade(): pass\n").revision.id, "ab12");
        let tree = MemoryTree::new([("versions/helpers.py", "def upgrade(): pass\n")]);
        let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default());
        let roots = ImportRoots(vec![String::new()]);
        assert!(read(&sources, &roots, &"versions/helpers.py".into(), &BTreeMap::new()).is_none());
        assert!(read(&sources, &roots, &"versions/none.py".into(), &BTreeMap::new()).is_none());
    }

    #[test]
    fn directions_that_do_nothing_or_refuse_are_told_apart() {
        let script = script(
            "revision = 'b'\ndef upgrade():\n    \"\"\"Nothing.\"\"\"\n    pass\n\n\
             def downgrade():\n    raise NotImplementedError('no way back')\n",
        );
        let (upgrade, downgrade) = (script.upgrade().unwrap(), script.downgrade().unwrap());
        assert!(upgrade.is_empty && !upgrade.raises);
        assert!(!downgrade.is_empty && downgrade.raises);
    }

    #[test]
    fn of_a_broken_file_what_is_understood_is_kept() {
        let script =
            script("from alembic import op\nrevision = 'b'\ndef upgrade():\n    op.drop_table('a')\n\nx = = 1\n");
        assert_eq!(&*script.revision.id, "b");
    }
}
