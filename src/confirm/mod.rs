//! Placeholder.
use crate::check::{Analysis, Finding};
use crate::git::Repository;

pub enum Answer {
    Confirmed,
    Refused(String),
    Interrupted,
}
pub fn judge(findings: Vec<Finding>, _: &Analysis) -> Vec<Finding> {
    findings
}
pub fn ask(_: &[Finding], _: &Analysis, _: &Repository, _: bool) -> Answer {
    todo!()
}
pub fn line_to_add(finding: &Finding, analysis: &Analysis) -> impl std::fmt::Display {
    let path = &finding.location.path;
    match analysis.after.sources.file(path) {
        Some(file) => {
            let (line, column) = file.source.position(finding.location.span.start);
            format!("{path}:{line}, above that line:\n{:1$}# migguard: intentional -- <why>", "", column - 1)
        }
        None => format!(
            "pyproject.toml, under [tool.migguard.accepted]:\n\"{}:{}\" = \"<why>\"",
            finding.check, finding.subject
        ),
    }
}
