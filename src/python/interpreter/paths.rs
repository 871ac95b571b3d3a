//! Paths and files of the snapshot, as programs compute them from `__file__`. No path leads out of the snapshot.

use std::rc::Rc;
use std::sync::Arc;

use globset::GlobBuilder;

use super::{Host, Interpreter};
use crate::git::{Target, join, parent};
use crate::python::syntax::Name;
use crate::python::value::{Arguments, HOLE, ROOT, Value};

/// SQL files may be large; texts put together in code are not.
const FILE: usize = 32 << 20;

impl<H: Host> Interpreter<'_, H> {
    /// Functions of `os.path`, `os`, `glob`, `pathlib`, `importlib.resources`, and `open`.
    pub(super) fn path_function(&mut self, name: &str, arguments: &Arguments) -> Option<Value> {
        let first = arguments.positional.first();
        Some(match name {
            "os.path.join" => self.path_join(&arguments.positional, false),
            "os.path.dirname" => match text(first?) {
                Some(path) => Value::str(parent_of(&path)),
                None => Value::unknown("a path"),
            },
            "os.path.basename" => Value::str(text(first?)?.rsplit('/').next().unwrap_or_default()),
            "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath" => match text(first?) {
                Some(path) => Value::str(normalized(&path)),
                None => first?.clone(),
            },
            "os.path.relpath" => {
                let start = arguments.get(1, "start").map_or(Some(ROOT.into()), text)?;
                Value::str(relative(&text(first?)?, &start)?)
            }
            "os.path.exists" | "os.path.isfile" | "os.path.isdir" => {
                self.exists(&text(first?)?, name.trim_start_matches("os.path."))
            }
            "os.path.splitext" => {
                let path = text(first?)?;
                let at = path.rfind('.').unwrap_or(path.len());
                Value::Tuple([Value::str(&path[..at]), Value::str(&path[at..])].into())
            }
            "os.listdir" => self.list_folder(first?, false)?,
            "os.scandir" => self.list_folder(first?, true)?,
            "os.walk" => self.walk(first?)?,
            "glob.glob" | "glob.iglob" => self.glob_texts(first?)?,
            "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" => {
                if arguments.positional.is_empty() {
                    Value::Path(ROOT.into())
                } else {
                    self.path_join(&arguments.positional, true)
                }
            }
            "builtins.open" | "io.open" | "codecs.open" => self.open(first?)?,
            "importlib.resources.files" => match first? {
                Value::Str(name) => {
                    let module = self.import(&name.clone());
                    module_folder(&module)?
                }
                module => module_folder(module)?,
            },
            "importlib.resources.read_text" | "importlib.resources.open_text" | "pkgutil.get_data" => {
                let module = match first? {
                    Value::Str(name) => self.import(&name.clone()),
                    module => module.clone(),
                };
                let folder = module_folder(&module)?;
                let file = self.path_join(&[folder, arguments.positional.get(1)?.clone()], true);
                self.read(&text(&file)?)
            }
            _ => return None,
        })
    }

    pub(super) fn path_method(&mut self, path: &Arc<str>, name: &str, arguments: &Arguments) -> Option<Value> {
        Some(match name {
            "read_text" | "read_bytes" => self.read(path),
            "open" => self.open(&Value::Path(path.clone()))?,
            "joinpath" => {
                let parts: Vec<Value> =
                    std::iter::once(Value::Path(path.clone())).chain(arguments.positional.iter().cloned()).collect();
                self.path_join(&parts, true)
            }
            "resolve" | "absolute" | "expanduser" => Value::Path(normalized(path).into()),
            "as_posix" | "__str__" => Value::Str(path.clone()),
            "with_name" => {
                let name = arguments.positional.first()?.clone();
                self.path_join(&[Value::Path(parent_of(path).into()), name], true)
            }
            "with_suffix" => {
                let suffix = arguments.positional.first()?.as_str()?.clone();
                let stem_end = path.rfind('.').filter(|at| *at > path.rfind('/').unwrap_or(0)).unwrap_or(path.len());
                Value::Path(format!("{}{suffix}", &path[..stem_end]).into())
            }
            "relative_to" => {
                let base = text(arguments.positional.first()?)?;
                let inside = normalized(path).strip_prefix(&normalized(&base))?.trim_start_matches('/').to_owned();
                Value::Path(inside.into())
            }
            "iterdir" => self.list_folder(&Value::Path(path.clone()), true)?,
            "glob" | "rglob" => {
                let pattern = arguments.positional.first()?.as_str()?.clone();
                let pattern = if name == "rglob" { format!("**/{pattern}") } else { pattern.to_string() };
                let matches = self.matching(&format!("{path}/{pattern}"))?;
                Value::list(matches.into_iter().map(|path| Value::Path(path.into())).collect())
            }
            "exists" | "is_file" | "is_dir" => self.exists(path, &name.replace('_', "")),
            _ => Value::unknown(format!("a path's `{name}()`")),
        })
    }

    /// `a / b` and `os.path.join(a, b)`
    pub(super) fn path_join(&mut self, parts: &[Value], is_path: bool) -> Value {
        let mut joined = String::new();
        for part in parts {
            let part = match part {
                Value::Path(path) => path.clone(),
                part => match part.as_text() {
                    Some(text) => text,
                    None => return Value::unknown("a path"),
                },
            };
            if part.starts_with('/') {
                joined = part.to_string();
            } else if joined.is_empty() || joined.ends_with('/') {
                joined.push_str(&part);
            } else {
                joined.push('/');
                joined.push_str(&part);
            }
        }
        match self.computed(joined) {
            Value::Str(joined) if is_path => Value::Path(joined),
            value => value,
        }
    }

    /// The file of the snapshot that a path means, or why there is none.
    fn file(&self, path: &str) -> Result<String, String> {
        if path.contains(HOLE) {
            return Err("a file whose path is not known".into());
        }
        let relative = match path.strip_prefix(ROOT) {
            Some(rest) => join("", rest.trim_start_matches('/')),
            None if path.starts_with('/') => None,
            // A relative path starts where the program does. Alembic is run beside its configuration, mostly the folder
            // above its scripts, or at the top.
            None => {
                let site = self.sites.iter().find(|site| !site.path.is_empty()).map_or("", |site| &*site.path);
                let mut folder = crate::git::parent(site);
                loop {
                    if let Some(candidate) = join(folder, path)
                        && self.sources.files.is_file(&candidate)
                    {
                        break Some(candidate);
                    }
                    if folder.is_empty() {
                        break None;
                    }
                    folder = crate::git::parent(folder);
                }
            }
        };
        let Some(relative) = relative else {
            return Err(format!("the file `{}`, which is not in the repository", path.replace(ROOT, "")));
        };
        match self.sources.files.resolve(&relative) {
            Target::File(_) => Ok(relative),
            Target::Outside => Err(format!("the file `{relative}`, which a link leads out of the repository")),
            Target::Folder(_) | Target::Nothing => {
                Err(format!("the file `{relative}`, which is not in the repository"))
            }
        }
    }

    fn read(&mut self, path: &str) -> Value {
        let file = match self.file(path) {
            Ok(file) => file,
            Err(why) => return Value::unknown(why),
        };
        match self.sources.files.read(&file) {
            Some(content) if content.len() <= FILE => match std::str::from_utf8(&content) {
                Ok(text) => {
                    self.allocated += text.len();
                    Value::str(text.trim_start_matches('\u{FEFF}'))
                }
                Err(_) => Value::unknown(format!("the file `{file}`, which is not UTF-8")),
            },
            _ => Value::unknown(format!("the file `{file}`")),
        }
    }

    /// An open file is a path that is read by its methods: `open(path)` and `path.open()` make it.
    fn open(&mut self, path: &Value) -> Option<Value> {
        let path = text(path)?;
        let content = self.read(&path);
        Some(Value::Object(Rc::new(crate::python::value::Object {
            callee: Value::External("builtins.open".into()),
            arguments: Arguments { positional: vec![Value::Str(path), content], ..Arguments::default() },
            path: "builtins.open".into(),
            span: crate::python::syntax::Span::default(),
        })))
    }

    /// Whether something lies at a path. What the snapshot does not hold may be there all the same when the program runs.
    fn exists(&self, path: &str, question: &str) -> Value {
        let inside = path.strip_prefix(ROOT).filter(|inside| !inside.contains(HOLE));
        let found = inside.and_then(|inside| join("", inside.trim_start_matches('/')));
        match found.map(|found| self.sources.files.resolve(&found)) {
            Some(Target::File(_)) => Value::Bool(question != "isdir"),
            Some(Target::Folder(_)) => Value::Bool(question != "isfile"),
            _ => Value::unknown("whether a file exists"),
        }
    }

    fn list_folder(&mut self, folder: &Value, as_paths: bool) -> Option<Value> {
        let folder = text(folder)?;
        let relative = join("", folder.strip_prefix(ROOT)?.trim_start_matches('/'))?;
        let names = self.sources.files.list(&relative);
        let values = names
            .into_iter()
            .map(|name| if as_paths { Value::Path(format!("{folder}/{name}").into()) } else { Value::str(name) })
            .collect();
        Some(self.computed_list(values))
    }

    /// What `os.walk(top)` yields: each folder below with the names of its folders and files.
    fn walk(&mut self, top: &Value) -> Option<Value> {
        let top = text(top)?;
        let mut waiting = vec![(top.to_string(), join("", top.strip_prefix(ROOT)?.trim_start_matches('/'))?)];
        let mut rows = Vec::new();
        while let Some((folder, relative)) = waiting.pop() {
            if rows.len() > super::ITEMS || relative.len() > 4_000 {
                return None;
            }
            let (mut folders, mut files) = (Vec::new(), Vec::new());
            for name in self.sources.files.list(&relative) {
                let inner = if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
                if self.sources.files.is_folder(&inner) {
                    // As `os.walk` does by itself, a link is not followed.
                    if self.sources.files.entry(&inner).is_none() {
                        waiting.push((format!("{folder}/{name}"), inner));
                    }
                    folders.push(Value::str(name));
                } else {
                    files.push(Value::str(name));
                }
            }
            rows.push(Value::Tuple([Value::str(folder), Value::list(folders), Value::list(files)].into()));
        }
        Some(self.computed_list(rows))
    }

    fn glob_texts(&mut self, pattern: &Value) -> Option<Value> {
        let pattern = text(pattern)?;
        let matches = self.matching(&pattern)?;
        Some(self.computed_list(matches.into_iter().map(Value::str).collect()))
    }

    /// The files and folders of the snapshot that a pattern below its root matches, in order.
    fn matching(&mut self, pattern: &str) -> Option<Vec<String>> {
        if pattern.contains(HOLE) {
            return None;
        }
        let pattern = join("", pattern.strip_prefix(ROOT)?.trim_start_matches('/'))?;
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?.compile_matcher();
        let entries = self.sources.files.entries();
        let mut matches: Vec<&str> =
            entries.iter().map(|entry| &*entry.path).filter(|path| glob.is_match(path)).collect();
        // A folder's name has no ending.
        if !pattern.rsplit('/').next().unwrap_or_default().contains('.') {
            let mut folders: Vec<&str> = Vec::new();
            for entry in entries {
                let mut folder = parent(&entry.path);
                while !folder.is_empty() && !folders.last().is_some_and(|last| is_inside(last, folder)) {
                    folders.push(folder);
                    folder = parent(folder);
                }
            }
            matches.extend(folders.into_iter().filter(|folder| glob.is_match(folder)));
            matches.sort_unstable();
            matches.dedup();
        }
        Some(matches.into_iter().map(|path| format!("{ROOT}/{path}")).collect())
    }
}

