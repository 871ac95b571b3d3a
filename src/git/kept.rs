//! One file of our own in the repository's git directory, for what would otherwise be worked out anew in each run.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Beyond this nothing is kept, and nothing is read.
const MAX_SIZE: usize = 64 << 20;

/// Content that outlives a run. Whatever is wrong with it or with its place, it is as if there were none.
///
/// Each content is bound to the program that wrote it and has a checksum. It is replaced as a whole, so that of two
/// runs at once one wins.
#[derive(Debug, Clone, Default)]
pub struct Kept(Option<PathBuf>);

impl Kept {
    /// Content in a git directory.
    pub fn in_folder(git_dir: &Path) -> Self {
        Self(Some(git_dir.join("migguard").join("facts")))
    }

    /// What the last run of this very program left.
    pub fn read(&self) -> Option<Vec<u8>> {
        let path = self.0.as_ref()?;
        if fs::metadata(path).ok()?.len() > MAX_SIZE as u64 {
            return None;
        }
        let mut content = fs::read(path).ok()?;
        let at = content.len().checked_sub(8)?;
        let sum = content.split_off(at);
        (sum == checksum(&content)?).then_some(content)
    }

    /// Leaves it to the next run, where that is possible.
    pub fn write(&self, mut content: Vec<u8>) {
        let Some(path) = self.0.as_ref().filter(|_| content.len() < MAX_SIZE) else { return };
        let Some(sum) = checksum(&content) else { return };
        content.extend(sum);
        let _ = replace(path, &content);
    }
}

fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

/// Another program may have worked it out in another way: the version alone does not tell builds apart.
fn checksum(content: &[u8]) -> Option<[u8; 8]> {
    let program = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let time = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), program.len(), time, content).hash(&mut hasher);
    Some(hasher.finish().to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::in_folder(folder.path());
        assert_eq!(kept.read(), None);
        kept.write(b"one".to_vec());
        kept.write(b"facts".to_vec());
        assert_eq!(kept.read().as_deref(), Some(&b"facts"[..]));
        let file = folder.path().join("migguard/facts");
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&file, &damaged).unwrap();
            assert_eq!(kept.read(), None);
            fs::write(&file, &whole[..at]).unwrap();
            assert_eq!(kept.read(), None);
        }
        assert_eq!(fs::read_dir(folder.path().join("migguard")).unwrap().count(), 1);
    }

    #[test]
    fn where_nothing_can_be_kept_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("migguard"), "a file").unwrap();
        let kept = Kept::in_folder(folder.path());
        kept.write(b"facts".to_vec());
        assert_eq!(kept.read(), None);
        Kept::default().write(b"facts".to_vec());
        assert_eq!(Kept::default().read(), None);
    }
}
