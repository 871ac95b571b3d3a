//! Every state that git can put a repository into: what is staged must be seen in each of them, by either reader.
//!
//! A hook's environment is git's to make, so each state is looked at from a process of its own: `probe` below, run by
//! a real hook or directly.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use migguard::git::{Comparison, Entry, ReadError, Repository, Written};
use tempfile::TempDir;

const SEEN: &str = "parents 1\nM changed.py: changed 2\nD gone.py\nA new.py: new\nentries: changed.py kept.py new.py";

/// Not a test: what the tests below start, with its question in the environment.
#[test]
#[ignore = "started by the other tests"]
fn probe() {
    let question = env::var("PROBE").expect("a question in PROBE");
    let answer = answer(&question).unwrap_or_else(|error| format!("error: {error}"));
    fs::write(env::var_os("PROBE_ANSWER").expect("a file in PROBE_ANSWER"), answer).unwrap();
}

fn answer(question: &str) -> Result<String, ReadError> {
    let directory = env::var_os("PROBE_DIRECTORY").map(PathBuf::from);
    let repository = Repository::open(directory.as_deref())?;
    // Nothing may depend on the current directory from here on.
    env::set_current_dir("/").unwrap();
    let words: Vec<&str> = question.split(' ').collect();
    match words[..] {
        ["top-level"] => Ok(repository.top_level().display().to_string()),
        ["staged"] => describe(&repository.staged()?),
        ["changes"] => Ok(format!("{} changes", repository.staged()?.changes.len())),
        ["all"] => contents(&repository.all()?),
        ["since", revision] => describe(&repository.since(revision)?),
        ["have", path] => Ok(repository.staged()?.remotes.have(path, None)?.to_string()),
        ["have", path, branch] => Ok(repository.staged()?.remotes.have(path, Some(branch))?.to_string()),
        ["write", path, ref content @ ..] => {
            let staged = repository.staged()?.after;
            let entry = staged.entries()?.iter().find(|entry| *entry.path == *path).expect("the path is staged");
            match repository.write_staged(path, &entry.oid, content.join(" ").as_bytes())? {
                Written::Yes => Ok("written".to_owned()),
                Written::No(why) => Ok(format!("not written: {why}")),
            }
        }
        _ => panic!("unknown question {question}"),
    }
}

