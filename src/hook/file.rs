//! One hook file: what is there, and how another takes its place.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Error;
use super::managers::{Manager, writer};
use super::script::Script;

/// Longer than any hook of ours; of a longer file only the beginning tells whose it is.
const BEGINNING: u64 = 64 << 10;

/// What is at a hook's path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    Ours {
        script: Script,
        content: Vec<u8>,
        executable: bool,
    },
    Foreign {
        executable: bool,
        writer: Option<Manager>,
    },
    /// A link that leads nowhere. Git passes over it in silence.
    Dangling,
}

impl Found {
    /// A link is what it leads to.
    pub(super) fn at(path: &Path) -> Result<Self, Error> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(_) if fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink()) => return Ok(Self::Dangling),
            Err(error) if absent(&error) => return Ok(Self::Nothing),
            Err(error) => return Err(Error::io("look at", path)(error)),
        };
        if metadata.is_dir() {
            return Err(Error::NotAFile(path.to_owned()));
        }
        let executable = is_executable(&metadata);
        // A pipe would never end, and a file that cannot be read is not ours, for ours can be.
        let content = if metadata.is_file() { read_beginning(path) } else { None }.unwrap_or_default();
        Ok(match Script::parse(&content) {
            Some(script) => Self::Ours { script, content, executable },
            None => Self::Foreign { executable, writer: writer(&content) },
        })
    }
}

impl Found {
    /// Whether it is a hook that calls what it moved aside.
    pub(super) fn calls_legacy(&self) -> bool {
        matches!(self, Self::Foreign { executable: true, writer: Some(writer) } if writer.calls_legacy())
    }

    /// The configuration by which another manager's hook runs migguard.
    pub(super) fn called_by(&self, top_level: Option<&Path>) -> Option<PathBuf> {
        match (self, top_level) {
            (Self::Foreign { executable: true, writer: Some(writer) }, Some(top_level)) => writer.calling(top_level),
            _ => None,
        }
    }
}

/// An executable file, whole and safe on the disk, that only wants its name.
pub(super) struct Prepared {
    file: NamedTempFile,
    path: PathBuf,
}

/// All of the writing that can fail, done before anything else is touched.
pub(super) fn prepare(path: &Path, content: &[u8]) -> Result<Prepared, Error> {
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::Builder::new()
        .prefix(".migguard-")
        .tempfile_in(folder)
        .map_err(Error::io("make a file in", folder))?;
    file.write_all(content).map_err(Error::io("write", file.path()))?;
    make_executable(file.as_file()).map_err(Error::io("make executable", file.path()))?;
    file.as_file().sync_all().map_err(Error::io("write", file.path()))?;
    Ok(Prepared { file, path: path.to_owned() })
}

impl Prepared {
    /// Takes the path in one step, whatever is there.
    pub(super) fn put(self) -> Result<(), Error> {
        let Self { file, path } = self;
        file.persist(&path).map(drop).map_err(|error| Error::io("write", path)(error.error))
    }
}

/// Whether anything has this name, a dangling link included.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::io("rename", from))
}

pub(super) fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(Error::io("remove", path))
}

fn absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn read_beginning(path: &Path) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    fs::File::open(path).ok()?.take(BEGINNING).read_to_end(&mut content).ok()?;
    Some(content)
}

#[cfg(unix)]
pub(super) fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &fs::File) -> io::Result<()> {
    Ok(())
}
