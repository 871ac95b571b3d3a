//! The repository that a command works on.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::location::{self, Location};
use super::reader::{Readers, to_changes};
use super::remotes::Branches;
use super::snapshot::{self, Snapshot};
use super::write::{self, Written};
use super::{Change, Comparison, Kept, Oid, ReadError, Tree};

/// A repository, opened for reading.
///
/// Two readers stand behind it, libgit2 and the `git` executable, and either takes over where the other reports any
/// error. A [`ReadError`] means that both have failed, and shows what both said.
pub struct Repository {
    location: Location,
    readers: Arc<Readers>,
}

impl Repository {
    /// The repository that git names in the environment (`GIT_DIR`, `GIT_INDEX_FILE`), as it does for a hook; else the
    /// one that holds `directory` or, without one, the current directory. Must be called before anything changes
    /// directory.
    pub fn open(directory: Option<&Path>) -> Result<Self, ReadError> {
        let (location, readers) = location::open(directory)?;
        Ok(Self { location, readers: Arc::new(readers) })
    }

    /// The folder of the working tree, or of the repository where it is bare.
    pub fn top_level(&self) -> &Path {
        &self.location.top_level
    }

    /// Whether it has no working tree, and so no staged snapshot.
    pub fn is_bare(&self) -> bool {
        self.location.bare
    }

    /// The staged snapshot against `HEAD` and, in a merge, the other parents.
    ///
    /// Only the changes are computed; a snapshot is listed when its entries are asked for.
    pub fn staged(&self) -> Result<Comparison, ReadError> {
        if self.is_bare() {
            return Err(ReadError {
                what: format!("what is staged in {}", self.top_level().display()),
                why: "it is bare, with no working tree and nothing staged\n  `migguard check --all` looks at what \
                      its HEAD has."
                    .to_owned(),
            });
        }
        let head = self.readers.head()?;
        let (changes, index) = self.readers.one(
            || "what is staged".to_owned(),
            |reader| {
                let staged = reader.staged(head.as_ref())?;
                Ok((to_changes(staged.changes)?, staged.index))
            },
        )?;
        let (after, before) = snapshot::staged(&self.readers, head, &changes, index);
        let mut merged: Vec<Oid> = Vec::new();
        for parent in self.merge_heads()? {
            if Some(parent) != head && !merged.contains(&parent) {
                merged.push(parent);
            }
        }
        let parents = before.into_iter().chain(self.commits(merged)).collect();
        Ok(self.comparison(after, parents, changes, None))
    }

    /// `HEAD` against its merge base with a revision, in any spelling of gitrevisions(7).
    ///
    /// A revision that is not there, no common history and no commit at all are errors that say what to fetch.
    pub fn since(&self, revision: &str) -> Result<Comparison, ReadError> {
        let trouble = |why: String| ReadError { what: format!("the changes since `{}`", revision.escape_debug()), why };
        let head = self.readers.head()?.ok_or_else(|| trouble("HEAD has no commit yet".to_owned()))?;
        let base = self.merge_base(revision, &head).map_err(trouble)?;
        let changes = self.readers.one(
            || format!("the changes from {base} to {head}"),
            |reader| to_changes(reader.committed_changes(&base, &head)?),
        )?;
        let after = Arc::new(Snapshot::committed(&self.readers, head));
        let published = self.is_published(&base).then_some(base);
        Ok(self.comparison(after, self.commits(vec![base]), changes, published))
    }

    /// `HEAD` as it stands, or before the first commit the staged snapshot: no parents, and no changes, since nothing
    /// is compared.
    pub fn all(&self) -> Result<Comparison, ReadError> {
        let Some(head) = self.readers.head()? else { return Ok(Comparison { changes: Vec::new(), ..self.staged()? }) };
        Ok(self.comparison(Arc::new(Snapshot::committed(&self.readers, head)), Vec::new(), Vec::new(), None))
    }

