//! The hooks, taken out of a clone.

use std::path::{Path, PathBuf};

use super::Error;
use super::file::{self, Found};
use super::location::Location;
use super::script::{Hook, Script};

/// What was taken away; empty where there was nothing of ours.
#[derive(Debug)]
pub struct Removal {
    pub hooks: Vec<(PathBuf, Removed)>,
}

/// What is now where a hook of ours was.
#[derive(Debug, PartialEq, Eq)]
pub enum Removed {
    Nothing,
    /// The hook that was there before, as it was.
    Previous,
    /// Nothing, and the hook that was there before stays under the name it has: what took its place calls it no more,
    /// or would call itself.
    Kept {
        kept: PathBuf,
    },
}

/// Removes the hooks of the repository that git finds from `directory`, and puts back what was there before. Touches
/// nothing that does not carry the marker of ours.
pub fn uninstall(directory: &Path) -> Result<Removal, Error> {
    let location = Location::find(directory)?;
    let _lock = location.lock();
    let mut hooks = Vec::new();
    for folder in location.folders() {
        for hook in Hook::ALL {
            remove(folder, hook, &mut hooks)?;
        }
    }
    Ok(Removal { hooks })
}

fn remove(folder: &Path, hook: Hook, removed: &mut Vec<(PathBuf, Removed)>) -> Result<(), Error> {
    let path = folder.join(hook.name());
    let first = Found::at(&path)?;
    let in_front_calls_legacy = first.calls_legacy();
    // Where another manager moved ours aside, the previous hook takes that place.
    for name in hook.moved_names() {
        let moved = folder.join(name);
        let Found::Ours { script, .. } = Found::at(&moved)? else { continue };
        let kept = previous(folder, hook, &script);
        let called_back = in_front_calls_legacy
            && kept.as_ref().is_some_and(|kept| Found::at(kept).is_ok_and(|kept| kept.calls_legacy()));
        let ours_in_front = matches!(first, Found::Ours { .. });
        match kept {
            Some(kept) if called_back || ours_in_front => {
                file::remove(&moved)?;
                removed.push((moved, if ours_in_front { Removed::Nothing } else { Removed::Kept { kept } }));
            }
            kept => removed.push(take_away(moved, kept)?),
        }
    }
    match first {
        Found::Ours { script, .. } => {
            let kept = previous(folder, hook, &script);
            removed.push(take_away(path, kept)?);
        }
        // Our script was deleted by hand; what it kept is still to be put back.
        Found::Nothing => {
            let kept = folder.join(hook.first_previous_name());
            if file::exists(&kept) {
                removed.push(take_away(path, Some(kept))?);
            }
        }
        Found::Foreign { .. } | Found::Dangling => {}
    }
    Ok(())
}

/// The hook that a script of ours runs first, if it is there.
fn previous(folder: &Path, hook: Hook, script: &Script) -> Option<PathBuf> {
    let kept = folder.join(&script.previous);
    (script.names_previous(hook) && file::exists(&kept)).then_some(kept)
}

/// One rename puts the previous hook back and takes ours away.
fn take_away(path: PathBuf, kept: Option<PathBuf>) -> Result<(PathBuf, Removed), Error> {
    let Some(kept) = kept else {
        file::remove(&path)?;
        return Ok((path, Removed::Nothing));
    };
    file::rename(&kept, &path)?;
    Ok((path, Removed::Previous))
}
