use super::*;
use crate::migration::operation::{Certainty, Column, Constraint, Index, Location, Operation};
use crate::migration::script::{Direction, Revision};
use crate::python::syntax::Span;

fn on(operation: Operation) -> MigrateOperation {
    let location = Location { path: "m.py".into(), span: Span::default() };
    MigrateOperation {
        operation,
        location,
        through: Vec::new(),
        called_at: Vec::new(),
        certainty: Certainty::Always,
        guarded: false,
    }
}

fn sometimes(operation: MigrateOperation) -> MigrateOperation {
    MigrateOperation { certainty: Certainty::Sometimes, ..operation }
}

fn guarded(operation: MigrateOperation) -> MigrateOperation {
    MigrateOperation { guarded: true, ..sometimes(operation) }
}

fn table(name: &str) -> TableName {
    crate::migration::schema_item::dotted_table_name(name)
}

fn name(name: &str) -> Name {
    if name == "?" { Name::Unknown } else { name.into() }
}

fn names(text: &str) -> Vec<Name> {
    text.split_whitespace().map(name).collect()
}

/// `id INTEGER`, `user_id INTEGER >users`, `email STRING unique index`
fn column(text: &str) -> Column {
    let mut words = text.split_whitespace();
    let mut column = Column::new(name(words.next().unwrap()));
    for word in words {
        match word {
            "index" => column.index = true,
            "unique" => column.unique = true,
            "key" => column.primary_key = true,
            word if word.starts_with('>') => column.references.push(table(&word[1..])),
            word => column.type_ = Type::Known(word.into()),
        }
    }
    column
}

