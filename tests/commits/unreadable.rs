//! Repositories that cannot be read: no commit is made, and what both readers say is shown.

use std::fs;
use std::path::PathBuf;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::{MIGGUARD, Outcome, Place};
use crate::project::Project;

/// The file of an object, by any name that git knows.
fn object(project: &Project, name: &str) -> PathBuf {
    let id = project.git(&["rev-parse", name]);
    let (folder, file) = id.trim().split_at(2);
    project.path(".git/objects").join(folder).join(file)
}

/// A commit that ends badly and leaves HEAD as it is.
fn fails(project: &Project) -> Outcome {
    let reference = project.path(".git/refs/heads/main");
    let before = fs::read(&reference).unwrap();
    let outcome = project.commit();
    assert_ne!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(fs::read(&reference).unwrap(), before);
    outcome
}

fn says_both(text: &str) {
    assert!(text.contains("libgit2 says: ") && text.contains("git says: "), "{text}");
}

/// migguard itself, called by hand, fails with both errors and nothing on stdout.
fn run_fails(project: &Project) {
    for command in ["run", "status"] {
        let run = project.run(MIGGUARD, &[command]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{command}: {}", run.stderr);
        says_both(&run.stderr);
    }
}

/// The repair, staged and not yet committed.
fn staged(place: &Place) -> Project<'_> {
    let project = Project::new(place);
    project.write(REVISIONS[0].models);
    project.stage(&[REGISTERED, REVISIONS[0].migration]);
    project
}

#[test]
fn a_file_of_head_that_is_gone() {
    let place = Place::new();
    let project = staged(&place);
    let model = object(&project, "HEAD:backend/app/models/journey_template.py");
    let away = place.outside().join("away");
    fs::rename(&model, &away).unwrap();
    let outcome = fails(&project);
    says_both(&outcome.stderr);
    run_fails(&project);
    fs::rename(&away, &model).unwrap();
    project.passes();
}

#[test]
fn a_staged_file_that_is_gone() {
    let place = Place::new();
    let project = staged(&place);
    let migration = object(&project, &format!(":{}", REVISIONS[0].migration.0));
    let away = place.outside().join("away");
    fs::rename(&migration, &away).unwrap();
    let outcome = fails(&project);
    says_both(&outcome.stderr);
    run_fails(&project);
    fs::rename(&away, &migration).unwrap();
    project.passes();
}

#[test]
fn a_staged_file_that_is_damaged() {
    let place = Place::new();
    let project = staged(&place);
    let migration = object(&project, &format!(":{}", REVISIONS[0].migration.0));
    fs::remove_file(&migration).unwrap();
    fs::write(&migration, "no object").unwrap();
    let outcome = fails(&project);
    says_both(&outcome.stderr);
    run_fails(&project);
}

#[test]
fn a_head_whose_tree_is_gone() {
    let place = Place::new();
    let project = staged(&place);
    let tree = object(&project, "HEAD^{tree}");
    let away = place.outside().join("away");
    fs::rename(&tree, &away).unwrap();
    fails(&project);
    run_fails(&project);
    fs::rename(&away, &tree).unwrap();
    project.passes();
}

#[test]
fn a_head_that_names_no_commit() {
    for broken in ["1234567890123456789012345678901234567890\n", "nonsense\n", ""] {
        let place = Place::new();
        let project = staged(&place);
        let reference = project.path(".git/refs/heads/main");
        let whole = fs::read(&reference).unwrap();
        fs::write(&reference, broken).unwrap();
        fails(&project);
        let run = project.run(MIGGUARD, &["run"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{broken:?}: {}", run.stderr);
        says_both(&run.stderr);
        fs::write(&reference, whole).unwrap();
        project.passes();
    }
}

#[test]
fn an_index_that_is_cut_off() {
    let place = Place::new();
    let project = Project::new(&place);
    project.refuses_the_accident();
    let index = project.path(".git/index");
    let whole = fs::read(&index).unwrap();
    // git itself makes a commit of much that is cut off.
    for length in [whole.len() - 1, whole.len() - 30, whole.len() / 2, whole.len() / 4, 120, 40, 12, 4] {
        fs::write(&index, &whole[..length]).unwrap();
        fails(&project);
    }
    fs::write(&index, &whole).unwrap();
    project.passes_the_repair();
}

#[test]
fn a_partial_clone_that_lacks_a_file_and_whose_remote_is_gone() {
    let place = Place::new();
    place.git(&["config", "uploadpack.allowFilter", "true"]);
    place.start_project(&place.repository);
    let clone = place.outside().join("clone");
    let url = format!("file://{}", place.repository.display());
    place.git(&["clone", "-q", "--filter=blob:none", "--sparse", &url, &clone.to_string_lossy()]);
    let away = place.outside().join("away");
    fs::rename(&place.repository, &away).unwrap();
    let mut project = Project::of(&place, &clone);
    project.way.stage = &["add", "--sparse", "."];
    project.stage(&[REVISIONS[0].migration]);
    let outcome = fails(&project);
    says_both(&outcome.stderr);
    // With the remote git fetches what is missing.
    fs::rename(&away, &place.repository).unwrap();
    project.passes();
}
