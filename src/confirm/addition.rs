//! The line that would hold a reason, and how it is put into a file.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::annotations::line_for_comment;
use crate::check::{Analysis, Finding};
use crate::plain::plain;
use crate::project::Level;
use crate::python::parse;
use crate::python::source::Source;

/// What a person replaces by the reason.
pub(super) const PLACEHOLDER: &str = "<why>";

/// A line that is to be added to a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LineToAdd {
    pub path: Arc<str>,
    pub place: PlaceToAdd,
    /// The whole line, its indentation included.
    pub text: String,
}

/// Where a line is to be added.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PlaceToAdd {
    /// A comment above this line of a Python file, from 1.
    Above(usize),
    /// An entry of this table of the settings.
    Table(&'static str),
}

/// The line that allows a finding once `<why>` is replaced: a comment above its statement, or, where no line can hold
/// one, an entry in the settings.
pub fn line_to_add(finding: &Finding, analysis: &Analysis) -> LineToAdd {
    let path = &finding.location.path;
    let file = analysis.after.sources.file(path);
    if let Some((line, indentation)) = file.as_ref().and_then(|file| line_for_comment(file, finding.location.span)) {
        let comment = match finding.level {
            Level::Confirm => format!("{indentation}{}", reason_comment(PLACEHOLDER)),
            _ => format!("{indentation}# migguard: ignore[{}] -- {PLACEHOLDER}", finding.check),
        };
        return LineToAdd { path: path.clone(), place: PlaceToAdd::Above(line), text: comment };
    }
    let settings = analysis.after.project.settings.path.clone().unwrap_or_else(|| "pyproject.toml".into());
    let table = if settings.ends_with("migguard.toml") { "[accepted]" } else { "[tool.migguard.accepted]" };
    let key = serde_json::Value::from(format!("{}:{}", finding.check, finding.subject));
    LineToAdd { path: settings, place: PlaceToAdd::Table(table), text: format!("{key} = \"{PLACEHOLDER}\"") }
}

/// The comment that gives a reason.
pub(super) fn reason_comment(reason: &str) -> String {
    format!("# migguard: intentional -- {reason}")
}

/// Where the line goes, then the line on a line of its own.
impl fmt::Display for LineToAdd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = plain(&self.path);
        match self.place {
            PlaceToAdd::Above(line) => writeln!(f, "Above {path}:{line}:")?,
            PlaceToAdd::Table(table) => writeln!(f, "In {path}, under {table}:")?,
        }
        let code = self.text.trim_start_matches([' ', '\t']);
        let (indentation, _) = self.text.split_at_checked(self.text.len() - code.len()).unwrap_or_default();
        write!(f, "{indentation}{}", plain(code))
    }
}

/// A file's content with comments above some of its lines, each with its indentation, in the file's own line ends. `None` where that would change more than its comments.
pub(super) fn with_comments(path: &Arc<str>, content: &[u8], comments: &BTreeMap<usize, String>) -> Option<Vec<u8>> {
    let lines = lines(content);
    let line_end = line_end(lines.first().copied().unwrap_or_default());
    let mut written = Vec::with_capacity(content.len());
    for (number, line) in (1..).zip(&lines) {
        if let Some(comment) = comments.get(&number) {
            written.extend_from_slice(comment.as_bytes());
            let own = self::line_end(line);
            written.extend_from_slice(if own.is_empty() { line_end_or_newline(line_end) } else { own });
        }
        written.extend_from_slice(line);
    }
    let before = parse::parse(&Source::decode(path, content).ok()?.text);
    let source = Source::decode(path, &written).ok()?;
    let after = parse::parse(&source.text);
    let is_comments = after.comments.len() == before.comments.len() + comments.len();
    let texts: HashSet<&str> = after.comments.iter().map(|span| source.slice(*span).trim_end()).collect();
    let arrived = comments.values().all(|comment| texts.contains(comment.trim()));
    (is_comments && arrived && after.error.is_none() && before.error.is_none()).then_some(written)
}

/// The lines of a file with their ends, counted as Python counts them.
fn lines(content: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(rest.len(), |at| at + 1);
        let is_pair = rest.get(end.wrapping_sub(1)) == Some(&b'\r') && rest.get(end) == Some(&b'\n');
        let (line, after) = rest.split_at(if is_pair { end + 1 } else { end });
        lines.push(line);
        rest = after;
    }
    lines
}

fn line_end(line: &[u8]) -> &[u8] {
    let text = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).or_else(|| line.strip_suffix(b"\r"));
    line.get(text.unwrap_or(line).len()..).unwrap_or_default()
}

fn line_end_or_newline(end: &[u8]) -> &[u8] {
    if end.is_empty() { b"\n" } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(content: &str, line: usize, comment: &str) -> Option<String> {
        let written = with_comments(&"m.py".into(), content.as_bytes(), &BTreeMap::from([(line, comment.to_owned())]));
        written.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_comment_has_the_line_ends_of_its_file() {
        assert_eq!(written("a()\nb()\n", 2, "# c").as_deref(), Some("a()\n# c\nb()\n"));
        assert_eq!(written("a()\r\nb()\r\n", 2, "# c").as_deref(), Some("a()\r\n# c\r\nb()\r\n"));
        assert_eq!(written("a()\r\nb()", 2, "# c").as_deref(), Some("a()\r\n# c\r\nb()"));
        assert_eq!(written("b()", 1, "# c").as_deref(), Some("# c\nb()"));
        assert_eq!(written("\u{feff}a()\nb()\n", 2, "# é").as_deref(), Some("\u{feff}a()\n# é\nb()\n"));
    }

    #[test]
    fn only_comments_are_changed() {
        assert_eq!(written("x = '''\n'''\n", 2, "# c"), None);
        assert_eq!(written("x = 1 + \\\n  2\n", 2, "# c"), None);
        let latin = with_comments(
            &"m.py".into(),
            b"# coding: latin-1\nx = '\xe9'\n",
            &BTreeMap::from([(2, "# \u{e9}".into())]),
        );
        assert_eq!(latin, None);
        let ascii =
            with_comments(&"m.py".into(), b"# coding: latin-1\nx = '\xe9'\n", &BTreeMap::from([(2, "# e".into())]));
        assert_eq!(ascii.as_deref(), Some(&b"# coding: latin-1\n# e\nx = '\xe9'\n"[..]));
    }
}
