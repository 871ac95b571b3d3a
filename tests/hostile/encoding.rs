//! Files that are no text, or a text of another kind.

use crate::world::{DROP, HEAD, World};

fn contents() -> Vec<(&'static str, Vec<u8>)> {
    let text = format!("{HEAD}def upgrade():\n{DROP}");
    let utf_16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let with = |bytes: &[u8]| [text.as_bytes(), b"x = '", bytes, b"'\n"].concat();
    let coded = |name: &str| format!("# coding: {name}\n{text}").into_bytes();
    vec![
        ("empty", Vec::new()),
        ("null", vec![0]),
        ("every byte", (0..=255).cycle().take(100_000).collect()),
        ("binary", b"\x7fELF\x02\x01\x01\0\0\0\0".repeat(10_000)),
        ("little-endian", [b"\xff\xfe".to_vec(), utf_16(u16::to_le_bytes)].concat()),
        ("big-endian", [b"\xfe\xff".to_vec(), utf_16(u16::to_be_bytes)].concat()),
        ("little-endian without its mark", utf_16(u16::to_le_bytes)),
        ("mark only", b"\xef\xbb\xbf".to_vec()),
        ("two marks", [b"\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()].concat()),
        ("half a mark", [b"\xef\xbb", text.as_bytes()].concat()),
        ("null in text", with(b"\0")),
        ("lone continuation", with(b"\x80")),
        ("overlong", with(b"\xc0\xaf")),
        ("surrogate", with(b"\xed\xa0\x80")),
        ("beyond unicode", with(b"\xf4\x90\x80\x80")),
        ("cut off", with(b"\xe2\x82")),
        ("latin-1", with(b"\xe9")),
        ("non-characters", with("\u{fffe}\u{ffff}\u{10ffff}".as_bytes())),
        ("unknown coding", coded("no-such-thing")),
        ("utf-16 coding", coded("utf-16")),
        ("utf-7 coding", coded("utf-7")),
        ("rot13 coding", coded("rot13")),
        ("long coding", coded(&"x".repeat(1_000_000))),
        ("hostile coding", coded("\x1b[2J")),
        ("ascii with more", [coded("ascii"), b"# \xc3\xa9\n".to_vec()].concat()),
        ("latin-1 with all", [coded("latin-1"), b"x = '\x80\x81\xff'\n".to_vec()].concat()),
        ("carriage returns", text.replace('\n', "\r").into_bytes()),
        ("form feeds", text.replace('\n', "\n\x0c").into_bytes()),
        ("next lines", text.replace('\n', "\u{85}").into_bytes()),
        ("separators", text.replace('\n', "\u{2028}").into_bytes()),
        ("wide spaces", text.replace(' ', "\u{3000}").into_bytes()),
        ("wide letters", text.replace("op.", "ｏｐ.").into_bytes()),
        ("end of file", [text.as_bytes(), b"\x1a\x04\x03"].concat()),
        ("tabs", text.replace("    ", "\t").into_bytes()),
        ("no line end", text.trim_end().as_bytes().to_vec()),
        ("pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".to_vec()),
        ("conflict", format!("<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n").into_bytes()),
    ]
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn every_file_may_be_no_text() {
    for (name, content) in contents() {
        for path in ["migrations/versions/b2.py", "app/models.py", "app/__init__.py", "migrations/env.py", "drop.sql"] {
            let world = World::new();
            world.write(
                "migrations/versions/c3.py",
                format!(
                    "{}from pathlib import Path\ndef upgrade():\n    op.execute(Path('drop.sql').read_text())\n{DROP}",
                    HEAD.replace("'b2'", "'c3'")
                ),
            );
            world.write(path, &content);
            let ended = world.survives();
            assert_ne!(ended.code, 0, "{name} in {path}");
        }
        for path in ["alembic.ini", "pyproject.toml", "migguard.toml", "setup.cfg", "migrations/script.py.mako"] {
            let world = World::new();
            world.write(path, &content);
            world.survives();
        }
    }
}

/// Python ends lines at `\n`, `\r\n` and a lone `\r`, and nowhere else.
#[test]
fn lines_and_columns_are_pythons() {
    let text = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'b2'\ndown_revision = 'a1'\n\
                def upgrade():\n    x = 'é🎉@'; op.drop_table('users')\n";
    for (name, text) in [
        ("line feeds", text.to_owned()),
        ("both", text.replace('\n', "\r\n")),
        ("carriage returns", text.replace('\n', "\r")),
        ("mixed", text.replacen('\n', "\r", 2).replacen('\n', "\r\n", 1)),
        ("form feed", text.replace('@', "\u{c}")),
        ("next line", text.replace('@', "\u{85}")),
        ("line separator", text.replace('@', "\u{2028}")),
        ("paragraph separator", text.replace('@', "\u{2029}")),
        ("vertical tab", text.replace('@', "\u{b}")),
        ("file separator", text.replace('@', "\u{1c}")),
        ("byte order mark", format!("\u{feff}{text}")),
    ] {
        let world = World::new();
        world.write("migrations/versions/b2.py", &text);
        world.stage();
        let ended = world.migguard(&["run", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let drop = json["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == "dropped-live-table");
        let drop = drop.unwrap_or_else(|| panic!("{name}: {json}"));
        assert_eq!((drop["line"].as_u64(), drop["column"].as_u64()), (Some(6), Some(16)), "{name}");
    }
}