/// A snapshot that is compared with nothing.
fn contents(comparison: &Comparison) -> Result<String, ReadError> {
    assert!(comparison.parents.is_empty() && comparison.changes.is_empty());
    let content = |entry: &Entry| {
        let blob = comparison.after.blob(&entry.oid)?;
        Ok(format!("{}: {}", entry.path.escape_debug(), String::from_utf8_lossy(&blob)))
    };
    Ok(comparison.after.entries()?.iter().map(content).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

fn describe(comparison: &Comparison) -> Result<String, ReadError> {
    let mut lines = vec![format!("parents {}", comparison.parents.len())];
    for change in &comparison.changes {
        let letter = match (&change.before, &change.after) {
            (None, _) => 'A',
            (_, None) => 'D',
            (Some((before, _)), Some((after, _))) if before == after => 'M',
            _ => 'T',
        };
        let content = match &change.after {
            Some((migguard::git::Mode::Submodule, _)) => ": submodule".to_owned(),
            Some((_, oid)) => format!(": {}", String::from_utf8_lossy(&comparison.after.blob(oid)?)),
            None => String::new(),
        };
        lines.push(format!("{letter} {}{content}", change.path.escape_debug()));
    }
    let paths: Vec<String> =
        comparison.after.entries()?.iter().map(|entry| entry.path.escape_debug().to_string()).collect();
    lines.push(format!("entries: {}", paths.join(" ")));
    for parent in &comparison.parents {
        parent.entries()?;
    }
    Ok(lines.join("\n"))
}

/// A temporary folder with a home of its own; nothing of the machine's git settings is seen in it.
struct World {
    folder: TempDir,
}

#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// Whichever migguard takes.
    Any,
    /// No git on the PATH.
    Libgit2,
    /// An extension that every git knows and libgit2 does not.
    Git,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        let settings = "[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n\
                        [protocol \"file\"]\nallow = always\n[advice]\ndetachedHead = false\n";
        fs::write(folder.path().join("home/.gitconfig"), settings).unwrap();
        Self { folder }
    }

    /// A repository with three files committed, and one changed, one deleted and one added.
    fn staged() -> (Self, PathBuf) {
        Self::staged_with(&[])
    }

    fn staged_with(init: &[&str]) -> (Self, PathBuf) {
        let world = Self::new();
        let repository = world.path("repository");
        world.git(world.path(""), &[&["init", "-q", "repository"], init].concat());
        world.commit_three(&repository);
        stage(&world, &repository);
        (world, repository)
    }

    fn commit_three(&self, repository: &Path) {
        for name in ["changed", "gone", "kept"] {
            fs::write(repository.join(name).with_extension("py"), name).unwrap();
        }
        self.git(repository, &["add", "."]);
        self.git(repository, &["commit", "-qm", "three"]);
    }

    fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }

    fn command(&self, program: impl AsRef<OsStr>, directory: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(directory);
        command.env("PATH", env::var_os("PATH").unwrap());
        command.env("HOME", self.path("home")).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    fn try_git(&self, directory: impl AsRef<Path>, arguments: &[&str]) -> Output {
        self.command("git", directory).args(arguments).output().unwrap()
    }

    fn git(&self, directory: impl AsRef<Path>, arguments: &[&str]) -> String {
        let output = self.try_git(directory, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What a direct call answers.
    fn ask(&self, directory: impl AsRef<Path>, question: &str) -> String {
        self.ask_with(directory, question, Reader::Any, |_| {})
    }

    fn ask_with(
        &self,
        directory: impl AsRef<Path>,
        question: &str,
        reader: Reader,
        prepare: impl Fn(&mut Command),
    ) -> String {
        let directory = directory.as_ref();
        self.with_reader(directory, reader, || {
            let mut command = self.command(env::current_exe().unwrap(), directory);
            command.args(["--exact", "probe", "--ignored"]);
            command.env("PROBE", question).env("PROBE_ANSWER", self.path("answer"));
            if reader == Reader::Libgit2 {
                command.env("PATH", self.path("no-programs"));
            }
            prepare(&mut command);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        })
    }

    /// What a hook sees that then refuses, so that the state stays as it is.
    fn in_hook(&self, directory: &Path, hook: &str, question: &str, reader: Reader, command: &[&str]) -> String {
        let program = if reader == Reader::Libgit2 { "PATH=/no-programs " } else { "" };
        let script = format!(
            "#!/bin/sh\nPROBE={question} PROBE_ANSWER='{}' {program}'{}' --exact probe --ignored >/dev/null\nexit 1\n",
            self.path("answer").display(),
            env::current_exe().unwrap().display(),
        );
        let hooks = PathBuf::from(self.git(directory, &["rev-parse", "--git-path", "hooks"]));
        let hooks = directory.join(hooks);
        fs::create_dir_all(&hooks).unwrap();
        fs::write(hooks.join(hook), script).unwrap();
        fs::set_permissions(hooks.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
        self.with_reader(directory, reader, || {
            assert!(!self.try_git(directory, command).status.success(), "{command:?} was refused");
        })
    }

    fn with_reader(&self, directory: &Path, reader: Reader, run: impl FnOnce()) -> String {
        let answer = self.path("answer");
        let _ = fs::remove_file(&answer);
        let format = (reader == Reader::Git).then(|| {
            let format = self.git(directory, &["config", "core.repositoryFormatVersion"]);
            self.git(directory, &["config", "core.repositoryFormatVersion", "1"]);
            self.git(directory, &["config", "extensions.partialClone", "nobody"]);
            format
        });
        run();
        if let Some(format) = format {
            self.git(directory, &["config", "--unset", "extensions.partialClone"]);
            self.git(directory, &["config", "core.repositoryFormatVersion", &format]);
        }
        fs::read_to_string(answer).expect("the probe ran")
    }

    /// What both readers see, one after the other, in a direct call.
    fn both(&self, directory: &Path, question: &str) -> String {
        let seen = self.ask_with(directory, question, Reader::Libgit2, |_| {});
        assert_eq!(self.ask_with(directory, question, Reader::Git, |_| {}), seen);
        seen
    }

    /// What both readers see in the hook of a commit.
    fn both_in_hook(&self, directory: &Path, command: &[&str]) -> String {
        let seen = self.in_hook(directory, "pre-commit", "staged", Reader::Any, command);
        assert_eq!(self.in_hook(directory, "pre-commit", "staged", Reader::Git, command), seen, "{command:?}");
        seen
    }
}

fn stage(world: &World, repository: &Path) {
    fs::write(repository.join("changed.py"), "changed 2").unwrap();
    fs::write(repository.join("new.py"), "new").unwrap();
    fs::remove_file(repository.join("gone.py")).unwrap();
    world.git(repository, &["add", "--all"]);
    fs::write(repository.join("changed.py"), "not staged").unwrap();
}

#[test]
fn a_plain_repository_is_read_by_either_reader() {
    let (world, repository) = World::staged();
    assert_eq!(world.both(&repository, "staged"), SEEN);
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), SEEN);
    assert_eq!(world.in_hook(&repository, "pre-commit", "staged", Reader::Libgit2, &["commit", "-m", "x"]), SEEN);
    assert_eq!(world.both_in_hook(&repository, &["commit", "--amend", "-m", "x"]), SEEN);
    world.git(&repository, &["checkout", "-q", "--detach"]);
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), SEEN);
}

