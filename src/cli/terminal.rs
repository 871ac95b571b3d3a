//! What the command line writes to, and whether in colour.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::Context;

use super::ColorChoice;
use crate::plain::plain;
use crate::report::{Paint, Style};

/// Without a terminal, and at most: longer lines are hard to read.
const WIDTH: usize = 100;

/// How text on stdout may look.
pub fn stdout_style(color: ColorChoice) -> Style {
    let stdout = console::Term::stdout();
    let width = stdout.size_checked().map_or(WIDTH, |(_, columns)| usize::from(columns).clamp(40, WIDTH));
    Style { color: wants_color(color, io::stdout().is_terminal()), width }
}

/// Whether text on stderr may be coloured.
pub fn stderr_color(color: ColorChoice) -> bool {
    wants_color(color, io::stderr().is_terminal())
}

/// <https://no-color.org>: any value but an empty one.
fn wants_color(color: ColorChoice, is_terminal: bool) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}

/// Writes to stdout. Whoever closed it has read enough: that is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
        _ => Ok(()),
    }
}

/// Writes a line to stderr, for what is no result. Where stderr is closed nobody can be told.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes an error and what led to it to stderr.
pub(super) fn complain(error: &anyhow::Error, color: ColorChoice) {
    note(&complaint(error, Style { color: stderr_color(color), width: WIDTH }));
}

fn complaint(error: &anyhow::Error, style: Style) -> String {
    // Line ends are the message's own; all else may come from the repository.
    let harmless = |text: String| text.lines().map(plain).collect::<Vec<_>>().join("\n");
    let mut text = format!("{} {}", style.paint(Paint::Red, "error:"), harmless(error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("\n  because: {}", harmless(cause.to_string())));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_and_harmless() {
        let error = anyhow::anyhow!("object \u{1b}[2J is missing").context("cannot read `a.py`");
        let text = complaint(&error, Style { color: false, width: 80 });
        assert_eq!(text, "error: cannot read `a.py`\n  because: object <U+001B>[2J is missing");
    }

    #[test]
    fn colour_is_a_choice_first_and_the_terminals_then() {
        assert!(wants_color(ColorChoice::Always, false));
        assert!(!wants_color(ColorChoice::Never, true));
        assert!(!wants_color(ColorChoice::Auto, false));
    }
}
