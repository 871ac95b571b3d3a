//! `migguard explain`: the pages of the checks.

use anyhow::{Result, bail};

use super::{Exit, Globals, terminal};
use crate::check::CHECKS;
use crate::nearest::nearest;
use crate::report::page::{self, Page};
use crate::report::{Paint, Style};

/// Show the page of a check: what it finds, why it is bad, and what to do instead
///
/// Without a name, all checks with one line each.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  migguard explain
  migguard explain dropped-live-table")]
pub struct Args {
    /// The check's name, as findings show it in brackets
    #[arg(value_name = "CHECK")]
    check: Option<String>,
}

pub fn run(args: &Args, globals: &Globals) -> Result<Exit> {
    let style = terminal::stdout_style(globals.color);
    let pages: Vec<Page> = CHECKS.iter().map(|check| Page::of(check)).collect();
    let text = match &args.check {
        None => list(&pages, style),
        Some(name) => page::render(find(&pages, name)?, style),
    };
    terminal::print(&text)?;
    Ok(Exit::Clean)
}

fn find<'p>(pages: &'p [Page], name: &str) -> Result<&'p Page> {
    if let Some(page) = pages.iter().find(|page| page.name == name) {
        return Ok(page);
    }
    match nearest(name, pages.iter().map(|page| page.name)) {
        Some(near) => bail!("there is no check `{name}`; did you mean `{near}`?"),
        None => bail!("there is no check `{name}`; `migguard explain` lists them"),
    }
}

fn list(pages: &[Page], style: Style) -> String {
    let width = pages.iter().map(|page| page.name.len()).max().unwrap_or_default();
    let indent = width + "confirm".len() + 4;
    let mut text = String::new();
    for page in pages {
        let name = style.paint(Paint::Bold, &format!("{:width$}", page.name));
        let summary = page::wrap(&page.summary, style.width.saturating_sub(indent));
        let summary = summary.join(&format!("\n{:indent$}", ""));
        text.push_str(&format!("{name}  {:7}  {summary}\n", page.level.to_string()));
    }
    text + "\nLevels are set in `[tool.migguard.levels]` of pyproject.toml. `migguard explain <check>` shows a page.\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Level;

    fn pages() -> [Page; 2] {
        let page = |name, level, summary: &str| Page { name, level, summary: summary.into(), text: String::new() };
        let live = "Finds a table that goes, although a model that nobody took away still maps it.";
        [page("dropped-live-table", Level::Deny, live), page("unused-ignore", Level::Warn, "Finds comments.")]
    }

    #[test]
    fn checks_are_listed_with_what_they_find() {
        insta::assert_snapshot!(list(&pages(), Style { color: false, width: 72 }));
    }

    #[test]
    fn a_name_that_is_nearly_right_is_put_right() {
        let pages = pages();
        assert_eq!(find(&pages, "unused-ignore").unwrap().name, "unused-ignore");
        let error = |name| find(&pages, name).unwrap_err().to_string();
        assert_eq!(
            error("droped-live-table"),
            "there is no check `droped-live-table`; did you mean `dropped-live-table`?"
        );
        assert_eq!(error("xyz"), "there is no check `xyz`; `migguard explain` lists them");
    }
}
