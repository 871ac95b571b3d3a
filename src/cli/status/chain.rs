//! The chain as a tree, from its base to its heads.

use std::collections::{HashMap, HashSet};

use unicode_width::UnicodeWidthStr;

use super::overview::{EnvironmentView, RevisionView};
use crate::plain::plain;
use crate::report::{Paint, Style};

/// A chain of so many revisions is shown whole.
const WHOLE: usize = 16;

/// Of a longer one no more than this; the oldest give way.
const SHOWN: usize = 32;

/// How many revisions before each head are shown in any case.
const RECENT: usize = 4;

/// How much of a revision's description is shown, at least and at most.
const DOC: (usize, usize) = (24, 72);

/// So many drops of one revision are named.
const MOST: usize = 3;

/// From this column on, only branches make a chain go further to the right.
const DEEPEST: usize = 24;

/// The lines of the tree. A revision stands under the first that it follows; a merge names the others. Runs between
/// bases, heads, branches, merges and drops are left out of a long chain.
pub(super) fn lines(environment: &EnvironmentView, style: Style) -> Vec<String> {
    let tree = Tree::of(&environment.revisions);
    let heads: HashSet<&str> = environment.heads.iter().map(String::as_str).collect();
    let shown = tree.shorten(&heads);
    draw(&tree, &shown, &heads, style)
}

/// Revisions by their place in the upgrade order, so that what is followed has a smaller number.
struct Tree<'a> {
    revisions: &'a [RevisionView],
    /// The revision that each one stands under.
    parents: Vec<Option<usize>>,
    children: Vec<usize>,
}

/// A revision that is shown.
struct Shown {
    /// The next one above it that is shown too.
    above: Option<usize>,
    skipped: usize,
    /// How many of the skipped ones drop something.
    skipped_drops: usize,
}

impl<'a> Tree<'a> {
    fn of(revisions: &'a [RevisionView]) -> Self {
        let numbers: HashMap<&str, usize> =
            revisions.iter().enumerate().map(|(number, revision)| (revision.revision.as_str(), number)).collect();
        let mut children = vec![0; revisions.len()];
        let parent = |(number, revision): (usize, &RevisionView)| {
            let parents = revision.down_revision.iter().filter_map(|id| numbers.get(id.as_str()).copied());
            // The order is the map's; a parent that came later would make a circle.
            parents.into_iter().find(|parent| *parent < number)
        };
        let parents: Vec<Option<usize>> = revisions.iter().enumerate().map(parent).collect();
        for parent in parents.iter().flatten() {
            if let Some(count) = children.get_mut(*parent) {
                *count += 1;
            }
        }
        Self { revisions, parents, children }
    }

    /// Which revisions are shown, by number.
    fn shorten(&self, heads: &HashSet<&str>) -> HashMap<usize, Shown> {
        let all = 0..self.revisions.len();
        let mut kept: HashSet<usize> = all.clone().collect();
        if self.revisions.len() > WHOLE {
            let is_head = |number: &usize| self.revisions.get(*number).is_some_and(|r| heads.contains(&*r.revision));
            let mut by_age: Vec<usize> = all.clone().filter(|number| self.is_landmark(*number, heads)).collect();
            // The newest last. Heads outlive all else; of very many the newest remain.
            by_age.sort_by_key(|number| (is_head(number), *number));
            kept = by_age.split_off(by_age.len().saturating_sub(SHOWN)).into_iter().collect();
            for head in all.clone().filter(is_head).rev().take(SHOWN / RECENT) {
                let above = std::iter::successors(self.parents.get(head).copied().flatten(), |number| {
                    self.parents.get(*number).copied().flatten()
                });
                kept.extend(above.take(RECENT));
            }
        }
        self.link(&kept)
    }

    fn is_landmark(&self, number: usize, heads: &HashSet<&str>) -> bool {
        let Some(revision) = self.revisions.get(number) else { return false };
        revision.down_revision.len() != 1
            || !revision.drops.is_empty()
            || heads.contains(&*revision.revision)
            || self.children.get(number).is_some_and(|children| *children > 1)
    }

    fn link(&self, kept: &HashSet<usize>) -> HashMap<usize, Shown> {
        // For each revision: the nearest that is shown at or above it, and what lies between.
        let mut nearest: Vec<(Option<usize>, usize, usize)> = Vec::with_capacity(self.revisions.len());
        let mut shown = HashMap::new();
        for (number, revision) in self.revisions.iter().enumerate() {
            let parent = self.parents.get(number).copied().flatten();
            let (above, skipped, drops) = parent.and_then(|parent| nearest.get(parent).copied()).unwrap_or_default();
            if kept.contains(&number) {
                shown.insert(number, Shown { above, skipped, skipped_drops: drops });
                nearest.push((Some(number), 0, 0));
            } else {
                nearest.push((above, skipped + 1, drops + usize::from(!revision.drops.is_empty())));
            }
        }
        shown
    }
}

