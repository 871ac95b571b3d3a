//! Where there is nothing to work on: every command says so, and passes for nothing.

use std::fs;

use crate::place::Place;

const COMMANDS: [&[&str]; 6] = [&["run"], &["check"], &["check", "--all"], &["status"], &["install"], &["uninstall"]];

#[test]
fn outside_of_a_repository() {
    let place = Place::empty();
    for command in COMMANDS {
        let refused = place.migguard(command);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{command:?}");
        assert!(refused.stderr.contains("not a git repository"), "{}", refused.stderr);
        let next = "Run the command inside a repository, or name one with `-C DIR`.";
        assert!(refused.stderr.contains(next), "{}", refused.stderr);
    }
}

#[test]
fn with_a_folder_that_is_not_there() {
    let place = Place::new();
    fs::write(place.repository.join("file"), "").unwrap();
    for directory in ["nowhere", "/nowhere", "file"] {
        for command in COMMANDS {
            let refused = place.migguard(&[&["-C", directory], command].concat());
            assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{directory:?} {command:?}");
            assert!(refused.stderr.contains("folder"), "{}", refused.stderr);
        }
    }
}

#[test]
fn in_a_bare_repository_nothing_is_staged() {
    let place = Place::new();
    place.start_project(&place.repository);
    let bare = place.outside().join("bare.git");
    place.git(&["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    let bare = bare.to_string_lossy();
    let refused = place.migguard(&["-C", &bare, "run"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("no working tree"), "{}", refused.stderr);
    // What is committed can be looked at all the same.
    let check = place.migguard(&["-C", &bare, "check", "--all"]);
    assert_eq!(check.code, Some(1), "{}", check.stderr);
    assert!(check.stdout.contains("JourneyTemplate"), "{}", check.stdout);
    let status = place.migguard(&["-C", &bare, "status"]);
    assert_eq!(status.code, Some(0), "{}", status.stderr);
    assert!(status.stdout.contains("1ea01d592526"), "{}", status.stdout);
}
