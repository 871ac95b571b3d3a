//! Little text that makes much: constants, loops, and files that are large themselves.

use crate::world::{DROP, HEAD, World};

/// Each bomb goes off in `upgrade()`, at the top of a module that it imports, and in a model.
fn bombs(cases: &[(&str, &str)]) {
    for (name, bomb) in cases {
        let world = World::new();
        let body: String = bomb.lines().map(|line| format!("    {line}\n")).collect();
        world.write(
            "migrations/versions/b2.py",
            format!("{HEAD}import itertools\nfrom app import bomb\ndef upgrade():\n{body}    op.execute(x)\n{DROP}    op.execute(bomb.x)\n"),
        );
        world.write("app/bomb.py", format!("import itertools\n{bomb}\n"));
        world.write(
            "app/more.py",
            format!(
                "import itertools\nfrom app.models import Base\nfrom sqlalchemy import Column\n{bomb}\n\
                 class More(Base):\n    __tablename__ = x\n    id = Column(x)\n"
            ),
        );
        world.write("migrations/env.py", format!("{}import app.more\n", crate::world::ENV));
        world.stops(name);
    }
}

#[test]
fn doubling() {
    let doubled = |first: &str, step: &str| format!("x = {first}\n{}", format!("{step}\n").repeat(200));
    let cases = [
        ("text", doubled("'x'", "x = x + x")),
        ("text in place", doubled("'x'", "x += x")),
        ("times", doubled("'x'", "x = x * 1000000")),
        ("list", doubled("[1]", "x = x + x")),
        ("list in place", doubled("[1]", "x += x")),
        ("list times", doubled("[1]", "x = x * 1000000")),
        ("list of itself", doubled("[1]", "x = [x, x]")),
        ("tuple", doubled("(1,)", "x = x + x")),
        ("tuple of itself", doubled("(1,)", "x = (x, x)")),
        ("spread", doubled("[1]", "x = [*x, *x]")),
        ("extend", doubled("[1]", "x.extend(x)")),
        ("append itself", doubled("[1]", "x.append(x)")),
        ("dict", doubled("{1: 1}", "x = {**x, len(x): x, len(x) + 1: x}")),
        ("dict of itself", doubled("{}", "x['a'] = x")),
        ("set", doubled("{1}", "x = x | {len(x), (len(x), 1)}")),
        ("f-string", doubled("'x'", "x = f'{x}{x}'")),
        ("representation", doubled("'\\''", "x = f'{x!r}{x!r}'")),
        ("percent", doubled("'x'", "x = '%s%s' % (x, x)")),
        ("format", doubled("'x'", "x = '{0}{0}'.format(x)")),
        ("join", doubled("'x'", "x = x.join([x, x, x])")),
        ("join of characters", doubled("'x'", "x = x.join(x + x)")),
        ("replace", doubled("'x'", "x = x.replace('x', 'xx')")),
        ("replace nothing", doubled("'x'", "x = x.replace('', x)")),
        ("either", doubled("'x'", "x = x + ('a' if a else 'b')")),
        ("path", doubled("__import__('pathlib').Path('a')", "x = x / x")),
        ("number", doubled("3", "x = x * x")),
        ("power", doubled("3", "x = x ** x")),
        ("shift", doubled("1", "x = x << x")),
    ];
    bombs(&cases.each_ref().map(|(name, bomb)| (*name, bomb.as_str())));
}

#[test]
fn ranges_and_formats() {
    bombs(&[
        ("range", "x = list(range(10 ** 12))"),
        ("range of ranges", "x = [[a, b] for a in range(10 ** 6) for b in range(10 ** 6)]"),
        (
            "range step",
            "x = list(range(0, 9223372036854775807, -9223372036854775807)) + list(range(-9223372036854775807, 9223372036854775807, 9223372036854775807))",
        ),
        ("range zero", "x = list(range(1, 5, 0))"),
        ("width", "x = '{:>999999999999}'.format('a')"),
        ("width in f-string", "x = f'{1:0999999999}'"),
        ("percent width", "x = '%999999999s' % 'a'"),
        ("percent star", "x = '%*s' % (999999999, 'a')"),
        ("precision", "x = '%.999999999f' % 1.5"),
        ("ljust", "x = 'a'.ljust(10 ** 12)"),
        ("center", "x = 'a'.center(10 ** 12)"),
        ("zfill", "x = 'a'.zfill(10 ** 12)"),
        ("expandtabs", "x = '\\t'.expandtabs(10 ** 12)"),
        ("times", "x = 'a' * 10 ** 12"),
        ("negative times", "x = 'a' * -10 ** 12"),
        ("list times", "x = [None] * 10 ** 12"),
        ("product", "x = [a for a in itertools.product(range(1000), repeat=1000)]"),
        ("permutations", "x = list(itertools.permutations(range(1000)))"),
        ("count", "x = [a for a in itertools.count()]"),
        ("cycle", "x = [a for a in itertools.cycle('ab')]"),
        ("repeat", "x = list(itertools.repeat('a', 10 ** 12))"),
        ("zip", "x = list(zip(range(10 ** 12), range(10 ** 12)))"),
        ("enumerate", "x = dict(enumerate(range(10 ** 12)))"),
        ("fromkeys", "x = dict.fromkeys(range(10 ** 12))"),
        ("slices", "x = 'abc'[9223372036854775807:-9223372036854775807:-1] + 'abc'[::0] + 'abc'[10 ** 30:]"),
        ("characters", "x = chr(0x110000) + chr(-1) + chr(0xd800) + 'é'[0:1] + 'éa'[1] + 'é'[-1]"),
        ("indices", "x = 'é'[5] + [1][-5] + (1,)[10 ** 30] + 'abc'[-9223372036854775808]"),
        ("format indices", "x = '{0}{99999999999999999999}{a[}{!x}{:{:{}}}'.format(1)"),
        ("percent ends", "x = '%' % 1 + '%(' % {} + '%(a)' % {} + '%9' % 1"),
        ("split", "x = ('a' * 1000000).split('a') + ('a' * 1000000).split('')"),
    ]);
}