    /// Replaces a file in the working tree and in the index, whole or not at all, where both hold exactly the blob
    /// `expected` and git uses its ordinary index.
    pub fn write_staged(&self, path: &str, expected: &Oid, content: &[u8]) -> Result<Written, ReadError> {
        write::write_staged(&self.location, &self.readers, path, expected, content)
    }

    fn comparison(
        &self,
        after: Arc<dyn Tree>,
        parents: Vec<Arc<dyn Tree>>,
        changes: Vec<Change>,
        published: Option<Oid>,
    ) -> Comparison {
        let remotes = Arc::new(Branches::new(&self.readers, published));
        Comparison { after, parents, changes, remotes, kept: Kept::in_folder(&self.location.git_dir) }
    }

    /// Whether a remote-tracking branch holds a commit. CI often has no branch but the one that it checks, which may
    /// have deleted what the commit has.
    fn is_published(&self, commit: &Oid) -> bool {
        let holders =
            self.readers.git().run(["for-each-ref", "--count=1", "--contains", &commit.to_string(), "refs/remotes"]);
        holders.is_ok_and(|holders| !holders.is_empty())
    }

    fn commits(&self, ids: Vec<Oid>) -> Vec<Arc<dyn Tree>> {
        let tree = |id| -> Arc<dyn Tree> { Arc::new(Snapshot::committed(&self.readers, id)) };
        ids.into_iter().map(tree).collect()
    }

    /// The other parents of the merge that is under way. `MERGE_HEAD` has them once git has stopped for a person;
    /// before that, in the hook `pre-merge-commit`, they are named in the environment.
    fn merge_heads(&self) -> Result<Vec<Oid>, ReadError> {
        let file: PathBuf = self.location.git_dir.join("MERGE_HEAD");
        let trouble = |why: String| ReadError { what: file.display().to_string(), why };
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(trouble(error.to_string())),
        };
        let mut heads = Vec::new();
        for line in text.lines() {
            let id = Oid::parse(line.as_bytes());
            heads.push(id.ok_or_else(|| trouble(format!("`{}` is no object id", line.escape_debug())))?);
        }
        if self.location.in_hook {
            let named =
                env::vars_os().filter_map(|(name, _)| Oid::parse(name.to_str()?.strip_prefix("GITHEAD_")?.as_bytes()));
            heads.extend(named);
        }
        Ok(heads)
    }

    /// Only git knows every spelling of a revision, and which merge base is the best one.
    fn merge_base(&self, revision: &str, head: &Oid) -> Result<Oid, String> {
        let git = self.readers.git();
        let shallow =
            || git.run(["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.starts_with(b"true"));
        let deepen = "this clone is shallow: run `git fetch --unshallow`, or `git fetch --deepen=100` until they meet";
        // An option is no revision, and neither is a line feed.
        let is_name = !revision.is_empty() && !revision.starts_with('-') && !revision.contains(char::is_control);
        let commit = format!("{revision}^{{commit}}");
        let found = if is_name { Some(git.output(["rev-parse", "--verify", "--quiet", &commit])?) } else { None };
        let Some(found) = found.filter(|output| output.status.success()) else {
            let fetch = "no such revision here; run `git fetch` for it first, in CI with the whole history";
            return Err(if shallow() { format!("no such revision here, and {deepen}") } else { fetch.to_owned() });
        };
        let found = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        let bases = git.output(["merge-base", &found, &head.to_string()])?;
        if let Some(base) = Oid::parse(bases.stdout.trim_ascii()).filter(|_| bases.status.success()) {
            return Ok(base);
        }
        if bases.status.code() != Some(1) {
            return Err(super::executable::says(&bases.stderr, bases.status));
        }
        Err(if shallow() {
            format!("the common history with HEAD is missing; {deepen}")
        } else {
            "it has no common history with HEAD; name a branch that HEAD came from".to_owned()
        })
    }
}
