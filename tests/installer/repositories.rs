//! Every kind of repository, and the hook as it ages.

use std::fs;

use crate::place::{Place, chmod, content};

#[test]
fn a_plain_repository_is_guarded_and_left_as_it_was() {
    let place = Place::new();
    let before = content(&place.hooks());
    assert_eq!(place.states(), ["missing", "missing"]);
    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
    let installed = content(&place.hooks());
    let (mode, script) = &installed[&place.hooks().join("pre-commit")];
    assert_eq!(mode & 0o777, 0o755);
    assert!(script.starts_with(b"#!/bin/sh\n# migguard hook, version "));

    let told = place.install();
    assert_eq!(told.matches("Installed already").count(), 2, "{told}");
    assert_eq!(content(&place.hooks()), installed);

    place.start_project(&place.repository);
    place.stage_accident(&place.repository);
    assert_eq!(place.commit().code, Some(1));
    let past = place.run(&place.repository, "git", &["commit", "-q", "--no-verify", "-m", "past"]);
    assert_eq!(past.code, Some(0));

    place.uninstall();
    assert_eq!(content(&place.hooks()), before);
    assert!(place.uninstall().contains("No hook of migguard is installed here"));
}

#[test]
fn a_merge_that_brings_the_accident_is_refused() {
    let place = Place::new();
    place.install();
    place.start_project(&place.repository);
    place.git(&["checkout", "-q", "-b", "other"]);
    place.stage_accident(&place.repository);
    place.git(&["commit", "-q", "--no-verify", "-m", "accident"]);
    place.git(&["checkout", "-q", "-"]);
    let merge = place.run(&place.repository, "git", &["merge", "--no-ff", "--no-edit", "other"]);
    assert_eq!(merge.code, Some(1), "{}", merge.stderr);
}

#[test]
fn a_linked_worktree_shares_the_hooks_and_is_not_remembered() {
    let place = Place::new();
    place.start_project(&place.repository);
    let linked = place.outside().join("linked");
    place.git(&["worktree", "add", "-q", &linked.to_string_lossy()]);
    let installed = place.run(&linked, env!("CARGO_BIN_EXE_migguard"), &["install"]);
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    let script = fs::read_to_string(place.hooks().join("pre-commit")).unwrap();
    assert!(!script.contains(&*linked.to_string_lossy()), "{script}");
    for top_level in [&linked, &place.repository] {
        place.stage_accident(top_level);
        assert_eq!(place.commit_in(top_level).code, Some(1));
    }
    place.git(&["worktree", "remove", "--force", &linked.to_string_lossy()]);
    assert_eq!(place.states(), ["installed", "installed"]);
}

#[test]
fn a_program_inside_a_linked_worktree_is_not_remembered() {
    let place = Place::new();
    place.start_project(&place.repository);
    let linked = place.outside().join("linked");
    place.git(&["worktree", "add", "-q", &linked.to_string_lossy()]);
    let program = linked.join("migguard");
    fs::copy(env!("CARGO_BIN_EXE_migguard"), &program).unwrap();
    let installed = place.run(&linked, &program, &["install"]);
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    assert!(installed.stdout.contains("the hooks look for migguard on PATH"), "{}", installed.stdout);
    let script = fs::read_to_string(place.hooks().join("pre-commit")).unwrap();
    assert!(script.contains("\nbinary=''\n"), "{script}");
    assert_eq!(place.states(), ["binary-missing", "binary-missing"]);
}

#[test]
fn a_path_that_is_no_unicode_is_no_obstacle() {
    use std::os::unix::ffi::OsStrExt;

    let place = Place::new();
    let repository = place.outside().join(std::ffi::OsStr::from_bytes(b"it's \xff\n\"$HOME\""));
    fs::create_dir(&repository).unwrap();
    let program = repository.join("migguard");
    fs::copy(env!("CARGO_BIN_EXE_migguard"), &program).unwrap();
    place.git_in(&repository, &["init", "-q"]);
    let installed = place.run(&repository, &program, &["install"]);
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    place.start_project(&repository);
    place.stage_accident(&repository);
    let refused = place.commit_in(&repository);
    assert_eq!(refused.code, Some(1));
    assert!(!refused.stderr.contains("is missing"), "{}", refused.stderr);
}

