//! Merges: what they bring together, and what was settled on another branch.

use std::fs;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::Place;
use crate::project::Project;

const OPEN: &str = "The merge stays open";

/// Makes a branch of `main` with a commit that no hook has seen, and goes back to `main`.
fn branch(project: &Project, name: &str, change: impl FnOnce()) {
    project.git(&["checkout", "-q", "-b", name, "main"]);
    change();
    project.git(&["add", "."]);
    project.git(&["commit", "-q", "--no-verify", "-m", name]);
    project.git(&["checkout", "-q", "main"]);
}

/// A project whose branch `accident` has the accidental drop and whose branch `repaired` has its repair.
fn branches(place: &Place) -> Project<'_> {
    let mut project = Project::new(place);
    branch(&project, "accident", || {
        project.write(&[REVISIONS[0].accident.unwrap()]);
        project.write(REVISIONS[0].models);
    });
    branch(&project, "repaired", || {
        project.write(&[REGISTERED, REVISIONS[0].migration]);
        project.write(REVISIONS[0].models);
    });
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "accident"];
    project
}

/// A drop of `invite_codes` with its model, confirmed or not.
fn drop_invite_codes(project: &Project, reason: bool) {
    let (path, drop) = REVISIONS[2].migration;
    let drop = drop.replace("'bcc6094025fa'", "'1ea01d592526'");
    let comment = "    # This drop is intentional - invite_codes feature removed for public launch\n";
    assert!(drop.contains(comment));
    fs::write(project.path(path), if reason { drop } else { drop.replace(comment, "") }).unwrap();
    fs::remove_file(project.path("backend/app/models/invite_code.py")).unwrap();
    let registry = project.path("backend/app/models/__init__.py");
    let without: Vec<String> = fs::read_to_string(&registry)
        .unwrap()
        .lines()
        .filter(|line| !line.contains("InviteCode"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(registry, without.concat()).unwrap();
}

#[test]
fn a_clean_merge_is_checked() {
    let place = Place::new();
    let mut project = branches(&place);
    project.is_refused(&["dropped-live-table", "stops this merge", OPEN, "git merge --abort"]);

    // It does stay open: as it is, it is refused again, and repaired it passes.
    project.way.commit = &["commit", "-q", "--no-edit"];
    project.is_refused(&["dropped-live-table", OPEN]);
    project.passes_the_repair();
    assert_eq!(project.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);

    project.git(&["reset", "-q", "--hard", "HEAD~"]);
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "accident"];
    project.is_refused(&[OPEN]);
    project.git(&["merge", "--abort"]);
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "repaired"];
    project.passes();
}

#[test]
fn every_command_that_ends_a_merge_is_checked() {
    for commit in [&["commit", "-q", "--no-edit"][..], &["-c", "core.editor=true", "merge", "--continue"]] {
        let place = Place::new();
        let mut project = branches(&place);
        project.git(&["merge", "-q", "--no-ff", "--no-commit", "accident"]);
        project.way.commit = commit;
        project.is_refused(&["dropped-live-table", OPEN]);
        project.stage(&[REGISTERED, REVISIONS[0].migration]);
        let head = project.head();
        assert_eq!(project.commit().code, Some(0));
        assert_ne!(project.head(), head);
    }
}

#[test]
fn a_merge_after_a_pull_is_checked() {
    let place = Place::new();
    let project = branches(&place);
    project.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    let mut project = project;
    project.way.commit = &["pull", "-q", "--no-rebase", "--no-ff", "--no-edit", ".", "accident"];
    project.is_refused(&["dropped-live-table", OPEN]);
    project.git(&["merge", "--abort"]);
    project.way.commit = &["pull", "-q", "--no-rebase", "--no-ff", "--no-edit", ".", "repaired"];
    let outcome = project.commit();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("migguard"), "{}", outcome.stderr);
}

#[test]
fn an_octopus_is_checked() {
    let place = Place::new();
    let mut project = branches(&place);
    branch(&project, "words", || fs::write(project.path("README.md"), "words").unwrap());
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "words", "accident"];
    project.is_refused(&["dropped-live-table", OPEN]);
    project.git(&["reset", "-q", "--hard"]);
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "words", "repaired"];
    let outcome = project.commit();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("migguard"), "{}", outcome.stderr);
    assert_eq!(project.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 4);
}

#[test]
fn a_squashed_merge_is_an_ordinary_commit() {
    let place = Place::new();
    let mut project = branches(&place);
    project.git(&["merge", "-q", "--squash", "accident"]);
    project.way.commit = &["commit", "-q", "-m", "squashed"];
    project.is_refused(&["dropped-live-table", "stops this commit"]);
    project.git(&["reset", "-q", "--hard"]);
    project.git(&["merge", "-q", "--squash", "repaired"]);
    project.passes();
}

