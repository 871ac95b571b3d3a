use super::{Analysis, EnvironmentState, Finding, State, Unparsable, declare_check};
use crate::git::parent;
use crate::migration::operation::Location;

declare_check! {
    /// ## What it does
    /// Finds a migration, a model file or an `env.py` that is no valid Python, not readable as text, or a link that leads
    /// out of the repository.
    ///
    /// ## Why is this bad
    /// Alembic cannot load it, and what could not be checked never passes for checked.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade(:
    ///     op.drop_table("teams")
    /// ```
    ///
    /// ## Use instead
    /// Mend the file, and stage it again.
    ///
    /// ```python
    /// # migrations/versions/b2_motto.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a1"
    ///
    ///
    /// def upgrade():
    ///     pass
    ///
    ///
    /// def downgrade():
    ///     pass
    /// ```
    ///
    /// ## When to ignore it
    /// Never: a file that nothing loads is better moved out of the folder of migrations.
    ///
    /// ## What it cannot see
    /// Errors that show only when the file runs.
    pub(super) static UNPARSABLE_FILE = "unparsable-file", Deny, InChange(find);
}

/// What a file that touches the database names, whatever it does with it.
const LIBRARIES: [&[u8]; 4] = [b"sqlalchemy", b"sqlmodel", b"alembic", b"db.Model"];

fn find(analysis: &Analysis) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for environment in &analysis.after.environments {
        for unparsable in &environment.unparsable {
            if analysis.is_whole_history() || is_changed(analysis, &unparsable.location.path) {
                findings.push(finding(unparsable));
            }
        }
    }
    let state = &analysis.after;
    let candidates: Vec<&str> = if analysis.is_whole_history() {
        state
            .environments
            .iter()
            .flat_map(|environment| environment.metadata.closure.keys())
            .map(|path| &**path)
            .collect()
    } else {
        analysis.changes.iter().filter(|change| change.after.is_some()).map(|change| &*change.path).collect()
    };
    for path in candidates.into_iter().filter(|path| path.ends_with(".py")) {
        if findings.iter().any(|known| *known.location.path == *path) || !concerns(state, path) {
            continue;
        }
        findings.extend(Unparsable::of(&state.sources, &path.into()).as_ref().map(finding));
    }
    findings
}

fn finding(unparsable: &Unparsable) -> Finding {
    let Location { path, .. } = &unparsable.location;
    let name = path.rsplit('/').next().unwrap_or(path);
    Finding::new(
        &UNPARSABLE_FILE,
        &**path,
        unparsable.location.clone(),
        format!("{name} cannot be read: {}", unparsable.why),
    )
    .help("mend the file, or leave it out of the commit")
}

fn is_changed(analysis: &Analysis, path: &str) -> bool {
    // A file behind a changed link is listed under its own path, so that either may be the one that changed.
    analysis.changes.iter().any(|change| change.after.is_some() && path.starts_with(&*change.path))
}

/// Whether a Python file has to do with the database: `env.py` reaches it, models stand beside it, or it says so.
fn concerns(state: &State, path: &str) -> bool {
    let is_near = |environment: &EnvironmentState| {
        environment.environment.env.as_deref() == Some(path)
            || environment.metadata.closure.contains_key(path)
            || environment.metadata.models.iter().any(|model| parent(&model.location.path) == parent(path))
    };
    state.environments.iter().any(is_near)
        || !state.environments.is_empty()
            && state.sources.files.read(path).is_some_and(|content| {
                LIBRARIES.iter().any(|library| content.windows(library.len()).any(|window| window == *library))
            })
}
