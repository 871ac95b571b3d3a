//! Syntax that nests or goes on without end.

use crate::world::{DROP, HEAD, World};

const MANY: usize = 200_000;

fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(MANY), close.repeat(MANY))
}

fn chain(first: &str, next: &str) -> String {
    format!("{first}{}", next.repeat(MANY))
}

/// Each expression stands where a migration, a model and `env.py` have it.
fn expressions(cases: &[(&str, String)]) {
    for (name, expression) in cases {
        let world = World::new();
        world.write(
            "migrations/versions/b2.py",
            format!("{HEAD}x = 1\ndef upgrade():\n    y = {expression}\n    op.execute(y)\n{DROP}"),
        );
        world.write(
            "app/more.py",
            format!("from app.models import Base\nclass More(Base):\n    __tablename__ = {expression}\n"),
        );
        world.write("migrations/env.py", format!("{}import app.more\nz = {expression}\n", crate::world::ENV));
        world.stops(name);
    }
}

fn statements(cases: &[(&str, String)]) {
    for (name, statement) in cases {
        let world = World::new();
        world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}\n{statement}\n"));
        let body: String = statement.lines().map(|line| format!("    {line}\n")).collect();
        world.write(
            "migrations/versions/c3.py",
            format!("{}def upgrade():\n{body}\n{DROP}", HEAD.replace("a1", "b2").replace("'b2'\nd", "'c3'\nd")),
        );
        world.write("app/more.py", format!("{statement}\n"));
        world.write("migrations/env.py", format!("{}import app.more\n", crate::world::ENV));
        world.stops(name);
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn brackets() {
    expressions(&[
        ("parentheses", nested("(", "1", ")")),
        ("lists", nested("[", "1", "]")),
        ("dicts", nested("{1:", "1", "}")),
        ("sets", nested("{", "1", "}")),
        ("tuples", nested("(", "1", ",)")),
        ("subscripts", nested("a[", "1", "]")),
        ("calls", nested("a(", "1", ")")),
        ("assignments", nested("(a:=", "1", ")")),
        ("yields", nested("(yield ", "1", ")")),
        ("comprehensions", nested("[", "1", " for a in b]")),
        ("f-strings", nested("f'{", "1", "}'")),
        ("format", format!("f'{{{}1{}}}'", "1:{".repeat(MANY), "}".repeat(MANY))),
        ("t-strings", nested("t'{", "1", "}'")),
        ("unclosed parentheses", "(".repeat(MANY)),
        ("unclosed brackets", "[".repeat(MANY)),
        ("unclosed braces", "{".repeat(MANY)),
        ("unclosed f-strings", "f'{".repeat(MANY)),
        ("closed parentheses", ")".repeat(MANY)),
        ("mixed", "([{".repeat(MANY)),
    ]);
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn prefixes_and_tails() {
    expressions(&[
        ("minus", chain("", "-") + "1"),
        ("inverse", chain("", "~") + "1"),
        ("not", chain("", "not ") + "1"),
        ("await", chain("", "await ") + "a"),
        ("lambda", chain("", "lambda: ") + "1"),
        ("lambda with defaults", chain("", "lambda a=") + "1"),
        ("conditional", chain("", "1 if a else ") + "1"),
        ("conditional in front", nested("(1 if ", "1", " else 2)")),
        ("starred", format!("[{}a]", "*".repeat(MANY))),
        ("attributes", chain("a", ".b")),
        ("call chain", chain("a", "()")),
        ("method chain", chain("sa.a", ".b(1)")),
        ("subscript chain", chain("a", "[0]")),
        ("slices", chain("a[", "1:") + "]"),
        ("comments", chain("(", "# x\n") + "1)"),
        ("continuations", chain("1", " + \\\n 1")),
    ]);
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn operators() {
    let operators =
        ["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^", "and", "or", "<", "==", "in", "is not"];
    for operator in operators {
        expressions(&[
            (operator, chain("1", &format!(" {operator} 1"))),
            (operator, chain("'a'", &format!(" {operator} 'a'"))),
            (operator, chain("a", &format!(" {operator} a"))),
        ]);
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn elements() {
    expressions(&[
        ("strings", chain("'a'", " 'a'")),
        ("f-strings", chain("f'{a}'", " f'{a}'")),
        ("list", format!("[{}]", chain("1", ", 1"))),
        ("tuple", chain("1", ", 1")),
        ("dict", format!("{{{}}}", chain("1: 1", ", 1: 1"))),
        ("set", format!("{{{}}}", (0..MANY).map(|n| format!("{n},")).collect::<String>())),
        ("spread dicts", format!("{{{}}}", chain("", "**a,"))),
        ("spread lists", format!("[{}]", chain("", "*a,"))),
        ("arguments", format!("sa.Table({})", chain("1", ", 1"))),
        ("keywords", format!("sa.Table({})", (0..MANY).map(|n| format!("a{n}=1,")).collect::<String>())),
        ("for clauses", format!("[1 {}]", chain("", " for a in [1]"))),
        ("if clauses", format!("[1 for a in [1] {}]", chain("", " if a"))),
        ("long name", "a".repeat(MANY)),
        ("long number", "9".repeat(MANY)),
        ("long hexadecimal", format!("0x{}", "f".repeat(MANY))),
        ("long float", format!("1e{}", "9".repeat(MANY))),
        ("power", "9**9**9**9**9".to_owned()),
        ("shift", "1 << 99999999999999999999".to_owned()),
        ("division by zero", "1 // 0 + 1 % 0 + -9223372036854775808 // -1".to_owned()),
        ("lowest number", "-(-9223372036854775807 - 1) + abs(-9223372036854775807 - 1)".to_owned()),
        ("escapes", format!("'{}'", chain("", "\\x1b\\u202e\\N{BULLET}"))),
    ]);
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn blocks() {
    let block = |head: &str| {
        let lines: String = (0..3_000).map(|depth| format!("{}{head}:\n", " ".repeat(depth))).collect();
        format!("{lines}{}pass", " ".repeat(3_000))
    };
    let heads =
        ["if a", "for a in b", "while a", "with a", "try", "def f()", "class A", "match a", "else", "async def f()"];
    for head in heads {
        statements(&[(head, block(head))]);
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn statements_in_a_row() {
    let of = |statement: &str| chain("", &format!("{statement}\n"));
    let numbered = |text: &str| (0..MANY).map(|n| text.replace('#', &n.to_string())).collect::<String>();
    statements(&[
        ("elif", format!("if a: pass\n{}", of("elif a: pass"))),
        ("except", format!("try: pass\n{}", of("except a: pass"))),
        ("decorators", format!("{}def f(): pass", of("@a"))),
        ("class decorators", format!("{}class A: pass", of("@a"))),
        ("with items", format!("with {}: pass", chain("a", ", a as b"))),
        ("cases", format!("match a:\n{}", of("  case 1: pass"))),
        ("patterns", format!("match a:\n  case {}: pass", chain("1", " | 2"))),
        ("nested patterns", format!("match a:\n  case {}: pass", nested("[", "1", "]"))),
        ("nested class patterns", format!("match a:\n  case {}: pass", nested("A(", "1", ")"))),
        ("targets", format!("{}1", chain("", "a = "))),
        ("unpacking", format!("{} = 1", chain("a", ", a"))),
        ("global", format!("global {}", chain("a", ", a"))),
        ("delete", format!("del {}", chain("a", ", a"))),
        ("import", format!("import {}", chain("a", ", a"))),
        ("from", format!("from a import {}", chain("a", ", a"))),
        ("dotted", format!("import {}", chain("a", ".a"))),
        ("relative", format!("from {} import a", ".".repeat(MANY))),
        ("parameters", format!("def f({}): pass", numbered("a#,"))),
        ("type parameters", format!("class A[{}]: pass", numbered("T#,"))),
        ("bases", format!("class A({}): pass", numbered("B#,"))),
        ("semicolons", chain("", "a = 1;")),
        ("assignments", of("a = 1")),
        ("growing", format!("a = 'x'\n{}", of("a += 'x'"))),
        ("names", numbered("a# = #\n")),
        ("functions", numbered("def f#(): pass\n")),
        ("classes", numbered("class C#: pass\n")),
        ("calls", format!("def f(): pass\n{}", of("f()"))),
        ("unterminated", "a = '''".to_owned() + &"x\n".repeat(MANY)),
        ("indentation", numbered("if a:\n\t if b:\n").clone()),
        ("nonsense", numbered("$ ? ! ` # \n")),
    ]);
}
