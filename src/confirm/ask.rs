//! The question: what a person confirms, and the reason that stays in the file.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use dialoguer::theme::{SimpleTheme, Theme};

use super::addition::{self, LineToAdd, PlaceToAdd, line_to_add};
use super::comment;
use super::question::{Question, questions};
use super::screen::{self, Line, Tone};
use super::terminal::{self, NoAnswer, Nobody, Person};
use crate::check::{Analysis, Finding};
use crate::git::{Oid, ReadError, Repository, Target, Written};
use crate::plain::plain;
use crate::project::Level;

/// How long one question waits for its answer. A terminal that nobody looks at would hold the commit for ever.
pub const ANSWER_WITHIN: Duration = Duration::from_mins(10);

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Everything was confirmed, and its reasons stand in the files.
    Confirmed,
    /// Why not, and the exact next step, for stderr. Whoever was asked has seen what it is about.
    Refused(String),
    /// Why nobody was asked, and the exact next step, for stderr. What it is about has still to be said.
    Unasked(String),
    /// Ctrl-C, or a signal that ends a process.
    Interrupted,
}

/// Asks a person about every finding of level confirm. Only for where no deny stands.
///
/// Without a terminal the reasons in the files are enough. With one, the person is asked, and reasons that are missing
/// are asked for and written when all has been confirmed.
pub fn ask(findings: &[Finding], analysis: &Analysis, repository: &Repository, color: bool) -> Answer {
    let write = |path: &str, expected: &Oid, content: &[u8]| repository.write_staged(path, expected, content);
    ask_with(findings, analysis, &write, color, ANSWER_WITHIN)
}

type Write<'a> = &'a dyn Fn(&str, &Oid, &[u8]) -> Result<Written, ReadError>;

fn ask_with(findings: &[Finding], analysis: &Analysis, write: Write, color: bool, limit: Duration) -> Answer {
    let asked: Vec<&Finding> = findings.iter().filter(|finding| finding.level == Level::Confirm).collect();
    if asked.is_empty() {
        return Answer::Confirmed;
    }
    let unexplained = asked.iter().filter(|finding| finding.acknowledged.is_none());
    let mut seen = HashSet::new();
    let missing: Vec<LineToAdd> =
        unexplained.map(|finding| line_to_add(finding, analysis)).filter(|line| seen.insert(line.clone())).collect();
    let mut person = match terminal::open() {
        Ok(person) => person,
        Err(Nobody::NoTerminal) if missing.is_empty() => return Answer::Confirmed,
        Err(Nobody::NoTerminal) => {
            return Answer::Unasked(format!(
                "There is no terminal to ask at, and a reason is missing. {}",
                to_add(&missing)
            ));
        }
        Err(Nobody::Background) => {
            return Answer::Unasked(
                "The commit runs in the background of its terminal, where nobody can answer.\n  To be asked: run `git commit` \
                 in the foreground."
                    .into(),
            );
        }
        Err(Nobody::Ci) => {
            return Answer::Unasked(
                "`CI` is set, so nobody is taken to be behind this terminal.\n  To be asked: `env -u CI git commit`.\n  A \
                 program that commits without a terminal is not asked: for it, the reason in the file is enough."
                    .into(),
            );
        }
    };
    if missing.iter().any(|line| matches!(line.place, PlaceToAdd::Table(_))) {
        return Answer::Unasked(format!("A reason is missing that no comment can hold. {}", to_add(&missing)));
    }
    let mut conversation = Conversation { person: &mut *person, analysis, color, limit };
    let answer = conversation.run(&asked, write);
    if answer == Answer::Interrupted {
        person.show("\n");
    }
    answer
}

struct Conversation<'a> {
    person: &'a mut dyn Person,
    analysis: &'a Analysis,
    color: bool,
    limit: Duration,
}

/// What is to be written into one file: by line, the comment.
type Comments = BTreeMap<Arc<str>, BTreeMap<usize, String>>;

