//! The snapshot that will be committed, and what it is compared with.
//!
//! All reading of the repository happens here. Nothing here reads the working tree.

mod aside;
mod executable;
mod files;
mod index;
mod kept;
mod libgit2;
mod location;
mod oid;
mod path;
mod patience;
mod reader;
mod reads;
mod remotes;
mod repository;
mod snapshot;
mod tree;
mod write;

pub use files::{Files, Target, join, parent};
pub use kept::Kept;
pub use oid::Oid;
pub use path::{decode_path, encode_path};
pub use reads::Read;
pub use repository::Repository;
pub use tree::{Change, Comparison, Entry, MemoryTree, Mode, NoRemotes, ReadError, Remotes, Tree};
pub use write::Written;
