//! Which findings a change brings in.

use std::collections::HashMap;

use super::Finding;
use crate::project::Level;

/// What is found after a change without what is found before it.
///
/// An accident is known where `HEAD` has the same accident. Everything else is known where any parent destroys or says
/// the same, under whatever check: what somebody was asked about is not asked about again because its verdict became
/// milder.
pub(super) fn without_known(found: Vec<Finding>, parents: &[Vec<Finding>]) -> Vec<Finding> {
    let mut accidents = parents.first().map_or_else(HashMap::new, |head| count(head, |finding| finding.check));
    let mut objects: HashMap<_, usize> = HashMap::new();
    for parent in parents {
        for (key, times) in count(parent, |finding| family(finding.check)) {
            let known = objects.entry(key).or_insert(0);
            *known = times.max(*known);
        }
    }
    found
        .into_iter()
        .filter(|finding| {
            let accident = take(&mut accidents, &key(finding, finding.check));
            let object = take(&mut objects, &key(finding, family(finding.check)));
            if finding.level == Level::Deny { !accident } else { !object }
        })
        .collect()
}

type Key = (String, String, &'static str);

/// A table that is dropped is the same event whether a model maps it or not.
fn family(check: &'static str) -> &'static str {
    check.strip_prefix("dropped-live-").or_else(|| check.strip_prefix("dropped-")).unwrap_or(check)
}

fn key(finding: &Finding, group: &'static str) -> Key {
    let (place, subject) = finding.identity();
    (place.to_owned(), subject.to_owned(), group)
}

/// How often each is found: a second drop of an unknown name is news beside the first.
fn count(findings: &[Finding], group: impl Fn(&Finding) -> &'static str) -> HashMap<Key, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(key(finding, group(finding))).or_insert(0) += 1;
    }
    counts
}

fn take(counts: &mut HashMap<Key, usize>, key: &Key) -> bool {
    match counts.get_mut(key) {
        Some(times) if *times > 0 => {
            *times -= 1;
            true
        }
        _ => false,
    }
}
