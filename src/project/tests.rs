use super::*;
use crate::git::{Files, MemoryTree, Mode};

const CHECKS: [&str; 3] = ["dropped-table", "edited-migration", "unmapped-table"];
const ENV: &str = "from alembic import context\n";

fn sources(files: &[(&str, &str)]) -> Sources {
    let tree = MemoryTree::new(files.iter().copied());
    Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default())
}

fn project(files: &[(&str, &str)]) -> Project {
    let sources = sources(files);
    let settings = settings(&sources, &CHECKS).unwrap();
    discover(&sources, settings)
}

/// `script_location: versions, versions` of each environment.
fn shown(project: &Project) -> Vec<String> {
    project
        .environments
        .iter()
        .map(|found| format!("{}: {}", found.script_location, found.versions.join(", ")))
        .collect()
}

fn error(files: &[(&str, &str)]) -> String {
    settings(&sources(files), &CHECKS).unwrap_err().to_string()
}

#[test]
fn ini_sections_are_environments() {
    let found = project(&[
        ("backend/alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\nprepend_sys_path = .\nname = 100%%\n"),
        ("backend/alembic/env.py", ENV),
        ("backend/alembic/versions/a.py", ""),
        ("backend/app/__init__.py", ""),
        ("other/setup.cfg", "[users]\nscript_location=%(name)s\n[DEFAULT]\nname: db\n[loggers]\nkeys = root\n"),
        ("other/db/env.py", ENV),
    ]);
    assert_eq!(shown(&found), ["backend/alembic: backend/alembic/versions", "other/db: other/db/versions"]);
    let first = &found.environments[0];
    assert_eq!(first.config.as_deref(), Some("backend/alembic.ini"));
    assert_eq!(first.env.as_deref(), Some("backend/alembic/env.py"));
    assert_eq!(first.options["name"], "100%");
    assert_eq!(first.roots.0, ["backend", ""]);
    assert_eq!(found.environments[1].section, "users");
}

#[test]
fn a_relative_location_counts_from_where_alembic_is_run() {
    let found = project(&[
        ("config/alembic.ini", "[alembic]\nscript_location = db/migrations\n"),
        ("db/migrations/env.py", ENV),
        ("src/app/alembic.ini", "[alembic]\nscript_location = app:migrations\n"),
        ("src/app/__init__.py", ""),
        ("src/app/migrations/env.py", ENV),
    ]);
    assert_eq!(
        shown(&found),
        ["db/migrations: db/migrations/versions", "src/app/migrations: src/app/migrations/versions"]
    );
}

#[test]
fn version_locations_split_as_alembic_splits_them() {
    for (options, expected) in [
        ("version_locations = %(here)s/a b", "m: a, b"),
        ("version_locations = a, b", "m: a, b"),
        ("version_locations = a:b\nversion_path_separator = os", "m: a, b"),
        ("version_locations = a:b\npath_separator = :", "m: a, b"),
        ("version_locations = a;b\npath_separator = ;", "m: a, b"),
        ("version_locations = a b\nversion_path_separator = space", "m: a, b"),
        ("version_locations =\n    a\n    b\npath_separator = newline", "m: a, b"),
        ("version_locations = pkg:sub\npath_separator = newline", "m: pkg/sub"),
    ] {
        let ini = format!("[alembic]\nscript_location = m\n{options}\n");
        let files = [
            ("alembic.ini", ini.as_str()),
            ("m/env.py", ENV),
            ("a/1.py", ""),
            ("b/2.py", ""),
            ("pkg/__init__.py", ""),
            ("pkg/sub/3.py", ""),
        ];
        assert_eq!(shown(&project(&files)), [expected], "{options}");
    }
    let wrong = project(&[
        ("alembic.ini", "[alembic]\nscript_location = m\nversion_locations = a\npath_separator = tab\n"),
        ("m/env.py", "pass"),
        ("a/1.py", ""),
    ]);
    assert_eq!(wrong.skipped[0].why, "`tab` is no path separator that Alembic knows");
}

