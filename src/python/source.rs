//! A Python file as text: decoded as Python decodes it, with lines and columns.

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

use super::syntax::Span;

/// The decoded text of a file. Offsets into it are a [`Span`]'s.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: Arc<str>,
    pub text: Arc<str>,
    line_starts: Arc<[u32]>,
}

/// Why a file is not readable as text.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum DecodeError {
    #[error("byte {offset} is not valid UTF-8")]
    Utf8 { offset: usize },
    #[error("byte {offset} is not ASCII, as the file's coding line says it is")]
    Ascii { offset: usize },
    #[error("it contains a null byte at {offset}")]
    Null { offset: usize },
    #[error("its coding line names `{0}`, which migguard does not read")]
    Coding(String),
    #[error("it is larger than {MAX_SIZE} bytes")]
    TooLarge,
}

/// No hand-written migration or model comes near; what does would only cost time.
const MAX_SIZE: usize = 32 << 20;

/// How many lines above a line tell where it stood.
const PRECEDING: usize = 200;

impl Source {
    /// The text of the bytes of a `.py` file: a byte order mark is dropped and the coding line is followed (PEP 263).
    pub fn decode(path: &Arc<str>, bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_SIZE {
            return Err(DecodeError::TooLarge);
        }
        if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
            return Err(DecodeError::Null { offset });
        }
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text: Arc<str> = match coding(body) {
            None => utf8(body)?,
            Some(name) => match name.to_ascii_lowercase().replace('_', "-").as_str() {
                "utf-8" | "utf8" | "u8" | "utf-8-sig" => utf8(body)?,
                "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "iso-latin-1" => latin_1(body),
                "ascii" | "us-ascii" => match body.iter().position(|byte| !byte.is_ascii()) {
                    None => utf8(body)?,
                    Some(offset) => return Err(DecodeError::Ascii { offset }),
                },
                _ => return Err(DecodeError::Coding(name)),
            },
        };
        Ok(Self::new(path, text))
    }

    /// A source whose text is known.
    pub fn new(path: &Arc<str>, text: Arc<str>) -> Self {
        let mut line_starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            // `\r\n` ends at its `\n`; a lone `\r` ends a line as well, for Python as for its parser.
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                line_starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { path: path.clone(), text, line_starts: line_starts.into() }
    }

    /// Line and column of an offset, both from 1, the column in characters.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let line = self.line_of(offset);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).clamp(start, self.text.len());
        (line, self.text.get(start..end).map_or(0, |before| before.chars().count()) + 1)
    }

    /// The line of an offset, from 1.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// The text of a line counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.line_starts.get(index)) else { return "" };
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| *next as usize);
        self.text.get(*start as usize..end).unwrap_or("").trim_end_matches(['\r', '\n'])
    }

    /// How many lines there are.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Where a line of an older version of this file stood, if it is gone: the line that follows what preceded it.
    pub fn place_of(&self, older: &Source, span: Span) -> Span {
        let (line, _) = older.position(span.start);
        let follows = (1..line).rev().map(|above| older.line(above)).filter(|above| !above.trim().is_empty());
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for at in 1..=self.line_count() {
            lines.entry(self.line(at)).or_insert(at);
        }
        let at = follows.take(PRECEDING).find_map(|above| lines.get(above)).map_or(1, |above| above + 1);
        let at = at.min(self.line_count());
        let start = at.checked_sub(1).and_then(|index| self.line_starts.get(index)).copied().unwrap_or(0);
        let end = start + u32::try_from(self.line(at).len()).unwrap_or(0);
        Span { start, end }
    }

    /// The part of the text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

fn utf8(bytes: &[u8]) -> Result<Arc<str>, DecodeError> {
    std::str::from_utf8(bytes).map(Arc::from).map_err(|error| DecodeError::Utf8 { offset: error.valid_up_to() })
}

fn latin_1(bytes: &[u8]) -> Arc<str> {
    bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into()
}

/// The encoding that a comment in the first two lines names: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
/// The second line counts only where the first is blank or a comment.
fn coding(body: &[u8]) -> Option<String> {
    for line in body.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii_start();
        if line.is_empty() {
            continue;
        }
        if line[0] != b'#' {
            return None;
        }
        let comment = String::from_utf8_lossy(line);
        for (at, _) in comment.match_indices("coding") {
            let rest = &comment[at + "coding".len()..];
            if let Some(rest) = rest.strip_prefix([':', '=']) {
                let rest = rest.trim_start_matches([' ', '\t']);
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
                if !name.is_empty() {
                    return Some(name);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
        Source::decode(&"m.py".into(), bytes).map(|source| source.text.to_string())
    }

    #[test]
    fn text_is_decoded_as_python_decodes_it() {
        assert_eq!(decode(b"\xef\xbb\xbfx = 1"), Ok("x = 1".into()));
        assert_eq!(decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'"), Ok("# -*- coding: latin-1 -*-\nx = 'é'".into()));
        assert_eq!(decode(b"x = '\xe9'"), Err(DecodeError::Utf8 { offset: 5 }));
        assert_eq!(decode(b"\n# coding=ascii\n'\xc3\xa9'"), Err(DecodeError::Ascii { offset: 17 }));
        assert_eq!(decode(b"# vim: set fileencoding=koi8-r :\n"), Err(DecodeError::Coding("koi8-r".into())));
        assert_eq!(decode(b"x = 1\n# coding: koi8-r"), Ok("x = 1\n# coding: koi8-r".into()));
        assert_eq!(decode(b"a\0b"), Err(DecodeError::Null { offset: 1 }));
    }

    #[test]
    fn a_line_that_is_gone_stood_after_what_preceded_it() {
        let source = |text: &str| Source::new(&"m.py".into(), text.into());
        let older = source("from a import A\nfrom b import B\nfrom c import C\n");
        let line = |text: &str| {
            let newer = source(text);
            newer.position(newer.place_of(&older, Span { start: 16, end: 31 }).start).0
        };
        assert_eq!(line("from a import A\nfrom c import C\n"), 2);
        assert_eq!(line("from c import C\n"), 1);
        assert_eq!(line("import x\nfrom a import A\n"), 3);
        assert_eq!(line(""), 1);
    }

    #[test]
    fn columns_count_characters() {
        let source = Source::new(&"m.py".into(), "a\r\n\"é\" + b\rc".into());
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(10), (2, 7));
        assert_eq!(source.position(12), (3, 1));
        assert_eq!(source.line(2), "\"é\" + b");
        assert_eq!(source.line(9), "");
    }
}
