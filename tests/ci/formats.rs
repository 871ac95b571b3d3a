//! What programs read is what the schemas say.

use std::fs;
use std::path::Path;

use migguard::check::CHECKS;
use serde_json::{Value, json};

use migguard::cli::demo::fixture;

use crate::world::{World, revision};

/// A schema of this repository. `tests/ci/sarif-schema-2.1.0.json` is the official one of the OASIS SARIF committee
/// (oasis-tcs/sarif-spec, `Schemata/sarif-schema-2.1.0.json`), unchanged.
fn validator(path: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    // One pattern of SARIF's has a bracket that only lax JavaScript takes, in a property that is not written here.
    let text = text.replace("{2}]?$", r"{2}\\]?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, value: &Value) {
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}\n{value:#}", errors.join("\n"));
}

/// A project with an accident, an intended drop with its reason, one accepted in the settings, and a warning.
fn everything() -> World {
    let world = World::with_accident();
    world.commit_revisions(&fixture::REVISIONS[1..3]);
    let (path, content) = revision("584f6de0598c").migration;
    let more = content.replacen(
        "def upgrade() -> None:\n",
        "def upgrade() -> None:\n    op.drop_column('receipts', 'old')\n    op.drop_index('ix_old', table_name='receipts')\n",
        1,
    );
    assert_ne!(more, content);
    world.write(&[(path, &more)]);
    world.write(&[("migguard.toml", "[accepted]\n\"dropped-column:receipts.old\" = \"it was never filled\"\n")]);
    world.commit("accepted");
    world
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = validator("docs/schema.json");
    let world = everything();
    for arguments in [&["check", "--all"][..], &["check", "--since", "main"], &["run"]] {
        let answer = world.migguard(&[arguments, &["--format", "json"]].concat());
        assert_valid(&schema, &answer.json());
    }
    let report = world.migguard(&["check", "--since", "main", "--format", "json"]).json();
    let reasons: Vec<_> = (report["findings"].as_array().unwrap().iter())
        .filter_map(|finding| finding["acknowledged"]["reason"].as_str())
        .collect();
    assert_eq!(reasons, ["it was never filled", "invite_codes feature removed for public launch"]);
    // The schema says no less than the report has.
    let mut worse = report.clone();
    worse["findings"][0]["colour"] = json!("red");
    assert!(!schema.is_valid(&worse));
    let mut worse = report;
    worse["findings"][0].as_object_mut().unwrap().remove("subject");
    assert!(!schema.is_valid(&worse));
}

#[test]
fn status_is_what_its_schema_says() {
    let schema = validator("docs/status.schema.json");
    let world = everything();
    for prepare in [&[][..], &["install"], &["-C", "backend", "uninstall"]] {
        if !prepare.is_empty() {
            assert_eq!(world.migguard(prepare).status, Some(0));
        }
        let answer = world.migguard(&["status", "--format", "json"]);
        assert_eq!(answer.status, Some(0), "{answer:?}");
        assert_valid(&schema, &answer.json());
    }
    let status = world.migguard(&["status", "--format", "json"]).json();
    assert_eq!(status["settings"]["path"], "migguard.toml");
    assert_eq!(status["settings"]["accepted"], json!({"dropped-column:receipts.old": "it was never filled"}));
    assert_eq!(status["environments"][0]["config"], "backend/alembic.ini");
}

#[test]
fn sarif_is_what_the_official_schema_says() {
    let schema = validator("tests/ci/sarif-schema-2.1.0.json");
    let world = everything();
    for arguments in [&["check", "--all"][..], &["check", "--since", "main"], &["run"]] {
        let answer = world.migguard(&[arguments, &["--format", "sarif"]].concat());
        assert_valid(&schema, &answer.json());
    }
    let answer = world.migguard(&["check", "--since", "main", "--format", "sarif"]);
    assert_eq!(answer.status, Some(1));
    let run = &answer.json()["runs"][0];
    let results = run["results"].as_array().unwrap();
    let result = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
    // Where a reason is written decides who has to be asked to take it back.
    assert_eq!(
        result("dropped-table")["suppressions"],
        json!([{"kind": "inSource", "justification": "invite_codes feature removed for public launch"}])
    );
    assert_eq!(
        result("dropped-column")["suppressions"],
        json!([{"kind": "external", "justification": "it was never filled"}])
    );
    assert_eq!(result("dropped-live-table")["suppressions"], Value::Null);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
    }
    for (rule, check) in rules.iter().zip(CHECKS) {
        assert_eq!(rule["helpUri"].as_str().unwrap().rsplit_once('#').unwrap().1, check.name);
    }
}

#[test]
fn github_annotates_the_line_of_each_finding() {
    let world = everything();
    let answer = world.migguard(&["check", "--since", "main", "--format", "github"]);
    assert_eq!(answer.status, Some(1));
    let commands: Vec<&str> = answer.stdout.lines().collect();
    let of = |title: &str| *commands.iter().find(|line| line.contains(&format!("title={title}:"))).unwrap();
    let accident = of("dropped-live-table");
    let (path, content) = revision("29672f48c359").accident.unwrap();
    let line = content.lines().position(|line| line.contains("op.drop_table('journey_templates')")).unwrap() + 1;
    let place = format!("::error file={path},line={line},endLine={line},col=5,title=dropped-live-table::");
    assert!(accident.starts_with(&place), "{accident}");
    assert!(of("dropped-table").starts_with("::notice "), "{answer:?}");
    assert!(of("dropped-index").starts_with("::error "), "{answer:?}");
    // Line ends inside of a message are escaped: each line is a command.
    assert!(commands.iter().all(|line| line.starts_with("::")), "{answer:?}");
}

#[test]
fn text_shows_the_place_and_the_way_out() {
    let world = World::with_accident();
    let answer = world.migguard(&["check", "--since", "main"]);
    assert_eq!((answer.status, &*answer.stderr), (Some(1), ""), "{answer:?}");
    for part in ["dropped-live-table", "29672f48c359_add_subscriptions.py", "op.drop_table('journey_templates')"] {
        assert!(answer.stdout.contains(part), "{part} is not in {answer:?}");
    }
}
