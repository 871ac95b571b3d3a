//! The hook scripts, as they are written and as they are recognised.

use std::ffi::{OsStr, OsString};

use super::git::os_string;

/// The version of the scripts in `hooks/`. It goes up with every change of what they do.
pub const VERSION: u32 = 1;

const MARKER: &[u8] = b"# migguard hook, version ";

/// A hook that migguard writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    PreCommit,
    PreMergeCommit,
}

/// What a script of ours says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) version: u32,
    /// The program that it runs; empty where it looks on PATH first.
    pub(super) binary: OsString,
    /// The name that the hook which was there before has now.
    pub(super) previous: OsString,
}

impl Hook {
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PreMergeCommit];

    /// The file's name in the hook folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
        }
    }

    const fn template(self) -> &'static str {
        match self {
            Self::PreCommit => include_str!("../../hooks/pre-commit"),
            Self::PreMergeCommit => include_str!("../../hooks/pre-merge-commit"),
        }
    }

    /// The name under which the previous hook is kept.
    pub(super) fn first_previous_name(self) -> OsString {
        format!("{}.before-migguard", self.name()).into()
    }

    /// That name, and what is tried where it is taken.
    pub(super) fn previous_names(self) -> impl Iterator<Item = OsString> {
        let name = self.name();
        let further = (2..).map(move |count| format!("{name}.before-migguard-{count}").into());
        std::iter::once(self.first_previous_name()).chain(further)
    }

    /// The names that other managers give to a hook which they move aside: pre-commit and prek, then lefthook.
    pub(super) fn moved_names(self) -> [String; 2] {
        [format!("{}.legacy", self.name()), format!("{}.old", self.name())]
    }
}

impl Script {
    pub(super) fn render(&self, hook: Hook) -> Vec<u8> {
        let template = hook.template().replace("@VERSION@", &self.version.to_string());
        let (mut script, mut rest) = (Vec::new(), template.as_str());
        for (placeholder, value) in [("@BINARY@", &self.binary), ("@PREVIOUS@", &self.previous)] {
            let (before, after) = rest.split_once(placeholder).unwrap_or((rest, ""));
            script.extend_from_slice(before.as_bytes());
            script.extend_from_slice(&quote(value));
            rest = after;
        }
        script.extend_from_slice(rest.as_bytes());
        script
    }

    /// What a script of ours says; `None` for anything that does not carry the marker in its second line.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        let mut lines = content.splitn(3, |&byte| byte == b'\n');
        let (_, marker, rest) = (lines.next()?, lines.next()?, lines.next()?);
        let version = std::str::from_utf8(marker.strip_prefix(MARKER)?).ok()?.trim_end().parse().ok()?;
        Some(Self { version, binary: assigned(rest, b"binary="), previous: assigned(rest, b"previous=") })
    }

    /// Whether the name is one that [`Hook::previous_names`] gives: a script that somebody edited names no other file.
    pub(super) fn names_previous(&self, hook: Hook) -> bool {
        let kept = format!("{}.before-migguard", hook.name());
        self.previous.to_str().and_then(|name| name.strip_prefix(&kept)).is_some_and(|count| {
            count.is_empty() || count.strip_prefix('-').is_some_and(|count| count.parse::<u32>().is_ok())
        })
    }
}

/// What to tell somebody whose hook script is of another version than this program's; `None` where they fit.
pub fn renewal(version: u32) -> Option<String> {
    (version != VERSION).then(|| {
        format!(
            "the hook in this repository is of version {version}, this migguard writes version {VERSION}: \
             run `migguard install` to renew it"
        )
    })
}

/// A word of the shell that stands for exactly this text.
pub(super) fn quote_text(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:,".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The same for a path, always in quotes and with forward slashes, as the shell of Git for Windows wants them.
fn quote(path: &OsStr) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for &byte in path.as_encoded_bytes() {
        match byte {
            b'\'' => quoted.extend_from_slice(br"'\''"),
            b'\\' if cfg!(windows) => quoted.push(b'/'),
            byte => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// The value of the first assignment of a quoted word.
fn assigned(script: &[u8], assignment: &[u8]) -> OsString {
    let mut rest = script;
    loop {
        if let Some(quoted) = rest.strip_prefix(assignment).and_then(|value| value.strip_prefix(b"'")) {
            return os_string(unquote(quoted));
        }
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else { return OsString::new() };
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

fn unquote(mut quoted: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let end = quoted.iter().position(|&byte| byte == b'\'').unwrap_or(quoted.len());
        let (plain, rest) = quoted.split_at(end);
        text.extend_from_slice(plain);
        let Some(next) = rest.strip_prefix(br"'\''") else { return text };
        text.push(b'\'');
        quoted = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_says_what_was_written_into_it() {
        let script = Script {
            version: VERSION,
            binary: "/opt/it's here/ü\n@VERSION@/migguard".into(),
            previous: "pre-commit.before-migguard".into(),
        };
        for hook in Hook::ALL {
            let content = script.render(hook);
            assert_eq!(Script::parse(&content), Some(script.clone()));
            assert!(content.starts_with(b"#!/bin/sh\n"));
            assert!(!content.contains(&b'\r'));
            let run = format!("run --hook-version {VERSION}\n");
            assert!(content.windows(run.len()).any(|window| window == run.as_bytes()));
        }
    }

    #[test]
    fn only_a_script_with_the_marker_is_ours() {
        assert_eq!(Script::parse(b"#!/bin/sh\n# calls migguard hook, version 1\n"), None);
        assert_eq!(Script::parse(b"#!/bin/sh\n# migguard hook, version x\n\n"), None);
        assert_eq!(Script::parse(b""), None);
    }

    #[test]
    fn a_script_names_no_file_but_a_kept_hook() {
        let named = |previous: &str| {
            Script { version: 1, binary: OsString::new(), previous: previous.into() }.names_previous(Hook::PreCommit)
        };
        assert!(named("pre-commit.before-migguard"));
        assert!(named("pre-commit.before-migguard-2"));
        assert!(!named("pre-commit.before-migguard-/../../x"));
        assert!(!named("pre-push"));
        assert!(!named(""));
    }

    #[test]
    fn a_hook_of_another_version_is_told_how_to_renew_itself() {
        assert_eq!(renewal(VERSION), None);
        assert!(renewal(0).is_some_and(|text| text.contains("migguard install")));
    }
}
