use super::super::testing::{analysis, finding};
use super::*;
use crate::check::Related;
use crate::project::Accepted;

const CHECKS: [(&str, bool); 4] =
    [("dropped-table", false), ("dropped-live-table", false), ("edited-migration", true), ("unused-ignore", false)];

/// What is left, a line each: check, level, line of the file, reason or message.
fn judged(findings: Vec<Finding>, analysis: &Analysis) -> Vec<String> {
    judge_among(findings, analysis, &CHECKS)
        .into_iter()
        .map(|finding| {
            let line = analysis.after.sources.file(&finding.location.path);
            let line = line.map_or(0, |file| file.source.line_of(finding.location.span.start));
            let what = match (finding.check, finding.acknowledged) {
                ("unused-ignore", _) => finding.message,
                (_, Some(reason)) => format!("because {reason}"),
                (_, None) => "no reason".into(),
            };
            format!("{} {} {line}: {what}", finding.check, finding.level)
        })
        .collect()
}

fn judged_text(text: &str, check: &'static str, level: Level) -> Vec<String> {
    let analysis = analysis(Some(&[]), &[("v/a.py", text)]);
    let finding = finding(&analysis, check, level, "v/a.py", "op.drop");
    judged(vec![finding], &analysis)
}

#[test]
fn a_reason_acknowledges_what_may_be_confirmed() {
    let text = "def upgrade():\n    # This drop is intentional - gone\n    op.drop_table('a')\n";
    assert_eq!(judged_text(text, "dropped-table", Level::Confirm), ["dropped-table confirm 3: because gone"]);
    assert_eq!(judged_text(text, "dropped-live-table", Level::Deny), ["dropped-live-table deny 3: no reason"]);
}

#[test]
fn an_ignore_comment_is_the_way_past_an_accident() {
    let text = "op.drop_table('a')  # migguard: ignore[dropped-live-table] -- the model is a view\n";
    assert!(judged_text(text, "dropped-live-table", Level::Deny).is_empty());
    let head = "\"\"\"drop\"\"\"\n# migguard: ignore-file[dropped-live-table] -- squashed\nop.drop_table('a')\n";
    assert!(judged_text(head, "dropped-live-table", Level::Deny).is_empty());
}

#[test]
fn an_ignore_comment_that_does_not_count_is_reported() {
    let without = "op.drop_table('a')  # migguard: ignore[dropped-table]\n";
    assert_eq!(
        judged_text(without, "dropped-table", Level::Confirm),
        [
            "dropped-table confirm 1: no reason",
            "unused-ignore warn 1: `ignore[dropped-table]` gives no reason, so it does not count"
        ]
    );
    let others = "# migguard: ignore[dropped-live-table, nonsense] -- x\nop.drop_table('a')\n\
                  # migguard: ignore-file[dropped-table] -- x\n# migguard: igmore\n# migguard: intentional -- x\n";
    assert_eq!(
        judged_text(others, "dropped-table", Level::Confirm),
        [
            "dropped-table confirm 2: no reason",
            "unused-ignore warn 1: `dropped-live-table` finds nothing here to ignore",
            "unused-ignore warn 1: there is no check `nonsense`",
            "unused-ignore warn 3: `ignore-file` counts only at the head of a file",
            "unused-ignore warn 4: this comment says nothing that migguard understands",
        ]
    );
}

#[test]
fn only_what_the_change_brings_in_is_unused() {
    let old = "x = 1  # migguard: ignore[dropped-table] -- x\ny = 2\n";
    let both = |new: &str| judged(Vec::new(), &analysis(Some(&[("a.py", old)]), &[("a.py", new)]));
    let none: [String; 0] = [];
    assert_eq!(both(&format!("{old}z = 3\n")), none);
    // What stood there before is not found again: the comment may well be right.
    assert_eq!(both(&format!("{old}# migguard: ignore[dropped-table] -- y\ny = 2\n").replacen("y = 2\n", "", 1)), none);
    assert_eq!(
        both(&format!("{old}# migguard: ignore[dropped-table] -- y\nz = 3\n")),
        ["unused-ignore warn 3: `dropped-table` finds nothing here to ignore"]
    );
    let moved = analysis(Some(&[("a.py", old)]), &[("b.py", old)]);
    assert_eq!(judged(Vec::new(), &moved), none);
}

