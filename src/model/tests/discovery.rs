//! Modules that programs look for themselves: in folders, by globs, through helpers of helpers.

use super::{read, verdicts};

/// What `app/find.py`, `app/models/__init__.py` and `env.py` lead to, of a model in `app/models/`, one in a package below, and
/// one beside: their signs in this order.
fn signs(find: &str, init: &str, env: &str) -> String {
    let env = format!("{env}\nfrom app.base import Base\ntarget_metadata = Base.metadata\n");
    let model = |name: &str| {
        format!("from app.base import Base\nclass {name}(Base):\n    __tablename__ = '{}s'\n", name.to_lowercase())
    };
    let (user, deep, beside) = (model("User"), model("Deep"), model("Other"));
    let metadata = read(&[
        ("alembic/env.py", &env),
        ("app/__init__.py", ""),
        ("app/base.py", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"),
        ("app/find.py", find),
        ("app/models/README.md", ""),
        ("app/models/__init__.py", init),
        ("app/models/user.py", &user),
        ("app/models/shop/__init__.py", ""),
        ("app/models/shop/deep.py", &deep),
        ("app/other.py", &beside),
    ]);
    let sign = |class: &str| {
        let verdicts = verdicts(&metadata);
        let verdict = verdicts.iter().find(|verdict| verdict.contains(class));
        verdict.and_then(|verdict| verdict.chars().next()).unwrap_or('!')
    };
    ["user.User", "deep.Deep", "other.Other"].map(sign).iter().collect()
}

#[test]
fn folders_that_are_walked_over() {
    let walk = "import os\nfrom importlib import import_module\nfrom importlib.util import find_spec\n\
                def root_of(name):\n    spec = find_spec(name)\n    if spec is None or not spec.parent:\n        return None\n    \
                paths = spec.submodule_search_locations\n    assert len(paths) == 1\n    return paths[0]\n\
                def load(package='app'):\n    top = root_of(package)\n    if not top:\n        return\n    found = []\n    \
                for root, dirs, files in os.walk(top):\n        if os.path.basename(root) in ('models', 'shop'):\n            \
                inside = os.path.relpath(root, top).replace(os.sep, '.')\n            \
                found += [f'{package}.{inside}.{name[:-3]}' for name in files\n                      \
                if name.endswith('.py') and name != '__init__.py']\n    for module in found:\n        import_module(module)\n";
    assert_eq!(signs(walk, "", "from app.find import load\nload()"), "++-");
    let listed = "import importlib, os\nHERE = os.path.dirname(os.path.abspath(__file__))\n\
                  for name in sorted(os.listdir(HERE)):\n    if name.endswith('.py') and not name.startswith('__'):\n        \
                  importlib.import_module('app.models.' + os.path.splitext(name)[0])\n";
    assert_eq!(signs("", listed, "import app.models"), "+--");
    let globbed = "import glob, importlib\nfrom os.path import basename, dirname, isfile, join\n\
                   __all__ = [basename(f)[:-3] for f in glob.glob(join(dirname(__file__), '*.py')) \
                   if isfile(f) and not f.endswith('__init__.py')]\nfrom . import *\n";
    assert_eq!(signs("", globbed, "import app.models"), "+--");
    let scanned = "import importlib, os\nwith os.scandir(os.path.dirname(__file__)) as entries:\n    for entry in entries:\n        \
                   if entry.is_file() and entry.name.endswith('.py'):\n            \
                   importlib.import_module(f'{__package__}.{entry.name[:-3]}')\n";
    assert_eq!(signs("", scanned, "import app.models"), "+--");
    let paths = "import importlib\nfrom pathlib import Path\nfor file in Path(__file__).parent.glob('*.py'):\n    \
                 if file.stem == '__init__':\n        continue\n    importlib.import_module(f'.{file.stem}', package=__name__)\n";
    assert_eq!(signs("", paths, "import app.models"), "+--");
    let below = "import importlib\nfrom pathlib import Path\nHERE = Path(__file__).resolve().parent\n\
                 for file in HERE.rglob('*.py'):\n    if file.name in ('__init__.py', '__main__.py'):\n        continue\n    \
                 parts = file.relative_to(HERE).with_suffix('').parts\n    importlib.import_module(__package__ + '.' + '.'.join(parts))\n";
    assert_eq!(signs("", below, "import app.models"), "++-");
    let from_above = "import importlib\nfrom pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\n\
                      for path in (ROOT / 'app').rglob('*.py'):\n    if 'models' not in path.parts:\n        continue\n    \
                      if path.is_file():\n        \
                      importlib.import_module('.'.join(path.relative_to(ROOT).with_suffix('').parts))\n";
    assert_eq!(signs(from_above, "", "import app.find"), "++-");
    let iterated = "import importlib\nfrom pathlib import Path\nfor path in sorted(Path(__file__).parent.iterdir()):\n    \
                    if path.suffix == '.py' and path.name != '__init__.py':\n        \
                    importlib.import_module(__name__ + '.' + path.stem)\n    elif path.is_dir():\n        \
                    for inner in path.glob('[!_]*.py'):\n            \
                    importlib.import_module(f'{__name__}.{path.name}.{inner.stem}')\n";
    assert_eq!(signs("", iterated, "import app.models"), "++-");
}

#[test]
fn packages_that_are_walked_over() {
    let modules = "import importlib, pkgutil, sys\nPACKAGES = ['app.models']\ndef load():\n    for name in PACKAGES:\n        \
                   parent = sys.modules.get(name) or importlib.import_module(name)\n        \
                   if not hasattr(parent, '__path__'):\n            continue\n        \
                   for _, inner, is_package in pkgutil.walk_packages(parent.__path__, parent.__name__ + '.'):\n            \
                   if not is_package:\n                sys.modules.get(inner) or importlib.import_module(inner)\n";
    assert_eq!(signs(modules, "", "from app.find import load\nload()"), "++-");
    let here = "import importlib, sys\nfrom pkgutil import iter_modules\n\
                package = sys.modules[__name__]\nfor found in iter_modules(package.__path__, package.__name__ + '.'):\n    \
                importlib.import_module(found.name)\n";
    assert_eq!(signs("", here, "import app.models"), "+--");
    let folder = "from importlib import import_module\nfrom pathlib import Path\nfrom pkgutil import iter_modules\n\
                  for (_, name, _) in iter_modules([str(Path(__file__).resolve().parent)]):\n    \
                  module = import_module(f'{__name__}.{name}')\n    for attribute in dir(module):\n        \
                  globals()[attribute] = getattr(module, attribute)\n";
    assert_eq!(signs("", folder, "from app import models"), "+--");
    let loaded = "import pkgutil\nfor finder, name, _ in pkgutil.walk_packages(__path__, prefix=__name__ + '.'):\n    \
                  finder.find_spec(name).loader.load_module(name)\n";
    assert_eq!(signs("", loaded, "import app.models"), "++-");
}

#[test]
fn helpers_of_helpers() {
    let find = "import importlib, pkgutil\ndef each(package):\n    for info in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n        \
                yield info.name\ndef load(package):\n    for name in each(package):\n        importlib.import_module(name)\n";
    assert_eq!(signs(find, "", "from app import models\nfrom app.find import load\nload(models)"), "++-");
    let init = "from app.find import load\ndef load_all():\n    load(__import__('app.models', fromlist=['models']))\n";
    assert_eq!(signs(find, init, "from app.models import load_all\nload_all()"), "++-");
    let by_class = "import importlib, pkgutil\nclass Loader:\n    def __init__(self, name):\n        self.name = name\n    \
                    def names(self):\n        package = importlib.import_module(self.name)\n        \
                    return [m.name for m in pkgutil.iter_modules(package.__path__)]\n    def load(self):\n        \
                    for name in self.names():\n            importlib.import_module(f'{self.name}.{name}')\n";
    assert_eq!(signs(by_class, "", "from app.find import Loader\nLoader('app.models').load()"), "+--");
}

#[test]
fn what_is_looked_for_by_an_unknown_name_stays_unknown() {
    let find = "import importlib, os, pkgutil\ndef load():\n    name = os.environ['MODELS']\n    \
                for info in pkgutil.iter_modules(importlib.import_module(name).__path__):\n        \
                importlib.import_module(f'{name}.{info.name}')\n";
    assert_eq!(signs(find, "from . import user", "import app.models\nfrom app.find import load\nload()"), "+??");
    let find = "import importlib, os\ndef load():\n    for name in os.environ['MODELS'].split(','):\n        \
                importlib.import_module('app.models.' + name)\n";
    assert_eq!(signs(find, "from . import user", "import app.models\nfrom app.find import load\nload()"), "+?-");
}

#[test]
fn an_all_that_is_not_known_covers_its_package() {
    let init =
        "import glob, os\n__all__ = [os.path.basename(f) for f in glob.glob(os.environ['HERE'])]\nfrom . import *\n";
    assert_eq!(signs("", init, "import app.models\nimport app.other"), "??+");
    let init = "from .user import User\n__all__ = [name for name in dir() if name[0] != '_']\n";
    assert_eq!(signs("", init, "from app.models import *"), "+--");
}

#[test]
fn a_registry_of_one_of_two() {
    assert_eq!(signs("", "from .user import User", "import app.models"), "+--");
    assert_eq!(signs("", "from .shop import deep", "import app.models"), "-+-");
}
