//! Lines that fit a window.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrower windows are left to the terminal's own wrapping.
const NARROWEST: usize = 20;

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
    fn lines_end_before_the_window_does() {
        assert_eq!(wrap("id, code, created_by, max_uses", 22), ["id, code, created_by,", "max_uses"]);
        assert_eq!(wrap(&"名".repeat(25), 21), ["名".repeat(10), "名".repeat(10), "名".repeat(5)]);
        assert_eq!(wrap(&"x".repeat(45), 20), ["x".repeat(20), "x".repeat(20), "x".repeat(5)]);
        assert_eq!(wrap("", 80), [""]);
    }
}
