//! Which modules `env.py` reaches.

use super::{Metadata, read, read_in, verdicts};

const BASE: (&str, &str) =
    ("app/models/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n");
const USER: (&str, &str) =
    ("app/models/user.py", "from .base import Base\nclass User(Base):\n    __tablename__ = 'users'\n");
const ITEM: (&str, &str) =
    ("app/models/item.py", "from app.models.base import Base\nclass Item(Base):\n    __tablename__ = 'items'\n");
const ENV: &str = "from app.models.base import Base\ntarget_metadata = Base.metadata\n";

fn project(init: &str, env: &str) -> Metadata {
    let env = format!("{ENV}{env}");
    read(&[("alembic/env.py", &env), ("app/__init__.py", ""), ("app/models/__init__.py", init), BASE, USER, ITEM])
}

/// `+` or its kin for Item and User.
fn signs(init: &str, env: &str) -> String {
    let models = verdicts(&project(init, env));
    assert_eq!(models.len(), 2, "{models:?}");
    models.iter().filter_map(|line| line.chars().next()).collect()
}

#[test]
fn every_way_to_import_counts() {
    for (init, env) in [
        ("from . import user, item", ""),
        ("from .user import User\nfrom .item import Item", ""),
        ("from app.models import user, item", ""),
        ("from .user import *\nimport app.models.item as item", ""),
        ("try:\n    from . import user\nexcept ImportError:\n    pass\nelse:\n    from . import item", ""),
        ("import sys\nif sys.version_info > (3,):\n    from . import user\nelse:\n    from . import item", ""),
        ("def load():\n    from . import user, item\nload()", ""),
        ("__all__ = ['user', 'item']", "from app.models import *\n"),
        ("", "from app.models import user, item\n"),
        ("", "import app.models.user, app.models.item\n"),
        ("", "import importlib\nimportlib.import_module('app.models.user')\n__import__('app.models.item')\n"),
        (
            "",
            "from oslo_utils import importutils\nimportutils.try_import('app.models.user')\n\
             importutils.import_module('app.models.item')\n",
        ),
        (
            "",
            "from importlib import import_module\nfor name in ['user', 'item']:\n    import_module(f'app.models.{name}')\n",
        ),
        ("", "def online():\n    from app.models import user, item\nonline()\n"),
        (
            "",
            "import pkgutil, importlib, app.models\nfor _, name, _ in pkgutil.iter_modules(app.models.__path__):\n    importlib.import_module('app.models.' + name)\n",
        ),
        (
            "",
            "import pkgutil, importlib, app\nfor info in pkgutil.walk_packages(app.__path__, app.__name__ + '.'):\n    importlib.import_module(info.name)\n",
        ),
        (
            "import pkgutil, importlib\nfor _, name, _ in pkgutil.iter_modules(__path__):\n    importlib.import_module(f'.{name}', __name__)\n",
            "",
        ),
        (
            "from pathlib import Path\nfrom importlib import import_module\nfor f in Path(__file__).parent.glob('*.py'):\n    if f.stem != '__init__':\n        import_module(f'{__name__}.{f.stem}')\n",
            "",
        ),
        (
            "import os\nfrom importlib import import_module\nfor f in os.listdir(os.path.dirname(__file__)):\n    if f.endswith('.py') and not f.startswith('_'):\n        import_module('.' + f[:-3], package=__package__)\n",
            "",
        ),
        (
            "from werkzeug.utils import find_modules, import_string\nfor name in find_modules('app.models'):\n    import_string(name)\n",
            "",
        ),
    ] {
        assert_eq!(signs(init, env), "++", "{init}\n{env}");
    }
}

#[test]
fn what_does_not_run_does_not_count() {
    for (init, env) in [
        ("from .user import User\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .item import Item", ""),
        ("from .user import User\n# from .item import Item\n\"\"\"from .item import Item\"\"\"", ""),
        ("from .user import User\ndef never():\n    from . import item", ""),
        ("from .user import User\nif False:\n    from . import item", ""),
        ("from .user import User\nif __name__ == '__main__':\n    from . import item", ""),
        (
            "",
            "import importlib\nSKIP = {'item'}\nimport pkgutil, app.models\nfor m in pkgutil.iter_modules(app.models.__path__):\n    if m.name in SKIP:\n        continue\n    importlib.import_module(f'app.models.{m.name}')\n",
        ),
    ] {
        assert_eq!(signs(init, env), "-+", "{init}\n{env}");
    }
}

