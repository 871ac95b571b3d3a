//! The second reader: the `git` executable.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::reader::{Branch, RawChange, RawEntry, Reader, StagedChanges, to_entry};
use super::{Entry, Oid, decode_path};

/// What makes two lists of paths comparable, whatever the settings of the user are.
const RAW: [&str; 6] = ["--raw", "-r", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none"];

pub(super) struct Executable {
    /// Where git is started; in a hook that is where git started us, so that relative variables still hold.
    directory: PathBuf,
    empty_tree: OnceLock<Oid>,
    /// Started when the first object is asked for.
    objects: Mutex<Option<Objects>>,
}

impl Executable {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory, empty_tree: OnceLock::new(), objects: Mutex::new(None) }
    }

    /// A git that changes nothing by the way, and that no setting makes read anything else than what is stored.
    pub(super) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(&self.directory).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            // A trace on stderr looks like an error.
            if name.to_string_lossy().starts_with("GIT_TRACE") {
                command.env_remove(name);
            }
        }
        // Fatal beside GIT_LITERAL_PATHSPECS.
        for name in ["GIT_ICASE_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS"] {
            command.env_remove(name);
        }
        command
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            // A partial clone may fetch; it must not wait for a password.
            .env("GIT_TERMINAL_PROMPT", "0");
        command
    }

    /// The output of a git that succeeds; else what it says.
    pub(super) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Vec<u8>, String> {
        succeeded(self.output(arguments)?)
    }

    /// The output of a git that ends, well or not.
    pub(super) fn output<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<Output, String> {
        self.command(arguments).output().map_err(cannot_run)
    }

    /// The same with something to read, which git must read to its end.
    pub(super) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(cannot_run)?;
        let sent = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
        let output = succeeded(child.wait_with_output().map_err(cannot_run)?)?;
        sent.map_err(cannot_run)?;
        Ok(output)
    }

    /// Every repository has this tree, stored or not; its id depends on the kind of object ids.
    fn empty_tree(&self) -> Result<Oid, String> {
        if self.empty_tree.get().is_none() {
            let id = self.run(["hash-object", "-t", "tree", "--stdin"])?;
            let _ = self.empty_tree.set(to_oid(id.trim_ascii())?);
        }
        self.empty_tree.get().copied().ok_or_else(|| "git has no empty tree".to_owned())
    }

    fn object(&self, name: &str, kind: &str) -> Result<(Oid, Vec<u8>), String> {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut process = match objects.take() {
            Some(process) => process,
            None => Objects::start(self)?,
        };
        let (id, found, content) = process.read(name)?;
        // Only a process whose last answer was read to its end can be asked again.
        *objects = Some(process);
        if found == kind { Ok((id, content)) } else { Err(format!("object {name} is a {found}, not a {kind}")) }
    }
}

impl Reader for Executable {
    fn head(&self) -> Result<Option<Oid>, String> {
        let head = self.output(["rev-parse", "--verify", "--quiet", "HEAD"])?;
        if head.status.success() {
            return to_oid(head.stdout.trim_ascii()).map(Some);
        }
        // A branch without a commit, or something broken? A broken reference is said on stderr.
        let branch = self.run(["symbolic-ref", "HEAD"])?;
        let branch = branch.trim_ascii();
        let pattern = String::from_utf8(branch.to_vec()).map_err(|_| "HEAD is not readable as text".to_owned())?;
        let found = self.output(["for-each-ref", "--format=%(refname)", &pattern])?;
        let exists = found.stdout.split(|b| *b == b'\n').any(|name| name == branch);
        if found.status.success() && found.stderr.is_empty() && !exists {
            return Ok(None);
        }
        Err(format!("{pattern}, which HEAD names, cannot be read: {}", says(&found.stderr, found.status)))
    }

