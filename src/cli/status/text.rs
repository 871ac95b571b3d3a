//! `status` for people, at a glance.

use unicode_width::UnicodeWidthStr;

use super::chain;
use super::overview::{EnvironmentView, ModelView, Overview, RegistryView, SettingsView};
use crate::hook::HookState;
use crate::plain::plain;
use crate::report::{Paint, Style};

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
        self.entry("versions", &environment.versions.join(", "));
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
        for line in chain::lines(environment, self.style) {
            self.line(&format!("  {line}"));
        }
        self.entry("autogenerate", &next_autogenerate(environment));
    }

    fn models(&mut self, models: &[ModelView]) {
        let name = |model: &ModelView| plain(model.class.as_deref().unwrap_or("Table(...)")).into_owned();
        let table = |model: &ModelView| plain(model.table.as_deref().unwrap_or("?")).into_owned();
        let column = |width: &dyn Fn(&ModelView) -> usize| models.iter().map(width).max().unwrap_or_default().min(60);
        let (names, tables) = (column(&|model| name(model).width()), column(&|model| table(model).width()));
        for model in models {
            let mark = match model.registered {
                Some(true) => self.style.paint(Paint::Green, "✓"),
                Some(false) => self.style.paint(Paint::Red, "✗"),
                None => self.style.paint(Paint::Yellow, "?"),
            };
            let place = plain(&format!("{}:{}", model.path, model.line)).into_owned();
            let line = format!(
                "  {mark} {}  {}  {}",
                padded(&table(model), tables),
                padded(&name(model), names),
                self.style.paint(Paint::Dim, &place)
            );
            self.line(&line);
            if let Some(reason) = &model.reason {
                self.line(&format!("      {}", plain(reason)));
            }
        }
    }
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

fn next_autogenerate(environment: &EnvironmentView) -> String {
    match &environment.unmapped_tables {
        None => "what it would drop cannot be known".to_owned(),
        Some(tables) if tables.is_empty() => "would drop no table".to_owned(),
        Some(tables) => format!("would drop {}", tables.join(", ")),
    }
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
