//! Text from a project, made safe for a terminal: nothing in it can move the cursor, hide or reorder what is shown.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrower windows are left to the terminal's own wrapping.
const NARROWEST: usize = 20;

/// Accents that may stand on one letter. More would be drawn over the lines around it.
const ACCENTS: usize = 2;

/// A text with its control, bidirectional and invisible characters made visible (`\u{202e}`), on one line.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut accents = 0;
    for c in text.chars() {
        let is_accent = c.width() == Some(0);
        accents = if is_accent { accents + 1 } else { 0 };
        // What has no width and is no accent steers the text around it.
        let is_hidden = matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
                | '\u{e0000}'..='\u{10ffff}'
        );
        if c.is_control() || is_hidden || accents > ACCENTS {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// How many columns of a terminal a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text in lines of at most `columns`, broken at spaces, and inside a word that is longer than a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(NARROWEST);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let needed = width(word);
        if used > 0 && used + 1 + needed > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        if used + needed <= columns {
            line.push_str(word);
            used += needed;
            continue;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += wide;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_file_steers_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\rc\nd\u{9b}"), r"a\u{1b}[2Jb\rc\nd\u{9b}");
        assert_eq!(visible("user\u{202e}sresu\u{2066}"), r"user\u{202e}sresu\u{2066}");
        assert_eq!(visible("a\u{200b}b\u{feff}"), r"a\u{200b}b\u{feff}");
        assert_eq!(visible("été, e\u{301}, 名前, שם"), "été, e\u{301}, 名前, שם");
        assert_eq!(visible(&format!("z{}", "\u{301}".repeat(4))), "z\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn lines_end_before_the_window_does() {
        assert_eq!(wrap("id, code, created_by, max_uses", 22), ["id, code, created_by,", "max_uses"]);
        assert_eq!(wrap(&"名".repeat(25), 21), ["名".repeat(10), "名".repeat(10), "名".repeat(5)]);
        assert_eq!(wrap(&"x".repeat(45), 20), ["x".repeat(20), "x".repeat(20), "x".repeat(5)]);
        assert_eq!(wrap("", 80), [""]);
    }
}
