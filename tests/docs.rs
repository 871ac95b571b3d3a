//! What in `docs/` is made from the program is current. `UPDATE_DOCS=1 cargo test --test docs` makes it anew.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use migguard::check::CHECKS;
use migguard::project::Settings;
use serde_json::{Value, json};

const MANUAL: &str = "docs/wheel/data/share/man/man1";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn assert_current(name: &str, wanted: &str) {
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path(name).parent().unwrap()).unwrap();
        fs::write(path(name), wanted).unwrap();
    }
    let found = fs::read_to_string(path(name)).unwrap_or_default();
    assert!(found == wanted, "{name} is not current: run `UPDATE_DOCS=1 cargo test --test docs`");
}

#[test]
fn the_reference_is_made_from_the_pages() {
    let mut text =
        "# Checks\n\nMade from the pages that `migguard explain` shows. How levels are set, and how a finding is \
                    accepted: [settings.md](settings.md).\n\n| check | level | finds |\n|---|---|---|\n"
            .to_owned();
    for check in CHECKS {
        let summary = check.summary();
        let first = summary.split(". ").next().unwrap().trim_start_matches("Finds ").trim_end_matches('.');
        writeln!(text, "| [`{0}`](#{0}) | {1} | {first} |", check.name, check.level).unwrap();
    }
    for check in CHECKS {
        writeln!(text, "\n## {}\n\nLevel: {}", check.name, check.level).unwrap();
        let mut in_code = false;
        for line in check.page().lines() {
            in_code ^= line.starts_with("```");
            match line.strip_prefix("## ").filter(|_| !in_code) {
                Some(heading) => writeln!(text, "\n### {heading}\n").unwrap(),
                None => writeln!(text, "{line}").unwrap(),
            }
        }
    }
    assert_current("docs/checks.md", &tidy(&text));
}

/// One empty line at most, but in code.
fn tidy(text: &str) -> String {
    let (mut tidy, mut in_code) = (String::new(), false);
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        if in_code || !line.is_empty() || !tidy.ends_with("\n\n") {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy
}

/// The settings as editors understand them.
fn settings_schema() -> Value {
    let level = json!({"enum": ["ignore", "warn", "confirm", "deny"]});
    let levels: serde_json::Map<_, _> = CHECKS
        .iter()
        .map(|check| {
            let mut schema = level.clone();
            schema["description"] = check.summary().into();
            schema["default"] = check.level.to_string().into();
            (check.name.to_owned(), schema)
        })
        .collect();
    let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    let texts = |description: &str| json!({"description": description, "type": "array", "items": {"type": "string"}});
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "migguard's settings: migguard.toml, or [tool.migguard] of pyproject.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "levels": {
                "description": "What a check weighs: deny stops the commit, confirm stops it until it is confirmed, warn is printed, ignore turns it off.",
                "type": "object",
                "additionalProperties": false,
                "properties": levels,
            },
            "environments": texts("Alembic's configuration files, or folders with an env.py, that are looked at instead of what is found."),
            "models": texts("Folders whose mapped classes must be registered, instead of what the imports suggest."),
            "foreign-tables": texts("Patterns of tables that belong to another program, as in \"spatial_*\" or \"audit.*\"."),
            "released": {
                "description": "The branch whose migrations count as released; else every remote branch.",
                "type": "string",
                "examples": ["origin/main"],
            },
            "accepted": {
                "description": "What was accepted where no line can hold a comment: \"check:subject\" to the reason.",
                "type": "object",
                "patternProperties": {
                    format!("^\\s*({})\\s*:.*\\S", names.join("|")): {"type": "string", "pattern": "\\S"},
                },
                "additionalProperties": false,
            },
        },
    })
}

#[test]
fn editors_know_every_setting() {
    let schema = settings_schema();
    let known: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(known, BTreeSet::from(Settings::KEYS));
    assert_current("docs/settings.schema.json", &format!("{schema:#}\n"));

    let schema = jsonschema::validator_for(&schema).unwrap();
    assert!(schema.is_valid(&json!({"accepted": {"multiple-heads:b3": "merged tomorrow"}, "released": "origin/main"})));
    for wrong in [
        json!({"level": {}}),
        json!({"levels": {"dropped-tables": "warn"}}),
        json!({"levels": {"dropped-table": "off"}}),
        json!({"accepted": {"multiple-heads": "why"}}),
        json!({"accepted": {"multiple-heads:b3": " "}}),
        json!({"models": "app"}),
    ] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

/// The fenced blocks of a page in one language.
fn blocks(name: &str, language: &str) -> Vec<String> {
    let page = fs::read_to_string(path(name)).unwrap();
    let mut parts = page.split("```");
    parts.next();
    let blocks = parts.step_by(2).filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'));
    blocks.map(str::to_owned).collect()
}

#[test]
fn the_settings_of_the_manual_are_settings() {
    let schema = jsonschema::validator_for(&settings_schema()).unwrap();
    let page = fs::read_to_string(path("docs/settings.md")).unwrap();
    for key in Settings::KEYS {
        assert!(page.contains(&format!("\n## `{key}`\n")), "{key} has no section");
    }
    let examples = blocks("docs/settings.md", "toml");
    assert!(examples.len() >= Settings::KEYS.len());
    for example in examples {
        let example: Value = serde_json::to_value(toml::from_str::<toml::Value>(&example).unwrap()).unwrap();
        let settings = example.pointer("/tool/migguard").unwrap_or(&example);
        let errors: Vec<_> = schema.iter_errors(settings).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {example}");
    }
}

#[test]
fn the_manual_is_made_from_the_command_line() {
    let mut command = migguard::cli::command().disable_help_subcommand(true);
    command.build();
    page("migguard", command.clone());
    for sub in command.get_subcommands() {
        let name: &'static str = format!("migguard-{}", sub.get_name()).leak();
        page(name, sub.clone().name(name));
    }
}

fn page(name: &str, command: clap::Command) {
    let man =
        clap_mangen::Man::new(command).section("1").date("").source(concat!("migguard ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render(&mut text).unwrap();
    assert_current(&format!("{MANUAL}/{name}.1"), &String::from_utf8(text).unwrap());
}
