//! `core.hooksPath`, set by anybody.

use std::fs;
use std::os::unix::fs::symlink;

use crate::place::{Place, content};

#[test]
fn a_hooks_path_inside_the_repository_is_where_hooks_go() {
    let place = Place::new();
    place.git(&["config", "core.hooksPath", ".githooks"]);
    fs::create_dir(place.repository.join("sub")).unwrap();
    let told = place.succeed(&["-C", "sub", "install"]);
    assert!(told.contains("core.hooksPath puts the hooks into this working tree"), "{told}");
    assert!(place.repository.join(".githooks/pre-commit").exists());
    assert!(!place.hooks().join("pre-commit").exists());
    place.start_project(&place.repository);
    place.stage_accident(&place.repository);
    assert_eq!(place.commit().code, Some(1));
    place.uninstall();
    assert!(!place.repository.join(".githooks/pre-commit").exists());
}

#[test]
fn a_global_hooks_path_is_refused_with_the_lines_that_help() {
    let place = Place::new();
    let shared = place.outside().join("shared hooks");
    fs::create_dir(&shared).unwrap();
    place.git(&["config", "--global", "core.hooksPath", &shared.to_string_lossy()]);
    let before = content(&place.outside());

    let refused = place.migguard(&["install"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    let own = place.hooks();
    for line in [
        format!("git config --local core.hooksPath '{}'", own.display()),
        "git config --global --unset core.hooksPath".into(),
    ] {
        assert!(refused.stderr.contains(&line), "{}", refused.stderr);
    }
    assert_eq!(content(&place.outside()), before);

    // The first of the lines that help does help.
    place.git(&["config", "--local", "core.hooksPath", &own.to_string_lossy()]);
    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
    place.uninstall();
    place.git(&["config", "--local", "--unset", "core.hooksPath"]);
    assert_eq!(content(&own), before.into_iter().filter(|(path, _)| path.starts_with(&own) && *path != own).collect());
    assert_eq!(content(&shared), crate::place::Content::new());
}

#[test]
fn force_writes_the_own_folder_and_says_that_git_does_not_look_there() {
    let place = Place::new();
    let shared = place.outside().join("shared");
    fs::create_dir(&shared).unwrap();
    place.git(&["config", "--global", "core.hooksPath", &shared.to_string_lossy()]);
    let before = content(&place.outside());
    let told = place.succeed(&["install", "--force"]);
    assert!(told.contains("warning: git will not look there"), "{told}");
    assert!(place.hooks().join("pre-commit").exists());
    assert_eq!(place.states(), ["shadowed", "shadowed"]);
    assert_eq!(place.status()["hook"]["hooks_path"]["scope"], "global");
    place.uninstall();
    assert_eq!(content(&place.outside()), before);
}

#[test]
fn a_hooks_path_from_the_environment_is_refused() {
    let place = Place::new()
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "core.hooksPath")
        .with("GIT_CONFIG_VALUE_0", "elsewhere");
    let before = content(&place.outside());
    let refused = place.migguard(&["install"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("on the command line or in the environment"), "{}", refused.stderr);
    assert_eq!(content(&place.outside()), before);
}

#[test]
fn a_local_hooks_path_outside_the_repository_is_refused() {
    let place = Place::new();
    for elsewhere in ["../shared", "/dev/null", "sub/../../shared", ""] {
        place.git(&["config", "core.hooksPath", elsewhere]);
        let before = content(&place.outside());
        let refused = place.migguard(&["install"]);
        assert_eq!(refused.code, Some(2), "{elsewhere}");
        assert!(refused.stderr.contains("git config --local --unset core.hooksPath"), "{}", refused.stderr);
        assert_eq!(content(&place.outside()), before);
    }
}

#[test]
fn a_hook_folder_that_leads_outside_is_refused_even_with_force() {
    let place = Place::new();
    let shared = place.outside().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::remove_dir_all(place.hooks()).unwrap();
    symlink(&shared, place.hooks()).unwrap();
    for arguments in [&["install"][..], &["install", "--force"]] {
        let refused = place.migguard(arguments);
        assert_eq!(refused.code, Some(2));
        assert!(refused.stderr.contains("outside this repository"), "{}", refused.stderr);
    }
    assert!(content(&shared).is_empty());
}

#[test]
fn a_hooks_path_of_one_worktree_is_this_repositorys_own() {
    let place = Place::new();
    place.git(&["config", "extensions.worktreeConfig", "true"]);
    place.git(&["config", "--worktree", "core.hooksPath", "tools/hooks"]);
    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
    assert!(place.repository.join("tools/hooks/pre-commit").exists());
}

#[test]
fn a_global_hooks_path_that_names_the_own_folder_is_no_obstacle() {
    let place = Place::new();
    place.git(&["config", "--global", "core.hooksPath", ".git/hooks"]);
    place.install();
    assert_eq!(place.states(), ["installed", "installed"]);
}
