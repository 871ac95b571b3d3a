//! How much a check weighs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Off.
    Ignore,
    /// Printed; the commit goes on.
    Warn,
    /// The commit stops unless somebody confirms it.
    Confirm,
    /// The commit stops.
    Deny,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignore => "ignore",
            Self::Warn => "warn",
            Self::Confirm => "confirm",
            Self::Deny => "deny",
        })
    }
}
