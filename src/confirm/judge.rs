//! What is left of the findings when levels, comments and settings have been heard.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::annotations::Annotations;
use super::comment::{Directive, is_reason};
use crate::check::{self, Analysis, CHECKS, Finding, State};
use crate::git::Mode;
use crate::migration::operation::Location;
use crate::project::Level;
use crate::python::source::Source;
use crate::python::syntax::Span;

/// Sets the level of each finding as the project has it, and the reason that a comment or a setting gives for it. Takes
/// out what is ignored, and adds what `unused-ignore` finds.
///
/// An `ignore` comment, and for what is no question an accepted setting, takes a finding out. An `intentional` comment
/// never allows an accident (deny).
pub fn judge(findings: Vec<Finding>, analysis: &Analysis) -> Vec<Finding> {
    judge_among(findings, analysis, &CHECKS.map(|check| (check.name, check.needs_a_change())))
}

/// As [`judge`], with the names of the checks and whether only a comparison can find what they do.
fn judge_among(findings: Vec<Finding>, analysis: &Analysis, checks: &[(&str, bool)]) -> Vec<Finding> {
    let mut judge = Judge {
        analysis,
        operations: operations(analysis),
        accepted: accepted(analysis),
        annotations: HashMap::new(),
        used: HashSet::new(),
        used_settings: HashSet::new(),
    };
    let mut left: Vec<Finding> = findings.into_iter().filter_map(|finding| judge.finding(finding)).collect();
    left.extend(judge.unused(checks).into_iter().filter(|finding| finding.level != Level::Ignore));
    left
}