#[test]
fn the_top_level_is_found_from_a_subfolder_and_from_elsewhere() {
    let (world, repository) = World::staged();
    let folder = repository.join("a b/ü");
    fs::create_dir_all(&folder).unwrap();
    assert_eq!(world.both(&folder, "top-level"), repository.display().to_string());
    assert_eq!(world.both(&folder, "staged"), SEEN);
    assert_eq!(world.both_in_hook(&folder, &["commit", "-m", "x"]), SEEN);
    let elsewhere = world.ask_with("/", "staged", Reader::Any, |probe| {
        probe.env("PROBE_DIRECTORY", &folder);
    });
    assert_eq!(elsewhere, SEEN);
    let relative = world.ask_with(&folder, "staged", Reader::Any, |probe| {
        probe.env("GIT_INDEX_FILE", ".git/index");
    });
    assert_eq!(relative, SEEN);
}

#[test]
fn commits_from_a_temporary_index_are_seen_as_they_will_be() {
    let (world, repository) = World::staged();
    let all = SEEN.replace("changed 2", "not staged");
    assert_eq!(world.both_in_hook(&repository, &["commit", "-a", "-m", "x"]), all);
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x", "-i", "--", "changed.py"]), all);
    assert_eq!(
        world.both_in_hook(&repository, &["commit", "-m", "x", "--", "changed.py"]),
        "parents 1\nM changed.py: not staged\nentries: changed.py gone.py kept.py"
    );
}

#[test]
fn before_the_first_commit_everything_is_added() {
    let world = World::new();
    let repository = world.path("repository");
    world.git(world.path(""), &["init", "-q", "repository"]);
    assert_eq!(world.both(&repository, "staged"), "parents 0\nentries: ");
    fs::write(repository.join("a.py"), "a").unwrap();
    fs::write(repository.join("b.py"), "b").unwrap();
    world.git(&repository, &["add", "a.py"]);
    world.git(&repository, &["add", "-N", "b.py"]);
    let seen = "parents 0\nA a.py: a\nentries: a.py";
    assert_eq!(world.both(&repository, "staged"), seen);
    assert_eq!(world.both(&repository, "all"), "a.py: a");
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), seen);
    let since = world.ask(&repository, "since main");
    assert!(since.starts_with("error: ") && since.contains("HEAD has no commit yet"), "{since}");
}

