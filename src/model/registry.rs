//! Packages whose `__init__.py` imports most of their model modules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reach::Reach;
use super::{Model, Registry};
use crate::git::parent;
use crate::python::imports::{MODULE, literal_all};
use crate::python::modules::ModuleFile;
use crate::python::syntax::Span;

/// The registries among the packages that hold models.
pub(super) fn of(reach: &mut Reach<'_>, models: &[Model]) -> Vec<Registry> {
    let mut packages: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    for model in models {
        let path = &model.location.path;
        let folder = match path.strip_suffix("/__init__.py") {
            // A sub-package with models of its own is a module of the package above.
            Some(package) => parent(package),
            None => parent(path),
        };
        packages.entry(folder.to_owned()).or_default().insert(path.clone());
    }
    let tops = reach.tops();
    let mut registries = Vec::new();
    for (folder, files) in packages {
        let Some(entry) = reach.vm.sources.files.entry(&format!("{folder}/__init__.py")).cloned() else { continue };
        let path = entry.path;
        let Some(facts) = reach.graph.facts(&path) else { continue };
        let mut imports: Vec<(Arc<str>, Span)> = Vec::new();
        let mut names = BTreeSet::new();
        for import in facts.of_scope(MODULE) {
            names.insert(import.bound.clone());
            for module in reach.graph.imported(&path, import) {
                let file = match &module {
                    ModuleFile::Module(file) | ModuleFile::Package(file) => file,
                    ModuleFile::Namespace(_) => continue,
                };
                let is_inside = file.strip_prefix(&*folder).is_some_and(|rest| rest.starts_with('/'));
                if is_inside && *file != path && !imports.iter().any(|(known, _)| known == file) {
                    imports.push((file.clone(), import.span));
                }
            }
        }
        let missing: Vec<Arc<str>> =
            files.iter().filter(|file| !imports.iter().any(|(known, _)| known == *file)).cloned().collect();
        if (files.len() - missing.len()) * 2 <= files.len() {
            continue;
        }
        let all = reach.vm.sources.file(&path).and_then(|file| literal_all(&file.body));
        let package = reach.name(&path, &tops).into();
        registries.push(Registry { path, package, imports, names, all, missing });
    }
    registries
}