impl Conversation<'_> {
    fn run(&mut self, asked: &[&Finding], write: Write) -> Answer {
        let questions = questions(asked);
        let mut comments = Comments::new();
        for (at, question) in questions.iter().enumerate() {
            if let Err(answer) = self.question(question, at + 1, questions.len(), &mut comments) {
                return answer;
            }
        }
        if self.person.has_left() { Answer::Interrupted } else { self.write(comments, write) }
    }

    fn question(
        &mut self,
        question: &Question,
        number: usize,
        total: usize,
        comments: &mut Comments,
    ) -> Result<(), Answer> {
        let columns = self.person.columns();
        let places: Vec<String> = question.findings.iter().map(|finding| self.place(finding)).collect();
        let mut lines = vec![Line::default()];
        lines.extend(screen::screen(question, &places, number, total, columns));
        self.show(&lines);
        let unexplained: Vec<&&Finding> = question.findings.iter().filter(|f| f.acknowledged.is_none()).collect();
        if !unexplained.is_empty() {
            self.show(&screen::why(columns));
            let reason = self.answer("Reason", question)?;
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            if !comment::is_reason(&reason) || plain(&reason) != reason {
                return Err(Answer::Refused(
                    "No reason was given.\n  The commit is stopped and nothing is changed.\n  \
                     To go on: `git commit` again and say why, in words, or write the comment yourself."
                        .into(),
                ));
            }
            for finding in unexplained {
                let LineToAdd { path, place, text } = line_to_add(finding, self.analysis);
                if let PlaceToAdd::Above(line) = place {
                    let comment = text.replacen(addition::PLACEHOLDER, &reason, 1);
                    // A loop or a helper drops several tables in one line.
                    let written = comments.entry(path).or_default().entry(line);
                    written.and_modify(|written| add_reason(written, &reason)).or_insert(comment);
                }
            }
        }
        let lines = screen::instruction(question, columns);
        self.show(&lines);
        let name = if question.table.is_some() { "Table" } else { "Name" };
        let typed = self.answer(name, question)?;
        if typed == question.answer {
            return Ok(());
        }
        Err(Answer::Refused(format!(
            "`{}` was typed and not `{}`.\n  The commit is stopped and nothing is changed.\n  To go on: `git commit` again, \
             and type the name exactly.\n  To keep the data: take this out of the migration.",
            plain(&typed),
            question.answer
        )))
    }

    /// The answer to a question, or the refusal that its absence is.
    fn answer(&mut self, prompt: &str, question: &Question) -> Result<String, Answer> {
        let mut drawn = String::new();
        if SimpleTheme.format_input_prompt(&mut drawn, prompt, None).is_err() {
            drawn = format!("{prompt}: ");
        }
        let drawn = Line(vec![(Tone::Strong, drawn)]).paint(self.color);
        let why = match self.person.answer(&drawn, self.limit) {
            Ok(answer) => return Ok(answer),
            Err(NoAnswer::Interrupted) => return Err(Answer::Interrupted),
            Err(NoAnswer::EndOfInput) => "the input ended",
            Err(NoAnswer::TimeOut) => "nobody answered in time",
            Err(NoAnswer::Background) => "the commit was sent to the background",
            Err(NoAnswer::Unreadable) => "the terminal could not be read",
        };
        self.person.show("\n");
        Err(Answer::Refused(format!(
            "There is no answer about `{}`: {why}.\n  The commit is stopped and nothing is changed.\n  To go on: `git commit` \
             again, and type the name.",
            question.answer
        )))
    }

    /// Writes the reasons into the files and the index, whole files at once.
    fn write(&mut self, comments: Comments, write: Write) -> Answer {
        let mut unwritten: Vec<(LineToAdd, String)> = Vec::new();
        for (path, comments) in comments {
            match self.write_file(&path, &comments, write) {
                Ok(()) => {
                    // Each comment above another moves it down.
                    for (above, (line, comment)) in comments.iter().enumerate() {
                        let shown = format!("{}:{}", plain(&path), line + above);
                        let lines = screen::written(&shown, comment.trim_start(), self.person.columns());
                        self.show(&lines);
                    }
                }
                Err(why) => unwritten.extend(comments.into_iter().map(|(line, text)| {
                    (LineToAdd { path: path.clone(), place: PlaceToAdd::Above(line), text }, why.clone())
                })),
            }
        }
        let Some((_, why)) = unwritten.first() else { return Answer::Confirmed };
        let why = plain(why).into_owned();
        let lines: Vec<LineToAdd> = unwritten.into_iter().map(|(line, _)| line).collect();
        Answer::Refused(format!("The reason could not be written:\n  {why}.\n  {}", to_add(&lines)))
    }

    fn write_file(&self, path: &Arc<str>, comments: &BTreeMap<usize, String>, write: Write) -> Result<(), String> {
        let files = &self.analysis.after.sources.files;
        let Target::File(entry) = files.resolve(path) else { return Err("the file is not in the snapshot".into()) };
        let content = files.content(&entry).ok_or("the staged file cannot be read")?;
        let content = addition::with_comments(&entry.path, &content, comments)
            .ok_or("the file's own coding or layout has no room for it")?;
        match write(&entry.path, &entry.oid, &content) {
            Ok(Written::Yes) => Ok(()),
            Ok(Written::No(why)) => Err(why),
            Err(error) => Err(error.to_string()),
        }
    }

    fn place(&self, finding: &Finding) -> String {
        let path = &finding.location.path;
        match self.analysis.after.sources.file(path) {
            Some(file) => format!("{path}:{}", file.source.line_of(finding.location.span.start)),
            None => path.to_string(),
        }
    }

    fn show(&mut self, lines: &[Line]) {
        let text: String = lines.iter().map(|line| line.paint(self.color) + "\n").collect();
        self.person.show(&text);
    }
}

/// Adds a reason to the comment that holds another one.
fn add_reason(comment: &mut String, reason: &str) {
    let said = comment.split_once(" -- ").is_some_and(|(_, said)| said.split("; ").any(|said| said == reason));
    if !said {
        comment.push_str(&format!("; {reason}"));
    }
}

/// The lines that a person adds, and what they do then.
fn to_add(lines: &[LineToAdd]) -> String {
    let many = if lines.len() == 1 { "this line" } else { "these lines" };
    let lines: Vec<String> = lines.iter().map(LineToAdd::to_string).collect();
    format!("Add {many}, stage the file and commit again:\n\n{}", lines.join("\n\n"))
}

#[cfg(test)]
#[cfg(unix)]
#[path = "ask_tests.rs"]
mod tests;
