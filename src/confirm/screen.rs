//! What a person sees before a question. Pure: findings and a width to lines.

use console::Style;

use super::question::Question;
use super::text::{width, wrap};
use crate::check::{Finding, Loss};
use crate::plain::plain;

/// How a part of a line is drawn where there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
}

/// A line of the screen: its parts, side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line(pub Vec<(Tone, String)>);

impl Line {
    /// The line as it is written to a terminal.
    pub(super) fn paint(&self, color: bool) -> String {
        let part = |(tone, text): &(Tone, String)| {
            let style = Style::new().force_styling(color);
            let style = match tone {
                Tone::Plain => return text.clone(),
                Tone::Strong => style.bold(),
                Tone::Faint => style.dim(),
                Tone::Good => style.green(),
                Tone::Bad => style.red(),
            };
            style.apply_to(text).to_string()
        };
        self.0.iter().map(part).collect()
    }
}

/// The column in which values stand.
const VALUES: usize = 15;

/// Everything that is shown before a question: what would be lost, then the checklist. `places` are those of the
/// findings, as `path:line`.
pub(super) fn screen(question: &Question, places: &[String], number: usize, total: usize, columns: usize) -> Vec<Line> {
    let mut page = Page { columns, lines: Vec::new() };
    let drops = question.findings.iter().any(|finding| is_drop(finding));
    let title = match question.table {
        Some(_) if drops => format!("Table {} and its rows would be lost", question.answer),
        Some(_) => format!("The rows of table {} would be lost", question.answer),
        None if question.findings.len() > 1 => {
            format!("{}, {} things to confirm", question.answer, question.findings.len())
        }
        None if drops => format!("{} would be lost", question.answer),
        None => format!("{} is to be confirmed", question.answer),
    };
    let title = if total > 1 { format!("{number} of {total}: {title}") } else { title };
    page.text("", &title, Tone::Strong);
    for (finding, place) in question.findings.iter().zip(places) {
        page.blank();
        page.finding(finding, place, question.table.is_some() && drops && question.findings.len() == 1);
    }
    page.blank();
    page.checklist(question);
    page.lines
}

/// Whether a finding is about an object that goes, and not about what is in it.
fn is_drop(finding: &Finding) -> bool {
    finding.check.starts_with("dropped-")
}

/// Asks for the answer, in words that leave nothing to guess.
pub(super) fn instruction(question: &Question, columns: usize) -> Vec<Line> {
    let mut page = Page { columns, lines: Vec::new() };
    page.blank();
    page.text("", &format!("Type {} to confirm. Anything else stops the commit.", question.answer), Tone::Plain);
    page.lines
}

/// Asks why.
pub(super) fn why(columns: usize) -> Vec<Line> {
    let mut page = Page { columns, lines: Vec::new() };
    page.blank();
    page.text("", "Why is it meant? The reason is written above the statement.", Tone::Plain);
    page.lines
}

/// A comment that was written, and where.
pub(super) fn written(place: &str, comment: &str, columns: usize) -> Vec<Line> {
    let mut page = Page { columns, lines: Vec::new() };
    page.blank();
    page.marked((Tone::Good, "✓ "), "The reason is written and staged:", Tone::Plain);
    page.text("  ", place, Tone::Faint);
    page.text("    ", comment, Tone::Plain);
    page.lines
}

struct Page {
    columns: usize,
    lines: Vec<Line>,
}

impl Page {
    fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A text behind a mark; the lines that follow its first begin below the text.
    fn marked(&mut self, mark: (Tone, &str), text: &str, tone: Tone) {
        let indent = width(mark.1);
        for (at, line) in wrap(text, self.columns.saturating_sub(indent)).into_iter().enumerate() {
            let before = if at == 0 { (mark.0, mark.1.to_owned()) } else { (Tone::Plain, " ".repeat(indent)) };
            self.lines.push(Line(vec![before, (tone, line)]));
        }
    }

    fn text(&mut self, indent: &str, text: &str, tone: Tone) {
        self.marked((Tone::Plain, indent), text, tone);
    }

    fn value(&mut self, label: &str, value: &str) {
        self.marked((Tone::Faint, &format!("  {label:<0$}", VALUES - 2)), value, Tone::Plain);
    }

    fn finding(&mut self, finding: &Finding, place: &str, is_said_by_title: bool) {
        if !is_said_by_title {
            self.text("  ", &plain(&finding.message), Tone::Plain);
        }
        self.text("  ", &plain(place), Tone::Faint);
        if let Some(loss) = &finding.loss {
            self.loss(loss);
        }
        if let Some(reason) = &finding.acknowledged {
            self.value("reason", &plain(reason));
        }
    }

    fn loss(&mut self, loss: &Loss) {
        let names = |names: &[String]| plain(&names.join(", ")).into_owned();
        if !loss.columns.is_empty() {
            self.value("columns", &names(&loss.columns));
        }
        match &loss.created_in {
            Some(revision) => self.value("created in", &plain(revision)),
            None if loss.is_table => self.value("created in", "no revision of the chain"),
            None => {}
        }
        if let Some(revision) = &loss.made_again_in {
            self.value("made again", &format!("empty, in {}", plain(revision)));
        }
        if !loss.referred_by.is_empty() {
            self.value("referred by", &names(&loss.referred_by));
        } else if loss.is_table {
            self.value("referred by", "no table of the chain");
        }
    }

