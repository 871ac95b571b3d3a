//! The hooks, written into a clone.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::file::{self, Found};
use super::location::Location;
use super::managers::{self, Manager};
use super::script::{Hook, Script, VERSION};
use super::{Error, HooksPath, binary};

/// What became of an installation.
#[derive(Debug)]
pub struct Installation {
    /// The folder that the hooks are in.
    pub folder: PathBuf,
    pub hooks: Vec<(Hook, Installed)>,
    /// The program that the hooks run; `None` where they look for it on PATH.
    pub binary: Option<PathBuf>,
    /// The setting that keeps git from looking in the folder.
    pub ignored: Option<HooksPath>,
    /// Whether the folder belongs to a working tree, so that others of the repository have none or another one.
    pub in_working_tree: bool,
    /// Other managers of hooks that the repository has a configuration for.
    pub managers: Vec<Manager>,
}

/// What became of one hook.
#[derive(Debug, PartialEq, Eq)]
pub enum Installed {
    New,
    /// Another hook was there. It is kept under a new name and runs first; `others` are hooks that were kept before.
    Before {
        kept: PathBuf,
        others: bool,
    },
    /// A script of ours was out of date, or had lost its run bit.
    Renewed,
    Already,
    /// The hook there is another manager's and runs migguard: `by` is that hook or its configuration.
    Called {
        by: PathBuf,
    },
}

/// Installs the hooks for the repository that git finds from `directory`. Running it again changes nothing but what is
/// out of date.
///
/// # Errors
///
/// Where git looks for hooks in a folder that is not this repository's; `force` then writes the repository's own
/// folder. Nothing is changed where an error says that something is not for migguard to write.
pub fn install(directory: &Path, force: bool) -> Result<Installation, Error> {
    let location = Location::find(directory)?;
    let _lock = location.lock();
    let (folder, ignored) = location.target(force)?;
    let top_level = location.top_level.as_deref();
    let fleeting = top_level.filter(|_| location.linked);
    let binary = binary::lasting(fleeting);
    let remembered = binary.clone().map(OsString::from).unwrap_or_default();
    let plans: Vec<Plan> =
        Hook::ALL.into_iter().map(|hook| Plan::make(hook, folder, top_level, &remembered)).collect::<Result<_, _>>()?;
    fs::create_dir_all(folder).map_err(Error::io("make the folder", folder))?;
    let mut hooks = Vec::new();
    for plan in plans {
        plan.carry_out()?;
        hooks.push((plan.hook, plan.outcome));
    }
    Ok(Installation {
        folder: folder.to_owned(),
        hooks,
        binary,
        ignored: ignored.cloned(),
        in_working_tree: location.is_in_working_tree(folder),
        managers: top_level.map(managers::managers).unwrap_or_default(),
    })
}

/// What is to be done for one hook. All is planned before anything is written.
struct Plan {
    hook: Hook,
    /// The file at `path` moves here first.
    keep: Option<(PathBuf, PathBuf)>,
    write: Option<(PathBuf, Vec<u8>)>,
    outcome: Installed,
}

impl Plan {
    fn make(hook: Hook, folder: &Path, top_level: Option<&Path>, binary: &OsString) -> Result<Self, Error> {
        let path = folder.join(hook.name());
        if let Some(husky) = managers::husky(folder) {
            let by = husky.join(hook.name());
            if managers::runs_migguard(&by) {
                return Ok(Self { hook, keep: None, write: None, outcome: Installed::Called { by } });
            }
            return Err(Error::Husky { folder: folder.to_owned(), husky });
        }
        let found = Found::at(&path)?;
        if found.calls_legacy() {
            let [legacy, _] = hook.moved_names().map(|name| folder.join(name));
            if let Found::Ours { script, content, executable } = Found::at(&legacy)? {
                let renewed = renewed(hook, binary, &script, &content, executable);
                let write = renewed.map(|content| (legacy, content));
                return Ok(Self { hook, keep: None, write, outcome: Installed::Called { by: path } });
            }
        }
        if let Some(by) = found.called_by(top_level) {
            return Ok(Self { hook, keep: None, write: None, outcome: Installed::Called { by } });
        }
        Ok(match found {
            Found::Ours { script, content, executable } => match renewed(hook, binary, &script, &content, executable) {
                None => Self { hook, keep: None, write: None, outcome: Installed::Already },
                Some(content) => Self { hook, keep: None, write: Some((path, content)), outcome: Installed::Renewed },
            },
            // What was kept before is still there to be run, if only our own script was deleted.
            Found::Nothing => {
                let previous = hook.first_previous_name();
                let kept = folder.join(&previous);
                let outcome =
                    if file::exists(&kept) { Installed::Before { kept, others: false } } else { Installed::New };
                Self { hook, keep: None, write: Some((path, script(hook, binary, previous))), outcome }
            }
            Found::Foreign { .. } | Found::Dangling => {
                let previous = hook.previous_names().find(|name| !file::exists(&folder.join(name))).unwrap_or_default();
                let kept = folder.join(&previous);
                let others = previous != hook.first_previous_name();
                Self {
                    hook,
                    keep: Some((path.clone(), kept.clone())),
                    write: Some((path, script(hook, binary, previous))),
                    outcome: Installed::Before { kept, others },
                }
            }
        })
    }

    fn carry_out(&self) -> Result<(), Error> {
        let Some((path, content)) = &self.write else { return Ok(()) };
        let prepared = file::prepare(path, content)?;
        if let Some((path, kept)) = &self.keep {
            file::rename(path, kept)?;
        }
        let put = prepared.put();
        if let (Err(_), Some((path, kept))) = (&put, &self.keep) {
            file::rename(kept, path)?;
        }
        put
    }
}

/// What a script of ours should hold instead; `None` where it is as it should be.
fn renewed(hook: Hook, binary: &OsString, old: &Script, content: &[u8], executable: bool) -> Option<Vec<u8>> {
    let previous = if old.names_previous(hook) { old.previous.clone() } else { hook.first_previous_name() };
    let renewed = script(hook, binary, previous);
    (renewed != content || !executable).then_some(renewed)
}

fn script(hook: Hook, binary: &OsString, previous: OsString) -> Vec<u8> {
    Script { version: VERSION, binary: binary.clone(), previous }.render(hook)
}