fn draw(tree: &Tree<'_>, shown: &HashMap<usize, Shown>, heads: &HashSet<&str>, style: Style) -> Vec<String> {
    let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (number, node) in shown {
        below.entry(node.above).or_default().push(*number);
    }
    for numbers in below.values_mut() {
        numbers.sort_unstable();
    }
    let roots = below.get(&None).cloned().unwrap_or_default();
    let mut lines = Vec::new();
    // What is drawn next lies at the end.
    let mut waiting: Vec<(usize, String, &str)> = roots.iter().rev().map(|root| (*root, String::new(), "")).collect();
    while let Some((number, indent, branch)) = waiting.pop() {
        let (Some(node), Some(revision)) = (shown.get(&number), tree.revisions.get(number)) else { continue };
        if node.skipped > 0 {
            lines.push(format!("{indent}{}", style.paint(Paint::Dim, &skipped(node))));
        }
        let children = below.get(&Some(number)).map(Vec::as_slice).unwrap_or_default();
        let inner = match branch {
            "" => indent.clone(),
            "├─ " => format!("{indent}│  "),
            // What follows alone needs no place of its own; of several it is seen by theirs what they follow.
            _ if indent.width() >= DEEPEST && children.len() <= 1 => indent.clone(),
            _ => format!("{indent}   "),
        };
        let is_head = heads.contains(&*revision.revision);
        lines.extend(entry(revision, is_head, &format!("{indent}{branch}"), &inner, style));
        for (at, child) in children.iter().enumerate().rev() {
            let branch = if at + 1 == children.len() { "└─ " } else { "├─ " };
            waiting.push((*child, inner.clone(), branch));
        }
    }
    lines
}

fn skipped(node: &Shown) -> String {
    let revisions = if node.skipped == 1 { "1 revision".to_owned() } else { format!("{} revisions", node.skipped) };
    match node.skipped_drops {
        0 => format!("⋮  {revisions}"),
        1 => format!("⋮  {revisions}, 1 of them drops something"),
        drops => format!("⋮  {revisions}, {drops} of them drop something"),
    }
}

/// A revision with what it drops, which stands below where it would not fit beside it.
fn entry(revision: &RevisionView, is_head: bool, before: &str, below: &str, style: Style) -> Vec<String> {
    let marker = if is_head { "  ◀ head" } else { "" };
    let id = plain(&revision.revision);
    let mut parts = vec![(Some(Paint::Yellow), id.to_string())];
    if let Some(doc) = &revision.doc {
        let taken = before.width() + id.width() + " → ".width() + "…".width() + marker.width();
        let short: String = doc.chars().take(style.width.saturating_sub(taken).clamp(DOC.0, DOC.1)).collect();
        let rest = if short.len() < doc.len() { "…" } else { "" };
        parts.push((None, format!(" → {}{rest}", plain(&short))));
    }
    if let [_, others @ ..] = revision.down_revision.as_slice()
        && !others.is_empty()
    {
        parts.push((Some(Paint::Cyan), plain(&format!("  merges {}", others.join(", "))).to_string()));
    }
    let mut drops = drops(revision);
    let beside = if drops.is_empty() { String::new() } else { format!("  ✗ {}", drops.join("; ")) };
    let width: usize = parts.iter().map(|(_, part)| part.width()).sum();
    if before.width() + width + beside.width() + marker.width() <= style.width {
        parts.push((Some(Paint::Red), beside));
        drops.clear();
    }
    parts.push((Some(Paint::Green), marker.to_owned()));
    let paint = |(paint, part): (Option<Paint>, String)| match paint {
        Some(paint) => style.paint(paint, &part),
        None => part,
    };
    let painted: String = parts.into_iter().map(paint).collect();
    let signs = std::iter::repeat_n("✗", MOST).chain(std::iter::repeat(" "));
    let drops = drops.iter().zip(signs);
    let drops = drops.map(|(drop, sign)| format!("{below}   {}", style.paint(Paint::Red, &format!("{sign} {drop}"))));
    std::iter::once(format!("{before}{painted}")).chain(drops).collect()
}

