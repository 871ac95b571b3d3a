//! The comments of a file that speak to migguard, and which statement each belongs to.

use std::sync::Arc;

use super::comment::{self, Directive};
use crate::python::SourceFile;
use crate::python::syntax::{Span, Stmt, StmtKind, Suite};

/// So many comments of one statement, or head of a file, are looked at; more would only cost time.
const COMMENTS: usize = 100;

/// The comments of a file.
pub(super) struct Annotations {
    pub file: Arc<SourceFile>,
    /// In source order.
    comments: Vec<Comment>,
}

struct Comment {
    span: Span,
    line: usize,
    /// Nothing but space stands before it.
    is_alone: bool,
    directive: Option<Directive>,
}

impl Annotations {
    /// Reads the comments of a file.
    pub(super) fn read(file: &Arc<SourceFile>) -> Self {
        let source = &file.source;
        let mut comments: Vec<Comment> = file
            .comments
            .iter()
            .map(|span| {
                let line = source.line_of(span.start);
                let is_alone = source.line(line).trim_start() == source.slice(*span).trim_end_matches(['\r', '\n']);
                Comment { span: *span, line, is_alone, directive: None }
            })
            .collect();
        for at in 0..comments.len() {
            let Some((this, below)) = comments.get(at..).and_then(<[Comment]>::split_first) else { break };
            let below = below
                .iter()
                .zip(this.line + 1..)
                .take_while(|(comment, line)| this.is_alone && comment.is_alone && comment.line == *line)
                .map(|(comment, _)| source.slice(comment.span));
            let directive = comment::read(source.slice(this.span), below);
            if let Some(comment) = comments.get_mut(at) {
                comment.directive = directive;
            }
        }
        Self { file: file.clone(), comments }
    }

    /// Every directive with its number and place.
    pub(super) fn directives(&self) -> impl Iterator<Item = (usize, Span, &Directive)> {
        self.comments.iter().enumerate().filter_map(|(at, c)| Some((at, c.span, c.directive.as_ref()?)))
    }

    /// The directives that speak of what stands at `span`: those of its statement, and of the `with`, `for`, `if` and
    /// classes around it.
    pub(super) fn at(&self, span: Span) -> Vec<(usize, &Directive)> {
        let mut found = Vec::new();
        for statement in carriers(&self.file.body, span.start) {
            self.collect(statement, &mut found);
        }
        found.into_iter().filter_map(|at| Some((at, self.comments.get(at)?.directive.as_ref()?))).collect()
    }

    /// The `ignore-file` directives at the head of the file: before its first statement, docstring apart.
    pub(super) fn of_file(&self) -> impl Iterator<Item = (usize, &Directive)> {
        let end = self.head_end();
        self.comments
            .iter()
            .enumerate()
            .take(COMMENTS)
            .take_while(move |(_, comment)| comment.span.start < end)
            .filter_map(|(at, comment)| Some((at, comment.directive.as_ref()?)))
            .filter(|(_, directive)| matches!(directive, Directive::Ignore { whole_file: true, .. }))
    }

    /// Where the head of the file ends.
    pub(super) fn head_end(&self) -> u32 {
        let is_docstring =
            |statement: &&Stmt| matches!(&statement.kind, StmtKind::Expr(text) if text.as_str().is_some());
        self.file.body.iter().find(|statement| !is_docstring(statement)).map_or(u32::MAX, |first| first.span.start)
    }

    /// The statement below a comment, or on its line.
    pub(super) fn statement_line(&self, comment: Span) -> usize {
        let at = self.comments.partition_point(|other| other.span.start < comment.start);
        let Some(first) = self.comments.get(at) else { return 0 };
        if !first.is_alone {
            return first.line;
        }
        let below = self.comments.get(at..).unwrap_or_default().iter().zip(first.line..);
        below
            .take_while(|(comment, line)| comment.is_alone && comment.line == *line)
            .last()
            .map_or(0, |(_, line)| line + 1)
    }

