//! Damaged repositories.

use std::fs;
use std::path::PathBuf;

use crate::world::{DROP, HEAD, World};

type Damage = fn(&[u8]) -> Option<Vec<u8>>;

fn staged() -> World {
    let world = World::new();
    world.commit();
    world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}"));
    world.stage();
    world
}

fn object(world: &World, name: &str) -> PathBuf {
    let id = world.git(&["rev-parse", name]);
    let (folder, file) = id.trim().split_at(2);
    let path = world.path("repository/.git/objects").join(folder).join(file);
    // Objects are read-only.
    let content = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, content).unwrap();
    path
}

/// What cannot be read is never taken for checked.
#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn damaged_objects() {
    let names = [
        ":migrations/versions/b2.py",
        ":migrations/versions/a1.py",
        ":app/models.py",
        ":alembic.ini",
        ":migrations/env.py",
        "HEAD",
        "HEAD^{tree}",
        "HEAD:migrations",
    ];
    let damages: [(&str, Damage); 6] = [
        ("gone", |_| None),
        ("empty", |_| Some(Vec::new())),
        ("cut off", |content| Some(content[..content.len() / 2].to_vec())),
        ("zeros", |content| Some(vec![0; content.len()])),
        ("flipped", |content| {
            Some(
                content
                    .iter()
                    .enumerate()
                    .map(|(at, byte)| if at == content.len() / 2 { byte ^ 0x55 } else { *byte })
                    .collect(),
            )
        }),
        ("text", |_| Some(b"blob 5\0hello".to_vec())),
    ];
    for name in names {
        for (damage, damaged) in damages {
            let world = staged();
            let path = object(&world, name);
            let content = fs::read(&path).unwrap();
            match damaged(&content) {
                None => fs::remove_file(&path).unwrap(),
                Some(content) => fs::write(&path, content).unwrap(),
            }
            world.migguard(&["status"]);
            let ended = world.migguard(&["run", "--format", "json"]);
            assert_ne!(ended.code, 0, "{damage} {name}: {}", ended.stdout);
        }
    }
}

#[test]
fn damaged_files_of_git() {
    for (file, content) in [
        (".git/index", &b""[..]),
        (".git/index", b"DIRC"),
        (".git/index", b"DIRC\0\0\0\x02\xff\xff\xff\xff"),
        (".git/index", &[0; 4096]),
        (".git/HEAD", b""),
        (".git/HEAD", b"ref: refs/heads/../../../../etc/passwd\n"),
        (".git/HEAD", b"ref: refs/heads/main\x1b[2J\n"),
        (".git/HEAD", b"0000000000000000000000000000000000000000\n"),
        (".git/HEAD", &[0xff; 100]),
        (".git/refs/heads/main", b"ref: refs/heads/main\n"),
        (".git/refs/heads/main", b"1234567890123456789012345678901234567890\n"),
        (".git/refs/heads/main", b""),
        (".git/config", b"[core\n"),
        (".git/config", b"[core]\nrepositoryformatversion = 99\n"),
        (".git/config", b"[core]\nworktree = /nowhere\x1b[2J\n"),
        (".git/config", b"[include]\npath = config\n"),
        (".git/packed-refs", &[0xff; 100]),
        (".git/objects/info/alternates", b"/nowhere\n../objects\n\x1b[2J\n"),
        (".git/MERGE_HEAD", b"nonsense\x1b[2J\n"),
        (".git/MERGE_HEAD", b"1234567890123456789012345678901234567890\n"),
        (".git/shallow", b"nonsense\n"),
        (".git/info/sparse-checkout", &[0xff; 100]),
    ] {
        let world = staged();
        world.write(file, content);
        for arguments in [
            &["status"][..],
            &["run"],
            &["check", "--all"],
            &["check", "--since", "HEAD~5"],
            &["install"],
            &["uninstall"],
        ] {
            let ended = world.migguard(arguments);
            // An index that git itself takes for an empty one stages nothing.
            let nothing_is_staged = file == ".git/index" && content.is_empty();
            assert!(arguments != ["run"] || ended.code != 0 || nothing_is_staged, "{file}: {content:?}");
        }
    }
}
