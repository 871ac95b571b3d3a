//! What is allowed in comments and settings, and what the messages say to write.

use crate::repository::{DROP, Repository};

const MESSAGE: [&str; 4] = ["commit", "-q", "-m", "change"];
const IGNORE: &str = "# migguard: ignore[<check>] -- <why>`, on its line or above";
const PROCESSED: &str = "backend/alembic/versions/bcc6094025fa_add_processed_emails.py";

#[test]
fn a_deleted_migration_is_accepted_in_the_settings_with_the_lines_that_the_message_says() {
    let repository = Repository::new();
    repository.git(&["rm", "-q", PROCESSED]);
    let end = repository.commit().end();
    assert_eq!((end.code, repository.commits()), (1, 1));
    assert!(end.seen.contains("confirm[edited-migration]"), "{}", end.seen);
    let lines = "In pyproject.toml, under [tool.migguard.accepted]:\n\"edited-migration:bcc6094025fa\" = \"<why>\"\n";
    assert!(end.seen.contains(lines), "{}", end.seen);

    let accepted = "[tool.migguard.accepted]\n\"edited-migration:bcc6094025fa\" = \"never left this machine\"\n";
    repository.stage("pyproject.toml", accepted);
    let end = repository.commit().answer("Name: ", "bcc6094025fa").end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    assert!(end.seen.contains("never left this machine") && !end.seen.contains("unused-ignore"), "{}", end.seen);
}

#[test]
fn a_second_head_is_accepted_in_the_settings() {
    let repository = Repository::new();
    let path = repository.migrate("    op.execute('SELECT 1')\n", "    op.execute('SELECT 1')\n");
    repository.stage(path, &repository.read(path).replace("'bcc6094025fa'", "'29672f48c359'"));
    let end = repository.commit().end();
    assert_eq!((end.code, repository.commits()), (1, 1));
    assert!(end.seen.contains("revision aaaaaaaaaaaa is a second head"), "{}", end.seen);
    repository.stage("migguard.toml", "[accepted]\n\"multiple-heads:aaaaaaaaaaaa\" = \"merged next week\"\n");
    let end = repository.commit().end();
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn an_accident_is_ignored_by_a_comment_on_its_statement_with_a_reason() {
    let repository = Repository::new();
    let path = repository.migrate("    op.drop_table('journey_templates')\n", "    pass\n");
    let end = repository.commit().end();
    assert!(end.seen.contains(IGNORE), "{}", end.seen);
    let drop = "    op.drop_table(";
    let content = repository.read(path);
    let ignoring = |comment: &str| {
        repository.stage(path, &content.replace(drop, &format!("    # migguard: {comment}\n{drop}")));
        repository.detached("git", &MESSAGE)
    };
    // Without a reason, with the words for what is no accident, and for another check.
    for comment in ["ignore[dropped-live-table]", "intentional -- gone", "ignore[dropped-table] -- gone"] {
        assert_eq!(ignoring(comment).code, 1, "{comment}");
    }
    let end = ignoring("ignore[dropped-live-table] -- a view of that name comes");
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn a_comment_at_the_head_counts_for_the_whole_file() {
    let repository = Repository::new();
    let path = repository.migrate("    op.drop_table('journey_templates')\n", "    pass\n");
    let content = repository.read(path);
    repository
        .stage(path, &format!("# migguard: ignore-file[dropped-live-table] -- moved to another database\n{content}"));
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn a_model_is_ignored_by_a_comment_on_its_class() {
    let repository = Repository::new();
    let model = "from app.database import Base\nfrom sqlalchemy import Column, Integer\n\n\nclass Draft(Base):\n    \
                 __tablename__ = 'drafts'\n    id = Column(Integer, primary_key=True)\n";
    let path = "backend/app/models/draft.py";
    repository.stage(path, model);
    let end = repository.detached("git", &MESSAGE);
    assert_eq!(end.code, 1, "{}", end.seen);
    let comment = "# migguard: ignore[unregistered-model] -- the table is made by another service";
    assert!(end.seen.contains(IGNORE), "{}", end.seen);
    repository.stage(path, &model.replace("class Draft", &format!("{comment}\nclass Draft")));
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn a_model_that_is_not_exported_is_ignored_where_the_message_says() {
    let repository = Repository::new();
    let registry = "backend/app/models/__init__.py";
    let content = repository.read(registry);
    let without = content.replace("    \"JourneyTemplate\",\n", "").replace("    'JourneyTemplate',\n", "");
    assert_ne!(without, content, "{content}");
    repository.stage(registry, &without);
    let end = repository.detached("git", &MESSAGE);
    assert_eq!(end.code, 1, "{}", end.seen);
    assert!(end.seen.contains(IGNORE), "{}", end.seen);
    let line = "# migguard: ignore[unexported-model] -- ";
    repository.stage(registry, &without.replace("__all__", &format!("{line}internal\n__all__")));
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
}

#[test]
fn a_comment_that_does_nothing_is_reported_and_stops_nothing() {
    let repository = Repository::explained();
    let useless = "    # migguard: ignore[dropped-live-table] -- sure\n    op.create_table(";
    repository.stage(DROP, &repository.read(DROP).replace("    op.create_table(", useless));
    repository.stage("migguard.toml", "[accepted]\n\"edited-migration:ffff\" = \"long ago\"\n");
    let end = repository.detached("git", &MESSAGE);
    assert_eq!((end.code, repository.commits()), (0, 2), "{}", end.seen);
    assert_eq!(end.seen.matches("warn[unused-ignore]").count(), 2, "{}", end.seen);
}
