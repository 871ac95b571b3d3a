//! Where git makes commits one after another: what a hook sees of it, and what only `migguard check` sees.

use std::fs;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::{MIGGUARD, Place};
use crate::project::Project;

/// A branch `accident` with the accidental drop, of which `main` has a commit more.
fn accident_on_a_branch(place: &Place) -> Project<'_> {
    let project = Project::new(place);
    project.git(&["checkout", "-q", "-b", "accident"]);
    project.write(REVISIONS[0].models);
    project.stage(&[REVISIONS[0].accident.unwrap()]);
    project.git(&["commit", "-q", "--no-verify", "-m", "accident"]);
    project.git(&["checkout", "-q", "main"]);
    fs::write(project.path("README.md"), "words").unwrap();
    project.stage(&[]);
    project.passes();
    project
}

/// What the continuous integration says of the branch that is checked out, where no hook has seen its commits.
fn is_found_by_check(project: &Project, since: &str) {
    let check = project.run(MIGGUARD, &["check", "--since", since]);
    assert_eq!(check.code, Some(1), "{}", check.stderr);
    assert!(check.stdout.contains("dropped-live-table"), "{}", check.stdout);
}

#[test]
fn cherry_pick_calls_no_hook_and_check_finds_what_it_brings() {
    let place = Place::new();
    let project = accident_on_a_branch(&place);
    let before = project.head();
    project.git(&["cherry-pick", "accident"]);
    is_found_by_check(&project, before.trim());
    // Repaired by another commit, the branch is well again.
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project.git(&["commit", "-q", "--no-verify", "-m", "repaired"]);
    let check = project.run(MIGGUARD, &["check", "--since", before.trim()]);
    assert_eq!((check.code, check.stdout.contains("dropped")), (Some(0), false), "{}", check.stdout);
}

#[test]
fn rebase_calls_no_hook_and_check_finds_what_it_brings() {
    let place = Place::new();
    let project = accident_on_a_branch(&place);
    project.git(&["rebase", "-q", "main", "accident"]);
    is_found_by_check(&project, "main");
}

#[test]
fn am_calls_no_hook_and_check_finds_what_it_brings() {
    let place = Place::new();
    let project = accident_on_a_branch(&place);
    let patch = place.outside().join("patch");
    fs::write(&patch, project.git(&["format-patch", "--stdout", "main..accident"])).unwrap();
    let before = project.head();
    project.git(&["am", "-q", &patch.to_string_lossy()]);
    is_found_by_check(&project, before.trim());
}

#[test]
fn revert_calls_no_hook_and_check_finds_what_it_brings() {
    let place = Place::new();
    let project = Project::new(&place);
    project.write(REVISIONS[0].models);
    project.stage(&[REVISIONS[0].accident.unwrap()]);
    project.git(&["commit", "-q", "--no-verify", "-m", "accident"]);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project.git(&["commit", "-q", "--no-verify", "-m", "repaired"]);
    let before = project.head();
    project.git(&["revert", "--no-edit", "HEAD"]);
    is_found_by_check(&project, before.trim());
}

#[test]
fn a_cherry_pick_that_a_person_ends_is_checked() {
    let place = Place::new();
    let mut project = accident_on_a_branch(&place);
    fs::write(project.path("backend/app/models/user.py"), "# conflicts\n").unwrap();
    project.stage(&[]);
    project.git(&["commit", "-q", "--no-verify", "-m", "conflicts"]);
    assert_eq!(project.run("git", &["cherry-pick", "accident"]).code, Some(1));
    project.stage(REVISIONS[0].models);
    project.way.commit = &["-c", "core.editor=true", "cherry-pick", "--continue"];
    project.is_refused(&["dropped-live-table", "journey_templates"]);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    let head = project.head();
    assert_eq!(project.commit().code, Some(0));
    assert_ne!(project.head(), head);
}

#[test]
fn a_rebase_that_a_person_ends_is_checked() {
    let place = Place::new();
    let mut project = accident_on_a_branch(&place);
    fs::write(project.path("backend/app/models/user.py"), "# conflicts\n").unwrap();
    project.stage(&[]);
    project.git(&["commit", "-q", "--no-verify", "-m", "conflicts"]);
    assert_eq!(project.run("git", &["rebase", "-q", "main", "accident"]).code, Some(1));
    project.stage(REVISIONS[0].models);
    project.is_refused(&["dropped-live-table", "journey_templates"]);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project.way.commit = &["-c", "core.editor=true", "rebase", "--continue"];
    let head = project.head();
    assert_eq!(project.commit().code, Some(0));
    assert_ne!(project.head(), head);
}

#[test]
fn a_commit_that_a_rebase_rewords_was_made_before_the_hook_is_called() {
    let place = Place::new();
    let project = accident_on_a_branch(&place);
    project.git(&["checkout", "-q", "accident"]);
    let reword = "GIT_SEQUENCE_EDITOR='sed -i.bak s/^pick/reword/' GIT_EDITOR=true git rebase -q -i main";
    let reworded = project.run("sh", &["-c", reword]);
    assert_eq!((reworded.code, reworded.stderr.contains("migguard")), (Some(0), false), "{}", reworded.stderr);
    is_found_by_check(&project, "main");
}

#[test]
fn a_commit_in_a_rebase_that_stopped_is_checked() {
    let place = Place::new();
    let mut project = Project::new(&place);
    for count in ["one", "two"] {
        fs::write(project.path("README.md"), count).unwrap();
        project.stage(&[]);
        project.passes();
    }
    let edit = "GIT_SEQUENCE_EDITOR='sed -i.bak s/^pick/edit/' git rebase -q -i HEAD~";
    assert_eq!(project.run("sh", &["-c", edit]).code, Some(0));
    project.way.commit = &["commit", "-q", "--amend", "-m", "change"];
    project.refuses_the_accident();
    project.passes_the_repair();
}
