//! Alembic's configuration: sections of ini files, and `[tool.alembic]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use configparser::ini::Ini;

use super::options::interpolate;
use crate::git::{Files, Mode, parent};
use crate::python::value::ROOT;
use crate::reading;

/// No configuration that people write comes near.
const MAX_SIZE: usize = 1 << 20;

/// A section that names a `script_location`.
pub(super) struct Section {
    pub config: Arc<str>,
    pub name: String,
    /// Interpolated; the snapshot's own folders begin with [`ROOT`].
    pub options: BTreeMap<String, String>,
    /// Options that could not be interpolated, and why.
    pub broken: BTreeMap<String, String>,
}

/// The files that may hold Alembic's configuration, by their names alone.
pub(super) fn candidates(files: &Files) -> Vec<Arc<str>> {
    let is_config = |path: &str| {
        let is_pyproject = |folder: &str| folder.is_empty() || folder.ends_with('/');
        path.ends_with(".ini")
            || path.ends_with(".cfg")
            || path.strip_suffix("pyproject.toml").is_some_and(is_pyproject)
    };
    files
        .entries()
        .iter()
        .filter(|entry| entry.mode != Mode::Submodule && is_config(&entry.path))
        .map(|entry| entry.path.clone())
        .collect()
}

/// The sections of a file that name a `script_location`, `alembic` first.
pub(super) fn sections(files: &Files, path: &str) -> Vec<Section> {
    let _reading = reading::begin(&path.into());
    let Some(text) = text(files, path) else { return Vec::new() };
    if !text.contains("script_location") {
        return Vec::new();
    }
    if matches!(path.rsplit_once('.'), Some((_, "toml"))) {
        toml_section(files, path, &text).into_iter().collect()
    } else {
        ini(path, &text)
    }
}

/// The options of one section of an ini file, whether it names a `script_location` or not.
pub(super) fn options(files: &Files, path: &str, section: &str) -> BTreeMap<String, String> {
    let _reading = reading::begin(&path.into());
    let Some((raw, _)) = text(files, path).and_then(|text| read_ini(&text)).map(|ini| raw_options(&ini, section))
    else {
        return BTreeMap::new();
    };
    interpolated(path, &raw).0
}

fn text(files: &Files, path: &str) -> Option<String> {
    let content = files.read(path)?;
    if content.len() > MAX_SIZE {
        return None;
    }
    let text = std::str::from_utf8(&content).ok()?;
    Some(text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned())
}

fn ini(path: &str, text: &str) -> Vec<Section> {
    let Some(ini) = read_ini(text) else { return Vec::new() };
    let mut names: Vec<String> = ini.sections().into_iter().filter(|name| !is_of_another(name)).collect();
    names.sort_by_key(|name| (name != "alembic", name.clone()));
    let (mut sections, mut inheriting) = (Vec::new(), Vec::new());
    for name in names {
        let (raw, has_own) = raw_options(&ini, &name);
        if raw.contains_key("script_location") {
            let (options, broken) = interpolated(path, &raw);
            let list = if has_own { &mut sections } else { &mut inheriting };
            list.push(Section { config: path.into(), name, options, broken });
        }
    }
    // Where it stands in `[DEFAULT]`, each section has it: one stands for all that say nothing of their own.
    let is_needed = |section: &Section| sections.is_empty() || section.name == "alembic";
    let first = inheriting.into_iter().next().filter(is_needed);
    first.into_iter().chain(sections).collect()
}

/// Sections of Python's `logging.config`, of Alembic's hooks, and `[DEFAULT]` itself.
fn is_of_another(section: &str) -> bool {
    matches!(section, "DEFAULT" | "loggers" | "handlers" | "formatters" | "post_write_hooks")
        || ["logger_", "handler_", "formatter_"].iter().any(|prefix| section.starts_with(prefix))
}

fn read_ini(text: &str) -> Option<Ini> {
    let mut ini = Ini::new_cs();
    ini.set_default_section("DEFAULT");
    ini.set_multiline(true);
    // Python's `ConfigParser` knows comments only where they begin a line.
    ini.set_inline_comment_symbols(Some(&[]));
    ini.read(text.to_owned()).ok()?;
    Some(ini)
}

/// The options of a section over those of `[DEFAULT]`, and whether the section itself says where its scripts or versions are.
fn raw_options(ini: &Ini, section: &str) -> (BTreeMap<String, String>, bool) {
    let mut options = BTreeMap::new();
    let mut has_own = false;
    for name in ["DEFAULT", section] {
        for (key, value) in ini.get_map_ref().get(name).into_iter().flatten() {
            let key = key.to_lowercase();
            has_own |= name == section && matches!(&*key, "script_location" | "version_locations");
            options.insert(key, value.clone().unwrap_or_default());
        }
    }
    (options, has_own)
}

fn interpolated(path: &str, raw: &BTreeMap<String, String>) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let mut all = raw.clone();
    all.insert("here".into(), here(path));
    let (mut options, mut broken) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in raw {
        match interpolate(value, &all) {
            Ok(value) => options.insert(key.clone(), value),
            Err(why) => broken.insert(key.clone(), why),
        };
    }
    (options, broken)
}

fn here(path: &str) -> String {
    match parent(path) {
        "" => ROOT.to_owned(),
        folder => format!("{ROOT}/{folder}"),
    }
}

/// `[tool.alembic]`, with what `alembic.ini` beside it says about everything but the scripts.
fn toml_section(files: &Files, path: &str, text: &str) -> Option<Section> {
    let document: toml::Table = text.parse().ok()?;
    let table = document.get("tool")?.get("alembic")?.as_table()?;
    if !table.contains_key("script_location") {
        return None;
    }
    let beside = crate::git::join(parent(path), "alembic.ini")?;
    let mut options = self::options(files, &beside, "alembic");
    let given = BTreeMap::from([("here".to_owned(), here(path))]);
    let mut broken = BTreeMap::new();
    let has_lists =
        ["version_locations", "prepend_sys_path"].iter().any(|key| table.get(*key).is_some_and(toml::Value::is_array));
    for (key, value) in table {
        let value = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Boolean(flag) => flag.to_string(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Array(values) => values.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join("\n"),
            _ => continue,
        };
        match interpolate(&value, &given) {
            Ok(value) => options.insert(key.clone(), value),
            Err(why) => broken.insert(key.clone(), why),
        };
    }
    if has_lists {
        // A list has no separator: it is kept as lines.
        options.insert("path_separator".into(), "newline".into());
    }
    Some(Section { config: path.into(), name: "alembic".into(), options, broken })
}
