//! The order in which findings are read.

use std::collections::HashMap;

use crate::check::{Analysis, Finding};

/// What findings are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Path, then place.
    Path,
    /// The chain's upgrade order, for a whole history; what belongs to no revision comes after it, by path.
    Revision,
}

/// Sorts findings; those of one place keep their order.
pub fn sort(findings: &mut [Finding], analysis: &Analysis, order: Order) {
    let ranks = match order {
        Order::Path => HashMap::new(),
        Order::Revision => ranks(analysis),
    };
    findings.sort_by_cached_key(|finding| {
        let rank = finding.revision.as_deref().and_then(|revision| ranks.get(revision));
        (rank.copied().unwrap_or(usize::MAX), finding.location.path.clone(), finding.location.span.start)
    });
}

fn ranks(analysis: &Analysis) -> HashMap<&str, usize> {
    let mut ranks = HashMap::new();
    let orders = analysis.after.environments.iter().map(|environment| &environment.revisions.upgrade_order);
    for (rank, revision) in orders.flatten().enumerate() {
        ranks.entry(&**revision).or_insert(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::super::testing::{analysis, chain, finding, state};
    use super::*;
    use crate::project::Level;

    #[test]
    fn a_whole_history_is_read_in_the_order_of_its_chain() {
        let mut analysis = analysis([("a.py", "x = 1\n"), ("b.py", "y\nz\n")]);
        analysis.after.environments.push(state(chain(&[("r1", &[]), ("r2", &["r1"])])));
        let mut findings = vec![
            finding(&analysis, "model", Level::Deny, "a.py", "x"),
            finding(&analysis, "second", Level::Deny, "a.py", "x"),
            finding(&analysis, "first", Level::Deny, "b.py", "z"),
            finding(&analysis, "first too", Level::Deny, "b.py", "y"),
        ];
        for (finding, revision) in findings.iter_mut().zip([None, Some("r2"), Some("r1"), Some("r1")]) {
            finding.revision = revision.map(Into::into);
        }
        let subjects = |findings: &[Finding]| findings.iter().map(|f| f.subject.clone()).collect::<Vec<_>>();
        sort(&mut findings, &analysis, Order::Revision);
        assert_eq!(subjects(&findings), ["first too", "first", "second", "model"]);
        sort(&mut findings, &analysis, Order::Path);
        assert_eq!(subjects(&findings), ["second", "model", "first too", "first"]);
    }
}
