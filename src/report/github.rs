//! Workflow commands, which GitHub shows as annotations on the lines of a pull request.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::{Places, blocks, help};
use crate::check::{Analysis, Finding};
use crate::plain::plain;
use crate::project::Level;

pub(super) fn render(findings: &[Finding], analysis: &Analysis) -> String {
    let places = Places::new(analysis);
    findings.iter().map(|finding| command(finding, analysis, &places)).collect()
}

fn command(finding: &Finding, analysis: &Analysis, places: &Places<'_>) -> String {
    let position = places.position(&finding.location);
    let kind = match finding.level {
        _ if blocks(finding) => "error",
        Level::Warn => "warning",
        _ => "notice",
    };
    let mut message = finding.message.clone();
    if let Some(reason) = &finding.acknowledged {
        message.push_str(&format!("\nreason: {reason}"));
    } else if let Some(help) = help(finding, analysis) {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!(
        "::{kind} file={},line={},endLine={},col={},title={}::{}\n",
        property(&finding.location.path),
        position.line,
        position.end_line,
        position.column,
        property(finding.check),
        data(&message)
    )
}

/// As `escapeData` of GitHub's own toolkit; a job's log is read in a terminal, too.
fn data(text: &str) -> String {
    text.split('\n').map(|line| plain(line).replace('%', "%25")).collect::<Vec<_>>().join("%0A")
}

/// As its `escapeProperty`.
fn property(text: &str) -> String {
    data(&plain(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{analysis, finding, incident};
    use super::*;

    #[test]
    fn each_finding_is_one_command() {
        let (analysis, findings) = incident();
        insta::assert_snapshot!(render(&findings, &analysis));
    }

    #[test]
    fn no_name_can_begin_a_command_of_its_own() {
        let analysis = analysis([("a,b:c.py", "x\n")]);
        let mut finding = finding(&analysis, "t", Level::Deny, "a,b:c.py", "x");
        finding.message = "100% of `a\r\n::stop-commands::x`".into();
        let text = render(&[finding], &analysis);
        assert_eq!(
            text,
            "::error file=a%2Cb%3Ac.py,line=1,endLine=1,col=1,title=dropped-table::100%25 of `a<U+000D>%0A::stop-commands::x`\n"
        );
    }
}
