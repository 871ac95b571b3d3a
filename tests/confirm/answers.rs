//! What confirms, and what does not.

use crate::repository::{DROP, Repository};

#[test]
fn the_name_of_the_table_confirms() {
    let repository = Repository::explained();
    let end = repository.commit().answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    // What stands in the file already is not written again.
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
    assert!(!end.seen.contains("written"), "{}", end.seen);
}

#[test]
fn anything_else_is_refused_and_changes_nothing() {
    for wrong in
        ["y", "", "yes", "INVITE_CODES", "invite_codes ", " invite_codes", "invite_code", "\x1b[A", "d17f77c24fbb"]
    {
        let repository = Repository::explained();
        let before = repository.git(&["ls-files", "-s"]);
        let end = repository.commit().answer("Table: ", wrong).end();
        assert_eq!((end.code, repository.commits()), (1, 1), "{wrong:?}: {}", end.seen);
        assert!(end.seen.contains("was typed and not `invite_codes`."), "{}", end.seen);
        assert!(end.seen.contains("To go on: `git commit` again, and type the name exactly."), "{}", end.seen);
        assert_eq!(repository.git(&["ls-files", "-s"]), before);
    }
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let repository = Repository::explained();
    let mut window = repository.commit();
    window.press("invite_codes\ninvite_codes\n");
    let end = window.wait_for("Table: ").press("\x04").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);

    // Nor what was typed together with the reason.
    let repository = Repository::unexplained();
    let end = repository.commit().answer("Reason: ", "gone\ninvite_codes").wait_for("Table: ").press("\x04").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
}

#[test]
fn the_window_edits_the_line() {
    let repository = Repository::explained();
    let end = repository.commit().answer("Table: ", "yes\x15invite_codee\x7fs").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn the_runner_asks_at_a_terminal_without_a_hook() {
    let repository = Repository::explained();
    let run = |answer: &str| repository.open(crate::repository::MIGGUARD, &["run"]).answer("Table: ", answer).end();
    assert_eq!(run("invite_codes").code, 0);
    assert_eq!(run("y").code, 1);
    let end = repository.open(crate::repository::MIGGUARD, &["run", "--format", "json"]).end();
    assert!(end.code == 0 && end.seen.starts_with('{'), "a program is not asked: {}", end.seen);
}

#[test]
fn standard_input_is_no_answer() {
    let repository = Repository::explained();
    let line = "printf 'invite_codes\\n' | git commit -q -F -";
    let end = repository.open("sh", &["-c", line]).wait_for("Table: ").press("\x04").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
}

#[test]
fn a_later_commit_is_not_asked_again() {
    let repository = Repository::explained();
    repository.commit().answer("Table: ", "invite_codes").end();
    let touched = repository.read(DROP).replace("Drop invite_codes table\n", "Drop the invite codes\n");
    repository.stage(DROP, &touched);
    let end = repository.commit().end();
    assert_eq!((end.code, repository.commits(), end.seen.as_str()), (0, 3, ""));
}
