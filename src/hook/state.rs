//! How the hooks of a clone stand.

use std::path::Path;

use serde::Serialize;

use super::file::{self, Found};
use super::location::{HooksPath, Location};
use super::script::{Hook, Script, VERSION};
use super::{Error, binary, managers};

/// The hooks of a repository, for `migguard status`. Paths are text: what is no Unicode in them is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// The folder that git looks in.
    pub folder: String,
    /// The version of the scripts that this program writes.
    pub version: u32,
    /// `core.hooksPath`, where it is set.
    pub hooks_path: Option<HooksPath>,
    pub hooks: Vec<HookState>,
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HookState {
    /// As git calls it: `pre-commit`.
    pub name: &'static str,
    /// Where git looks for it.
    pub path: String,
    #[serde(flatten)]
    pub condition: Condition,
    /// The hook that was there before and runs first.
    pub previous: Option<String>,
}

/// What a commit meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Condition {
    Installed,
    /// Another manager's hook is there and runs migguard: `by` is that hook or its configuration.
    CalledBy {
        by: String,
    },
    Missing,
    /// The script is of another version than the program.
    Outdated {
        version: u32,
    },
    /// Ours is in the repository's own folder, and git looks elsewhere.
    Shadowed {
        // The hook has a `path` of its own: where git looks.
        #[serde(rename = "at")]
        path: String,
    },
    NotExecutable,
    /// A link that leads nowhere.
    Dangling,
    /// Another hook is there, ours is not.
    Foreign,
    /// Another manager moved ours here and does not call it.
    MovedAside {
        to: String,
    },
    /// The hook finds no program to run, and refuses every commit.
    BinaryMissing {
        binary: String,
    },
    /// The program is not where the hook remembers it, but where it looks next.
    BinaryMoved {
        from: String,
        to: String,
    },
}

impl Condition {
    /// Whether a commit is checked.
    pub fn guards(&self) -> bool {
        matches!(self, Self::Installed | Self::CalledBy { .. } | Self::Outdated { .. } | Self::BinaryMoved { .. })
    }

    /// What is the matter and the one thing to do about it; `None` where all is well. A fragment that follows the
    /// hook's name.
    pub fn trouble(&self) -> Option<String> {
        Some(match self {
            Self::Installed | Self::CalledBy { .. } => return None,
            Self::Missing => "is not installed: run `migguard install`".to_owned(),
            Self::Outdated { version } => {
                format!("is of version {version}, not {VERSION}: run `migguard install` to renew it")
            }
            Self::Shadowed { path } => {
                format!("is in {path}, where git does not look: run `migguard install` to see what to do")
            }
            Self::NotExecutable => "is not executable, so git skips it: run `migguard install` to renew it".to_owned(),
            Self::Dangling => "is a link that leads nowhere, which git skips: run `migguard install`".to_owned(),
            Self::Foreign => "is another hook that does not call migguard: run `migguard install`".to_owned(),
            Self::MovedAside { to } => {
                format!("was moved to {to} by another hook manager, which does not call it: run `migguard install`")
            }
            Self::BinaryMissing { binary } => format!(
                "finds no migguard program{} and refuses every commit: run `migguard install` to renew it",
                if binary.is_empty() { String::new() } else { format!(" at {binary}") }
            ),
            Self::BinaryMoved { from, to } => {
                format!("remembers {from}, but the program is {to}: run `migguard install` to renew it")
            }
        })
    }
}

/// How the hooks of the repository that git finds from `directory` stand.
pub fn state(directory: &Path) -> Result<State, Error> {
    let location = Location::find(directory)?;
    let hooks = Hook::ALL.into_iter().map(|hook| hook_state(&location, hook)).collect::<Result<_, _>>()?;
    Ok(State { folder: text(&location.folder), version: VERSION, hooks_path: location.hooks_path.clone(), hooks })
}

fn hook_state(location: &Location, hook: Hook) -> Result<HookState, Error> {
    let folder = &location.folder;
    let path = folder.join(hook.name());
    let mut script = None;
    let condition = match Found::at(&path)? {
        Found::Ours { script: ours, executable, .. } => {
            let condition = ours_condition(&ours, executable);
            script = Some(ours);
            condition
        }
        found => match elsewhere(location, hook, &found)? {
            Some((condition, ours)) => {
                script = ours;
                condition
            }
            None if found == Found::Nothing => Condition::Missing,
            None if found == Found::Dangling => Condition::Dangling,
            None => Condition::Foreign,
        },
    };
    let previous = script.filter(|script| script.names_previous(hook)).map(|script| folder.join(script.previous));
    let previous = previous.filter(|previous| file::exists(previous)).map(|previous| text(&previous));
    Ok(HookState { name: hook.name(), path: text(&path), condition, previous })
}

fn ours_condition(script: &Script, executable: bool) -> Condition {
    let remembered = Path::new(&script.binary);
    match binary::found_by_hook(remembered) {
        _ if !executable => Condition::NotExecutable,
        None => Condition::BinaryMissing { binary: text(remembered) },
        _ if script.version != VERSION => Condition::Outdated { version: script.version },
        Some(found) if !script.binary.is_empty() && found != remembered => {
            Condition::BinaryMoved { from: text(remembered), to: text(&found) }
        }
        Some(_) => Condition::Installed,
    }
}

/// Ours in another place than the one that git looks at.
fn elsewhere(location: &Location, hook: Hook, found: &Found) -> Result<Option<(Condition, Option<Script>)>, Error> {
    let folder = &location.folder;
    let path = folder.join(hook.name());
    if let Some(husky) = managers::husky(folder) {
        let by = husky.join(hook.name());
        if managers::runs_migguard(&by) {
            return Ok(Some((Condition::CalledBy { by: text(&by) }, None)));
        }
    }
    for (name, called) in hook.moved_names().into_iter().zip([found.calls_legacy(), false]) {
        let moved = folder.join(name);
        let Found::Ours { script, executable, .. } = Found::at(&moved)? else { continue };
        let condition = match ours_condition(&script, executable) {
            _ if !called => Condition::MovedAside { to: text(&moved) },
            Condition::Installed => Condition::CalledBy { by: text(&path) },
            condition => condition,
        };
        return Ok(Some((condition, Some(script))));
    }
    let by_itself = matches!(found, Found::Foreign { executable: true, .. }) && managers::runs_migguard(&path);
    let by = if by_itself { Some(path) } else { found.called_by(location.top_level.as_deref()) };
    if let Some(by) = by {
        return Ok(Some((Condition::CalledBy { by: text(&by) }, None)));
    }
    let own = location.own.join(hook.name());
    let shadowed = matches!(Found::at(&own)?, Found::Ours { .. });
    Ok(shadowed.then(|| (Condition::Shadowed { path: text(&own) }, None)))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