    /// Adds the comments above a statement, in it, and at its end.
    fn collect(&self, statement: &Stmt, found: &mut Vec<usize>) {
        let source = &self.file.source;
        let mut line = source.line_of(statement.span.start);
        let first = self.comments.partition_point(|comment| comment.span.start < statement.span.start);
        for (at, comment) in self.comments.iter().enumerate().take(first).rev().take(COMMENTS) {
            if !comment.is_alone || comment.line + 1 != line {
                break;
            }
            line = comment.line;
            found.push(at);
        }
        let inner = first_inside(statement);
        let end = inner.unwrap_or(statement.span.end);
        let last_line = source.line_of(statement.span.end);
        let inside = self.comments.iter().enumerate().skip(first).take(COMMENTS).take_while(|(_, comment)| {
            comment.span.start < end || inner.is_none() && comment.line == last_line && !comment.is_alone
        });
        let mut inside: Vec<(usize, &Comment)> = inside.collect();
        if let Some(inner) = inner {
            // The comments directly above the body's first statement are that statement's.
            let mut below = source.line_of(inner);
            while let Some((_, comment)) = inside.last() {
                let between = Span { start: comment.span.end, end: inner };
                if !comment.is_alone || comment.line >= below || !is_blank_or_comments(source.slice(between)) {
                    break;
                }
                below = comment.line;
                inside.pop();
            }
        }
        found.extend(inside.into_iter().map(|(at, _)| at));
    }
}

/// The line above which a comment belongs to what stands at `span`, and the white space before it. `None` where no
/// line can hold one: inside of a string, or where the file could not be understood.
pub(super) fn line_for_comment(file: &SourceFile, span: Span) -> Option<(usize, &str)> {
    let source = &file.source;
    carriers(&file.body, span.start).into_iter().find_map(|statement| {
        let line = source.line_of(statement.span.start);
        let text = source.line(line);
        let code = text.trim_start_matches([' ', '\t']);
        let (indentation, _) = text.split_at_checked(text.len() - code.len())?;
        // A line's first statement begins where its text does.
        let before = statement.span.start.checked_sub(u32::try_from(indentation.len()).ok()?)?;
        let begins = before.checked_sub(1).map_or(line == 1, |end| source.line_of(end) < line);
        let is_continued = line > 1 && source.line(line - 1).ends_with('\\');
        (begins && !is_continued).then_some((line, indentation))
    })
}

/// The innermost statement at an offset, then what is around it as far as a comment there speaks for it: up to the
/// function that holds it, and any classes.
fn carriers(body: &Suite, offset: u32) -> Vec<&Stmt> {
    let mut chain: Vec<&Stmt> = Vec::new();
    let mut next = statement_at(body, offset);
    while let Some(statement) = next {
        chain.push(statement);
        next = suites(&statement.kind).into_iter().find_map(|suite| statement_at(suite, offset));
    }
    chain.reverse();
    let around =
        chain.iter().skip(1).take_while(|statement| !matches!(statement.kind, StmtKind::FunctionDef(_))).count();
    chain.truncate(1 + around);
    chain
}

/// The statement of a suite in which an offset lies. A suite is in source order.
fn statement_at(suite: &Suite, offset: u32) -> Option<&Stmt> {
    let after = suite.partition_point(|statement| statement.span.start <= offset);
    suite.get(after.checked_sub(1)?).filter(|statement| offset < statement.span.end)
}

fn suites(kind: &StmtKind) -> Vec<&Suite> {
    match kind {
        StmtKind::FunctionDef(function) => vec![&function.body],
        StmtKind::ClassDef(class) => vec![&class.body],
        kind => kind.suites(),
    }
}

/// Where the body of a compound statement begins.
fn first_inside(statement: &Stmt) -> Option<u32> {
    suites(&statement.kind).into_iter().filter_map(|suite| suite.first()).map(|first| first.span.start).min()
}

