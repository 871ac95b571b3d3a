//! The chain: which revision follows which, as `alembic.script.revision.RevisionMap` has it.

mod cycles;
mod order;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::script::Script;

/// The revisions of an environment.
#[derive(Debug, Clone, Default)]
pub struct RevisionMap {
    /// By revision id. Of files that share an id the first by path.
    pub scripts: BTreeMap<Arc<str>, Arc<Script>>,
    /// Revisions that no other names as its `down_revision`, sorted.
    pub heads: Vec<Arc<str>>,
    /// Revisions without a `down_revision`, sorted.
    pub bases: Vec<Arc<str>>,
    /// Every revision after all that it follows or depends on. Those on a cycle are left out.
    pub upgrade_order: Vec<Arc<str>>,
    pub faults: Vec<Fault>,
}

/// What keeps Alembic from loading or walking the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// `down_revision` or `depends_on` names a revision that no file has.
    Missing { script: Arc<Script>, names: Arc<str>, is_dependency: bool },
    /// Two files have the same id: `script` is the later one by path.
    Duplicate { script: Arc<Script>, other: Arc<Script> },
    /// The revisions of a cycle, in its order, beginning with the smallest id.
    Cycle { scripts: Vec<Arc<Script>> },
}

/// The chain as a graph: revisions by the number at which Alembic loads them.
struct Graph {
    /// What each names as its `down_revision`.
    down: Vec<Vec<usize>>,
    /// What each depends on.
    depends_on: Vec<Vec<usize>>,
}

impl RevisionMap {
    /// The chain of these files, given in the order in which Alembic loads them. Where a file's revision cannot be known
    /// statically, what others name may be it: nothing is then called missing.
    pub fn new(scripts: &[Arc<Script>]) -> Self {
        let mut map = Self::default();
        let mut loaded: Vec<Arc<Script>> = Vec::with_capacity(scripts.len());
        let mut numbers: HashMap<Arc<str>, usize> = HashMap::with_capacity(scripts.len());
        for script in scripts {
            let Some(number) = numbers.get(&script.revision.id) else {
                numbers.insert(script.revision.id.clone(), loaded.len());
                loaded.push(script.clone());
                continue;
            };
            let Some(known) = loaded.get_mut(*number) else { continue };
            let (mut script, mut other) = (script.clone(), known.clone());
            if script.path < other.path {
                std::mem::swap(&mut script, &mut other);
                *known = other.clone();
            }
            map.faults.push(Fault::Duplicate { script, other });
        }
        let graph = map.link(&loaded, &numbers);
        map.find_ends(&loaded, &graph);
        let knots = graph.knots();
        for cycle in cycles::find(&graph, &knots, &loaded) {
            map.faults.push(Fault::Cycle { scripts: cycle.iter().map(|number| loaded[*number].clone()).collect() });
        }
        map.upgrade_order = order::upgrade(graph, &knots, &loaded);
        map.scripts = loaded.into_iter().map(|script| (script.revision.id.clone(), script)).collect();
        map
    }

    /// Resolves names to revisions. A dependency may also be a branch label; an abbreviated id is neither.
    fn link(&mut self, loaded: &[Arc<Script>], numbers: &HashMap<Arc<str>, usize>) -> Graph {
        let mut labels: HashMap<&str, usize> = HashMap::new();
        for (number, script) in loaded.iter().enumerate() {
            for label in &script.revision.branch_labels {
                labels.entry(label).or_insert(number);
            }
        }
        let judged = !loaded.iter().any(|script| script.revision.is_unknown);
        let mut graph = Graph { down: Vec::with_capacity(loaded.len()), depends_on: Vec::with_capacity(loaded.len()) };
        for script in loaded {
            let (mut down, mut depends_on) = (Vec::new(), Vec::new());
            for (names, found, is_dependency) in [
                (&script.revision.down_revision, &mut down, false),
                (&script.revision.depends_on, &mut depends_on, true),
            ] {
                let mut seen: HashSet<&Arc<str>> = HashSet::new();
                for name in names {
                    if names.len() > 1 && !seen.insert(name) {
                        continue;
                    }
                    let label = labels.get(name.as_ref()).filter(|_| is_dependency);
                    match numbers.get(name).or(label) {
                        Some(number) => found.push(*number),
                        None if judged => self.faults.push(Fault::Missing {
                            script: script.clone(),
                            names: name.clone(),
                            is_dependency,
                        }),
                        None => {}
                    }
                }
            }
            graph.down.push(down);
            graph.depends_on.push(depends_on);
        }
        graph
    }

    fn find_ends(&mut self, loaded: &[Arc<Script>], graph: &Graph) {
        let mut is_followed = vec![false; loaded.len()];
        graph.down.iter().flatten().for_each(|number| is_followed[*number] = true);
        for (script, is_followed) in loaded.iter().zip(is_followed) {
            if !is_followed {
                self.heads.push(script.revision.id.clone());
            }
            if script.revision.down_revision.is_empty() && !script.revision.is_unknown {
                self.bases.push(script.revision.id.clone());
            }
        }
        self.heads.sort();
        self.bases.sort();
    }
}

#[cfg(test)]
mod tests;
