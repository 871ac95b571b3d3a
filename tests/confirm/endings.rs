//! Keys and signals that end the question. Nothing is committed, nothing is written, and the terminal is as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::repository::{MIGGUARD, Repository};
use crate::terminal::send;

#[test]
fn a_key_that_interrupts_ends_the_commit() {
    for key in ["\x03", "invite_codes\x03", "\x1c"] {
        let repository = Repository::explained();
        let end = repository.commit().wait_for("Table: ").press(key).end();
        assert!(end.code != 0, "{key:?}: {}", end.seen);
        assert_eq!(repository.commits(), 1);

        let end = repository.open(MIGGUARD, &["run"]).wait_for("Table: ").press(key).end();
        assert_eq!(end.code, 130, "{key:?}: {}", end.seen);
        assert!(end.seen.ends_with('\n'), "the shell's prompt begins on a line of its own: {:?}", end.seen);
    }
}

#[test]
fn the_end_of_input_is_a_refusal() {
    let repository = Repository::unexplained();
    let before = repository.git(&["ls-files", "-s"]);
    let end = repository.commit().wait_for("Reason: ").press("\x04").end();
    assert_eq!((end.code, repository.commits()), (1, 1));
    assert!(end.seen.contains("There is no answer about `invite_codes`: the input ended."), "{}", end.seen);
    let end = repository.commit().answer("Reason: ", "gone").wait_for("Table: ").press("\x04").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
    assert_eq!(repository.git(&["ls-files", "-s"]), before);
}

#[test]
fn a_signal_to_the_runner_alone_refuses_the_commit() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, libc::SIGKILL] {
        let repository = Repository::explained();
        // The hook that was there first is told by the one that becomes the runner.
        let hook = repository.path(".git/hooks/pre-commit");
        let told = repository.outside().join("runner");
        fs::remove_file(&hook).unwrap();
        fs::write(&hook, format!("#!/bin/sh\necho $PPID > '{}'\n", told.display())).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        repository.install();

        let mut window = repository.commit();
        window.wait_for("Table: ");
        send(fs::read_to_string(&told).unwrap().trim().parse().unwrap(), signal);
        let end = window.end();
        assert_eq!((end.code, repository.commits()), (1, 1), "signal {signal}: {}", end.seen);
    }
}

#[test]
fn a_signal_to_all_of_the_window_ends_the_commit() {
    for signal in [libc::SIGTERM, libc::SIGHUP] {
        let repository = Repository::unexplained();
        let before = repository.git(&["ls-files", "-s"]);
        let end = repository.commit().answer("Reason: ", "gone").wait_for("Table: ").signal_all(signal).end();
        assert!(end.code != 0, "{}", end.seen);
        assert_eq!((repository.commits(), repository.git(&["ls-files", "-s"])), (1, before));
    }
}

#[test]
fn closing_the_window_ends_the_commit() {
    let repository = Repository::explained();
    let mut window = repository.commit();
    window.wait_for("Table: ");
    assert_ne!(window.close(), 0);
    assert_eq!(repository.commits(), 1);
}
