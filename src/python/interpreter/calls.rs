//! Attributes and calls.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::expressions::like;
use super::statements::bind;
use super::{CALL_STEPS, CALLS, Call, CallSite, Flow, Frame, Host, Interpreter};
use crate::git::parent;
use crate::python::syntax::{FunctionDef, Name, Span, StmtKind};
use crate::python::value::{
    Arguments, Class, EnumMember, Function, FunctionKind, HOLE, Instance, Object, Scope, Value,
};

/// How often one function may stand in the chain of calls: a helper that calls itself to walk a list does so more
/// rarely, and one that never ends is known by it.
const RECURSION: usize = 12;

/// Calls that stand inside no more than these are given up one by one.
const OUTER: usize = 4;

/// Why a call is not followed to its end.
const UNFINISHED: &str = "following it is beyond migguard's bounds";

impl<H: Host> Interpreter<'_, H> {
    pub(super) fn call_at(&mut self, function: &Value, arguments: Arguments, path: &Arc<str>, span: Span) -> Value {
        if !self.step() {
            return Value::unknown("the work's bound");
        }
        self.sites.push(CallSite { path: path.clone(), span });
        let value = self.call_value(function, arguments, span);
        self.sites.pop();
        value
    }

    fn call_value(&mut self, function: &Value, arguments: Arguments, span: Span) -> Value {
        match function {
            Value::Function(function) => self.call_function(function, arguments),
            Value::Class(class) => self.instantiate(class, arguments),
            Value::Partial(partial) => {
                let mut all = partial.1.clone();
                all.positional.extend(arguments.positional);
                for (name, value) in arguments.keywords {
                    all.keywords.retain(|(known, _)| *known != name);
                    all.keywords.push((name, value));
                }
                all.open |= arguments.open;
                self.call_value(&partial.0, all, span)
            }
            Value::OneOf(functions) => {
                self.conditions += 1;
                let values: Vec<Value> =
                    functions.iter().map(|function| self.call_value(function, arguments.clone(), span)).collect();
                self.conditions -= 1;
                values.into_iter().reduce(Value::join).unwrap_or(Value::None)
            }
            Value::Instance(instance) => match self.member(&instance.class, "__call__", function) {
                Some(Value::Function(function)) => self.call_function(&function, arguments),
                _ => self.call_outside(function.clone(), arguments, span),
            },
            Value::External(name) => {
                if let Some(value) = self.builtin(&name.clone(), &arguments, span) {
                    return value;
                }
                self.call_outside(function.clone(), arguments, span)
            }
            Value::Attribute(attribute) => {
                if let Some(value) = self.method(&attribute.0, &attribute.1, &arguments, span) {
                    return value;
                }
                self.call_outside(function.clone(), arguments, span)
            }
            _ => self.call_outside(function.clone(), arguments, span),
        }
    }

    fn call_outside(&mut self, callee: Value, arguments: Arguments, span: Span) -> Value {
        let call = Call { callee, arguments, span };
        if let Some(value) = H::call(self, &call) {
            return value;
        }
        // A function that is given away may be called by whom it is given to: `run_sync(migrate)`.
        let given: Vec<Rc<Function>> = call
            .arguments
            .positional
            .iter()
            .chain(call.arguments.keywords.iter().map(|(_, value)| value))
            .filter_map(|value| match value {
                Value::Function(function) if H::calls_what_is_given(self) => Some(function.clone()),
                _ => None,
            })
            .collect();
        for function in given {
            self.conditions += 1;
            let unknown = Arguments { open: true, ..Arguments::default() };
            self.call_function(&function, unknown);
            self.conditions -= 1;
        }
        let path = match call.callee.path() {
            path if path.len() > 500 => "a long chain of calls".into(),
            path => path,
        };
        Value::Object(Rc::new(Object { callee: call.callee, arguments: call.arguments, path, span }))
    }

    fn call_function(&mut self, function: &Rc<Function>, arguments: Arguments) -> Value {
        let def = function.def.clone();
        let running = self.running.entry(Arc::as_ptr(&def)).or_default();
        if running.len() > RECURSION {
            return Value::unknown(format!("`{}()`", def.name));
        }
        // Deeper calls are followed as one whose arguments are not known: it takes every way that they could take.
        let is_deepest = running.len() == RECURSION;
        let arguments = if is_deepest { Arguments { open: true, ..Arguments::default() } } else { arguments };
        // With nothing new to tell, it would do the same again.
        let tells_nothing = !arguments.open && running.last().is_some_and(|outer| !tells_more(&arguments, outer));
        if self.frames.len() >= CALLS {
            let why = "it calls itself deeper than migguard follows";
            H::unreadable(self, &format!("`{}()`", def.name), why);
            return Value::unknown(format!("`{}()`", def.name));
        }
        if self.frames.len() == 1 && self.importing == 0 && self.unfinished.contains(&Arc::as_ptr(&def)) {
            H::unreadable(self, &format!("`{}()`", def.name), UNFINISHED);
            return Value::unknown(format!("`{}()`", def.name));
        }
        if tells_nothing {
            return Value::unknown(format!("`{}()`", def.name));
        }
        self.running.entry(Arc::as_ptr(&def)).or_default().push(arguments.clone());
        let scope = function.scope.inner(def.name.clone(), false);
        bind_parameters(function, arguments, &scope);
        self.frames.push(Frame {
            returned: None,
            yielded: Vec::new(),
            may_have_returned: false,
            guards: Vec::new(),
            receiver: function.receiver.clone(),
            owner: function.scope.clone(),
        });
        let conditions = self.conditions;
        let depth = self.frames.len();
        let is_outermost = depth == 2 && self.importing == 0;
        let patience = match self.call_limit {
            // Each call inside of another has a quarter of its patience.
            Some(limit) if depth <= OUTER => limit >> (2 * depth),
            None if is_outermost => CALL_STEPS,
            _ => usize::MAX,
        };
        let (mut flow, enough) = self.within(patience, |vm| vm.suite(&def.body, &scope));
        self.conditions = conditions;
        if !enough && self.call_limit.is_some() {
            self.gave_up = true;
            self.gave_up_call |= self.is_own();
            flow = Flow::Next;
        } else if !enough && is_outermost {
            self.unfinished.insert(Arc::as_ptr(&def));
            H::unreadable(self, &format!("`{}()`", def.name), UNFINISHED);
        }
        if let Some(running) = self.running.get_mut(&Arc::as_ptr(&def)) {
            running.pop();
        }
        let Some(frame) = self.frames.pop() else { return Value::None };
        if def.is_generator {
            return if function.kind == FunctionKind::ContextManager {
                frame.yielded.into_iter().reduce(Value::join).unwrap_or(Value::None)
            } else {
                self.computed_list(frame.yielded)
            };
        }
        if self.gave_up && frame.returned.is_none() {
            return Value::unknown(format!("`{}()`", def.name));
        }
        match (frame.returned, flow) {
            (Some(value), Flow::Return) => value,
            (Some(value), _) => value.join(Value::None),
            (None, _) => Value::None,
        }
    }

    /// A function value of a definition in a scope, decorators not applied.
    pub(super) fn closure(&mut self, def: &Arc<FunctionDef>, scope: &Scope, kind: FunctionKind) -> Value {
        let mut defaults = HashMap::new();
        for parameter in def.parameters.positional.iter().chain(&def.parameters.keyword_only) {
            if let Some(default) = &parameter.default {
                let value = self.eval(default, scope);
                defaults.insert(parameter.name.clone(), value);
            }
        }
        Value::Function(Rc::new(Function { def: def.clone(), scope: scope.clone(), receiver: None, defaults, kind }))
    }

    fn instantiate(&mut self, class: &Rc<Class>, arguments: Arguments) -> Value {
        if class.is_enum() {
            // `Color("red")` finds the member by its value.
            return match arguments.positional.first() {
                Some(value) => enum_members(class)
                    .into_iter()
                    .find(|member| match member {
                        Value::EnumMember(member) => member.value.equals(value) == Some(true),
                        _ => false,
                    })
                    .unwrap_or_else(|| Value::unknown(format!("a member of `{}`", class.def.name))),
                None => Value::unknown(format!("a member of `{}`", class.def.name)),
            };
        }
        let instance = Rc::new(Instance { class: class.clone(), attributes: RefCell::default() });
        let value = Value::Instance(instance.clone());
        if let Some(Value::Function(init)) = self.member(class, "__init__", &value) {
            self.call_function(&init, arguments);
            return value;
        }
        // A dataclass or a named tuple: its annotated names in order.
        let mut positional = arguments.positional.into_iter();
        let mut attributes = instance.attributes.borrow_mut();
        for statement in class.def.body.iter() {
            if let StmtKind::AnnAssign { target, .. } = &statement.kind
                && let Some(name) = target.dotted()
                && let Some(value) = positional.next()
            {
                attributes.insert(name.into(), value);
            }
        }
        attributes.extend(arguments.keywords);
        drop(attributes);
        value
    }

    /// A name of a class or its bases, bound to the receiver where it is a function.
    fn member(&mut self, class: &Rc<Class>, name: &str, receiver: &Value) -> Option<Value> {
        self.own_member(class, name, receiver).or_else(|| self.inherited_member(class, name, receiver))
    }

    /// The same of its bases alone.
    fn inherited_member(&mut self, class: &Rc<Class>, name: &str, receiver: &Value) -> Option<Value> {
        class.ancestors().iter().find_map(|base| match base {
            Value::Class(base) => self.own_member(base, name, receiver),
            _ => None,
        })
    }

    fn own_member(&mut self, class: &Rc<Class>, name: &str, receiver: &Value) -> Option<Value> {
        if let Some(value) = class.scope.own(name) {
            return Some(match value {
                Value::Function(function) => match (function.kind, receiver) {
                    (FunctionKind::ClassMethod, _) => {
                        let class = match receiver {
                            Value::Instance(instance) => Value::Class(instance.class.clone()),
                            receiver => receiver.clone(),
                        };
                        with_receiver(&function, class)
                    }
                    (FunctionKind::Property, Value::Instance(_) | Value::EnumMember(_))
                    | (FunctionKind::ClassProperty, Value::Class(_)) => {
                        let Value::Function(bound) = with_receiver(&function, receiver.clone()) else { return None };
                        return Some(self.call_function(&bound, Arguments::default()));
                    }
                    (FunctionKind::StaticMethod, _) | (_, Value::Class(_)) => Value::Function(function),
                    (_, receiver) => with_receiver(&function, receiver.clone()),
                },
                value => value,
            });
        }
        None
    }

    /// `value.name`
    pub(super) fn attribute(&mut self, value: &Value, name: &Name) -> Value {
        let found = match value {
            Value::Module(path) => {
                let path = path.clone();
                let folder = path.ends_with("__init__.py").then(|| parent(&path).to_owned());
                if name.contains(HOLE) {
                    return self.one_of_globals(&path, name);
                }
                self.module_name(&path, name)
                    .or_else(|| folder.and_then(|folder| self.submodule(&folder, name)))
                    .or_else(|| self.spec_attribute(&path, name))
                    .or_else(|| Some(Value::unknown(format!("`{name}` of {path}"))))
            }
            Value::Namespace(folder) => self.submodule(&folder.clone(), name),
            Value::External(path) => {
                let path = format!("{path}.{name}");
                super::paths::constant(&path)
                    .or_else(|| H::attribute(self, value, name))
                    .or_else(|| Some(Value::External(path.into())))
            }
            Value::OneOf(values) => {
                let values: Vec<Value> = values.iter().map(|value| self.attribute(value, name)).collect();
                values.into_iter().reduce(Value::join)
            }
            Value::Instance(instance) => {
                let own = instance.attributes.borrow().get(name).cloned();
                own.or_else(|| match &**name {
                    "__class__" => Some(Value::Class(instance.class.clone())),
                    _ => self.member(&instance.class, name, value),
                })
            }
            Value::Class(class) => {
                let class = class.clone();
                match &**name {
                    "__name__" => Some(Value::Str(class.def.name.clone())),
                    "__qualname__" => Some(Value::str(class.qualname())),
                    "__members__" if class.is_enum() => {
                        let members = enum_members(&class);
                        let entries = members
                            .into_iter()
                            .filter_map(|member| match &member {
                                Value::EnumMember(inner) => Some((Value::Str(inner.name.clone()), member.clone())),
                                _ => None,
                            })
                            .collect();
                        Some(Value::dict(entries))
                    }
                    _ if class.is_enum() => enum_member(&class, name).or_else(|| self.member(&class, name, value)),
                    _ => self.own_member(&class, name, value).or_else(|| {
                        let inherited = self.inherited_member(&class, name, value)?;
                        Some(H::inherited(self, &class, name, inherited))
                    }),
                }
            }
            Value::EnumMember(member) => match &**name {
                "value" | "_value_" => Some(member.value.clone()),
                "name" | "_name_" => Some(Value::Str(member.name.clone())),
                _ => self.member(&member.class, name, value),
            },
            Value::Function(function) if matches!(&**name, "__name__" | "__qualname__") => {
                Some(Value::Str(function.def.name.clone()))
            }
            Value::Partial(partial) if &**name == "func" => Some(partial.0.clone()),
            Value::Path(path) => super::paths::attribute(path, name),
            Value::Unknown(why) => Some(Value::unknown(format!("{why}.{name}"))).filter(|_| why.len() > 200),
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
        if let Some(value) = H::attribute(self, value, name) {
            return value;
        }
        if value.path().len() > 500 {
            return Value::unknown("a long chain of attributes");
        }
        Value::Attribute(Rc::new((value.clone(), name.clone())))
    }

    /// `getattr(module, f"upgrade_{engine}")`: any name of the module that it may be.
    pub(super) fn one_of_globals(&mut self, path: &Arc<str>, pattern: &str) -> Value {
        let names = self.globals(path);
        let entries = names
            .into_iter()
            .filter(|name| like(&Value::str(pattern), &Value::Str(name.clone())))
            .filter_map(|name| self.module_name(path, &name))
            .collect::<Vec<_>>();
        entries.into_iter().reduce(Value::join).unwrap_or_else(|| Value::unknown("a name of a module"))
    }

    /// `super()` inside a method: looks a name up in the bases of the class that the method stands in.
    pub(super) fn super_attribute(&mut self, name: &str) -> Option<Value> {
        let frame = self.frames.last()?;
        let receiver = frame.receiver.clone()?;
        let owner = frame.owner.clone();
        let class = match &receiver {
            Value::Instance(instance) => instance.class.clone(),
            Value::Class(class) => class.clone(),
            _ => return None,
        };
        let class = owning(&class, &owner)?;
        self.inherited_member(&class, name, &receiver)
    }
}

