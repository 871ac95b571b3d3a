//! Which changes of a column's type can cut or refuse the values that it holds.

use crate::migration::operation::Type;

/// What MySQL's TEXT holds: a column of more characters is no smaller.
const MYSQL_TEXT: u64 = 65_535;

/// What a type can hold, as far as its name says.
#[derive(Debug, Clone, PartialEq)]
enum Family {
    /// The most characters; `None` where there is no limit.
    Text(Option<u64>),
    /// MySQL's four sizes of text, by rank.
    SizedText(u8),
    Integer(u64),
    /// Digits in all and behind the point; `None` where there is no limit.
    Numeric(Option<(u64, u64)>),
    /// Bits; `None` where the database decides.
    Float(Option<u64>),
    DateTime,
    Date,
    Time,
    Interval,
    Boolean,
    /// Its values, where they are known.
    Enum(Option<Vec<String>>),
    Json,
    Uuid,
    Binary(Option<u64>),
}

use Family::{
    Binary, Boolean, Date, DateTime, Enum, Float, Integer, Interval, Json, Numeric, SizedText, Text, Time, Uuid,
};

/// Whether a change from one type to the other can lose or refuse values. What is not known does not.
pub(super) fn narrows(from: &Type, to: &Type) -> bool {
    match (family(from), family(to)) {
        (Some(from), Some(to)) => from.loses_in(&to),
        _ => false,
    }
}

/// Whether two types hold the same kind of values. What is not known may.
pub(super) fn is_kin(a: &Type, b: &Type) -> bool {
    match (family(a), family(b)) {
        (Some(Text(_) | SizedText(_)), Some(Text(_) | SizedText(_))) | (None, _) | (_, None) => true,
        (Some(a), Some(b)) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
    }
}

impl Family {
    #[expect(clippy::match_same_arms, reason = "each rule has a line of its own")]
    fn loses_in(&self, to: &Family) -> bool {
        match (self, to) {
            (Text(None) | SizedText(_), Text(Some(most))) => *most < MYSQL_TEXT,
            (Text(from), Text(to)) | (Binary(from), Binary(to)) => less(*to, *from),
            (SizedText(from), SizedText(to)) => to < from,
            (Integer(from), Integer(to)) => to < from,
            (Numeric(from), Numeric(to)) => match (from, to) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some((p, s)), Some((to_p, to_s))) => to_s < s || to_p.saturating_sub(*to_s) < p.saturating_sub(*s),
            },
            (Float(from), Float(to)) => less(*to, *from) && from.is_some(),
            (Enum(from), Enum(to)) => match (from, to) {
                (Some(from), Some(to)) => from.iter().any(|value| !to.contains(value)),
                _ => false,
            },
            // An integer's longest value with its sign; a uuid without its dashes; a date; a date with a time.
            (Integer(bits), Text(Some(most))) => *most < digits(*bits) + 1,
            (Boolean, Text(Some(most))) => *most < 1,
            (Uuid, Text(Some(most))) => *most < 32,
            (Date, Text(Some(most))) => *most < 10,
            (Time, Text(Some(most))) => *most < 8,
            (DateTime, Text(Some(most))) => *most < 19,
            (Numeric(Some((p, _))), Text(Some(most))) => *most < p + 2,
            (Json | Interval, Text(Some(_))) => true,
            (Integer(bits), Numeric(Some((p, s)))) => p.saturating_sub(*s) < digits(*bits),
            (Integer(bits), Float(to)) => *bits > 53 || (*to == Some(32) && *bits > 24),
            (Numeric(Some((p, 0))), Integer(bits)) => *p >= digits(*bits),
            (Numeric(from), Float(to)) => from.is_none_or(|(p, _)| p > if *to == Some(32) { 6 } else { 15 }),
            // MySQL's BOOLEAN is its TINYINT.
            (Integer(8) | Boolean, Boolean)
            | (Float(_) | Boolean | Integer(_), Numeric(None))
            | (Boolean, Integer(_) | Float(_) | Numeric(_))
            | (Boolean | Integer(_) | Float(_) | Numeric(_), Json)
            | (Date, DateTime)
            | (Uuid, Binary(_))
            | (Text(_) | SizedText(_) | Json, Binary(None))
            | (Enum(_) | Float(_) | Numeric(None), Text(_))
            | (Text(_), SizedText(_)) => false,
            (Binary(_), Text(_) | SizedText(_)) => true,
            (_, Text(None) | SizedText(_)) => false,
            (from, to) => from != to,
        }
    }
}

/// Whether a limit is below another; none is above all.
fn less(to: Option<u64>, from: Option<u64>) -> bool {
    match (to, from) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(to), Some(from)) => to < from,
    }
}

/// Decimal digits of the largest integer of so many bits.
fn digits(bits: u64) -> u64 {
    match bits {
        0..=8 => 3,
        9..=16 => 5,
        17..=24 => 7,
        25..=32 => 10,
        _ => 19,
    }
}

