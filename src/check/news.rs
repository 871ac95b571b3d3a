//! Which findings a change brings in.

use std::collections::HashMap;

use super::Finding;
use crate::project::Level;

/// What is found after a change without what is found before it.
///
/// An accident is known where `HEAD` has the same accident. Everything else is known where any parent destroys or says
/// the same, under whatever check: what somebody was asked about is not asked about again because its verdict became
/// milder.
pub(super) fn without_known(found: Vec<Finding>, parents: &[Vec<Finding>]) -> Vec<Finding> {
    let mut accidents = parents.first().map_or_else(HashMap::new, |head| count(head, |finding| finding.check));
    let mut objects: HashMap<_, usize> = HashMap::new();
    for parent in parents {
        for (key, times) in count(parent, |finding| family(finding.check)) {
            let known = objects.entry(key).or_insert(0);
            *known = times.max(*known);
        }
    }
    found
        .into_iter()
        .filter(|finding| {
            let accident = take(&mut accidents, &key(finding, finding.check));
            let object = take(&mut objects, &key(finding, family(finding.check)));
            if finding.level == Level::Deny { !accident } else { !object }
        })
        .collect()
}

type Key = (String, String, &'static str);

/// A table that is dropped is the same event whether a model maps it or not.
pub(super) fn family(check: &'static str) -> &'static str {
    check.strip_prefix("dropped-live-").or_else(|| check.strip_prefix("dropped-")).unwrap_or(check)
}

fn key(finding: &Finding, group: &'static str) -> Key {
    let (place, subject) = finding.identity();
    (place.to_owned(), subject.to_owned(), group)
}

/// How often each is found: a second drop of an unknown name is news beside the first.
fn count(findings: &[Finding], group: impl Fn(&Finding) -> &'static str) -> HashMap<Key, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(key(finding, group(finding))).or_insert(0) += 1;
    }
    counts
}

fn take(counts: &mut HashMap<Key, usize>, key: &Key) -> bool {
    match counts.get_mut(key) {
        Some(times) if *times > 0 => {
            *times -= 1;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{staged, staged_on};

    const HEAD: &str = r#"
# alembic.ini
[alembic]
script_location = migrations
# migrations/env.py
from alembic import context
from models import Base
context.configure(target_metadata=Base.metadata)
# migrations/versions/a.py
import sqlalchemy as sa
from alembic import op
revision = "a"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("codes", sa.Column("id", sa.Integer(), primary_key=True))
def downgrade():
    op.drop_table("codes")
    op.drop_table("users")
# migrations/versions/b.py
from alembic import op
revision = "b"
down_revision = "a"
def upgrade():
    op.drop_table("codes")
def downgrade():
    raise NotImplementedError
# models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase):
    pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"#;

    #[test]
    fn what_head_drops_is_no_news() {
        assert_eq!(staged_on(HEAD, "# other.py\nx = 1\n"), "");
        // Neither where the file moves.
        let moved = "# - migrations/versions/b.py\n# migrations/versions/moved_b.py\nfrom alembic import op\nrevision = \"b\"\n\
                     down_revision = \"a\"\ndef upgrade():\n    op.drop_table(\"codes\")\ndef downgrade():\n    raise NotImplementedError\n";
        assert_eq!(staged_on(HEAD, moved), "");
    }

    #[test]
    fn what_the_change_turns_into_an_accident_is_news() {
        let model = "# models.py\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\
                     class Base(DeclarativeBase):\n    pass\n\
                     class User(Base):\n    __tablename__ = \"users\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n\
                     class Code(Base):\n    __tablename__ = \"codes\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n";
        assert_eq!(
            staged_on(HEAD, model),
            "missing-migration codes models.py:7\ndropped-live-table codes migrations/versions/b.py:5\n"
                .split_inclusive('\n')
                .rev()
                .collect::<String>()
        );
    }

    #[test]
    fn a_second_unknown_drop_is_news_beside_the_first() {
        let first = "# migrations/versions/c.py\nfrom alembic import op\nrevision = \"c\"\ndown_revision = \"b\"\n\
                     def upgrade():\n    op.drop_table(input())\ndef downgrade():\n    raise ValueError\n";
        let head = format!("{HEAD}{first}");
        let second = first.replace("def downgrade", "    op.drop_table(input() + 'x')\ndef downgrade");
        assert_eq!(
            staged_on(&head, &second),
            "edited-migration c migrations/versions/c.py:2\ndropped-table ? migrations/versions/c.py:6\n"
        );
    }

    #[test]
    fn a_drop_in_downgrade_is_silent() {
        let good = "# migrations/versions/b2.py\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = \"b2\"\n\
                    down_revision = \"a1\"\ndef upgrade():\n    op.add_column(\"teams\", sa.Column(\"motto\", sa.Text()))\n\
                    def downgrade():\n    op.drop_table(\"teams\")\n    op.drop_column(\"teams\", \"motto\")\n";
        assert_eq!(staged(good), "");
    }
}
