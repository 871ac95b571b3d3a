//! How each state of the hooks reads in `migguard status`, as text and as JSON.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::common::MIGGUARD;
use crate::place::{Place, chmod, script};

/// What both forms say of `pre-commit`: the line of the text, and the state with what belongs to it.
fn is_said(place: &Place, line: &str, state: &Value) {
    let text = place.succeed(&["status", "--color", "never"]);
    let found = text.lines().find(|line| line.contains("pre-commit ")).unwrap();
    assert_eq!(found.split_whitespace().collect::<Vec<_>>().join(" "), line, "{text}");
    let hook = &place.status()["hook"]["hooks"][0];
    assert_eq!(hook["name"], "pre-commit");
    for (key, value) in state.as_object().unwrap() {
        assert_eq!(&hook[key], value, "{hook}");
    }
}

fn replace(place: &Place, from: &str, to: &str) {
    let hook = place.hooks().join("pre-commit");
    let content = fs::read_to_string(&hook).unwrap();
    assert!(content.contains(from));
    script(&hook, content.replace(from, to));
}

#[test]
fn missing_and_installed() {
    let place = Place::new();
    let path = place.hooks().join("pre-commit");
    is_said(
        &place,
        "hook ✗ pre-commit is not installed: run `migguard install`",
        &json!({"state": "missing", "path": path.to_string_lossy(), "previous": null}),
    );
    place.install();
    is_said(&place, "hook ✓ pre-commit is installed", &json!({"state": "installed", "previous": null}));
    assert_eq!(place.status()["hook"]["folder"], *place.hooks().to_string_lossy());
    assert_eq!(place.status()["hook"]["hooks_path"], Value::Null);
}

#[test]
fn installed_after_another() {
    let place = Place::new();
    script(&place.hooks().join("pre-commit"), "#!/bin/sh\n");
    is_said(
        &place,
        "hook ✗ pre-commit is another hook that does not call migguard: run `migguard install`",
        &json!({"state": "foreign", "previous": null}),
    );
    place.install();
    let previous = place.hooks().join("pre-commit.before-migguard");
    is_said(
        &place,
        &format!("hook ✓ pre-commit is installed, after {}", previous.display()),
        &json!({"state": "installed", "previous": previous.to_string_lossy()}),
    );
}

#[test]
fn outdated_not_executable_and_dangling() {
    let place = Place::new();
    place.install();
    let version = migguard::hook::VERSION;
    replace(&place, &format!("hook, version {version}\n"), "hook, version 0\n");
    is_said(
        &place,
        &format!("hook ! pre-commit is of version 0, not {version}: run `migguard install` to renew it"),
        &json!({"state": "outdated", "version": 0}),
    );
    chmod(&place.hooks().join("pre-commit"), 0o644);
    is_said(
        &place,
        "hook ✗ pre-commit is not executable, so git skips it: run `migguard install` to renew it",
        &json!({"state": "not-executable"}),
    );
    fs::remove_file(place.hooks().join("pre-commit")).unwrap();
    symlink("nowhere", place.hooks().join("pre-commit")).unwrap();
    is_said(
        &place,
        "hook ✗ pre-commit is a link that leads nowhere, which git skips: run `migguard install`",
        &json!({"state": "dangling"}),
    );
}

#[test]
fn with_the_program_gone_or_moved() {
    let place = Place::new();
    place.install();
    replace(&place, MIGGUARD, "/gone/migguard");
    is_said(
        &place,
        "hook ✗ pre-commit finds no migguard program at /gone/migguard and refuses every commit: run `migguard \
         install` to renew it",
        &json!({"state": "binary-missing", "binary": "/gone/migguard"}),
    );
    let usual = place.outside().join("home/.cargo/bin/migguard");
    fs::create_dir_all(usual.parent().unwrap()).unwrap();
    symlink(MIGGUARD, &usual).unwrap();
    is_said(
        &place,
        &format!(
            "hook ! pre-commit remembers /gone/migguard, but the program is {}: run `migguard install` to renew it",
            usual.display()
        ),
        &json!({"state": "binary-moved", "from": "/gone/migguard", "to": usual.to_string_lossy()}),
    );
}

#[test]
fn shadowed_by_a_setting() {
    let place = Place::new();
    place.install();
    let shared = place.outside().join("shared");
    place.git(&["config", "--global", "core.hooksPath", &shared.to_string_lossy()]);
    let own = place.hooks().join("pre-commit");
    is_said(
        &place,
        &format!(
            "hook ✗ pre-commit is in {}, where git does not look: run `migguard install` to see what to do",
            own.display()
        ),
        &json!({"state": "shadowed", "own": own, "path": shared.join("pre-commit")}),
    );
    let hooks_path = &place.status()["hook"]["hooks_path"];
    assert_eq!((&hooks_path["value"], &hooks_path["scope"]), (&json!(shared), &json!("global")));
}

#[test]
fn called_or_not_by_another_manager() {
    let place = Place::new();
    place.install();
    let hook = place.hooks().join("pre-commit");
    fs::rename(&hook, place.hooks().join("pre-commit.legacy")).unwrap();
    script(&hook, "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n");
    is_said(&place, "hook ✓ pre-commit is installed", &json!({"state": "called-by", "by": hook.to_string_lossy()}));
    script(&hook, "#!/bin/sh\n");
    let legacy = place.hooks().join("pre-commit.legacy");
    is_said(
        &place,
        &format!(
            "hook ✗ pre-commit was moved to {} by another hook manager, which does not call it: run `migguard install`",
            legacy.display()
        ),
        &json!({"state": "moved-aside", "to": legacy.to_string_lossy()}),
    );
}
