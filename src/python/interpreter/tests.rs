use std::sync::Arc;

use super::{Call, Host, Interpreter};
use crate::git::{Files, MemoryTree};
use crate::python::syntax::{Name, Span};
use crate::python::value::{Arguments, HOLE, Value};
use crate::python::{ImportRoots, Sources};
use crate::stack;

/// Keeps what is given to `show`, and what could not be followed.
#[derive(Default)]
struct Shown(Vec<String>);

impl Host for Shown {
    fn call(vm: &mut Interpreter<'_, Self>, call: &Call) -> Option<Value> {
        if &*call.callee.path() == "screen.show" {
            let sometimes = if vm.is_conditional() { " sometimes" } else { "" };
            let values: Vec<String> = call.arguments.positional.iter().map(described).collect();
            vm.host.0.push(values.join(", ") + sometimes);
            return Some(Value::None);
        }
        None
    }

    fn attribute(_: &mut Interpreter<'_, Self>, _: &Value, _: &Name) -> Option<Value> {
        None
    }

    fn unreadable(vm: &mut Interpreter<'_, Self>, what: &str, why: &str) {
        vm.host.0.push(format!("{what}: {why}"));
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Str(text) if text.len() > 100 => format!("{} bytes", text.len()),
        Value::Str(text) => text.replace(HOLE, "?"),
        Value::Int(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::None => "None".into(),
        Value::List(items) => {
            let items = items.borrow();
            let values: Vec<String> = items.values.iter().map(described).collect();
            format!("[{}{}]", values.join(" "), if items.open { " …" } else { "" })
        }
        Value::Tuple(values) => format!("({})", values.iter().map(described).collect::<Vec<_>>().join(" ")),
        Value::OneOf(values) => values.iter().map(described).collect::<Vec<_>>().join("|"),
        _ => "?".into(),
    }
}

/// What a program shows that has `body` in its `main()`, and whether a bound was met.
fn run(before: &str, body: &str) -> (Vec<String>, bool) {
    let text = format!("from screen import show\n{before}\n\ndef main():\n    {}\n", body.replace('\n', "\n    "));
    stack::with_room(|| {
        let tree = MemoryTree::new([("main.py", text.as_str()), ("names.py", "OLD = ['a', 'b']\nPREFIX = 'old'\n")]);
        let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default());
        let roots = ImportRoots(vec![String::new()]);
        let mut vm = Interpreter::new(&sources, &roots, Shown::default());
        let path: Arc<str> = "main.py".into();
        let main = vm.global(&path, "main").unwrap();
        vm.call(&main, Arguments::default(), &path, Span::default());
        let exhausted = vm.exhausted();
        (vm.host.0, exhausted)
    })
}

fn shown(before: &str, body: &str) -> Vec<String> {
    let (shown, exhausted) = run(before, body);
    assert!(!exhausted, "{body}");
    shown
}

