//! Who reads the output decides how it looks: a terminal, a pipe, a pipe that was closed.

use std::process::Stdio;

use crate::world::World;

#[test]
fn a_pipe_is_never_coloured_unless_somebody_asks_for_it() {
    let world = World::with_accident();
    let commands: [&[&str]; 5] =
        [&["check", "--since", "main"], &["run"], &["status"], &["explain"], &["explain", "dropped-table"]];
    for command in commands {
        let answer = world.migguard(command);
        assert!(!answer.stdout.contains('\u{1b}'), "{answer:?}");
        let forced = world.program(world.project(), command).env("CLICOLOR_FORCE", "1").env("TERM", "xterm").output();
        assert!(!forced.unwrap().stdout.contains(&0x1b), "{command:?}");
    }
    for command in [&["check", "--since", "main"][..], &["status"], &["explain"]] {
        let answer = world.migguard(&[command, &["--color", "always"]].concat());
        assert!(answer.stdout.contains("\u{1b}["), "{answer:?}");
    }
    // What programs read is the same whatever is asked for.
    for format in ["json", "sarif", "github"] {
        let command = ["check", "--since", "main", "--format", format];
        assert_eq!(world.migguard(&[&command[..], &["--color", "always"]].concat()), world.migguard(&command));
    }
    let error = world.migguard(&["check", "--since", "nowhere", "--color", "always"]);
    assert!(error.stderr.contains("\u{1b}["), "{error:?}");
    assert!(!world.migguard(&["check", "--since", "nowhere"]).stderr.contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let world = World::with_accident();
    let commands: [(&[&str], i32); 6] = [
        (&["check", "--since", "main"], 1),
        (&["check", "--since", "main", "--format", "sarif"], 1),
        (&["status"], 0),
        (&["explain", "dropped-table"], 0),
        (&["completions", "bash"], 0),
        (&["--help"], 0),
    ];
    for (command, status) in commands {
        let mut program = world.program(world.project(), command);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), &*output.stderr), (Some(status), &b""[..]), "{command:?}");
    }
}

#[test]
fn settings_that_are_wrong_name_the_key_and_the_nearest_one() {
    let world = World::with_accident();
    for (text, message) in [
        ("[tool.migguard]\nforeign-table = ['a']\n", "unknown key `foreign-table`; did you mean `foreign-tables`?"),
        (
            "[tool.migguard.levels]\ndropped-tabel = 'deny'\n",
            "unknown check `dropped-tabel`; did you mean `dropped-table`?",
        ),
        ("[tool.migguard.levels]\ndropped-table = 'wran'\n", "unknown level `wran`; did you mean `warn`?"),
    ] {
        world.write(&[("pyproject.toml", text)]);
        world.commit("settings");
        for command in [&["check", "--since", "main"][..], &["run"], &["status"]] {
            // `run` looks at what is staged only.
            world.write(&[("backend/app/models/new.py", "x = 1\n")]);
            world.project_git(&["add", "--all"]);
            let answer = world.migguard(command);
            assert_eq!((answer.status, &*answer.stdout), (Some(2), ""), "{command:?} {answer:?}");
            assert!(answer.stderr.contains(&format!("`pyproject.toml`, line 2: {message}")), "{answer:?}");
            world.project_git(&["reset", "-q", "--hard"]);
        }
    }
}

#[test]
fn status_says_what_came_from_where() {
    let world = World::with_accident();
    let settings = "[tool.migguard]\nreleased = 'origin/main'\nforeign-tables = ['spatial_*']\n[tool.migguard.levels]\n\
                    dropped-index = 'ignore'\n";
    world.write(&[("pyproject.toml", settings)]);
    world.project_git(&["add", "--all"]);
    let answer = world.migguard(&["status"]);
    assert_eq!(answer.status, Some(0), "{answer:?}");
    let line = answer.stdout.lines().find(|line| line.starts_with("settings")).unwrap();
    for part in ["pyproject.toml", "dropped-index = ignore", "foreign tables: spatial_*", "released: origin/main"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(answer.stdout.contains("backend/alembic (backend/alembic.ini [alembic])"), "{answer:?}");
}
