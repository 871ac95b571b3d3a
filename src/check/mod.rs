//! What is wrong with a change, each kind of it in a file of its own.
//!
//! A check sees an [`Analysis`] and returns [`Finding`]s. It never sees syntax, git or a terminal. A new one is one file
//! and one line in [`CHECKS`]; without the line the compiler says that it is never used.

mod analysis;
mod broken_chain;
mod counterpart;
mod deleted_rows;
mod dropped_column;
mod dropped_constraint;
mod dropped_index;
mod dropped_live_column;
mod dropped_live_index;
mod dropped_live_table;
mod dropped_object;
mod dropped_table;
mod edited_migration;
mod effect;
mod facts;
mod finding;
mod irreversible_migration;
mod live;
mod missing_migration;
mod multiple_heads;
mod narrowed_column;
mod news;
mod prediction;
#[cfg(test)]
mod testing;
mod unexported_model;
mod unguarded_create;
mod unmapped_table;
mod unparsable_file;
mod unreadable_statement;
mod unregistered_model;
mod unused_ignore;

pub use analysis::{Analysis, AnalysisError, EnvironmentState, State, Unparsable};
pub use finding::{Finding, Loss, Related};
#[cfg(test)]
pub(crate) use live::ModelsByTable;
pub use live::is_of_another;
pub use prediction::{unmapped_columns, unmapped_tables};
pub(crate) use unused_ignore::finding as unused_ignore;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::migration::script::Script;
use crate::project::Level;

/// Every check, in the order of the reference.
pub static CHECKS: [&Check; 22] = [
    &dropped_live_table::DROPPED_LIVE_TABLE,
    &dropped_live_column::DROPPED_LIVE_COLUMN,
    &dropped_live_index::DROPPED_LIVE_INDEX,
    &dropped_table::DROPPED_TABLE,
    &dropped_column::DROPPED_COLUMN,
    &dropped_index::DROPPED_INDEX,
    &dropped_object::DROPPED_OBJECT,
    &deleted_rows::DELETED_ROWS,
    &narrowed_column::NARROWED_COLUMN,
    &dropped_constraint::DROPPED_CONSTRAINT,
    &unreadable_statement::UNREADABLE_STATEMENT,
    &unregistered_model::UNREGISTERED_MODEL,
    &unexported_model::UNEXPORTED_MODEL,
    &unmapped_table::UNMAPPED_TABLE,
    &missing_migration::MISSING_MIGRATION,
    &edited_migration::EDITED_MIGRATION,
    &multiple_heads::MULTIPLE_HEADS,
    &broken_chain::BROKEN_CHAIN,
    &irreversible_migration::IRREVERSIBLE_MIGRATION,
    &unguarded_create::UNGUARDED_CREATE,
    &unparsable_file::UNPARSABLE_FILE,
    &unused_ignore::UNUSED_IGNORE,
];

/// One kind of thing that can be wrong.
#[derive(Debug)]
pub struct Check {
    /// As it is written in settings and comments.
    pub name: &'static str,
    /// What it weighs unless the project's settings say otherwise.
    pub level: Level,
    /// The doc comment of its declaration, as the compiler hands it on.
    doc: &'static str,
    find: Find,
}

impl Check {
    /// The page that `migguard explain` shows, in Markdown.
    pub fn page(&self) -> String {
        self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).flat_map(|line| [line, "\n"]).collect()
    }

    /// The first sentence of the page: what the check finds.
    pub fn summary(&self) -> String {
        let page = self.page();
        let mut lines = page.lines().skip_while(|line| line.starts_with('#') || line.is_empty());
        lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether it finds only what a comparison can tell, and so nothing in a history as it stands.
    pub fn needs_a_change(&self) -> bool {
        matches!(self.find, Find::AgainstHead(_))
    }
}

/// How a check is run.
#[derive(Debug)]
enum Find {
    /// On each environment of a snapshot: what stands in it. What the commit's parents have as well is not reported.
    InState(fn(&Scene) -> Vec<Finding>),
    /// On both sides of the change at once; of a whole history there is one side only.
    InChange(fn(&Analysis) -> Vec<Finding>),
    /// On what the change does to `HEAD`: nothing of it is in a history as it stands.
    AgainstHead(fn(&Analysis) -> Vec<Finding>),
    /// By those who read comments and settings, who call [`unused_ignore`].
    InComments,
}

/// One environment of one snapshot.
struct Scene<'a> {
    state: &'a State,
    environment: &'a EnvironmentState,
    /// The change that brought the snapshot about; `None` for one that it is compared with.
    change: Option<&'a Analysis>,
}

impl<'a> Scene<'a> {
    /// `HEAD`, where the snapshot is compared with it.
    fn head(&self) -> Option<&'a State> {
        self.parents().first()
    }

    /// What the snapshot is compared with.
    fn parents(&self) -> &'a [State] {
        self.change.map_or(&[], |change| &change.before)
    }

    /// Whether no parent of the change has this very migration: what it does by itself is known otherwise.
    fn is_new(&self, script: &Arc<Script>) -> bool {
        !self.parents().iter().flat_map(|parent| &parent.environments).any(|environment| environment.has(script))
    }
}

/// Declares a check; its doc comment is its page, and the examples in it are run as tests.
macro_rules! declare_check {
    ($(#[doc = $line:literal])+ pub(super) static $id:ident = $name:literal, $level:ident, $find:expr;) => {
        $(#[doc = $line])+
        pub(super) static $id: $crate::check::Check = $crate::check::Check {
            name: $name,
            level: $crate::project::Level::$level,
            doc: concat!($($line, "\n"),+),
            find: {
                #[allow(unused_imports, reason = "a check uses one of them")]
                use $crate::check::Find::{AgainstHead, InChange, InComments, InState};
                $find
            },
        };
    };
}
use declare_check;

/// Everything that is wrong with a change and that none of its parents has, at the checks' own levels, sorted by place.
pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let mut found = in_state(&analysis.after, Some(analysis), |_| true);
    if !found.is_empty() {
        // Only what is found can be known already.
        let families: BTreeSet<&str> = found.iter().map(|finding| news::family(finding.check)).collect();
        let is_found = |check: &Check| families.contains(news::family(check.name));
        let known: Vec<Vec<Finding>> = analysis.before.iter().map(|state| in_state(state, None, is_found)).collect();
        found = news::without_known(found, &known);
    }
    for check in CHECKS {
        if let Find::InChange(find) | Find::AgainstHead(find) = check.find {
            found.extend(find(analysis));
        }
    }
    found.sort_by(|a, b| place(a).cmp(&place(b)));
    // Two environments may share a file.
    found.dedup_by(|a, b| place(a) == place(b) && a.message == b.message);
    found
}

fn place(finding: &Finding) -> (&str, u32, &str, &str) {
    (&finding.location.path, finding.location.span.start, finding.check, &finding.subject)
}

fn in_state(state: &State, change: Option<&Analysis>, is_asked: impl Fn(&Check) -> bool) -> Vec<Finding> {
    let mut found = Vec::new();
    for environment in &state.environments {
        let scene = Scene { state, environment, change };
        for check in CHECKS.into_iter().filter(|check| is_asked(check)) {
            if let Find::InState(find) = check.find {
                found.extend(find(&scene));
            }
        }
    }
    found
}
