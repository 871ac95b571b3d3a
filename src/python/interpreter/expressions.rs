//! Expressions.

use std::cell::RefCell;
use std::rc::Rc;

use super::calls::enum_members;
use super::statements::{bind, describe};
use super::{Host, ITEMS, Interpreter};
use crate::python::syntax::{
    Argument, ArgumentKind, BinaryOperator, Comparison, ComprehensionKind, Expr, ExprKind, Generator, Name,
};
use crate::python::value::{Arguments, Entries, FunctionKind, HOLE, Scope, Value};

impl<H: Host> Interpreter<'_, H> {
    pub(super) fn eval(&mut self, expression: &Expr, scope: &Scope) -> Value {
        if !self.step() {
            return Value::unknown("the work's bound");
        }
        match &expression.kind {
            ExprKind::None | ExprKind::Ellipsis => Value::None,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float(value) => Value::Float(*value),
            ExprKind::Str(text) => Value::Str(text.clone()),
            ExprKind::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::str(text),
                Err(_) => Value::unknown("bytes"),
            },
            ExprKind::Name(name) => self.lookup(name, scope),
            ExprKind::Attribute { value, attribute } => self.eval_attribute(value, attribute, scope),
            ExprKind::Call { function, arguments } => self.eval_call(expression, function, arguments, scope),
            ExprKind::Subscript { value, index } => {
                let value = self.eval(value, scope);
                if let ExprKind::Slice { lower, upper, step } = &index.kind {
                    let mut bound = |part: &Option<std::sync::Arc<Expr>>| {
                        part.as_deref().map_or(Value::None, |part| self.eval(part, scope))
                    };
                    let bounds = [bound(lower), bound(upper), bound(step)];
                    return self.slice(&value, &bounds);
                }
                let index = self.eval(index, scope);
                self.item(&value, &index)
            }
            ExprKind::Slice { .. } => Value::unknown("a slice"),
            ExprKind::Tuple(items) => {
                let (values, open) = self.display(items, scope);
                if open { Value::items(values, open, None) } else { Value::Tuple(values.into()) }
            }
            ExprKind::List(items) => {
                let (values, open) = self.display(items, scope);
                Value::items(values, open, None)
            }
            ExprKind::Set(items) => {
                let (values, open) = self.display(items, scope);
                Value::set(distinct(values), open, None)
            }
            ExprKind::Dict(items) => self.dict(items, scope),
            ExprKind::Binary { operator, left, right } => {
                let left = self.eval(left, scope);
                let right = self.eval(right, scope);
                self.binary(*operator, &left, &right)
            }
            ExprKind::Not(operand) => {
                let value = self.eval(operand, scope);
                value.truth().map_or_else(|| Value::unknown(value.path()), |truth| Value::Bool(!truth))
            }
            ExprKind::Negative(operand) => match self.eval(operand, scope) {
                Value::Int(value) => value.checked_neg().map_or_else(|| Value::unknown("a number"), Value::Int),
                Value::Float(value) => Value::Float(-value),
                value => Value::unknown(value.path()),
            },
            ExprKind::OtherUnary(operand) => match self.eval(operand, scope) {
                value @ (Value::Int(_) | Value::Float(_)) => value,
                value => Value::unknown(value.path()),
            },
            ExprKind::And(operands) => self.logic(operands, false, scope),
            ExprKind::Or(operands) => self.logic(operands, true, scope),
            ExprKind::Compare { left, rest } => self.comparison(left, rest, scope),
            ExprKind::Conditional { test, body, orelse } => {
                let condition = self.eval(test, scope);
                match condition.truth() {
                    Some(true) => self.eval(body, scope),
                    Some(false) => self.eval(orelse, scope),
                    None => {
                        self.conditions += 1;
                        self.guards.push(condition.path());
                        let body = self.eval(body, scope);
                        let orelse = self.eval(orelse, scope);
                        self.guards.pop();
                        self.conditions -= 1;
                        body.join(orelse)
                    }
                }
            }
            ExprKind::Lambda(def) => self.closure(def, scope, FunctionKind::Plain),
            ExprKind::Comprehension { kind, element, value, generators } => {
                self.comprehension(*kind, element, value.as_deref(), generators, scope)
            }
            ExprKind::FString { parts, template: _ } => self.f_string(parts, scope),
            ExprKind::Walrus { name, value } => {
                let value = self.eval(value, scope);
                bind(scope, name, value.clone());
                value
            }
            ExprKind::Starred(value) | ExprKind::Await(value) => self.eval(value, scope),
            ExprKind::Yield(value) => {
                let value = value.as_deref().map_or(Value::None, |value| self.eval(value, scope));
                self.yield_value(value);
                Value::unknown("what a generator is sent")
            }
            ExprKind::YieldFrom(value) => {
                let value = self.eval(value, scope);
                let values = self.elements(&value).map_or_else(
                    || vec![Value::unknown(format!("an element of {}", describe(&value)))],
                    |(values, _)| values,
                );
                for value in values {
                    self.yield_value(value);
                }
                Value::None
            }
            ExprKind::Other => Value::unknown("a number"),
            ExprKind::TooDeep => {
                H::unreadable(self, "an expression", "it is nested deeper than migguard follows");
                Value::unknown("a deeply nested expression")
            }
        }
    }

    fn yield_value(&mut self, value: Value) {
        let room = self.frames.last().is_some_and(|frame| frame.yielded.len() < ITEMS);
        if let Some(frame) = self.frame().filter(|_| room) {
            frame.yielded.push(value);
        }
    }

    /// The value of a name: this scope's, those around it, the module's, Python's own.
    pub(super) fn lookup(&mut self, name: &Name, scope: &Scope) -> Value {
        let mut current = Some(scope);
        let mut innermost = true;
        while let Some(here) = current {
            if here.is_module() {
                break;
            }
            // A class body's names are seen in the body itself, not in its methods.
            if (!here.0.is_class || innermost)
                && let Some(value) = here.own(name)
            {
                return value;
            }
            innermost = false;
            current = here.0.parent.as_ref();
        }
        let file = scope.file().clone();
        if let Some(value) = self.module_scope(&file).own(name) {
            return value;
        }
        if let Some(value) = self.module_name(&file, name) {
            return value;
        }
        if super::builtins::is_builtin(name) {
            return Value::External(format!("builtins.{name}").into());
        }
        Value::unknown(format!("`{name}`"))
    }

    fn eval_attribute(&mut self, value: &Expr, attribute: &Name, scope: &Scope) -> Value {
        let object = self.eval(value, scope);
        if let Value::Object(object) = &object
            && &*object.path == "builtins.super"
            && let Some(value) = self.super_attribute(attribute)
        {
            return value;
        }
        self.attribute(&object, attribute)
    }

    fn eval_call(&mut self, call: &Expr, function: &Expr, arguments: &[Argument], scope: &Scope) -> Value {
        let callee = self.eval(function, scope);
        let arguments = self.arguments(arguments, scope);
        let file = scope.file().clone();
        if let Value::External(name) = &callee {
            // Those that see the names around them.
            match &**name {
                "builtins.globals" | "builtins.vars" | "builtins.locals" if arguments.positional.is_empty() => {
                    let entries = self
                        .globals(&file)
                        .into_iter()
                        .map(|name| {
                            let value = self.lookup(&name, scope);
                            (Value::Str(name), value)
                        })
                        .collect();
                    return Value::dict(entries);
                }
                // `eval("upgrade_%s" % engine_name)()`, as Alembic's older templates have it.
                "builtins.eval" => {
                    if let Some(Value::Str(text)) = arguments.positional.first() {
                        let (text, is_call) = match text.trim().strip_suffix("()") {
                            Some(text) => (text, true),
                            None => (text.trim(), false),
                        };
                        if text.chars().all(|c| c == '_' || c == HOLE || c.is_alphanumeric()) {
                            let value = if text.contains(HOLE) {
                                self.one_of_globals(&file, text)
                            } else {
                                self.lookup(&text.into(), scope)
                            };
                            return if is_call {
                                self.call_at(&value, Arguments::default(), &file, call.span)
                            } else {
                                value
                            };
                        }
                    }
                }
                _ => {}
            }
        }
        self.call_at(&callee, arguments, &file, call.span)
    }

    fn arguments(&mut self, arguments: &[Argument], scope: &Scope) -> Arguments {
        let mut evaluated = Arguments::default();
        for argument in arguments {
            let value = self.eval(&argument.value, scope);
            match &argument.kind {
                ArgumentKind::Positional => evaluated.positional.push(value),
                ArgumentKind::Keyword(name) => evaluated.keywords.push((name.clone(), value)),
                ArgumentKind::Star => match self.elements(&value) {
                    Some((values, open)) => {
                        evaluated.positional.extend(values);
                        evaluated.open |= open;
                    }
                    None => evaluated.open = true,
                },
                ArgumentKind::DoubleStar => match &value {
                    Value::Dict(entries) => {
                        let entries = entries.borrow();
                        evaluated.open |= entries.open;
                        for (key, value) in &entries.values {
                            match key.as_str() {
                                Some(name) => evaluated.keywords.push((name.clone(), value.clone())),
                                None => evaluated.open = true,
                            }
                        }
                    }
                    _ => evaluated.open = true,
                },
            }
        }
        evaluated
    }

    /// The elements of a tuple, list or set display, and whether there may be others.
    fn display(&mut self, items: &[Expr], scope: &Scope) -> (Vec<Value>, bool) {
        let mut values = Vec::with_capacity(items.len());
        let mut open = false;
        for item in items {
            let value = self.eval(item, scope);
            if matches!(item.kind, ExprKind::Starred(_)) {
                match self.elements(&value) {
                    Some((inner, inner_open)) => {
                        values.extend(inner);
                        open |= inner_open;
                    }
                    None => open = true,
                }
            } else {
                values.push(value);
            }
            if values.len() > ITEMS {
                self.exhausted = true;
                break;
            }
        }
        self.allocated += values.len() * size_of::<Value>();
        (values, open)
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)], scope: &Scope) -> Value {
        let mut entries = Entries::default();
        for (key, value) in items {
            let value = self.eval(value, scope);
            match key {
                Some(key) => {
                    let key = self.eval(key, scope);
                    entries.values.push((key, value));
                }
                None => match &value {
                    Value::Dict(inner) => {
                        let inner = inner.borrow();
                        entries.values.extend(inner.values.iter().cloned());
                        entries.open |= inner.open;
                    }
                    _ => entries.open = true,
                },
            }
            if entries.values.len() > ITEMS {
                self.exhausted = true;
                break;
            }
        }
        self.allocated += entries.values.len() * 2 * size_of::<Value>();
        Value::Dict(Rc::new(RefCell::new(entries)))
    }

    /// The elements that iterating over a value yields, and whether there may be others; `None` where nothing is known.
    pub(super) fn elements(&mut self, value: &Value) -> Option<(Vec<Value>, bool)> {
        let elements = match value {
            Value::Tuple(items) => (items.to_vec(), false),
            Value::List(items) | Value::Set(items) => {
                let items = items.borrow();
                (items.values.clone(), items.open)
            }
            Value::Dict(entries) => {
                let entries = entries.borrow();
                (entries.values.iter().map(|(key, _)| key.clone()).collect(), entries.open)
            }
            Value::Str(text) if !text.contains(HOLE) && text.len() <= ITEMS => {
                (text.chars().map(|c| Value::str(c.to_string())).collect(), false)
            }
            Value::Class(class) if class.is_enum() => (enum_members(class), false),
            Value::OneOf(values) => {
                let mut all = Vec::new();
                for value in values.iter() {
                    all.extend(self.elements(value)?.0);
                }
                // Only some of them are the elements, and there may be no others.
                (all, true)
            }
            Value::Object(_) | Value::Attribute(_) => H::elements(self, value)?,
            _ => return None,
        };
        self.allocated += elements.0.len() * size_of::<Value>();
        Some(elements)
    }

    /// `value[index]`
    pub(super) fn item(&mut self, value: &Value, index: &Value) -> Value {
        if let Value::OneOf(values) = value {
            let values: Vec<Value> = values.iter().map(|value| self.item(value, index)).collect();
            return values.into_iter().reduce(Value::join).unwrap_or(Value::None);
        }
        if let Value::OneOf(indexes) = index {
            let values: Vec<Value> = indexes.iter().map(|index| self.item(value, index)).collect();
            return values.into_iter().reduce(Value::join).unwrap_or(Value::None);
        }
        let found = match (value, index) {
            (Value::Dict(entries), index) => {
                let entries = entries.borrow();
                let mut maybe = Vec::new();
                for (key, value) in entries.values.iter().rev() {
                    match key.equals(index) {
                        Some(true) => {
                            maybe.push(value.clone());
                            break;
                        }
                        None if like(index, key) => maybe.push(value.clone()),
                        Some(false) | None => {}
                    }
                }
                maybe.into_iter().reduce(Value::join)
            }
            (Value::Tuple(_) | Value::List(_), Value::Int(at)) => self.elements(value).and_then(|(values, open)| {
                let len = values.len();
                let at = position(*at, len);
                at.filter(|_| !open).and_then(|at| values.get(at).cloned())
            }),
            (Value::Str(text), Value::Int(at)) if !text.contains(HOLE) => {
                let chars: Vec<char> = text.chars().take(ITEMS).collect();
                let at = position(*at, chars.len());
                at.and_then(|at| chars.get(at)).map(|c| Value::str(c.to_string()))
            }
            // `Color["RED"]`
            (Value::Class(class), Value::Str(name)) if class.is_enum() => {
                let name = name.clone();
                return self.attribute(value, &name);
            }
            // `List[int]` and its kin.
            (Value::Class(_), _) => Some(value.clone()),
            (Value::External(path), _) if &**path == "sys.modules" => {
                self.known_module(index).or_else(|| Some(value.clone()))
            }
            (Value::External(_), _) => H::item(self, value, index).or_else(|| Some(value.clone())),
            // One of the elements, though not known which.
            (Value::Tuple(_) | Value::List(_), Value::Unknown(_)) => {
                self.elements(value).and_then(|(values, _)| values.into_iter().reduce(Value::join))
            }
            _ => None,
        };
        found.or_else(|| H::item(self, value, index)).unwrap_or_else(|| match value.path() {
            path if path.is_empty() || path.len() > 200 => Value::unknown("an element"),
            path => Value::unknown(format!("{path}[]")),
        })
    }

    fn slice(&mut self, value: &Value, bounds: &[Value; 3]) -> Value {
        let bound = |value: &Value| match value {
            Value::None => Some(None),
            Value::Int(at) => Some(Some(*at)),
            _ => None,
        };
        let (Some(lower), Some(upper), Some(step)) = (bound(&bounds[0]), bound(&bounds[1]), bound(&bounds[2])) else {
            return Value::unknown("a slice");
        };
        match value {
            Value::Str(text) if !text.contains(HOLE) && text.len() <= ITEMS => {
                let chars: Vec<char> = text.chars().collect();
                Value::str(sliced(&chars, lower, upper, step).into_iter().collect::<String>())
            }
            // What is known at its beginning stays there: `text[:-1]`.
            Value::Str(text) if lower.unwrap_or(0) == 0 && step.unwrap_or(1) == 1 => {
                let known: Vec<char> = text.chars().take_while(|c| *c != HOLE).take(ITEMS).collect();
                match upper.map(usize::try_from) {
                    Some(Ok(upper)) if upper <= known.len() => Value::str(known[..upper].iter().collect::<String>()),
                    _ => Value::str(known.into_iter().chain([HOLE]).collect::<String>()),
                }
            }
            Value::OneOf(values) => {
                let values: Vec<Value> = values.iter().map(|value| self.slice(value, bounds)).collect();
                values.into_iter().reduce(Value::join).unwrap_or(Value::None)
            }
            Value::Tuple(items) => Value::Tuple(sliced(items, lower, upper, step).into()),
            Value::List(_) => match self.elements(value) {
                Some((values, false)) => Value::items(sliced(&values, lower, upper, step), false, value.source()),
                Some((values, true)) => Value::items(values, true, value.source()),
                None => Value::unknown("a slice"),
            },
            value => Value::unknown(format!("a part of {}", describe(value))),
        }
    }

    pub(super) fn binary(&mut self, operator: BinaryOperator, left: &Value, right: &Value) -> Value {
        if let (Value::OneOf(_), _) | (_, Value::OneOf(_)) = (left, right) {
            if left.alternatives().len() * right.alternatives().len() > 4 * crate::python::value::ALTERNATIVES {
                return Value::unknown("one of many values");
            }
            let mut joined: Option<Value> = None;
            for left in left.alternatives() {
                for right in right.alternatives() {
                    let value = self.binary(operator, left, right);
                    joined = Some(joined.map_or(value.clone(), |joined| joined.join(value)));
                }
            }
            return joined.unwrap_or(Value::None);
        }
        match (operator, left, right) {
            (BinaryOperator::Mod, Value::Str(format), right) => self.percent(format, right),
            (BinaryOperator::Add, Value::Int(a), Value::Int(b)) => integer(a.checked_add(*b)),
            (BinaryOperator::Sub, Value::Int(a), Value::Int(b)) => integer(a.checked_sub(*b)),
            (BinaryOperator::Mult, Value::Int(a), Value::Int(b)) => integer(a.checked_mul(*b)),
            (BinaryOperator::Mod, Value::Int(a), Value::Int(b)) => integer(a.checked_rem_euclid(*b)),
            (BinaryOperator::FloorDiv, Value::Int(a), Value::Int(b)) => integer(a.checked_div_euclid(*b)),
            (BinaryOperator::BitAnd, Value::Int(a), Value::Int(b)) => Value::Int(a & b),
            (BinaryOperator::BitOr, Value::Int(a), Value::Int(b)) => Value::Int(a | b),
            (BinaryOperator::Div, Value::Path(_), _) | (BinaryOperator::Div, _, Value::Path(_)) => {
                self.path_join(&[left.clone(), right.clone()], true)
            }
            (BinaryOperator::Add, Value::Tuple(a), Value::Tuple(b)) => {
                if a.len() + b.len() > ITEMS {
                    return Value::unknown("a long tuple");
                }
                self.allocated += (a.len() + b.len()) * size_of::<Value>();
                Value::Tuple(a.iter().chain(b.iter()).cloned().collect())
            }
            (BinaryOperator::Add, Value::List(_), _) | (BinaryOperator::Add, _, Value::List(_)) => {
                let (a, b) = (self.elements(left), self.elements(right));
                let open = a.as_ref().is_none_or(|a| a.1) || b.as_ref().is_none_or(|b| b.1);
                let mut values = a.map_or_else(Vec::new, |a| a.0);
                values.extend(b.map_or_else(Vec::new, |b| b.0));
                match self.computed_list(values) {
                    Value::List(items) => {
                        items.borrow_mut().open = open;
                        items.borrow_mut().source = left.source().or_else(|| right.source());
                        Value::List(items)
                    }
                    value => value,
                }
            }
            (BinaryOperator::Mult, Value::Str(text), Value::Int(times))
            | (BinaryOperator::Mult, Value::Int(times), Value::Str(text)) => {
                match usize::try_from(*times).unwrap_or(0).checked_mul(text.len()) {
                    Some(size) if size <= super::TEXT => {
                        self.computed(text.repeat(usize::try_from(*times).unwrap_or(0)))
                    }
                    _ => Value::unknown("a long text"),
                }
            }
            (BinaryOperator::Mult, Value::List(_), Value::Int(times)) => match self.elements(left) {
                Some((values, false)) => {
                    let times = usize::try_from(*times).unwrap_or(0);
                    match values.len().checked_mul(times) {
                        Some(size) if size <= ITEMS => {
                            let values = values.iter().cycle().take(size).cloned().collect();
                            self.computed_list(values)
                        }
                        _ => Value::unknown("a long list"),
                    }
                }
                _ => Value::unknown("a list"),
            },
            (
                BinaryOperator::BitOr | BinaryOperator::Sub | BinaryOperator::BitAnd,
                Value::Set(_) | Value::Dict(_),
                _,
            ) => self.set_operation(operator, left, right),
            (BinaryOperator::BitAnd, _, Value::Set(_)) => self.set_operation(operator, right, left),
            (BinaryOperator::Add, left, right) => {
                // Text and something that is not known: a text with a hole.
                let is_text = matches!(left, Value::Str(_)) || matches!(right, Value::Str(_));
                match (left.as_text(), right.as_text()) {
                    (Some(a), Some(b)) if is_text => self.computed(format!("{a}{b}")),
                    _ if is_text => {
                        let text = |value: &Value| value.as_text().unwrap_or_else(|| String::from(HOLE).into());
                        let text = format!("{}{}", text(left), text(right));
                        self.computed(text)
                    }
                    _ => unknown_of(left, right),
                }
            }
            (_, left, right) => unknown_of(left, right),
        }
    }

    fn set_operation(&mut self, operator: BinaryOperator, left: &Value, right: &Value) -> Value {
        if let (Value::Dict(a), Value::Dict(b), BinaryOperator::BitOr) = (left, right, operator) {
            let (a, b) = (a.borrow(), b.borrow());
            let values = a.values.iter().chain(&b.values).cloned().collect();
            return Value::Dict(Rc::new(RefCell::new(Entries { values, open: a.open || b.open })));
        }
        let Some((a, a_open)) = self.elements(left) else { return unknown_of(left, right) };
        let other = self.elements(right);
        let has = |values: &[Value], value: &Value| values.iter().any(|other| other.equals(value) == Some(true));
        let (values, open) = match (operator, other) {
            (BinaryOperator::BitOr, Some((b, b_open))) => {
                (distinct(a.into_iter().chain(b).collect()), a_open || b_open)
            }
            (BinaryOperator::Sub, Some((b, _))) => (a.into_iter().filter(|value| !has(&b, value)).collect(), a_open),
            (BinaryOperator::BitAnd, Some((b, false))) => {
                (a.into_iter().filter(|value| has(&b, value)).collect(), a_open)
            }
            // Which of them remain is not known, as with a filter, but nothing joins them.
            (BinaryOperator::Sub | BinaryOperator::BitAnd, _) => (a, a_open),
            (_, _) => (a, true),
        };
        Value::set(values, open, left.source().or_else(|| right.source()))
    }

    /// `and` and `or`: the first operand that decides.
    fn logic(&mut self, operands: &[Expr], decides: bool, scope: &Scope) -> Value {
        let mut unknown: Option<Value> = None;
        let mut value = Value::None;
        let mut conditions = 0;
        for operand in operands {
            value = self.eval(operand, scope);
            match value.truth() {
                Some(truth) if truth == decides => break,
                Some(_) => {}
                None => {
                    // What stands behind it runs only sometimes.
                    self.conditions += 1;
                    conditions += 1;
                    // `name or "default"` is one of both, where the name is not surely false.
                    let may_decide = value.alternatives().iter().filter(|value| value.truth() != Some(!decides));
                    unknown = unknown.into_iter().chain(may_decide.cloned()).reduce(Value::join);
                }
            }
        }
        self.conditions -= conditions;
        match (unknown, value.truth()) {
            (None, _) => value,
            // `unknown and False` is never true, `unknown or True` always.
            (Some(_), Some(truth)) if truth == decides && matches!(value, Value::Bool(_)) => value,
            (Some(unknown), Some(truth)) if truth == decides => unknown.join(value),
            (Some(unknown), _) => unknown,
        }
    }

    fn comparison(&mut self, left: &Expr, rest: &[(Comparison, Expr)], scope: &Scope) -> Value {
        let mut left = self.eval(left, scope);
        let mut answer = Value::Bool(true);
        for (operator, right) in rest {
            let right = self.eval(right, scope);
            match self.compare(*operator, &left, &right) {
                Some(true) => {}
                Some(false) => return Value::Bool(false),
                None => answer = unknown_of(&left, &right),
            }
            left = right;
        }
        answer
    }

    fn compare(&mut self, operator: Comparison, left: &Value, right: &Value) -> Option<bool> {
        if matches!(left, Value::OneOf(_)) || matches!(right, Value::OneOf(_)) {
            let mut answers = Vec::new();
            for left in left.alternatives() {
                for right in right.alternatives() {
                    answers.push(self.compare(operator, left, right));
                }
            }
            let first = *answers.first()?;
            return answers.iter().all(|answer| *answer == first).then_some(first).flatten();
        }
        let number = |value: &Value| match value {
            Value::Int(value) => Some(*value),
            Value::Bool(value) => Some(i64::from(*value)),
            _ => None,
        };
        match operator {
            Comparison::Eq | Comparison::Is => left.equals(right),
            Comparison::NotEq | Comparison::IsNot => left.equals(right).map(|equal| !equal),
            Comparison::Lt | Comparison::LtE | Comparison::Gt | Comparison::GtE => {
                let ordering = match (number(left), number(right), left.as_str(), right.as_str()) {
                    (Some(a), Some(b), _, _) => a.cmp(&b),
                    (_, _, Some(a), Some(b)) => a.cmp(b),
                    _ => return None,
                };
                Some(match operator {
                    Comparison::Lt => ordering.is_lt(),
                    Comparison::LtE => ordering.is_le(),
                    Comparison::Gt => ordering.is_gt(),
                    _ => ordering.is_ge(),
                })
            }
            Comparison::In => self.contains(right, left),
            Comparison::NotIn => self.contains(right, left).map(|inside| !inside),
        }
    }

    fn contains(&mut self, container: &Value, value: &Value) -> Option<bool> {
        if let Value::Str(_) = container {
            return match (container.as_str(), value.as_str()) {
                (Some(text), Some(part)) => Some(text.contains(&**part)),
                _ => None,
            };
        }
        let (values, open) = match container {
            Value::OneOf(_) => return None,
            container if source_of(container).is_some() => return None,
            container => self.elements(container)?,
        };
        let mut unknown = open;
        for element in &values {
            match element.equals(value) {
                Some(true) => return Some(true),
                None => unknown = true,
                Some(false) => {}
            }
        }
        (!unknown).then_some(false)
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: &Expr,
        value: Option<&Expr>,
        generators: &[Generator],
        scope: &Scope,
    ) -> Value {
        let inner = scope.inner("".into(), false);
        let mut results = Entries::default();
        let source = self.generate(generators, element, value, &inner, &mut results);
        let open = results.open;
        // Elements of which none is known: what they come from says more than a list without any.
        if let Some(source) = source.as_ref().filter(|_| open && results.values.is_empty()) {
            return Value::Unknown(source.clone());
        }
        self.allocated += results.values.len() * 2 * size_of::<Value>();
        match kind {
            ComprehensionKind::Dict => {
                results.open |= source.is_some();
                Value::Dict(Rc::new(RefCell::new(results)))
            }
            ComprehensionKind::Set => {
                let values = distinct(results.values.into_iter().map(|(value, _)| value).collect());
                Value::set(values, open, source)
            }
            ComprehensionKind::List | ComprehensionKind::Generator => {
                let values = results.values.into_iter().map(|(value, _)| value).collect();
                Value::items(values, open, source)
            }
        }
    }

    /// Adds what a comprehension makes to `results`; what its elements come from, where they are not known.
    fn generate(
        &mut self,
        generators: &[Generator],
        element: &Expr,
        value: Option<&Expr>,
        scope: &Scope,
        results: &mut Entries,
    ) -> Option<Name> {
        let Some((generator, rest)) = generators.split_first() else {
            if results.values.len() >= ITEMS {
                self.exhausted = true;
                return None;
            }
            let element = self.eval(element, scope);
            let value = value.map_or(Value::None, |value| self.eval(value, scope));
            results.values.push((element, value));
            return None;
        };
        let iterable = self.eval(&generator.iter, scope);
        let elements = self.elements(&iterable);
        let mut source = elements.as_ref().and_then(|_| source_of(&iterable));
        let (values, open) = elements.unwrap_or_else(|| (Vec::new(), true));
        for value_of_target in values {
            if !self.step() {
                return None;
            }
            self.assign(&generator.target, value_of_target, scope);
            let inner = self.filtered(generator, rest, element, value, scope, results);
            source = source.or(inner);
        }
        if open {
            let unknown = Value::unknown(format!("an element of {}", describe(&iterable)));
            self.assign(&generator.target, unknown, scope);
            self.conditions += 1;
            let mut others = Entries::default();
            self.filtered(generator, rest, element, value, scope, &mut others);
            self.conditions -= 1;
            // What an unknown element makes stands for any number of them; an open list says so itself.
            results.open = true;
            return source.or_else(|| Some(iterable.path()).filter(|path| !path.is_empty()));
        }
        source
    }

    fn filtered(
        &mut self,
        generator: &Generator,
        rest: &[Generator],
        element: &Expr,
        value: Option<&Expr>,
        scope: &Scope,
        results: &mut Entries,
    ) -> Option<Name> {
        let mut conditions = 0;
        for test in &generator.ifs {
            match self.eval(test, scope).truth() {
                Some(false) => {
                    self.conditions -= conditions;
                    return None;
                }
                Some(true) => {}
                None => {
                    self.conditions += 1;
                    conditions += 1;
                }
            }
        }
        let source = self.generate(rest, element, value, scope, results);
        self.conditions -= conditions;
        source
    }
}

