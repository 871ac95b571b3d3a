//! What the revisions of an environment do: one file to its operations, all files to the chain, the chain to the
//! schema that it builds and to what it destroys on the way.

pub mod edit;
pub mod history;
pub mod operation;
pub mod operations;
pub mod revision_map;
pub mod schema;
pub mod schema_item;
pub mod script;
pub mod sql;
