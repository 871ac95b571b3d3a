//! migguard's own settings: `[tool.migguard]` of `pyproject.toml`, or `migguard.toml`, as they stand in the snapshot.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::Level;
use crate::git::Files;
use crate::nearest::distance;
use crate::reading;

/// What the project has set. All of it may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The file they stand in; `None` where there are none.
    pub path: Option<Arc<str>>,
    /// Levels by the name of the check.
    pub levels: BTreeMap<String, Level>,
    /// Alembic's configuration files, or folders with an `env.py`, that are looked at instead of what discovery finds.
    pub environments: Vec<String>,
    /// Folders whose mapped classes must be registered, instead of what the closure suggests.
    pub models: Vec<String>,
    /// Patterns of tables that belong to somebody else.
    pub foreign_tables: Vec<String>,
    /// The branch whose migrations count as released, as `origin/main`.
    pub released: Option<String>,
    /// What was accepted where no line can hold a comment: `check:subject` to the reason.
    pub accepted: Vec<Accepted>,
}

impl Settings {
    /// Every key that can be set.
    pub const KEYS: [&str; 6] = ["levels", "environments", "models", "foreign-tables", "released", "accepted"];
}

/// One entry of `[tool.migguard.accepted]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub check: String,
    pub subject: String,
    pub reason: String,
    /// The line of the entry, from 1.
    pub line: usize,
}

/// Settings that are wrong. Nothing is checked then, since what they turn off or on is not known.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum ProjectError {
    #[error("`{path}`, line {line}: {problem}")]
    Wrong { path: Arc<str>, line: usize, problem: String },
    #[error("migguard's settings stand in both `{0}` and `{1}`; keep them in one of the two")]
    Twice(Arc<str>, Arc<str>),
}

const OWN: &str = "migguard.toml";
const PYPROJECT: &str = "pyproject.toml";
const LEVELS: [&str; 4] = ["ignore", "warn", "confirm", "deny"];

/// Reads the settings. `checks` are the names that levels may be given for.
pub(super) fn load(files: &Files, checks: &[&str]) -> Result<Settings, ProjectError> {
    let own = files.read(OWN);
    let pyproject = files.read(PYPROJECT).filter(|content| holds(content, b"migguard"));
    let own = own.map(|content| File::read(OWN, &content)).transpose()?;
    let pyproject = pyproject.map(|content| File::read(PYPROJECT, &content)).transpose()?;
    let own = match own {
        Some(file) => Some((file.parse::<Table>()?, file)),
        None => None,
    };
    let section = match pyproject {
        Some(file) => file.parse::<PyProject>()?.tool.and_then(|tool| tool.migguard).map(|table| (table, file)),
        None => None,
    };
    match (own, section) {
        (Some(_), Some(_)) => Err(ProjectError::Twice(OWN.into(), PYPROJECT.into())),
        (Some((table, file)), None) | (None, Some((table, file))) => file.settings(files, table, checks),
        (None, None) => Ok(Settings::default()),
    }
}

type Table = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

#[derive(Deserialize)]
struct PyProject {
    tool: Option<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    migguard: Option<Table>,
}