struct Judge<'a> {
    analysis: &'a Analysis,
    /// Where operations stand that a call elsewhere leads to, and such calls.
    operations: HashSet<(&'a str, Span)>,
    /// The accepted settings by check and subject, with their numbers.
    accepted: HashMap<(&'a str, &'a str), (usize, &'a str)>,
    annotations: HashMap<Arc<str>, Option<Arc<Annotations>>>,
    /// Comments that matched: the file, the number of the comment, the check.
    used: HashSet<(Arc<str>, usize, String)>,
    used_settings: HashSet<usize>,
}

fn operations(analysis: &Analysis) -> HashSet<(&str, Span)> {
    let effects = analysis.after.environments.iter().flat_map(|environment| &environment.history.effects);
    let places = effects.flat_map(|effect| effect.operation.through.iter().chain(&effect.operation.called_at));
    places.map(|place| (&*place.path, place.span)).collect()
}

fn accepted(analysis: &Analysis) -> HashMap<(&str, &str), (usize, &str)> {
    let entries = analysis.after.project.settings.accepted.iter().enumerate();
    entries.map(|(number, entry)| ((&*entry.check, &*entry.subject), (number, &*entry.reason))).collect()
}

fn level(analysis: &Analysis, check: &str, default: Level) -> Level {
    analysis.after.project.settings.levels.get(check).copied().unwrap_or(default)
}

impl Judge<'_> {
    fn finding(&mut self, mut finding: Finding) -> Option<Finding> {
        let commented = self.comments_for(&finding);
        let accepted = self.setting_for(&finding);
        finding.level = level(self.analysis, finding.check, finding.level);
        if finding.level == Level::Ignore || commented.is_ignored {
            return None;
        }
        match (finding.level, accepted) {
            (Level::Confirm, reason) => finding.acknowledged = commented.reason.or(reason),
            // Accepted is settled where nobody would be asked.
            (_, Some(_)) => return None,
            (Level::Deny, None) => {}
            (_, None) => finding.acknowledged = commented.reason,
        }
        Some(finding)
    }

    /// What the comments at a finding say: at its place, at the operation where that is written elsewhere, and at the calls.
    fn comments_for(&mut self, finding: &Finding) -> Commented {
        let mut commented = Commented::default();
        let elsewhere = finding.related.iter().map(|related| &related.location);
        let elsewhere = elsewhere.filter(|place| self.operations.contains(&(&*place.path, place.span)));
        let places: Vec<&Location> = std::iter::once(&finding.location).chain(elsewhere).collect();
        for place in places {
            let Some(annotations) = self.annotations(&place.path) else { continue };
            for (number, directive) in annotations.at(place.span).into_iter().chain(annotations.of_file()) {
                match directive {
                    Directive::Intentional { reason } => {
                        commented.reason = commented.reason.take().or_else(|| reason.clone());
                    }
                    Directive::Ignore { checks, reason, .. } if checks.iter().any(|check| check == finding.check) => {
                        self.used.insert((place.path.clone(), number, finding.check.to_owned()));
                        commented.is_ignored |= reason.is_some();
                    }
                    Directive::Ignore { .. } | Directive::Unknown => {}
                }
            }
        }
        commented
    }

    fn setting_for(&mut self, finding: &Finding) -> Option<String> {
        let (number, reason) = *self.accepted.get(&(finding.check, &*finding.subject))?;
        self.used_settings.insert(number);
        is_reason(reason).then(|| reason.to_owned())
    }

    fn annotations(&mut self, path: &Arc<str>) -> Option<Arc<Annotations>> {
        let sources = &self.analysis.after.sources;
        let read = || sources.file(path).map(|file| Arc::new(Annotations::read(&file)));
        self.annotations.entry(path.clone()).or_insert_with(read).clone()
    }

    /// What `unused-ignore` finds: comments and settings that the change brings in and that do nothing.
    fn unused(&mut self, checks: &[(&str, bool)]) -> Vec<Finding> {
        let mut found = Vec::new();
        for path in self.paths_to_look_at() {
            if let Some(annotations) = self.annotations(&path) {
                self.unused_comments(&path, &annotations, checks, &mut found);
            }
        }
        self.unused_settings(checks, &mut found);
        found
    }

    fn unused_comments(
        &self,
        path: &Arc<str>,
        annotations: &Annotations,
        checks: &[(&str, bool)],
        found: &mut Vec<Finding>,
    ) {
        let old = self.old_lines(path);
        let source = &annotations.file.source;
        let is_old = |line: usize| old.contains(source.line(line).trim());
        for (number, span, directive) in annotations.directives() {
            if is_old(source.line_of(span.start)) {
                continue;
            }
            let mut report = |subject: &str, message: String, help: &str| {
                let location = Location { path: path.clone(), span };
                found.push(self.unused_ignore(subject, location, message, help));
            };
            let (names, whole_file, reason) = match directive {
                Directive::Intentional { .. } => continue,
                Directive::Ignore { checks, whole_file, reason } => (checks, *whole_file, reason),
                Directive::Unknown => {
                    let help = "write `# migguard: intentional -- <why>` or `# migguard: ignore[<check>] -- <why>`";
                    report("migguard", "this comment says nothing that migguard understands".into(), help);
                    continue;
                }
            };
            if whole_file && span.start >= annotations.head_end() {
                let help = "move it above the first statement";
                report(&names.join(", "), "`ignore-file` counts only at the head of a file".into(), help);
                continue;
            }
            if reason.is_none() {
                let message = format!("`ignore[{}]` gives no reason, so it does not count", names.join(", "));
                report(&names.join(", "), message, "say why behind a dash: `-- <why>`");
                continue;
            }
            for name in names {
                let Some((_, needs_a_change)) = checks.iter().find(|(check, _)| check == name) else {
                    report(name, format!("there is no check `{name}`"), "`migguard explain` lists the checks");
                    continue;
                };
                let is_used = self.used.contains(&(path.clone(), number, name.clone()));
                // What stood there before is not reported again, so a new comment on it may well be right.
                let cannot_match = if self.analysis.before.is_empty() {
                    *needs_a_change
                } else {
                    whole_file && !old.is_empty() || is_old(annotations.statement_line(span))
                };
                if !is_used && !cannot_match {
                    report(name, format!("`{name}` finds nothing here to ignore"), "delete the comment");
                }
            }
        }
    }

    fn unused_settings(&self, checks: &[(&str, bool)], found: &mut Vec<Finding>) {
        let settings = &self.analysis.after.project.settings;
        let Some(path) = &settings.path else { return };
        let Some(content) = self.analysis.after.sources.files.read(path) else { return };
        let source = Source::new(path, String::from_utf8_lossy(&content).into());
        let mut start = 0_u32;
        let starts: Vec<Span> = source
            .text
            .split_inclusive('\n')
            .map(|line| {
                let length = u32::try_from(line.len()).unwrap_or(u32::MAX);
                let span =
                    Span { start, end: start.saturating_add(u32::try_from(line.trim_end().len()).unwrap_or(length)) };
                start = start.saturating_add(length);
                span
            })
            .collect();
        let old = self.analysis.before.iter().flat_map(|state| &state.project.settings.accepted);
        let old: HashSet<_> = old.map(|entry| (&entry.check, &entry.subject, &entry.reason)).collect();
        for (number, entry) in settings.accepted.iter().enumerate() {
            if old.contains(&(&entry.check, &entry.subject, &entry.reason)) {
                continue;
            }
            let subject = format!("{}:{}", entry.check, entry.subject);
            let known = checks.iter().find(|(check, _)| *check == entry.check);
            let (message, help) = match known {
                None => (format!("there is no check `{}`", entry.check), "`migguard explain` lists the checks"),
                Some(_) if !is_reason(&entry.reason) => (
                    format!("`{subject}` is accepted without a reason, so it does not count"),
                    "write why as its value",
                ),
                Some((_, needs_a_change)) => {
                    if self.used_settings.contains(&number) || self.analysis.before.is_empty() && *needs_a_change {
                        continue;
                    }
                    (format!("`{subject}` is accepted, and nothing of that name is found"), "delete the entry")
                }
            };
            let span = entry.line.checked_sub(1).and_then(|line| starts.get(line)).copied().unwrap_or_default();
            found.push(self.unused_ignore(&subject, Location { path: path.clone(), span }, message, help));
        }
    }

    fn unused_ignore(&self, subject: &str, location: Location, message: String, help: &str) -> Finding {
        let finding = check::unused_ignore(subject, location, message, help);
        Finding { level: level(self.analysis, finding.check, finding.level), ..finding }
    }

    /// The files whose comments may be new: those of the change; in a whole history, all that Alembic would run.
    fn paths_to_look_at(&self) -> BTreeSet<Arc<str>> {
        let state = &self.analysis.after;
        if !self.analysis.before.is_empty() {
            let changed = self.analysis.changes.iter();
            return changed
                .filter(|change| matches!(change.after, Some((Mode::File, _))) && change.path.ends_with(".py"))
                .filter(|change| mentions_migguard(state, &change.path))
                .map(|change| change.path.clone())
                .collect();
        }
        let environments = state.environments.iter();
        environments
            .flat_map(|environment| {
                let scripts = environment.scripts.iter().map(|script| &script.path);
                let models = environment.metadata.models.iter().map(|model| &model.location.path);
                scripts.chain(models).chain(environment.metadata.closure.keys())
            })
            .filter(|path| mentions_migguard(state, path))
            .cloned()
            .collect()
    }

    /// The lines that a parent of the commit has in the same file, or in the file that had its revision or its content.
    fn old_lines(&self, path: &Arc<str>) -> HashSet<String> {
        let content = self.analysis.after.sources.files.entry(path).map(|entry| &entry.oid);
        let moved = self.analysis.changes.iter().filter(|change| {
            change.after.is_none() && change.before.as_ref().is_some_and(|(_, oid)| Some(oid) == content)
        });
        let mut paths: BTreeSet<&Arc<str>> = moved.map(|change| &change.path).chain([path]).collect();
        let revisions: HashSet<&Arc<str>> =
            scripts_of(&self.analysis.after).filter(|(_, of)| *of == path).map(|(revision, _)| revision).collect();
        for state in &self.analysis.before {
            paths.extend(scripts_of(state).filter(|(id, _)| revisions.contains(id)).map(|(_, path)| path));
        }
        let mut lines = HashSet::new();
        for state in &self.analysis.before {
            for file in paths.iter().filter_map(|path| state.sources.file(path)) {
                lines.extend(file.source.text.lines().map(|line| line.trim().to_owned()));
            }
        }
        lines
    }
}

/// What the comments at a finding say.
#[derive(Default)]
struct Commented {
    reason: Option<String>,
    is_ignored: bool,
}

/// The revisions of a state and their files.
fn scripts_of(state: &State) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
    let scripts = state.environments.iter().flat_map(|environment| &environment.scripts);
    scripts.map(|script| (&script.revision.id, &script.path))
}

/// Whether a file can hold a comment for migguard. Saves parsing those that cannot.
fn mentions_migguard(state: &State, path: &str) -> bool {
    let Some(content) = state.sources.files.read(path) else { return false };
    content.windows("migguard".len()).any(|window| window.eq_ignore_ascii_case(b"migguard"))
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
