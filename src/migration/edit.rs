//! Whether an edit changes what a migration does.

use super::operation::MigrateOperation;
use super::script::{Direction, Script};
use crate::python::Sources;
use crate::python::syntax::{Expr, Stmt, StmtKind, working};

/// Whether two versions of a migration do the same: they stand at the same place of the chain, do the same operations,
/// and their statements are the same but for comments, docstrings, annotations, formatting and imports. A version that
/// cannot be read does not.
pub fn does_the_same(before: (&Sources, &Script), after: (&Sources, &Script)) -> bool {
    let file = |(sources, script): (&Sources, &Script)| sources.file(&script.path).filter(|file| file.error.is_none());
    let (Some(a), Some(b)) = (file(before), file(after)) else { return false };
    let (before, after) = (before.1, after.1);
    before.revision.id == after.revision.id
        && before.revision.down_revision == after.revision.down_revision
        && before.revision.depends_on == after.revision.depends_on
        && before.revision.branch_labels == after.revision.branch_labels
        && same_direction(before.upgrade(), after.upgrade())
        && same_direction(before.downgrade(), after.downgrade())
        // What an import brings shows in the operations; unused ones come and go with every clean-up.
        && working(&a.body).filter(is_compared).eq(working(&b.body).filter(is_compared))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `filter` hands on")]
fn is_compared(statement: &&Stmt) -> bool {
    let name = match &statement.kind {
        StmtKind::Import(_) | StmtKind::ImportFrom(_) => return false,
        StmtKind::AnnAssign { target, .. } => target.dotted(),
        StmtKind::Assign { targets, .. } => targets.first().and_then(Expr::dotted),
        _ => None,
    };
    // Those are compared by their values.
    !matches!(name.as_deref(), Some("revision" | "down_revision" | "branch_labels" | "depends_on"))
}

fn same_direction(a: Option<&Direction>, b: Option<&Direction>) -> bool {
    let does = |operation: &MigrateOperation| (operation.operation.clone(), operation.certainty, operation.guarded);
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.operations.iter().map(does).eq(b.operations.iter().map(does)),
        _ => false,
    }
}
