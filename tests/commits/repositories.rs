//! Every kind of repository, working tree and index.

use std::fs;
use std::path::{Path, PathBuf};

use migguard::cli::demo::fixture::REVISIONS;

use crate::common::Place;
use crate::project::Project;

#[test]
fn before_the_first_commit() {
    let place = Place::new();
    Project::of(&place, &place.repository).is_guarded_from_the_first_commit();
    // And on a branch without a commit in a repository that has some.
    place.git(&["checkout", "-q", "--orphan", "alone"]);
    place.git(&["rm", "-rqf", "."]);
    Project::of(&place, &place.repository).is_guarded_from_the_first_commit();
}

#[test]
fn with_a_detached_head() {
    let place = Place::new();
    let project = Project::new(&place);
    project.git(&["checkout", "-q", "--detach"]);
    project.is_guarded();
}

#[test]
fn of_every_format() {
    for format in [
        &["--object-format=sha256"][..],
        &["--ref-format=reftable"],
        &["--object-format=sha256", "--ref-format=reftable"],
    ] {
        let place = Place::empty();
        let init = [&["init", "-q"], format].concat();
        if place.run(&place.repository, "git", &init).code != Some(0) {
            // This git is older than the format.
            continue;
        }
        Project::of(&place, &place.repository).is_guarded_from_the_first_commit();
        place.git(&["checkout", "-q", "--detach"]);
        let other = place.outside().join("other");
        place.git(&["worktree", "add", "-q", &text(&other)]);
        fs::remove_dir_all(other.join("backend")).unwrap();
        place.git_in(&other, &["checkout", "-q", "--orphan", "alone"]);
        place.git_in(&other, &["rm", "-rqf", "."]);
        place.start_project(&other);
        Project::of(&place, &other).is_guarded();
    }
}

#[test]
fn with_every_extension() {
    for (name, value) in
        [("worktreeConfig", "true"), ("partialClone", "origin"), ("preciousObjects", "true"), ("noop", "true")]
    {
        let place = Place::new();
        place.git(&["config", "core.repositoryFormatVersion", "1"]);
        place.git(&["config", &format!("extensions.{name}"), value]);
        Project::new(&place).is_guarded();
    }
}

#[test]
fn with_every_kind_of_index() {
    for change in [
        &["update-index", "--index-version", "4"][..],
        &["update-index", "--untracked-cache"],
        &["update-index", "--split-index"],
        &["config", "core.splitIndex", "true"],
        &["config", "index.skipHash", "true"],
        &["config", "index.threads", "4"],
        &["config", "feature.manyFiles", "true"],
    ] {
        let place = Place::new();
        let project = Project::new(&place);
        project.git(change);
        project.is_guarded();
    }
}

#[test]
fn with_a_sparse_checkout() {
    for index in ["--no-sparse-index", "--sparse-index"] {
        let place = Place::new();
        fs::create_dir_all(place.repository.join("other/deep")).unwrap();
        fs::write(place.repository.join("other/deep/a.py"), "a = 1\n").unwrap();
        let project = Project::new(&place);
        project.git(&["sparse-checkout", "set", "--cone", index, "backend"]);
        assert!(!project.path("other").exists());
        let collapsed = project.git(&["ls-files", "--sparse"]).lines().any(|path| path == "other/");
        assert_eq!(collapsed, index == "--sparse-index");
        project.is_guarded();
    }
}

#[test]
fn with_the_models_outside_a_sparse_checkout() {
    let place = Place::new();
    let project = Project::new(&place);
    project.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "backend/alembic"]);
    assert!(!project.path("backend/app").exists());
    project.stage(&[REVISIONS[0].accident.unwrap()]);
    project.is_refused(&["dropped-live-table", "journey_template.py"]);
    project.stage(&[REVISIONS[0].migration]);
    project.passes();
}

