//! Both readers answer alike, whatever is staged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;
use crate::git::Tree;
use crate::git::libgit2::{self, to_path};
use crate::git::snapshot::Snapshot;

const NAMES: [&[u8]; 14] = [
    b"a",
    b"a.py",
    b"a-b",
    b"A",
    b"a b",
    b"\xff\xfe",
    "é".as_bytes(),
    b"line\nfeed",
    b"\"quoted\"",
    b":(glob)*",
    b"-x",
    b"tab\t",
    b"\\",
    b"\x1b[31m",
];

/// Numbers that are the same on every machine (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn path(&mut self) -> Vec<u8> {
        let parts: Vec<&[u8]> = (0..=self.below(3)).map(|_| NAMES[self.below(NAMES.len())]).collect();
        parts.join(&b'/')
    }

    fn mode(&mut self) -> u32 {
        [0o100_644, 0o100_644, 0o100_644, 0o100_755, 0o120_000, 0o160_000][self.below(6)]
    }
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder);
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        command.env(name, "a@example.org");
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder).env("GIT_LITERAL_PATHSPECS", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Stages additions, changes of content and type, and deletions.
fn stage(folder: &Path, dice: &mut Dice, ids: &[String], staged: &mut BTreeSet<Vec<u8>>) {
    let mut lines = Vec::new();
    for _ in 0..dice.below(25) {
        let known = (dice.below(2) == 0 && !staged.is_empty()).then(|| dice.below(staged.len()));
        let path = known.and_then(|at| staged.iter().nth(at).cloned()).unwrap_or_else(|| dice.path());
        let mode = if known.is_some() && dice.below(2) == 0 { 0 } else { dice.mode() };
        lines.extend(format!("{mode:o} {}\t", ids[dice.below(ids.len())]).into_bytes());
        lines.extend(&path);
        lines.push(0);
        staged.insert(path);
    }
    git(folder, &["update-index", "-z", "--index-info"], &lines);
}

fn alike<T: PartialEq + Debug>(readers: &Readers, seed: u64, ask: impl Fn(&dyn Reader) -> Result<T, String>) -> T {
    let libgit2 = ask(readers.libgit2.as_ref().unwrap()).unwrap();
    assert_eq!(ask(&readers.git).unwrap(), libgit2, "seed {seed}");
    libgit2
}

#[test]
fn both_readers_see_random_trees_alike() {
    let mut count = 0;
    for seed in 1..=12 {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (seed << 32));
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        git(folder, &["init", "-q", "-b", "main"], b"");
        let ids: Vec<String> = ["one", "two", "", "a\0b\n"]
            .iter()
            .map(|content| git(folder, &["hash-object", "-w", "--stdin"], content.as_bytes()))
            .collect();
        let index = folder.join(".git/index");
        let open = || {
            let libgit2 = libgit2::open(Some(folder)).map(|repository| Libgit2::new(repository, index.clone()));
            Readers::new(libgit2, Executable::new(folder.to_owned()))
        };
        let mut staged = BTreeSet::new();
        let mut heads: Vec<Oid> = Vec::new();
        for _ in 0..3 {
            stage(folder, &mut dice, &ids, &mut staged);
            for _ in 0..dice.below(3) {
                // Where the path is staged already, git leaves it as it is.
                let path = dice.path();
                let file = folder.join(to_path(&path).unwrap());
                if fs::create_dir_all(file.parent().unwrap()).is_ok() && fs::write(&file, "later").is_ok() {
                    git(folder, &["add", "-N", "--pathspec-from-file=-", "--pathspec-file-nul"], &path);
                }
            }
            let readers = open();
            let head = alike(&readers, seed, |reader| reader.head());
            assert_eq!(head.as_ref(), heads.last());
            let changes = alike(&readers, seed, |reader| to_changes(reader.staged(head.as_ref())?.changes));
            count += changes.len();
            let readers = Arc::new(readers);
            let parent = head.map(|head| -> Arc<dyn Tree> { Arc::new(Snapshot::committed(&readers, head)) });
            let entries = Snapshot::after(&readers, parent.clone(), changes.clone()).entries().unwrap().to_vec();
            let index = readers.libgit2.as_ref().unwrap().staged(head.as_ref()).unwrap().index.unwrap();
            let indexed: Arc<dyn Tree> = Arc::new(Snapshot::indexed(&readers, index));
            assert_eq!(indexed.entries().unwrap(), entries, "seed {seed}");
            if let Some(parent) = parent {
                let before = Snapshot::before(&readers, indexed, &changes);
                assert_eq!(before.entries().unwrap(), parent.entries().unwrap(), "seed {seed}");
            }
            for entry in entries.iter().filter(|entry| entry.mode != Mode::Submodule) {
                alike(&readers, seed, |reader| reader.blob(&entry.oid));
            }
            let parent = head.map(|head| head.to_string());
            let tree = git(folder, &["write-tree"], b"");
            let mut arguments = vec!["commit-tree", "-m", "x", &tree];
            if let Some(parent) = &parent {
                arguments.extend(["-p", parent]);
            }
            let commit = git(folder, &arguments, b"");
            git(folder, &["update-ref", "HEAD", &commit], b"");
            let commit = Oid::parse(commit.as_bytes()).unwrap();

            // What was staged is what is committed.
            alike(&readers, seed, |reader| reader.committed(&commit));
            let committed = Snapshot::committed(&readers, commit).entries().unwrap().to_vec();
            assert_eq!(committed, entries, "seed {seed}");
            if let Some(head) = head {
                let since = alike(&readers, seed, |reader| to_changes(reader.committed_changes(&head, &commit)?));
                assert_eq!(since, changes, "seed {seed}");
            }
            alike(&readers, seed, |reader| reader.folder(&commit));
            heads.push(commit);
        }
        git(folder, &["update-ref", "refs/remotes/origin/a/b", "HEAD"], b"");
        git(folder, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/a/b"], b"");
        let branches = alike(&open(), seed, |reader| {
            reader.branches().map(|branches| branches.into_iter().map(|b| (b.name, b.oid)).collect::<BTreeMap<_, _>>())
        });
        assert_eq!(branches.len(), 2);
    }
    assert!(count > 150, "the trees are not empty: {count}");
}

#[test]
fn a_damaged_index_is_read_or_refused() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-q", "-b", "main"], b"");
    let ids = [git(folder, &["hash-object", "-w", "--stdin"], b"x")];
    let file = folder.join("damaged");
    let (mut read, mut refused) = (0, 0);
    for version in ["2", "4"] {
        git(folder, &["update-index", "--index-version", version], b"");
        stage(folder, &mut dice, &ids, &mut BTreeSet::new());
        // The index has its cache tree now.
        git(folder, &["write-tree"], b"");
        let whole = fs::read(folder.join(".git/index")).unwrap();
        for _ in 0..500 {
            let mut damaged = whole.clone();
            for _ in 0..=dice.below(3) {
                let at = dice.below(damaged.len());
                damaged[at] = u8::try_from(dice.below(256)).unwrap();
            }
            if dice.below(4) == 0 {
                damaged.truncate(dice.below(damaged.len()));
            }
            fs::write(&file, damaged).unwrap();
            let index = Index::open(&file);
            let seen = index.and_then(|index| Ok((index.entries()?, index.changes(None, &|_| Ok(Vec::new()))?)));
            *if seen.is_ok() { &mut read } else { &mut refused } += 1;
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn damaged_entries_are_refused() {
    let id = Oid::parse(b"61780798228d17af2d34fce4cfbdf35556832472").unwrap();
    assert!(to_entry(b"a", 0o100_644, id).is_ok());
    for (path, mode, id) in [("", 0o100_644, id), ("a", 0, id), ("a", 0o100_644, Oid::default())] {
        assert!(to_entry(path.as_bytes(), mode, id).is_err());
    }
}
