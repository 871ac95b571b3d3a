//! Python's own functions, and the few of its library that shape names and texts.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::expressions::{distinct, source_of};
use super::statements::{describe, set_attribute};
use super::{Host, ITEMS, Interpreter};
use crate::python::syntax::{ClassDef, Span};
use crate::python::value::{Arguments, Class, Entries, HOLE, Value};

/// The names that Python knows without an import, as far as programs that migrate use them.
const BUILTINS: [&str; 62] = [
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "delattr",
    "dict",
    "dir",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "min",
    "next",
    "object",
    "open",
    "ord",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "__import__",
    "Exception",
    "ValueError",
    "KeyError",
    "RuntimeError",
    "NotImplementedError",
];

pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name) || name.ends_with("Error") || name.ends_with("Exception")
}

impl<H: Host> Interpreter<'_, H> {
    /// What a function of Python or its library returns. `None` where it is neither, or does nothing here.
    pub(super) fn builtin(&mut self, name: &Arc<str>, arguments: &Arguments, span: Span) -> Option<Value> {
        if let Some(value) = self.path_function(name, arguments) {
            return Some(value);
        }
        let first = arguments.positional.first();
        let short = name.strip_prefix("builtins.");
        match short.unwrap_or(name) {
            "str" if short.is_some() => Some(self.text_of(first)),
            "repr" if short.is_some() => Some(match first {
                Some(value) => self.quoted(value),
                None => Value::unknown("`repr()`"),
            }),
            "len" if short.is_some() => Some(match first {
                Some(Value::Str(text)) if !text.contains(HOLE) => length(text.chars().count()),
                Some(value) => match self.elements(value) {
                    Some((values, false)) if source_of(value).is_none() => length(values.len()),
                    _ => Value::unknown(format!("the length of {}", describe(value))),
                },
                None => Value::unknown("`len()`"),
            }),
            "bool" if short.is_some() => {
                first.map(|value| value.truth().map_or_else(|| Value::unknown(value.path()), Value::Bool))
            }
            "int" if short.is_some() => first.map(|value| match value {
                Value::Int(_) => value.clone(),
                Value::Bool(value) => Value::Int(i64::from(*value)),
                Value::Str(text) => text.trim().parse().map_or_else(|_| Value::unknown("a number"), Value::Int),
                value => Value::unknown(value.path()),
            }),
            "list" | "tuple" | "set" | "frozenset" | "iter" | "reversed" | "sorted" | "dict" | "enumerate" | "zip"
            | "range" | "map" | "filter" | "next" | "min" | "max"
                if short.is_some() =>
            {
                self.collection(short.unwrap_or_default(), arguments, span)
            }
            "isinstance" | "issubclass" if short.is_some() => {
                let (value, class) = (first?, arguments.positional.get(1)?);
                Some(H::is_instance(self, value, class).map_or_else(|| is_instance(value, class), Value::Bool))
            }
            "callable" if short.is_some() => match first? {
                Value::Function(_) | Value::Class(_) | Value::Partial(_) => Some(Value::Bool(true)),
                value => Some(Value::unknown(value.path())),
            },
            "any" | "all" if short.is_some() => {
                let is_any = short == Some("any");
                let (values, open) = self.elements(first?).unwrap_or_else(|| (Vec::new(), true));
                if let Some(source) = source_of(first?) {
                    return Some(Value::Unknown(source));
                }
                let mut unknown = open;
                for value in &values {
                    match value.truth() {
                        Some(truth) if truth == is_any => return Some(Value::Bool(is_any)),
                        Some(_) => {}
                        None => unknown = true,
                    }
                }
                let path = first.map(Value::path).unwrap_or_default();
                Some(if unknown { Value::Unknown(path) } else { Value::Bool(!is_any) })
            }
            "getattr" if short.is_some() => Some(self.get_attribute(arguments)),
            "setattr" if short.is_some() => {
                if let (Some(name), Some(value)) = (arguments.positional.get(1)?.as_str(), arguments.positional.get(2))
                {
                    set_attribute(first?, name, value.clone());
                }
                Some(Value::None)
            }
            "hasattr" if short.is_some() => None,
            "dir" if short.is_some() => match first? {
                Value::Class(class) => Some(names_of(class)),
                _ => None,
            },
            "type" if short.is_some() && arguments.positional.len() == 3 => self.made_class(arguments, span),
            "type" if short.is_some() => match first? {
                Value::Instance(instance) => Some(Value::Class(instance.class.clone())),
                _ => None,
            },
            "chr" if short.is_some() => match first? {
                Value::Int(code) => {
                    u32::try_from(*code).ok().and_then(char::from_u32).map(|c| Value::str(c.to_string()))
                }
                _ => None,
            },
            "print" if short.is_some() => Some(Value::None),
            "exec" if short.is_some() => {
                H::unreadable(self, "`exec()`", "it runs a text as a program");
                Some(Value::None)
            }
            "__import__" => Some(self.import_call(arguments)),
            // `importlib`'s, and other packages' own: `oslo_utils.importutils.try_import("app.models")`.
            _ if name.ends_with(".import_module") || name.ends_with(".try_import") => Some(self.import_call(arguments)),
            "importlib.util.find_spec" => self.known_module(arguments.get(0, "name")?),
            // It has what was imported before.
            "sys.modules.get" => Some(self.known_module(first?)?.join(Value::None)),
            "functools.partial" => {
                let mut rest = arguments.clone();
                if rest.positional.is_empty() {
                    return None;
                }
                let function = rest.positional.remove(0);
                Some(Value::Partial(Rc::new((function, rest))))
            }
            // Decorators and copies: what they are given.
            "functools.lru_cache"
            | "functools.cache"
            | "functools.wraps"
            | "functools.update_wrapper"
            | "copy.copy"
            | "copy.deepcopy"
            | "typing.cast"
            | "contextlib.contextmanager" => {
                let at = usize::from(&**name == "typing.cast");
                match arguments.positional.get(at) {
                    Some(value @ Value::Function(_)) if name.starts_with("functools.wraps") => {
                        Some(Value::External(format!("{} of {}", name, value.path()).into()))
                    }
                    value => value.cloned(),
                }
            }
            "textwrap.dedent" | "inspect.cleandoc" => first.cloned(),
            "itertools.chain" => {
                let (mut all, mut open) = (Vec::new(), arguments.open);
                for value in &arguments.positional {
                    match self.elements(value) {
                        Some((values, more)) => {
                            all.extend(values);
                            open |= more;
                        }
                        None => open = true,
                    }
                }
                Some(opened(self.computed_list(all), open))
            }
            "itertools.chain.from_iterable" => {
                let (outer, mut open) = self.elements(first?)?;
                let mut all = Vec::new();
                for value in &outer {
                    match self.elements(value) {
                        Some((values, more)) => {
                            all.extend(values);
                            open |= more;
                        }
                        None => open = true,
                    }
                }
                Some(opened(self.computed_list(all), open))
            }
            "itertools.product" => Some(self.product(arguments)),
            "collections.OrderedDict" => self.collection("dict", arguments, span),
            "collections.deque" => self.collection("list", arguments, span),
            "collections.defaultdict" => {
                Some(Value::Dict(Rc::new(RefCell::new(Entries { values: Vec::new(), open: true }))))
            }
            _ => None,
        }
    }

    /// `type("User", (Base,), {"__tablename__": "users"})`
    fn made_class(&mut self, arguments: &Arguments, span: Span) -> Option<Value> {
        let [name, bases, Value::Dict(entries)] = &arguments.positional[..] else { return None };
        let name = name.as_str()?.clone();
        let (bases, false) = self.elements(bases)? else { return None };
        let file = self.sites.last()?.path.clone();
        let scope = self.scope(&file).inner(name.clone(), true);
        for (key, value) in &entries.borrow().values {
            scope.0.names.borrow_mut().insert(key.as_str()?.clone(), value.clone());
        }
        let def =
            ClassDef { name, name_span: span, decorators: Vec::new(), arguments: Vec::new(), body: Arc::new([]), span };
        let class = Rc::new(Class { def: Arc::new(def), bases, scope });
        H::class(self, &class);
        Some(Value::Class(class))
    }

    fn text_of(&mut self, value: Option<&Value>) -> Value {
        match value {
            None => Value::str(""),
            Some(value) => {
                let alternatives: Vec<Value> =
                    value.alternatives().to_vec().iter().map(|value| Value::str(self.formatted(value))).collect();
                alternatives.into_iter().reduce(Value::join).unwrap_or(Value::None)
            }
        }
    }

    fn collection(&mut self, kind: &str, arguments: &Arguments, span: Span) -> Option<Value> {
        let first = arguments.positional.first();
        if kind == "dict" {
            return Some(self.make_dict(arguments));
        }
        if kind == "range" {
            return Some(self.range(arguments));
        }
        if matches!(kind, "min" | "max" | "next") && arguments.positional.len() != 1 {
            return None;
        }
        let Some(first) = first else {
            return Some(match kind {
                "tuple" => Value::Tuple(Rc::from([])),
                "set" | "frozenset" => Value::Set(Rc::default()),
                _ => Value::list(Vec::new()),
            });
        };
        if kind == "zip" {
            return Some(self.zip(arguments));
        }
        if matches!(kind, "map" | "filter") {
            return self.map_or_filter(kind, arguments, span);
        }
        let Some((mut values, open)) = self.elements(first) else {
            return Some(Value::unknown(format!("{kind}({})", first.path())));
        };
        let source = source_of(first);
        Some(match kind {
            "tuple" if !open && source.is_none() => Value::Tuple(values.into()),
            "set" | "frozenset" => Value::set(distinct(values), open, source),
            "reversed" => {
                values.reverse();
                Value::items(values, open, source)
            }
            "sorted" => {
                // Which order does not matter to what is dropped; a known one keeps reports in order.
                if values.iter().all(|value| value.as_str().is_some()) {
                    values.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                }
                if arguments.keyword("reverse").and_then(Value::truth) == Some(true) {
                    values.reverse();
                }
                Value::items(values, open, source)
            }
            "enumerate" => {
                let start = match arguments.get(1, "start") {
                    Some(Value::Int(start)) => *start,
                    _ => 0,
                };
                let pairs = values
                    .into_iter()
                    .enumerate()
                    .map(|(at, value)| {
                        let at = i64::try_from(at).unwrap_or(i64::MAX);
                        Value::Tuple([Value::Int(start.saturating_add(at)), value].into())
                    })
                    .collect();
                opened(self.computed_list(pairs), open)
            }
            "next" if !open && source.is_none() => {
                values.into_iter().next().unwrap_or_else(|| Value::unknown("`next()`"))
            }
            "min" | "max" | "next" => values.into_iter().reduce(Value::join).unwrap_or_else(|| Value::unknown(kind)),
            _ => Value::items(values, open, source),
        })
    }

    fn make_dict(&mut self, arguments: &Arguments) -> Value {
        let mut entries = Entries { values: Vec::new(), open: arguments.open };
        match arguments.positional.first() {
            Some(Value::Dict(other)) => {
                let other = other.borrow();
                entries.values.extend(other.values.iter().cloned());
                entries.open |= other.open;
            }
            Some(value) => match self.elements(value) {
                Some((pairs, open)) => {
                    entries.open |= open;
                    for pair in pairs {
                        match self.elements(&pair) {
                            Some((pair, false)) if pair.len() == 2 => {
                                entries.values.push((pair[0].clone(), pair[1].clone()));
                            }
                            _ => entries.open = true,
                        }
                    }
                }
                None => entries.open = true,
            },
            None => {}
        }
        entries.values.extend(arguments.keywords.iter().map(|(name, value)| (Value::Str(name.clone()), value.clone())));
        Value::Dict(Rc::new(RefCell::new(entries)))
    }

    fn range(&mut self, arguments: &Arguments) -> Value {
        let numbers: Option<Vec<i64>> = arguments
            .positional
            .iter()
            .map(|value| match value {
                Value::Int(number) => Some(*number),
                _ => None,
            })
            .collect();
        let (start, end, step) = match numbers.as_deref() {
            Some([end]) => (0, *end, 1),
            Some([start, end]) => (*start, *end, 1),
            Some([start, end, step]) if *step != 0 => (*start, *end, *step),
            _ => return Value::unknown("a range"),
        };
        let mut values = Vec::new();
        let mut at = start;
        while (step > 0 && at < end) || (step < 0 && at > end) {
            if values.len() >= ITEMS {
                return Value::unknown("a range of more than 20,000 numbers");
            }
            values.push(Value::Int(at));
            at = at.saturating_add(step);
        }
        self.computed_list(values)
    }

    fn zip(&mut self, arguments: &Arguments) -> Value {
        let columns: Option<Vec<(Vec<Value>, bool)>> =
            arguments.positional.iter().map(|value| self.elements(value)).collect();
        match columns {
            Some(columns) if !arguments.open => {
                let rows = columns.iter().map(|(column, _)| column.len()).min().unwrap_or(0);
                let open = columns.iter().any(|(_, open)| *open);
                let rows = (0..rows)
                    .map(|at| Value::Tuple(columns.iter().map(|(column, _)| column[at].clone()).collect()))
                    .collect();
                opened(self.computed_list(rows), open)
            }
            _ => Value::unknown("a zip"),
        }
    }

    fn map_or_filter(&mut self, kind: &str, arguments: &Arguments, span: Span) -> Option<Value> {
        let function = arguments.positional.first()?.clone();
        let (values, mut open) = self.elements(arguments.positional.get(1)?)?;
        let file = self.sites.last()?.path.clone();
        let mut results = Vec::new();
        for value in values {
            if kind == "filter" && matches!(function, Value::None) {
                if value.truth() != Some(false) {
                    results.push(value);
                }
                continue;
            }
            let argument = Arguments { positional: vec![value.clone()], ..Arguments::default() };
            let result = self.call_at(&function, argument, &file, span);
            match (kind, result.truth()) {
                ("map", _) => results.push(result),
                (_, Some(false)) => {}
                (_, Some(true)) => results.push(value),
                (_, None) => {
                    results.push(value);
                    open = true;
                }
            }
        }
        Some(opened(self.computed_list(results), open))
    }

    fn product(&mut self, arguments: &Arguments) -> Value {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        let mut open = arguments.open;
        for value in &arguments.positional {
            let Some((column, more)) = self.elements(value) else { return Value::unknown("a product") };
            open |= more;
            if rows.len().saturating_mul(column.len()) > ITEMS {
                return Value::unknown("a large product");
            }
            rows = rows
                .iter()
                .flat_map(|row| column.iter().map(|value| row.iter().cloned().chain([value.clone()]).collect()))
                .collect();
        }
        let rows = rows.into_iter().map(|row: Vec<Value>| Value::Tuple(row.into())).collect();
        opened(self.computed_list(rows), open)
    }

    fn get_attribute(&mut self, arguments: &Arguments) -> Value {
        let (Some(object), Some(name)) = (arguments.positional.first(), arguments.positional.get(1)) else {
            return Value::unknown("`getattr()`");
        };
        let values: Vec<Value> = name
            .alternatives()
            .iter()
            .map(|name| match name.as_str() {
                Some(name) => self.attribute(object, name),
                None => self.attribute(object, &String::from(HOLE).into()),
            })
            .collect();
        values.into_iter().reduce(Value::join).unwrap_or(Value::None)
    }

    fn import_call(&mut self, arguments: &Arguments) -> Value {
        let Some(name) = arguments.get(0, "name") else { return Value::unknown("`import_module()`") };
        let package = arguments.get(1, "package").and_then(Value::as_text);
        let values: Vec<Value> =
            name.alternatives().to_vec().iter().map(|name| self.import_named(name, package.as_deref())).collect();
        values.into_iter().reduce(Value::join).unwrap_or(Value::None)
    }

    fn import_named(&mut self, name: &Value, package: Option<&str>) -> Value {
        let text = name.as_text().unwrap_or_else(|| String::from(HOLE).into());
        let level = text.chars().take_while(|c| *c == '.').count();
        let absolute = match (level, package) {
            // A package is given where the name is relative to it.
            (0, Some(package)) if text.starts_with(HOLE) => format!("{package}.{HOLE}"),
            (0, _) => text.to_string(),
            (_, Some(package)) => {
                let parts: Vec<&str> = package.split('.').collect();
                let kept = parts.len().saturating_sub(level - 1);
                format!("{}.{}", parts[..kept].join("."), &text[level..]).trim_matches('.').to_owned()
            }
            (_, None) => String::from(HOLE),
        };
        H::import_called(self, &absolute);
        if absolute.contains(HOLE) {
            return Value::unknown("a module whose name is not known");
        }
        self.import(&absolute)
    }
}