#[test]
fn in_linked_worktrees() {
    let place = Place::new();
    place.start_project(&place.repository);
    let linked = place.outside().join("a linked tree");
    place.git(&["worktree", "add", "-q", "-b", "linked", &text(&linked)]);
    Project::of(&place, &linked).is_guarded();
    // The main one is guarded as well, by the same hook.
    Project::of(&place, &place.repository).is_guarded();
}

#[test]
fn in_a_worktree_of_a_bare_repository() {
    let place = Place::new();
    place.start_project(&place.repository);
    let bare = place.outside().join("bare.git");
    place.git(&["clone", "-q", "--bare", ".", &text(&bare)]);
    let linked = place.outside().join("linked");
    place.git_in(&bare, &["worktree", "add", "-q", &text(&linked), "main"]);
    Project::of(&place, &linked).is_guarded();
}

#[test]
fn inside_and_around_a_submodule() {
    let place = Place::new();
    place.start_project(&place.repository);
    let outer = place.outside().join("outer");
    fs::create_dir(&outer).unwrap();
    place.git_in(&outer, &["init", "-q"]);
    place.start_project(&outer);
    let around = Project::of(&place, &outer);
    place.git_in(&outer, &["submodule", "--quiet", "add", &text(&place.repository), "inner"]);
    around.refuses_the_accident();
    around.passes_the_repair();
    Project::of(&place, &outer.join("inner")).is_guarded();
    // The submodule alone, moved to another commit.
    around.stage(&[]);
    assert_eq!(around.git(&["diff", "--cached", "--name-only"]), "inner\n");
    around.passes();
    around.git(&["rm", "-q", "--cached", "inner"]);
    around.passes();
}

#[test]
fn with_a_separate_git_directory() {
    let place = Place::empty();
    let git_dir = place.outside().join("git dir");
    place.git(&["init", "-q", "--separate-git-dir", &text(&git_dir)]);
    Project::new(&place).is_guarded();
}

#[test]
fn with_the_repository_named_in_the_environment() {
    let place = Place::new();
    let moved = place.outside().join("moved.git");
    fs::rename(place.repository.join(".git"), &moved).unwrap();
    let work_tree = place.repository.clone();
    let place = place.with("GIT_DIR", moved).with("GIT_WORK_TREE", work_tree);
    Project::new(&place).is_guarded();
}

#[test]
fn with_the_working_tree_named_in_the_settings() {
    let place = Place::new();
    let moved = place.outside().join("moved.git");
    fs::rename(place.repository.join(".git"), &moved).unwrap();
    fs::write(moved.join("config"), "").unwrap();
    place.git_in(&moved, &["config", "core.worktree", &text(&place.repository)]);
    place.git_in(&moved, &["config", "core.bare", "false"]);
    let place = place.with("GIT_DIR", moved);
    Project::new(&place).is_guarded();
}

#[test]
fn that_belongs_to_somebody_else() {
    let place = Place::new();
    // Only git itself knows this spelling.
    place.git(&["config", "--global", "safe.directory", &format!("{}/*", place.outside().display())]);
    let place = place.with("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    Project::new(&place).is_guarded();
}

#[test]
fn in_shallow_and_borrowing_clones() {
    let place = Place::new();
    place.start_project(&place.repository);
    place.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    for option in ["--depth=1", "--shared"] {
        let clone = clone(&place, option);
        Project::of(&place, &clone).is_guarded();
    }
}

#[test]
fn in_a_partial_clone_whose_remote_is_gone() {
    let place = Place::new();
    place.git(&["config", "uploadpack.allowFilter", "true"]);
    place.start_project(&place.repository);
    let clone = clone(&place, "--filter=blob:none");
    fs::rename(&place.repository, place.outside().join("away")).unwrap();
    Project::of(&place, &clone).is_guarded();
}

fn clone(place: &Place, option: &str) -> PathBuf {
    let clone = place.outside().join(option);
    let url = format!("file://{}", place.repository.display());
    let from = if option == "--shared" { text(&place.repository) } else { url };
    place.git_in(&place.outside(), &["clone", "-q", option, &from, &text(&clone)]);
    clone
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
