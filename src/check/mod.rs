//! What is wrong with a change, each kind of it in a file of its own.
//!
//! A check sees an [`Analysis`] and returns [`Finding`]s. It never sees syntax, git or a terminal. A new one is one file
//! and one line in [`CHECKS`]; without the line the compiler says that it is never used.

mod analysis;
mod finding;

pub use analysis::{Analysis, AnalysisError, EnvironmentState, State, Unparsable};
pub use finding::{Finding, Loss, Related};

use crate::project::Level;

/// Every check, in the order of the reference.
pub static CHECKS: [&Check; 0] = [];

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
    pub fn page(&self) -> String {
        self.doc.to_owned()
    }

    pub fn summary(&self) -> String {
        self.doc.to_owned()
    }
}

/// How a check is run.
#[derive(Debug)]
enum Find {
    /// On each environment of a snapshot: what stands in it. What the commit's parents have as well is not reported.
    InState(fn(&State, &EnvironmentState) -> Vec<Finding>),
    /// On the change as a whole: what only a comparison can tell.
    InChange(fn(&Analysis) -> Vec<Finding>),
    /// By those who read comments and settings: nothing to do here.
    InComments,
}

/// Declares a check; its doc comment is its page.
///
/// ```ignore
/// declare_check! {
///     /// ## What it does
///     /// …
///     pub(super) static DROPPED_TABLE = "dropped-table", Confirm, InState(find);
/// }
/// ```
macro_rules! declare_check {
    ($(#[doc = $line:literal])+ pub(super) static $id:ident = $name:literal, $level:ident, $find:expr;) => {
        $(#[doc = $line])+
        pub(super) static $id: $crate::check::Check = {
            #[allow(unused_imports, reason = "a check uses one of them")]
            use $crate::check::Find::{InChange, InComments, InState};
            $crate::check::Check {
                name: $name,
                level: $crate::project::Level::$level,
                doc: concat!($($line, "\n"),+),
                find: $find,
            }
        };
    };
}
pub(crate) use declare_check;

pub fn findings(_: &Analysis) -> Vec<Finding> {
    todo!()
}

pub fn unmapped_tables(_: &State, _: &EnvironmentState) -> Option<Vec<crate::migration::operation::TableName>> {
    Some(Vec::new())
}
