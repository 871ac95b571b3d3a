//! What `env.py` gives to Alembic.

use super::{read, verdicts};
use crate::model::{Filter, Target};

const TWO: [(&str, &str); 2] = [
    (
        "app/one.py",
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\nclass A(Base):\n    __tablename__ = 'a'\n",
    ),
    (
        "app/two.py",
        "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\nclass B(Base):\n    __tablename__ = 'b'\n",
    ),
];

fn with(env: &str) -> (Target, Vec<String>) {
    let metadata = read(&[("alembic/env.py", env), TWO[0], TWO[1]]);
    let verdicts = verdicts(&metadata);
    (metadata.target, verdicts)
}

#[test]
fn only_the_models_of_its_own_metadata() {
    let (target, models) = with("from app import one, two\ntarget_metadata = one.Base.metadata\n");
    assert_eq!((target, models), (Target::Known, vec!["+ app.one.A a".to_owned()]));
}

#[test]
fn lists_merges_and_functions() {
    let both = vec!["+ app.one.A a".to_owned(), "+ app.two.B b".to_owned()];
    for env in [
        "from app import one, two\ntarget_metadata = [one.Base.metadata, two.Base.metadata]\n",
        "from app import one, two\ntarget_metadata = {'one': one.Base.metadata, 'two': two.Base.metadata}\n",
        "from app import one, two\nimport os\ntarget_metadata = one.Base.metadata\nif os.environ.get('X'):\n    target_metadata = two.Base.metadata\n",
        "from app import one, two\nfrom alembic import context\nfrom sqlalchemy import MetaData\n\
         def merge(*all):\n    merged = MetaData()\n    for metadata in all:\n        for table in metadata.tables.values():\n            \
         table.to_metadata(merged)\n    return merged\n\
         target_metadata = merge(one.Base.metadata, two.Base.metadata)\n",
        "from app import one, two\ntarget_metadata = one.Base.metadata\n\
         for table in two.Base.metadata.sorted_tables:\n    target_metadata._add_table(table.name, table.schema, table)\n",
        "from alembic import context\n\
         def get():\n    from app import one, two\n    return [one.Base.metadata, two.Base.metadata]\n\
         def online():\n    context.configure(connection=None, target_metadata=get())\nonline()\n",
    ] {
        assert_eq!(with(env), (Target::Known, both.clone()), "{env}");
    }
}

#[test]
fn a_class_without_tables_adds_nothing_to_a_list() {
    let storage = "class Storage: pass\n";
    let (target, models) =
        with(&format!("from app import one, two\n{storage}target_metadata = [one.Base.metadata, Storage]\n"));
    assert_eq!((target, models), (Target::Known, vec!["+ app.one.A a".to_owned()]));
    let (target, _) = with(&format!("{storage}target_metadata = [Storage]\n"));
    assert!(matches!(target, Target::Unknown(_)), "{target:?}");
}