#[test]
fn what_cannot_be_known_covers_what_it_names() {
    let everything =
        "import importlib, os\nfrom app.models import user\nimportlib.import_module(os.environ['MODELS'])\n";
    assert_eq!(signs("", everything), "?+");
    let package =
        "import importlib, os\nfrom app.models import user\nimportlib.import_module('app.models.' + os.environ['X'])\n";
    assert_eq!(signs("", package), "?+");
    let elsewhere = "import importlib, os\nfrom app.models import user\nimportlib.import_module('app.plugins.' + os.environ['X'])\n";
    assert_eq!(signs("", elsewhere), "-+");
    // A plugin loader of an imported module makes nothing unknown.
    assert_eq!(
        signs("from .user import User\nimport importlib, os\nimportlib.import_module(os.environ['X'])", ""),
        "-+"
    );
}

#[test]
fn options_of_the_section_are_known() {
    let env = "import importlib\nfrom alembic import context\nfrom app.models import user\n\
               importlib.import_module(context.config.get_main_option('models') + '.item')\n";
    assert_eq!(signs("", env), "++");
}

#[test]
fn nobody_reached_is_said_of_all() {
    assert_eq!(signs("", ""), "00");
}

#[test]
fn parents_run_for_relative_imports_too() {
    let metadata = read(&[
        ("alembic/env.py", "from app.db.all import Base\ntarget_metadata = Base.metadata\n"),
        ("app/__init__.py", ""),
        ("app/db/__init__.py", ""),
        ("app/db/all.py", "from ..group.inner.names import NAME\nfrom ..base import Base\n"),
        ("app/base.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"),
        ("app/group/__init__.py", "from .model import Group\n"),
        ("app/group/model.py", "from app.base import Base\nclass Group(Base):\n    __tablename__ = 'groups'\n"),
        ("app/group/inner/__init__.py", ""),
        ("app/group/inner/names.py", "NAME = 'x'\n"),
    ]);
    assert_eq!(verdicts(&metadata), ["+ app.group.model.Group groups"]);
}

#[test]
fn src_layout_and_namespace_packages() {
    let metadata = read_in(
        &["", "backend/src"],
        "backend/alembic/env.py",
        &[
            (
                "backend/alembic/env.py",
                "from shop.db.base import Base\nimport shop.db.models.user\ntarget_metadata = Base.metadata\n",
            ),
            ("backend/src/shop/db/base.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"),
            (
                "backend/src/shop/db/models/user.py",
                "from shop.db.base import Base\nclass User(Base):\n    __tablename__ = 'u'\n",
            ),
            (
                "backend/src/shop/db/models/lost.py",
                "from shop.db.base import Base\nclass Lost(Base):\n    __tablename__ = 'l'\n",
            ),
        ],
    );
    assert_eq!(verdicts(&metadata), ["- shop.db.models.lost.Lost l", "+ shop.db.models.user.User u"]);
}

#[test]
fn flask_reaches_what_its_application_reaches() {
    let metadata = read_in(
        &[""],
        "migrations/env.py",
        &[
            (
                "migrations/env.py",
                "from alembic import context\nfrom flask import current_app\n\
                 target_db = current_app.extensions['migrate'].db\n\
                 def get_metadata():\n    if hasattr(target_db, 'metadatas'):\n        return target_db.metadatas[None]\n    return target_db.metadata\n\
                 def run():\n    context.configure(connection=None, target_metadata=get_metadata())\nrun()\n",
            ),
            (
                "shop/__init__.py",
                "from flask import Flask\nfrom flask_migrate import Migrate\nfrom .db import db\nmigrate = Migrate()\n\
                 def create_app():\n    app = Flask(__name__)\n    migrate.init_app(app, db)\n    register(app)\n    return app\n\
                 def register(app):\n    from .views import blueprint\n    app.register_blueprint(blueprint)\n",
            ),
            ("shop/db.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"),
            ("shop/views.py", "from shop.models import User\nblueprint = None\n"),
            (
                "shop/models.py",
                "from shop.db import db\nclass User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
            ),
            (
                "shop/lost.py",
                "from shop.db import db\nclass Lost(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
            ),
        ],
    );
    assert_eq!(verdicts(&metadata), ["- shop.lost.Lost lost", "+ shop.models.User user"]);
}

