//! The reason that is asked for, and where it is written.

use crate::repository::{DROP, MIGGUARD, Repository};

const WRITTEN: &str = "    # migguard: intentional -- the feature is gone\n    op.drop_table('invite_codes')\n";

fn explain(repository: &Repository) -> crate::terminal::End {
    repository.commit().answer("Reason: ", "the feature  is gone").answer("Table: ", "invite_codes").end()
}

#[test]
fn a_reason_is_written_into_the_file_and_the_commit() {
    let repository = Repository::unexplained();
    let end = explain(&repository);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    assert!(repository.read(DROP).contains(WRITTEN), "{}", repository.read(DROP));
    assert!(repository.git(&["show", &format!("HEAD:{DROP}")]).contains(WRITTEN));
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
    assert!(end.seen.contains("written and staged:"), "{}", end.seen);
    assert!(end.seen.contains("# migguard: intentional -- the feature is gone\n"), "{}", end.seen);
    // It says enough for whoever has no terminal.
    let check = repository.detached(MIGGUARD, &["check", "--since", "HEAD~1"]);
    assert_eq!(check.code, 0, "{}", check.seen);
}

#[test]
fn a_reason_says_something() {
    for none in ["", "...", "<why>", "\u{1b}[2J"] {
        let repository = Repository::unexplained();
        let end = repository.commit().answer("Reason: ", none).end();
        assert_eq!((end.code, repository.commits()), (1, 1), "{none:?}: {}", end.seen);
        assert!(end.seen.contains("No reason was given"), "{none:?}: {}", end.seen);
        assert!(!repository.read(DROP).contains("migguard"));
    }
}

#[test]
fn line_ends_and_tabs_stay_the_files_own() {
    let repository = Repository::unexplained();
    let content = repository.read(DROP).replace("    op.drop_table", "\top.drop_table").replace('\n', "\r\n");
    repository.stage(DROP, &content);
    let end = explain(&repository);
    assert_eq!(end.code, 0, "{}", end.seen);
    let comment = "\t# migguard: intentional -- the feature is gone\r\n\top.drop_table";
    assert_eq!(repository.read(DROP), content.replace("\top.drop_table", comment));
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_working_copy_that_differs_is_left_alone() {
    let repository = Repository::unexplained();
    let staged = repository.read(DROP);
    let working = format!("{staged}\n# not staged\n");
    repository.write(DROP, &working);
    let end = explain(&repository);
    assert_eq!((end.code, repository.commits()), (1, 1));
    assert!(end.seen.contains("the working copy differs from what is staged"), "{}", end.seen);
    assert!(end.seen.contains("    # migguard: intentional -- the feature is gone\n"), "{}", end.seen);
    assert_eq!((repository.read(DROP), repository.staged(DROP)), (working, staged));
}

#[test]
fn an_index_that_git_makes_for_one_commit_is_left_alone() {
    for arguments in [&["commit", "-q", "-a", "-m", "x"][..], &["commit", "-q", "-m", "x", "--", "backend"][..]] {
        let repository = Repository::unexplained();
        // So that the migration is taken from the working copy.
        let before = repository.read(DROP);
        let mut window = repository.open("git", arguments);
        let end = window.answer("Reason: ", "the feature is gone").answer("Table: ", "invite_codes").end();
        assert_eq!((end.code, repository.commits()), (1, 1), "{arguments:?}: {}", end.seen);
        assert!(end.seen.contains("git commits from a temporary index"), "{}", end.seen);
        assert!(end.seen.contains("    # migguard: intentional -- the feature is gone\n"), "{}", end.seen);
        assert_eq!((repository.read(DROP), repository.staged(DROP)), (before.clone(), before));

        // With the line, the same command passes, and asks only for the name.
        let line = "    # migguard: intentional -- the feature is gone\n    op.drop_table(";
        repository.write(DROP, &repository.read(DROP).replace("    op.drop_table(", line));
        let end = repository.open("git", arguments).answer("Table: ", "invite_codes").end();
        assert_eq!((end.code, repository.commits()), (0, 2), "{arguments:?}: {}", end.seen);
    }
}

#[test]
fn a_reason_is_understood_wherever_people_write_it() {
    let drop = "    op.drop_table('invite_codes')\n";
    for explained in [
        "    # migguard: intentional -- gone\n    op.drop_table('invite_codes')\n",
        "    # This drop is intentional - gone\n    op.drop_table('invite_codes')\n",
        "    # This drop is intentional - the feature\n    # went with the private beta\n    op.drop_table('invite_codes')\n",
        "    op.drop_table('invite_codes')  # migguard: intentional -- gone\n",
        "    # migguard: intentional -- gone\n    for name in ['invite_codes']:\n        op.drop_table(name)\n",
        "    # migguard: intentional -- gone\n    remove()\n\n\ndef remove():\n    op.drop_table('invite_codes')\n",
        "    remove()\n\n\ndef remove():\n    # migguard: intentional -- gone\n    op.drop_table('invite_codes')\n",
    ] {
        let repository = Repository::unexplained();
        repository.stage(DROP, &repository.read(DROP).replace(drop, explained));
        let end = repository.commit().answer("Table: ", "invite_codes").end();
        assert_eq!((end.code, repository.commits()), (0, 2), "{explained}: {}", end.seen);
        assert!(!end.seen.contains("Reason: "), "{explained}: {}", end.seen);
    }
}

#[test]
fn a_reason_at_one_call_says_nothing_about_another() {
    let repository = Repository::unexplained().with("NO_COLOR", "1");
    let drop = "    op.drop_table('invite_codes')\n";
    let calls = "    # migguard: intentional -- gone\n    remove('old_codes')\n    remove('invite_codes')\n\n\ndef remove(name):\n    \
                 op.drop_table(name)\n";
    repository.stage(DROP, &repository.read(DROP).replace(drop, calls));
    let mut window = repository.commit();
    window
        .wait_for("1 of 2: Table invite_codes")
        .answer("Reason: ", "another feature")
        .answer("Table: ", "invite_codes");
    window.wait_for("2 of 2: Table old_codes").wait_for("reason       ");
    let end = window.answer("Table: ", "old_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn a_reason_above_the_function_is_not_one() {
    let repository = Repository::unexplained();
    let function = "# migguard: intentional -- all of it\ndef upgrade()";
    repository.stage(DROP, &repository.read(DROP).replace("def upgrade()", function));
    let end = repository.commit().wait_for("Reason: ").press("\x04").end();
    assert_eq!(end.code, 1, "{}", end.seen);
}
