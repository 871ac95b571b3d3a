//! The page of a check, from Markdown to a terminal.

use unicode_width::UnicodeWidthStr;

use super::{Paint, Style};
use crate::check::Check;
use crate::plain::plain;
use crate::project::Level;

/// What `migguard explain` shows of a check.
#[derive(Debug, Clone)]
pub struct Page {
    pub name: &'static str,
    pub level: Level,
    pub summary: String,
    /// In Markdown.
    pub text: String,
}

impl Page {
    pub fn of(check: &Check) -> Self {
        Self { name: check.name, level: check.level, summary: check.summary(), text: check.page() }
    }
}

/// A page as a terminal shows it: headings, paragraphs and lists wrapped, code as it stands.
pub fn render(page: &Page, style: Style) -> String {
    let mut text = format!("{} ({})\n", style.paint(Paint::Bold, page.name), page.level);
    let mut in_code = false;
    let mut paragraph: Vec<&str> = Vec::new();
    for line in page.text.lines() {
        let bare = line.trim();
        let ends_paragraph = bare.is_empty() || bare.starts_with("```") || bare.starts_with('#') || is_item(bare);
        if in_code {
            if bare.starts_with("```") {
                in_code = false;
            } else {
                text.push_str(&style.paint(Paint::Dim, format!("    {}", plain(line)).trim_end()));
                text.push('\n');
            }
            continue;
        }
        if ends_paragraph {
            flush(&mut text, &mut paragraph, style);
        }
        if bare.starts_with("```") {
            in_code = true;
        } else if bare.starts_with('#') {
            if !text.ends_with("\n\n") {
                text.push('\n');
            }
            text.push_str(&format!("{}\n", style.paint(Paint::Bold, bare.trim_start_matches('#').trim())));
        } else if bare.is_empty() {
            if !text.ends_with("\n\n") {
                text.push('\n');
            }
        } else {
            paragraph.push(bare);
        }
    }
    flush(&mut text, &mut paragraph, style);
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

fn flush(text: &mut String, paragraph: &mut Vec<&str>, style: Style) {
    let Some(first) = paragraph.first() else { return };
    let indent = if is_item(first) { "  " } else { "" };
    let words = paragraph.join(" ");
    for (number, line) in wrap(&words, style.width.min(100).saturating_sub(indent.len())).iter().enumerate() {
        text.push_str(if number > 0 { indent } else { "" });
        text.push_str(&inline(line, style));
        text.push('\n');
    }
    paragraph.clear();
}

/// Lines of at most `width` columns, where the words allow it. Inline code is not broken.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut columns = 0;
    for word in words(text) {
        let wide = word.width();
        if columns > 0 && columns + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        if columns > 0 {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += wide;
    }
    lines.push(line);
    lines
}

/// Words, a stretch of inline code being part of one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.split(move |c: char| {
        in_code ^= c == '`';
        c == ' ' && !in_code
    })
    .filter(|word| !word.is_empty())
}

/// Inline code in colour. Without colour its backticks stay, which show it as well.
fn inline(line: &str, style: Style) -> String {
    let line = plain(line);
    if !style.color || line.matches('`').count() % 2 == 1 {
        return line.into_owned();
    }
    let mut text = String::new();
    for (number, part) in line.split('`').enumerate() {
        if number % 2 == 1 {
            text.push_str(&style.paint(Paint::Cyan, part));
        } else {
            text.push_str(part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Page {
        let text = "\
## What it does
Finds an `op.drop_table` of a table that no model maps. It looks at `upgrade()` only, and at everything
that it calls.

## Example
```python
def upgrade():
    op.drop_table(\"invite_codes\")
```

## When to ignore it
- when it is meant: say why with `# migguard: intentional -- <why>`, which is a comment on the line above it
- never otherwise
";
        Page { name: "example", level: Level::Confirm, summary: String::new(), text: text.into() }
    }

    #[test]
    fn a_page_is_wrapped_and_its_code_stands_as_it_is() {
        insta::assert_snapshot!(render(&example(), Style { color: false, width: 60 }));
    }

    #[test]
    fn a_page_in_colour_marks_headings_and_code() {
        let page = render(&example(), Style { color: true, width: 60 });
        assert!(page.contains("\x1b[1mExample\x1b[0m") && page.contains("\x1b[36mop.drop_table\x1b[0m"), "{page}");
    }
}
