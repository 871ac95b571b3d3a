//! The values of Alembic's options: interpolation and lists, as `configparser` and `alembic.config.Config` read them.

use std::collections::BTreeMap;

/// Python's `configparser.MAX_INTERPOLATION_DEPTH`.
const DEPTH: usize = 10;

/// No option is longer; what grows beyond names itself over and over.
const LENGTH: usize = 64 << 10;

/// A value with its `%(name)s` filled in and `%%` made one. An error names what stands in the way.
pub(super) fn interpolate(value: &str, options: &BTreeMap<String, String>) -> Result<String, String> {
    let mut filled = String::new();
    fill(value, options, DEPTH, &mut filled)?;
    Ok(filled)
}

fn fill(value: &str, options: &BTreeMap<String, String>, depth: usize, filled: &mut String) -> Result<(), String> {
    let Some(depth) = depth.checked_sub(1) else { return Err("its interpolation never ends".into()) };
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        filled.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            filled.push('%');
            rest = after;
            continue;
        }
        let named = rest.strip_prefix('(').and_then(|rest| rest.split_once(")s"));
        let Some((name, after)) = named else { return Err("it holds a `%` that begins no `%(name)s`".into()) };
        // Alembic's own `here` is final: a folder's name is no template.
        match options.get(&name.to_lowercase()) {
            Some(here) if name.eq_ignore_ascii_case("here") => filled.push_str(here),
            Some(value) => fill(value, options, depth, filled)?,
            None => return Err(format!("it refers to `{name}`, which is not set")),
        }
        if filled.len() > LENGTH {
            return Err("its interpolation never ends".into());
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(())
}

/// The elements of `version_locations` by `path_separator`, or the older `version_path_separator`.
pub(super) fn version_locations(options: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let Some(value) = options.get("version_locations") else { return Ok(Vec::new()) };
    let separator = options.get("path_separator").or_else(|| options.get("version_path_separator"));
    split(value, separator.map(String::as_str), &[' ', ','])
}

/// The elements of `prepend_sys_path` by `path_separator`.
pub(super) fn prepend_sys_path(options: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let Some(value) = options.get("prepend_sys_path") else { return Ok(Vec::new()) };
    split(value, options.get("path_separator").map(String::as_str), &[' ', ',', ':'])
}

/// Without a separator Alembic splits as it always did (`, *|(?: +)`).
fn split(value: &str, separator: Option<&str>, legacy: &[char]) -> Result<Vec<String>, String> {
    let parts: Vec<&str> = match separator {
        None => value.split(|c: char| legacy.contains(&c) || c.is_whitespace()).collect(),
        Some("space") => value.split(' ').collect(),
        Some("newline") => value.split('\n').collect(),
        Some("os" | ":") => value.split(':').collect(),
        Some(";") => value.split(';').collect(),
        Some(other) => return Err(format!("`{other}` is no path separator that Alembic knows")),
    };
    Ok(parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
}
