//! What is kept between runs, as bytes in which a text that comes often stands once.
//!
//! A field with `#[serde(with = "crate::texts")]` is the number of its text there, or of its [`Texts`], and shares it in
//! memory with every other field that has it: the names of columns, the paths of files. serde has no way to hand the texts
//! on, so that they lie beside the thread while it writes or reads. A [`Later`] takes them along.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

type Known = Arc<[Arc<str>]>;

thread_local! {
    static NUMBERS: RefCell<HashMap<Arc<str>, u32>> = RefCell::default();
    static TEXTS: RefCell<Known> = RefCell::default();
}

/// A part of what is kept that most runs have no use for: its bytes are read when somebody looks at it.
#[derive(Clone)]
pub struct Later<T> {
    value: OnceLock<T>,
    /// As they were kept; none where the value was never anything but itself.
    kept: Option<(Box<[u8]>, Known)>,
}

impl<T: DeserializeOwned> Later<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: OnceLock::from(value), kept: None }
    }

    pub(crate) fn into_inner(mut self) -> T {
        self.value.take().unwrap_or_else(|| self.read())
    }

    /// Its bytes are what this very program wrote, or nobody would have begun to read them.
    fn read(&self) -> T {
        let value = self.kept.as_ref().and_then(|(bytes, texts)| {
            let outer = TEXTS.replace(texts.clone());
            let value = postcard::from_bytes(bytes).ok();
            TEXTS.set(outer);
            value
        });
        value.expect("what is kept can be read as it was written")
    }
}

impl<T: DeserializeOwned> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.get_or_init(|| self.read())
    }
}

impl<T: DeserializeOwned> DerefMut for Later<T> {
    fn deref_mut(&mut self) -> &mut T {
        let _: &T = self;
        // Its bytes say no longer what it is.
        self.kept = None;
        self.value.get_mut().expect("it has just been read")
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The numbers of its texts are others now.
        let bytes = postcard::to_stdvec(&**self).map_err(S::Error::custom)?;
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
        **self == **other
    }
}

impl<T: DeserializeOwned + Eq> Eq for Later<T> {}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
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

pub(crate) fn serialize<T: Texts, S: Serializer>(texts: &T, serializer: S) -> Result<S::Ok, S::Error> {
    texts.write(serializer)
}

pub(crate) fn deserialize<'de, T: Texts, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A text, or several, with whatever else may be beside them.
pub(crate) trait Texts: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl Texts for Arc<str> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = NUMBERS.with_borrow_mut(|numbers| {
            let next = u32::try_from(numbers.len()).map_err(S::Error::custom)?;
            Ok(*numbers.entry(self.clone()).or_insert(next))
        })?;
        number.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)? as usize;
        let text = TEXTS.with_borrow(|texts| texts.get(number).cloned());
        text.ok_or_else(|| D::Error::custom(format_args!("there is no text {number}")))
    }
}

impl Texts for Option<Arc<str>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Borrowed).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(|Owned(text)| text))
    }
}

impl Texts for Vec<Arc<str>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Borrowed))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().map(|Owned(text)| text).collect())
    }
}

impl Texts for BTreeSet<Arc<str>> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Borrowed))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::read(deserializer)?.into_iter().collect())
    }
}

impl<T: Serialize + DeserializeOwned> Texts for BTreeMap<Arc<str>, T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(text, value)| (Borrowed(text), value)))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().map(|(Owned(text), value)| (text, value)).collect())
    }
}

struct Borrowed<'t>(&'t Arc<str>);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

#[derive(Deserialize)]
struct Owned(#[serde(with = "self")] Arc<str>);

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
        assert_eq!((&*first, &*again), (&Column("id".into(), 1), &Column("name".into(), 2)));
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
