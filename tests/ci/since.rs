//! `check --since`, `check --all` and `check PATH…` on real repositories.

use std::fs;

use migguard::cli::demo::fixture;

use crate::world::{Answer, World, revision};

const ACCIDENT: &str = "dropped-live-table journey_templates";
const MIGRATION: &str = "backend/alembic/versions/29672f48c359_add_subscriptions.py";

fn since_main(world: &World) -> Answer {
    world.migguard(&["check", "--since", "main", "--format", "json"])
}

fn assert_found(answer: &Answer) {
    assert_eq!((answer.status, answer.findings()), (Some(1), vec![ACCIDENT.to_owned()]), "{answer:?}");
}

/// The accident of a clone's branch stops each format with the same answer.
fn assert_found_in_each_format(world: &World, clone: &str, since: &str) {
    for format in ["text", "json", "sarif", "github"] {
        let answer = world.migguard_in(world.path(clone), &["check", "--since", since, "--format", format]);
        assert_eq!(answer.status, Some(1), "{format}: {answer:?}");
        let names_it = ["dropped-live-table", "journey_templates"].iter().all(|word| answer.stdout.contains(word));
        assert!(names_it, "{format}: {answer:?}");
    }
}

#[test]
fn a_branch_is_one_change() {
    let world = World::with_accident();
    assert_found(&since_main(&world));
    // Nothing of the working tree counts.
    fs::remove_file(world.project().join(MIGRATION)).unwrap();
    assert_found(&since_main(&world));
    // Neither does how many commits it took: what a later one repairs is no finding.
    world.write(&[fixture::REGISTERED, revision("29672f48c359").migration]);
    world.commit("repaired");
    let answer = since_main(&world);
    assert_eq!((answer.status, answer.findings()), (Some(0), vec![]), "{answer:?}");
}

#[test]
fn a_squash_is_seen_through() {
    let world = World::with_accident();
    world.project_git(&["checkout", "-q", "-b", "squashed", "main"]);
    world.project_git(&["merge", "-q", "--squash", "topic"]);
    world.commit("squashed");
    assert_found(&since_main(&world));
    assert_found_in_each_format(&world, "project", "main");
}

#[test]
fn a_rebase_is_seen_through_and_what_main_brought_is_not_the_branchs() {
    let world = World::with_accident();
    world.project_git(&["checkout", "-q", "main"]);
    let other = "revision = 'f00'\ndown_revision = '1ea01d592526'\nfrom alembic import op\n\ndef upgrade():\n    \
                 op.drop_table('users')\n\ndef downgrade():\n    raise NotImplementedError\n";
    world.write(&[("other/alembic.ini", "[alembic]\nscript_location = migrations\n")]);
    world.write(&[("other/migrations/env.py", ""), ("other/migrations/versions/f00.py", other)]);
    world.commit("something of somebody else");
    world.project_git(&["checkout", "-q", "topic"]);
    // main has moved on: the comparison is with the merge base.
    assert_found(&since_main(&world));
    world.project_git(&["rebase", "-q", "main"]);
    assert_found(&since_main(&world));
    assert_found_in_each_format(&world, "project", "main");
}

