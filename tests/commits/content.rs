//! What a repository can hold: odd names, links, replaced objects.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use migguard::cli::demo::fixture::{REGISTERED, REVISIONS};

use crate::common::Place;
use crate::project::Project;

#[test]
fn in_a_folder_with_an_odd_name() {
    for name in [
        &b"back end"[..],
        b"it's \"quoted\" $HOME `x`",
        b"back\nend\t\\",
        "b\u{e4}ckend".as_bytes(),
        b"not utf-8 \xff\xfe",
        b":(glob)*[a]?",
        b"-rf",
        b"%(here)s",
    ] {
        let place = Place::new();
        place.start_project(&place.repository);
        fs::rename(place.repository.join("backend"), place.repository.join(OsStr::from_bytes(name))).unwrap();
        place.git(&["add", "."]);
        place.git(&["commit", "-q", "-m", "move"]);
        let mut project = Project::of(&place, &place.repository);
        project.folder = OsStr::from_bytes(name).into();
        project.is_guarded();
    }
}

#[test]
fn in_a_migration_with_an_odd_name() {
    let (_, accident) = REVISIONS[0].accident.unwrap();
    let (_, repaired) = REVISIONS[0].migration;
    for name in [&b"29672f48c359 \"\xc3\xbc' $x"[..], b"not utf-8 \xff", b":(top)x", b"-x", b"a\tb\\c"] {
        let place = Place::new();
        let project = Project::new(&place);
        let name = [name, b".py"].concat();
        let file = project.path("backend/alembic/versions").join(OsStr::from_bytes(&name));
        fs::write(&file, accident).unwrap();
        project.stage(REVISIONS[0].models);
        project.is_refused(&["dropped-live-table", "journey_templates"]);
        fs::write(&file, repaired).unwrap();
        project.stage(&[REGISTERED]);
        project.passes();
    }
}

#[test]
fn beside_names_that_nobody_expects() {
    let place = Place::new();
    for name in [&b"a\nb\xff.py"[..], b"\x1b[2J.py", b" .py", b"x\\.py", b"con.py"] {
        fs::write(place.repository.join(OsStr::from_bytes(name)), "x = 1\n").unwrap();
    }
    let project = Project::new(&place);
    for name in [&b"c\nd\xff.py"[..], b"\x1b[3J.py", b":x.py"] {
        fs::write(project.path("backend").join(OsStr::from_bytes(name)), "x = 1\n").unwrap();
    }
    fs::remove_file(project.top_level.join(OsStr::from_bytes(b"a\nb\xff.py"))).unwrap();
    project.is_guarded();
}

#[test]
fn through_a_linked_folder_of_migrations() {
    let place = Place::new();
    place.start_project(&place.repository);
    place.git(&["mv", "backend/alembic/versions", "backend/revisions"]);
    symlink("../revisions", place.repository.join("backend/alembic/versions")).unwrap();
    place.git(&["add", "."]);
    place.git(&["commit", "-q", "-m", "link"]);
    let project = Project::of(&place, &place.repository);
    project.is_guarded();
    assert!(project.git(&["ls-files"]).contains("backend/revisions/29672f48c359_add_subscriptions.py"));
}

#[test]
fn a_linked_migration() {
    let place = Place::new();
    let project = Project::new(&place);
    let (path, accident) = REVISIONS[0].accident.unwrap();
    fs::write(project.path("shared.py"), accident).unwrap();
    symlink("../../../shared.py", project.path(path)).unwrap();
    project.stage(REVISIONS[0].models);
    project.is_refused(&["dropped-live-table", "journey_templates"]);
    fs::write(project.path("shared.py"), REVISIONS[0].migration.1).unwrap();
    project.stage(&[REGISTERED]);
    project.passes();
}

#[test]
fn a_migration_that_a_link_replaces() {
    let place = Place::new();
    let project = Project::new(&place);
    let (path, accident) = REVISIONS[0].accident.unwrap();
    project.passes_the_repair();
    fs::write(project.path("shared.py"), accident).unwrap();
    fs::remove_file(project.path(path)).unwrap();
    symlink("../../../shared.py", project.path(path)).unwrap();
    project.stage(&[]);
    project.is_refused(&["dropped-live-table", "journey_templates"]);
    fs::write(project.path("shared.py"), REVISIONS[0].migration.1).unwrap();
    project.stage(&[]);
    project.passes();
}

#[test]
fn a_migration_that_leads_out_of_the_repository() {
    let place = Place::new();
    let project = Project::new(&place);
    let (path, _) = REVISIONS[0].migration;
    symlink("../../../../outside.py", project.path(path)).unwrap();
    project.stage(REVISIONS[0].models);
    project.is_refused(&["unparsable-file", "29672f48c359_add_subscriptions.py"]);
}

#[test]
fn what_an_object_was_replaced_by_is_not_what_is_committed() {
    let place = Place::new();
    let project = Project::new(&place);
    let blob = |(path, content): (&str, &str)| {
        fs::write(place.outside().join("blob"), content).unwrap();
        let file = place.outside().join("blob");
        let id = project.git(&["hash-object", "-w", "--no-filters", &file.to_string_lossy()]);
        assert!(path.ends_with(".py"));
        id.trim().to_owned()
    };
    let (accident, repaired) = (blob(REVISIONS[0].accident.unwrap()), blob(REVISIONS[0].migration));
    project.git(&["replace", &accident, &repaired]);
    project.refuses_the_accident();
    project.git(&["replace", "-d", &accident]);
    project.git(&["replace", &repaired, &accident]);
    project.passes_the_repair();
}

#[test]
fn a_change_of_permissions_and_of_line_ends_is_none() {
    let place = Place::new();
    let project = Project::new(&place);
    project.passes_the_repair();
    let (path, content) = REVISIONS[0].migration;
    project.git(&["update-index", "--chmod=+x", path]);
    project.passes();
    project.git(&["config", "core.autocrlf", "false"]);
    fs::write(project.path(path), content.replace('\n', "\r\n")).unwrap();
    project.stage(&[]);
    project.passes();
}