#[test]
fn levels_are_the_projects() {
    let mut analysis = analysis(Some(&[]), &[("a.py", "op.drop_table('a')\n# migguard: ignore[x] -- y\n")]);
    analysis.after.project.settings.levels =
        [("dropped-table".to_owned(), Level::Warn), ("unused-ignore".to_owned(), Level::Deny)].into();
    let drop = finding(&analysis, "dropped-table", Level::Confirm, "a.py", "op.drop");
    assert_eq!(
        judged(vec![drop.clone()], &analysis),
        ["dropped-table warn 1: no reason", "unused-ignore deny 2: there is no check `x`"]
    );
    analysis.after.project.settings.levels =
        [("dropped-table".to_owned(), Level::Ignore), ("unused-ignore".to_owned(), Level::Ignore)].into();
    assert!(judged(vec![drop], &analysis).is_empty());
}

#[test]
fn settings_accept_what_no_line_can_hold() {
    let settings = "[accepted]\n\"edited-migration:invite_codes\" = \"squashed\"\n\"dropped-table:b\" = \"old\"\n";
    let mut analysis = analysis(Some(&[]), &[("migguard.toml", settings)]);
    let entry = |check: &str, subject: &str, reason: &str, line| Accepted {
        check: check.into(),
        subject: subject.into(),
        reason: reason.into(),
        line,
    };
    analysis.after.project.settings.path = Some("migguard.toml".into());
    analysis.after.project.settings.accepted =
        vec![entry("edited-migration", "invite_codes", "squashed", 2), entry("dropped-table", "b", "old", 3)];
    let deleted = |level| finding(&analysis, "edited-migration", level, "gone.py", "");
    let unused = "unused-ignore warn 3: `dropped-table:b` is accepted, and nothing of that name is found";
    assert_eq!(
        judged(vec![deleted(Level::Confirm)], &analysis),
        ["edited-migration confirm 0: because squashed", unused]
    );
    assert_eq!(judged(vec![deleted(Level::Deny)], &analysis), [unused]);
    let found = judge_among(Vec::new(), &analysis, &CHECKS);
    let places: Vec<(u32, u32)> = found.iter().map(|f| (f.location.span.start, f.location.span.end)).collect();
    assert_eq!(places, [(11, 55), (56, 81)]);
}

#[test]
fn a_related_line_speaks_only_where_the_operation_stands_there() {
    let helper = "def drop_it():\n    # Intentional - gone\n    op.drop_table('a')\n";
    let mut analysis = analysis(Some(&[]), &[("v/a.py", "drop_it()\n"), ("v/helper.py", helper)]);
    let mut drop = finding(&analysis, "dropped-table", Level::Confirm, "v/a.py", "drop_it");
    let place = finding(&analysis, "dropped-table", Level::Confirm, "v/helper.py", "op.drop").location;
    drop.related.push(Related { location: place.clone(), message: "created here".into() });
    assert_eq!(judged(vec![drop.clone()], &analysis), ["dropped-table confirm 1: no reason"]);
    analysis.after.environments.push(environment(&drop.location, place));
    assert_eq!(judged(vec![drop], &analysis), ["dropped-table confirm 1: because gone"]);
}

/// An environment in which an operation at `through` is reached from `location`.
fn environment(location: &Location, through: Location) -> crate::check::EnvironmentState {
    use crate::migration::history::{Effect, EffectKind, History};
    use crate::migration::operation::{Certainty, MigrateOperation, Operation, TableName};
    use crate::migration::revision_map::RevisionMap;
    let effect = Effect {
        revision: "a".into(),
        path: location.path.clone(),
        operation: MigrateOperation {
            operation: Operation::DropTable { table: TableName::new("a"), cascade: false },
            location: location.clone(),
            through: vec![through],
            called_at: Vec::new(),
            certainty: Certainty::Always,
            guarded: false,
        },
        kind: EffectKind::DroppedTable { table: TableName::new("a") },
        cascade: false,
        origin: None,
        columns: Vec::new(),
        referred_by: Vec::new(),
        restored_by_downgrade: None,
        made_again_in: None,
    };
    crate::check::EnvironmentState {
        environment: crate::project::Environment {
            config: None,
            section: "alembic".into(),
            script_location: "v".into(),
            env: None,
            versions: Vec::new(),
            recursive_version_locations: false,
            options: std::collections::BTreeMap::new(),
            roots: crate::python::ImportRoots::default(),
        },
        scripts: Vec::new(),
        unparsable: Vec::new(),
        revisions: RevisionMap::default(),
        history: History { effects: vec![effect], ..History::default() },
        metadata: Arc::default(),
        models_by_table: crate::check::ModelsByTable::default(),
    }
}
