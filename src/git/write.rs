//! Writing a reason into a staged file.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::aside::is_put_aside;
use super::libgit2::to_path;
use super::location::Location;
use super::reader::Readers;
use super::{Oid, ReadError, encode_path};

/// What became of an attempt to write a reason into a staged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Yes,
    /// Why it was not safe; nothing was changed. A fragment: "the working copy differs from what is staged".
    No(String),
}

/// The file first, then the index, each replaced in one step. A process killed in between leaves a file that is
/// changed and not staged, and where the index refuses the file is put back.
pub(super) fn write_staged(
    location: &Location,
    readers: &Readers,
    path: &str,
    expected: &Oid,
    content: &[u8],
) -> Result<Written, ReadError> {
    if !is_ordinary_index(location) {
        return no("git commits from a temporary index");
    }
    let bytes = encode_path(path);
    // Everything that is staged, since a change against nothing says the mode.
    let staged = readers.one(|| "the index".to_owned(), |reader| reader.staged(None))?.changes;
    let staged = staged.into_iter().find(|change| change.path == bytes).and_then(|change| change.after);
    let Some((mode, oid)) = staged else { return no("the file is not staged") };
    if oid != *expected {
        return no("what is staged has changed meanwhile");
    }
    if mode & 0o170_000 != 0o100_000 {
        return no("it is not an ordinary file");
    }
    let Ok(relative) = to_path(&bytes) else { return no("its name cannot be used here") };
    let file = location.top_level.join(&relative);
    if !is_ordinary_file(&location.top_level, &relative) {
        return no("the working copy is not an ordinary file");
    }
    let before = readers.one(|| format!("object {expected}"), |reader| reader.blob(expected))?;
    // Also where a filter or a line ending makes the difference: what git would store is then not what stands there.
    match fs::read(&file) {
        Ok(working) if *working == *before => {}
        Ok(_) => return no("the working copy differs from what is staged"),
        Err(error) => return Ok(Written::No(format!("the working copy cannot be read ({error})"))),
    }
    if is_put_aside(&location.git_dir, &bytes) {
        return no("a hook manager has put changes of it aside that are not staged");
    }
    let git = readers.git();
    let stored = git.run_with_input(&["hash-object", "-w", "--stdin", "--no-filters"], content);
    let oid = match stored {
        Ok(oid) => String::from_utf8_lossy(&oid).trim().to_owned(),
        Err(why) => return Ok(Written::No(format!("git cannot store it ({why})"))),
    };
    if let Err(error) = replace(&file, content) {
        return Ok(Written::No(format!("the working copy cannot be written ({error})")));
    }
    let line = [format!("{mode:o} {oid} 0\t").as_bytes(), &bytes, b"\0"].concat();
    match git.run_with_input(&["update-index", "-z", "--index-info"], &line) {
        Ok(_) => Ok(Written::Yes),
        Err(why) => match replace(&file, &before) {
            Ok(()) => Ok(Written::No(format!("git cannot change the index ({why})"))),
            Err(error) => Err(ReadError {
                what: file.display().to_string(),
                why: format!(
                    "git cannot change the index ({why}), and the file cannot be put back ({error}): \
                              `git checkout -- <file>` does it"
                ),
            }),
        },
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an early return of its only caller")]
fn no(why: &str) -> Result<Written, ReadError> {
    Ok(Written::No(why.to_owned()))
}

/// With `-a`, `-i`, `-p` and `-- path` git commits from an index of its own and then throws it away or puts it over the
/// ordinary one.
fn is_ordinary_index(location: &Location) -> bool {
    let ordinary = location.git_dir.join("index");
    let same =
        |a: &Path, b: &Path| a == b || fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b));
    same(&location.index, &ordinary)
}

/// No part of the path may be a link: the file would lie elsewhere.
fn is_ordinary_file(top_level: &Path, relative: &Path) -> bool {
    let mut at = top_level.to_owned();
    let mut parts = relative.components().peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let is_last = parts.peek().is_none();
        let kind = fs::symlink_metadata(&at).map(|metadata| metadata.file_type());
        if !kind.is_ok_and(|kind| if is_last { kind.is_file() } else { kind.is_dir() }) {
            return false;
        }
    }
    true
}

fn replace(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".migguard-").tempfile_in(folder)?;
    new.write_all(content)?;
    new.as_file().set_permissions(fs::metadata(file)?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}