#[test]
fn a_merge_commit_is_read_as_the_branch_and_as_the_pull_request() {
    let world = World::with_accident();
    world.project_git(&["checkout", "-q", "main"]);
    world.write(&[("README.md", "moved on\n")]);
    world.commit("main moves on");
    world.project_git(&["checkout", "-q", "topic"]);
    world.project_git(&["merge", "-q", "--no-verify", "-m", "merge main", "main"]);
    assert_found(&since_main(&world));
    // What CI checks out for a pull request: the branch merged into its target.
    world.project_git(&["checkout", "-q", "--detach", "main"]);
    world.project_git(&["merge", "-q", "--no-ff", "--no-verify", "-m", "pull request", "topic"]);
    assert_found(&since_main(&world));
    assert_found(&world.migguard(&["check", "--since", "HEAD^1", "--format", "json"]));
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_works_then() {
    let world = World::with_accident();
    let url = format!("file://{}", world.project().display());
    world.git(world.path(""), &["clone", "-q", "--depth=1", "--no-single-branch", "-b", "topic", &url, "shallow"]);
    let check = || world.migguard_in(world.path("shallow"), &["check", "--since", "origin/main", "--format", "json"]);
    let answer = check();
    assert_eq!((answer.status, &*answer.stdout), (Some(2), ""), "{answer:?}");
    assert!(answer.stderr.contains("origin/main") && answer.stderr.contains("git fetch --unshallow"), "{answer:?}");
    world.git(world.path("shallow"), &["fetch", "-q", "--deepen=100"]);
    assert_found(&check());
    assert_found_in_each_format(&world, "shallow", "origin/main");
    // A branch that was not fetched at all.
    world.git(world.path(""), &["clone", "-q", "--depth=1", "-b", "topic", &url, "single"]);
    let answer = world.migguard_in(world.path("single"), &["check", "--since", "origin/main"]);
    assert_eq!((answer.status, &*answer.stdout), (Some(2), ""), "{answer:?}");
    assert!(answer.stderr.contains("no such revision") && answer.stderr.contains("git fetch"), "{answer:?}");
}

#[test]
fn what_the_pull_request_deletes_is_known_though_its_branch_is_all_there_is() {
    let world = World::new();
    world.project_git(&["checkout", "-q", "-b", "topic"]);
    let deleted = "backend/alembic/versions/1ea01d592526_add_journey_templates.py";
    fs::remove_file(world.project().join(deleted)).unwrap();
    world.commit("deleted");
    world.project_git(&["checkout", "-q", "--detach", "main"]);
    world.project_git(&["merge", "-q", "--no-ff", "--no-verify", "-m", "pull request", "topic"]);
    world.project_git(&["update-ref", "refs/pull/5/merge", "HEAD"]);
    // As GitHub's checkout does it with two commits.
    world.git(world.path(""), &["init", "-q", "ci"]);
    let url = format!("file://{}", world.project().display());
    let refspec = "+refs/pull/5/merge:refs/remotes/pull/5/merge";
    world.git(world.path("ci"), &["fetch", "-q", "--no-tags", "--depth=2", &url, refspec]);
    world.git(world.path("ci"), &["checkout", "-q", "--detach", "refs/remotes/pull/5/merge"]);
    let answer = world.migguard_in(world.path("ci"), &["check", "--since", "HEAD^1", "--format", "json"]);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    assert!(answer.findings().contains(&"edited-migration 1ea01d592526".to_owned()), "{answer:?}");
}

#[test]
fn a_reason_in_the_file_settles_what_needs_confirmation() {
    let world = World::new();
    world.commit_revisions(&fixture::REVISIONS[..2]);
    world.project_git(&["checkout", "-q", "-b", "topic"]);
    world.commit_revisions(&fixture::REVISIONS[2..3]);
    let answer = since_main(&world);
    assert_eq!(answer.status, Some(0), "{answer:?}");
    assert_eq!(
        answer.findings(),
        ["dropped-table invite_codes (invite_codes feature removed for public launch)"],
        "{answer:?}"
    );
    // Without it the line to add is said.
    let (path, content) = revision("d17f77c24fbb").migration;
    let bare: String = content.lines().filter(|line| !line.contains("intentional")).flat_map(|l| [l, "\n"]).collect();
    fs::write(world.project().join(path), bare).unwrap();
    world.commit("no reason");
    let answer = world.migguard(&["check", "--since", "main"]);
    assert_eq!(answer.status, Some(1), "{answer:?}");
    assert!(answer.stdout.contains("# migguard: intentional -- "), "{answer:?}");
}

#[test]
fn paths_limit_the_report() {
    let world = World::with_accident();
    let check = |paths: &[&str]| world.migguard(&[&["check", "--since", "main", "--format", "json"], paths].concat());
    assert_found(&check(&["backend/alembic"]));
    assert_found(&check(&["backend/app", MIGRATION]));
    let elsewhere = check(&["backend/app"]);
    assert_eq!((elsewhere.status, elsewhere.findings()), (Some(0), vec![]), "{elsewhere:?}");
    let nowhere = check(&["backend/alembik"]);
    assert_eq!((nowhere.status, &*nowhere.stdout), (Some(2), ""), "{nowhere:?}");
    let relative = world.migguard_in(
        world.project().join("backend"),
        &["check", "--since", "main", "--format", "json", "alembic/versions"],
    );
    assert_found(&relative);
}

#[test]
fn the_whole_history_is_told_by_revision_and_nothing_twice() {
    let world = World::with_accident();
    world.write(&[revision("29672f48c359").accident.unwrap()]);
    world.commit_revisions(&fixture::REVISIONS[1..5]);
    let late = revision("c8a88100c2ca");
    world.write(&[late.accident.unwrap()]);
    world.commit("the second accident");
    let answer = world.migguard(&["check", "--all", "--format", "json"]);
    let report = answer.json();
    let drops: Vec<_> = (report["findings"].as_array().unwrap().iter())
        .filter(|finding| finding["check"].as_str().unwrap().starts_with("dropped-"))
        .map(|finding| format!("{} {}", finding["revision"].as_str().unwrap(), finding["subject"].as_str().unwrap()))
        .collect();
    assert_eq!(
        drops,
        ["29672f48c359 journey_templates", "d17f77c24fbb invite_codes", "c8a88100c2ca journey_templates"],
        "{answer:?}"
    );
    assert_eq!(answer.status, Some(1));
    assert_eq!(world.migguard(&["check", "--format", "json"]), answer, "--all is the default");
}