/// Attributes of a `pathlib` path.
pub(super) fn attribute(path: &Arc<str>, name: &Name) -> Option<Value> {
    let file_name = path.rsplit('/').next().unwrap_or_default();
    Some(match &**name {
        "parent" => Value::Path(parent_of(path).into()),
        "parents" => {
            let mut parents = Vec::new();
            let mut folder = normalized(path);
            while folder.len() > ROOT.len() || (!folder.starts_with('/') && !folder.is_empty()) {
                folder = parent_of(&folder).to_owned();
                parents.push(Value::Path(folder.as_str().into()));
            }
            Value::Tuple(parents.into())
        }
        "parts" => Value::Tuple(path.split('/').filter(|part| !part.is_empty()).map(Value::str).collect()),
        "name" => Value::str(file_name),
        // Of what `os.scandir()` yields.
        "path" => Value::Str(path.clone()),
        "stem" => Value::str(file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)),
        "suffix" => Value::str(file_name.rfind('.').map_or("", |at| &file_name[at..])),
        _ => return None,
    })
}

fn module_folder(module: &Value) -> Option<Value> {
    let folder = match module {
        Value::Module(path) => crate::git::parent(path),
        Value::Namespace(folder) => folder,
        _ => return None,
    };
    Some(Value::Path(if folder.is_empty() { ROOT.into() } else { format!("{ROOT}/{folder}").into() }))
}

