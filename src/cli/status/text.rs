//! `status` for people, at a glance.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::chain;
use super::overview::{EnvironmentView, ModelView, Overview, RegistryView, SettingsView};
use crate::hook::HookState;
use crate::plain::plain;
use crate::report::{Paint, Style};

/// How many models are read one by one at a glance.
const GLANCE: usize = 30;

pub(super) fn render(overview: &Overview, style: Style) -> String {
    let mut page = Page { text: String::new(), style };
    for hook in &overview.hook.hooks {
        page.hook(hook);
    }
    page.entry("settings", &settings(&overview.settings));
    for skipped in &overview.skipped {
        page.entry("skipped", &format!("{} [{}]: {}", skipped.config, skipped.section, skipped.why));
    }
    if overview.environments.is_empty() {
        page.entry(
            "Alembic",
            "no environment found: no alembic.ini, no [tool.alembic], no env.py that uses alembic.context",
        );
    }
    for environment in &overview.environments {
        page.environment(environment);
    }
    page.text
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A name and what is to be said of it, text of the repository among it.
    fn entry(&mut self, name: &str, value: &str) {
        let line = format!("{} {}", self.style.paint(Paint::Bold, &format!("{name:10}")), plain(value));
        self.line(&line);
    }

    fn hook(&mut self, hook: &HookState) {
        let mark = match hook.condition.trouble() {
            None => self.style.paint(Paint::Green, "✓"),
            Some(_) if hook.condition.guards() => self.style.paint(Paint::Yellow, "!"),
            Some(_) => self.style.paint(Paint::Red, "✗"),
        };
        let trouble = hook.condition.trouble().unwrap_or_else(|| "is installed".to_owned());
        let previous = hook.previous.as_ref().map(|path| format!(", after {path}")).unwrap_or_default();
        let value = plain(&format!("{} {trouble}{previous}", hook.name)).into_owned();
        let line = format!("{} {mark} {value}", self.style.paint(Paint::Bold, &format!("{:10}", "hook")));
        self.line(&line);
    }

    fn environment(&mut self, environment: &EnvironmentView) {
        let source = environment.config.as_ref().map(|config| format!(" ({config} [{}])", environment.section));
        let title = format!("{}{}", environment.script_location, source.unwrap_or_default());
        self.line("");
        self.line(&self.style.paint(Paint::Bold, &plain(&title)));
        self.entry("env.py", environment.env.as_deref().unwrap_or("none"));
        self.entry("versions", &folders(&environment.versions));
        self.entry("metadata", &metadata(environment));
        self.entry("models", &tally(&environment.models));
        self.models(&environment.models);
        for registry in &environment.registries {
            self.entry("registry", &describe(registry));
        }
        for file in &environment.unparsable {
            self.entry("unreadable", file);
        }
        self.entry("chain", &chain_tally(environment));
        for fault in &environment.faults {
            let line = format!("  {} {}", self.style.paint(Paint::Red, "✗"), plain(fault));
            self.line(&line);
        }
        let inside = Style { width: self.style.width.saturating_sub(2), ..self.style };
        for line in chain::lines(environment, inside) {
            self.line(&format!("  {line}"));
        }
        self.entry("autogenerate", &next_autogenerate(environment));
    }

    /// What is not registered first, then what is not known with its reason said once, then the rest: a line each, or a
    /// folder's tables together where they are too many to be read one by one.
    fn models(&mut self, models: &[ModelView]) {
        let column = |text: fn(&ModelView) -> String| {
            models.iter().map(|model| text(model).width()).max().unwrap_or_default().min(60)
        };
        let widths = (column(table), column(name));
        let of = |registered| models.iter().filter(move |model| model.registered == registered);
        self.lines(&of(Some(false)).collect::<Vec<_>>(), "✗", Paint::Red, widths);
        let mut unknown: Vec<(&str, Vec<&ModelView>)> = Vec::new();
        for model in of(None) {
            let reason = model.reason.as_deref().unwrap_or_default();
            match unknown.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, models)) => models.push(model),
                None => unknown.push((reason, vec![model])),
            }
        }
        for (reason, models) in unknown {
            self.together(&models, "?", Paint::Yellow, widths);
            self.line(&format!("      {}", plain(reason)));
        }
        self.together(&of(Some(true)).collect::<Vec<_>>(), "✓", Paint::Green, widths);
        for model in of(Some(true)).filter(|model| model.reason.is_some()) {
            let reason = model.reason.as_deref().unwrap_or_default();
            self.line(&format!("      {}: {}", plain(&name(model)), plain(reason)));
        }
    }

    fn lines(&mut self, models: &[&ModelView], mark: &str, paint: Paint, (tables, names): (usize, usize)) {
        for model in models {
            let place = plain(&format!("{}:{}", model.path, model.line)).into_owned();
            let line = format!(
                "  {} {}  {}  {}",
                self.style.paint(paint, mark),
                padded(&table(model), tables),
                padded(&name(model), names),
                self.style.paint(Paint::Dim, &place)
            );
            self.line(&line);
        }
    }

    fn together(&mut self, models: &[&ModelView], mark: &str, paint: Paint, widths: (usize, usize)) {
        if models.len() <= GLANCE {
            self.lines(models, mark, paint, widths);
            return;
        }
        let mut folders: BTreeMap<&str, Vec<&ModelView>> = BTreeMap::new();
        for model in models {
            folders.entry(crate::git::parent(&model.path)).or_default().push(model);
        }
        for (folder, models) in folders {
            let title = format!("{}/ ({})", plain(folder), models.len());
            let line = format!("  {} {}", self.style.paint(paint, mark), self.style.paint(Paint::Dim, &title));
            self.line(&line);
            let mut tables: Vec<String> = models.iter().map(|model| table(model)).collect();
            tables.dedup();
            for line in wrapped(&tables, self.style.width.saturating_sub(6).max(20)) {
                self.line(&format!("      {line}"));
            }
        }
    }
}