fn family(type_: &Type) -> Option<Family> {
    let Type::Known(text) = type_ else { return None };
    let (name, arguments) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.rsplit_once(')').map_or(rest, |(inside, _)| inside)),
        None => (text.trim(), ""),
    };
    let mut numbers = arguments.split(',').map_while(|part| part.trim().parse::<u64>().ok());
    let (first, second) = (numbers.next(), numbers.next());
    let name = name.to_uppercase().replace(['_', ' '], "");
    // SQLModel's own string has a length on some databases and none on others.
    if name == "AUTOSTRING" && first.is_none() {
        return None;
    }
    Some(match name.as_str() {
        "STRING" | "VARCHAR" | "UNICODE" | "NVARCHAR" | "VARCHAR2" | "NVARCHAR2" | "CHARACTERVARYING"
        | "AUTOSTRING" | "TEXT" | "UNICODETEXT" | "CLOB" | "NTEXT" | "CITEXT" => Text(first),
        "CHAR" | "NCHAR" | "CHARACTER" => Text(Some(first.unwrap_or(1))),
        "TINYTEXT" => SizedText(0),
        "MEDIUMTEXT" => SizedText(2),
        "LONGTEXT" => SizedText(3),
        "TINYINT" => Integer(8),
        "SMALLINT" | "SMALLINTEGER" | "INT2" | "SMALLSERIAL" => Integer(16),
        "MEDIUMINT" => Integer(24),
        "INTEGER" | "INT" | "INT4" | "SERIAL" => Integer(32),
        "BIGINT" | "BIGINTEGER" | "INT8" | "BIGSERIAL" => Integer(64),
        "NUMERIC" | "DECIMAL" => Numeric(first.map(|precision| (precision, second.unwrap_or(0)))),
        "REAL" | "FLOAT4" => Float(Some(32)),
        "DOUBLE" | "DOUBLEPRECISION" | "FLOAT8" => Float(Some(64)),
        "FLOAT" => Float(None),
        "DATETIME"
        | "TIMESTAMP"
        | "TIMESTAMPTZ"
        | "DATETIME2"
        | "TIMESTAMPWITHTIMEZONE"
        | "TIMESTAMPWITHOUTTIMEZONE" => DateTime,
        "DATE" => Date,
        "TIME" | "TIMETZ" => Time,
        "INTERVAL" => Interval,
        "BOOLEAN" | "BOOL" => Boolean,
        "ENUM" => Enum(enum_values(arguments)),
        "JSON" | "JSONB" => Json,
        "UUID" | "GUID" => Uuid,
        "LARGEBINARY" | "BYTEA" | "BLOB" | "LONGBLOB" => Binary(None),
        "BINARY" | "VARBINARY" => Binary(first),
        _ => return None,
    })
}

/// The quoted values of an enumeration; `None` where any is not a text.
fn enum_values(arguments: &str) -> Option<Vec<String>> {
    let values: Vec<&str> = arguments.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        return None;
    }
    values.iter().map(|value| Some(value.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrowing(from: &str, to: &str) -> bool {
        narrows(&Type::Known(from.into()), &Type::Known(to.into()))
    }

    #[test]
    fn values_can_be_cut_or_refused() {
        for (from, to) in [
            ("TEXT", "STRING(50)"),
            ("VARCHAR(100)", "VARCHAR(50)"),
            ("LONGTEXT", "STRING(50)"),
            ("STRING", "CHAR"),
            ("LONGTEXT", "MEDIUMTEXT"),
            ("BIGINTEGER", "INTEGER"),
            ("INTEGER", "BOOLEAN"),
            ("STRING(20)", "INTEGER"),
            ("NUMERIC(10,2)", "NUMERIC(8,2)"),
            ("NUMERIC", "NUMERIC(10,2)"),
            ("NUMERIC(10,2)", "INTEGER"),
            ("FLOAT", "INTEGER"),
            ("DOUBLE PRECISION", "REAL"),
            ("DATETIME", "DATE"),
            ("ENUM('a','b')", "ENUM('a')"),
            ("TEXT", "JSONB"),
            ("TEXT", "UUID"),
            ("UUID", "STRING(10)"),
            ("LARGEBINARY", "TEXT"),
            ("STRING(30)", "ENUM('a','b')"),
        ] {
            assert!(narrowing(from, to), "{from} to {to}");
        }
    }

    #[test]
    fn widening_and_the_unknown_are_silent() {
        for (from, to) in [
            ("STRING(50)", "TEXT"),
            ("VARCHAR(50)", "STRING(50)"),
            ("STRING(50)", "VARCHAR(255)"),
            ("INTEGER", "BIGINTEGER"),
            ("INTEGER", "STRING(20)"),
            ("INTEGER", "NUMERIC(12,2)"),
            ("NUMERIC(8,2)", "NUMERIC(10,2)"),
            ("DATE", "DATETIME"),
            ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
            ("JSON", "JSONB"),
            ("JSON", "TEXT"),
            ("UUID", "STRING(36)"),
            ("TINYINT(1)", "BOOLEAN"),
            ("BOOLEAN", "SMALLINT"),
            ("ENUM('a')", "ENUM('a','b')"),
            ("ENUM('a')", "STRING(20)"),
            ("GEOMETRY", "INTEGER"),
            ("TEXT", "VECTOR(3)"),
            ("FLOAT", "DOUBLE"),
            ("FLOAT", "JSON"),
            ("TEXT", "STRING(16777215)"),
            ("AUTOSTRING", "AUTOSTRING(4096)"),
        ] {
            assert!(!narrowing(from, to), "{from} to {to}");
        }
        assert!(!narrows(&Type::Unknown, &Type::Known("INTEGER".into())));
    }
}
