//! Texts that are put together: f-strings, `%`, `.format`, `string.Template`.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Host, Interpreter, TEXT};
use crate::python::syntax::FStringPart;
use crate::python::value::{ALTERNATIVES, Arguments, HOLE, Scope, Value};

impl<H: Host> Interpreter<'_, H> {
    /// `format(value)`, with a hole for what is not known.
    pub(super) fn formatted(&mut self, value: &Value) -> String {
        match value {
            Value::Str(text) | Value::Path(text) => text.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::None => "None".into(),
            // An enumeration of strings formats as its value or as its name, by Python's version; SQL is written with
            // the value in mind.
            Value::EnumMember(member) if member.class.is_text_enum() => self.formatted(&member.value.clone()),
            Value::EnumMember(member) => format!("{}.{}", member.class.def.name, member.name),
            Value::Tuple(_) | Value::List(_) => match self.quoted(value) {
                Value::Str(text) => text.to_string(),
                _ => HOLE.to_string(),
            },
            Value::Object(_) => H::attribute(self, value, &"__str__".into())
                .and_then(|text| text.as_text())
                .map_or_else(|| HOLE.to_string(), |text| text.to_string()),
            _ => HOLE.to_string(),
        }
    }

    /// `repr(value)`
    pub(super) fn quoted(&mut self, value: &Value) -> Value {
        let text = match value {
            Value::Str(text) => format!("'{text}'"),
            Value::Tuple(values) if values.len() < 1_000 => {
                let parts: Vec<String> = values.iter().map(|value| self.quoted_text(value)).collect();
                match &parts[..] {
                    [one] => format!("({one},)"),
                    parts => format!("({})", parts.join(", ")),
                }
            }
            Value::List(items) if items.borrow().values.len() < 1_000 && !items.borrow().open => {
                let values = items.borrow().values.clone();
                let parts: Vec<String> = values.iter().map(|value| self.quoted_text(value)).collect();
                format!("[{}]", parts.join(", "))
            }
            Value::Tuple(_) | Value::List(_) => HOLE.to_string(),
            value => self.formatted(value),
        };
        self.computed(text)
    }

    fn quoted_text(&mut self, value: &Value) -> String {
        // Lists in lists without end cannot be written by a literal, but by `append`.
        match value {
            Value::List(_) | Value::Tuple(_) | Value::Object(_) => HOLE.to_string(),
            value => match self.quoted(value) {
                Value::Str(text) => text.to_string(),
                _ => HOLE.to_string(),
            },
        }
    }

    /// Every text that parts with alternatives can make.
    fn combined(&mut self, parts: &[Vec<String>]) -> Value {
        let mut texts = vec![String::new()];
        for part in parts {
            if texts.len() * part.len() > ALTERNATIVES {
                texts.truncate(1);
                if let Some(text) = texts.first_mut() {
                    text.push(HOLE);
                }
                continue;
            }
            texts = texts.iter().flat_map(|text| part.iter().map(move |part| format!("{text}{part}"))).collect();
            if texts.iter().map(String::len).sum::<usize>() > super::TEXT {
                return Value::unknown("a long text");
            }
        }
        texts
            .into_iter()
            .map(|text| self.computed(text))
            .collect::<Vec<_>>()
            .into_iter()
            .reduce(Value::join)
            .unwrap_or_else(|| Value::str(""))
    }

    fn texts(&mut self, value: &Value, repr: bool, spec: Option<&str>) -> Vec<String> {
        value
            .alternatives()
            .to_vec()
            .iter()
            .map(|value| {
                let text = if repr { self.quoted_text(value) } else { self.formatted(value) };
                match spec {
                    Some(spec) => with_spec(value, text, spec),
                    None => HOLE.to_string(),
                }
            })
            .collect()
    }

    pub(super) fn f_string(&mut self, parts: &[FStringPart], scope: &Scope) -> Value {
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                FStringPart::Literal(text) => texts.push(vec![text.to_string()]),
                FStringPart::Value { value, repr, format } => {
                    let value = self.eval(value, scope);
                    texts.push(self.texts(&value, *repr, format.as_deref()));
                }
            }
        }
        self.combined(&texts)
    }

    /// `"…" % value`
    pub(super) fn percent(&mut self, format: &str, value: &Value) -> Value {
        let positional: Option<Vec<Value>> = match value {
            Value::Tuple(values) => Some(values.to_vec()),
            Value::Dict(_) => None,
            value => Some(vec![value.clone()]),
        };
        let mut next = 0;
        let mut texts = Vec::new();
        let mut literal = String::new();
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                literal.push(c);
                continue;
            }
            let mut key = None;
            if chars.peek() == Some(&'(') {
                chars.next();
                key = Some(chars.by_ref().take_while(|c| *c != ')').collect::<String>());
            }
            let spec: String =
                std::iter::from_fn(|| chars.next_if(|c| matches!(c, '0'..='9' | '-' | '+' | ' ' | '#' | '.')))
                    .collect();
            let conversion = chars.next();
            if conversion == Some('%') {
                literal.push('%');
                continue;
            }
            let argument = match (&key, &positional) {
                (Some(key), _) => Some(self.item(value, &Value::str(key.as_str()))),
                (None, Some(values)) => {
                    next += 1;
                    values.get(next - 1).cloned()
                }
                (None, None) => None,
            };
            texts.push(vec![std::mem::take(&mut literal)]);
            texts.push(match argument {
                Some(argument) if spec.is_empty() => self.texts(&argument, conversion == Some('r'), Some("")),
                _ => vec![HOLE.to_string()],
            });
        }
        texts.push(vec![literal]);
        self.combined(&texts)
    }

    /// `string.Template(text).substitute(…)`: `$name`, `${name}` and `$$`.
    pub(super) fn template(&mut self, text: &str, arguments: &Arguments) -> Value {
        let mapping = match arguments.positional.first() {
            Some(Value::Dict(entries)) => entries.borrow().values.clone(),
            _ => Vec::new(),
        };
        let keywords = arguments.keywords.iter().map(|(name, value)| (Value::Str(name.clone()), value.clone()));
        let known: HashMap<Arc<str>, Value> = mapping
            .into_iter()
            .chain(keywords)
            .filter_map(|(key, value)| Some((key.as_str()?.clone(), value)))
            .collect();
        let mut pieces = text.split('$');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        while let Some(piece) = pieces.next() {
            if piece.is_empty() {
                filled.push('$');
                filled.push_str(pieces.next().unwrap_or_default());
                continue;
            }
            let (name, rest) = match piece.strip_prefix('{').and_then(|piece| piece.split_once('}')) {
                Some(parts) => parts,
                None => piece.split_at(piece.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(piece.len())),
            };
            match known.get(name) {
                Some(value) => filled.push_str(&self.formatted(value)),
                None => filled.push(HOLE),
            }
            filled.push_str(rest);
            if filled.len() > TEXT {
                break;
            }
        }
        self.computed(filled)
    }

    /// `"…".format(…)`
    pub(super) fn format_method(&mut self, format: &str, arguments: &Arguments) -> Value {
        let mut texts = Vec::new();
        let mut literal = String::new();
        let mut next = 0;
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' if chars.peek() == Some(&'{') => {
                    chars.next();
                    literal.push('{');
                }
                '}' => {
                    chars.next_if_eq(&'}');
                    literal.push('}');
                }
                '{' => {
                    let mut depth = 1;
                    let field: String = chars
                        .by_ref()
                        .take_while(|c| {
                            depth += i32::from(*c == '{') - i32::from(*c == '}');
                            depth > 0
                        })
                        .collect();
                    texts.push(vec![std::mem::take(&mut literal)]);
                    let (reference, spec) = field.split_once(':').unwrap_or((&field, ""));
                    let (reference, conversion) = reference.split_once('!').unwrap_or((reference, ""));
                    let value = self.field(reference, arguments, &mut next);
                    let spec = (!spec.contains('{')).then_some(spec);
                    texts.push(self.texts(&value, matches!(conversion, "r" | "a"), spec));
                }
                c => literal.push(c),
            }
        }
        texts.push(vec![literal]);
        self.combined(&texts)
    }

    /// `0`, `name`, `name.attribute`, `name[key]` of a format field.
    fn field(&mut self, reference: &str, arguments: &Arguments, next: &mut usize) -> Value {
        let end = reference.find(['.', '[']).unwrap_or(reference.len());
        let (first, mut rest) = reference.split_at(end);
        let found = if first.is_empty() {
            *next += 1;
            arguments.positional.get(*next - 1).cloned()
        } else if let Ok(at) = first.parse::<usize>() {
            arguments.positional.get(at).cloned()
        } else {
            arguments.keyword(first).cloned()
        };
        let mut value = found.unwrap_or_else(|| Value::unknown(format!("`{{{first}}}`")));
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                value = self.attribute(&value, &after[..end].into());
                rest = &after[end..];
            } else if let Some((key, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                let key = key.parse().map_or_else(|_| Value::str(key), Value::Int);
                value = self.item(&value, &key);
                rest = after;
            } else {
                break;
            }
        }
        value
    }
}

/// A text in a format specification, where that only pads or is plain.
fn with_spec(value: &Value, text: String, spec: &str) -> String {
    match spec {
        "" | "s" => text,
        "d" if matches!(value, Value::Int(_)) => text,
        _ => {
            // `{n:03d}` and `{n:03}`
            let digits = spec.strip_suffix('d').unwrap_or(spec);
            match (value, digits.strip_prefix('0').and_then(|width| width.parse::<usize>().ok())) {
                (Value::Int(number), Some(width)) if width < 100 => format!("{number:0width$}"),
                _ => HOLE.to_string(),
            }
        }
    }
}