#[test]
fn linked_worktrees_separate_folders_and_submodules_have_their_own_index() {
    let (world, repository) = World::staged();
    let linked = world.path("linked tree");
    world.git(&repository, &["worktree", "add", "-q", "-b", "linked", "../linked tree"]);
    stage(&world, &linked);
    world.git(&repository, &["reset", "-q", "--hard"]);
    assert_eq!(world.ask(&linked, "staged"), SEEN);
    assert_eq!(world.ask(&linked, "top-level"), linked.display().to_string());
    assert_eq!(world.both_in_hook(&linked, &["commit", "-m", "x"]), SEEN);
    assert_eq!(world.both(&repository, "changes"), "0 changes");

    let separate = world.path("separate");
    world.git(world.path(""), &["clone", "-q", "--separate-git-dir=git dir", "repository", "separate"]);
    stage(&world, &separate);
    assert_eq!(world.ask(&separate, "top-level"), separate.display().to_string());
    assert_eq!(world.both_in_hook(&separate, &["commit", "-m", "x"]), SEEN);

    let above = world.path("above");
    world.git(world.path(""), &["init", "-q", "above"]);
    world.git(&above, &["submodule", "--quiet", "add", "../repository", "below"]);
    let staged = world.both(&above, "staged");
    assert!(staged.contains("\nA below: submodule\nentries: .gitmodules below"), "{staged}");
    stage(&world, &above.join("below"));
    assert_eq!(world.both_in_hook(&above.join("below"), &["commit", "-m", "x"]), SEEN);
    assert_eq!(world.ask(above.join("below"), "top-level"), above.join("below").display().to_string());

    world.git(world.path(""), &["clone", "-q", "--bare", "repository", "bare.git"]);
    assert_eq!(world.ask(world.path("bare.git"), "top-level"), world.path("bare.git").display().to_string());
    world.git(world.path("bare.git"), &["worktree", "add", "-q", "../of bare", "main"]);
    stage(&world, &world.path("of bare"));
    assert_eq!(world.both_in_hook(&world.path("of bare"), &["commit", "-m", "x"]), SEEN);
}

#[test]
fn what_libgit2_cannot_open_git_reads() {
    for init in [&["--object-format=sha256"][..], &["--ref-format=reftable"]] {
        let world = World::new();
        let repository = world.path("repository");
        if !world.try_git(world.path(""), &[&["init", "-q", "repository"], init].concat()).status.success() {
            // This git is older than the format.
            continue;
        }
        assert_eq!(world.ask(&repository, "staged"), "parents 0\nentries: ", "{init:?}");
        world.commit_three(&repository);
        stage(&world, &repository);
        assert_eq!(world.ask(&repository, "staged"), SEEN, "{init:?}");
        let in_hook = world.in_hook(&repository, "pre-commit", "staged", Reader::Any, &["commit", "-m", "x"]);
        assert_eq!(in_hook, SEEN, "{init:?}");
        world.git(&repository, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        assert_eq!(world.ask(&repository, "have kept.py"), "true");
        assert_eq!(world.ask(&repository, "have new.py"), "false");
    }
}

#[test]
fn every_kind_of_index_is_read() {
    let (world, repository) = World::staged();
    for change in [
        &["update-index", "--index-version", "4"][..],
        &["update-index", "--untracked-cache"],
        &["update-index", "--split-index"],
        &["update-index", "--no-split-index"],
    ] {
        world.git(&repository, change);
        assert_eq!(world.ask(&repository, "staged"), SEEN, "{change:?}");
        assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), SEEN, "{change:?}");
    }
}

