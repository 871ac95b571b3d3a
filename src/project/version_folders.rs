//! Folders of revisions that no configuration names.
//!
//! A project whose own command sets `version_locations` keeps revisions in sub-folders of `versions` that its
//! configuration does not tell of. They are known by the chain: what continues it belongs to it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::import_roots::SysPath;
use super::versions;
use crate::git::{join, parent};
use crate::python::imports::every_expression;
use crate::python::interpreter::Interpreter;
use crate::python::syntax::{Expr, ExprKind};
use crate::python::value::Value;
use crate::python::{ImportRoots, Sources};

/// Folders below `versions` that are looked at.
const FOLDERS: usize = 1000;

/// What `set_main_option("version_locations", …)` is given beside `env.py` and one folder above, where it can be known.
pub(super) fn set_by_code(sources: &Sources, roots: &ImportRoots, script_location: &str) -> Vec<String> {
    let mut set = Vec::new();
    let mut folders = vec![script_location, parent(script_location)];
    folders.dedup();
    for folder in folders {
        let names = sources.files.list(folder);
        let paths = names.iter().filter(|name| name.ends_with(".py")).filter_map(|name| join(folder, name));
        for path in paths.map(Arc::from) {
            let content = sources.files.read(&path).unwrap_or_default();
            if contains(&content, b"version_locations") {
                set.extend(options_of(sources, roots, &path));
            }
        }
    }
    set
}

/// The folders of each chain in `versions` and below it: `versions` itself with the sub-folders that continue its chain.
/// Where all revisions stand in sub-folders, those are one chain, or several where they repeat ids: code then chooses one.
pub(super) fn chains(sources: &Sources, roots: &ImportRoots, versions: &str) -> Vec<Vec<String>> {
    let below = folders_below(sources, versions);
    if below.is_empty() {
        return vec![vec![versions.to_owned()]];
    }
    let own = links(sources, roots, versions);
    let mut waiting: BTreeMap<String, Links> = BTreeMap::new();
    for folder in below {
        let links = links(sources, roots, &folder);
        if !links.ids.is_empty() {
            waiting.insert(folder, links);
        }
    }
    if !own.ids.is_empty() {
        let mut known = own;
        let (found, _) = continuing(&mut known, waiting);
        return vec![std::iter::once(versions.to_owned()).chain(found).collect()];
    }
    let (mut chains, mut ids, mut repeats) = (Vec::new(), HashSet::new(), false);
    while let Some((folder, mut known)) = waiting.pop_first() {
        let (found, others) = continuing(&mut known, waiting);
        waiting = others;
        repeats |= !ids.is_disjoint(&known.ids);
        ids.extend(known.ids);
        chains.push(std::iter::once(folder).chain(found).collect());
    }
    if repeats { chains } else { vec![std::iter::once(versions.to_owned()).chain(chains.concat()).collect()] }
}

/// The folders whose revisions continue what is known, which they are added to, and the others: one of them follows a
/// revision that is known, or is the one that a known revision follows. An archive of squashed revisions does neither, or
/// repeats an id.
fn continuing(known: &mut Links, mut waiting: BTreeMap<String, Links>) -> (Vec<String>, BTreeMap<String, Links>) {
    let mut found = Vec::new();
    loop {
        let (continuing, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            waiting.into_iter().partition(|(_, links)| links.continues(known));
        waiting = others;
        if continuing.is_empty() {
            found.sort();
            return (found, waiting);
        }
        for (folder, links) in continuing {
            // Of two that repeat each other the first counts.
            if links.ids.is_disjoint(&known.ids) {
                known.extend(links);
                found.push(folder);
            } else {
                waiting.insert(folder, links);
            }
        }
    }
}

/// The revisions of a folder, and those that they follow or depend on.
#[derive(Default)]
struct Links {
    ids: HashSet<Arc<str>>,
    below: HashSet<Arc<str>>,
}

impl Links {
    fn extend(&mut self, other: Links) {
        self.ids.extend(other.ids);
        self.below.extend(other.below);
    }

    fn continues(&self, known: &Links) -> bool {
        self.ids.is_disjoint(&known.ids) && !(self.below.is_disjoint(&known.ids) && self.ids.is_disjoint(&known.below))
    }
}

fn links(sources: &Sources, roots: &ImportRoots, folder: &str) -> Links {
    let mut links = Links::default();
    for path in versions::in_folder(&sources.files, folder) {
        let mut vm = Interpreter::new(sources, roots, SysPath::default());
        let Some(id) = vm.global(&path, "revision").and_then(|value| value.as_str().cloned()) else { continue };
        links.ids.insert(id);
        for name in ["down_revision", "depends_on"] {
            links.below.extend(vm.global(&path, name).iter().flat_map(texts));
        }
    }
    links
}

fn texts(value: &Value) -> Vec<Arc<str>> {
    let all = |values: &[Value]| values.iter().filter_map(|value| value.as_str().cloned()).collect();
    match value {
        Value::Tuple(values) => all(values),
        Value::List(items) | Value::Set(items) => all(&items.borrow().values),
        value => value.as_str().cloned().into_iter().collect(),
    }
}

/// Every folder below another one, links not followed, as `os.walk` goes.
fn folders_below(sources: &Sources, folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(folder) = todo.pop() {
        for own in sources.files.folders(&folder) {
            if !own.ends_with("__pycache__") && found.len() < FOLDERS && parent(&own) == folder {
                found.push(own.clone());
                todo.push(own);
            }
        }
    }
    found
}

fn options_of(sources: &Sources, roots: &ImportRoots, path: &Arc<str>) -> Vec<String> {
    let Some(file) = sources.file(path) else { return Vec::new() };
    let mut values: Vec<Expr> = Vec::new();
    every_expression(&file.body, &mut |expression| {
        let ExprKind::Call { function, arguments } = &expression.kind else { return };
        let is_setter =
            matches!(&function.kind, ExprKind::Attribute { attribute, .. } if **attribute == *"set_main_option");
        if let [name, value] = &**arguments
            && is_setter
            && name.value.as_str().is_some_and(|name| **name == *"version_locations")
        {
            values.push(value.value.clone());
        }
    });
    let mut vm = Interpreter::new(sources, roots, SysPath::default());
    let scope = vm.scope(path);
    values.iter().filter_map(|value| Some(vm.evaluate(value, &scope).as_text()?.to_string())).collect()
}

fn contains(content: &[u8], text: &[u8]) -> bool {
    content.windows(text.len()).any(|window| window == text)
}