fn name(model: &ModelView) -> String {
    plain(model.class.as_deref().unwrap_or("Table(...)")).into_owned()
}

fn table(model: &ModelView) -> String {
    plain(model.table.as_deref().unwrap_or("?")).into_owned()
}

/// The folders of versions: where one for each release makes them many, the first and how many others.
fn folders(versions: &[String]) -> String {
    match versions {
        [first, rest @ ..] if rest.len() > 2 => format!("{first} and {} more folders", rest.len()),
        versions => versions.join(", "),
    }
}

/// Words with commas between them, in lines of no more than a width.
fn wrapped(words: &[String], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (at, word) in words.iter().enumerate() {
        let comma = if at + 1 < words.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&format!("{word}{comma}")),
            Some(line) if line.width() + word.width() + 2 <= width => line.push_str(&format!(" {word}{comma}")),
            _ => lines.push(format!("{word}{comma}")),
        }
    }
    lines
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{:1$}", "", width.saturating_sub(text.width()))
}

fn settings(settings: &SettingsView) -> String {
    let Some(path) = &settings.path else { return "none: all checks at their own levels".to_owned() };
    let mut parts: Vec<String> = settings.levels.iter().map(|(check, level)| format!("{check} = {level}")).collect();
    let lists = [
        ("environments", &settings.environments),
        ("models", &settings.models),
        ("foreign tables", &settings.foreign_tables),
    ];
    parts
        .extend(lists.iter().filter(|(_, list)| !list.is_empty()).map(|(name, l)| format!("{name}: {}", l.join(", "))));
    parts.extend(settings.released.as_ref().map(|branch| format!("released: {branch}")));
    if !settings.accepted.is_empty() {
        parts.push(format!("accepted: {}", settings.accepted.keys().cloned().collect::<Vec<_>>().join(", ")));
    }
    if parts.is_empty() { path.clone() } else { format!("{path}: {}", parts.join("; ")) }
}

fn metadata(environment: &EnvironmentView) -> String {
    match (&environment.metadata_reason, environment.metadata) {
        (Some(why), _) => format!("unknown: {why}"),
        (None, "none") => "none: autogenerate is not used".to_owned(),
        (None, known) => known.to_owned(),
    }
}

fn tally(models: &[ModelView]) -> String {
    let count = |registered| models.iter().filter(|model| model.registered == registered).count();
    let parts = [(count(Some(true)), "registered"), (count(Some(false)), "not registered"), (count(None), "unknown")];
    let parts: Vec<_> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

fn describe(registry: &RegistryView) -> String {
    let mut text = format!("{} imports {} of its files", registry.path, registry.imports.len());
    if let Some(all) = &registry.all {
        text.push_str(&format!(", lists {} names in `__all__`", all.len()));
    }
    if !registry.missing.is_empty() {
        text.push_str(&format!("; not imported: {}", registry.missing.join(", ")));
    }
    text
}

fn chain_tally(environment: &EnvironmentView) -> String {
    let heads = match environment.heads.as_slice() {
        [] => "no head".to_owned(),
        [head] => format!("head {head}"),
        heads => format!("{} heads", heads.len()),
    };
    match environment.revisions.len() {
        0 => "no revision".to_owned(),
        1 => format!("1 revision, {heads}"),
        number => format!("{number} revisions, {heads}"),
    }
}

/// So many columns are named.
const COLUMNS: usize = 5;

fn next_autogenerate(environment: &EnvironmentView) -> String {
    let Some(tables) = &environment.unmapped_tables else { return "what it would drop cannot be known".to_owned() };
    let columns = environment.unmapped_columns.as_deref().unwrap_or_default();
    let mut dropped = tables.clone();
    dropped.extend(columns.iter().take(COLUMNS).cloned());
    if columns.len() > COLUMNS {
        dropped.push(format!("{} more columns", columns.len() - COLUMNS));
    }
    if dropped.is_empty() { "would drop no table".to_owned() } else { format!("would drop {}", dropped.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{incident, overview};
    use super::*;
    use crate::report::json;

    const PLAIN: Style = Style { color: false, width: 100 };

    #[test]
    fn the_project_of_the_guide_at_a_glance() {
        insta::assert_snapshot!(render(&overview(&incident()), PLAIN));
    }

    #[test]
    fn the_same_as_json() {
        insta::assert_snapshot!(json::to_text(&overview(&incident())));
    }

    #[test]
    fn a_repository_without_alembic_says_so() {
        let empty = crate::report::testing::analysis([]).after;
        let text = render(&overview(&empty), PLAIN);
        assert!(text.contains("no environment found"), "{text}");
    }
}
