//! What is asked about together, what alone, and what not at all.

use crate::repository::{REASON, Repository};

const COLUMNS: &str = "    with op.batch_alter_table('receipts') as batch:\n        batch.drop_column('shop')\n        \
                       batch.drop_column('till')\n";
const NOTHING_BACK: &str = "    pass\n";

#[test]
fn a_column_is_typed_with_its_table() {
    let repository = Repository::new();
    repository.migrate("    op.drop_column('receipts', 'shop')  # migguard: intentional -- never used\n", NOTHING_BACK);
    let end = repository.commit().answer("Name: ", "shop").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
    let end = repository.commit().answer("Name: ", "receipts.shop").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn columns_and_indexes_of_a_revision_are_one_question_and_its_reason_stands_at_each() {
    let repository = Repository::new();
    let path = repository.migrate(&format!("{COLUMNS}    op.drop_index('ix_old', table_name='users')\n"), NOTHING_BACK);
    let mut window = repository.commit();
    let end = window.answer("Reason: ", "never filled").answer("Name: ", "aaaaaaaaaaaa").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    let written = repository.read(path);
    for line in ["        batch.drop_column('shop')", "        batch.drop_column('till')"] {
        let expected = format!("        # migguard: intentional -- never filled\n{line}\n");
        assert!(written.contains(&expected), "{written}");
    }
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn each_table_is_a_question_and_the_last_answer_decides_about_all() {
    let tables = "    op.drop_table('invite_codes')\n    op.drop_table('old_codes')\n";
    let repository = without_the_model();
    let path = repository.migrate(tables, NOTHING_BACK);
    let before = repository.read(path);
    let mut window = repository.commit();
    window.wait_for("1 of 2: Table ").answer("Reason: ", "gone").answer("Table: ", "invite_codes");
    let end = window.wait_for("2 of 2: Table ").answer("Reason: ", "gone too").answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (1, 1), "{}", end.seen);
    assert_eq!((repository.read(path), repository.staged(path)), (before.clone(), before));

    let mut window = repository.commit();
    window.answer("Reason: ", "gone").answer("Table: ", "invite_codes");
    let end = window.answer("Reason: ", "gone too").answer("Table: ", "old_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    let written = repository.git(&["show", &format!("HEAD:{path}")]);
    let expected = "    # migguard: intentional -- gone\n    op.drop_table('invite_codes')\n    \
                    # migguard: intentional -- gone too\n    op.drop_table('old_codes')\n";
    assert!(written.contains(expected), "{written}");
}

/// `InviteCode` is gone, and its table has still to go.
fn without_the_model() -> Repository {
    let repository = Repository::explained();
    repository.git(&["rm", "-q", "-f", crate::repository::DROP]);
    repository
}

#[test]
fn where_an_accident_stands_nothing_is_asked() {
    let repository = without_the_model();
    let drops = format!("{REASON}    op.drop_table('invite_codes')\n    op.drop_table('journey_templates')\n");
    repository.migrate(&drops, NOTHING_BACK);
    let end = repository.commit().end();
    assert_eq!((end.code, repository.commits()), (1, 1));
    assert!(end.seen.contains("deny[dropped-live-table]") && !end.seen.contains("Table: "), "{}", end.seen);
}

#[test]
fn warnings_are_said_before_the_question() {
    let repository = Repository::explained().with("NO_COLOR", "1");
    let drop = crate::repository::DROP;
    let content = repository.read(drop);
    let (upgrade, _) = content.split_once("def downgrade").unwrap();
    repository.stage(drop, &format!("{upgrade}def downgrade() -> None:\n    pass\n"));
    let mut window = repository.commit();
    window.wait_for("warn[irreversible-migration]").wait_for("1 warning.").wait_for("Table invite_codes and its rows");
    let end = window.answer("Table: ", "invite_codes").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    insta::assert_snapshot!(end.seen);
}

#[test]
fn what_is_no_loss_of_a_table_is_asked_by_its_name() {
    for (upgrade, name) in [
        ("    op.execute('TRUNCATE users')", "users"),
        ("    op.execute('DROP SCHEMA audit CASCADE')", "audit"),
        ("    op.drop_index('ix_old', table_name='users')", "ix_old"),
    ] {
        let repository = Repository::new();
        repository.migrate(&format!("{upgrade}  # migguard: intentional -- test data\n"), NOTHING_BACK);
        let end = repository.commit().answer("Name: ", name).end();
        assert_eq!((end.code, repository.commits()), (0, 2), "{upgrade}: {}", end.seen);
    }
}

#[test]
fn a_merge_asks_only_about_what_neither_side_has() {
    let repository = Repository::explained();
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.commit().answer("Table: ", "invite_codes").end();
    repository.git(&["checkout", "-q", "main"]);
    repository.stage("README.md", "main\n");
    repository.git(&["commit", "-q", "-m", "main"]);
    let end = repository.open("git", &["merge", "-q", "--no-edit", "side"]).end();
    assert_eq!((end.code, repository.commits()), (0, 4), "{}", end.seen);
}
