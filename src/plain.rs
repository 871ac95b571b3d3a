//! Text of a repository, made harmless for a terminal.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Accents that may stand on one letter. More would be drawn over the lines around it.
const ACCENTS: usize = 2;

/// The text with all that a terminal would obey, or that would hide or reorder what a reader sees, made visible:
/// control characters, bidirectional overrides, invisible characters, heaps of accents, and the bytes of a path that is
/// no text. A line end is a control character like any other, so that what comes back stays on its line.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| matches!(c, ' '..='~')) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len() + 8);
    let mut accents = 0;
    for c in text.chars() {
        accents = if c.width() == Some(0) { accents + 1 } else { 0 };
        match path_byte(c) {
            Some(byte) => visible.push_str(&format!("\\x{byte:02X}")),
            None if is_deceptive(c) || accents > ACCENTS => visible.push_str(&format!("<U+{:04X}>", u32::from(c))),
            None => visible.push(c),
        }
    }
    Cow::Owned(visible)
}

/// What a terminal obeys, and what has no shape of its own but steers the text around it.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
                | '\u{e0000}'..='\u{10ffff}'
        )
}

/// The byte that [`crate::git::decode_path`] put into a path for what is no UTF-8.
fn path_byte(c: char) -> Option<u8> {
    u32::from(c).checked_sub(0x0010_FF00).and_then(|byte| u8::try_from(byte).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::decode_path;

    #[test]
    fn what_a_terminal_would_obey_is_made_visible() {
        assert_eq!(plain("\u{1b}[2Jusers\u{9b}0m"), "<U+001B>[2Jusers<U+009B>0m");
        assert_eq!(plain("a\r\nb\tc\0\u{7f}"), "a<U+000D><U+000A>b<U+0009>c<U+0000><U+007F>");
    }

    #[test]
    fn what_would_hide_or_reorder_is_made_visible() {
        assert_eq!(plain("user\u{202e}s\u{2069}"), "user<U+202E>s<U+2069>");
        assert_eq!(plain("us\u{200b}ers\u{feff}\u{e0041}"), "us<U+200B>ers<U+FEFF><U+E0041>");
    }

    #[test]
    fn bytes_of_a_path_that_are_no_text_are_shown_as_bytes() {
        assert_eq!(plain(&decode_path(b"m\xff/x.py")), "m\\xFF/x.py");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        assert_eq!(plain("größe → `таблица` 表 🎉, e\u{301}"), "größe → `таблица` 表 🎉, e\u{301}");
        assert_eq!(plain(&format!("z{}", "\u{301}".repeat(4))), "z\u{301}\u{301}<U+0301><U+0301>");
        assert!(matches!(plain("users"), Cow::Borrowed(_)));
    }
}
