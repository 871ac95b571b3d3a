use super::{Finding, Scene, declare_check};
use crate::migration::operation::Location;
use crate::migration::revision_map::Fault;
use crate::migration::script::Script;

declare_check! {
    /// ## What it does
    /// Finds a `down_revision` or `depends_on` that names no revision, a revision id that two files use, and revisions that
    /// follow each other in a circle.
    ///
    /// ## Why is this bad
    /// Alembic cannot load or walk the chain: every `alembic` command fails, the deployment's `upgrade head` first.
    ///
    /// ## Example
    /// ```python
    /// # migrations/versions/b2_add_motto.py
    /// from alembic import op
    ///
    /// revision = "b2"
    /// down_revision = "a0"
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
    /// ## Use instead
    /// Name the revision that it follows; `migguard status` shows the chain.
    ///
    /// ```python
    /// # migrations/versions/b2_add_motto.py
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
    /// Never, where Alembic is to run.
    ///
    /// ## What it cannot see
    /// Revisions whose id or `down_revision` is computed at run time, and those that an application adds from installed packages
    /// (`set_main_option("version_locations", …)`): then no revision is missed.
    pub(super) static BROKEN_CHAIN = "broken-chain", Deny, InState(find);
}

fn find(scene: &Scene) -> Vec<Finding> {
    let faults = &scene.environment.revisions.faults;
    let is_missing = |fault: &&Fault| matches!(fault, Fault::Missing { .. });
    let are_elsewhere = faults.iter().any(|fault| is_missing(&fault)) && adds_locations(scene);
    faults.iter().filter(|fault| !(are_elsewhere && is_missing(fault))).map(finding).collect()
}

/// Whether the program that runs Alembic gives it version locations that no configuration names, such as those of installed
/// packages: the revisions there are not known.
fn adds_locations(scene: &Scene) -> bool {
    let sets = |text: &str| {
        ["set_main_option(\"version_locations\"", "set_main_option('version_locations'"]
            .iter()
            .any(|set| text.contains(set))
    };
    let mut closure = scene.environment.metadata.closure.keys();
    closure.any(|path| scene.state.sources.text(path).is_some_and(|source| sets(&source.text)))
}

fn finding(fault: &Fault) -> Finding {
    match fault {
        Fault::Missing { script, names, is_dependency } => {
            let id = &script.revision.id;
            let (what, location) =
                if *is_dependency { ("depends on", dependency(script)) } else { ("follows", link(script)) };
            let message = format!("revision {id} {what} {names}, which does not exist");
            Finding::new(&BROKEN_CHAIN, &**id, location, message)
                .revision(id)
                .help("name the revision that it really follows, or commit the missing file with it")
        }
        Fault::Duplicate { script, other } => {
            let id = &script.revision.id;
            let message = format!("revision id {id} is used twice");
            Finding::new(&BROKEN_CHAIN, &**id, identity(script), message)
                .revision(id)
                .related(&identity(other), "used here as well")
                .help("give the newer file an id of its own")
        }
        Fault::Cycle { scripts } => {
            let ids: Vec<&str> = scripts.iter().map(|script| &*script.revision.id).take(10).collect();
            let more = if scripts.len() > ids.len() { ", …" } else { "" };
            let message = format!("revisions follow each other in a circle: {}{more}", ids.join(", "));
            // A circle has at least one member.
            let first = &scripts[0];
            let mut finding = Finding::new(&BROKEN_CHAIN, &*first.revision.id, link(first), message)
                .revision(&first.revision.id)
                .help("set one `down_revision` to the revision that was the head before");
            for script in scripts.iter().skip(1).take(5) {
                finding = finding.related(&link(script), format!("{} is part of the circle", script.revision.id));
            }
            finding
        }
    }
}

fn link(script: &Script) -> Location {
    Location { path: script.path.clone(), span: script.revision.down_revision_span }
}

fn dependency(script: &Script) -> Location {
    Location { path: script.path.clone(), span: script.revision.depends_on_span }
}

fn identity(script: &Script) -> Location {
    Location { path: script.path.clone(), span: script.revision.id_span }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::staged_on;

    fn revision(id: &str, down: &str) -> String {
        format!(
            "# m/versions/{id}.py\nrevision = \"{id}\"\ndown_revision = {down}\n\
             def upgrade():\n    pass\ndef downgrade():\n    pass\n"
        )
    }

    fn head() -> String {
        let chain = revision("a", "None") + &revision("b", "\"a\"") + &revision("c", "\"b\"");
        format!("# alembic.ini\n[alembic]\nscript_location = m\n# m/env.py\nfrom alembic import context\n{chain}")
    }

    #[test]
    fn a_deleted_middle_breaks_the_chain() {
        let found = staged_on(&head(), "# - m/versions/b.py\n");
        assert!(found.contains("broken-chain c m/versions/c.py:2\n"), "{found}");
        assert!(found.contains("edited-migration b m/versions/b.py:1\n"), "{found}");
    }

    #[test]
    fn a_revision_with_another_parent_is_edited_and_leaves_two_heads() {
        let found = staged_on(&head(), &revision("c", "\"a\""));
        assert!(!found.contains("broken-chain"), "{found}");
        assert!(found.contains("edited-migration c m/versions/c.py:"), "{found}");
        assert!(found.contains("multiple-heads"), "{found}");
    }

    #[test]
    fn a_missing_dependency_is_found_at_its_own_line() {
        let dependent = revision("d", "\"c\"").replace("def upgrade", "depends_on = \"x\"\ndef upgrade");
        assert_eq!(staged_on(&head(), &dependent), "broken-chain d m/versions/d.py:3\n");
    }

    #[test]
    fn revisions_of_installed_packages_are_not_missed() {
        let env = "# m/env.py\nfrom alembic import context\nimport plugins\nplugins.locate(context.config)\n\
                   # plugins.py\ndef locate(config):\n    \
                   config.set_main_option(\"version_locations\", \" \".join(entry_points()))\n";
        let dependent = revision("d", "\"c\"").replace("def upgrade", "depends_on = \"x\"\ndef upgrade");
        assert_eq!(staged_on(&head(), &format!("{env}{dependent}")), "");
    }
}
