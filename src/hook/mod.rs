//! The hooks in a clone: written, taken away again, and how they stand.
//!
//! Where hooks live is git's to say. Nothing here writes outside the repository, changes git's configuration, or
//! destroys a hook that is somebody else's.

mod binary;
mod error;
mod file;
mod git;
mod install;
mod location;
mod managers;
mod script;
mod state;
mod uninstall;

pub use error::Error;
pub use install::{Installation, Installed, install};
pub use location::{HooksPath, Scope};
pub use managers::{Manager, managers};
pub use script::{Hook, VERSION, renewal};
pub use state::{Condition, HookState, State, state};
pub use uninstall::{Removal, Removed, uninstall};
