//! SARIF 2.1.0, the exchange format of static analysis that code scanning reads.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>

use serde_json::{Value, json};

use super::json::to_text;
use super::places::Position;
use super::{Places, help};
use crate::check::{Analysis, CHECKS, Check, Finding};
use crate::git::encode_path;
use crate::migration::operation::Location;
use crate::project::Level;

pub(super) fn render(findings: &[Finding], analysis: &Analysis) -> String {
    let places = Places::new(analysis);
    log(&findings.iter().map(|finding| result(finding, analysis, &places)).collect::<Vec<_>>())
}

/// The log of a change that there was nothing to look at in.
pub(super) fn nothing() -> String {
    log(&[])
}

fn log(results: &[Value]) -> String {
    to_text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "migguard",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": CHECKS.iter().map(|check| rule(check)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(check: &Check) -> Value {
    json!({
        "id": check.name,
        "shortDescription": {"text": check.summary()},
        "helpUri": format!("{}/blob/main/docs/checks.md#{}", env!("CARGO_PKG_REPOSITORY"), check.name),
        "help": {"text": check.page(), "markdown": check.page()},
        "defaultConfiguration": {"level": level(check.level)},
    })
}

fn result(finding: &Finding, analysis: &Analysis, places: &Places<'_>) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = help(finding, analysis) {
        message.push_str(&format!("\n{help}"));
    }
    let mut result = json!({
        "ruleId": finding.check,
        "level": level(finding.level),
        "message": {"text": message},
        "locations": [location(&finding.location, places)],
        // What stays the same when lines move.
        "partialFingerprints": {
            "object/v1": format!("{}:{}:{}", finding.check, finding.revision.as_deref().unwrap_or(""), finding.subject),
        },
    });
    if let Some(index) = CHECKS.iter().position(|check| check.name == finding.check) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(id, related)| {
            let mut place = location(&related.location, places);
            place["id"] = json!(id);
            place["message"] = json!({"text": related.message});
            place
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(reason) = &finding.acknowledged {
        let kind = if is_accepted(finding, reason, analysis) { "external" } else { "inSource" };
        result["suppressions"] = json!([{"kind": kind, "justification": reason}]);
    }
    result
}

/// Whether the reason stands in the settings, and in no comment.
fn is_accepted(finding: &Finding, reason: &str, analysis: &Analysis) -> bool {
    let accepted = &analysis.after.project.settings.accepted;
    accepted
        .iter()
        .any(|entry| (&*entry.check, &*entry.subject, &*entry.reason) == (finding.check, &*finding.subject, reason))
}

/// What stops a commit is an error.
fn level(level: Level) -> &'static str {
    match level {
        Level::Deny | Level::Confirm => "error",
        Level::Warn => "warning",
        Level::Ignore => "none",
    }
}

fn location(location: &Location, places: &Places<'_>) -> Value {
    let Position { line, column, end_line, end_column } = places.position(location);
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(&location.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
    }})
}

/// A path as a relative URI reference (RFC 3986): all but its unreserved characters and slashes as bytes.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in encode_path(path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::testing::incident;
    use super::*;

    #[test]
    fn results_carry_places_and_reasons() {
        let (analysis, findings) = incident();
        let log: Value = serde_json::from_str(&render(&findings, &analysis)).unwrap();
        let mut results = log["runs"][0]["results"].clone();
        for result in results.as_array_mut().unwrap() {
            // It moves with the list of checks.
            result.as_object_mut().unwrap().remove("ruleIndex");
        }
        insta::assert_snapshot!(to_text(&results));
    }

    #[test]
    fn every_check_is_a_rule_with_its_page() {
        let (analysis, _) = incident();
        assert_eq!(render(&[], &analysis), nothing());
        let log: Value = serde_json::from_str(&nothing()).unwrap();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), CHECKS.len());
        for (rule, check) in rules.iter().zip(CHECKS) {
            assert_eq!(rule["id"], check.name);
            assert_eq!(rule["help"]["markdown"], check.page());
            assert_ne!(rule["shortDescription"]["text"], "");
        }
    }

    #[test]
    fn any_path_becomes_a_uri() {
        assert_eq!(uri("a b/é%#.py"), "a%20b/%C3%A9%25%23.py");
        assert_eq!(uri(&crate::git::decode_path(b"\xff.py")), "%FF.py");
    }
}
