//! Whatever goes wrong, nothing of anybody's is lost.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;

use crate::common::MIGGUARD;
use crate::place::{Content, Place, chmod, content, script};

/// A migguard that can write nothing, as on a full disk.
const FULL: &str = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";

#[test]
fn installs_at_the_same_time_keep_the_hook_that_was_there() {
    for _ in 0..4 {
        let place = Place::new();
        let hook = place.hooks().join("pre-commit");
        script(&hook, "#!/bin/sh\necho before >&2\n");
        let before = content(&place.hooks());
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| assert_eq!(place.migguard(&["install"]).code, Some(0)));
            }
        });
        assert_eq!(place.states(), ["installed", "installed"]);
        assert_eq!(place.commit_anything().stderr, "before\n");
        thread::scope(|scope| {
            for command in ["uninstall", "install", "uninstall"] {
                scope.spawn(|| assert_eq!(place.migguard(&[command]).code, Some(0)));
            }
        });
        place.uninstall();
        assert_eq!(content(&place.hooks()), before);
    }
}

#[test]
fn on_a_full_disk_everything_stays_as_it_was() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\necho before >&2\n");
    symlink("pre-commit", place.hooks().join("pre-merge-commit")).unwrap();
    let before = content(&place.outside());
    let refused = place.run(&place.repository, "sh", &["-c", FULL, MIGGUARD, "install"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("failed to write"), "{}", refused.stderr);
    assert_eq!(content(&place.outside()), before);

    // Taking it away needs no room.
    place.install();
    let removed = place.run(&place.repository, "sh", &["-c", FULL, MIGGUARD, "uninstall"]);
    assert_eq!(removed.code, Some(0), "{}", removed.stderr);
    assert_eq!(content(&place.hooks()), hooks(&before, &place));
}

#[test]
fn a_folder_that_cannot_be_written_is_named_and_left_as_it_is() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\necho before >&2\n");
    let before = content(&place.outside());
    chmod(&place.hooks(), 0o555);
    let refused = place.without_privileges(&["install"]);
    chmod(&place.hooks(), 0o755);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    let hooks = place.hooks();
    assert!(refused.stderr.contains(&*hooks.to_string_lossy()), "{}", refused.stderr);
    assert!(refused.stderr.contains("Permission denied"), "{}", refused.stderr);
    assert_eq!(content(&place.outside()), before);

    place.install();
    let installed = content(&hooks);
    chmod(&hooks, 0o555);
    let refused = place.without_privileges(&["uninstall"]);
    chmod(&hooks, 0o755);
    assert_eq!(refused.code, Some(2), "{}", refused.stdout);
    assert!(refused.stderr.contains("Permission denied"), "{}", refused.stderr);
    assert_eq!(content(&hooks), installed);
}

#[test]
fn what_our_hook_leads_to_is_never_written_or_removed() {
    let place = Place::new();
    place.install();
    // Somebody keeps our script among their files and links to it.
    let kept = place.repository.join("tools/pre-commit");
    fs::create_dir(place.repository.join("tools")).unwrap();
    fs::rename(place.hooks().join("pre-commit"), &kept).unwrap();
    let old = fs::read_to_string(&kept).unwrap().replacen("hook, version ", "hook, version 9", 1);
    script(&kept, &old);
    symlink("../../tools/pre-commit", place.hooks().join("pre-commit")).unwrap();
    assert_eq!(place.states(), ["outdated", "installed"]);
    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
    place.uninstall();
    assert_eq!(fs::read_to_string(&kept).unwrap(), old);
}

#[test]
fn one_hook_that_is_a_link_to_the_other_is_put_back_as_one() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\necho lint >&2\n");
    symlink("pre-commit", place.hooks().join("pre-merge-commit")).unwrap();
    let before = content(&place.hooks());
    place.install();
    place.start_project(&place.repository);
    place.git(&["checkout", "-q", "-b", "other"]);
    place.commit_anything();
    place.git(&["checkout", "-q", "main"]);
    let merge = place.run(&place.repository, "git", &["merge", "-q", "--no-ff", "--no-edit", "other"]);
    assert_eq!((merge.code, merge.stderr.as_str()), (Some(0), "lint\n"));
    place.stage_accident(&place.repository);
    assert_eq!(place.commit().code, Some(1));
    place.uninstall();
    assert_eq!(content(&place.hooks()), before);
}

fn hooks(content: &Content, place: &Place) -> Content {
    let inside = content.iter().filter(|(path, _)| path.starts_with(place.hooks()) && **path != place.hooks());
    inside.map(|(path, content)| (path.clone(), content.clone())).collect()
}