#[test]
fn a_class_whose_base_is_elsewhere_is_said_and_not_judged() {
    let metadata = read(&[
        ("alembic/env.py", "from app import one, plugin\ntarget_metadata = one.Base.metadata\n"),
        TWO[0],
        (
            "app/plugin.py",
            "from elsewhere import Model\nclass P(Model):\n    __tablename__ = 'p'\nclass Q(Model):\n    size = 1\n",
        ),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.one.A a", "? app.plugin.P p"]);
}

#[test]
fn none_is_said_and_what_cannot_be_known_too() {
    assert_eq!(with("target_metadata = None\n").0, Target::None);
    assert_eq!(with("x = 1\n").0, Target::None);
    let (target, models) = with("from somewhere import make\ntarget_metadata = make()\n");
    assert!(matches!(target, Target::Unknown(_)), "{target:?}");
    assert_eq!(models, ["? app.one.A a", "? app.two.B b"]);
    // Its base is not in the repository.
    let (target, _) = with("from missing.models import Base\ntarget_metadata = Base.metadata\n");
    assert!(matches!(target, Target::Unknown(_)), "{target:?}");
}

#[test]
fn filters_are_read() {
    let env = "from alembic import context\nfrom app.one import Base\nSKIP = {'spatial_ref_sys'}\n\
               def include_object(obj, name, type_, reflected, compare_to):\n    \
               if type_ == 'table' and (name in SKIP or name.startswith('celery_')):\n        return False\n    return True\n\
               context.configure(target_metadata=Base.metadata, include_object=include_object, include_schemas=True)\n";
    let excluded = read(&[("alembic/env.py", env), TWO[0]]).excluded;
    assert!(
        excluded.tables.contains("spatial_ref_sys") && excluded.filter == Filter::ByName && excluded.include_schemas
    );
    assert_eq!(excluded.prefixes, ["celery_".into()]);
    // What depends on a program's state says nothing of the one table that it names.
    let asks = env.replace("celery_')):", "celery_')) or name == 'activity' and not loaded('activity'):");
    let excluded = read(&[("alembic/env.py", &asks), TWO[0]]).excluded;
    assert!(excluded.tables.contains("activity") && excluded.filter == Filter::ByName);
    let by_name = env.replace("object(obj, name, type_, reflected, compare_to)", "name(name, type_, parents)");
    let by_name = by_name.replace("include_object=include_object", "include_name=include_name").replace(
        "    return True",
        "    if type_ == 'column':\n        return (parents['table_name'], name) not in GONE and name != 'old'\n    return True",
    );
    let by_name = by_name.replace("SKIP = ", "GONE = {('users', 'age'), ('teams', 'motto')}\nSKIP = ");
    let excluded = read(&[("alembic/env.py", &by_name), TWO[0]]).excluded;
    assert!(excluded.tables.contains("spatial_ref_sys") && !excluded.may_refuse_columns);
    let columns: Vec<_> = excluded.columns.iter().map(|(table, name)| (table.as_deref(), &**name)).collect();
    assert_eq!(columns, [(None, "old"), (Some("teams"), "motto"), (Some("users"), "age")]);
    let env = env.replace("return True", "return obj.info.get('mine')");
    assert_eq!(read(&[("alembic/env.py", &env), TWO[0]]).excluded.filter, Filter::Unknown);
}

/// The filter of Alembic's own documentation, and the same of objects.
#[test]
fn a_filter_that_refuses_what_no_model_maps_is_read() {
    let env = "from alembic import context\nfrom app.one import Base\ntarget_metadata = Base.metadata\n\
               def include_name(name, type_, parents):\n    if type_ == 'table':\n        \
               if name == 'alembic_version':\n            return True\n        schema = parents.get('schema_name')\n        qualified = f'{schema}.{name}' if schema else name\n        \
               return qualified in target_metadata.tables\n    return True\n\
               options = {'target_metadata': target_metadata, 'include_name': include_name}\n\
               if context.get_x_argument():\n    options['batch'] = None\n\
               context.configure(**options)\n";
    let excluded = |env: &str| read(&[("alembic/env.py", env), TWO[0]]).excluded;
    let refuses = |env: &str| {
        let excluded = excluded(env);
        assert!(
            excluded.tables.is_empty() && !excluded.may_refuse_columns || excluded.filter == Filter::Unknown,
            "{excluded:?}"
        );
        excluded.filter
    };
    assert_eq!(refuses(env), Filter::Unmapped);
    let qualified = env.replace("qualified in", "parents['schema_qualified_table_name'] in");
    assert_eq!(refuses(&qualified), Filter::Unmapped);
    let renamed = env.replace("'alembic_version'", "'versions'");
    assert_eq!(refuses(&renamed), Filter::Unknown);
    assert_eq!(refuses(&renamed.replace("options = {", "options = {'version_table': 'versions', ")), Filter::Unmapped);
    // What is in another metadata, and what else is let through, may be dropped.
    let another = env.replace("in target_metadata.tables", "in other.metadata.tables");
    assert_eq!(refuses(&another), Filter::Unknown);
    for others in ["name == 'old'", "name in ('old', 'older')", "name.startswith('old_')", "name.endswith('_old')"] {
        let others = env.replace("target_metadata.tables", &format!("target_metadata.tables or {others}"));
        assert_eq!(refuses(&others), Filter::Unknown, "{others}");
    }
    let object =
        env.replace("include_name(name, type_, parents)", "include_object(obj, name, type_, reflected, other)");
    let object = object.replace("'include_name': include_name", "'include_object': include_object");
    let [compared, skipped] = ["reflected and other is None", "other is None"].map(|test| {
        let (before, after) = object.split_once("        if name").unwrap();
        let after = after.split_once("tables\n").unwrap().1;
        format!("{before}        return not ({test})\n{after}")
    });
    assert_eq!(refuses(&compared), Filter::Unmapped);
    assert_eq!(refuses(&skipped), Filter::Unknown);
}
