//! What a comment says to migguard.

/// A comment that means something here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive {
    /// `migguard: intentional -- why`, or `This drop is intentional - why`.
    Intentional { reason: Option<String> },
    /// `migguard: ignore[check, …] -- why`, and `ignore-file[…]`.
    Ignore { checks: Vec<String>, whole_file: bool, reason: Option<String> },
    /// It is addressed to migguard and says nothing that is understood.
    Unknown,
}

/// Words that may stand before "intentional" in a team's own comment. Any other makes it another sentence: "make sure
/// that this drop is intentional" is no reason.
const BEFORE: [&str; 26] = [
    "this",
    "these",
    "the",
    "that",
    "all",
    "both",
    "drop",
    "drops",
    "dropping",
    "deletion",
    "deletions",
    "removal",
    "removals",
    "removing",
    "change",
    "table",
    "tables",
    "column",
    "columns",
    "index",
    "indexes",
    "indices",
    "is",
    "are",
    "of",
    "type",
];

/// What may follow it before the dash: "Intentional drop - why".
const AFTER: [&str; 8] = ["drop", "drops", "deletion", "removal", "change", "table", "column", "index"];

/// How far into a comment the word "intentional" is looked for.
const WORDS: usize = 10;

/// Comments for other tools: they are no part of a reason.
const OTHER_TOOLS: [&str; 10] =
    ["noqa", "type:", "pylint:", "pragma", "fmt:", "ruff:", "isort:", "nosec", "mypy:", "pyright:"];

/// What a comment says, `#` included. `continued` are the comment lines below it, up to the statement: a reason goes on there.
pub(super) fn read<'a>(comment: &'a str, continued: impl Iterator<Item = &'a str>) -> Option<Directive> {
    let (head, first) = directive(comment)?;
    let reason = || reason(first, continued);
    Some(match head {
        Head::Intentional => Directive::Intentional { reason: reason() },
        Head::Ignore { checks, whole_file } => Directive::Ignore { checks, whole_file, reason: reason() },
        Head::Unknown => Directive::Unknown,
    })
}

/// Whether a text says why: words, and not the place for them that a message showed.
pub(super) fn is_reason(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && !(text.starts_with('<') && text.ends_with('>'))
}

enum Head {
    Intentional,
    Ignore { checks: Vec<String>, whole_file: bool },
    Unknown,
}

/// The first directive of a comment, and the text behind it. A comment may hold several: `# noqa  # migguard: …`.
fn directive(comment: &str) -> Option<(Head, &str)> {
    comment.match_indices('#').find_map(|(at, _)| {
        let text = comment.get(at + 1..)?.trim_start();
        match addressed(text) {
            Some(text) => Some(command(text)),
            None => sentence(text).map(|rest| (Head::Intentional, rest)),
        }
    })
}

/// What follows `migguard:`.
fn addressed(text: &str) -> Option<&str> {
    strip_word(text, "migguard")?.trim_start().strip_prefix(':').map(str::trim_start)
}

fn command(text: &str) -> (Head, &str) {
    if let Some(rest) = strip_word(text, "intentional") {
        return (Head::Intentional, after_dash(rest).unwrap_or(rest.trim_start()));
    }
    for (word, whole_file) in [("ignore-file", true), ("ignore", false)] {
        let list = strip_word(text, word).and_then(|rest| rest.trim_start().strip_prefix('['));
        if let Some((list, rest)) = list.and_then(|list| list.split_once(']')) {
            let checks: Vec<String> = list
                .split(',')
                .map(|check| check.trim().to_ascii_lowercase())
                .filter(|check| !check.is_empty())
                .collect();
            if !checks.is_empty() {
                return (Head::Ignore { checks, whole_file }, after_dash(rest).unwrap_or(rest.trim_start()));
            }
        }
    }
    (Head::Unknown, "")
}

/// What follows the dash of "This drop is intentional - why", where the text is such a sentence.
fn sentence(text: &str) -> Option<&str> {
    let mut rest = text;
    for _ in 0..WORDS {
        let (word, after) = first_word(rest);
        rest = after;
        if word.eq_ignore_ascii_case("intentional") {
            loop {
                let (word, after) = first_word(rest);
                if !is_one_of(word, &AFTER) {
                    return after_dash(rest);
                }
                rest = after;
            }
        }
        if !is_one_of(word, &BEFORE) {
            return None;
        }
    }
    None
}

/// What follows a dash, a colon or "because". An empty text leaves the reason to the lines below.
fn after_dash(text: &str) -> Option<&str> {
    const DASHES: [char; 9] = ['-', '\u{2010}', '\u{2013}', '\u{2014}', '\u{2015}', ':', ',', ';', '.'];
    let text = text.trim_start();
    let rest = text.trim_start_matches(DASHES);
    let (word, _) = first_word(text);
    (rest.len() < text.len() || text.is_empty() || is_one_of(word, &["because", "since"])).then(|| rest.trim_start())
}