#[test]
fn flask_behind_a_helper_and_an_application_class() {
    let metadata = |env: &str, app: &str| {
        let metadata = read(&[
            ("alembic/env.py", env),
            ("shop/__init__.py", ""),
            (
                "shop/helpers.py",
                "from flask import current_app\ndef metadata():\n    return current_app.extensions['migrate'].db.metadata\n",
            ),
            ("shop/extensions.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"),
            ("shop/app.py", app),
            ("wsgi.py", "from shop.app import create_app\napp = create_app()\n"),
            (
                "shop/models.py",
                "from .extensions import db\nclass User(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
            ),
            (
                "shop/forgotten.py",
                "from .extensions import db\nclass Coupon(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n",
            ),
        ]);
        verdicts(&metadata)
    };
    let helper = "from shop.helpers import metadata\ntarget_metadata = metadata()\n";
    let direct = "from flask import current_app\ntarget_metadata = current_app.extensions['migrate'].db.metadata\n";
    let factory = "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    from . import models\n    return app\n";
    let class = "import flask\nfrom importlib import import_module\nNAMES = ['models']\nclass Shop(flask.Flask):\n    \
                 def init(self):\n        for name in NAMES:\n            import_module(f'shop.{name}')\n\
                 def create_app():\n    app = Shop(__name__)\n    app.init()\n    return app\n";
    let expected = ["- shop.forgotten.Coupon coupon", "+ shop.models.User user"];
    assert_eq!(metadata(direct, factory), expected);
    assert_eq!(metadata(helper, factory), expected);
    assert_eq!(metadata(direct, class), expected);
    // What a named package may hold is not known.
    let plugins = |name: &str| {
        format!(
            "from flask import Flask\nfrom importlib import import_module\ndef create_app():\n    app = Flask(__name__)\n    \
             from . import models\n    for name in app.config['PLUGINS']:\n        import_module({name})\n    return app\n"
        )
    };
    assert_eq!(
        metadata(direct, &plugins("'shop.' + name")),
        ["? shop.forgotten.Coupon coupon", "+ shop.models.User user"]
    );
    // A helper for something else asks for no application.
    let own = "from shop.helpers import metadata\nfrom shop.extensions import db\nimport shop.forgotten\ntarget_metadata = db.metadata\n";
    assert_eq!(metadata(own, factory), ["+ shop.forgotten.Coupon coupon", "- shop.models.User user"]);
}

