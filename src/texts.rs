//! What is kept between runs, as bytes in which a text that comes often stands once.
//!
//! A field with `#[serde(with = "crate::texts")]` is the number of its text there, and shares it in memory with every
//! other field that has it: the names of columns, the paths of files. serde has no way to hand the texts on, so that they lie
//! beside the thread while it writes or reads. A [`Later`] takes them along.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

type Texts = Arc<[Arc<str>]>;

thread_local! {
    static NUMBERS: RefCell<HashMap<Arc<str>, u32>> = RefCell::default();
    static TEXTS: RefCell<Texts> = RefCell::default();
}

/// A part of what is kept that most runs have no use for: its bytes are read when somebody asks for it.
pub(crate) struct Later<T> {
    value: OnceLock<T>,
    /// As they were kept; none where the value was never anything but itself.
    kept: Option<(Box<[u8]>, Texts)>,
}

impl<T: DeserializeOwned> Later<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: OnceLock::from(value), kept: None }
    }

    /// The value. Its bytes are what this very program wrote, or nobody would have begun to read them.
    pub(crate) fn get(&self) -> &T {
        self.value.get_or_init(|| {
            let value = self.kept.as_ref().and_then(|(bytes, texts)| {
                let outer = TEXTS.replace(texts.clone());
                let value = postcard::from_bytes(bytes).ok();
                TEXTS.set(outer);
                value
            });
            value.expect("what is kept of a file can be read as it was written")
        })
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The numbers of its texts are others now.
        let bytes = postcard::to_stdvec(self.get()).map_err(S::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de, T> Deserialize<'de> for Later<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Ok(Self { value: OnceLock::new(), kept: Some((bytes.into(), TEXTS.with_borrow(Arc::clone))) })
    }
}

impl<T: DeserializeOwned + PartialEq> PartialEq for Later<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: DeserializeOwned + Eq> Eq for Later<T> {}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A value as bytes. `None` where it cannot be written.
pub(crate) fn to_bytes(value: &impl Serialize) -> Option<Vec<u8>> {
    let body = postcard::to_stdvec(value);
    let numbers = NUMBERS.take();
    let mut texts: Vec<(&Arc<str>, u32)> = numbers.iter().map(|(text, number)| (text, *number)).collect();
    texts.sort_unstable_by_key(|(_, number)| *number);
    let texts: Vec<&str> = texts.into_iter().map(|(text, _)| &**text).collect();
    let mut bytes = postcard::to_stdvec(&texts).ok()?;
    bytes.extend(body.ok()?);
    Some(bytes)
}

/// The value of such bytes; `None` where they are none.
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (texts, body): (Vec<&str>, _) = postcard::take_from_bytes(bytes).ok()?;
    TEXTS.set(texts.into_iter().map(Arc::from).collect());
    let value = postcard::from_bytes(body).ok();
    TEXTS.take();
    value
}

pub(crate) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    let number = NUMBERS.with_borrow_mut(|numbers| {
        let next = u32::try_from(numbers.len()).map_err(S::Error::custom)?;
        Ok(*numbers.entry(text.clone()).or_insert(next))
    })?;
    number.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    let number = u32::deserialize(deserializer)? as usize;
    let text = TEXTS.with_borrow(|texts| texts.get(number).cloned());
    text.ok_or_else(|| D::Error::custom(format_args!("there is no text {number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Column(#[serde(with = "super")] Arc<str>, u8);

    #[test]
    fn texts_come_back_and_stand_once() {
        let columns: Vec<Column> =
            ["id", "name", "id", "", "name"].into_iter().zip(0..).map(|(name, at)| Column(name.into(), at)).collect();
        let bytes = to_bytes(&columns).unwrap();
        assert_eq!(bytes.windows(4).filter(|window| window == b"name").count(), 1);
        let again: Vec<Column> = from_bytes(&bytes).unwrap();
        assert_eq!(again, columns);
        assert!(Arc::ptr_eq(&again[0].0, &again[2].0));
        // A second value has texts of its own.
        assert_eq!(from_bytes::<Column>(&to_bytes(&Column("id".into(), 1)).unwrap()), Some(Column("id".into(), 1)));
    }

    #[test]
    fn what_is_read_later_has_its_own_texts_then() {
        let bytes = to_bytes(&[Later::new(Column("id".into(), 1)), Later::new(Column("name".into(), 2))]).unwrap();
        let [first, second]: [Later<Column>; 2] = from_bytes(&bytes).unwrap();
        // Others are read in between, and it is written anew before anyone has read it.
        assert_eq!(from_bytes::<Column>(&to_bytes(&Column("other".into(), 1)).unwrap()).unwrap().1, 1);
        let again: Later<Column> = from_bytes(&to_bytes(&second).unwrap()).unwrap();
        assert_eq!((first.get(), again.get()), (&Column("id".into(), 1), &Column("name".into(), 2)));
    }

    #[test]
    fn what_is_cut_off_is_no_value() {
        let bytes = to_bytes(&Column("name".into(), 1)).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(from_bytes::<Column>(&bytes[..end]), None, "{end}");
        }
        // A number without its text.
        assert_eq!(from_bytes::<Column>(&[0, 3, 1]), None);
    }
}
