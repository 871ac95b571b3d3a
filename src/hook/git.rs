//! Questions to git.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::Error;

/// What `git` prints, without the newline at its end; the error is git's own, as text.
pub(super) fn ask(directory: &Path, arguments: &[&str]) -> Result<Result<Vec<u8>, String>, Error> {
    let Output { status, mut stdout, stderr } = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(directory, error))?;
    if !status.success() {
        return Ok(Err(String::from_utf8_lossy(&stderr).trim().to_owned()));
    }
    if stdout.last() == Some(&b'\n') {
        stdout.pop();
    }
    Ok(Ok(stdout))
}

/// A path as git prints it.
#[cfg(unix)]
pub(super) fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
pub(super) fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// A folder that does not exist looks like a program that does not.
fn cannot_start(directory: &Path, error: io::Error) -> Error {
    if directory.is_dir() { Error::NoGit(error) } else { Error::NoFolder(directory.to_owned()) }
}