#[test]
fn loops_and_calls() {
    let deep: String = (0..60).map(|depth| format!("{}for a{depth} in range(1000):\n", " ".repeat(depth))).collect();
    let deep = format!("x = 'a'\n{deep}{}x = x + 'b'", " ".repeat(60));
    let comprehension = format!("x = [1 {}]", "for a in range(100) ".repeat(50));
    let branches = format!("x = 'a'\n{}", "if a:\n    x = x + 'a'\nelse:\n    x = x + 'b'\n".repeat(2_000));
    let functions: String = (0..100).map(|n| format!("def f{n}(): return f{0}() + f{0}()\n", n + 1)).collect();
    bombs(&[
        ("while", "x = 'a'\nwhile True:\n    x = x + 'a'"),
        ("while with continue", "x = 'a'\nwhile True:\n    continue"),
        ("for over itself", "x = [1]\nfor a in x:\n    x.append(a)"),
        ("deep loops", &deep),
        ("deep comprehension", &comprehension),
        ("many branches", &branches),
        ("fibonacci", "def f(n):\n    return f(n - 1) + f(n - 2)\nx = f(100)"),
        ("no end", "def f():\n    return f()\nx = f()"),
        ("each other", "def f():\n    return g() + g()\ndef g():\n    return f() + f()\nx = f()"),
        ("wide calls", &format!("{functions}def f100(): return 'a'\nx = f0()")),
        ("lambdas", "f = lambda f: f(f) + f(f)\nx = f(f)"),
        ("decorated by itself", "def f(g):\n    return f(g)\n@f\n@f\ndef g(): pass\nx = g()"),
        ("classes", "class A:\n    def __init__(self):\n        self.a = A()\nx = A().a.a.a"),
        ("property", "class A:\n    @property\n    def a(self):\n        return self.a + self.a\nx = A().a"),
        ("metaclass", "class A(metaclass=A): pass\nclass B(A, B, metaclass=B): pass\nx = B"),
        ("generator", "def f():\n    yield from f()\n    yield from f()\nx = list(f())"),
        ("sorted by itself", "def f(a):\n    return sorted([a, a], key=f)\nx = f(1)"),
        ("map", "def f(a):\n    return list(map(f, [a, a]))\nx = f(1)"),
        (
            "partial",
            "import functools\nx = functools.partial(print)\nfor a in range(20000):\n    x = functools.partial(x, x)",
        ),
        ("getattr", "x = getattr(__import__('x'), 'a' * 1000000)"),
    ]);
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn large_files() {
    let size = 20 << 20;
    let filled = |unit: &str| unit.repeat(size / unit.len());
    for (name, text) in [
        ("comments", filled("# drop\n")),
        ("ignores", filled("# migguard: ignore[dropped-table] -- x\n")),
        ("one comment", format!("#{}\n", filled("x"))),
        ("one string", format!("x = '{}'\n", filled("x"))),
        ("one docstring", format!("'''{}'''\n", filled("x\n"))),
        ("blank lines", filled("\n")),
        ("spaces", format!("{}\n", filled(" "))),
        ("statements", filled("x = 1\n")),
        ("one tuple", format!("x = ({})\n", filled("1, "))),
        ("strings", format!("x = [{}]\n", filled("'aaaa', "))),
    ] {
        let world = World::new();
        world.write("migrations/versions/b2.py", format!("{HEAD}{text}def upgrade():\n{DROP}"));
        world.stops(name);
        let world = World::new();
        world.write("migrations/versions/b2.py", format!("{HEAD}def upgrade():\n{DROP}"));
        world.write(
            "app/more.py",
            format!("from app.models import Base\n{text}class More(Base):\n    __tablename__ = 'more'\n"),
        );
        world.write("migrations/env.py", format!("{}import app.more\n", crate::world::ENV));
        world.stops(name);
    }
}

#[test]
#[ignore = "takes minutes: `cargo test --release --test hostile -- --ignored`"]
fn many_large_files() {
    let size = 19 << 20;
    for (name, text) in [("one string", format!("x = '{}'\n", "x".repeat(size))), ("names", "x = y\n".repeat(300_000))]
    {
        // Each migration is let go before the next; models are worked with together.
        let world = World::new();
        let mut env = crate::world::ENV.to_owned();
        for number in 0..16 {
            let parent = if number == 0 { "b2".to_owned() } else { format!("c{}", number - 1) };
            let head = format!("revision = 'c{number}'\ndown_revision = '{parent}'\n");
            world.write(&format!("migrations/versions/c{number}.py"), format!("{head}{text}def upgrade():\n{DROP}"));
            let model = format!("class M{number}(Base):\n    __tablename__ = 'm{number}'\n");
            world.write(&format!("app/m{number}.py"), format!("from app.models import Base\n{text}{model}"));
            env.push_str(&format!("import app.m{number}\n"));
        }
        world.write("migrations/env.py", env);
        world.stops(name);
    }
}

#[test]
fn files_beyond_any_bound() {
    let world = World::new();
    world.write("migrations/versions/b2.py", format!("{HEAD}#{}\ndef upgrade():\n{DROP}", "x".repeat(40 << 20)));
    let ended = world.survives();
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stdout.contains("unparsable-file"), "{}", ended.stdout);
}
