//! Where nobody can answer nobody is asked, and nothing waits.

use crate::repository::Repository;

const MESSAGE: [&str; 4] = ["commit", "-q", "-m", "change"];

#[test]
fn without_a_terminal_a_reason_in_the_file_is_enough() {
    let repository = Repository::explained();
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn without_a_terminal_and_a_reason_the_line_to_add_is_said() {
    let repository = Repository::unexplained();
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (1, 1));
    insta::assert_snapshot!(end.seen);
    // As a person, or an agent, does what it says.
    let path = crate::repository::DROP;
    let content = repository.read(path);
    let line = "    # migguard: intentional -- invite codes end with the private beta\n";
    repository.stage(path, &content.replace("    op.drop_table(", &format!("{line}    op.drop_table(")));
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn ci_with_a_terminal_is_refused_with_the_way_to_be_asked() {
    for repository in [Repository::explained(), Repository::unexplained()] {
        let repository = repository.with("CI", "true");
        let end = repository.commit().end();
        assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
        assert!(end.seen.contains("To be asked: `env -u CI git commit`."), "{}", end.seen);
    }
    let repository = Repository::explained().with("CI", "false");
    assert_eq!(repository.commit().answer("Table: ", "invite_codes").end().code, 0);
}

#[test]
fn a_background_job_is_refused_and_does_not_stop() {
    let repository = Repository::explained();
    let line = "set -m; git commit -q -m change & wait $!; echo \"ended with $?\"";
    let end = repository.open("sh", &["-c", line]).wait_for("ended with 1").end();
    assert_eq!(repository.commits(), 1, "{}", end.seen);
    assert!(end.seen.contains("runs in the background"), "{}", end.seen);
}
