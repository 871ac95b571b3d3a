//! A migration is free to be edited until a remote branch has it.

use std::fs;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::Place;
use crate::project::{PLAIN, Project, Way};

const AMENDED: Way = Way { commit: &["commit", "-q", "--amend", "-m", "change"], ..PLAIN };

/// The project with its first migrations on a remote branch, and one more revision that is only here.
fn with_one_unpushed<'a>(place: &'a Place, remote: &str) -> Project<'a> {
    let project = Project::new(place);
    project.git(&["init", "-q", "--bare", remote]);
    project.git(&["remote", "add", "origin", remote]);
    publish(&project);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project.stage(REVISIONS[0].models);
    project.passes();
    project
}

/// What `HEAD` has goes to a remote branch, and the clone learns of it.
fn publish(project: &Project) {
    project.git(&["push", "-q", "origin", "HEAD:refs/heads/main"]);
    project.git(&["fetch", "-q", "origin"]);
}

/// Stages the revision with so many characters for the tier.
fn edit(project: &Project, length: u32) {
    let (path, content) = REVISIONS[0].migration;
    let edited = content.replace("length=20", &format!("length={length}"));
    assert_ne!(edited, content);
    fs::write(project.path(path), edited).unwrap();
    project.stage(&[]);
}

#[test]
fn what_no_remote_branch_has_is_free_in_its_own_commit_and_in_a_later_one() {
    let place = Place::new();
    let remote = place.outside().join("remote.git");
    let mut project = with_one_unpushed(&place, remote.to_str().unwrap());
    project.way = AMENDED;
    edit(&project, 30);
    project.passes();
    project.way = PLAIN;
    edit(&project, 40);
    project.passes();
}

#[test]
fn what_a_remote_branch_has_is_not() {
    let place = Place::new();
    let remote = place.outside().join("remote.git");
    let mut project = with_one_unpushed(&place, remote.to_str().unwrap());
    publish(&project);
    for way in [AMENDED, PLAIN] {
        project.way = way;
        edit(&project, 30);
        project.is_refused(&["edited-migration", "29672f48c359"]);
    }
}