    fn staged(&self, head: Option<&Oid>) -> Result<StagedChanges, String> {
        let head = if let Some(head) = head { *head } else { self.empty_tree()? };
        let head = head.to_string();
        let mut arguments = vec!["diff-index", "--cached", "--ita-invisible-in-index"];
        arguments.extend(RAW);
        arguments.extend([&*head, "--"]);
        Ok(StagedChanges { changes: changes(&self.run(arguments)?)?, index: None })
    }

    fn committed(&self, commit: &Oid) -> Result<Vec<Entry>, String> {
        self.run(["ls-tree", "-r", "-z", "--full-tree", &commit.to_string()])?
            .split(|b| *b == 0)
            .filter(|line| !line.is_empty())
            .map(|line| {
                // `100644 blob 5fe8…<TAB>path`
                let mut halves = line.splitn(2, |b| *b == b'\t');
                let mut fields = halves.next().unwrap_or_default().split(|b| *b == b' ');
                let (mode, oid, path) = (fields.next(), fields.nth(1), halves.next());
                let entry = mode.zip(oid).zip(path).ok_or_else(|| unexpected("ls-tree", line))?;
                let ((mode, oid), path) = entry;
                to_entry(path, to_mode(mode)?, to_oid(oid)?)
            })
            .collect()
    }

    fn committed_changes(&self, before: &Oid, after: &Oid) -> Result<Vec<RawChange>, String> {
        let mut arguments = vec!["diff-tree"];
        arguments.extend(RAW);
        let (before, after) = (before.to_string(), after.to_string());
        arguments.extend([&*before, &*after, "--"]);
        changes(&self.run(arguments)?)
    }

    fn folder(&self, tree: &Oid) -> Result<Vec<RawEntry>, String> {
        let (id, content) = self.object(&format!("{tree}^{{tree}}"), "tree")?;
        let width = id.as_bytes().len();
        let mut entries = Vec::new();
        let mut rest = content.as_slice();
        // `100644 name<NUL>` and the bytes of the id.
        while !rest.is_empty() {
            let entry = rest.iter().position(|b| *b == b' ').and_then(|space| {
                let (mode, rest) = (rest.get(..space)?, rest.get(space + 1..)?);
                let end = rest.iter().position(|b| *b == 0)?;
                let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
                let (id, next) = rest.split_at_checked(width)?;
                Some((mode, name, Oid::from_bytes(id)?, next))
            });
            let (mode, name, oid, next) = entry.ok_or_else(|| format!("tree {tree} is damaged"))?;
            entries.push(RawEntry { name: name.to_vec(), mode: to_mode(mode)?, oid });
            rest = next;
        }
        Ok(entries)
    }

    fn blob(&self, oid: &Oid) -> Result<Arc<[u8]>, String> {
        self.object(&oid.to_string(), "blob").map(|(_, content)| content.into())
    }

    fn branches(&self) -> Result<Vec<Branch>, String> {
        self.run(["for-each-ref", "--format=%(objectname) %(refname) %(symref)", "refs/heads", "refs/remotes"])?
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .filter_map(|line| {
                let mut fields = line.split(|b| *b == b' ');
                let (Some(oid), Some(name), Some(target)) = (fields.next(), fields.next(), fields.next()) else {
                    return Some(Err(unexpected("for-each-ref", line)));
                };
                target.is_empty().then(|| Ok(Branch { name: decode_path(name), oid: to_oid(oid)? }))
            })
            .collect()
    }
}

/// One `git cat-file --batch`.
struct Objects {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// A file, so that git never waits for us to read what it complains about.
    complaints: File,
}

impl Objects {
    fn start(git: &Executable) -> Result<Self, String> {
        let complaints = tempfile::tempfile().map_err(cannot_run)?;
        let mut command = git.command(["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(complaints.try_clone().map_err(cannot_run)?);
        let mut process = command.spawn().map_err(cannot_run)?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(questions), Some(answers)) => {
                Ok(Self { process, questions, answers: BufReader::new(answers), complaints })
            }
            _ => Err("git has no standard input or output".to_owned()),
        }
    }

