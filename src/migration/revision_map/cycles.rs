//! Revisions that follow themselves.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::Graph;
use crate::migration::script::Script;

/// One cycle of each knot of the graph: the shortest through its smallest id, each revision before the one that names it.
pub(super) fn find(graph: &Graph, knots: &[Vec<usize>], loaded: &[Arc<Script>]) -> Vec<Vec<usize>> {
    let mut cycles: Vec<Vec<usize>> = knots
        .iter()
        .filter_map(|knot| {
            let first = knot.iter().copied().min_by_key(|number| &loaded[*number].revision.id)?;
            graph.cycle_through(first)
        })
        .collect();
    cycles.sort_by_key(|cycle| cycle.first().map(|number| loaded[*number].revision.id.clone()));
    cycles
}

impl Graph {
    /// What a revision follows or depends on.
    pub(super) fn below(&self, number: usize) -> impl Iterator<Item = usize> + '_ {
        self.down[number].iter().chain(&self.depends_on[number]).copied()
    }

    /// The strongly connected parts that hold a cycle, by Tarjan's algorithm with a stack of its own: a chain may have
    /// 20,000 links.
    pub(super) fn knots(&self) -> Vec<Vec<usize>> {
        let count = self.down.len();
        let (mut index, mut low) = (vec![usize::MAX; count], vec![usize::MAX; count]);
        let (mut on_stack, mut stack) = (vec![false; count], Vec::new());
        let mut knots = Vec::new();
        let mut next = 0;
        for root in 0..count {
            if index[root] != usize::MAX {
                continue;
            }
            let mut work: Vec<(usize, usize)> = vec![(root, 0)];
            while let Some((node, edge)) = work.pop() {
                if edge == 0 {
                    (index[node], low[node]) = (next, next);
                    next += 1;
                    stack.push(node);
                    on_stack[node] = true;
                }
                let target =
                    self.down[node].get(edge).or_else(|| self.depends_on[node].get(edge - self.down[node].len()));
                if let Some(target) = target.copied() {
                    work.push((node, edge + 1));
                    if index[target] == usize::MAX {
                        work.push((target, 0));
                    } else if on_stack[target] {
                        low[node] = low[node].min(index[target]);
                    }
                    continue;
                }
                if let Some((above, _)) = work.last() {
                    low[*above] = low[*above].min(low[node]);
                }
                if low[node] == index[node] {
                    let start = stack.iter().rposition(|member| *member == node).unwrap_or_default();
                    let knot = stack.get(start..).unwrap_or_default();
                    for member in knot {
                        on_stack[*member] = false;
                    }
                    if knot.len() > 1 || self.below(node).any(|below| below == node) {
                        knots.push(knot.to_vec());
                    }
                    stack.truncate(start);
                }
            }
        }
        knots
    }

    /// The shortest way from a revision back to itself, turned so that each comes before the one that names it.
    fn cycle_through(&self, first: usize) -> Option<Vec<usize>> {
        let mut from: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([first]);
        while let Some(node) = queue.pop_front() {
            for below in self.below(node) {
                if below == first {
                    let mut cycle = Vec::new();
                    let mut at = node;
                    while at != first {
                        cycle.push(at);
                        at = *from.get(&at)?;
                    }
                    cycle.insert(0, first);
                    return Some(cycle);
                }
                if let std::collections::hash_map::Entry::Vacant(e) = from.entry(below) {
                    e.insert(node);
                    queue.push_back(below);
                }
            }
        }
        None
    }
}
