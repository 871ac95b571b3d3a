//! For people: what is wrong, where it stands in the source, and what to do next.

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Element, Group, Level as Title, Origin, Snippet};

use super::places::Excerpt;
use super::{Places, Style, Subject, blocks, help};
use crate::check::{Analysis, Finding};
use crate::migration::operation::Location;
use crate::plain::plain;
use crate::project::Level;

pub(super) fn render(findings: &[Finding], analysis: &Analysis, subject: Subject, style: Style) -> String {
    if findings.is_empty() && subject == Subject::History {
        return clean(analysis);
    }
    let places = Places::new(analysis);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width);
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.acknowledged.is_none()) {
        text.push_str(&renderer.render(&[group(finding, help_for(finding, analysis, subject), &places)]));
        text.push_str("\n\n");
    }
    for finding in findings {
        if let Some(reason) = &finding.acknowledged {
            text.push_str(&settled(finding, reason, &places));
        }
    }
    if let Some(summary) = summary(findings, subject) {
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.push_str(&summary);
    } else if text.ends_with("\n\n") {
        text.pop();
    }
    text
}

/// Whoever asks for a whole history wants to know that it was looked at.
fn clean(analysis: &Analysis) -> String {
    let environments = &analysis.after.environments;
    let revisions = environments.iter().map(|environment| environment.scripts.len()).sum();
    let models = environments.iter().map(|environment| environment.metadata.models.len()).sum();
    format!("Nothing found in {} and {}.\n", count(revisions, "revision"), count(models, "model"))
}

fn help_for(finding: &Finding, analysis: &Analysis, subject: Subject) -> Option<String> {
    if subject == Subject::Unconfirmed { finding.help.clone() } else { help(finding, analysis) }
}

fn group<'a>(finding: &Finding, help: Option<String>, places: &Places<'_>) -> Group<'a> {
    let title = match finding.level {
        Level::Deny => Title::ERROR.with_name("deny"),
        Level::Confirm => Title::ERROR.with_name("confirm"),
        Level::Warn | Level::Ignore => Title::WARNING.with_name("warn"),
    };
    let mut group = Group::with_title(title.primary_title(plain(&finding.message).into_owned()).id(finding.check));
    for element in place(&finding.location, None, places) {
        group = group.element(element);
    }
    for related in &finding.related {
        for element in place(&related.location, Some(&related.message), places) {
            group = group.element(element);
        }
    }
    if let Some(help) = help {
        let lines: Vec<_> = help.lines().map(plain).collect();
        group = group.element(Title::HELP.message(lines.join("\n")));
    }
    group
}

/// `--> path:line:column` and the line itself.
fn place<'a>(location: &Location, message: Option<&str>, places: &Places<'_>) -> Vec<Element<'a>> {
    let position = places.position(location);
    let path = plain(&location.path).into_owned();
    let message = message.map(|message| plain(message).into_owned());
    let Some(Excerpt { text, range }) = places.excerpt(location, position) else {
        // Nothing to point at: what is to be said of the place is said of its path.
        let origin = Origin::path(path).line(position.line).char_column(position.column);
        let note = message.map(|message| Title::NOTE.message(message).into());
        return std::iter::once(origin.into()).chain(note).collect();
    };
    let annotation = match message {
        None => AnnotationKind::Primary.span(range),
        Some(message) => AnnotationKind::Context.span(range).label(message),
    };
    vec![Snippet::source(text).line_start(position.line).path(path).annotation(annotation).into()]
}

/// A finding that somebody has given a reason for is said in one line.
fn settled(finding: &Finding, reason: &str, places: &Places<'_>) -> String {
    format!(
        "settled[{}]: {} ({}:{}): {}\n",
        finding.check,
        plain(&finding.message),
        plain(&finding.location.path),
        places.position(&finding.location).line,
        plain(reason)
    )
}

