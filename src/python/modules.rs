//! Which file a dotted module name means, as Python's import system finds it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::git::{Files, Target, join, parent};

/// The folders that stand on `sys.path`, in order, relative to the top level; `""` is the top level itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRoots(pub Vec<String>);

/// What a module name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleFile {
    /// `a/b.py`
    Module(Arc<str>),
    /// `a/b/__init__.py`
    Package(Arc<str>),
    /// A folder without `__init__.py` (PEP 420).
    Namespace(Arc<str>),
}

impl ModuleFile {
    /// The file that runs when the module is imported.
    pub fn path(&self) -> Option<&Arc<str>> {
        match self {
            Self::Module(path) | Self::Package(path) => Some(path),
            Self::Namespace(_) => None,
        }
    }

    /// The folder of its submodules.
    pub fn folder(&self) -> Option<&str> {
        match self {
            Self::Module(_) => None,
            Self::Package(path) => Some(parent(path)),
            Self::Namespace(folder) => Some(folder),
        }
    }
}

impl ImportRoots {
    /// The module of a dotted name. In each root a package wins over a module, and both over a namespace in a later
    /// root, as in `importlib`'s `FileFinder`.
    pub fn find(&self, files: &Files, dotted: &str) -> Option<ModuleFile> {
        if dotted.is_empty() || dotted.split('.').any(str::is_empty) {
            return None;
        }
        let relative = dotted.replace('.', "/");
        let mut namespace = None;
        for root in &self.0 {
            let Some(base) = join(root, &relative) else { continue };
            match find_at(files, &base) {
                Some(ModuleFile::Namespace(folder)) => {
                    namespace.get_or_insert(ModuleFile::Namespace(folder));
                }
                Some(found) => return Some(found),
                None => {}
            }
        }
        namespace
    }

    /// The dotted names under which a file can be imported, by each root above it: `app.models.user` and, from a
    /// root `app`, `models.user`.
    pub fn names(&self, path: &str) -> Vec<String> {
        let Some(stem) = path.strip_suffix(".py") else { return Vec::new() };
        let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
        let mut names: Vec<String> = Vec::new();
        for root in &self.0 {
            let inside = if root.is_empty() {
                Some(stem)
            } else {
                stem.strip_prefix(root.as_str()).and_then(|rest| rest.strip_prefix('/'))
            };
            if let Some(inside) = inside.filter(|inside| inside.split('/').all(is_identifier)) {
                let name = inside.replace('/', ".");
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }
}

/// The module whose path without its ending is `base`.
pub fn find_at(files: &Files, base: &str) -> Option<ModuleFile> {
    let package = format!("{base}/__init__.py");
    if let Target::File(entry) = files.resolve(&package) {
        return Some(ModuleFile::Package(entry.path));
    }
    if let Target::File(entry) = files.resolve(&format!("{base}.py")) {
        return Some(ModuleFile::Module(entry.path));
    }
    match files.resolve(base) {
        Target::Folder(folder) => Some(ModuleFile::Namespace(folder.into())),
        _ => None,
    }
}

/// The module that a file outside of the packages on `sys.path` means by an absolute name: where several projects of a
/// repository have a top-level package of one name, each means its own. `None` where the file lies in no such package.
pub fn find_beside(files: &Files, importer: &str, dotted: &str) -> Option<ModuleFile> {
    let top = dotted.split('.').next()?;
    let relative = dotted.replace('.', "/");
    let mut package = parent(importer);
    while !package.is_empty() {
        if package.rsplit('/').next() == Some(top) {
            let found = find_at(files, &join(parent(package), &relative)?);
            if found.as_ref().is_some_and(|found| found.path().is_some()) {
                return found;
            }
        }
        package = parent(package);
    }
    None
}

/// Whether a file lies in the top-level package from which a dotted name led to another.
pub fn is_in_top_package(importer: &str, dotted: &str, found: &str) -> bool {
    let path = found.strip_suffix("/__init__.py").or_else(|| found.strip_suffix(".py")).unwrap_or(found);
    let top = dotted.split('.').skip(1).fold(path, |path, _| parent(path));
    importer.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'))
}

/// The path, without its ending, that a relative import means: `level` dots and `module` in the file `importer`.
pub fn relative_base(importer: &str, level: u32, module: &str) -> String {
    let mut folder = parent(importer);
    for _ in 1..level {
        folder = parent(folder);
    }
    match (folder, module) {
        (folder, "") => folder.to_owned(),
        ("", module) => module.replace('.', "/"),
        (folder, module) => format!("{folder}/{}", module.replace('.', "/")),
    }
}

fn is_identifier(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::MemoryTree;

    #[test]
    fn names_lead_to_files() {
        let tree = MemoryTree::new([
            ("backend/app/__init__.py", ""),
            ("backend/app/models/user.py", ""),
            ("backend/app/models.py", ""),
            ("src/tool.py", ""),
            ("other/app/x.py", ""),
        ]);
        let files = Files::new(Arc::new(tree)).unwrap();
        let roots = ImportRoots(vec![String::new(), "other".into(), "backend".into(), "src".into()]);
        assert_eq!(roots.find(&files, "tool"), Some(ModuleFile::Module("src/tool.py".into())));
        assert_eq!(roots.find(&files, "app"), Some(ModuleFile::Package("backend/app/__init__.py".into())));
        assert_eq!(roots.find(&files, "app.models"), Some(ModuleFile::Module("backend/app/models.py".into())));
        assert_eq!(
            roots.find(&files, "backend.app.models.user").unwrap().path().unwrap().as_ref(),
            "backend/app/models/user.py"
        );
        assert_eq!(roots.find(&files, "missing"), None);
        assert_eq!(roots.find(&files, ""), None);
        assert_eq!(roots.names("backend/app/models/user.py"), ["backend.app.models.user", "app.models.user"]);
        assert_eq!(roots.names("backend/app/__init__.py"), ["backend.app", "app"]);
    }

    #[test]
    fn each_project_means_its_own_package() {
        let tree =
            MemoryTree::new([("a/app/db.py", ""), ("a/app/x/y.py", ""), ("b/app/db.py", ""), ("b/app/y.py", "")]);
        let files = Files::new(Arc::new(tree)).unwrap();
        let own = |importer: &str| find_beside(&files, importer, "app.db").and_then(|found| found.path().cloned());
        assert_eq!(own("b/app/y.py"), Some("b/app/db.py".into()));
        assert_eq!(own("a/app/x/y.py"), Some("a/app/db.py".into()));
        assert_eq!(own("tools/y.py"), None);
        assert!(is_in_top_package("a/app/x/y.py", "app.db", "a/app/db.py"));
        assert!(!is_in_top_package("b/app/y.py", "app.db", "a/app/db.py"));
    }

    #[test]
    fn relative_imports_climb() {
        assert_eq!(relative_base("a/b/c.py", 1, "x"), "a/b/x");
        assert_eq!(relative_base("a/b/__init__.py", 1, "x.y"), "a/b/x/y");
        assert_eq!(relative_base("a/b/c.py", 2, ""), "a");
        assert_eq!(relative_base("a.py", 1, "x"), "x");
        assert_eq!(relative_base("a/b.py", 9, ""), "");
    }
}
