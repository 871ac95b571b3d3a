//! What a check has to say.

use std::sync::Arc;

use super::Check;
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
    pub revision: Option<Arc<str>>,
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
    /// Whether it is certain that no model maps or declares it; `None` for what models do not tell about.
    pub unmapped: Option<bool>,
    /// A later revision that makes it again, empty.
    pub made_again_in: Option<String>,
}

impl Finding {
    /// A finding of a check, at the check's own level, with nothing said that is not needed.
    pub(super) fn new(
        check: &Check,
        subject: impl Into<String>,
        location: Location,
        message: impl Into<String>,
    ) -> Self {
        Self {
            check: check.name,
            level: check.level,
            subject: subject.into(),
            location,
            revision: None,
            message: message.into(),
            help: None,
            related: Vec::new(),
            loss: None,
            acknowledged: None,
        }
    }

    pub(super) fn revision(mut self, revision: &Arc<str>) -> Self {
        self.revision = Some(revision.clone());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a place, unless it is the finding's own or known already.
    pub(super) fn related(mut self, location: &Location, message: impl Into<String>) -> Self {
        if *location != self.location && !self.related.iter().any(|known| known.location == *location) {
            self.related.push(Related { location: location.clone(), message: message.into() });
        }
        self
    }

    /// What stays the same where the same thing is found in another snapshot, whatever its line.
    pub(super) fn identity(&self) -> (&str, &str) {
        (self.revision.as_deref().unwrap_or(&self.location.path), &self.subject)
    }
}
