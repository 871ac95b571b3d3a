use super::{Finding, Scene, declare_check, effect};
use crate::migration::history::EffectKind;
use crate::migration::operation::Type;

declare_check! {
    /// ## What it does
    /// Finds an `upgrade()` that changes a column's type so that values can be cut or refused: `Text` to `String(50)`,
    /// `BigInteger` to `Integer`.
    ///
    /// ## Why is this bad
    /// The migration fails on the first value that does not fit, in production and not on the developer's machine, or the
    /// database cuts it silently.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_short_bio.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.alter_column("users", "bio", existing_type=sa.Text(), type_=sa.String(50))
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## Use instead
    /// Keep the wider type and check the length in the program, or look at the data first and give the reason.
    ///
    /// ```python
    /// # migrations/versions/b2_long_email.py
    /// import sqlalchemy as sa
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     op.alter_column("users", "email", existing_type=sa.String(200), type_=sa.Text())
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// Rather than ignoring it, give the reason: `# migguard: intentional -- why` directly above the statement. In a
    /// terminal a person then types the name that is asked for; in CI the reason is enough.
    ///
    /// ## What it cannot see
    /// The values. A change from a type that neither `existing_type` nor the chain tells is not judged.
    pub(super) static NARROWED_COLUMN = "narrowed-column", Confirm, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for effect in &scene.environment.history.effects {
        let EffectKind::NarrowedColumn { table, column, from, to } = &effect.kind else { continue };
        let subject = effect::column_subject(table, column);
        let message = format!("upgrade() narrows `{subject}` from {} to {}", name(from), name(to));
        findings.push(
            effect::confirmable(&NARROWED_COLUMN, effect, &subject, message).help("make sure that every value fits"),
        );
    }
    findings
}

fn name(type_: &Type) -> &str {
    match type_ {
        Type::Known(name) => name,
        Type::Unknown => "?",
    }
}