/// What a revision drops, as far as it is shown, then how much more.
fn drops(revision: &RevisionView) -> Vec<String> {
    let shown = revision.drops.iter().take(MOST).map(|drop| {
        let again = drop.made_again_in.as_ref().map(|by| format!(", made again in {by}")).unwrap_or_default();
        match drop.kind {
            "rows" => format!("deletes the rows of {}{again}", drop.name),
            kind => format!("drops {kind} {}{again}", drop.name),
        }
    });
    let more = revision.drops.len().saturating_sub(MOST);
    let all = shown.chain((more > 0).then(|| format!("and {more} more")));
    all.map(|drop| plain(&drop).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{environment, with_drop};
    use super::*;
    use crate::report::testing::chain;

    const PLAIN: Style = Style { color: false, width: 100 };

    #[test]
    fn what_does_not_fit_beside_a_revision_stands_below_it() {
        let names: Vec<String> = (10..26).map(|number| number.to_string()).collect();
        let ids: Vec<(&str, Vec<&str>)> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), at.checked_sub(1).map(|at| names[at].as_str()).into_iter().collect()))
            .collect();
        let ids: Vec<(&str, &[&str])> = ids.iter().map(|(name, parents)| (*name, parents.as_slice())).collect();
        let mut environment = environment(chain(&ids));
        environment.revisions[0].doc = Some("a description that goes on for longer than one line has room".into());
        for table in ["users", "teams", "orders", "events", "places"] {
            with_drop(&mut environment.revisions[14], "table", table);
        }
        let lines = lines(&environment, Style { color: false, width: 50 });
        assert_eq!(lines[0], "10 → a description that goes on for longer than o…");
        // Nor does it go on to the right for ever.
        let deep = " ".repeat(24);
        assert_eq!(
            lines[14..],
            [
                format!("{deep}└─ 24"),
                format!("{deep}   ✗ drops table users"),
                format!("{deep}   ✗ drops table teams"),
                format!("{deep}   ✗ drops table orders"),
                format!("{deep}     and 2 more"),
                format!("{deep}└─ 25  ◀ head"),
            ]
        );
    }

    #[test]
    fn a_short_chain_is_shown_whole() {
        let mut environment = environment(chain(&[("a1", &[]), ("b2", &["a1"]), ("c3", &["b2"])]));
        environment.revisions[0].doc = Some("initial".into());
        with_drop(&mut environment.revisions[1], "table", "invite_codes");
        assert_eq!(
            lines(&environment, PLAIN),
            ["a1 → initial", "└─ b2  ✗ drops table invite_codes", "   └─ c3  ◀ head",]
        );
    }

    #[test]
    fn branches_stand_side_by_side_and_a_merge_names_the_others() {
        let chain =
            chain(&[("a", &[]), ("b", &["a"]), ("c", &["a"]), ("b2", &["b"]), ("m", &["b2", "c"]), ("d", &["c"])]);
        assert_eq!(
            lines(&environment(chain), PLAIN),
            ["a", "├─ b", "│  └─ b2", "│     └─ m  merges c  ◀ head", "└─ c", "   └─ d  ◀ head",]
        );
    }

    #[test]
    fn branches_far_to_the_right_stand_below_what_they_follow() {
        let mut ids: Vec<(String, Option<String>)> =
            (10..21).map(|number: u32| (number.to_string(), (number > 10).then(|| (number - 1).to_string()))).collect();
        ids.extend([("left", "20"), ("right", "20"), ("last", "right")].map(|(id, of)| (id.into(), Some(of.into()))));
        let parents: Vec<Vec<&str>> = ids.iter().map(|(_, parent)| parent.as_deref().into_iter().collect()).collect();
        let revisions: Vec<(&str, &[&str])> =
            ids.iter().zip(&parents).map(|((id, _), parents)| (id.as_str(), parents.as_slice())).collect();
        let deep = " ".repeat(24);
        assert_eq!(
            lines(&environment(chain(&revisions)), PLAIN)[9..],
            [
                format!("{deep}└─ 19"),
                format!("{deep}└─ 20"),
                format!("{deep}   ├─ left  ◀ head"),
                format!("{deep}   └─ right"),
                format!("{deep}   └─ last  ◀ head"),
            ]
        );
    }

    /// A straight chain of `0`, `1`, `2` …
    fn straight(length: usize) -> EnvironmentView {
        let ids: Vec<String> = (0..length).map(|number| number.to_string()).collect();
        let follows: Vec<Vec<&str>> =
            (0..length).map(|number| number.checked_sub(1).map(|n| ids[n].as_str()).into_iter().collect()).collect();
        let revisions: Vec<(&str, &[&str])> =
            ids.iter().zip(&follows).map(|(id, down)| (id.as_str(), down.as_slice())).collect();
        environment(chain(&revisions))
    }

    #[test]
    fn a_long_chain_is_shortened_around_its_head_and_its_drops() {
        let mut environment = straight(100);
        with_drop(&mut environment.revisions[40], "column", "users.email");
        assert_eq!(
            lines(&environment, PLAIN),
            [
                "0",
                "⋮  39 revisions",
                "└─ 40  ✗ drops column users.email",
                "   ⋮  54 revisions",
                "   └─ 95",
                "      └─ 96",
                "         └─ 97",
                "            └─ 98",
                "               └─ 99  ◀ head",
            ]
        );
    }

    #[test]
    fn of_very_many_drops_the_oldest_are_counted() {
        let mut environment = straight(2_000);
        for revision in &mut environment.revisions {
            with_drop(revision, "rows", "events");
        }
        let lines = lines(&environment, PLAIN);
        assert_eq!(lines[0], "⋮  1968 revisions, 1968 of them drop something");
        assert_eq!(lines.len(), 1 + SHOWN);
        assert!(lines[SHOWN].ends_with("└─ 1999  ✗ deletes the rows of events  ◀ head"), "{}", lines[SHOWN]);
    }
}