#[test]
fn pyproject_describes_an_environment() {
    let found = project(&[
        (
            "service/pyproject.toml",
            "[tool.alembic]\nscript_location = '%(here)s/db'\nversion_locations = ['%(here)s/db/x', '%(here)s/y']\nrecursive_version_locations = true\n",
        ),
        ("service/alembic.ini", "[alembic]\nsqlalchemy.url = sqlite://\n"),
        ("service/db/env.py", ENV),
        ("service/db/x/1.py", ""),
        ("service/y/2.py", ""),
    ]);
    assert_eq!(shown(&found), ["service/db: service/db/x, service/y"]);
    assert!(found.environments[0].recursive_version_locations);
    assert_eq!(found.environments[0].options["sqlalchemy.url"], "sqlite://");
}

#[test]
fn the_same_environment_comes_once_and_a_second_section_stays() {
    let found = project(&[
        (
            "alembic.ini",
            "[alembic]\nscript_location = m\n[production]\nscript_location = m\n[other]\nscript_location = m\nversion_locations = v\n",
        ),
        ("docker/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("m/env.py", ENV),
        ("v/1.py", ""),
    ]);
    assert_eq!(shown(&found), ["m: m/versions", "m: v"]);
    assert_eq!(found.environments[0].section, "alembic");
}

#[test]
fn what_cannot_be_resolved_is_skipped_and_the_search_takes_over() {
    let found = project(&[
        ("alembic.ini", "[alembic]\nscript_location = {{ location }}\n[b]\nscript_location = %(gone)s/x\n"),
        ("loop.ini", "[a]\nscript_location = %(x)s\nx = %(x)s%(x)s\n"),
        ("migrations/env.py", "from flask import current_app\nfrom alembic import context\n"),
        ("migrations/alembic.ini", "[alembic]\nfile_template = %%(rev)s\n[logger_x]\nlevel = INFO\n"),
        ("migrations/versions/1.py", ""),
        ("elsewhere/env.py", "import os\n"),
        ("elsewhere/versions/1.py", ""),
        ("helped/env.py", "def run():\n    from tools import migrate\n"),
        ("helped/versions/1.py", ""),
        ("tools/migrate.py", "import alembic.context\n"),
    ]);
    assert_eq!(shown(&found), ["helped: helped/versions", "migrations: migrations/versions"]);
    assert_eq!(found.environments[1].options["file_template"], "%(rev)s");
    assert_eq!(found.environments[1].config, None);
    let why: Vec<String> = found.skipped.iter().map(|s| format!("{} [{}] {}", s.config, s.section, s.why)).collect();
    assert_eq!(
        why,
        [
            "alembic.ini [alembic] its script_location `{{ location }}` is no folder with an env.py or a versions folder",
            "alembic.ini [b] its script_location cannot be read: it refers to `gone`, which is not set",
            "loop.ini [a] its script_location cannot be read: its interpolation never ends",
        ]
    );
}

#[test]
fn sys_path_changes_of_env_py_are_followed() {
    let found = project(&[
        ("deploy/alembic.ini", "[alembic]\nscript_location = alembic\n"),
        (
            "deploy/alembic/env.py",
            "import os, sys\nfrom alembic import context\nsys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))\n\
             here = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(0, os.path.join(here, '../../code'))\n\
             sys.path.insert(0, os.environ['SECRET'])\nsys.path.insert(0, '/opt')\n",
        ),
        ("deploy/lib/x.py", ""),
        ("code/app/models.py", ""),
    ]);
    assert_eq!(found.environments[0].roots.0, ["code", "deploy", "", "deploy/lib"]);
}

#[test]
fn nearer_packages_come_first() {
    let found = project(&[
        ("services/a/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("services/a/m/env.py", ENV),
        ("services/a/src/app/__init__.py", ""),
        ("services/b/app/__init__.py", ""),
        ("tools/x/__init__.py", ""),
    ]);
    assert_eq!(found.environments[0].roots.0, ["services/a", "services/a/src", "services", "", "services/b", "tools"]);
}

#[test]
fn a_configuration_inside_a_package_hides_no_module() {
    let found = project(&[
        ("app/__init__.py", ""),
        ("app/db/__init__.py", ""),
        ("app/db/logging.py", ""),
        ("app/db/alembic.ini", "[alembic]\nscript_location = m\nprepend_sys_path = .\n"),
        ("app/db/m/env.py", ENV),
    ]);
    assert_eq!(found.environments[0].roots.0, ["", "app/db"]);
}

#[test]
fn migration_files_are_those_that_alembic_lists() {
    let mut tree = MemoryTree::new([
        ("alembic.ini", "[alembic]\nscript_location = m\nversion_locations = m/versions z\n"),
        ("m/env.py", ENV),
        ("m/versions/b.py", "b"),
        ("m/versions/a.py", "a"),
        ("m/versions/__init__.py", ""),
        ("m/versions/.#a.py", ""),
        ("m/versions/readme.md", ""),
        ("m/versions/sub/c.py", "c"),
        ("z/0.py", "z"),
    ]);
    tree.insert("m/versions/linked.py", Mode::Link, b"../../z/0.py");
    tree.insert("m/versions/outside.py", Mode::Link, b"/etc/passwd");
    let sources = Sources::new(Files::new(Arc::new(tree)).unwrap(), Arc::default());
    let mut environment = discover(&sources, Settings::default()).environments.remove(0);
    let listed = |environment: &Environment| -> Vec<String> {
        migration_files(&sources.files, environment).iter().map(std::string::ToString::to_string).collect()
    };
    assert_eq!(listed(&environment), ["m/versions/a.py", "m/versions/b.py", "z/0.py", "m/versions/outside.py"]);
    environment.recursive_version_locations = true;
    assert!(listed(&environment).contains(&"m/versions/sub/c.py".to_owned()));
}

#[test]
fn settings_are_read_from_either_file() {
    let text = "[levels]\ndropped-table = 'deny'\n\n[accepted]\n\"edited-migration:d17f77c24fbb\" = \"squashed into 01944f3c6224\"\n";
    let settings = project(&[("migguard.toml", text)]).settings;
    assert_eq!(settings.path.as_deref(), Some("migguard.toml"));
    assert_eq!(settings.levels["dropped-table"], Level::Deny);
    let accepted = &settings.accepted[0];
    assert_eq!((&*accepted.check, &*accepted.subject, accepted.line), ("edited-migration", "d17f77c24fbb", 5));
    assert_eq!(accepted.reason, "squashed into 01944f3c6224");
    let text = "[tool.migguard]\nmodels = ['app/models']\nforeign-tables = ['celery_*']\nreleased = 'origin/main'\n[tool.ruff]\nx = 1\n";
    let settings = project(&[("pyproject.toml", text)]).settings;
    assert_eq!((settings.models, settings.released), (vec!["app/models".to_owned()], Some("origin/main".to_owned())));
    assert_eq!(settings.foreign_tables, ["celery_*"]);
    assert_eq!(project(&[("pyproject.toml", "[project]\nname = 'x'\n")]).settings, Settings::default());
}

#[test]
fn named_environments_replace_the_search() {
    let files = [
        ("migguard.toml", "environments = ['b', 'c/alembic.ini']\n"),
        ("a/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("a/m/env.py", ENV),
        ("b/env.py", ENV),
        ("c/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("c/m/env.py", ENV),
    ];
    assert_eq!(shown(&project(&files)), ["b: b/versions", "c/m: c/m/versions"]);
}

#[test]
fn wrong_settings_name_file_line_and_key() {
    for (text, message) in [
        ("levls = {}\n", "`migguard.toml`, line 1: unknown key `levls`; did you mean `levels`?"),
        ("\nmodels = 'app'\n", "`migguard.toml`, line 2: `models` must be a list of texts, not string"),
        (
            "[levels]\ndroped-table = 'deny'\n",
            "`migguard.toml`, line 2: unknown check `droped-table`; did you mean `dropped-table`?",
        ),
        ("[levels]\ndropped-table = 'denny'\n", "`migguard.toml`, line 2: unknown level `denny`; did you mean `deny`?"),
        (
            "[accepted]\n'edited-migration:x' = ' '\n",
            "`migguard.toml`, line 2: the accepted entry `edited-migration:x` gives no reason; say why",
        ),
        (
            "environments = ['nowhere']\n",
            "`migguard.toml`, line 1: `environments` names `nowhere`, which is neither a configuration file nor a folder with an env.py; correct the path",
        ),
    ] {
        assert_eq!(error(&[("migguard.toml", text)]), message);
    }
    assert!(error(&[("migguard.toml", "a = \n")]).starts_with("`migguard.toml`, line 1: it is no valid TOML: "));
    assert_eq!(
        error(&[("migguard.toml", ""), ("pyproject.toml", "[tool.migguard]\n")]),
        "migguard's settings stand in both `migguard.toml` and `pyproject.toml`; keep them in one of the two"
    );
}

#[test]
fn sub_folders_that_continue_the_chain_hold_revisions() {
    let files = [
        ("alembic.ini", "[alembic]\nscript_location = m\n"),
        ("m/env.py", ENV),
        ("m/versions/b.py", "revision = 'b'\ndown_revision = 'a'\n"),
        ("m/versions/older/a.py", "revision = 'a'\ndown_revision = None\n"),
        ("m/versions/2025/expand/c.py", "revision = 'c'\ndown_revision = ('b',)\n"),
        ("m/versions/2026/d.py", "revision = 'd'\ndown_revision = None\ndepends_on = ['c']\n"),
        ("m/versions/archive/z.py", "revision = 'z'\ndown_revision = 'y'\n"),
        ("m/versions/squashed/b.py", "revision = 'b'\ndown_revision = 'a'\n"),
        ("m/versions/data/fill.py", "ROWS = 'a'\n"),
    ];
    let expected = "m: m/versions, m/versions/2025/expand, m/versions/2026, m/versions/older";
    assert_eq!(shown(&project(&files)), [expected]);
    let recursive = "[alembic]\nscript_location = m\nrecursive_version_locations = true\n";
    let files: Vec<_> = std::iter::once(("alembic.ini", recursive)).chain(files.into_iter().skip(1)).collect();
    assert_eq!(shown(&project(&files)), ["m: m/versions"]);
}

#[test]
fn an_env_file_is_looked_for_beside_a_configuration_without_revisions() {
    let found = project(&[
        ("common/alembic.ini", "[alembic]\nscript_location = runner\n"),
        ("common/runner/env.py", ENV),
        ("rating/alembic/env.py", "from common.runner import env\n"),
        ("rating/alembic/versions/a.py", "revision = 'a'\n"),
    ]);
    assert_eq!(shown(&found), ["common/runner: common/runner/versions", "rating/alembic: rating/alembic/versions"]);
}

#[test]
fn sub_folders_that_repeat_ids_are_chains_of_their_own() {
    let files = [
        ("alembic.ini", "[alembic]\nscript_location = m\n"),
        ("m/env.py", ENV),
        ("m/versions/postgresql/a.py", "revision = 'a'\ndown_revision = None\n"),
        ("m/versions/sqlite/a.py", "revision = 'a'\ndown_revision = None\n"),
        ("m/versions/sqlite/b.py", "revision = 'b'\ndown_revision = 'a'\n"),
        ("m/versions/sqlite/later/c.py", "revision = 'c'\ndown_revision = 'b'\n"),
    ];
    let expected = ["m: m/versions/postgresql", "m: m/versions/sqlite, m/versions/sqlite/later"];
    assert_eq!(shown(&project(&files)), expected);
}

#[test]
fn sections_share_a_script_location_and_have_versions_of_their_own() {
    let ini = "[DEFAULT]\nscript_location = m\n[state]\nversion_locations = m/state\n[jobs]\nversion_locations = m/jobs\n\
               [loggers]\nkeys = root\n[other]\nname = x\n";
    let found = project(&[("alembic.ini", ini), ("m/env.py", ENV), ("m/state/a.py", ""), ("m/jobs/a.py", "")]);
    assert_eq!(shown(&found), ["m: m/jobs", "m: m/state"]);
    let found = project(&[("alembic.ini", "[DEFAULT]\nscript_location = m\n[one]\n[two]\n"), ("m/env.py", ENV)]);
    assert_eq!(shown(&found), ["m: m/versions"]);
}

#[test]
fn version_locations_that_code_sets_with_literals_count() {
    let set = "import os\nHERE = os.path.dirname(__file__)\ndef config(c):\n\
               \x20   c.set_main_option('version_locations', os.path.join(HERE, 'core') + ' ' + os.path.join(HERE, 'plugin'))\n";
    let found = project(&[
        ("db/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("db/commands.py", set),
        ("db/core/a.py", ""),
        ("db/plugin/b.py", ""),
        ("db/m/env.py", ENV),
    ]);
    assert_eq!(shown(&found), ["db/m: db/core, db/plugin"]);
    let unknown = "def config(c, paths):\n    c.set_main_option('version_locations', ' '.join(paths))\n";
    let found = project(&[
        ("db/alembic.ini", "[alembic]\nscript_location = m\n"),
        ("db/commands.py", unknown),
        ("db/m/env.py", ENV),
        ("db/m/versions/a.py", ""),
    ]);
    assert_eq!(shown(&found), ["db/m: db/m/versions"]);
}
