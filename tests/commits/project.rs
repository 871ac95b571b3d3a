//! The project of the incident in a working tree, and what is committed there.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use migguard::cli::demo::fixture::{BASE, File, REGISTERED, REVISIONS};

use crate::common::{Outcome, Place};

/// How a person commits.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    /// What git is told before, once the files are written.
    pub(crate) stage: &'static [&'static str],
    pub(crate) program: &'static str,
    pub(crate) commit: &'static [&'static str],
}

pub(crate) const PLAIN: Way = Way { stage: &["add", "."], program: "git", commit: &["commit", "-q", "-m", "change"] };

pub(crate) struct Project<'a> {
    place: &'a Place,
    pub(crate) top_level: PathBuf,
    /// Where commands are run.
    pub(crate) directory: PathBuf,
    /// The name of the folder that is `backend` elsewhere.
    pub(crate) folder: OsString,
    pub(crate) way: Way,
}

impl<'a> Project<'a> {
    /// The project in the place's own repository, guarded.
    pub(crate) fn new(place: &'a Place) -> Self {
        place.start_project(&place.repository);
        Self::of(place, &place.repository)
    }

    /// A working tree that has the project already, guarded from now on.
    pub(crate) fn of(place: &'a Place, top_level: &Path) -> Self {
        place.install_in(top_level);
        let (top_level, directory) = (top_level.to_owned(), top_level.to_owned());
        Self { place, top_level, directory, folder: "backend".into(), way: PLAIN }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        match path.strip_prefix("backend/") {
            Some(inside) => self.top_level.join(&self.folder).join(inside),
            None => self.top_level.join(path),
        }
    }

    pub(crate) fn write(&self, files: &[File]) {
        for (path, content) in files {
            let file = self.path(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, content).unwrap();
        }
    }

    pub(crate) fn stage(&self, files: &[File]) {
        self.write(files);
        self.git(self.way.stage);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.place.git_in(&self.top_level, arguments)
    }

    pub(crate) fn run(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Outcome {
        self.place.run(&self.directory, program, arguments)
    }

    pub(crate) fn commit(&self) -> Outcome {
        self.run(self.way.program, self.way.commit)
    }

    pub(crate) fn head(&self) -> String {
        self.place.run(&self.top_level, "git", &["rev-parse", "HEAD"]).stdout
    }

    /// A commit that the hook refuses with these words.
    pub(crate) fn is_refused(&self, words: &[&str]) {
        let head = self.head();
        let outcome = self.commit();
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        for word in words {
            assert!(outcome.stderr.contains(word), "no `{word}` in: {}", outcome.stderr);
        }
        assert_eq!(self.head(), head);
    }

    /// A commit that passes without a word.
    pub(crate) fn passes(&self) {
        let head = self.head();
        let outcome = self.commit();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert_ne!(self.head(), head);
    }

    pub(crate) fn refuses_the_accident(&self) {
        self.stage(&[REVISIONS[0].accident.unwrap()]);
        self.stage(REVISIONS[0].models);
        self.is_refused(&["dropped-live-table", "journey_templates", "29672f48c359"]);
    }

    pub(crate) fn passes_the_repair(&self) {
        self.stage(&[REGISTERED, REVISIONS[0].migration]);
        self.stage(REVISIONS[0].models);
        self.passes();
    }

    /// Both accidents, each with its innocent twin.
    pub(crate) fn is_guarded(&self) {
        self.refuses_the_accident();
        self.passes_the_repair();
        let [registered, model] = REVISIONS[1].models else { panic!("a registry and a model") };
        self.stage(&[REVISIONS[1].migration, *model]);
        self.is_refused(&["unregistered-model", "ProcessedEmail"]);
        self.stage(&[*registered]);
        self.passes();
    }

    /// The same for the first commit of all.
    pub(crate) fn is_guarded_from_the_first_commit(&self) {
        self.stage(BASE);
        self.is_refused(&["unregistered-model", "JourneyTemplate"]);
        self.refuses_the_accident();
        self.passes_the_repair();
    }
}
