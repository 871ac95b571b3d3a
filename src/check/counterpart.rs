//! The same environment on the other side of a change.

use super::{EnvironmentState, State};

/// What an environment was in another snapshot: the one of its script location and section. Where several have those, that
/// of its configuration goes before others, then that with its folders of revisions. `None` where it is new or was moved.
pub(super) fn counterpart<'a>(of: &EnvironmentState, state: &'a State) -> Option<&'a EnvironmentState> {
    let now = &of.environment;
    let same = state.environments.iter().filter(|other| {
        other.environment.script_location == now.script_location && other.environment.section == now.section
    });
    same.min_by_key(|other| (other.environment.config != now.config, other.environment.versions != now.versions))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::staged_on;

    #[test]
    fn of_two_with_one_script_location_that_of_the_same_configuration_is_it() {
        let revision = |path: &str, id: &str| {
            format!(
                "# migrations/{path}/{id}.py\nrevision = '{id}'\ndown_revision = None\n\
                 def upgrade():\n    pass\ndef downgrade():\n    pass\n"
            )
        };
        let config = |folder: &str, more: &str| {
            format!(
                "# {folder}/alembic.ini\n[alembic]\nscript_location = %(here)s/../migrations\n\
                 version_locations = %(here)s/../migrations/a{more}\n"
            )
        };
        let more = " %(here)s/../migrations/b";
        let env = "# migrations/env.py\nfrom alembic import context\ncontext.configure()\n";
        let head = [config("one", ""), config("two", more), env.to_owned(), revision("a", "a1"), revision("b", "b1")];
        // One has a second head now, as two had before.
        assert_eq!(staged_on(&head.concat(), &config("one", more)), "multiple-heads b1 migrations/b/b1.py:2\n");
    }
}
