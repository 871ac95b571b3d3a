//! The name of an object.

use std::fmt;

use serde::{Deserialize, Serialize};

/// SHA-256's length in bytes, the longest that git has.
const LONGEST: usize = 32;

/// An object id; it prints as git prints it. The default one is of no object.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Oid {
    length: u8,
    bytes: [u8; LONGEST],
}

impl Oid {
    /// The id of these bytes, 20 of SHA-1 or 32 of SHA-256. `None` where it is neither.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let length = u8::try_from(bytes.len()).ok().filter(|length| matches!(length, 20 | 32))?;
        let mut oid = Self { length, bytes: [0; LONGEST] };
        oid.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(oid)
    }

    /// The id that stands here as git prints it: 40 or 64 lowercase hexadecimal digits. `None` for anything else.
    pub(super) fn parse(digits: &[u8]) -> Option<Self> {
        if !matches!(digits.len(), 40 | 64) {
            return None;
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; LONGEST];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Self::from_bytes(bytes.get(..digits.len() / 2)?)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether it is the id that git writes where there is no object.
    pub(super) fn is_null(&self) -> bool {
        self.bytes == [0; LONGEST]
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_git_prints_it_and_as_nothing_else() {
        for id in ["5fe8b0c1d2e3f4a5968778695a4b3c2d1e0f0123", &"0123456789abcdef".repeat(4)] {
            let oid = Oid::parse(id.as_bytes()).unwrap();
            assert_eq!((oid.to_string(), oid.as_bytes().len() * 2), (id.to_owned(), id.len()));
            assert_eq!(Oid::from_bytes(oid.as_bytes()), Some(oid));
            assert!(!oid.is_null());
        }
        let capital = "A".repeat(40);
        for other in ["", "HEAD", "5fe8", &capital, &"0".repeat(41), &format!("{}\n", "0".repeat(39))] {
            assert_eq!(Oid::parse(other.as_bytes()), None, "{other:?}");
        }
        assert!(Oid::parse("0".repeat(40).as_bytes()).unwrap().is_null());
    }
}