struct File {
    path: Arc<str>,
    text: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl File {
    fn read(path: &str, content: &[u8]) -> Result<Self, ProjectError> {
        match std::str::from_utf8(content) {
            Ok(text) => {
                let ends = text.match_indices('\n').map(|(at, _)| at).collect();
                Ok(Self { path: path.into(), text: text.to_owned(), ends })
            }
            Err(error) => {
                let before = content.get(..error.valid_up_to()).unwrap_or_default();
                let line = before.split(|byte| *byte == b'\n').count();
                Err(ProjectError::Wrong {
                    path: path.into(),
                    line,
                    problem: "it is not valid UTF-8; save it as UTF-8".into(),
                })
            }
        }
    }

    fn parse<T: for<'de> Deserialize<'de>>(&self) -> Result<T, ProjectError> {
        let _reading = reading::begin(&self.path);
        toml::from_str(&self.text).map_err(|error| {
            self.wrong(&error.span().unwrap_or_default(), format!("it is no valid TOML: {}", error.message()))
        })
    }

    fn settings(&self, files: &Files, table: Table, checks: &[&str]) -> Result<Settings, ProjectError> {
        let mut settings = Settings { path: Some(self.path.clone()), ..Settings::default() };
        for (key, value) in table {
            match key.get_ref().as_str() {
                "levels" => settings.levels = self.levels(&value, checks)?,
                "environments" => settings.environments = self.environments(files, &value)?,
                "models" => settings.models = self.texts("models", &value)?,
                "foreign-tables" => settings.foreign_tables = self.texts("foreign-tables", &value)?,
                "released" => settings.released = Some(self.text("released", &value)?),
                "accepted" => settings.accepted = self.accepted(&value, checks)?,
                unknown => return Err(self.wrong(&key.span(), unknown_name("key", unknown, &Settings::KEYS))),
            }
        }
        Ok(settings)
    }

    /// Each must stand in the snapshot: what is named and not found would not be checked.
    fn environments(&self, files: &Files, value: &Spanned<toml::Value>) -> Result<Vec<String>, ProjectError> {
        let named = self.texts("environments", value)?;
        let is_missing = |path: &&String| !files.is_file(path) && super::env_files::in_folder(files, path).is_none();
        if let Some(missing) = named.iter().find(is_missing) {
            let problem = format!(
                "`environments` names `{missing}`, which is neither a configuration file nor a folder with an env.py; correct the path"
            );
            return Err(self.wrong(&value.span(), problem));
        }
        Ok(named)
    }

    fn levels(&self, value: &Spanned<toml::Value>, checks: &[&str]) -> Result<BTreeMap<String, Level>, ProjectError> {
        let mut levels = BTreeMap::new();
        for (check, level, span) in self.entries("levels", value)? {
            if !checks.contains(&check.as_str()) {
                return Err(self.wrong(&span, unknown_name("check", &check, checks)));
            }
            let level = match level.as_str() {
                Some("ignore") => Level::Ignore,
                Some("warn") => Level::Warn,
                Some("confirm") => Level::Confirm,
                Some("deny") => Level::Deny,
                Some(unknown) => return Err(self.wrong(&span, unknown_name("level", unknown, &LEVELS))),
                None => {
                    return Err(self.wrong(
                        &span,
                        wrong_type(&check, "one of \"ignore\", \"warn\", \"confirm\", \"deny\"", &level),
                    ));
                }
            };
            levels.insert(check, level);
        }
        Ok(levels)
    }

    fn accepted(&self, value: &Spanned<toml::Value>, checks: &[&str]) -> Result<Vec<Accepted>, ProjectError> {
        let mut accepted = Vec::new();
        for (key, reason, span) in self.entries("accepted", value)? {
            let Some((check, subject)) = key.split_once(':').filter(|(_, subject)| !subject.trim().is_empty()) else {
                let problem =
                    format!("the accepted entry `{key}` names no check and subject; write it as \"check:subject\"");
                return Err(self.wrong(&span, problem));
            };
            let (check, subject) = (check.trim().to_owned(), subject.trim().to_owned());
            if !checks.contains(&check.as_str()) {
                return Err(self.wrong(&span, unknown_name("check", &check, checks)));
            }
            let reason = match reason.as_str().map(str::trim) {
                Some("") => {
                    return Err(self.wrong(&span, format!("the accepted entry `{key}` gives no reason; say why")));
                }
                Some(reason) => reason.to_owned(),
                None => return Err(self.wrong(&span, wrong_type(&key, "a text with the reason", &reason))),
            };
            accepted.push(Accepted { check, subject, reason, line: self.line(&span) });
        }
        accepted.sort_by_key(|entry| entry.line);
        Ok(accepted)
    }

    /// The entries of a table with the place of each: that of its key, as far as it can be found in the table's text.
    fn entries(
        &self,
        key: &str,
        value: &Spanned<toml::Value>,
    ) -> Result<Vec<(String, toml::Value, Range<usize>)>, ProjectError> {
        let toml::Value::Table(table) = value.get_ref() else {
            return Err(self.wrong(&value.span(), wrong_type(key, "a table", value.get_ref())));
        };
        // The text of a table may begin at its header: the entry itself is looked for behind it.
        let start = value.span().start;
        let words = self.text.get(start..).map(words).unwrap_or_default();
        let place = |name: &str| {
            let at = start + words.get(name).unwrap_or(&0);
            at..at
        };
        Ok(table.iter().map(|(name, value)| (name.clone(), value.clone(), place(name))).collect())
    }

    fn texts(&self, key: &str, value: &Spanned<toml::Value>) -> Result<Vec<String>, ProjectError> {
        let wrong = |found: &toml::Value| self.wrong(&value.span(), wrong_type(key, "a list of texts", found));
        let toml::Value::Array(values) = value.get_ref() else { return Err(wrong(value.get_ref())) };
        values.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(|| wrong(value))).collect()
    }

    fn text(&self, key: &str, value: &Spanned<toml::Value>) -> Result<String, ProjectError> {
        let text = value.get_ref().as_str().map(str::to_owned);
        text.ok_or_else(|| self.wrong(&value.span(), wrong_type(key, "a text", value.get_ref())))
    }

    fn wrong(&self, span: &Range<usize>, problem: String) -> ProjectError {
        ProjectError::Wrong { path: self.path.clone(), line: self.line(span), problem }
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.ends.partition_point(|end| *end < span.start) + 1
    }
}

/// What can be a key in a text of TOML, quoted or at the beginning of a line, and where it stands first.
fn words(text: &str) -> HashMap<&str, usize> {
    let mut words = HashMap::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for quote in ['"', '\''] {
            let mut at = start;
            for (number, part) in line.split(quote).enumerate() {
                if number % 2 == 1 {
                    words.entry(part).or_insert(at);
                }
                at += part.len() + quote.len_utf8();
            }
        }
        if let Some((bare, _)) = line.split_once('=') {
            words.entry(bare.trim()).or_insert(start);
        }
        start += line.len();
    }
    words
}

fn holds(content: &[u8], needle: &[u8]) -> bool {
    content.windows(needle.len()).any(|window| window == needle)
}

fn wrong_type(key: &str, wanted: &str, found: &toml::Value) -> String {
    format!("`{key}` must be {wanted}, not {}", found.type_str())
}

fn unknown_name(what: &str, name: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|known| (distance(name, known), *known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= nearest.len().max(3) / 2 => {
            format!("unknown {what} `{name}`; did you mean `{nearest}`?")
        }
        _ => format!("unknown {what} `{name}`; known are {}", known.join(", ")),
    }
}
