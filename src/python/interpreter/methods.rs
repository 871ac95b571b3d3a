//! Methods of Python's own types.

use std::cell::RefCell;
use std::rc::Rc;

use super::statements::set_item;
use super::{Host, ITEMS, Interpreter};
use crate::python::syntax::{Name, Span};
use crate::python::value::{Arguments, Entries, HOLE, Items, Value};

impl<H: Host> Interpreter<'_, H> {
    /// What a method of a text, list, tuple, set, dict or path returns. `None` for any other receiver.
    pub(super) fn method(&mut self, receiver: &Value, name: &Name, arguments: &Arguments, span: Span) -> Option<Value> {
        match receiver {
            Value::Str(text) => {
                let text = text.clone();
                Some(self.str_method(&text, name, arguments))
            }
            Value::Path(path) => self.path_method(&path.clone(), name, arguments),
            Value::List(items) => Some(self.list_method(&items.clone(), name, arguments)),
            Value::Set(items) => Some(self.set_method(&items.clone(), receiver, name, arguments)),
            Value::Dict(entries) => Some(self.dict_method(&entries.clone(), name, arguments)),
            Value::Tuple(items) => Some(match &**name {
                "count" | "index" => Value::unknown("a number"),
                _ => Value::unknown(format!("a method of {} values", items.len())),
            }),
            Value::Object(object)
                if &*object.path == "string.Template" && matches!(&**name, "substitute" | "safe_substitute") =>
            {
                let template = object.arguments.get(0, "template")?.as_str()?.clone();
                Some(self.template(&template, arguments))
            }
            Value::Class(class) if &**name == "__subclasses__" => {
                Some(Value::unknown(format!("the subclasses of `{}`", class.def.name)))
            }
            Value::OneOf(values) => {
                let values: Vec<Value> = values
                    .iter()
                    .map(|value| {
                        let function = self.attribute(value, name);
                        let file = self.sites.last().map_or_else(|| "".into(), |site| site.path.clone());
                        self.call_at(&function, arguments.clone(), &file, span)
                    })
                    .collect();
                values.into_iter().reduce(Value::join)
            }
            _ => None,
        }
    }

    fn str_method(&mut self, text: &str, name: &str, arguments: &Arguments) -> Value {
        let argument = |at: usize| arguments.positional.get(at);
        let known = !text.contains(HOLE);
        let text_of = |at: usize| argument(at).and_then(|value| value.as_str().cloned());
        match name {
            "format" => self.format_method(text, arguments),
            "format_map" => match argument(0) {
                Some(Value::Dict(entries)) => {
                    let keywords = entries
                        .borrow()
                        .values
                        .iter()
                        .filter_map(|(key, value)| Some((key.as_str()?.clone(), value.clone())))
                        .collect();
                    self.format_method(text, &Arguments { keywords, ..Arguments::default() })
                }
                _ => Value::unknown("a formatted text"),
            },
            "join" => self.join(text, argument(0)),
            // A hole keeps its place through these.
            "strip" | "lstrip" | "rstrip" => {
                let set: Option<Vec<char>> = match argument(0) {
                    None | Some(Value::None) => Some(Vec::new()),
                    Some(_) => text_of(0).map(|set| set.chars().collect()),
                };
                let Some(set) = set else { return Value::unknown("a stripped text") };
                let is = |c: char| if set.is_empty() { c.is_whitespace() } else { set.contains(&c) };
                Value::str(match name {
                    "strip" => text.trim_matches(is),
                    "lstrip" => text.trim_start_matches(is),
                    _ => text.trim_end_matches(is),
                })
            }
            "lower" | "casefold" => Value::str(text.to_lowercase()),
            "upper" => Value::str(text.to_uppercase()),
            "title" | "capitalize" | "swapcase" | "zfill" | "center" | "ljust" | "rjust" => {
                Value::str(HOLE.to_string())
            }
            "replace" if matches!(argument(1), Some(Value::OneOf(_))) => {
                let alternatives = argument(1).map(|value| value.alternatives().to_vec()).unwrap_or_default();
                alternatives
                    .into_iter()
                    .map(|value| {
                        let mut arguments = arguments.clone();
                        arguments.positional.truncate(1);
                        arguments.positional.push(value);
                        self.str_method(text, name, &arguments)
                    })
                    .reduce(Value::join)
                    .unwrap_or(Value::None)
            }
            "replace" => match (text_of(0), argument(1).and_then(Value::as_text)) {
                (Some(from), Some(to)) if !from.is_empty() => {
                    let count = text.matches(&*from).count();
                    if text.len().saturating_add(count.saturating_mul(to.len())) > super::TEXT {
                        return Value::unknown("a long text");
                    }
                    let replaced = text.replace(&*from, &to);
                    self.computed(replaced)
                }
                _ => Value::str(HOLE.to_string()),
            },
            "removeprefix" => match text_of(0) {
                Some(prefix) => Value::str(text.strip_prefix(&*prefix).unwrap_or(text)),
                None => Value::str(HOLE.to_string()),
            },
            "removesuffix" => match text_of(0) {
                Some(suffix) => Value::str(text.strip_suffix(&*suffix).unwrap_or(text)),
                None => Value::str(HOLE.to_string()),
            },
            "encode" | "decode" | "expandtabs" => Value::str(text),
            "split" | "rsplit" | "splitlines" | "partition" | "rpartition" => {
                let parts: Option<Vec<String>> = match (name, argument(0)) {
                    ("splitlines", _) => Some(text.lines().map(str::to_owned).collect()),
                    ("split" | "rsplit", None | Some(Value::None)) => {
                        Some(text.split_whitespace().map(str::to_owned).collect())
                    }
                    (_, Some(_)) => text_of(0).filter(|separator| !separator.is_empty()).map(|separator| {
                        let limit = match argument(1).or_else(|| arguments.keyword("maxsplit")) {
                            Some(Value::Int(limit)) => usize::try_from(*limit).unwrap_or(usize::MAX),
                            _ => usize::MAX,
                        };
                        let limit = limit.saturating_add(1);
                        match name {
                            "split" => text.splitn(limit, &*separator).map(str::to_owned).collect(),
                            "rsplit" => {
                                let mut parts: Vec<String> =
                                    text.rsplitn(limit, &*separator).map(str::to_owned).collect();
                                parts.reverse();
                                parts
                            }
                            name => {
                                let at =
                                    if name == "partition" { text.find(&*separator) } else { text.rfind(&*separator) };
                                match at {
                                    Some(at) => vec![
                                        text[..at].to_owned(),
                                        separator.to_string(),
                                        text[at + separator.len()..].to_owned(),
                                    ],
                                    None => vec![text.to_owned(), String::new(), String::new()],
                                }
                            }
                        }
                    }),
                    _ => None,
                };
                match parts {
                    Some(parts) => {
                        self.allocated += text.len();
                        self.computed_list(parts.into_iter().map(Value::str).collect())
                    }
                    None => Value::unknown("the parts of a text"),
                }
            }
            "startswith" | "endswith" if known => {
                let candidates = match argument(0) {
                    Some(Value::Tuple(values)) => values.iter().map(|value| value.as_str().cloned()).collect(),
                    _ => text_of(0).map(|text| vec![text]),
                };
                match candidates {
                    Some(candidates) => Value::Bool(candidates.iter().any(|part| match name {
                        "startswith" => text.starts_with(&**part),
                        _ => text.ends_with(&**part),
                    })),
                    None => Value::unknown("a comparison of texts"),
                }
            }
            "isdigit" if known => Value::Bool(!text.is_empty() && text.chars().all(|c| c.is_ascii_digit())),
            _ => Value::unknown(format!("a text's `{name}()`")),
        }
    }

    fn join(&mut self, separator: &str, values: Option<&Value>) -> Value {
        let Some((values, open)) = values.and_then(|values| self.elements(values)) else {
            return Value::str(HOLE.to_string());
        };
        let mut parts: Vec<String> = Vec::with_capacity(values.len());
        let mut size = 0;
        for value in &values {
            let part = value.as_text().map_or_else(|| HOLE.to_string(), |text| text.to_string());
            size += part.len() + separator.len();
            if size > super::TEXT {
                return Value::unknown("a long text");
            }
            parts.push(part);
        }
        if open {
            parts.push(HOLE.to_string());
        }
        self.computed(parts.join(separator))
    }

    fn list_method(&mut self, items: &Rc<RefCell<Items>>, name: &str, arguments: &Arguments) -> Value {
        let argument = arguments.positional.first();
        match name {
            "append" | "add" | "insert" | "appendleft" => {
                let value = if name == "insert" { arguments.positional.get(1) } else { argument };
                if let Some(value) = value {
                    self.push(items, vec![value.clone()], false);
                }
                Value::None
            }
            "extend" => {
                match argument.and_then(|values| self.elements(values)) {
                    Some((values, open)) => self.push(items, values, open),
                    None => items.borrow_mut().open = true,
                }
                Value::None
            }
            "pop" => {
                let mut items = items.borrow_mut();
                let last = match argument {
                    None => items.values.pop(),
                    Some(Value::Int(0)) if !items.values.is_empty() => Some(items.values.remove(0)),
                    Some(_) => None,
                };
                last.unwrap_or_else(|| Value::unknown("an element of a list"))
            }
            "remove" | "discard" => {
                if let Some(value) = argument {
                    items.borrow_mut().values.retain(|other| other.equals(value) != Some(true));
                }
                Value::None
            }
            "reverse" => {
                items.borrow_mut().values.reverse();
                Value::None
            }
            "sort" => Value::None,
            "clear" => {
                items.borrow_mut().values.clear();
                Value::None
            }
            "copy" => {
                let items = items.borrow();
                self.allocated += items.values.len() * size_of::<Value>();
                Value::items(items.values.clone(), items.open, items.source.clone())
            }
            _ => Value::unknown(format!("a list's `{name}()`")),
        }
    }

    fn push(&mut self, items: &Rc<RefCell<Items>>, values: Vec<Value>, open: bool) {
        let mut items = items.borrow_mut();
        if items.values.len() + values.len() > ITEMS {
            self.exhausted = true;
            return;
        }
        self.allocated += values.len() * size_of::<Value>();
        items.values.extend(values);
        items.open |= open;
    }

    fn set_method(&mut self, items: &Rc<RefCell<Items>>, set: &Value, name: &str, arguments: &Arguments) -> Value {
        use crate::python::syntax::BinaryOperator;
        let other = arguments.positional.first().cloned().unwrap_or(Value::None);
        match name {
            "union" => self.binary(BinaryOperator::BitOr, set, &other),
            "difference" => self.binary(BinaryOperator::Sub, set, &other),
            "intersection" => self.binary(BinaryOperator::BitAnd, set, &other),
            "update" => self.list_method(items, "extend", arguments),
            "issubset" | "issuperset" | "isdisjoint" => Value::unknown("a comparison of sets"),
            name => self.list_method(items, name, arguments),
        }
    }

    fn dict_method(&mut self, entries: &Rc<RefCell<Entries>>, name: &str, arguments: &Arguments) -> Value {
        let argument = arguments.positional.first();
        match name {
            "items" | "keys" | "values" => {
                let entries = entries.borrow();
                let values = entries
                    .values
                    .iter()
                    .map(|(key, value)| match name {
                        "items" => Value::Tuple([key.clone(), value.clone()].into()),
                        "keys" => key.clone(),
                        _ => value.clone(),
                    })
                    .collect::<Vec<_>>();
                self.allocated += values.len() * size_of::<Value>();
                Value::items(values, entries.open, None)
            }
            "get" | "pop" | "setdefault" => {
                let Some(key) = argument else { return Value::None };
                let default = arguments.positional.get(1).cloned().unwrap_or(Value::None);
                let has = {
                    let entries = entries.borrow();
                    let mut has = if entries.open { None } else { Some(false) };
                    for (other, _) in &entries.values {
                        match other.equals(key) {
                            Some(true) => {
                                has = Some(true);
                                break;
                            }
                            None => has = None,
                            Some(false) => {}
                        }
                    }
                    has
                };
                match has {
                    Some(true) => self.item(&Value::Dict(entries.clone()), key),
                    Some(false) => {
                        if name == "setdefault" {
                            set_item(&Value::Dict(entries.clone()), key, default.clone());
                        }
                        default
                    }
                    None => self.item(&Value::Dict(entries.clone()), key).join(default),
                }
            }
            "update" => {
                match argument {
                    Some(Value::Dict(other)) => {
                        let other = if Rc::ptr_eq(other, entries) {
                            return Value::None;
                        } else {
                            other.borrow()
                        };
                        for (key, value) in &other.values {
                            set_item(&Value::Dict(entries.clone()), key, value.clone());
                        }
                        entries.borrow_mut().open |= other.open;
                    }
                    Some(_) => entries.borrow_mut().open = true,
                    None => {}
                }
                for (key, value) in &arguments.keywords {
                    set_item(&Value::Dict(entries.clone()), &Value::Str(key.clone()), value.clone());
                }
                Value::None
            }
            "copy" => {
                let entries = entries.borrow();
                self.allocated += entries.values.len() * 2 * size_of::<Value>();
                Value::Dict(Rc::new(RefCell::new(Entries { values: entries.values.clone(), open: entries.open })))
            }
            "clear" => {
                entries.borrow_mut().values.clear();
                Value::None
            }
            _ => Value::unknown(format!("a dict's `{name}()`")),
        }
    }
}
