//! What is kept between runs, as bytes in which a text that comes often stands once.
//!
//! A field with `#[serde(with = "crate::texts")]` is the number of its text there, and shares it in memory with every
//! other field that has it: the names of columns, the paths of files. serde has no way to hand the texts on, so that they lie
//! beside the thread while it writes or reads.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

thread_local! {
    static NUMBERS: RefCell<HashMap<Arc<str>, u32>> = RefCell::default();
    static TEXTS: RefCell<Vec<Arc<str>>> = const { RefCell::new(Vec::new()) };
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
    fn what_is_cut_off_is_no_value() {
        let bytes = to_bytes(&Column("name".into(), 1)).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(from_bytes::<Column>(&bytes[..end]), None, "{end}");
        }
        // A number without its text.
        assert_eq!(from_bytes::<Column>(&[0, 3, 1]), None);
    }
}