#[test]
fn a_conflict_that_is_resolved_is_checked() {
    let place = Place::new();
    let mut project = Project::new(&place);
    let (path, accident) = REVISIONS[0].accident.unwrap();
    branch(&project, "accident", || project.write(&[(path, accident)]));
    branch(&project, "repaired", || project.write(&[REGISTERED, REVISIONS[0].migration]));
    project.git(&["merge", "-q", "--ff-only", "repaired"]);
    let conflict = project.run("git", &["merge", "-q", "--no-edit", "accident"]);
    assert_eq!(conflict.code, Some(1), "{}", conflict.stderr);
    project.stage(&[(path, accident)]);
    project.way.commit = &["commit", "-q", "--no-edit"];
    project.is_refused(&["dropped-live-table", OPEN]);
    project.stage(&[REVISIONS[0].migration]);
    project.passes();
}

#[test]
fn with_conflicts_git_itself_refuses_and_migguard_says_so() {
    let place = Place::new();
    let project = Project::new(&place);
    branch(&project, "one", || fs::write(project.path("backend/app/x.py"), "x = 1\n").unwrap());
    branch(&project, "two", || fs::write(project.path("backend/app/x.py"), "x = 2\n").unwrap());
    project.git(&["merge", "-q", "one"]);
    assert_eq!(project.run("git", &["merge", "-q", "--no-edit", "two"]).code, Some(1));
    let head = project.head();
    assert_eq!(project.commit().code, Some(128));
    assert_eq!(project.head(), head);
    let run = project.run(crate::common::MIGGUARD, &["run"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("conflicts that are not resolved"), "{}", run.stderr);
}

#[test]
fn a_drop_that_another_branch_has_settled_is_not_asked_about_again() {
    for reason in [true, false] {
        let place = Place::new();
        let mut project = Project::new(&place);
        branch(&project, "drop", || drop_invite_codes(&project, reason));
        fs::write(project.path("README.md"), "words").unwrap();
        project.stage(&[]);
        project.passes();
        project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "drop"];
        project.passes();
        // Nor where a person ends the merge.
        project.git(&["reset", "-q", "--hard", "HEAD~"]);
        project.git(&["merge", "-q", "--no-ff", "--no-commit", "drop"]);
        project.way.commit = &["commit", "-q", "--no-edit"];
        project.passes();
    }
}

#[test]
fn a_drop_that_the_person_who_merges_adds_is_asked_about() {
    let place = Place::new();
    let mut project = Project::new(&place);
    branch(&project, "words", || fs::write(project.path("README.md"), "words").unwrap());
    project.git(&["merge", "-q", "--no-ff", "--no-commit", "words"]);
    drop_invite_codes(&project, false);
    project.stage(&[]);
    project.way.commit = &["commit", "-q", "--no-edit"];
    project.is_refused(&["dropped-table", "invite_codes", "intentional", OPEN]);
    let path = project.path(REVISIONS[2].migration.0);
    let drop = "    op.drop_table('invite_codes')\n";
    let explained = format!("    # migguard: intentional -- removed for public launch\n{drop}");
    fs::write(&path, fs::read_to_string(&path).unwrap().replacen(drop, &explained, 1)).unwrap();
    project.stage(&[]);
    project.passes();
}

#[test]
fn a_drop_that_meets_a_live_model_is_refused() {
    let place = Place::new();
    let mut project = Project::new(&place);
    branch(&project, "drop", || drop_invite_codes(&project, true));
    // Meanwhile the table gets another model, in a file of its own, so that the branches do not conflict.
    let model = fs::read_to_string(project.path("backend/app/models/invite_code.py")).unwrap();
    let (_, class) = model.split_once("class InviteCode").unwrap();
    let user = project.path("backend/app/models/user.py");
    let models = fs::read_to_string(&user).unwrap() + "\n\nclass Invitation" + class;
    fs::write(user, models).unwrap();
    project.stage(&[]);
    project.git(&["commit", "-q", "--no-verify", "-m", "another model"]);
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "drop"];
    project.is_refused(&["dropped-live-table", "invite_codes", OPEN]);
}

#[test]
fn heads_that_meet_are_refused_and_their_merge_passes() {
    let place = Place::new();
    let mut project = Project::new(&place);
    branch(&project, "one", || {
        project.write(&[REGISTERED, REVISIONS[0].migration]);
        project.write(REVISIONS[0].models);
    });
    branch(&project, "two", || drop_invite_codes(&project, true));
    project.git(&["merge", "-q", "--ff-only", "two"]);
    project.way.commit = &["merge", "-q", "--no-ff", "--no-edit", "-X", "ours", "one"];
    let words: &[&str] = &["multiple-heads", OPEN];
    project.is_refused(words);
    let merge = "\"\"\"Merge heads\"\"\"\nrevision = 'aaaaaaaaaaaa'\ndown_revision = ('29672f48c359', 'd17f77c24fbb')\n\n\n\
                 def upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n";
    project.stage(&[("backend/alembic/versions/aaaaaaaaaaaa_merge_heads.py", merge)]);
    project.way.commit = &["commit", "-q", "--no-edit"];
    project.passes();
}
