//! Parsed files of a snapshot, and the modules that their paths make.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::parse::{self, SyntaxError};
use super::source::{DecodeError, Source};
use super::syntax::{Span, Suite};
use crate::git::{Files, Oid, Target};
use crate::reading;

/// A Python file, decoded and parsed.
#[derive(Debug)]
pub struct SourceFile {
    pub source: Source,
    pub body: Suite,
    pub comments: Vec<Span>,
    /// Where it is no valid Python. `body` then holds what could be understood.
    pub error: Option<SyntaxError>,
}

/// What was parsed, by path and object id, so that two snapshots share what they have in common.
#[derive(Default)]
pub struct Parsed(Mutex<HashMap<(Arc<str>, Oid), Outcome>>);

type Outcome = Result<Arc<SourceFile>, DecodeError>;

/// The Python files of a snapshot. A file is parsed when it is first asked for.
pub struct Sources {
    pub files: Files,
    parsed: Arc<Parsed>,
}

impl Sources {
    pub fn new(files: Files, parsed: Arc<Parsed>) -> Self {
        Self { files, parsed }
    }

    /// The parsed file that a path leads to, under the path that it has itself. `None` where there is no file, or it
    /// cannot be read from the repository (see [`Files::trouble`]).
    pub fn get(&self, path: &str) -> Option<Outcome> {
        let Target::File(entry) = self.files.resolve(path) else { return None };
        let key = (entry.path.clone(), entry.oid);
        if let Some(file) = self.parsed.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(file.clone());
        }
        let content = self.files.content(&entry)?;
        let _reading = reading::begin(&entry.path);
        let file = Source::decode(&entry.path, &content).map(|source| {
            let parse::Module { body, comments, error } = parse::parse(&source.text);
            Arc::new(SourceFile { source, body, comments, error })
        });
        self.parsed.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, file.clone());
        Some(file)
    }

    /// The text of any file, for those who point into it. `None` where there is none, or it is no text.
    pub fn text(&self, path: &str) -> Option<Source> {
        if path.ends_with(".py") {
            return self.file(path).map(|file| file.source.clone());
        }
        Source::decode(&path.into(), &self.files.read(path)?).ok()
    }

    /// As [`Sources::get`], for those to whom an unreadable file and a missing one are the same.
    pub fn file(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.get(path)?.ok()
    }
}
