//! The demo, as anyone runs it: beside settings of their own, and leaving nothing behind.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a demo that cannot be started has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use migguard::cli::demo::fixture;

#[test]
fn the_accident_is_refused_and_the_fix_passes() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(folder.path(), &[]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("op.drop_table('journey_templates')"), "{stdout}");
    assert!(stdout.contains("\nRefused: "), "{stdout}");
    assert!(stdout.contains("\nPassed: "), "{stdout}");
    assert!(!stdout.contains('\u{1b}'), "{stdout}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was left behind");
}

#[test]
fn settings_of_the_person_do_not_change_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let settings = home.path().join(".gitconfig");
    fs::write(&settings, "[core]\nhooksPath = /nowhere\n[commit]\ngpgsign = true\n[init]\ntemplateDir = /nowhere\n")
        .unwrap();
    let settings = settings.to_string_lossy();
    let output =
        demo(folder.path(), &[("GIT_CONFIG_GLOBAL", &settings), ("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "x")]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn without_a_place_for_its_repository_it_says_so() {
    let output = demo(Path::new("/nowhere"), &[]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    assert!(String::from_utf8_lossy(&output.stderr).contains("TMPDIR"));
}

#[test]
fn the_accidents_differ_from_what_should_have_been_by_the_drop() {
    let accidents: Vec<_> =
        fixture::REVISIONS.iter().filter_map(|revision| Some((revision.accident?, revision.migration))).collect();
    assert_eq!(accidents.len(), 2);
    for (accident, migration) in accidents {
        assert_eq!(accident.0, migration.0);
        let drop = "    op.drop_table('journey_templates')\n";
        assert_eq!((accident.1.matches(drop).count(), migration.1.matches(drop).count()), (1, 0));
    }
}

fn demo(temporary: &Path, variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_migguard"))
        .arg("demo")
        .env("TMPDIR", temporary)
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}
