//! Source text to syntax, names, values and modules. The only station that knows Python.

pub mod graph;
pub mod imports;
pub mod interpreter;
pub mod modules;
pub mod parse;
pub mod source;
pub mod sources;
pub mod syntax;
pub mod value;

pub use modules::{ImportRoots, ModuleFile};
pub use sources::{Parsed, SourceFile, Sources};
