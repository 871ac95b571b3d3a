//! How findings are said: to people, to programs, to code scanning and to GitHub's annotations.
//!
//! Nothing here judges, and nothing here writes: a report is text that the command line hands on.

mod github;
pub(crate) mod json;
mod order;
pub mod page;
mod places;
mod sarif;
mod style;
#[cfg(test)]
pub(crate) mod testing;
mod text;

pub use order::{Order, sort};
pub(crate) use places::Places;
pub use style::{Paint, Style};

use crate::check::{Analysis, Finding};
use crate::confirm;
use crate::project::Level;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: source excerpts and what to do next
    Text,
    /// For programs: one object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
}

/// What the findings stand in the way of, which decides how the summary is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Commit,
    Merge,
    /// A commit or merge that a person did not confirm, who has been told what to do next.
    Unconfirmed,
    /// What is committed already.
    History,
}

/// Whether a finding stops what is under way: it weighs enough and no reason stands for it.
pub fn blocks(finding: &Finding) -> bool {
    finding.level >= Level::Confirm && finding.acknowledged.is_none()
}

/// Whether there is anything that could have been checked.
pub fn has_environment(analysis: &Analysis) -> bool {
    let mut states = std::iter::once(&analysis.after).chain(&analysis.before);
    states.any(|state| !state.environments.is_empty())
}

/// The report of findings, in their order. Ends with a line end, or is empty.
pub fn render(format: Format, findings: &[Finding], analysis: &Analysis, subject: Subject, style: Style) -> String {
    match format {
        Format::Text => text::render(findings, analysis, subject, style),
        Format::Json => json::render(findings, analysis),
        Format::Sarif => sarif::render(findings, analysis),
        Format::Github => github::render(findings, analysis),
    }
}

/// The report of a change that there was nothing to look at in: a program is told so, a person is not bothered.
pub fn nothing(format: Format) -> String {
    match format {
        Format::Json => json::nothing(),
        Format::Sarif => sarif::nothing(),
        Format::Text | Format::Github => String::new(),
    }
}

/// What to do next about a finding: its own help, and the line that confirms it where that is what is missing.
fn help(finding: &Finding, analysis: &Analysis) -> Option<String> {
    let needs_reason = finding.level == Level::Confirm && blocks(finding);
    let line = needs_reason.then(|| format!("if it is meant, say why. {}", confirm::line_to_add(finding, analysis)));
    match (&finding.help, line) {
        (Some(help), Some(line)) => Some(format!("{help}\n{line}")),
        (help, line) => line.or_else(|| help.clone()),
    }
}