/// What stands in the way, and the way on. `None` where there is no finding.
fn summary(findings: &[Finding], subject: Subject) -> Option<String> {
    let open = |level| findings.iter().filter(|f| f.level == level && f.acknowledged.is_none()).count();
    let (deny, confirm, warn) = (open(Level::Deny), open(Level::Confirm), open(Level::Warn));
    let warnings = (warn > 0).then(|| count(warn, "warning"));
    if subject == Subject::Unconfirmed {
        return None;
    }
    if !findings.iter().any(blocks) {
        return warnings.map(|warnings| format!("{warnings}.\n"));
    }
    let problems = count(deny + confirm, "problem");
    let verb = if deny + confirm == 1 { "stops" } else { "stop" };
    let levels: Vec<_> = [(deny, "deny"), (confirm, "confirm")]
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, level)| format!("{number} {level}"))
        .collect();
    let stopped = match subject {
        Subject::Commit | Subject::Unconfirmed => format!("{verb} this commit"),
        Subject::Merge => format!("{verb} this merge"),
        Subject::History => "found".to_owned(),
    };
    let mut text = format!("{problems} {stopped} ({}).", levels.join(", "));
    if let Some(warnings) = warnings {
        text.push_str(&format!(" {warnings}."));
    }
    text.push('\n');
    if deny > 0 {
        text.push_str("  deny: an accident, to be put right. If you know better: `# migguard: ignore[<check>] -- <why>`, on its line or above.\n");
    }
    if confirm > 0 {
        text.push_str(
            "  confirm: destructive, and allowed where its reason stands in the file, in the line shown with it.\n",
        );
    }
    text.push_str(match subject {
        Subject::Commit | Subject::Unconfirmed => {
            "  Then `git add` the file and commit again. `migguard explain <check>` says more.\n"
        }
        Subject::Merge => {
            "  The merge stays open: `git add` the file and `git commit`, or give it up with `git merge --abort`.\n"
        }
        Subject::History => "  `migguard explain <check>` says more.\n",
    });
    Some(text)
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{analysis, finding, incident};
    use super::*;
    use crate::python::syntax::Span;

    const STYLE: Style = Style { color: false, width: 100 };

    #[test]
    fn the_incident_is_told_with_its_cause() {
        let (analysis, findings) = incident();
        insta::assert_snapshot!(render(&findings, &analysis, Subject::Commit, STYLE));
    }

    #[test]
    fn warnings_stop_nothing_and_a_reason_is_one_line() {
        let (analysis, mut findings) = incident();
        findings.remove(0);
        findings[0].acknowledged = Some("removed for\u{1b}[2J public launch".into());
        insta::assert_snapshot!(render(&findings, &analysis, Subject::Commit, STYLE));
        findings.pop();
        insta::assert_snapshot!(render(&findings, &analysis, Subject::Commit, STYLE));
    }

    #[test]
    fn a_merge_that_is_refused_stays_open() {
        let (analysis, findings) = incident();
        let text = render(&findings[..1], &analysis, Subject::Merge, STYLE);
        assert!(text.contains("1 problem stops this merge (1 deny).\n"), "{text}");
        assert!(text.contains("The merge stays open") && text.contains("git merge --abort"), "{text}");
    }

    #[test]
    fn whoever_was_asked_is_not_told_twice_what_to_add() {
        let (analysis, findings) = incident();
        let text = render(&findings[1..2], &analysis, Subject::Unconfirmed, STYLE);
        assert!(text.contains("op.drop_table('invite_codes')"), "{text}");
        assert!(!text.contains("migguard: intentional") && !text.contains("stops this"), "{text}");
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        let (analysis, _) = incident();
        assert_eq!(render(&[], &analysis, Subject::Commit, STYLE), "");
        assert_eq!(render(&[], &analysis, Subject::History, STYLE), "Nothing found in 0 revisions and 0 models.\n");
    }

    #[test]
    fn files_without_text_and_files_that_are_gone_are_shown_as_far_as_they_go() {
        let mut changed = analysis([("pyproject.toml", "[tool.migguard.accepted]\n\"a:b\" = \"c\"\n")]);
        changed.before.push(analysis([("versions/old.py", "revision = '1'\n")]).after);
        let mut gone = finding(&changed, "1", Level::Confirm, "versions/old.py", "revision = '1'");
        gone.message = "migration `1` is deleted".into();
        let setting = finding(&changed, "a:b", Level::Warn, "pyproject.toml", "\"a:b\"");
        let mut link = setting.clone();
        link.location = Location { path: "versions/link\u{202e}.py".into(), span: Span { start: 0, end: 0 } };
        link.message = "the link leads outside".into();
        insta::assert_snapshot!(render(&[gone, setting, link], &changed, Subject::Commit, STYLE));
    }

    #[test]
    fn no_text_of_a_repository_reaches_the_terminal_as_it_is() {
        let hostile = "x\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J\r";
        let path = format!("{hostile}.py");
        let analysis = analysis([(&*path, &*format!("drop('{hostile}')\n"))]);
        let mut finding = finding(&analysis, hostile, Level::Deny, &path, "drop('");
        finding.message = hostile.into();
        finding.help = Some(hostile.into());
        finding.related =
            vec![crate::check::Related { location: finding.location.clone(), message: hostile.to_owned() }];
        let mut settled = finding.clone();
        settled.acknowledged = Some(hostile.into());
        let text = render(&[finding, settled], &analysis, Subject::Commit, STYLE);
        let raw: Vec<char> = text.chars().filter(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}').collect();
        assert!(raw.is_empty(), "{raw:?} in {text}");
    }

    #[test]
    fn colour_only_where_it_is_wanted() {
        let (analysis, findings) = incident();
        let colored = render(&findings, &analysis, Subject::Commit, Style { color: true, ..STYLE });
        assert!(colored.contains("\u{1b}["));
    }
}