fn reason<'a>(first: &'a str, continued: impl Iterator<Item = &'a str>) -> Option<String> {
    let below = continued.map_while(|comment| {
        let text = comment.trim_start_matches('#').trim();
        // `# ### commands auto generated by Alembic ###` is no part of it.
        let ends =
            text.is_empty() || text.starts_with('#') || is_for_another_tool(text) || directive(comment).is_some();
        (!ends).then_some(text)
    });
    let mut words = Vec::new();
    for line in std::iter::once(first).chain(below) {
        words.extend(without_other_tools(line).split_whitespace());
    }
    let reason = words.join(" ");
    is_reason(&reason).then_some(reason)
}

/// A line up to the comment for another tool that follows on it.
fn without_other_tools(line: &str) -> &str {
    let end = line
        .match_indices('#')
        .find(|(at, _)| line.get(at + 1..).is_some_and(|rest| is_for_another_tool(rest.trim_start())));
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

fn is_for_another_tool(text: &str) -> bool {
    OTHER_TOOLS.iter().any(|tool| text.get(..tool.len()).is_some_and(|head| head.eq_ignore_ascii_case(tool)))
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    text.split_at(end)
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-' && !rest.starts_with("--"));
    (is_whole && head.eq_ignore_ascii_case(word)).then_some(rest)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_lines(comment: &str) -> Option<Directive> {
        let mut lines = comment.lines();
        read(lines.next().unwrap_or(""), lines)
    }

    fn intentional(reason: Option<&str>) -> Directive {
        Directive::Intentional { reason: reason.map(str::to_owned) }
    }

    #[test]
    fn a_reason_is_read_in_both_spellings() {
        for comment in [
            "# migguard: intentional -- feature removed",
            "#migguard:intentional - feature removed",
            "# MigGuard: Intentional: feature removed",
            "# migguard: intentional feature removed",
            "# noqa: E501  # migguard: intentional \u{2014} feature removed",
            "# migguard: intentional -- feature removed  # noqa: E501",
            "# This drop is intentional - feature removed",
            "# this table drop is INTENTIONAL \u{2013} feature removed",
            "# These drops are intentional: feature removed",
            "## Intentional drop - feature removed",
            "# Intentional -- feature\n#   removed",
            "# This drop is intentional\n# feature removed\n# ### commands auto generated by Alembic ###",
            "# migguard: intentional --\n# feature removed\n#\n# something else",
            "# migguard: intentional -- feature removed\n# noqa: E501",
        ] {
            assert_eq!(read_lines(comment), Some(intentional(Some("feature removed"))), "{comment}");
        }
        let issue = read_lines("# migguard: intentional -- see #12 for why");
        assert_eq!(issue, Some(intentional(Some("see #12 for why"))));
        assert_eq!(
            read_lines("# Intentional because nobody uses it"),
            Some(intentional(Some("because nobody uses it")))
        );
    }

    #[test]
    fn a_reason_is_words() {
        for comment in [
            "# migguard: intentional",
            "# migguard: intentional -- ",
            "# migguard: intentional -- <why>",
            "# migguard: intentional -- ...",
            "# This drop is intentional",
            "# This drop is intentional.",
        ] {
            assert_eq!(read_lines(comment), Some(intentional(None)), "{comment}");
        }
    }

    #[test]
    fn other_sentences_are_no_reasons() {
        for comment in [
            "# This drop is not intentional - ask Ann",
            "# This drop is unintentional - ask Ann",
            "# make sure that this drop is intentional - ask Ann",
            "# is this drop intentional? - ask Ann",
            "# This drop is intentional in staging only",
            "# This drop is intentionally left out - see below",
        ] {
            assert_eq!(read_lines(comment), None, "{comment}");
        }
    }

    #[test]
    fn ignored_checks_are_listed() {
        let ignore = |checks: &[&str], whole_file, reason: Option<&str>| {
            let checks = checks.iter().map(|check| (*check).to_owned()).collect();
            Some(Directive::Ignore { checks, whole_file, reason: reason.map(str::to_owned) })
        };
        let read = |comment| read(comment, std::iter::empty());
        assert_eq!(read("# migguard: ignore[a-b, c] -- why not"), ignore(&["a-b", "c"], false, Some("why not")));
        assert_eq!(read("#migguard: IGNORE-FILE [a] : why"), ignore(&["a"], true, Some("why")));
        assert_eq!(read("# migguard: ignore[a]"), ignore(&["a"], false, None));
        for unknown in ["# migguard: ignore", "# migguard: ignore[]", "# migguard: intensional -- x", "# migguard:"] {
            assert_eq!(read(unknown), Some(Directive::Unknown), "{unknown}");
        }
        assert_eq!(read("# see migguard: ignore"), None);
        assert_eq!(read("# migguards: ignore[a]"), None);
    }
}
