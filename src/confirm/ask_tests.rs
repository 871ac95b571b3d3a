//! `ask` on a pseudo-terminal of its own: this test binary starts itself as the session that has it.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

#[path = "../../tests/common/pty.rs"]
mod pty;
#[path = "../../tests/common/session.rs"]
mod session;

use pty::{attributes, open_terminal};
use session::lead_session;

use super::super::testing::{analysis, finding};
use super::*;
use crate::check::Loss;

const PATH: &str = "versions/d17f77c24fbb_drop.py";
const TEXT: &str = "def upgrade():\n    op.drop_table('invite_codes')\n";

/// What the tests below start on the terminal that they made. Does nothing where they did not.
#[test]
#[ignore = "started by the other tests, on a terminal of its own"]
fn session() {
    let setting = |name: &str| std::env::var(format!("MIGGUARD_TEST_{name}")).ok();
    let Some(report) = setting("REPORT") else { return };
    if setting("BACKGROUND").is_some() {
        let mut command = session_command(&report);
        let status = command.env_remove("MIGGUARD_TEST_BACKGROUND").process_group(0).status();
        assert!(status.unwrap().success());
        return;
    }
    let analysis = analysis(Some(&[]), &[(PATH, TEXT)]);
    let mut drop = finding(&analysis, "dropped-table", Level::Confirm, PATH, "op.drop");
    drop.loss = Some(Loss { object: "invite_codes".into(), is_table: true, ..Loss::default() });
    drop.acknowledged = setting("REASON");
    let limit = if setting("AT_ONCE").is_some() { Duration::ZERO } else { ANSWER_WITHIN };
    let written = std::cell::RefCell::new(String::new());
    let answer = ask_with(
        &[drop],
        &analysis,
        &|path, _, content| {
            *written.borrow_mut() = format!("{path}\n{}", String::from_utf8_lossy(content));
            Ok(if setting("UNSAFE").is_some() { Written::No("it is not safe".into()) } else { Written::Yes })
        },
        false,
        limit,
    );
    let answer = match answer {
        Answer::Confirmed => format!("Confirmed\n{}", written.borrow()),
        Answer::Refused(why) => format!("Refused\n{why}"),
        Answer::Unasked(why) => format!("Unasked\n{why}"),
        Answer::Interrupted => "Interrupted\n".into(),
    };
    fs::write(report, answer).unwrap();
}

fn session_command(report: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "confirm::ask::tests::session", "--ignored"]);
    command.env("MIGGUARD_TEST_REPORT", report).env_remove("CI");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A pseudo-terminal, and the session that has it.
struct Session {
    master: File,
    terminal: File,
    child: Child,
    output: Receiver<Vec<u8>>,
    seen: String,
    report: tempfile::NamedTempFile,
    before: Vec<u64>,
}

impl Session {
    /// Starts `ask` on a terminal in which something was typed already.
    fn start(settings: &[(&str, &str)], typed_ahead: &str) -> Self {
        let (mut master, terminal) = open_terminal(0, 0);
        master.write_all(typed_ahead.as_bytes()).unwrap();
        let report = tempfile::NamedTempFile::new().unwrap();
        let mut command = session_command(report.path().to_str().unwrap());
        for (name, value) in settings {
            let name = if *name == "CI" { "CI".to_owned() } else { format!("MIGGUARD_TEST_{name}") };
            command.env(name, value);
        }
        let has_terminal = !settings.iter().any(|(name, _)| *name == "WITHOUT");
        lead_session(&mut command, has_terminal.then(|| terminal.as_raw_fd()));
        let before = attributes(&terminal);
        let child = command.spawn().unwrap();
        let (sender, output) = mpsc::channel();
        let mut reader = master.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { master, terminal, child, output, seen: String::new(), report, before }
    }

    /// Waits until a text is shown, then types.
    fn answer(mut self, prompt: &str, typed: &str) -> Self {
        self.wait_for(prompt);
        self.master.write_all(typed.as_bytes()).unwrap();
        self
    }

