//! Two commits at once, and a runner that dies while it writes: nothing is half written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::repository::{DROP, MIGGUARD, Repository};

const COMMENT: &str = "    # migguard: intentional -- gone\n";

#[test]
fn of_two_commits_at_once_one_is_made() {
    let repository = Repository::unexplained();
    let mut first = repository.commit();
    first.wait_for("Reason: ");
    let mut second = repository.commit();
    second.wait_for("Reason: ");
    let end = first.press("gone\n").answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    let end = second.press("another\n").answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (1, 2), "{}", end.seen);
    assert!(end.seen.contains("what is staged has changed meanwhile"), "{}", end.seen);
    assert_eq!(repository.read(DROP).matches("migguard").count(), 1);
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn of_two_explained_commits_at_once_one_is_made() {
    let repository = Repository::explained();
    let mut first = repository.commit();
    first.wait_for("Table: ");
    let mut second = repository.commit();
    second.wait_for("Table: ");
    assert_eq!(first.press("invite_codes\n").end().code, 0);
    second.press("invite_codes\n").end();
    assert_eq!(repository.commits(), 2);
    repository.git(&["fsck", "--strict"]);
}

/// A commit whose runner is killed when it calls this command of git's.
fn killed_at(command: &str) -> Repository {
    let repository = Repository::unexplained();
    let folder = repository.outside().join("bin");
    let hooks = repository.outside().join("hooks");
    for folder in [&folder, &hooks] {
        fs::create_dir(folder).unwrap();
    }
    let write = |path: &std::path::Path, script: String| {
        fs::write(path, script).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let git = std::env::var("PATH").unwrap();
    let git = git.split(':').map(|folder| format!("{folder}/git")).find(|git| fs::exists(git).unwrap()).unwrap();
    let script =
        format!("#!/bin/sh\ncase \" $* \" in *' {command} '*) kill -9 $PPID; exit 1;; esac\nexec {git} \"$@\"\n");
    write(&folder.join("git"), script);
    let script = format!("#!/bin/sh\nPATH='{}':$PATH exec '{MIGGUARD}' run\n", folder.display());
    write(&hooks.join("pre-commit"), script);
    repository.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);

    let end = repository.commit().answer("Reason: ", "gone").answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
    repository.git(&["config", "--unset", "core.hooksPath"]);
    repository.git(&["fsck", "--strict"]);
    assert!(!fs::exists(repository.path(".git/index.lock")).unwrap());
    repository
}

#[test]
fn killed_between_the_file_and_the_index_both_are_whole() {
    let repository = killed_at("update-index");
    let staged = repository.staged(DROP);
    assert!(!staged.contains("migguard"));
    let explained = staged.replace("    op.drop_table(", &format!("{COMMENT}    op.drop_table("));
    assert_eq!(repository.read(DROP), explained);
    let status = repository.git(&["status", "--porcelain", "-uall"]);
    assert!(!status.contains("??"), "something was left: {status}");
    // The reason is there already, and is staged as any other change.
    repository.git(&["add", DROP]);
    let end = repository.commit().answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn killed_before_the_file_nothing_is_written() {
    let repository = killed_at("hash-object");
    assert!(!repository.staged(DROP).contains("migguard") && !repository.read(DROP).contains("migguard"));
    assert!(!repository.git(&["status", "--porcelain", "-uall"]).contains("??"));
}

#[test]
fn a_locked_index_is_said_and_the_file_is_put_back() {
    let repository = Repository::unexplained();
    let before = repository.read(DROP);
    let mut window = repository.commit();
    window.answer("Reason: ", "gone").wait_for("Table: ");
    // As an editor's git does, in the moment before the answer.
    fs::write(repository.path(".git/index.lock"), "").unwrap();
    let end = window.press("invite_codes\n").end();
    assert_eq!(end.code, 1, "{}", end.seen);
    assert!(end.seen.contains("git cannot change the index"), "{}", end.seen);
    fs::remove_file(repository.path(".git/index.lock")).unwrap();
    assert_eq!((repository.commits(), repository.read(DROP), repository.staged(DROP)), (1, before.clone(), before));
}