#[test]
fn expressions_are_folded_as_python_would() {
    for (expression, value) in [
        ("'a' + 'b' * 3", "abbb"),
        ("f'{1 + 1}_{\"x\"!s}'", "2_x"),
        ("'%s.%s' % ('a', 'b')", "a.b"),
        ("'{0}{name}'.format('a', name='b')", "ab"),
        ("'_'.join(x for x in ['a', 'b'])", "a_b"),
        ("'users_old'.removesuffix('_old').upper()", "USERS"),
        ("'a,b'.split(',')", "[a b]"),
        ("[1, 2, 3][-1]", "3"),
        ("'abcdef'[1:4]", "bcd"),
        ("sorted({'b', 'a'})", "[a b]"),
        ("list(reversed(['a', 'b']))", "[b a]"),
        ("list(range(0, 6, 2))", "[0 2 4]"),
        ("list(zip(['a', 'b'], [1, 2]))", "[(a 1) (b 2)]"),
        ("list(enumerate(['a'], 1))", "[(1 a)]"),
        ("{'a': 'b', **{'c': 'd'}}['c']", "d"),
        ("{'a': 1}.get('b', 'none')", "none"),
        ("[x + y for x in 'ab' if x != 'a' for y in 'cd']", "[bc bd]"),
        ("'yes' if len([1]) == 1 and not [] else 'no'", "yes"),
        ("(lambda x, *rest, y='z': x + rest[0] + y)('a', 'b')", "abz"),
        ("[*['a'], *('b',)]", "[a b]"),
        ("(name := 'a') + name", "aa"),
        ("1 < 2 < 3", "true"),
    ] {
        assert_eq!(shown("", &format!("show({expression})")), [value], "{expression}");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let head = "import os\nNAME = os.environ['NAME']";
    assert_eq!(shown(head, "show(NAME)"), ["?"]);
    assert_eq!(shown(head, "show(f'old_{NAME}')"), ["old_?"]);
    assert_eq!(shown(head, "show('a' if NAME else 'b')"), ["a|b"]);
    assert_eq!(shown(head, "show({'a': 'x', 'b': 'y'}[NAME])"), ["y|x"]);
    assert_eq!(shown(head, "names = ['a']\nnames.append(NAME)\nshow(names)"), ["[a ?]"]);
    assert_eq!(shown("", "show(undefined)"), ["?"]);
}

#[test]
fn ways_that_are_taken_are_told_from_those_that_may_be() {
    let head = "import os\nMODE = os.environ['MODE']";
    assert_eq!(shown(head, "if MODE:\n    show(1)\nelse:\n    show(2)\nshow(3)"), ["1 sometimes", "2 sometimes", "3"]);
    assert_eq!(shown(head, "if MODE:\n    return\nshow(1)"), ["1 sometimes"]);
    assert_eq!(shown("", "if False:\n    show(1)\nelif 1 == 1:\n    show(2)\nelse:\n    show(3)"), ["2"]);
    assert_eq!(
        shown("", "try:\n    show(1)\nexcept ValueError:\n    show(2)\nfinally:\n    show(3)"),
        ["1", "2 sometimes", "3"]
    );
    assert_eq!(shown("", "raise ValueError\nshow(1)"), [""; 0]);
    assert_eq!(shown("", "match 'b':\n    case 'a':\n        show(1)\n    case 'b' | 'c':\n        show(2)"), ["2"]);
}

#[test]
fn loops_over_what_is_known_are_unrolled() {
    assert_eq!(shown("", "for a, (b, c) in [(1, (2, 3))]:\n    show(a, b, c)"), ["1, 2, 3"]);
    assert_eq!(
        shown("", "for x in 'abc':\n    if x == 'b':\n        continue\n    show(x)\nelse:\n    show('end')"),
        ["a", "c", "end"]
    );
    assert_eq!(shown("", "n = 0\nwhile n < 3:\n    show(n)\n    n += 1"), ["0", "1", "2"]);
    assert_eq!(shown("", "while True:\n    show(1)\n    break\nshow(2)"), ["1", "2"]);
    assert_eq!(shown("import os", "for x in os.listdir():\n    show(x)"), ["? sometimes"]);
}

#[test]
fn names_come_from_other_modules_and_classes() {
    assert_eq!(shown("from names import *", "show(OLD, PREFIX)"), ["[a b], old"]);
    assert_eq!(shown("import names as n", "show(n.OLD[0])"), ["a"]);
    let classes = "import enum\n\nclass Kind(str, enum.Enum):\n    OLD = 'old'\n\nclass Base:\n    table = 'users'\n    \
                   def name(self):\n        return self.prefix + self.table\n\nclass Child(Base):\n    def __init__(self, prefix):\n        \
                   self.prefix = prefix\n";
    assert_eq!(shown(classes, "show(Kind.OLD.value, Child('x_').name())"), ["old, x_users"]);
    let closure = "def maker(prefix):\n    def make(name):\n        return prefix + name\n    return make\n";
    assert_eq!(shown(closure, "show(maker('a')('b'))"), ["ab"]);
}

#[test]
fn recursion_ends() {
    let walk = "def walk(names):\n    if names:\n        show(names[0])\n        walk(names[1:])\n";
    assert_eq!(shown(walk, "walk(['a', 'b', 'c'])"), ["a", "b", "c"]);
    // Where it goes deeper than is followed, it takes every way once more with what is not known.
    let count = "def count(n):\n    if n == 1000:\n        show('deep')\n    count(n + 1)\n";
    assert_eq!(shown(count, "count(0)"), ["deep sometimes"]);
    let both = "def ping(n):\n    pong(n + 1)\n\ndef pong(n):\n    show('pong') if n > 500 else ping(n)\n";
    assert_eq!(shown(both, "ping(0)"), ["pong sometimes"]);
    let quiet = "def merge(tree):\n    return {key: merge(value) for key, value in tree.items()}\n";
    let deep = format!("show(1)\nmerge({}{})", "{'a': ".repeat(30), "{}".to_owned() + &"}".repeat(30));
    assert_eq!(shown(quiet, &deep), ["1"]);
}

#[test]
fn work_is_bounded() {
    for body in [
        "for i in range(10 ** 12):\n    show(i) if i < 0 else None",
        "while True:\n    pass",
        "text = 'a'\nfor i in range(200):\n    text = text + text\nshow(text)",
        "items = [0]\nfor i in range(200):\n    items = items + items\nshow(items)",
        "text = 'a' * 10 ** 15\nshow(text)",
        "show([[y for y in range(19000)] for x in range(19000)])",
        "f = lambda g: g(g)\nf(f)",
    ] {
        let (shown, _) = run("", body);
        assert!(shown.len() < 20 && shown.iter().all(|line| line.len() < 200), "{body}: {} lines", shown.len());
    }
    let doubling = "def f0():\n    show(1)\n".to_owned()
        + &(1..40).map(|n| format!("\ndef f{n}():\n    f{0}()\n    f{0}()\n", n - 1)).collect::<String>();
    let (shown, _) = run(&doubling, "f39()");
    assert!(shown.iter().any(|line| line.contains("beyond migguard's bounds")));
}