    /// The team's checklist: marked where it can be known, a reminder where it cannot.
    fn checklist(&mut self, question: &Question) {
        let dropped = question.findings.iter().filter(|finding| is_drop(finding));
        let losses: Vec<&Loss> = dropped.filter_map(|finding| finding.loss.as_ref()).collect();
        if !losses.is_empty() {
            let mut gone: Vec<String> = losses
                .iter()
                .filter_map(|loss| loss.model_removed.as_deref())
                .map(|class| plain(class).into_owned())
                .collect();
            gone.dedup();
            let mut unmapped = losses.iter().filter_map(|loss| loss.unmapped).peekable();
            if !gone.is_empty() {
                self.known(true, &format!("model removed: {} goes in this commit", gone.join(", ")));
            } else if unmapped.peek().is_some() && unmapped.all(|unmapped| unmapped) {
                self.known(true, "model removed: none maps it");
            } else if losses.iter().any(|loss| loss.unmapped.is_some()) {
                self.reminder("model removed? Not all models are known");
            }
            if losses.iter().all(|loss| loss.restored_by_downgrade == Some(true)) {
                self.known(true, "downgrade() makes it again, empty");
            } else if losses.iter().any(|loss| loss.restored_by_downgrade == Some(false)) {
                self.known(false, "downgrade() does not bring it back");
            } else {
                self.reminder("downgrade() may not bring it back");
            }
        }
        let is_reasoned = question.findings.iter().all(|finding| finding.acknowledged.is_some());
        self.known(is_reasoned, if is_reasoned { "reason given" } else { "reason given: not yet" });
        self.reminder("migration reviewed? Read it first");
        if question.findings.iter().any(|finding| finding.loss.is_some()) {
            self.reminder("production backup taken? Check it");
        }
    }

    fn known(&mut self, is_so: bool, text: &str) {
        self.marked(if is_so { (Tone::Good, "  ✓ ") } else { (Tone::Bad, "  ✗ ") }, text, Tone::Plain);
    }

    fn reminder(&mut self, text: &str) {
        self.marked((Tone::Faint, "  • "), text, Tone::Plain);
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::questions;
    use super::*;
    use crate::migration::operation::Location;
    use crate::project::Level;

    fn finding(check: &'static str, message: &str, loss: Loss, reason: Option<&str>) -> Finding {
        Finding {
            check,
            level: Level::Confirm,
            subject: loss.object.clone(),
            location: Location { path: "m.py".into(), span: crate::python::syntax::Span::default() },
            revision: Some("d17f77c24fbb".into()),
            message: message.into(),
            help: None,
            related: Vec::new(),
            loss: Some(loss),
            acknowledged: reason.map(str::to_owned),
        }
    }

    fn drawn(findings: &[Finding], columns: usize) -> String {
        let findings: Vec<&Finding> = findings.iter().collect();
        let questions = questions(&findings);
        let mut text = String::new();
        for (at, question) in questions.iter().enumerate() {
            let place = "backend/alembic/versions/d17f77c24fbb_drop_invite_codes_table.py:21".to_owned();
            let places = vec![place; question.findings.len()];
            let lines = screen(question, &places, at + 1, questions.len(), columns);
            for line in lines.iter().chain(&instruction(question, columns)) {
                let line = line.paint(false);
                assert!(width(&line) <= columns, "{line}");
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }

    fn table() -> Finding {
        let loss = Loss {
            object: "invite_codes".into(),
            is_table: true,
            columns: ["id", "code", "created_by", "max_uses", "used_count", "expires_at", "is_active", "created_at"]
                .map(str::to_owned)
                .into(),
            created_in: Some("644e419d84b5".into()),
            referred_by: Vec::new(),
            restored_by_downgrade: Some(true),
            model_removed: Some("InviteCode".into()),
            unmapped: Some(true),
            made_again_in: None,
        };
        let reason = Some("invite_codes feature removed for public launch");
        finding("dropped-table", "upgrade() drops table `invite_codes`", loss, reason)
    }

    fn table_with_references() -> Finding {
        let mut finding = table();
        finding.acknowledged = None;
        if let Some(loss) = &mut finding.loss {
            loss.referred_by = vec!["users".into(), "mileage_claims".into()];
            loss.restored_by_downgrade = Some(false);
            loss.model_removed = None;
        }
        finding
    }

    fn columns() -> Vec<Finding> {
        let column = |name: &str| {
            let loss = Loss {
                object: name.into(),
                created_in: Some("9b984a6823ef".into()),
                unmapped: Some(false),
                ..Loss::default()
            };
            finding("dropped-column", &format!("upgrade() drops column `{name}`"), loss, None)
        };
        vec![column("receipts.vendor"), column("receipts.vendor_名前")]
    }

    #[test]
    fn a_table() {
        insta::assert_snapshot!("table_80", drawn(&[table()], 80));
        insta::assert_snapshot!("table_40", drawn(&[table()], 40));
    }

    #[test]
    fn a_table_with_references() {
        insta::assert_snapshot!("references_80", drawn(&[table_with_references()], 80));
        insta::assert_snapshot!("references_40", drawn(&[table_with_references()], 40));
    }

    #[test]
    fn a_group_of_columns() {
        insta::assert_snapshot!("columns_80", drawn(&columns(), 80));
        insta::assert_snapshot!("columns_40", drawn(&columns(), 40));
    }

    #[test]
    fn names_cannot_draw_and_questions_are_counted() {
        let mut hostile = table();
        if let Some(loss) = &mut hostile.loss {
            loss.object = "x\x1b[2J\u{202e}".into();
        }
        let drawn = drawn(&[hostile, table()], 80);
        assert!(!drawn.contains(['\x1b', '\u{202e}']), "{drawn}");
        assert!(drawn.contains("1 of 2: Table x<U+001B>[2J<U+202E>") && drawn.contains("2 of 2: Table invite_codes"));
    }
}
