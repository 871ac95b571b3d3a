//! Every way to commit.

use std::fs;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::Place;
use crate::project::{PLAIN, Project, Way};

/// Files that git knows of and has nothing of.
const INTENT: &[&str] = &["add", "--intent-to-add", "."];

#[test]
fn what_is_staged() {
    Project::new(&Place::new()).is_guarded();
}

#[test]
fn from_a_subfolder() {
    let place = Place::new();
    let mut project = Project::new(&place);
    project.directory = project.path("backend/app");
    project.is_guarded();
}

#[test]
fn all_that_is_tracked() {
    let place = Place::new();
    let mut project = Project::new(&place);
    project.way = Way { stage: INTENT, commit: &["commit", "-q", "-m", "change", "-a"], ..PLAIN };
    project.is_guarded();
}

#[test]
fn named_paths_alone_and_with_what_is_staged() {
    for flag in ["-o", "-i"] {
        let place = Place::new();
        let mut project = Project::new(&place);
        let commit: &[&str] = match flag {
            "-o" => &["commit", "-q", "-m", "change", "-o", "--", "backend"],
            _ => &["commit", "-q", "-m", "change", "-i", "--", "backend"],
        };
        project.way = Way { stage: INTENT, commit, ..PLAIN };
        project.is_guarded();
    }
}

#[test]
fn what_is_staged_and_not_among_the_named_paths_is_not_committed() {
    let place = Place::new();
    let mut project = Project::new(&place);
    project.refuses_the_accident();
    fs::write(project.path("README.md"), "words").unwrap();
    project.write(&[REGISTERED]);
    project.git(&["add", "README.md"]);
    project.way.commit = &["commit", "-q", "-m", "change", "--", "README.md", "backend/app/models/__init__.py"];
    project.passes();
    project.way = PLAIN;
    project.is_refused(&["dropped-live-table"]);
}

#[test]
fn piece_by_piece() {
    let place = Place::new();
    let mut project = Project::new(&place);
    let commit = &["-c", "yes | git commit -q -m change -p"];
    project.way = Way { stage: INTENT, program: "sh", commit };
    project.is_guarded();
}

#[test]
fn amending() {
    let place = Place::new();
    let mut project = Project::new(&place);
    project.way.commit = &["commit", "-q", "--amend", "-m", "change"];
    project.is_guarded();
}

#[test]
fn with_a_message_from_a_file_a_fixup_and_an_empty_message() {
    for commit in [
        &["commit", "-q", "-F", "README.md"][..],
        &["commit", "-q", "--fixup=HEAD"],
        &["commit", "-q", "--allow-empty-message", "-m", ""],
        &["-c", "core.editor=true", "commit", "-q", "-v", "-t", "README.md", "--allow-empty-message"],
    ] {
        let place = Place::new();
        fs::write(place.repository.join("README.md"), "words").unwrap();
        let mut project = Project::new(&place);
        project.way.commit = commit;
        project.refuses_the_accident();
        let head = project.head();
        project.stage(&[REGISTERED, REVISIONS[0].migration]);
        let outcome = project.commit();
        assert_eq!(outcome.code, Some(0), "{commit:?}: {}", outcome.stderr);
        assert_ne!(project.head(), head);
    }
}

#[test]
fn what_is_only_intended_to_be_added_is_not_committed() {
    let place = Place::new();
    let project = Project::new(&place);
    project.write(&[REVISIONS[0].accident.unwrap()]);
    project.git(INTENT);
    fs::write(project.path("README.md"), "words").unwrap();
    project.git(&["add", "README.md"]);
    project.passes();
    project.git(&["add", "."]);
    project.is_refused(&["dropped-live-table"]);
}

#[test]
fn what_stands_in_the_working_tree_alone_is_not_committed() {
    let place = Place::new();
    let project = Project::new(&place);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project.write(&[REVISIONS[0].accident.unwrap()]);
    project.passes();
    // And what is staged is, whatever has been repaired in the working tree since.
    project.git(&["reset", "-q", "--hard", "HEAD~"]);
    project.stage(&[REGISTERED, REVISIONS[0].accident.unwrap()]);
    project.write(&[REVISIONS[0].migration]);
    project.is_refused(&["dropped-live-table"]);
}

#[test]
fn from_an_index_elsewhere() {
    for index in ["other index", "/"] {
        let place = Place::empty();
        let path = if index == "/" { place.outside().join("index").into_os_string() } else { index.into() };
        let place = place.with("GIT_INDEX_FILE", path);
        place.git(&["init", "-q"]);
        fs::write(place.repository.join(".gitignore"), "other index*\n").unwrap();
        Project::new(&place).is_guarded();
    }
}