    fn wait_for(&mut self, prompt: &str) {
        while !self.seen.ends_with(prompt) {
            let Ok(bytes) = self.output.recv_timeout(Duration::from_mins(1)) else {
                panic!("`{prompt}` was not shown, but:\n{}", self.seen)
            };
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    #[expect(unsafe_code, reason = "the standard library sends no signals")]
    fn signal(mut self, prompt: &str, signal: libc::c_int) -> Self {
        self.wait_for(prompt);
        // SAFETY: it only takes numbers.
        assert_eq!(unsafe { libc::kill(i32::try_from(self.child.id()).unwrap(), signal) }, 0);
        self
    }

    /// What `ask` answered. The terminal must be as it was.
    fn end(mut self) -> String {
        assert!(self.child.wait().unwrap().success(), "{}", self.seen);
        assert_eq!(attributes(&self.terminal), self.before, "the terminal's attributes");
        while let Ok(bytes) = self.output.try_recv() {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        assert!(!self.seen.contains("\x1b[?25l"), "the cursor is hidden");
        fs::read_to_string(self.report.path()).unwrap()
    }
}

const REASON: (&str, &str) = ("REASON", "gone");

#[test]
fn the_exact_name_confirms() {
    assert_eq!(Session::start(&[REASON], "").answer("Table: ", "invite_codes\n").end(), "Confirmed\n");
    // The terminal's own editing of the line.
    assert_eq!(Session::start(&[REASON], "").answer("Table: ", "y\x7finvite_codes\n").end(), "Confirmed\n");
    for wrong in ["y\n", "\n", "INVITE_CODES\n", "invite_codes \n", "\x1b[A\n", "\x00\n"] {
        let answer = Session::start(&[REASON], "").answer("Table: ", wrong).end();
        assert!(answer.contains("was typed and not `invite_codes`"), "{wrong:?}: {answer}");
    }
}

#[test]
fn keys_and_signals_that_end_it_refuse() {
    for key in ["\x03", "invite_codes\x03", "\x1c"] {
        assert_eq!(Session::start(&[REASON], "").answer("Table: ", key).end(), "Interrupted\n", "{key:?}");
    }
    for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, libc::SIGINT] {
        assert_eq!(Session::start(&[REASON], "").signal("Table: ", signal).end(), "Interrupted\n", "{signal}");
    }
    let answer = Session::start(&[REASON], "").answer("Table: ", "\x04").end();
    assert!(answer.starts_with("Refused\nThere is no answer about `invite_codes`: the input ended"), "{answer}");
}

#[test]
fn what_was_typed_before_is_no_answer() {
    let answer = Session::start(&[REASON], "invite_codes\ninvite_codes\n").answer("Table: ", "\x04").end();
    assert!(answer.contains("the input ended"), "{answer}");
    let answer = Session::start(&[], "").answer("Reason: ", "gone\ninvite_codes\n").answer("Table: ", "\x04").end();
    assert!(answer.contains("the input ended"), "{answer}");
}

#[test]
fn a_missing_reason_is_asked_for_and_written_when_all_is_confirmed() {
    let answer =
        Session::start(&[], "").answer("Reason: ", "feature removed\n").answer("Table: ", "invite_codes\n").end();
    let text = "def upgrade():\n    # migguard: intentional -- feature removed\n    op.drop_table('invite_codes')\n";
    assert_eq!(answer, format!("Confirmed\n{PATH}\n{text}"));
    for none in ["\n", "...\n", "<why>\n"] {
        let answer = Session::start(&[], "").answer("Reason: ", none).end();
        assert!(answer.starts_with("Refused\nNo reason was given"), "{answer}");
    }
    let session = Session::start(&[("UNSAFE", "1")], "");
    let answer = session.answer("Reason: ", "feature removed\n").answer("Table: ", "invite_codes\n").end();
    insta::assert_snapshot!(answer, @"
    Refused
    The reason could not be written:
      it is not safe.
      Add this line, stage the file and commit again:

    Above versions/d17f77c24fbb_drop.py:2:
        # migguard: intentional -- feature removed
    ");
}

#[test]
fn nobody_is_asked_where_nobody_is() {
    assert_eq!(Session::start(&[("WITHOUT", "1"), REASON], "").end(), "Confirmed\n");
    insta::assert_snapshot!(Session::start(&[("WITHOUT", "1")], "").end(), @"
    Unasked
    There is no terminal to ask at, and a reason is missing. Add this line, stage the file and commit again:

    Above versions/d17f77c24fbb_drop.py:2:
        # migguard: intentional -- <why>
    ");
    insta::assert_snapshot!(Session::start(&[("CI", "true"), REASON], "").end(), @"
    Unasked
    `CI` is set, so nobody is taken to be behind this terminal.
      To be asked: `env -u CI git commit`.
      A program that commits without a terminal is not asked: for it, the reason in the file is enough.
    ");
    insta::assert_snapshot!(Session::start(&[("BACKGROUND", "1"), REASON], "").end(), @"
    Unasked
    The commit runs in the background of its terminal, where nobody can answer.
      To be asked: run `git commit` in the foreground.
    ");
    insta::assert_snapshot!(Session::start(&[("AT_ONCE", "1"), REASON], "").end(), @"
    Refused
    There is no answer about `invite_codes`: nobody answered in time.
      The commit is stopped and nothing is changed.
      To go on: `git commit` again, and type the name.
    ");
    let answer = Session::start(&[("CI", "false"), REASON], "").answer("Table: ", "invite_codes\n").end();
    assert_eq!(answer, "Confirmed\n");
}

/// Answers in order, and keeps what was shown.
struct Scripted {
    answers: Vec<&'static str>,
    shown: String,
    /// Ctrl-C, as soon as everything is answered.
    leaves: bool,
}

impl Person for Scripted {
    fn columns(&self) -> usize {
        80
    }

    fn show(&mut self, text: &str) {
        self.shown.push_str(text);
    }

    fn has_left(&self) -> bool {
        self.leaves && self.answers.is_empty()
    }

    fn answer(&mut self, prompt: &str, _: Duration) -> Result<String, NoAnswer> {
        let answer = if self.answers.is_empty() { return Err(NoAnswer::EndOfInput) } else { self.answers.remove(0) };
        self.shown.push_str(&format!("{prompt}{answer}\n"));
        Ok(answer.to_owned())
    }
}

/// A table and two columns of one revision, none with a reason.
fn converse(answers: &[&'static str], leaves: bool) -> (Answer, String, Vec<String>) {
    let text = "def upgrade():\r\n    op.drop_table('a')\r\n    with b as c:\r\n        c.drop_column('x')\r\n        \
                c.drop_column('y')\r\n";
    let analysis = analysis(Some(&[]), &[(PATH, text)]);
    let lose = |object: &str, text: &str, is_table| {
        let mut drop = finding(&analysis, "dropped-table", Level::Confirm, PATH, text);
        drop.message = format!("upgrade() drops `{object}`");
        drop.loss = Some(Loss { object: object.into(), is_table, ..Loss::default() });
        drop
    };
    let drops = [
        lose("a", "op.drop_table", true),
        lose("b.x", "c.drop_column('x')", false),
        lose("b.y", "c.drop_column('y')", false),
    ];
    let mut person = Scripted { answers: answers.to_vec(), shown: String::new(), leaves };
    let written = std::cell::RefCell::new(Vec::new());
    let mut conversation =
        Conversation { person: &mut person, analysis: &analysis, color: false, limit: ANSWER_WITHIN };
    let answer = conversation.run(&drops.each_ref(), &|_, _, content| {
        written.borrow_mut().push(String::from_utf8_lossy(content).into_owned());
        Ok(Written::Yes)
    });
    (answer, person.shown, written.into_inner())
}

#[test]
fn a_table_is_asked_about_alone_and_the_rest_of_a_revision_together() {
    let (answer, shown, written) = converse(&["gone", "a", "split up", "d17f77c24fbb"], false);
    assert_eq!(answer, Answer::Confirmed);
    assert_eq!(
        written,
        [
            "def upgrade():\r\n    # migguard: intentional -- gone\r\n    op.drop_table('a')\r\n    with b as c:\r\n        \
          # migguard: intentional -- split up\r\n        c.drop_column('x')\r\n        \
          # migguard: intentional -- split up\r\n        c.drop_column('y')\r\n"
        ]
    );
    insta::assert_snapshot!("conversation", shown);
}

#[test]
fn nothing_is_written_before_the_last_answer() {
    let (answer, _, written) = converse(&["gone", "a", "split up", "b.x"], false);
    assert!(matches!(&answer, Answer::Refused(why) if why.contains("`b.x` was typed and not `d17f77c24fbb`")));
    assert!(written.is_empty());
    let (answer, _, written) = converse(&["gone", "a"], false);
    assert!(matches!(&answer, Answer::Refused(why) if why.contains("the input ended")));
    assert!(written.is_empty());
    let (answer, _, written) = converse(&["gone", "a", "split up", "d17f77c24fbb"], true);
    assert_eq!(answer, Answer::Interrupted);
    assert!(written.is_empty());
}
