//! What the revisions of an environment do: one file to its operations, all files to the chain, the chain to the
//! schema that it builds.

pub mod operation;