/// `dir(class)`: the names of the class and its bases.
fn names_of(class: &Rc<Class>) -> Value {
    let (mut names, mut open) = (class.names(), false);
    for base in &class.ancestors() {
        match base {
            Value::Class(base) => names.extend(base.names()),
            base => open |= &*base.path() != "builtins.object",
        }
    }
    names.sort();
    names.dedup();
    opened(Value::list(names.into_iter().map(Value::Str).collect()), open)
}

fn length(len: usize) -> Value {
    Value::Int(i64::try_from(len).unwrap_or(i64::MAX))
}

fn opened(list: Value, open: bool) -> Value {
    if let Value::List(items) = &list {
        items.borrow_mut().open |= open;
    }
    list
}

fn is_instance(value: &Value, class: &Value) -> Value {
    let classes = match class {
        Value::Tuple(classes) => classes.to_vec(),
        class => vec![class.clone()],
    };
    let is_plain = |path: &str| -> Option<bool> {
        Some(match (path, value) {
            ("builtins.str", Value::Str(_))
            | ("builtins.int", Value::Int(_) | Value::Bool(_))
            | ("builtins.list", Value::List(_))
            | ("builtins.tuple", Value::Tuple(_))
            | ("builtins.dict", Value::Dict(_))
            | ("builtins.set", Value::Set(_))
            | ("builtins.bool", Value::Bool(_)) => true,
            (
                "builtins.str" | "builtins.int" | "builtins.list" | "builtins.tuple" | "builtins.dict" | "builtins.set"
                | "builtins.bool",
                Value::Str(_)
                | Value::Int(_)
                | Value::Bool(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Set(_)
                | Value::None
                | Value::Object(_),
            ) => false,
            _ => return None,
        })
    };
    let mut unknown = false;
    for class in &classes {
        let answer = match (class, value) {
            (Value::External(path), _) => is_plain(path),
            (Value::Class(class), Value::Instance(instance)) if Rc::ptr_eq(class, &instance.class) => Some(true),
            (Value::Class(_), Value::Str(_) | Value::Int(_) | Value::None | Value::List(_)) => Some(false),
            _ => None,
        };
        match answer {
            Some(true) => return Value::Bool(true),
            None => unknown = true,
            Some(false) => {}
        }
    }
    if unknown { Value::unknown(value.path()) } else { Value::Bool(false) }
}