#[test]
fn folders_left_out_of_a_sparse_index_are_listed_all_the_same() {
    let world = World::new();
    let repository = world.path("repository");
    world.git(world.path(""), &["init", "-q", "repository"]);
    for folder in ["in", "out/deep"] {
        fs::create_dir_all(repository.join(folder)).unwrap();
        fs::write(repository.join(folder).join("a.py"), folder).unwrap();
    }
    world.git(&repository, &["add", "."]);
    world.git(&repository, &["commit", "-qm", "x"]);
    world.git(&repository, &["sparse-checkout", "init", "--cone"]);
    world.git(&repository, &["sparse-checkout", "set", "in"]);
    fs::write(repository.join("in/a.py"), "2").unwrap();
    world.git(&repository, &["add", "in"]);
    let seen = "parents 1\nM in/a.py: 2\nentries: in/a.py out/deep/a.py";
    assert_eq!(world.both(&repository, "staged"), seen);
    world.git(&repository, &["sparse-checkout", "reapply", "--sparse-index"]);
    assert_eq!(world.ask(&repository, "staged"), seen);
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), seen);
}

#[test]
fn shallow_and_borrowing_clones_are_read() {
    let (world, repository) = World::staged();
    world.git(&repository, &["commit", "-qm", "second"]);
    world.git(&repository, &["reset", "-q", "--hard", "HEAD~"]);
    world.git(&repository, &["commit", "-q", "--allow-empty", "-m", "more"]);
    let url = format!("file://{}", repository.display());
    world.git(world.path(""), &["clone", "-q", "--depth=1", &url, "shallow"]);
    world.git(world.path(""), &["clone", "-q", "--shared", "repository", "borrowing"]);
    for clone in ["shallow", "borrowing"] {
        stage(&world, &world.path(clone));
        assert_eq!(world.both_in_hook(&world.path(clone), &["commit", "-m", "x"]), SEEN, "{clone}");
    }
}

