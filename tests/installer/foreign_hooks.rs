//! A hook that is somebody else's.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::place::{Place, chmod, content, script};

#[test]
fn an_existing_hook_is_kept_runs_first_and_is_put_back() {
    let place = Place::new();
    let hook = place.hooks().join("pre-commit");
    script(&hook, b"#!/bin/sh\n# \xff\xfe not text\necho \"before: $#\" >&2\n");
    chmod(&hook, 0o744);
    let before = content(&place.hooks());

    let told = place.install();
    assert!(told.contains("kept as pre-commit.before-migguard and runs first"), "{told}");
    let kept = place.hooks().join("pre-commit.before-migguard");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o744);
    let commit = place.commit_anything();
    assert_eq!((commit.code, commit.stderr.as_str()), (Some(0), "before: 0\n"));

    place.uninstall();
    assert_eq!(content(&place.hooks()), before);
}

#[test]
fn the_failure_of_an_existing_hook_stands() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\necho no >&2\nexit 3\n");
    place.install();
    let commit = place.commit_anything();
    assert_eq!((commit.code, commit.stderr.as_str()), (Some(1), "no\n"));
}

#[test]
fn an_existing_hook_that_git_would_skip_is_skipped() {
    let place = Place::new();
    let hook = place.hooks().join("pre-commit");
    script(&hook, "#!/bin/sh\nexit 3\n");
    chmod(&hook, 0o644);
    let before = content(&place.hooks());
    place.install();
    assert_eq!(place.commit_anything().code, Some(0));
    place.uninstall();
    assert_eq!(content(&place.hooks()), before);
}

#[test]
fn a_link_is_kept_as_a_link() {
    let place = Place::new();
    script(&place.repository.join("scripts/lint"), "#!/bin/sh\necho linked >&2\n");
    symlink("../../scripts/lint", place.hooks().join("pre-commit")).unwrap();
    symlink("nowhere", place.hooks().join("pre-merge-commit")).unwrap();
    let before = content(&place.outside());
    assert_eq!(place.states(), ["foreign", "dangling"]);

    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
    assert_eq!(place.commit_anything().stderr, "linked\n");

    place.uninstall();
    let hooks = |content: crate::place::Content| -> crate::place::Content {
        content.into_iter().filter(|(path, _)| path.starts_with(place.hooks())).collect()
    };
    assert_eq!(hooks(content(&place.outside())), hooks(before));
}

#[test]
fn a_backup_is_never_overwritten() {
    let place = Place::new();
    let hook = place.hooks().join("pre-commit");
    script(&hook, "#!/bin/sh\necho first >&2\n");
    place.install();
    // Another tool puts its own hook in place of ours.
    script(&hook, "#!/bin/sh\necho second >&2\n");
    let before = content(&place.hooks());

    let told = place.install();
    assert!(told.contains("kept as pre-commit.before-migguard-2"), "{told}");
    assert!(told.contains("A hook kept earlier, pre-commit.before-migguard, is left as it is"), "{told}");
    assert_eq!(place.commit_anything().stderr, "second\n");

    place.uninstall();
    let mut expected = before;
    expected.remove(&place.hooks().join("pre-merge-commit"));
    assert_eq!(content(&place.hooks()), expected);
}

#[test]
fn a_kept_hook_is_used_again_after_ours_was_deleted_by_hand() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\necho kept >&2\n");
    let before = content(&place.hooks());
    place.install();
    fs::remove_file(place.hooks().join("pre-commit")).unwrap();
    place.install();
    assert_eq!(place.commit_anything().stderr, "kept\n");
    place.uninstall();
    assert_eq!(content(&place.hooks()), before);
}

#[test]
fn a_folder_in_the_place_of_a_hook_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.hooks().join("pre-merge-commit")).unwrap();
    let before = content(&place.hooks());
    let refused = place.migguard(&["install"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("is a folder, where git expects a hook"), "{}", refused.stderr);
    assert_eq!(content(&place.hooks()), before);
}

#[test]
fn uninstall_leaves_a_hook_without_the_marker() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\nmigguard run\n");
    let before = content(&place.hooks());
    let told = place.uninstall();
    assert!(told.contains("No hook of migguard is installed here"), "{told}");
    assert_eq!(content(&place.hooks()), before);
}
