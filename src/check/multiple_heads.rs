use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::counterpart::counterpart;
use super::{Analysis, EnvironmentState, Finding, declare_check};
use crate::migration::operation::Location;
use crate::migration::revision_map::RevisionMap;

declare_check! {
    /// ## What it does
    /// Finds a change that leaves more than one head where there was one. Branches that carry `branch_labels` are meant to
    /// have a head each.
    ///
    /// ## Why is this bad
    /// `alembic upgrade head` and `alembic revision` fail with "Multiple head revisions are present", in the deployment at
    /// the latest.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     pass
    ///
    ///
    /// def downgrade():
    ///     pass
    ///
    /// # migrations/versions/b3_slogan.py
    /// revision = "b3"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     pass
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Let the newer one follow the other, by its `down_revision`, or join both with `alembic merge heads`.
    ///
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     pass
    ///
    ///
    /// def downgrade():
    ///     pass
    ///
    /// # migrations/versions/b3_slogan.py
    /// revision = "b3"
    /// down_revision = "b2"
    ///
    ///
    /// def upgrade():
    ///     pass
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// When the merge revision comes with the next commit: accept it in the settings, `[tool.migguard.accepted]`,
    /// `"multiple-heads:b3" = "why"`.
    ///
    /// ## What it cannot see
    /// Revisions whose `down_revision` is computed at run time.
    pub(super) static MULTIPLE_HEADS = "multiple-heads", Deny, InChange(find);
}

/// How many of the other heads are named: each of thousands would name thousands.
const NAMED: usize = 5;

fn find(analysis: &Analysis) -> Vec<Finding> {
    let mut findings = Vec::new();
    for environment in &analysis.after.environments {
        let before = analysis.before.first().and_then(|head| counterpart(environment, head));
        findings.extend(new_heads(environment, before));
    }
    findings
}

fn new_heads(environment: &EnvironmentState, before: Option<&EnvironmentState>) -> Vec<Finding> {
    let revisions = &environment.revisions;
    if revisions.heads.len() < 2 {
        return Vec::new();
    }
    let heads = unlabelled_heads(revisions);
    let known = before.map_or_else(Vec::new, |before| unlabelled_heads(&before.revisions));
    if heads.len() <= known.len().max(1) {
        return Vec::new();
    }
    // What continues a head that was there is not the one that is too many.
    let continues = |head: &Arc<str>| known.contains(head) || known.iter().any(|old| follows(revisions, head, old));
    let mut candidates: Vec<&Arc<str>> = heads.iter().filter(|head| !continues(head)).collect();
    if candidates.is_empty() {
        candidates = heads.iter().filter(|head| !known.contains(head)).collect();
    }
    let surplus = heads.len() - known.len().max(1);
    let skip = candidates.len().saturating_sub(surplus);
    candidates
        .into_iter()
        .skip(skip)
        .filter_map(|head| {
            let script = revisions.scripts.get(head)?;
            let others: Vec<&str> =
                heads.iter().filter(|other| *other != head).take(NAMED).map(|other| &**other).collect();
            let more = heads.len() - 1 - others.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let location = Location { path: script.path.clone(), span: script.revision.down_revision_span };
            let named = others.join(", ");
            let message =
                format!("revision {head} is a second head beside {named}{more}: `alembic upgrade head` fails");
            let mut finding = Finding::new(&MULTIPLE_HEADS, &**head, location, message).revision(head).help(format!(
                "set the `down_revision` of its branch to \"{}\", or run `alembic merge heads` and commit the result with it",
                others.first().unwrap_or(&"")
            ));
            for other in &others {
                if let Some(other) = revisions.scripts.get(*other) {
                    let place = Location { path: other.path.clone(), span: other.revision.id_span };
                    finding = finding.related(&place, format!("{} is a head as well", other.revision.id));
                }
            }
            Some(finding)
        })
        .collect()
}

/// The heads of branches that nobody has given a label.
fn unlabelled_heads(revisions: &RevisionMap) -> Vec<Arc<str>> {
    let mut labelled = HashMap::new();
    revisions.heads.iter().filter(|head| !is_labelled(revisions, head, &mut labelled)).cloned().collect()
}

/// Whether a label stands on the way from a head down to where its branch begins. `known` is what was seen on the way
/// down from others.
fn is_labelled<'r>(revisions: &'r RevisionMap, head: &'r Arc<str>, known: &mut HashMap<&'r Arc<str>, bool>) -> bool {
    let mut way = Vec::new();
    let mut next = Some(head);
    let mut answer = false;
    while let Some(id) = next {
        if let Some(known) = known.get(id) {
            answer = *known;
            break;
        }
        // On a circle it is met again.
        known.insert(id, false);
        way.push(id);
        let Some(script) = revisions.scripts.get(id) else { break };
        answer = !script.revision.branch_labels.is_empty();
        next = match script.revision.down_revision.as_slice() {
            [down] if !answer => Some(down),
            _ => None,
        };
    }
    known.extend(way.into_iter().map(|id| (id, answer)));
    answer
}

/// Whether a revision comes after another one.
fn follows(revisions: &RevisionMap, revision: &Arc<str>, ancestor: &Arc<str>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![revision.clone()];
    while let Some(id) = open.pop() {
        let Some(script) = revisions.scripts.get(&id) else { continue };
        for down in &script.revision.down_revision {
            if down == ancestor {
                return true;
            }
            if seen.insert(down.clone()) {
                open.push(down.clone());
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::check::testing::staged;

    fn revision(id: &str, down: &str, more: &str) -> String {
        format!(
            "# migrations/versions/{id}.py\nrevision = \"{id}\"\ndown_revision = {down}\n{more}\
             def upgrade():\n    pass\ndef downgrade():\n    pass\n"
        )
    }

    #[test]
    fn two_branches_and_a_forgotten_parent_are_found() {
        let two = revision("b", "\"a1\"", "") + &revision("c", "\"a1\"", "");
        assert_eq!(staged(&two), "multiple-heads c migrations/versions/c.py:2\n");
        assert_eq!(staged(&revision("b", "None", "")), "multiple-heads b migrations/versions/b.py:2\n");
    }

    #[test]
    fn a_merge_and_a_labelled_branch_are_silent() {
        let two = revision("b", "\"a1\"", "") + &revision("c", "\"a1\"", "");
        assert_eq!(staged(&(two + &revision("d", "(\"b\", \"c\")", ""))), "");
        assert_eq!(staged(&revision("b", "None", "branch_labels = (\"reports\",)\n")), "");
    }
}