fn is_blank_or_comments(text: &str) -> bool {
    text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::source::Source;

    fn annotations(text: &str) -> Annotations {
        Annotations::read(&Arc::new(SourceFile::of(Source::new(&"m.py".into(), text.into()))))
    }

    /// The reasons that stand for the first `@` of a text, which is taken out.
    fn reasons(marked: &str) -> Vec<String> {
        let start = u32::try_from(marked.find('@').unwrap()).unwrap();
        let annotations = annotations(&marked.replacen('@', "", 1));
        let at = annotations.at(Span { start, end: start + 1 });
        at.into_iter()
            .filter_map(|(_, directive)| match directive {
                Directive::Intentional { reason } | Directive::Ignore { reason, .. } => reason.clone(),
                Directive::Unknown => None,
            })
            .collect()
    }

    #[test]
    fn a_comment_belongs_to_the_statement_below_it() {
        assert_eq!(reasons("def f():\n    # Intentional - gone\n    @drop('a')\n"), ["gone"]);
        assert_eq!(reasons("def f():\n    # Intentional - gone\n    # for good\n    @drop('a')\n"), ["gone for good"]);
        assert_eq!(reasons("def f():\n    # Intentional - gone\n    # noqa\n    @drop('a')\n"), ["gone"]);
        let none: [String; 0] = [];
        assert_eq!(reasons("def f():\n    # Intentional - gone\n\n    @drop('a')\n"), none);
        assert_eq!(reasons("def f():\n    # Intentional - gone\n    drop('b')\n    @drop('a')\n"), none);
        assert_eq!(reasons("# Intentional - gone\ndef f():\n    @drop('a')\n"), none);
        assert_eq!(reasons("x = '''\n# Intentional - gone\n'''\n@drop('a')\n"), none);
        assert_eq!(reasons("drop('b')  # Intentional - gone\n@drop('a')\n"), none);
    }

    #[test]
    fn a_comment_belongs_to_the_statement_that_it_ends_or_stands_in() {
        assert_eq!(reasons("@drop('a')  # Intentional - gone\n"), ["gone"]);
        assert_eq!(reasons("@drop('a')  # Intentional - gone"), ["gone"]);
        assert_eq!(reasons("@drop(\n    'a',  # Intentional - gone\n)\n"), ["gone"]);
        assert_eq!(reasons("drop(\n    # Intentional - gone\n    @'a',\n)\n"), ["gone"]);
        assert_eq!(reasons("@drop(\n    'a',\n)  # Intentional - gone\n"), ["gone"]);
        assert_eq!(reasons("if x: @drop('a')  # Intentional - gone\n"), ["gone"]);
        assert_eq!(reasons("@drop('a'); drop('b')  # Intentional - gone\n"), ["gone"]);
    }

    #[test]
    fn a_comment_belongs_to_all_that_its_statement_holds() {
        assert_eq!(reasons("def f():\n    # Intentional - gone\n    with b as c:\n        @c.drop('a')\n"), ["gone"]);
        assert_eq!(reasons("with b as c:  # Intentional - gone\n    x()\n    @c.drop('a')\n"), ["gone"]);
        assert_eq!(reasons("# Intentional - gone\nfor t in ['a']:\n    if x:\n        @drop(t)\n"), ["gone"]);
        assert_eq!(reasons("# Intentional - gone\nif x:\n    y()\nelse:\n    @drop(t)\n"), ["gone"]);
        assert_eq!(reasons("with (\n    # Intentional - gone\n    b as c\n):\n    x()\n    @c.drop('a')\n"), ["gone"]);
        let none: [String; 0] = [];
        assert_eq!(reasons("with b as c:\n    # Intentional - gone\n    c.drop('b')\n    @c.drop('a')\n"), none);
        assert_eq!(reasons("with b as c:\n    # Intentional - gone\n    @c.drop('b')\n"), ["gone"]);
    }

    #[test]
    fn a_class_has_the_comments_around_its_head() {
        for text in [
            "# migguard: ignore[x] -- old\nclass @A:\n    pass\n",
            "class @A:  # migguard: ignore[x] -- old\n    pass\n",
            "# migguard: ignore[x] -- old\n@dec\nclass @A:\n    pass\n",
            "@dec  # migguard: ignore[x] -- old\nclass @A:\n    pass\n",
            "@dec\n# migguard: ignore[x] -- old\nclass @A:\n    pass\n",
            "# migguard: ignore[x] -- old\nclass A:\n    @x = 1\n",
        ] {
            // The mark is the last one: a decorator has the same sign.
            let at = text.rfind('@').unwrap();
            let clean = format!("{}{}", &text[..at], &text[at + 1..]);
            let start = u32::try_from(at).unwrap();
            assert_eq!(annotations(&clean).at(Span { start, end: start }).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_new_comment_has_the_indentation_of_its_statement() {
        let line = |marked: &str| {
            let start = u32::try_from(marked.find('@').unwrap()).unwrap();
            let annotations = annotations(&marked.replacen('@', "", 1));
            line_for_comment(&annotations.file, Span { start, end: start })
                .map(|(line, space)| (line, space.to_owned()))
        };
        assert_eq!(line("def f():\n\tdrop(\n\t\t@'a')\n"), Some((2, "\t".into())));
        assert_eq!(line("def f():\n    if x: @drop('a')\n"), Some((2, "    ".into())));
        assert_eq!(line("if x: \\\n  @drop('a')\n"), Some((1, String::new())));
        assert_eq!(line("x = '''\n'''; @drop('a')\n"), None);
        assert_eq!(line("x = 1\n\n@"), None);
    }
}