    /// The id, the kind and the content of an object.
    fn read(&mut self, name: &str) -> Result<(Oid, String, Vec<u8>), String> {
        match self.exchange(name) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(format!("object {name} is missing")),
            Err(why) => Err(self.complaint().unwrap_or(why)),
        }
    }

    fn exchange(&mut self, name: &str) -> Result<Option<(Oid, String, Vec<u8>)>, String> {
        self.questions.write_all(format!("{name}\n").as_bytes()).map_err(cannot_run)?;
        let mut header = Vec::new();
        self.answers.read_until(b'\n', &mut header).map_err(cannot_run)?;
        let header = String::from_utf8_lossy(&header);
        let mut fields = header.trim_end().split(' ');
        let (id, kind, size) = (fields.next(), fields.next(), fields.next());
        if kind == Some("missing") {
            return Ok(None);
        }
        let size = size.and_then(|size| size.parse::<u64>().ok());
        let (Some(id), Some(kind), Some(size)) = (id, kind, size) else {
            return Err(unexpected("cat-file", header.as_bytes()));
        };
        let mut content = Vec::new();
        // The content ends with a line feed of its own.
        self.answers.by_ref().take(size).read_to_end(&mut content).map_err(cannot_run)?;
        self.answers.read_exact(&mut [0]).map_err(cannot_run)?;
        Ok(Some((to_oid(id.as_bytes())?, kind.to_owned(), content)))
    }

    /// What git wrote to stderr before it gave up.
    fn complaint(&mut self) -> Option<String> {
        self.stop();
        let mut text = Vec::new();
        self.complaints.seek(SeekFrom::Start(0)).ok()?;
        self.complaints.read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        self.stop();
    }
}

/// `:100644 100644 5fe8… 7ac3… M<NUL>path<NUL>`, as often as there are changes.
fn changes(output: &[u8]) -> Result<Vec<RawChange>, String> {
    let mut changes = Vec::new();
    let mut parts = output.split(|b| *b == 0);
    while let Some(facts) = parts.next().filter(|facts| !facts.is_empty()) {
        let path = parts.next().ok_or_else(|| unexpected("diff", facts))?.to_vec();
        let fields: Vec<&[u8]> = facts.split(|b| *b == b' ').collect();
        let [[b':', old_mode @ ..], new_mode, old, new, status] = fields[..] else {
            return Err(unexpected("diff", facts));
        };
        let before = || Ok::<_, String>((to_mode(old_mode)?, to_oid(old)?));
        let after = || Ok::<_, String>((to_mode(new_mode)?, to_oid(new)?));
        let (before, after) = match status {
            b"A" => (None, Some(after()?)),
            b"D" => (Some(before()?), None),
            b"M" | b"T" => (Some(before()?), Some(after()?)),
            b"U" => return Err("the index has conflicts that are not resolved".to_owned()),
            _ => return Err(unexpected("diff", facts)),
        };
        changes.push(RawChange { path, before, after });
    }
    Ok(changes)
}

fn to_mode(digits: &[u8]) -> Result<u32, String> {
    let mode = std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 8).ok());
    mode.ok_or_else(|| unexpected("mode", digits))
}

fn to_oid(digits: &[u8]) -> Result<Oid, String> {
    Oid::parse(digits).ok_or_else(|| unexpected("object id", digits))
}

fn unexpected(what: &str, found: &[u8]) -> String {
    format!("unexpected {what} `{}`", String::from_utf8_lossy(found).trim_end().escape_debug())
}

fn succeeded(output: Output) -> Result<Vec<u8>, String> {
    if output.status.success() { Ok(output.stdout) } else { Err(says(&output.stderr, output.status)) }
}

/// What a git that failed said about it.
pub(super) fn says(stderr: &[u8], status: ExitStatus) -> String {
    let text = String::from_utf8_lossy(stderr).trim().to_owned();
    if text.is_empty() { format!("it ended with {status}") } else { text }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn cannot_run(error: std::io::Error) -> String {
    format!("the git executable cannot be used: {error}")
}
