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
    /// About how many bytes of memory it takes.
    weight: usize,
}

/// What a token's share of the syntax takes, measured.
const TOKEN: usize = 150;

/// Beyond so many bytes what nobody works with is let go. It can be parsed again.
const KEPT: usize = 256 << 20;

/// So many bytes may be worked with at once.
const HELD: usize = 700 << 20;

/// What was parsed, by path and object id, so that two snapshots share what they have in common.
#[derive(Default)]
pub struct Parsed(Mutex<Shelf>);

#[derive(Default)]
struct Shelf {
    files: HashMap<(Arc<str>, Oid), Outcome>,
    weight: usize,
}

type Outcome = Result<Arc<SourceFile>, DecodeError>;

/// The Python files of a snapshot. A file is parsed when it is first asked for.
pub struct Sources {
    pub files: Files,
    parsed: Arc<Parsed>,
}

impl SourceFile {
    /// Parses a text. Must run on [`crate::stack`].
    pub fn of(source: Source) -> Self {
        let parse::Module { body, comments, error, tokens } = parse::parse(&source.text);
        // Literals are copies, and so is what the parser made of them first.
        let weight = 3 * source.text.len() + TOKEN * tokens;
        Self { source, body, comments, error, weight }
    }
}

impl Shelf {
    /// Keeps a file. `false` where there is no room for it.
    fn put(&mut self, key: (Arc<str>, Oid), file: &Outcome) -> bool {
        let weight = |file: &Outcome| file.as_ref().map_or(0, |file| file.weight);
        if self.weight + weight(file) > KEPT {
            self.files.retain(|_, file| file.as_ref().map_or(true, |file| Arc::strong_count(file) > 1));
            self.weight = self.files.values().map(weight).sum();
        }
        if self.weight + weight(file) > HELD {
            return false;
        }
        self.weight += weight(file);
        self.files.insert(key, file.clone());
        true
    }
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
        let open = || self.parsed.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = open().files.get(&key) {
            return Some(file.clone());
        }
        let content = self.files.content(&entry)?;
        let _reading = reading::begin(&entry.path);
        let file = Source::decode(&entry.path, &content).map(|source| Arc::new(SourceFile::of(source)));
        if !open().put(key, &file) {
            self.files
                .refuse(&entry, "with the files that are needed beside it, it takes more memory than migguard uses");
            return None;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(weight: usize) -> Arc<SourceFile> {
        let source = Source::new(&"a.py".into(), "x = 1\n".into());
        Arc::new(SourceFile { weight, ..SourceFile::of(source) })
    }

    #[test]
    fn what_nobody_works_with_makes_room() {
        let mut shelf = Shelf::default();
        let key = |name: &str| (Arc::from(name), Oid::default());
        for name in ["a", "b", "c", "d", "e"] {
            assert!(shelf.put(key(name), &Ok(file(KEPT / 2))), "{name}");
            assert!(shelf.weight <= KEPT);
        }
        assert!(shelf.files.contains_key(&key("e")) && !shelf.files.contains_key(&key("a")));
        // A file that is worked with stays, until there are too many of them.
        let held: Vec<Outcome> = (0..20).map(|_| Ok(file(HELD / 10))).collect();
        let kept = held.iter().zip('A'..).filter(|(file, name)| shelf.put(key(&name.to_string()), file)).count();
        assert!((9..=10).contains(&kept), "{kept}");
        assert!(shelf.files.contains_key(&key("A")) && shelf.weight <= HELD);
    }
}