#[test]
fn what_a_method_imports_is_possible_where_its_object_is_not_known() {
    let verdicts_of = |env: &str| {
        let env = format!("{env}\nfrom app.base import Base\ntarget_metadata = Base.metadata\n");
        let loader = "class Loader:\n    def load(self):\n        from app import user\n    def drop(self):\n        from app import item\n\
                      def make(kind=None):\n    return Loader()\nloader = make()\n";
        let model =
            |name: &str| format!("from app.base import Base\nclass {name}(Base):\n    __tablename__ = '{name}'\n");
        verdicts(&read(&[
            ("alembic/env.py", &env),
            ("app/__init__.py", ""),
            ("app/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
            ("app/loader.py", loader),
            ("app/item.py", &model("Item")),
            ("app/other.py", &model("Other")),
            ("app/user.py", &model("User")),
        ]))
    };
    let expected = ["- app.item.Item Item", "+ app.other.Other Other", "? app.user.User User"];
    assert_eq!(verdicts_of("from app import other\nfrom app.loader import loader\nloader.load()"), expected);
    let unknown =
        "import sys\nfrom app import other\nfrom app.loader import Loader\nobject = sys.argv[0](Loader)\nobject.load()";
    assert_eq!(verdicts_of(unknown), expected);
}

#[test]
fn a_registry_is_known_by_what_it_imports() {
    let metadata = project("from .user import User\nfrom .item import Item\n__all__ = ['User']\n", "");
    let registry = &metadata.registries[0];
    assert_eq!((&*registry.package, registry.imports.len()), ("app.models", 2));
    assert_eq!(registry.all.as_ref().unwrap().0, ["User".into()]);
    assert!(registry.missing.is_empty());
    assert!(project("from .user import User\n", "").registries.is_empty());
}

#[test]
fn a_walk_that_makes_module_names_of_paths() {
    let metadata = super::read(&[
        (
            "alembic/env.py",
            "import app\nfrom app import load, models\nfrom app.base import Base\nimport os\n\
             load.recursively(os.path.dirname(models.__file__))\ntarget_metadata = Base.metadata\n",
        ),
        ("app/__init__.py", ""),
        ("app/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
        (
            "app/load.py",
            "import importlib, os, re\nimport app\nSEPARATOR = re.compile(r'[/\\\\]+')\n\
             def recursively(top):\n    top = SEPARATOR.sub('/', top)\n    for root, dirs, files in os.walk(top):\n        \
             for file in files:\n            if file[-3:] != '.py':\n                continue\n            \
             module = file[:-3]\n            if module == '__init__':\n                continue\n            \
             base = SEPARATOR.sub('.', root)\n            base = 'app' + base[len(os.path.dirname(app.__file__)):]\n            \
             importlib.import_module('.'.join([base, module]))\n",
        ),
        ("app/models/__init__.py", ""),
        ("app/models/deep/user.py", "from app.base import Base\nclass User(Base):\n    __tablename__ = 'users'\n"),
        ("app/other.py", "from app.base import Base\nclass Other(Base):\n    __tablename__ = 'others'\n"),
    ]);
    assert_eq!(super::verdicts(&metadata), ["+ app.models.deep.user.User users", "- app.other.Other others"]);
}

#[test]
fn a_function_that_is_given_away_may_be_called_or_not() {
    let files = |env: &'static str| {
        [
            ("alembic/env.py", env),
            (
                "app/__init__.py",
                "from app.stores import register\ndef sql():\n    from app.models import User\nregister('sql', sql)\n",
            ),
            ("app/stores.py", "stores = {}\ndef register(name, store):\n    stores[name] = store\n"),
            ("app/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
            ("app/models.py", "from app.base import Base\nclass User(Base):\n    __tablename__ = 'users'\n"),
            ("app/other.py", "from app.base import Base\nclass Other(Base):\n    __tablename__ = 'others'\n"),
        ]
    };
    let metadata = super::read(&files("from app.base import Base\ntarget_metadata = Base.metadata\n"));
    assert_eq!(super::verdicts(&metadata), ["? app.models.User users", "0 app.other.Other others"]);
    let metadata =
        super::read(&files("import app\nfrom app.base import Base\napp.sql()\ntarget_metadata = Base.metadata\n"));
    assert_eq!(super::verdicts(&metadata), ["+ app.models.User users", "- app.other.Other others"]);
}

#[test]
fn what_a_module_works_out_for_itself_hides_no_import_of_env_py() {
    let verdicts = |uses: &str| {
        let env = format!(
            "import importlib\nfrom app.settings import Base, CONFIG, work\n\
             def load(name):\n    importlib.import_module(f'app.{{name}}')\n\
             {uses}\nload('user')\ntarget_metadata = Base.metadata\n"
        );
        let settings = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n\
                        def work():\n    made = {}\n    for a in range(2000):\n        for b in range(2000):\n            \
                        made[a, b] = str(a) + str(b)\n    return made\nCONFIG = work()\n";
        let metadata = super::read(&[
            ("alembic/env.py", &env),
            ("app/settings.py", settings),
            ("app/user.py", "from app.settings import Base\nclass User(Base):\n    __tablename__ = 'users'\n"),
            ("app/other.py", "from app.settings import Base\nclass Other(Base):\n    __tablename__ = 'others'\n"),
        ]);
        super::verdicts(&metadata)
    };
    assert_eq!(verdicts("print(CONFIG)"), ["- app.other.Other others", "+ app.user.User users"]);
    // What env.py itself calls could import anything.
    assert_eq!(verdicts("work()"), ["? app.other.Other others", "+ app.user.User users"]);
}

#[test]
fn an_application_that_another_program_imports_is_started_all_the_same() {
    let env = "from flask import current_app\ntarget_metadata = current_app.extensions['migrate'].db.metadata\n";
    let factory = "from flask import Flask\nfrom importlib import import_module\nfrom app.db import db\n\
                   def create_app():\n    app = Flask('app')\n    db.init_app(app)\n    \
                   for path in ['lib.routes:routes', 'app.site.routes:routes']:\n        \
                   module, name = path.split(':')\n        getattr(import_module(module), name)\n    return app\n";
    let models = "from app.db import db\nclass Site(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n";
    let files = [
        ("migrations/env.py", env),
        // It comes first by its name.
        ("app/admin.py", "import app.factory\nfrom flask_migrate import Migrate\n"),
        ("app/__init__.py", ""),
        ("app/db.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"),
        ("app/factory.py", factory),
        ("app/site/__init__.py", ""),
        ("app/site/routes.py", "from app.site.models import Site\n"),
        ("app/site/models.py", models),
    ];
    assert_eq!(verdicts(&read_in(&[""], "migrations/env.py", &files)), ["+ app.site.models.Site site"]);
}

#[test]
fn plugins_of_a_named_package_cover_that_package() {
    let env = "from flask import current_app\ntarget_metadata = current_app.extensions['migrate'].db.metadata\n";
    let factory = "import importlib\nfrom flask import Flask\nfrom app.db import db\nimport app.models\n\
                   def create_app():\n    app = Flask('app')\n    for name in app.config['PLUGINS']:\n        \
                   module = '.' + name\n        importlib.import_module(module, package='app.plugins').load(app)\n";
    let model = |name: &str| {
        format!("from app.db import db\nclass {name}(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n")
    };
    let (user, mail, other) = (model("User"), model("Mail"), model("Other"));
    let files = [
        ("migrations/env.py", env),
        ("app/__init__.py", ""),
        ("app/db.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"),
        ("app/factory.py", factory),
        ("app/models.py", &user),
        ("app/other.py", &other),
        ("app/plugins/__init__.py", ""),
        ("app/plugins/mail.py", &mail),
    ];
    assert_eq!(
        verdicts(&read_in(&[""], "migrations/env.py", &files)),
        ["+ app.models.User user", "- app.other.Other other", "? app.plugins.mail.Mail mail"]
    );
}
