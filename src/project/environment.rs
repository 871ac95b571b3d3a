//! A section, or an `env.py` alone, to an environment.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::config::{self, Section};
use super::{Environment, import_roots, options, version_folders};
use crate::git::{Files, Target, join, parent};
use crate::python::value::ROOT;
use crate::python::{ImportRoots, Sources};

/// The environments that a section describes, one for each chain, or why it describes none.
pub(super) fn of_section(
    sources: &Sources,
    packages: &[String],
    section: &Section,
) -> Result<Vec<Environment>, String> {
    let files = &sources.files;
    let folder = parent(&section.config);
    let Some(location) = section.options.get("script_location") else {
        let why = section.broken.get("script_location").map_or("it is not set", String::as_str);
        return Err(format!("its script_location cannot be read: {why}"));
    };
    let bases = bases(folder);
    let prepended = prepended(files, &section.options, &bases)?;
    let roots = import_roots::before_env(files, packages, folder, &prepended);
    let found = places(files, location, &bases, &roots);
    let is_scripts = |place: &&String| holds_scripts(files, place) || section.options.contains_key("version_locations");
    let Some(script_location) = found.iter().find(is_scripts) else {
        return Err(format!(
            "its script_location `{}` is no folder with an env.py or a versions folder",
            shown(location)
        ));
    };
    let locations = options::version_locations(&section.options)?;
    let (config, name, options) = (Some(&section.config), &section.name, &section.options);
    Ok(environments(sources, config, name, script_location, options, &locations, &bases, roots))
}

/// The environments of an `env.py` that no configuration names. What `alembic.ini` beside it says counts, as with
/// Flask-Migrate, which gives the folder itself.
pub(super) fn of_env_file(sources: &Sources, packages: &[String], env: &str) -> Vec<Environment> {
    let script_location = parent(env).to_owned();
    let options = config::options(&sources.files, &format!("{script_location}/alembic.ini"), "alembic");
    let bases = bases(parent(&script_location));
    let prepended = prepended(&sources.files, &options, &bases).unwrap_or_default();
    let roots = import_roots::before_env(&sources.files, packages, parent(&script_location), &prepended);
    let locations = options::version_locations(&options).unwrap_or_default();
    environments(sources, None, "alembic", &script_location, &options, &locations, &bases, roots)
}

#[expect(clippy::too_many_arguments, reason = "it makes an `Environment` of its parts")]
fn environments(
    sources: &Sources,
    config: Option<&Arc<str>>,
    section: &str,
    script_location: &str,
    options: &BTreeMap<String, String>,
    locations: &[String],
    bases: &[String],
    roots: ImportRoots,
) -> Vec<Environment> {
    let files = &sources.files;
    let mut versions: Vec<Arc<str>> = Vec::new();
    let mut known = HashSet::new();
    for location in locations {
        let place = places(files, location, bases, &roots).into_iter().next().or_else(|| place(location, bases));
        if let Some(place) = place.filter(|place| known.insert(place.clone())) {
            versions.push(place.into());
        }
    }
    let env = join(script_location, "env.py").filter(|path| files.is_file(path)).map(Arc::from);
    let roots = match &env {
        Some(env) => import_roots::with_env(sources, env, roots, bases),
        None => roots,
    };
    let is_recursive = options.get("recursive_version_locations").is_some_and(|value| value == "true");
    let chains = if versions.is_empty() {
        unnamed(sources, script_location, options, is_recursive, bases, &roots)
    } else {
        vec![versions]
    };
    let environment = |versions| Environment {
        config: config.cloned(),
        section: section.to_owned(),
        script_location: script_location.into(),
        env: env.clone(),
        versions,
        recursive_version_locations: is_recursive,
        options: options.clone(),
        roots: roots.clone(),
    };
    chains.into_iter().map(environment).collect()
}

/// The folders of each chain where the configuration names none: what code sets with literals, or `versions` and what is
/// below it.
fn unnamed(
    sources: &Sources,
    script_location: &str,
    options: &BTreeMap<String, String>,
    is_recursive: bool,
    bases: &[String],
    roots: &ImportRoots,
) -> Vec<Vec<Arc<str>>> {
    let mut set: Vec<Arc<str>> = Vec::new();
    for value in version_folders::set_by_code(sources, roots, script_location) {
        let mut options = options.clone();
        options.insert("version_locations".to_owned(), value);
        for location in options::version_locations(&options).unwrap_or_default() {
            let place = places(&sources.files, &location, bases, roots).into_iter().next();
            set.extend(place.filter(|place| !set.iter().any(|known| **known == **place)).map(Arc::from));
        }
    }
    if !set.is_empty() {
        return vec![set];
    }
    let versions = join(script_location, "versions").unwrap_or_default();
    if is_recursive {
        return vec![vec![versions.into()]];
    }
    let chains = version_folders::chains(sources, roots, &versions);
    chains.into_iter().map(|folders| folders.into_iter().map(Arc::from).collect()).collect()
}

/// Where Alembic may be run: beside its configuration, at the top level, in between.
fn bases(folder: &str) -> Vec<String> {
    let mut bases = vec![folder.to_owned(), String::new()];
    let mut above = folder;
    while !above.is_empty() {
        above = parent(above);
        bases.push(above.to_owned());
    }
    bases.dedup();
    bases
}

fn prepended(files: &Files, options: &BTreeMap<String, String>, bases: &[String]) -> Result<Vec<String>, String> {
    let paths = options::prepend_sys_path(options)?;
    Ok(paths.iter().filter_map(|path| places(files, path, bases, &ImportRoots::default()).into_iter().next()).collect())
}

/// The folders of the snapshot that a location may mean, the likeliest first.
fn places(files: &Files, location: &str, bases: &[String], roots: &ImportRoots) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |path: String| {
        if let Target::Folder(_) = files.resolve(&path)
            && !found.contains(&path)
        {
            found.push(path);
        }
    };
    match location.split_once(':') {
        // `package:folder`, as `alembic.util.coerce_resource_to_filename` reads it.
        Some((package, rest)) if !location.starts_with('/') => {
            let module = roots.find(files, package);
            let folder = module.as_ref().and_then(|module| module.folder());
            if let Some(path) = folder.and_then(|folder| join(folder, &rest.replace(':', "/"))) {
                add(path);
            }
        }
        _ => {
            for base in bases {
                if let Some(path) = place(location, std::slice::from_ref(base)) {
                    add(path);
                }
            }
        }
    }
    found
}

/// The path that a location means from the first base, whether it exists or not.
fn place(location: &str, bases: &[String]) -> Option<String> {
    let location = location.replace('\\', "/");
    match location.strip_prefix(ROOT) {
        Some(rest) => join("", rest.trim_start_matches('/')),
        None => join(bases.first()?, &location),
    }
}

fn holds_scripts(files: &Files, folder: &str) -> bool {
    let inside = |name: &str| join(folder, name).unwrap_or_default();
    files.is_file(&inside("env.py")) || files.is_folder(&inside("versions"))
}

/// A location as people wrote it, or nearly.
fn shown(location: &str) -> String {
    location.replace(ROOT, "%(here)s")
}