#[test]
fn a_worktree_of_a_bare_repository_is_guarded() {
    let place = Place::new();
    place.start_project(&place.repository);
    let bare = place.outside().join("bare.git");
    place.git(&["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    let installed = place.run(&bare, env!("CARGO_BIN_EXE_migguard"), &["install"]);
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    let linked = place.outside().join("linked");
    place.git_in(&bare, &["worktree", "add", "-q", "-b", "work", &linked.to_string_lossy()]);
    place.stage_accident(&linked);
    assert_eq!(place.commit_in(&linked).code, Some(1));
}

#[test]
fn a_submodule_has_its_own_hooks() {
    let place = Place::new();
    place.start_project(&place.repository);
    let outer = place.outside().join("outer");
    fs::create_dir(&outer).unwrap();
    place.git_in(&outer, &["init", "-q"]);
    let from = place.repository.to_string_lossy();
    place.git_in(&outer, &["submodule", "--quiet", "add", &from, "inner"]);
    let inner = outer.join("inner");
    let installed = place.run(&inner, env!("CARGO_BIN_EXE_migguard"), &["install"]);
    assert_eq!(installed.code, Some(0), "{}", installed.stderr);
    assert!(outer.join(".git/modules/inner/hooks/pre-commit").exists());
    assert!(!outer.join(".git/hooks/pre-commit").exists());
    place.stage_accident(&inner);
    assert_eq!(place.commit_in(&inner).code, Some(1));
}

#[test]
fn a_separate_git_directory_holds_the_hooks() {
    let place = Place::empty();
    let git_dir = place.outside().join("git dir");
    // Without templates there is no hook folder yet.
    place.git(&["init", "-q", "--template=", "--separate-git-dir", &git_dir.to_string_lossy()]);
    place.install();
    assert!(git_dir.join("hooks/pre-commit").exists());
    place.start_project(&place.repository);
    place.stage_accident(&place.repository);
    assert_eq!(place.commit().code, Some(1));
}

#[test]
fn a_hook_that_is_out_of_date_is_renewed() {
    let place = Place::new();
    place.install();
    let new = content(&place.hooks());
    let hook = place.hooks().join("pre-commit");
    let old = fs::read_to_string(&hook).unwrap().replacen("hook, version 1", "hook, version 0", 1);
    fs::write(&hook, old).unwrap();
    chmod(&place.hooks().join("pre-merge-commit"), 0o644);
    assert_eq!(place.states(), ["outdated", "not-executable"]);
    let told = place.install();
    assert_eq!(told.matches("Renewed").count(), 2, "{told}");
    assert_eq!(content(&place.hooks()), new);
}

#[test]
fn without_the_program_every_commit_is_refused_with_the_way_on() {
    let place = Place::new();
    place.install();
    for hook in ["pre-commit", "pre-merge-commit"] {
        let hook = place.hooks().join(hook);
        let script = fs::read_to_string(&hook).unwrap().replace(env!("CARGO_BIN_EXE_migguard"), "/gone/migguard");
        fs::write(&hook, script).unwrap();
    }
    assert_eq!(place.states(), ["binary-missing", "binary-missing"]);
    let refused = place.commit_anything();
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("/gone/migguard"), "{}", refused.stderr);
    assert!(refused.stderr.contains("git commit --no-verify"), "{}", refused.stderr);
    place.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", "past"]);

    // Found in one of the usual folders, as a graphical client with a bare PATH needs it.
    let usual = place.outside().join("home/.local/bin");
    fs::create_dir_all(&usual).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_migguard"), usual.join("migguard")).unwrap();
    assert_eq!(place.commit_anything().code, Some(0));
    assert_eq!(place.states(), ["binary-moved", "binary-moved"]);

    // The path that lasts is the one that is remembered.
    place.install();
    let script = fs::read_to_string(place.hooks().join("pre-commit")).unwrap();
    assert!(script.contains(&*usual.join("migguard").to_string_lossy()), "{script}");
    assert_eq!(place.states(), ["installed", "installed"]);
}
