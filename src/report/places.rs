//! Where a finding lies, in lines and columns, and the line that it lies on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::check::{Analysis, State};
use crate::migration::operation::Location;
use crate::plain;
use crate::python::source::{DecodeError, Source};
use crate::python::syntax::Span;

/// Longer lines, in bytes, are no text that anyone reads: they are not shown.
const LONGEST: usize = 2_000;

/// Looks up places in the texts of an analysis. Each file is decoded once.
pub(crate) struct Places<'a> {
    states: Vec<&'a State>,
    texts: RefCell<HashMap<Arc<str>, Option<Source>>>,
}

/// Lines and columns from 1, columns in characters; the end is the place after the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// A line to show, and the part of it to point at, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub text: String,
    pub range: Range<usize>,
}

impl<'a> Places<'a> {
    /// Texts as they will be committed; where the change takes a file away, as it was before.
    pub(crate) fn new(analysis: &'a Analysis) -> Self {
        Self { states: std::iter::once(&analysis.after).chain(&analysis.before).collect(), texts: RefCell::default() }
    }

    /// Texts of one snapshot.
    pub(crate) fn of(state: &'a State) -> Self {
        Self { states: vec![state], texts: RefCell::default() }
    }

    /// Where a location lies. A file without text (a link, a file too large to read) has one place, its beginning.
    pub(crate) fn position(&self, location: &Location) -> Position {
        let Some(source) = self.text(&location.path) else {
            return Position { line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let Span { start, end } = location.span;
        let (line, column) = source.position(start);
        let (end_line, end_column) = source.position(end.max(start));
        Position { line, column, end_line, end_column }
    }

    /// The first line of a location, harmless to a terminal. `None` where there is nothing to read.
    pub(super) fn excerpt(&self, location: &Location, position: Position) -> Option<Excerpt> {
        let source = self.text(&location.path)?;
        let line = source.line(position.line).trim_end();
        let start = position.column - 1;
        let end = if position.end_line == position.line { position.end_column - 1 } else { usize::MAX };
        (!line.is_empty() && line.len() <= LONGEST).then(|| excerpt(line, start, end))
    }

    fn text(&self, path: &Arc<str>) -> Option<Source> {
        let mut texts = self.texts.borrow_mut();
        texts.entry(path.clone()).or_insert_with(|| self.states.iter().find_map(|state| read(state, path))).clone()
    }
}

fn read(state: &State, path: &Arc<str>) -> Option<Source> {
    let content = state.sources.files.read(path)?;
    match Source::decode(path, &content) {
        Ok(source) => Some(source),
        Err(DecodeError::TooLarge) => None,
        // Its finding says that it is no text; what can be read of it helps to see why.
        Err(_) => Some(Source::new(path, String::from_utf8_lossy(&content).into())),
    }
}

/// A line and its characters `start..end`. One character stands for one, so that columns stay what they are.
fn excerpt(line: &str, start: usize, end: usize) -> Excerpt {
    let text: String = line
        .chars()
        .map(|c| if c != '\t' && plain::is_deceptive(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    let offset = |number| text.char_indices().nth(number).map_or(text.len(), |(offset, _)| offset);
    let (start, end) = (offset(start), offset(end));
    Excerpt { range: start..end.max(start), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown_and_do_not_move_the_place() {
        let shown = excerpt("\t# \u{202e}é\u{9b}op()", 6, 10);
        assert_eq!(&shown.text[shown.range.clone()], "op()");
        assert_eq!(shown.text, "\t# \u{fffd}é\u{fffd}op()");
    }

    #[test]
    fn a_place_beyond_the_line_is_its_end() {
        assert_eq!(excerpt("abc", 9, 12), Excerpt { text: "abc".into(), range: 3..3 });
        assert_eq!(excerpt("abc", 1, usize::MAX), Excerpt { text: "abc".into(), range: 1..3 });
    }
}
