//! The order of `alembic upgrade heads`: `RevisionMap._topological_sort`, turned around.

use std::collections::HashSet;
use std::sync::Arc;

use super::Graph;
use crate::migration::script::Script;

/// Steps that may be spent on imitating Alembic's order where branches depend on each other. What comes beyond is still
/// in an order that is right, if not the very same.
const STEPS: usize = 4_000_000;

/// Every revision that lies on no cycle, each after all that it follows or depends on.
///
/// Alembic walks from the heads down, one branch as far as it goes, and leaves it only where another branch must come
/// first.
pub(super) fn upgrade(mut graph: Graph, knots: &[Vec<usize>], loaded: &[Arc<Script>]) -> Vec<Arc<str>> {
    let cyclic: HashSet<usize> = knots.iter().flatten().copied().collect();
    graph.without(&cyclic);
    let mut steps = STEPS;
    graph.normalize(loaded, &mut steps);
    let mut walk = Walk::new(&graph, &cyclic, steps);
    let mut order = walk.run();
    order.reverse();
    order.into_iter().map(|number| loaded[number].revision.id.clone()).collect()
}

impl Graph {
    fn without(&mut self, gone: &HashSet<usize>) {
        for (number, edges) in self.down.iter_mut().enumerate().chain(self.depends_on.iter_mut().enumerate()) {
            if gone.contains(&number) {
                edges.clear();
            }
            edges.retain(|below| !gone.contains(below));
        }
    }

    /// Takes out dependencies that an ancestor has already, and those that are a `down_revision` too. Alembic keeps
    /// dependencies in a set, so that they come in any order; here they are sorted.
    fn normalize(&mut self, loaded: &[Arc<Script>], steps: &mut usize) {
        let all = self.depends_on.clone();
        for (number, depends_on) in self.depends_on.iter_mut().enumerate() {
            if depends_on.is_empty() {
                continue;
            }
            let mut seen: HashSet<usize> = HashSet::new();
            let mut todo = self.down[number].clone();
            while let Some(ancestor) = todo.pop() {
                if !seen.insert(ancestor) || *steps == 0 {
                    continue;
                }
                *steps -= 1;
                depends_on.retain(|dependency| !all[ancestor].contains(dependency));
                todo.extend(&self.down[ancestor]);
            }
            depends_on.retain(|dependency| !self.down[number].contains(dependency));
            depends_on.sort_by_key(|dependency| &loaded[*dependency].revision.id);
        }
    }
}

struct Walk<'g> {
    graph: &'g Graph,
    /// What follows or depends on each.
    above: Vec<Vec<usize>>,
    /// How many of these have not been walked yet.
    waiting: Vec<usize>,
    walked: Vec<bool>,
    /// Where each branch stands.
    heads: Vec<usize>,
    is_head: Vec<bool>,
    steps: usize,
}

impl<'g> Walk<'g> {
    fn new(graph: &'g Graph, gone: &HashSet<usize>, steps: usize) -> Self {
        let count = graph.down.len();
        let mut above = vec![Vec::new(); count];
        let mut is_followed = vec![false; count];
        for number in 0..count {
            for below in graph.below(number) {
                above[below].push(number);
            }
            for below in &graph.down[number] {
                is_followed[*below] = true;
            }
        }
        let waiting = above.iter().map(Vec::len).collect();
        let heads: Vec<usize> = (0..count).filter(|number| !is_followed[*number] && !gone.contains(number)).collect();
        let mut is_head = vec![false; count];
        for head in &heads {
            is_head[*head] = true;
        }
        Self { graph, above, waiting, walked: vec![false; count], heads, is_head, steps }
    }

    fn run(&mut self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut at = 0;
        while let Some(candidate) = self.heads.get(at).copied() {
            if self.waiting[candidate] > 0 {
                let Some(other) = self.blocking(candidate) else { break };
                at = other;
                continue;
            }
            order.push(candidate);
            self.walked[candidate] = true;
            self.is_head[candidate] = false;
            for below in self.graph.below(candidate) {
                self.waiting[below] -= 1;
            }
            let mut next: Vec<usize> = Vec::new();
            for below in self.graph.below(candidate) {
                if !self.walked[below] && !self.is_head[below] {
                    self.is_head[below] = true;
                    next.push(below);
                }
            }
            match next.split_first() {
                None => {
                    self.heads.remove(at);
                    at = at.saturating_sub(1);
                }
                Some((first, others)) => {
                    self.heads[at] = *first;
                    self.heads.extend(others);
                }
            }
        }
        order
    }

    /// The first branch that must be walked before this revision.
    fn blocking(&mut self, candidate: usize) -> Option<usize> {
        let mut seen = HashSet::new();
        let mut todo = vec![candidate];
        'walk: while let Some(node) = todo.pop() {
            for above in &self.above[node] {
                if self.walked[*above] || !seen.insert(*above) {
                    continue;
                }
                self.steps = self.steps.saturating_sub(1);
                if self.steps == 0 && self.is_head[*above] {
                    break 'walk;
                }
                todo.push(*above);
            }
        }
        self.heads.iter().position(|head| seen.contains(head))
    }
}
