//! What a check has to say.

use crate::migration::operation::Location;
use crate::project::Level;

/// One thing that is wrong, where it is, and what to do.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    pub level: Level,
    /// The object's name and nothing else.
    pub subject: String,
    pub location: Location,
    pub revision: Option<String>,
    /// The object, and what happens to it.
    pub message: String,
    /// The one thing to do next.
    pub help: Option<String>,
    pub related: Vec<Related>,
    /// What is at stake, for the question that confirms it.
    pub loss: Option<Loss>,
    /// The reason that a comment or a setting gives for it.
    pub acknowledged: Option<String>,
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub location: Location,
    pub message: String,
}

/// What a confirmed drop would lose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loss {
    /// What the person types: the table, `table.column`, or the object's name.
    pub object: String,
    /// A whole table is asked about by itself; all else of one revision together.
    pub is_table: bool,
    /// The table's columns, as far as the chain tells.
    pub columns: Vec<String>,
    /// The revision that created the object.
    pub created_in: Option<String>,
    /// The tables whose foreign keys refer to it.
    pub referred_by: Vec<String>,
    /// Whether `downgrade()` brings it back; `None` where that cannot be known.
    pub restored_by_downgrade: Option<bool>,
    /// The class that mapped it until this change takes it away.
    pub model_removed: Option<String>,
}
