use super::*;
use crate::migration::script::Revision;
use crate::python::syntax::Span;

/// Revisions as `id: down_revision … [after dependency …] [as label …]`, one a line, in the order of their files.
fn map(chain: &str) -> RevisionMap {
    let scripts: Vec<Arc<Script>> = chain
        .lines()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(at, line)| {
            let (id, rest) = line.trim().split_once(':').unwrap();
            let (rest, labels) = rest.split_once(" as ").unwrap_or((rest, ""));
            let (down, after) = rest.split_once(" after ").unwrap_or((rest, ""));
            let names = |text: &str| text.split_whitespace().map(Arc::from).collect();
            script(&format!("{at:05}.py"), id, names(down), names(after), names(labels))
        })
        .collect();
    RevisionMap::new(&scripts)
}

fn script(
    path: &str,
    id: &str,
    down_revision: Vec<Arc<str>>,
    depends_on: Vec<Arc<str>>,
    branch_labels: Vec<Arc<str>>,
) -> Arc<Script> {
    let revision = Revision {
        id: id.into(),
        id_span: Span::default(),
        down_revision,
        down_revision_span: Span::default(),
        depends_on_span: Span::default(),
        depends_on,
        branch_labels,
        is_unknown: id == "?",
        doc: None,
    };
    Arc::new(Script::new(path.into(), revision, None, None))
}

fn texts(ids: &[Arc<str>]) -> String {
    ids.join(" ")
}

fn faults(map: &RevisionMap) -> Vec<String> {
    map.faults
        .iter()
        .map(|fault| match fault {
            Fault::Missing { script, names, is_dependency } => {
                format!("{} {} {names}", script.revision.id, if *is_dependency { "depends on" } else { "follows" })
            }
            Fault::Duplicate { script, other } => {
                format!("{} in {} and {}", script.revision.id, other.path, script.path)
            }
            Fault::Cycle { scripts } => {
                let ids: Vec<&str> = scripts.iter().map(|script| &*script.revision.id).collect();
                format!("cycle {}", ids.join(" "))
            }
        })
        .collect()
}

#[test]
fn a_line_is_walked_from_its_base() {
    let map = map("c: b\na:\nb: a");
    assert_eq!(
        (texts(&map.heads), texts(&map.bases), texts(&map.upgrade_order)),
        ("c".into(), "a".into(), "a b c".into())
    );
    assert!(map.faults.is_empty());
}

/// The expected orders are those of Alembic 1.20 for the same files.
#[test]
fn branches_merges_and_dependencies_come_in_alembics_order() {
    for (chain, heads, bases, order) in [
        ("a:\nb: a\nc: a\nd: b c\n", "d", "a", "a c b d"),
        ("a:\nb: a\nc: a\n", "b c", "a", "a c b"),
        ("a1:\na2: a1\nb1: after a1\nb2: b1\n", "a2 b2", "a1 b1", "a1 b1 b2 a2"),
        ("a1:\nb1: as shared\nb2: b1\na2: a1 after shared\n", "a2 b2", "a1 b1", "b1 a1 a2 b2"),
    ] {
        let map = map(chain);
        assert_eq!(texts(&map.heads), heads, "{chain}");
        assert_eq!(texts(&map.bases), bases, "{chain}");
        assert_eq!(texts(&map.upgrade_order), order, "{chain}");
        assert!(map.faults.is_empty(), "{chain}");
    }
}

#[test]
fn faults_name_what_is_wrong() {
    let map = map("a:\nb: a\nb: a\nc: b gone after lost label\nd: c as label");
    assert_eq!(faults(&map)[..3], ["b in 00001.py and 00002.py", "c follows gone", "c depends on lost"]);
    assert_eq!(faults(&map)[3], "cycle c d");
}

#[test]
fn an_abbreviated_id_and_a_label_are_no_down_revision() {
    assert_eq!(faults(&map("abcdef: as x\nb: abc\nc: x")), ["b follows abc", "c follows x"]);
}

#[test]
fn a_cycle_is_named_once_and_left_out() {
    let map = map("a:\nx: z\ny: x\nz: y\nb: a\nc: b z\ns: s");
    assert_eq!(faults(&map), ["cycle s", "cycle x y z"]);
    assert_eq!(texts(&map.upgrade_order), "a b c");
}

#[test]
fn where_a_revision_is_unknown_nothing_is_missing() {
    let map = map("a: perhaps\n?:");
    assert!(map.faults.is_empty());
    assert!(map.bases.is_empty());
}

#[test]
fn twenty_thousand_revisions_need_no_recursion() {
    let count = 20_000;
    let line: Vec<String> = (0..count)
        .map(|n| format!("{n:05}:{}", if n == 0 { String::new() } else { format!("{:05}", n - 1) }))
        .collect();
    let straight = map(&line.join("\n"));
    assert_eq!(straight.upgrade_order.len(), count);
    assert_eq!(texts(&straight.heads), "19999");
    let circle = map(&line.join("\n").replacen("00000:", "00000:19999", 1));
    assert!(circle.upgrade_order.is_empty());
    let [Fault::Cycle { scripts }] = &circle.faults[..] else { panic!("{:?}", circle.faults.len()) };
    assert_eq!(scripts.len(), count);
    assert_eq!(&*scripts[0].revision.id, "00000");
    assert_eq!(&*scripts[1].revision.id, "00001");
    let independent: Vec<String> = (0..count).map(|n| format!("{n:05}:")).collect();
    assert_eq!(map(&independent.join("\n")).heads.len(), count);
}