fn create(named: &str, columns: &str) -> MigrateOperation {
    on(Operation::CreateTable {
        table: table(named),
        columns: columns.split(';').map(column).collect(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        if_not_exists: false,
        temporary: false,
        raw: false,
        columns_known: true,
    })
}

fn drop(named: &str) -> MigrateOperation {
    on(Operation::DropTable { table: TableName { name: name(named), ..table(named) }, cascade: false })
}

fn rename(from: &str, to: &str) -> MigrateOperation {
    on(Operation::RenameTable { from: table(from), to: table(to) })
}

fn copy(from: &str, to: &str) -> MigrateOperation {
    on(Operation::CopyRows { from: table(from), to: table(to) })
}

fn add(named: &str, text: &str) -> MigrateOperation {
    on(Operation::AddColumn { table: table(named), column: column(text) })
}

fn drop_column(named: &str, column: &str) -> MigrateOperation {
    on(Operation::DropColumn { table: table(named), column: name(column), cascade: false })
}

fn alter(named: &str, column: &str, new_name: Option<&str>, type_: Option<&str>) -> MigrateOperation {
    let type_ = type_.map(|text| Type::Known(text.into()));
    let new_name = new_name.map(name);
    on(Operation::AlterColumn {
        table: table(named),
        column: name(column),
        new_name,
        type_,
        existing_type: None,
        nullable: None,
    })
}

fn copy_column(named: &str, from: &str, to: &str) -> MigrateOperation {
    on(Operation::CopyColumn { table: table(named), to: name(to), from: names(from) })
}

fn index(named: &str, on_table: &str, columns: &str) -> MigrateOperation {
    let index = Index { name: Some(name(named)), unique: false, columns: Some(names(columns)) };
    on(Operation::CreateIndex { table: Some(table(on_table)), index, if_not_exists: false })
}

fn drop_index(named: &str, on_table: Option<&str>) -> MigrateOperation {
    on(Operation::DropIndex { name: name(named), table: on_table.map(table) })
}

fn constraint(
    kind: ConstraintKind,
    named: Option<&str>,
    on_table: &str,
    columns: &str,
    to: Option<&str>,
) -> MigrateOperation {
    let constraint =
        Constraint { name: named.map(name), kind, columns: Some(names(columns)), refers_to: to.map(table) };
    on(Operation::CreateConstraint { table: table(on_table), constraint })
}

fn drop_constraint(named: &str, on_table: &str, kind: ConstraintKind) -> MigrateOperation {
    on(Operation::DropConstraint { table: Some(table(on_table)), name: name(named), kind: Some(kind) })
}

fn object(kind: ObjectKind, named: &str) -> MigrateOperation {
    on(Operation::CreateObject { kind, name: table(named), if_not_exists: false })
}

fn drop_object(kind: ObjectKind, named: &str) -> MigrateOperation {
    on(Operation::DropObject { kind, name: table(named), cascade: false })
}

fn delete(named: &str) -> MigrateOperation {
    on(Operation::DeleteRows { table: table(named), how: Deletion::Delete, cascade: false })
}

fn direction(operations: Vec<MigrateOperation>) -> Direction {
    Direction { span: Span::default(), is_empty: operations.is_empty(), operations, raises: false, reflects: false }
}

/// Revisions `r0`, `r1`, … one after the other, each with what it does and how it undoes that.
fn replay_both(revisions: Vec<(Vec<MigrateOperation>, Vec<MigrateOperation>)>) -> History {
    let scripts: Vec<Arc<Script>> = revisions
        .into_iter()
        .enumerate()
        .map(|(at, (upgrade, downgrade))| {
            let revision = Revision {
                id: format!("r{at}").into(),
                id_span: Span::default(),
                down_revision: at.checked_sub(1).map(|at| format!("r{at}").into()).into_iter().collect(),
                down_revision_span: Span::default(),
                depends_on_span: Span::default(),
                depends_on: Vec::new(),
                branch_labels: Vec::new(),
                is_unknown: false,
                doc: None,
            };
            let (upgrade, downgrade) = (Some(direction(upgrade)), Some(direction(downgrade)));
            Arc::new(Script::new(format!("{at:05}.py").into(), revision, upgrade, downgrade))
        })
        .collect();
    let history = Replay::default().history(&RevisionMap::new(&scripts), &|_, _| None);
    if scripts.len() < 10 {
        // Whatever was replayed before: the chain up to some revision, which is gone on from, or all of it but one.
        let mut others: Vec<_> = (0..scripts.len()).map(|end| scripts[..end].to_vec()).collect();
        others.extend((0..scripts.len()).map(|out| [&scripts[..out], &scripts[out + 1..]].concat()));
        for other in others {
            let mut replay = Replay::default();
            replay.history(&RevisionMap::new(&other), &|_, _| None);
            let again = replay.history(&RevisionMap::new(&scripts), &|_, _| None);
            assert_eq!(format!("{again:?}"), format!("{history:?}"), "after {} revisions", other.len());
        }
    }
    history
}

fn replay(revisions: Vec<Vec<MigrateOperation>>) -> History {
    replay_both(revisions.into_iter().map(|upgrade| (upgrade, Vec::new())).collect())
}

/// What is destroyed, by revision.
fn losses(history: &History) -> Vec<String> {
    history
        .effects
        .iter()
        .map(|effect| {
            let what = match &effect.kind {
                EffectKind::DroppedTable { table } => format!("table {table}"),
                EffectKind::DroppedColumn { table, column, .. } => format!("column {table}.{column}"),
                EffectKind::DroppedIndex { name, .. } => format!("index {name}"),
                EffectKind::DroppedConstraint { name, .. } => format!("constraint {name}"),
                EffectKind::DroppedObject { kind, name } => format!("{} {name}", kind.as_str()),
                EffectKind::DeletedRows { table, .. } => format!("rows {table}"),
                EffectKind::NarrowedColumn { table, column, .. } => format!("type {table}.{column}"),
                EffectKind::Unreadable { what, .. } => format!("unreadable {what}"),
            };
            format!("{} {what}", effect.revision)
        })
        .collect()
}

/// `users(id email)` of each table.
fn tables(history: &History) -> Vec<String> {
    let columns = |table: &crate::migration::schema::Table| {
        table.columns.iter().map(|column| column.column.name.to_string()).collect::<Vec<_>>().join(" ")
    };
    history.schema.tables.iter().map(|(name, table)| format!("{name}({})", columns(table))).collect()
}

fn origin(origin: Option<&Origin>) -> &str {
    origin.map_or("", |origin| &origin.revision)
}

#[test]
fn a_dropped_table_is_told_with_all_that_hangs_on_it() {
    let history = replay_both(vec![
        (
            vec![
                create("users", "id INTEGER key; email STRING(50)"),
                create("orders", "id INTEGER; user_id INTEGER >users"),
            ],
            vec![],
        ),
        (vec![rename("users", "accounts"), add("accounts", "age INTEGER")], vec![]),
        (vec![drop("accounts")], vec![create("accounts", "id INTEGER")]),
    ]);
    assert_eq!(losses(&history), ["r2 table accounts"]);
    assert_eq!(tables(&history), ["orders(id user_id)"]);
    let effect = &history.effects[0];
    assert_eq!(origin(effect.origin.as_ref()), "r0");
    assert_eq!(effect.columns, names("id email age"));
    assert_eq!(effect.referred_by, [table("orders")]);
    assert_eq!(effect.restored_by_downgrade, Some(true));
    assert!(!history.lacks_baseline && !history.has_unreadable);
}

#[test]
fn what_an_upgrade_makes_and_drops_again_is_silent() {
    let history = replay(vec![
        vec![create("users", "id INTEGER")],
        vec![
            create("tmp", "id INTEGER"),
            index("ix", "tmp", "id"),
            delete("tmp"),
            drop_index("ix", Some("tmp")),
            drop_column("tmp", "id"),
            drop("tmp"),
            add("users", "x INTEGER"),
            drop_column("users", "x"),
            index("iy", "users", "id"),
            drop_index("iy", None),
            object(ObjectKind::Type, "mood"),
            drop_object(ObjectKind::Type, "mood"),
        ],
    ]);
    assert!(losses(&history).is_empty(), "{:?}", losses(&history));
    assert_eq!(tables(&history), ["users(id)"]);
}

#[test]
fn a_table_moved_with_its_rows_is_rebuilt() {
    let base = || vec![create("t", "id INTEGER; name TEXT; old TEXT")];
    for rebuild in [
        vec![create("_t", "id INTEGER; name TEXT"), copy("t", "_t"), drop("t"), rename("_t", "t")],
        vec![rename("t", "t_old"), create("t", "id INTEGER; name TEXT"), copy("t_old", "t"), drop("t_old")],
        vec![
            create("b", "id INTEGER; name TEXT"),
            copy("t", "b"),
            drop("t"),
            create("t", "id INTEGER; name TEXT"),
            copy("b", "t"),
            drop("b"),
        ],
    ] {
        let history = replay(vec![base(), rebuild]);
        assert_eq!(losses(&history), ["r1 column t.old"]);
        assert_eq!(tables(&history), ["t(id name)"]);
        assert_eq!(origin(history.schema.tables[&table("t")].origin.as_ref()), "r0");
    }
    let emptied = replay(vec![base(), vec![drop("t"), create("t", "id INTEGER; name TEXT; old TEXT")]]);
    assert_eq!(losses(&emptied), ["r1 table t"]);
    let moved = replay(vec![base(), vec![create("u", "id INTEGER"), copy("t", "u"), drop("t")]]);
    assert_eq!(losses(&moved), ["r1 table t"]);
}

#[test]
fn a_column_rebuilt_with_its_values_is_no_loss() {
    let base = || vec![create("t", "id INTEGER; c TEXT")];
    for rebuild in [
        vec![
            add("t", "n INTEGER"),
            copy_column("t", "c", "n"),
            drop_column("t", "c"),
            alter("t", "n", Some("c"), None),
        ],
        vec![
            alter("t", "c", Some("c_old"), None),
            add("t", "c INTEGER"),
            copy_column("t", "c_old", "c"),
            drop_column("t", "c_old"),
        ],
    ] {
        let history = replay(vec![base(), rebuild]);
        assert!(losses(&history).is_empty(), "{:?}", losses(&history));
        assert_eq!(tables(&history), ["t(id c)"]);
    }
    let each_database = vec![
        sometimes(add("t", "n INTEGER")),
        sometimes(copy_column("t", "c", "n")),
        sometimes(drop_column("t", "c")),
        sometimes(alter("t", "n", Some("c"), None)),
        sometimes(alter("t", "c", Some("c_old"), None)),
        sometimes(add("t", "c INTEGER")),
        sometimes(copy_column("t", "c_old", "c")),
        sometimes(drop_column("t", "c_old")),
    ];
    assert_eq!(losses(&replay(vec![base(), each_database])), [""; 0]);
    let emptied = replay(vec![base(), vec![drop_column("t", "c"), add("t", "c INTEGER")]]);
    assert_eq!(losses(&emptied), ["r1 column t.c"]);
    assert_eq!(emptied.effects[0].made_again_in.as_deref(), Some("r1"));
}

#[test]
fn a_dropped_column_may_be_renamed() {
    let new_names = |base: &str, upgrade: Vec<MigrateOperation>| -> Vec<Vec<Name>> {
        let history = replay(vec![vec![create("t", base)], upgrade]);
        let added = history.effects.into_iter().filter_map(|effect| match effect.kind {
            EffectKind::DroppedColumn { added, .. } => Some(added),
            _ => None,
        });
        added.collect()
    };
    let drop = |column| drop_column("t", column);
    let alone = new_names("c TEXT", vec![drop("c"), add("t", "d STRING(9)")]);
    assert_eq!(alone, [names("d")]);
    let of_another_kind = new_names("c TEXT", vec![drop("c"), add("t", "d INTEGER")]);
    assert_eq!(of_another_kind, [names("")]);
    let by_a_word =
        new_names("nick_name TEXT", vec![drop("nick_name"), add("t", "bio TEXT"), add("t", "full_name TEXT")]);
    assert_eq!(by_a_word, [names("full_name")]);
    let two_for_one = new_names("a TEXT; b TEXT", vec![drop("a"), drop("b"), add("t", "c TEXT")]);
    assert_eq!(two_for_one, [names(""), names("")]);
    let again = new_names("c TEXT", vec![drop("c"), add("t", "c INTEGER"), add("t", "d TEXT")]);
    assert_eq!(again, [names("c")]);
}

#[test]
fn an_index_or_constraint_made_again_is_replaced() {
    use ConstraintKind::{ForeignKey, Unique};
    let base = || {
        vec![
            create("t", "id INTEGER; email STRING unique; b INTEGER; u INTEGER >users"),
            index("ix_b", "t", "b"),
            constraint(Unique, Some("uq"), "t", "b", None),
        ]
    };
    for replaced in [
        vec![drop_index("ix_b", Some("t")), index("ix_b", "t", "b id")],
        vec![index("other", "t", "b"), drop_index("ix_b", None)],
        vec![drop_constraint("uq", "t", Unique), constraint(Unique, None, "t", "b", None)],
        vec![drop_constraint("t_email_key", "t", Unique), constraint(Unique, Some("uq_email"), "t", "email", None)],
        vec![drop_constraint("fk_unknown", "t", ForeignKey), constraint(ForeignKey, None, "t", "u", Some("users"))],
        vec![drop_constraint("t_u_fkey", "t", ForeignKey), constraint(ForeignKey, None, "t", "u", Some("users"))],
        vec![
            drop_constraint("t_u_fkey", "t", ForeignKey),
            alter("t", "u", Some("owner"), None),
            constraint(ForeignKey, None, "t", "owner", Some("users")),
        ],
        vec![sometimes(drop_index("?", Some("t"))), sometimes(index("?", "t", "u"))],
        vec![sometimes(drop_index("?", Some("gone"))), sometimes(index("?", "gone", "u"))],
        vec![
            sometimes(drop_constraint("uq_x", "gone", Unique)),
            sometimes(constraint(Unique, Some("uq_x"), "gone", "b", None)),
        ],
        vec![
            sometimes(drop_constraint("pk", "t", ConstraintKind::PrimaryKey)),
            constraint(ConstraintKind::PrimaryKey, Some("t_pkey"), "t", "id", None),
        ],
        vec![
            sometimes(drop_constraint("t_ibfk_1", "t", ForeignKey)),
            sometimes(drop_constraint("fk_t_u_users", "t", ForeignKey)),
            constraint(ForeignKey, None, "t", "u", Some("users")),
        ],
    ] {
        let history = replay(vec![base(), replaced]);
        assert!(losses(&history).is_empty(), "{:?}", losses(&history));
    }
    let lost = replay(vec![
        base(),
        vec![
            drop_index("ix_b", Some("t")),
            index("ix_id", "t", "id"),
            drop_constraint("uq", "t", Unique),
            constraint(Unique, Some("uq_id"), "t", "id", None),
        ],
    ]);
    assert_eq!(losses(&lost), ["r1 index ix_b", "r1 constraint uq"]);
}

#[test]
fn what_goes_with_a_table_or_column_is_silent() {
    let history = replay(vec![
        vec![
            create("users", "id INTEGER"),
            create("t", "id INTEGER; c TEXT; u INTEGER >users"),
            index("ix_c", "t", "c"),
            index("ix_id", "t", "id"),
        ],
        vec![
            drop_index("ix_c", Some("t")),
            drop_column("t", "c"),
            drop_constraint("t_u_fkey", "t", ConstraintKind::ForeignKey),
            drop("users"),
        ],
        vec![drop_index("ix_id", Some("t")), delete("t"), drop("t")],
    ]);
    assert_eq!(losses(&history), ["r1 column t.c", "r1 table users", "r2 table t"]);
    let columns = replay(vec![vec![create("t", "id INTEGER; c TEXT")], vec![drop_column("t", "c"), drop("t")]]);
    assert_eq!(losses(&columns), ["r1 table t"]);
}

#[test]
fn views_and_types_made_again_are_silent() {
    let history = replay(vec![
        vec![object(ObjectKind::View, "v"), object(ObjectKind::Type, "mood"), object(ObjectKind::Sequence, "s")],
        vec![
            drop_object(ObjectKind::View, "v"),
            object(ObjectKind::View, "v"),
            on(Operation::RenameObject { kind: ObjectKind::Type, from: table("mood"), to: table("mood_old") }),
            object(ObjectKind::Type, "mood"),
            drop_object(ObjectKind::Type, "mood_old"),
            drop_object(ObjectKind::Sequence, "s"),
        ],
        vec![drop_object(ObjectKind::View, "v")],
    ]);
    assert_eq!(losses(&history), ["r1 sequence s", "r2 view v"]);
}

#[test]
fn branches_of_a_condition_count_once() {
    let history = replay(vec![
        vec![
            guarded(create("a", "id INTEGER")),
            sometimes(create("b", "id INTEGER")),
            sometimes(create("b", "id INTEGER; x TEXT")),
        ],
        vec![sometimes(drop("b")), sometimes(drop("b")), guarded(drop("a")), sometimes(drop_column("gone", "x"))],
    ]);
    assert_eq!(losses(&history), ["r1 table b", "r1 table a", "r1 column gone.x"]);
    assert!(tables(&history).is_empty());
    assert!(!history.lacks_baseline);
    let one = replay(vec![vec![create("a", "id INTEGER")], vec![sometimes(drop("a"))]]);
    assert_eq!(losses(&one), ["r1 table a"]);
    assert!(!one.schema.tables[&table("a")].is_certain);
    let repeated = replay(vec![vec![delete("a"), delete("a")]]);
    assert_eq!(losses(&repeated), ["r0 rows a", "r0 rows a"]);
}

#[test]
fn what_one_condition_makes_or_names_it_can_drop() {
    let history = replay(vec![
        vec![create("t", "id;value"), create("u", "id")],
        [
            alter("t", "value", Some("value_old"), None),
            add("t", "value"),
            drop_column("t", "value_old"),
            rename("u", "u_old"),
            create("u", "id"),
            drop("u_old"),
        ]
        .map(sometimes)
        .into(),
        vec![sometimes(drop("u"))],
    ]);
    assert_eq!(tables(&history), ["t(id value)", "u(id)"]);
    assert!(!history.schema.tables[&table("u")].is_certain);
}

#[test]
fn a_chain_without_its_first_tables_is_known_by_it() {
    let history = replay(vec![
        vec![add("users", "age INTEGER"), drop("receipts"), drop_index("ix", Some("users"))],
        vec![drop_column("users", "age"), alter("users", "name", None, Some("STRING(5)"))],
    ]);
    assert!(history.lacks_baseline);
    assert_eq!(losses(&history), ["r0 table receipts", "r0 index ix", "r1 column users.age"]);
    let users = &history.schema.tables[&table("users")];
    assert!(users.origin.is_none() && !users.columns_known);
    let view = replay(vec![vec![object(ObjectKind::View, "v"), index("ix", "v", "a")]]);
    assert!(!view.lacks_baseline);
}

#[test]
fn names_that_are_unknown_keep_their_drops() {
    let history = replay(vec![
        vec![create("t", "id INTEGER")],
        vec![drop("?"), drop("?"), drop_column("t", "?"), drop_index("?", Some("t"))],
    ]);
    assert_eq!(losses(&history), ["r1 table ?", "r1 table ?", "r1 column t.?", "r1 index ?"]);
    assert!(history.has_unreadable);
    assert_eq!(history.effects[0].restored_by_downgrade, Some(false));
}

#[test]
fn a_later_revision_that_makes_the_object_again_is_named() {
    let history = replay(vec![
        vec![create("t", "id INTEGER; c TEXT"), index("ix", "t", "c")],
        vec![drop_index("ix", Some("t")), drop_column("t", "c")],
        vec![drop("t")],
        vec![create("tmp", "id INTEGER; c TEXT"), rename("tmp", "t")],
        vec![create("x", "id INTEGER"), drop("x"), index("ix", "t", "c")],
    ]);
    let again: Vec<(String, &str)> = losses(&history)
        .into_iter()
        .zip(history.effects.iter().map(|effect| effect.made_again_in.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(again, [("r1 column t.c".to_owned(), "r3"), ("r2 table t".to_owned(), "r3")]);
}

#[test]
fn what_the_same_upgrade_makes_again_is_missed_by_no_model() {
    let history = replay(vec![
        vec![create("t", "id INTEGER; c TEXT"), create("u", "id INTEGER")],
        vec![drop_column("t", "c"), add("t", "c JSON"), drop("u"), create("u", "id INTEGER; d TEXT")],
        vec![create("v", "id INTEGER"), drop_column("t", "c"), drop("u")],
        vec![guarded(drop_column("elsewhere", "c")), guarded(add("elsewhere", "c JSON"))],
    ]);
    let again: Vec<(String, &str)> = losses(&history)
        .into_iter()
        .zip(history.effects.iter().map(|effect| effect.made_again_in.as_deref().unwrap_or("")))
        .collect();
    let expected = [
        ("r1 column t.c", "r1"),
        ("r1 table u", "r1"),
        ("r2 column t.c", ""),
        ("r2 table u", ""),
        ("r3 column elsewhere.c", "r3"),
    ];
    assert_eq!(again, expected.map(|(loss, by)| (loss.to_owned(), by)));
}

#[test]
fn a_guarded_index_drop_needs_an_index() {
    let history = replay(vec![
        vec![create("t", "id INTEGER; c TEXT index")],
        vec![guarded(drop_index("nothing", Some("t"))), drop_index("ix_t_c", None)],
    ]);
    assert_eq!(losses(&history), ["r1 index ix_t_c"]);
}

#[test]
fn narrowing_is_seen_by_the_replayed_type() {
    let history = replay_both(vec![
        (vec![create("t", "id BIGINTEGER; c TEXT")], vec![]),
        (vec![alter("t", "c", None, Some("STRING(50)"))], vec![alter("t", "c", None, Some("TEXT"))]),
        (vec![alter("t", "c", None, Some("STRING(80)")), alter("t", "id", None, Some("INTEGER"))], vec![]),
    ]);
    assert_eq!(losses(&history), ["r1 type t.c", "r2 type t.id"]);
    let restored: Vec<Option<bool>> = history.effects.iter().map(|effect| effect.restored_by_downgrade).collect();
    assert_eq!(restored, [Some(true), Some(false)]);
    let EffectKind::NarrowedColumn { from, .. } = &history.effects[0].kind else { panic!() };
    assert_eq!(from, &Type::Known("TEXT".into()));
}

#[test]
fn the_default_schema_may_be_named() {
    let history =
        replay(vec![vec![create("public.users", "id INTEGER")], vec![add("users", "a TEXT")], vec![drop("users")]]);
    assert_eq!(losses(&history), ["r2 table users"]);
    assert_eq!(origin(history.effects[0].origin.as_ref()), "r0");
    assert!(history.schema.tables.is_empty() && !history.lacks_baseline);
    let mut unknown = drop("users");
    unknown.operation =
        Operation::DropTable { table: TableName { schema: Some(Name::Unknown), name: name("users") }, cascade: false };
    let history = replay(vec![vec![create("users", "id INTEGER")], vec![unknown]]);
    assert!(history.schema.tables.is_empty() && !history.lacks_baseline);
}

#[test]
fn a_temporary_table_is_gone_when_the_upgrade_ends() {
    let mut temporary = create("tmp", "id INTEGER");
    if let Operation::CreateTable { temporary, .. } = &mut temporary.operation {
        *temporary = true;
    }
    let history = replay(vec![vec![temporary]]);
    assert!(tables(&history).is_empty());
}

#[test]
fn an_unreadable_downgrade_is_unknown() {
    let unreadable = || on(Operation::Unreadable { what: "the SQL".into(), why: "it is not known".into() });
    let history = replay_both(vec![
        (vec![create("t", "id INTEGER"), create("u", "id INTEGER"), unreadable()], vec![]),
        (vec![drop("t"), drop("u")], vec![create("t", "id INTEGER"), unreadable()]),
    ]);
    assert!(history.has_unreadable);
    let restored: Vec<Option<bool>> = history.effects.iter().map(|effect| effect.restored_by_downgrade).collect();
    assert_eq!(restored, [Some(false), Some(true), None]);
}

#[test]
fn long_chains_and_wide_tables_are_replayed() {
    let mut revisions =
        vec![(0..300).map(|n| create(&format!("t{n}"), "id INTEGER; c TEXT index")).collect::<Vec<_>>()];
    for n in 0..2_000 {
        revisions.push(vec![
            add(&format!("t{}", n % 300), &format!("c{n} TEXT")),
            drop_column(&format!("t{}", n % 300), &format!("c{n}")),
        ]);
    }
    revisions.push((0..300).map(|n| drop(&format!("t{n}"))).collect());
    let history = replay(revisions);
    assert_eq!(history.effects.len(), 300);
}
