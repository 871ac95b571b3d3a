//! One JSON object, for programs.

use serde::Serialize;

use super::{Places, help};
use crate::check::{Analysis, Finding};
use crate::plain::is_deceptive;
use crate::project::Level;

#[derive(Serialize)]
struct Report<'a> {
    version: &'static str,
    findings: Vec<Item<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Item<'a> {
    check: &'a str,
    level: Level,
    subject: &'a str,
    path: &'a str,
    line: usize,
    column: usize,
    revision: Option<&'a str>,
    message: &'a str,
    help: Option<String>,
    related: Vec<Related<'a>>,
    acknowledged: Option<Acknowledged<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    line: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct Acknowledged<'a> {
    reason: &'a str,
}

/// How many findings there are of each level, those with a reason among them.
#[derive(Serialize)]
struct Summary {
    deny: usize,
    confirm: usize,
    warn: usize,
}

pub(super) fn render(findings: &[Finding], analysis: &Analysis) -> String {
    let places = Places::new(analysis);
    report(findings, findings.iter().map(|finding| item(finding, analysis, &places)).collect())
}

/// The report of a change that there was nothing to look at in.
pub(super) fn nothing() -> String {
    report(&[], Vec::new())
}

fn report(findings: &[Finding], items: Vec<Item<'_>>) -> String {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    to_text(&Report {
        version: env!("CARGO_PKG_VERSION"),
        findings: items,
        summary: Summary { deny: count(Level::Deny), confirm: count(Level::Confirm), warn: count(Level::Warn) },
    })
}

/// A value as indented JSON. Nothing that is written so can fail: its keys are text and its numbers are whole.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    if !text.chars().any(must_be_escaped) {
        return text;
    }
    // JSON's own syntax holds none of these, so they stand in strings.
    let mut harmless = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if must_be_escaped(c) {
            let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
            harmless.push_str(&units);
        } else {
            harmless.push(c);
        }
    }
    harmless
}

/// What JSON allows in a string and a terminal would obey, or a reader not see.
fn must_be_escaped(c: char) -> bool {
    c != '\n' && is_deceptive(c)
}

fn item<'a>(finding: &'a Finding, analysis: &Analysis, places: &Places<'_>) -> Item<'a> {
    let position = places.position(&finding.location);
    Item {
        check: finding.check,
        level: finding.level,
        subject: &finding.subject,
        path: &finding.location.path,
        line: position.line,
        column: position.column,
        revision: finding.revision.as_deref(),
        message: &finding.message,
        help: help(finding, analysis),
        related: finding
            .related
            .iter()
            .map(|related| Related {
                path: &related.location.path,
                line: places.position(&related.location).line,
                message: &related.message,
            })
            .collect(),
        acknowledged: finding.acknowledged.as_deref().map(|reason| Acknowledged { reason }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::incident;
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_reads_back_the_same() {
        let name = "a\u{9b}\u{202e}\u{7f}\u{10ff9b}\u{1b}\n é";
        let text = to_text(&name);
        assert_eq!(text, "\"a\\u009b\\u202e\\u007f\\udbff\\udf9b\\u001b\\n é\"\n");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), name);
    }

    #[test]
    fn the_object_has_the_keys_of_the_reference_in_their_order() {
        let (analysis, findings) = incident();
        insta::with_settings!({filters => vec![(env!("CARGO_PKG_VERSION"), "[version]")]}, {
            insta::assert_snapshot!(render(&findings, &analysis));
        });
    }

    #[test]
    fn nothing_found_is_an_object_too() {
        let (analysis, _) = incident();
        let report: serde_json::Value = serde_json::from_str(&render(&[], &analysis)).unwrap();
        assert_eq!(render(&[], &analysis), nothing());
        assert_eq!(report["findings"], serde_json::json!([]));
        assert_eq!(report["summary"], serde_json::json!({"deny": 0, "confirm": 0, "warn": 0}));
    }
}
