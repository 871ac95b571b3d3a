//! What is asked about together, and what the answer must be.

use std::collections::HashMap;

use crate::check::{Finding, Loss};
use crate::plain::plain;

/// One question.
pub(super) struct Question<'a> {
    pub findings: Vec<&'a Finding>,
    /// What must be typed, as it is shown.
    pub answer: String,
    /// The table that it is about, where it is about one.
    pub table: Option<&'a str>,
}

/// A table is asked about by itself; all else that one revision loses together.
pub(super) fn questions<'a>(findings: &[&'a Finding]) -> Vec<Question<'a>> {
    let mut groups: Vec<(Key<'a>, Vec<&'a Finding>)> = Vec::new();
    let mut by_key: HashMap<Key<'a>, usize> = HashMap::new();
    for finding in findings {
        let key = key(finding);
        let at = *by_key.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, group)) => group.push(finding),
            None => groups.push((key, vec![finding])),
        }
    }
    groups.into_iter().map(|(key, findings)| question(key, findings)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Table(&'a str),
    Revision(&'a str),
    File(&'a str),
}

fn key(finding: &Finding) -> Key<'_> {
    match (&finding.loss, &finding.revision) {
        (Some(Loss { object, is_table: true, .. }), _) if is_known(object) => Key::Table(object),
        (_, Some(revision)) => Key::Revision(revision),
        (_, None) => Key::File(&finding.location.path),
    }
}

fn question<'a>(key: Key<'a>, findings: Vec<&'a Finding>) -> Question<'a> {
    let table = match key {
        Key::Table(table) => Some(table),
        Key::Revision(_) | Key::File(_) => None,
    };
    let answer = match (key, findings.as_slice()) {
        (Key::Table(table), _) => table,
        (_, [only]) if is_known(object(only)) => object(only),
        (Key::Revision(revision), _) => revision,
        (Key::File(path), _) => path.rsplit('/').next().unwrap_or(path),
    };
    Question { answer: plain(answer).into_owned(), findings, table }
}

fn object(finding: &Finding) -> &str {
    finding.loss.as_ref().map_or(&*finding.subject, |loss| &*loss.object)
}

/// Whether a name can be typed. `?` stands for one that is not known.
fn is_known(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains('?')
}
