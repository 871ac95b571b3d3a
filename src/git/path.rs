//! Paths as text. Git's paths are bytes; Python's, Alembic's and our reports' are text.

/// A byte that is no part of valid UTF-8 becomes the private-use character of this plane and its own number, so
/// that every path is a `str` and still leads back to its bytes (the idea of Python's PEP 383).
const ESCAPE: u32 = 0x0010_FF00;

/// The text of a path of git: slashes between its parts, relative to the repository's top level.
pub fn decode_path(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_escape(c) {
                let mut buffer = [0; 4];
                text.extend(c.encode_utf8(&mut buffer).bytes().map(escape));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(escape));
    }
    text
}

/// The bytes that [`decode_path`] made this text from.
pub fn encode_path(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if is_escape(c) {
            bytes.extend(u8::try_from(u32::from(c) - ESCAPE));
        } else {
            let mut buffer = [0; 4];
            bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
        }
    }
    bytes
}

fn is_escape(c: char) -> bool {
    (ESCAPE..ESCAPE + 0x100).contains(&u32::from(c))
}

fn escape(byte: u8) -> char {
    char::from_u32(ESCAPE + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_back_to_its_bytes() {
        for bytes in [&b"a/b.py"[..], "été/ñ.py".as_bytes(), b"\xff\xfe/x", "\u{10FF41}".as_bytes(), b"a\n\"b"] {
            assert_eq!(encode_path(&decode_path(bytes)), bytes);
        }
    }
}
