//! What is seen, in every kind of window.

use crate::repository::{DROP, Repository};

#[test]
fn eighty_columns() {
    let repository = Repository::unexplained().with("NO_COLOR", "1");
    let end = repository.commit().answer("Reason: ", "the feature is gone").answer("Table: ", "invite_codes").end();
    insta::assert_snapshot!(end.seen);
}

#[test]
fn forty_columns() {
    let repository = Repository::unexplained().sized((24, 40)).with("NO_COLOR", "1");
    let end = repository.commit().answer("Reason: ", "the feature is gone").answer("Table: ", "invite_codes").end();
    insta::assert_snapshot!(end.seen);
    assert!(end.seen.lines().filter(|line| !line.starts_with("Reason: ")).all(|line| line.chars().count() <= 40));
}

#[test]
fn a_wrong_name_says_the_way_on() {
    let repository = Repository::explained();
    let end = repository.commit().answer("Table: ", "y").end();
    insta::assert_snapshot!(end.seen.split_once("Table: ").unwrap().1);
}

#[test]
fn colour_only_where_the_window_has_it() {
    let seen = |repository: Repository| repository.commit().answer("Table: ", "invite_codes").end().seen;
    assert!(seen(Repository::explained()).contains("\x1b["));
    for (name, value) in [("TERM", "dumb"), ("NO_COLOR", "1")] {
        let seen = seen(Repository::explained().with(name, value));
        assert!(!seen.contains('\x1b'), "{name}: {seen:?}");
    }
}

#[test]
fn names_of_any_script_are_shown_and_typed() {
    for name in ["顧客", "عملاء", "größe", "таблица"] {
        let repository = Repository::new().sized((24, 40));
        let reason = "    # migguard: intentional -- 不要になった機能のテーブルをすべて削除する ومكررة\n";
        repository.migrate(&format!("{reason}    op.drop_table('{name}')\n"), "    pass\n");
        let end = repository.commit().answer("Table: ", name).end();
        assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    }
}

#[test]
fn text_of_files_cannot_draw() {
    let repository = Repository::new();
    let hostile = "x\\x1b]0;owned\\x07\\x1b[2J\\u202e\\r\\n";
    repository.migrate(
        &format!("    # migguard: intentional -- a \u{1b}[2J\u{202e} b\n    op.drop_table('{hostile}')\n"),
        "    pass\n",
    );
    let name = "x<U+001B>]0;owned<U+0007><U+001B>[2J<U+202E><U+000D><U+000A>";
    let repository = repository.with("NO_COLOR", "1");
    // The name is typed as it is shown.
    let end = repository.commit().answer("Table: ", name).end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    assert!(!end.seen.contains(['\x1b', '\x07', '\r', '\u{202e}']), "{:?}", end.seen);
}

#[test]
fn a_window_without_a_size_is_taken_for_eighty_columns() {
    let repository = Repository::explained().sized((0, 0));
    let end = repository.commit().answer("Table: ", "invite_codes").end();
    assert_eq!(end.code, 0, "{}", end.seen);
    assert!(end.seen.contains(&format!("  {DROP}:")) || end.seen.contains("versions/d17f77c24fbb"), "{}", end.seen);
}

#[test]
fn a_refusal_fits_a_narrow_window() {
    let repository = Repository::explained().sized((24, 40)).with("NO_COLOR", "1");
    let end = repository.commit().answer("Table: ", "y").end();
    assert!(end.seen.lines().all(|line| line.chars().count() <= 40), "{}", end.seen);
}