/// Names of the library that stand for the characters of paths.
pub(super) fn constant(name: &str) -> Option<Value> {
    match name {
        "os.sep" | "os.path.sep" => Some(Value::str("/")),
        "os.extsep" | "os.path.extsep" => Some(Value::str(".")),
        _ => None,
    }
}

/// `os.path.relpath(path, start)`
fn relative(path: &str, start: &str) -> Option<String> {
    let parts = |path: &str| -> Option<Vec<String>> {
        let inside = join("", path.strip_prefix(ROOT)?.trim_start_matches('/'))?;
        (!inside.contains(HOLE)).then(|| inside.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect())
    };
    let (path, start) = (parts(path)?, parts(start)?);
    let shared = path.iter().zip(&start).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", start.len() - shared);
    let relative: Vec<&str> = up.chain(path.iter().skip(shared).map(String::as_str)).collect();
    Some(if relative.is_empty() { ".".into() } else { relative.join("/") })
}

/// Whether a path is a folder or lies in it.
fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Str(text) | Value::Path(text) => Some(text.clone()),
        _ => None,
    }
}

fn parent_of(path: &str) -> &str {
    match path.rfind('/') {
        // Nothing lies above the snapshot's root.
        Some(at) if at >= ROOT.len() || !path.starts_with(ROOT) => &path[..at],
        _ if path.starts_with(ROOT) => ROOT,
        _ => "",
    }
}

/// The path without `.` and `..`, as `os.path.normpath` writes it.
fn normalized(path: &str) -> String {
    let (root, rest) = match path.strip_prefix(ROOT) {
        Some(rest) => (ROOT, rest.trim_start_matches('/')),
        None if path.starts_with('/') => return path.to_owned(),
        // What is relative is relative to where the program runs.
        None => ("", path),
    };
    match join("", rest) {
        Some(rest) if rest.is_empty() => root.to_owned(),
        Some(rest) if root.is_empty() => rest,
        Some(rest) => format!("{root}/{rest}"),
        None => path.to_owned(),
    }
}