#[test]
fn a_partial_clone_fetches_what_it_needs_and_says_what_it_cannot_get() {
    let (world, repository) = World::staged();
    world.git(&repository, &["reset", "-q", "--hard"]);
    world.git(&repository, &["config", "uploadpack.allowFilter", "true"]);
    let clone = world.path("partial");
    let url = format!("file://{}", repository.display());
    world.git(world.path(""), &["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "partial"]);
    world.git(&clone, &["read-tree", "HEAD"]);
    assert_eq!(world.ask(&clone, "changes"), "0 changes");
    fs::rename(&repository, world.path("away")).unwrap();
    let without = world.ask(&clone, "all");
    assert!(without.starts_with("error: cannot read object"), "{without}");
    assert!(without.contains("git says: ") && without.contains("libgit2 says: "), "{without}");
    fs::rename(world.path("away"), &repository).unwrap();
    assert_eq!(world.ask(&clone, "all"), "changed.py: changed\ngone.py: gone\nkept.py: kept");
}

#[test]
fn what_is_only_intended_to_be_added_is_not_committed() {
    let (world, repository) = World::staged();
    fs::write(repository.join("intended.py"), "later").unwrap();
    world.git(&repository, &["add", "-N", "intended.py"]);
    world.git(&repository, &["rm", "-q", "--cached", "kept.py"]);
    world.git(&repository, &["add", "-N", "kept.py"]);
    let seen = "parents 1\nM changed.py: changed 2\nD gone.py\nD kept.py\nA new.py: new\nentries: changed.py new.py";
    assert_eq!(world.both(&repository, "staged"), seen);
    assert_eq!(world.both_in_hook(&repository, &["commit", "-m", "x"]), seen);
}

#[test]
fn links_submodules_and_odd_names_are_told_apart() {
    let (world, repository) = World::staged();
    world.git(&repository, &["commit", "-qm", "x"]);
    let folder = repository.join(OsStr::from_bytes(b"a\nb \"\xff"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(":(glob)*.py"), "odd").unwrap();
    fs::write(repository.join("run.sh"), "run").unwrap();
    fs::remove_file(repository.join("kept.py")).unwrap();
    symlink("new.py", repository.join("kept.py")).unwrap();
    let commit = world.git(&repository, &["rev-parse", "HEAD"]);
    world.git(&repository, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module")]);
    world.git(&repository, &["add", "kept.py", "run.sh", "a*"]);
    world.git(&repository, &["update-index", "--chmod=+x", "new.py"]);
    world.git(&repository, &["config", "submodule.module.ignore", "all"]);
    let odd = r#"a\nb \"\u{10ffff}/:(glob)*.py"#;
    assert_eq!(
        world.both(&repository, "staged"),
        format!(
            "parents 1\nA {odd}: odd\nT kept.py: new.py\nA module: submodule\nA run.sh: run\n\
             entries: {odd} changed.py kept.py module new.py run.sh"
        )
    );
}

#[test]
fn replaced_objects_are_read_as_they_were_committed() {
    let (world, repository) = World::staged();
    let blob = world.git(&repository, &["rev-parse", ":new.py"]);
    let other = world.git(&repository, &["rev-parse", ":kept.py"]);
    world.git(&repository, &["replace", &blob, &other]);
    assert_eq!(world.both(&repository, "staged"), SEEN);
}

#[test]
fn what_neither_reader_can_read_is_an_error_with_both_reasons() {
    let refused = |world: &World, repository: &Path| {
        let answer = world.ask(repository, "staged");
        assert!(answer.starts_with("error: cannot read "), "{answer}");
        assert!(answer.contains("git says: ") && answer.contains("libgit2 says: "), "{answer}");
    };
    let (world, repository) = World::staged();
    let head = world.git(&repository, &["rev-parse", "HEAD"]);
    let object = |id: &str| repository.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    let tree = object(&world.git(&repository, &["rev-parse", "HEAD^{tree}"]));
    let branch = repository.join(".git/refs/heads/main");

    fs::rename(&tree, world.path("tree")).unwrap();
    refused(&world, &repository);
    fs::rename(world.path("tree"), &tree).unwrap();
    assert_eq!(world.ask(&repository, "staged"), SEEN);

    for broken in ["1234567890123456789012345678901234567890\n", "nonsense\n", ""] {
        fs::write(&branch, broken).unwrap();
        refused(&world, &repository);
    }
    fs::write(&branch, format!("{head}\n")).unwrap();

    let index = repository.join(".git/index");
    let whole = fs::read(&index).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 40, 12, 4] {
        fs::write(&index, &whole[..length]).unwrap();
        let answer = world.ask(&repository, "staged");
        assert!(answer.starts_with("error: ") || answer == SEEN, "{length}: {answer}");
    }
    fs::write(&index, &whole).unwrap();

    let blob = object(&world.git(&repository, &["rev-parse", ":new.py"]));
    fs::remove_file(&blob).unwrap();
    refused(&world, &repository);

    let nowhere = world.path("nowhere");
    fs::create_dir(&nowhere).unwrap();
    refused(&world, &nowhere);
}

#[test]
fn conflicts_are_refused_by_either_reader() {
    let (world, repository) = World::staged();
    world.git(&repository, &["commit", "-qm", "ours"]);
    world.git(&repository, &["checkout", "-qf", "-b", "other", "HEAD~"]);
    fs::write(repository.join("changed.py"), "theirs").unwrap();
    world.git(&repository, &["commit", "-qam", "theirs"]);
    assert!(!world.try_git(&repository, &["merge", "main"]).status.success());
    let answer = world.ask(&repository, "staged");
    assert_eq!(answer.matches("conflicts").count(), 2, "{answer}");

    // Resolved, it has two parents.
    fs::write(repository.join("changed.py"), "both").unwrap();
    world.git(&repository, &["add", "changed.py"]);
    let seen = world.both_in_hook(&repository, &["commit", "-m", "x"]);
    assert_eq!(seen, SEEN.replace("changed 2", "both").replace("parents 1", "parents 2"));
}

#[test]
fn merges_are_compared_with_all_their_parents() {
    let (world, repository) = World::staged();
    world.git(&repository, &["reset", "-q", "--hard"]);
    for name in ["one", "two"] {
        world.git(&repository, &["checkout", "-q", "-b", name, "main"]);
        fs::write(repository.join(name), name).unwrap();
        world.git(&repository, &["add", name]);
        world.git(&repository, &["commit", "-qm", name]);
    }
    world.git(&repository, &["checkout", "-q", "main"]);
    let files = "entries: changed.py gone.py kept.py one";
    for reader in [Reader::Any, Reader::Git] {
        let merge = ["merge", "--no-ff", "-m", "x", "one"];
        let seen = world.in_hook(&repository, "pre-merge-commit", "staged", reader, &merge);
        assert_eq!(seen, format!("parents 2\nA one: one\n{files}"));
        world.git(&repository, &["merge", "--abort"]);
        let octopus = ["merge", "--no-ff", "-m", "x", "one", "two"];
        let seen = world.in_hook(&repository, "pre-merge-commit", "staged", reader, &octopus);
        assert_eq!(seen, format!("parents 3\nA one: one\nA two: two\n{files} two"));
        world.git(&repository, &["reset", "-q", "--hard"]);
    }
    world.git(&repository, &["merge", "-q", "--no-ff", "--no-commit", "one"]);
    assert_eq!(world.both(&repository, "staged"), format!("parents 2\nA one: one\n{files}"));
}

#[test]
fn large_repositories_are_read_alike() {
    let (world, repository) = World::staged();
    let blob = world.git(&repository, &["rev-parse", ":kept.py"]);
    let lines: Vec<String> = (0..6_000).map(|n| format!("100644 {blob}\tmany/{n:05}\n")).collect();
    fs::write(world.path("lines"), lines.concat()).unwrap();
    let mut fill = world.command("git", &repository);
    fill.args(["update-index", "--add", "--index-info"]).stdin(fs::File::open(world.path("lines")).unwrap());
    assert!(fill.status().unwrap().success());
    let seen = world.both(&repository, "staged");
    assert!(seen.contains("A many/05999: kept\nA new.py: new\nentries: changed.py kept.py many/00000 "), "{seen}");
    assert_eq!(world.ask(&repository, "staged"), seen);
}

#[test]
fn since_compares_with_the_merge_base() {
    let (world, repository) = World::staged();
    world.git(&repository, &["checkout", "-q", "-b", "topic"]);
    fs::write(repository.join("changed.py"), "changed 2").unwrap();
    world.git(&repository, &["commit", "-qm", "topic"]);
    world.git(&repository, &["checkout", "-q", "main"]);
    world.git(&repository, &["commit", "-q", "--allow-empty", "-m", "main goes on"]);
    world.git(&repository, &["checkout", "-q", "topic"]);
    assert_eq!(world.ask(&repository, "since main"), SEEN);
    assert_eq!(world.ask_with(&repository, "since main", Reader::Git, |_| {}), SEEN);
    assert_eq!(world.ask(&repository, "since HEAD~1"), SEEN);
    for unknown in ["nothing", "--all", "", "HEAD^{tree}"] {
        let answer = world.ask(&repository, &format!("since {unknown}"));
        assert!(answer.contains("no such revision here; run `git fetch`"), "{answer}");
    }
    world.git(&repository, &["checkout", "-q", "--orphan", "alone"]);
    world.git(&repository, &["commit", "-qm", "alone"]);
    let answer = world.ask(&repository, "since main");
    assert!(answer.contains("no common history with HEAD"), "{answer}");

    let url = format!("file://{}", repository.display());
    world.git(world.path(""), &["clone", "-q", "--depth=1", "--no-single-branch", "-b", "topic", &url, "shallow"]);
    for (revision, what) in [("origin/main", "common history"), ("HEAD~1", "no such revision")] {
        let answer = world.ask(world.path("shallow"), &format!("since {revision}"));
        assert!(answer.contains(what) && answer.contains("git fetch --unshallow"), "{answer}");
    }
}

#[test]
fn the_remotes_have_what_any_of_their_branches_has() {
    let (world, repository) = World::staged();
    world.git(&repository, &["commit", "-qm", "x"]);
    assert_eq!(world.both(&repository, "have nothing.py"), "true");
    assert_eq!(world.both(&repository, "have gone.py main"), "false");
    world.git(&repository, &["update-ref", "refs/remotes/origin/main", "HEAD~"]);
    world.git(&repository, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/no-longer"]);
    fs::create_dir_all(repository.join("deep/er")).unwrap();
    fs::write(repository.join("deep/er/a.py"), "a").unwrap();
    world.git(&repository, &["add", "deep"]);
    let tree = world.git(&repository, &["write-tree"]);
    let commit = world.git(&repository, &["commit-tree", "-m", "x", &tree]);
    world.git(&repository, &["update-ref", "refs/remotes/origin/topic/a", &commit]);
    for (question, answer) in [
        ("have gone.py", "true"),
        ("have deep/er/a.py", "true"),
        ("have deep/er", "false"),
        ("have deep/er/b.py", "false"),
        ("have deep/nothing/b.py", "false"),
        ("have new.py main", "false"),
        ("have gone.py main", "true"),
        ("have gone.py origin/main", "true"),
        ("have deep/er/a.py origin/main", "false"),
        ("have deep/er/a.py topic/a", "true"),
        ("have deep/er/a.py no-such-branch", "true"),
    ] {
        assert_eq!(world.both(&repository, question), answer, "{question}");
    }
}

#[test]
fn a_reason_is_written_into_the_file_and_the_index() {
    let (world, repository) = World::staged();
    fs::set_permissions(repository.join("new.py"), fs::Permissions::from_mode(0o700)).unwrap();
    world.git(&repository, &["add", "new.py"]);
    assert_eq!(world.ask(&repository, "write new.py # with a reason"), "written");
    assert_eq!(fs::read_to_string(repository.join("new.py")).unwrap(), "# with a reason");
    assert_eq!(fs::metadata(repository.join("new.py")).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(world.git(&repository, &["status", "--porcelain", "new.py"]), "A  new.py");
    assert_eq!(world.git(&repository, &["ls-files", "--stage", "new.py"]).get(..6), Some("100755"));
    let not = |question: &str, why: &str| {
        let before = (world.git(&repository, &["ls-files", "--stage"]), world.git(&repository, &["diff"]));
        let answer = world.ask(&repository, question);
        assert!(answer.starts_with("not written: ") && answer.contains(why), "{answer}");
        assert_eq!((world.git(&repository, &["ls-files", "--stage"]), world.git(&repository, &["diff"])), before);
    };
    not("write changed.py x", "the working copy differs");
    fs::write(repository.join(".git/index.lock"), "").unwrap();
    not("write new.py x", "index.lock");
    assert!(
        !fs::read_dir(&repository)
            .unwrap()
            .any(|file| { file.unwrap().file_name().to_string_lossy().starts_with(".migguard") })
    );
    fs::remove_file(repository.join(".git/index.lock")).unwrap();
    fs::remove_file(repository.join("kept.py")).unwrap();
    not("write kept.py x", "the working copy is not an ordinary file");
    symlink("new.py", repository.join("kept.py")).unwrap();
    not("write kept.py x", "the working copy is not an ordinary file");
    world.git(&repository, &["add", "kept.py"]);
    not("write kept.py x", "it is not an ordinary file");
}

#[test]
fn in_a_hook_a_reason_is_written_only_into_the_ordinary_index() {
    let (world, repository) = World::staged();
    let write =
        |reader, command: &[&str]| world.in_hook(&repository, "pre-commit", "'write new.py # reason'", reader, command);
    assert!(write(Reader::Any, &["commit", "-a", "-m", "x"]).contains("temporary index"));
    assert!(write(Reader::Any, &["commit", "-m", "x", "--", "changed.py", "new.py"]).contains("temporary index"));
    assert_eq!(fs::read_to_string(repository.join("new.py")).unwrap(), "new");
    assert_eq!(write(Reader::Any, &["commit", "-m", "x"]), "written");
    assert_eq!(world.git(&repository, &["show", ":new.py"]), "# reason");
    let script = repository.join(".git/hooks/pre-commit");
    let passing = fs::read_to_string(&script).unwrap().replace("exit 1", "exit 0").replace("# reason", "# second");
    fs::write(&script, passing).unwrap();
    world.git(&repository, &["commit", "-m", "x"]);
    assert_eq!(world.git(&repository, &["show", "HEAD:new.py"]), "# second");
}