/// What the elements of a value were asked of, if the host has said what they are.
pub(super) fn source_of(value: &Value) -> Option<Name> {
    match value {
        Value::Object(_) | Value::Attribute(_) => Some(value.path()),
        value => value.source(),
    }
}

/// A place in a sequence, counted from its end where it is negative.
pub(super) fn position(at: i64, len: usize) -> Option<usize> {
    let at = isize::try_from(at).ok()?;
    if at < 0 { len.checked_add_signed(at) } else { usize::try_from(at).ok() }
}

fn integer(value: Option<i64>) -> Value {
    value.map_or_else(|| Value::unknown("a number"), Value::Int)
}

fn unknown_of(left: &Value, right: &Value) -> Value {
    let (a, b) = (left.path(), right.path());
    match (a.is_empty(), b.is_empty()) {
        (false, true) => Value::Unknown(a),
        (true, false) => Value::Unknown(b),
        (true, true) => Value::unknown("a computed value"),
        (false, false) if a.len() + b.len() > 200 => Value::Unknown(a),
        (false, false) => Value::unknown(format!("{a}, {b}")),
    }
}

/// Whether a text with holes could be this key.
pub(super) fn like(pattern: &Value, key: &Value) -> bool {
    let (Value::Str(pattern), Some(key)) = (pattern, key.as_str()) else { return true };
    let mut parts = pattern.split(HOLE);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = key.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn sliced<T: Clone>(items: &[T], lower: Option<i64>, upper: Option<i64>, step: Option<i64>) -> Vec<T> {
    let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1);
    if step == 0 {
        return Vec::new();
    }
    let clamp = |at: i64, low: i64, high: i64| if at < 0 { at.saturating_add(len).max(low) } else { at.min(high) };
    let mut at = match (lower, step > 0) {
        (Some(at), true) => clamp(at, 0, len),
        (Some(at), false) => clamp(at, -1, len - 1),
        (None, true) => 0,
        (None, false) => len - 1,
    };
    let end = match (upper, step > 0) {
        (Some(at), true) => clamp(at, 0, len),
        (Some(at), false) => clamp(at, -1, len - 1),
        (None, true) => len,
        (None, false) => -1,
    };
    let mut taken = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        match usize::try_from(at).ok().and_then(|at| items.get(at)) {
            Some(item) => taken.push(item.clone()),
            None => break,
        }
        at = at.saturating_add(step);
    }
    taken
}

/// The values without those that are surely there already.
pub(super) fn distinct(values: Vec<Value>) -> Vec<Value> {
    /// Comparing each with each is quadratic, and a set of more has no names to drop in it.
    const COMPARED: usize = 1_000;
    if values.len() > COMPARED {
        return values;
    }
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    for value in values {
        if !kept.iter().any(|other| other.equals(&value) == Some(true)) {
            kept.push(value);
        }
    }
    kept
}