fn with_receiver(function: &Rc<Function>, receiver: Value) -> Value {
    Value::Function(Rc::new(Function {
        def: function.def.clone(),
        scope: function.scope.clone(),
        receiver: Some(receiver),
        defaults: function.defaults.clone(),
        kind: function.kind,
    }))
}

fn enum_member(class: &Rc<Class>, name: &str) -> Option<Value> {
    let value = match class.scope.own(name)? {
        Value::Function(_) => return None,
        // `auto()` of a string enumeration is the name in lower case (Python's enum.StrEnum).
        Value::Object(object) if object.path.ends_with("auto") && class.is_text_enum() => {
            Value::str(name.to_lowercase())
        }
        value => value,
    };
    Some(Value::EnumMember(Rc::new(EnumMember { class: class.clone(), name: name.into(), value })))
}

/// Whether a call inside of another of the same function says more than that: data that is known at least in part, and not
/// what the other was given in its place. Without arguments it works on what it shares with the other.
fn tells_more(arguments: &Arguments, outer: &Arguments) -> bool {
    let is_more = |value: &Value, given: Option<&Value>| {
        let is_data = !matches!(
            value,
            Value::Unknown(_) | Value::Attribute(_) | Value::Object(_) | Value::External(_) | Value::None
        );
        is_data && !given.is_some_and(|given| is_same(value, given))
    };
    let mut positional = arguments.positional.iter().enumerate();
    positional.any(|(at, value)| is_more(value, outer.positional.get(at)))
        || arguments.keywords.iter().any(|(name, value)| is_more(value, outer.keyword(name)))
        || arguments.positional.is_empty() && arguments.keywords.is_empty()
}

fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Function(a), Value::Function(b)) => Rc::ptr_eq(a, b),
        (Value::Class(a), Value::Class(b)) => Rc::ptr_eq(a, b),
        _ => a.equals(b) == Some(true),
    }
}

fn bind_parameters(function: &Function, arguments: Arguments, scope: &Scope) {
    let def = &function.def;
    let parameters = &def.parameters;
    let mut positional = arguments.positional.into_iter();
    let mut keywords = arguments.keywords;
    let mut receiver = match (function.kind, &function.receiver) {
        (FunctionKind::StaticMethod, _) | (_, None) => None,
        (_, Some(receiver)) => Some(receiver.clone()),
    };
    for parameter in &parameters.positional {
        let given = receiver.take().or_else(|| positional.next()).or_else(|| {
            let at = keywords.iter().position(|(name, _)| *name == parameter.name)?;
            Some(keywords.swap_remove(at).1)
        });
        let value = given.or_else(|| (!arguments.open).then(|| function.defaults.get(&parameter.name).cloned())?);
        let value = value.unwrap_or_else(|| Value::unknown(format!("parameter `{}`", parameter.name)));
        bind(scope, &parameter.name, value);
    }
    if let Some(rest) = &parameters.rest {
        let values: Vec<Value> = positional.collect();
        let value = if arguments.open { Value::unknown(format!("`*{rest}`")) } else { Value::Tuple(values.into()) };
        bind(scope, rest, value);
    }
    for parameter in &parameters.keyword_only {
        let given = keywords.iter().position(|(name, _)| *name == parameter.name);
        let value = given
            .map(|at| keywords.swap_remove(at).1)
            .or_else(|| function.defaults.get(&parameter.name).cloned())
            .unwrap_or_else(|| Value::unknown(format!("parameter `{}`", parameter.name)));
        bind(scope, &parameter.name, value);
    }
    if let Some(rest) = &parameters.keyword_rest {
        let values = keywords.into_iter().map(|(name, value)| (Value::Str(name), value)).collect();
        let value = if arguments.open { Value::unknown(format!("`**{rest}`")) } else { Value::dict(values) };
        bind(scope, rest, value);
    }
}

pub(super) fn enum_members(class: &Rc<Class>) -> Vec<Value> {
    let mut members = Vec::new();
    for statement in class.def.body.iter() {
        let StmtKind::Assign { targets, .. } = &statement.kind else { continue };
        for target in targets {
            if let Some(name) = target.dotted()
                && !name.starts_with('_')
                && let Some(member) = enum_member(class, &name)
            {
                members.push(member);
            }
        }
    }
    members
}

/// Of a class and its bases the one with this body.
fn owning(class: &Rc<Class>, body: &Scope) -> Option<Rc<Class>> {
    let is_it = |class: &Rc<Class>| Rc::ptr_eq(&class.scope.0, &body.0);
    if is_it(class) {
        return Some(class.clone());
    }
    class.ancestors().into_iter().find_map(|base| match base {
        Value::Class(base) if is_it(&base) => Some(base),
        _ => None,
    })
}
