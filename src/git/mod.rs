//! The snapshot that will be committed, and what it is compared with.
//!
//! All reading of the repository happens here. Nothing here reads the working tree.

mod files;
mod path;
mod repository;
mod tree;

pub use files::{Files, Target, join, parent};
pub use path::{decode_path, encode_path};
pub use repository::{Repository, Written};
pub use tree::{Change, Comparison, Entry, MemoryTree, Mode, NoRemotes, Oid, ReadError, Remotes, Tree};
