#!/bin/sh
# Builds migguard and installs it for the person who runs this. Needs no root; running it again renews.

set -u

usage() {
    cat <<'END'
Usage: ./install.sh [--demo] [--prefix DIR] [--hook REPOSITORY] [--help]

Builds migguard with cargo and installs it as DIR/bin/migguard.

  --demo             then replay the incident that migguard stops, in a temporary repository
  --prefix DIR       where to install (default: ~/.local)
  --hook REPOSITORY  then install the git hooks in that repository; may be given several times
  --help             show this text

Example: ./install.sh --demo --hook ~/src/my-project
END
}

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

wrong_usage() {
    printf 'install.sh: %s\n\n' "$1" >&2
    usage >&2
    exit 2
}

# An absolute path, made before anything changes directory.
absolute() {
    case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s\n' "$PWD/$1" ;;
    esac
}

install_hook() {
    say "Installing the hooks in $1"
    "$program" -C "$1" install || fail "the hooks could not be installed in $1." \
        "migguard itself is installed: see the message above, then run: $program -C '$1' install"
}

demo=no
prefix=
hooks=0
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
    --demo) demo=yes ;;
    --help | -h)
        usage
        exit 0
        ;;
    --prefix | --hook)
        { [ "$count" -gt 0 ] && [ -n "$1" ]; } || wrong_usage "$argument needs a value"
        value=$1
        shift
        count=$((count - 1))
        if [ "$argument" = --prefix ]; then
            prefix=$(absolute "$value")
        else
            # Kept behind the arguments that are still to be read.
            set -- "$@" "$(absolute "$value")"
            hooks=$((hooks + 1))
        fi
        ;;
    --prefix=?*) prefix=$(absolute "${argument#--prefix=}") ;;
    --hook=?*)
        set -- "$@" "$(absolute "${argument#--hook=}")"
        hooks=$((hooks + 1))
        ;;
    *) wrong_usage "unknown argument: $argument" ;;
    esac
done

if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || fail 'HOME is not set, so there is no default place to install to.' 'Name one with --prefix DIR.'
    prefix=$HOME/.local
fi
bin=$prefix/bin
program=$bin/migguard

# What is needed, each with the way to get it. A new cargo is not on PATH before the next login.
if ! command -v cargo >/dev/null 2>&1 && [ -x "${CARGO_HOME:-${HOME:-}/.cargo}/bin/cargo" ]; then
    PATH=${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH
    export PATH
fi
command -v cargo >/dev/null 2>&1 || fail 'cargo is missing: migguard is built with it.' \
    "Install Rust from https://rustup.rs, or with your system's packages (apt install cargo, brew install rust)," \
    'then run this again.'
command -v "${CC:-cc}" >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 ||
    fail 'a C compiler is missing: libgit2 is built with it.' \
        'Install one (apt install build-essential, dnf install gcc, apk add build-base, xcode-select --install),' \
        'then run this again.'
command -v git >/dev/null 2>&1 || fail 'git is missing: migguard is a git hook.' \
    'Install it (apt install git, dnf install git, apk add git, brew install git), then run this again.'

for repository in "$@"; do
    [ -d "$repository" ] || fail "there is no folder $repository." 'Name a repository with --hook REPOSITORY.'
done

case $0 in
*/*) source=${0%/*} ;;
*) source=. ;;
esac
source=$(CDPATH='' cd -- "$source" && pwd) || fail 'the folder of this script cannot be entered.'
[ -f "$source/Cargo.toml" ] || fail "there is no Cargo.toml in $source." "Run the install.sh of migguard's own folder."

say 'Building migguard; the first time takes some minutes.'
target=${CARGO_TARGET_DIR:-$source/target}
(unset CARGO_BUILD_TARGET && cd -- "$source" && CARGO_TARGET_DIR=$target cargo build --release --locked --bin migguard) ||
    fail 'the build failed: see the message above.' \
        'If it speaks of the version of rustc, run `rustup update` and then this again.'
case $target in
/*) built=$target/release/migguard ;;
*) built=$source/$target/release/migguard ;;
esac
[ -f "$built" ] || fail "the build left no program at $built."

mkdir -p -- "$bin" || fail "$bin cannot be made." 'Choose another place with --prefix DIR.'
# A name of its own and one rename: a hook that runs now never meets half a program.
fresh=$bin/.migguard.$$
trap 'rm -f -- "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
{ cp -- "$built" "$fresh" && chmod 755 "$fresh" && mv -f -- "$fresh" "$program"; } ||
    fail "$program cannot be written." 'Choose another place with --prefix DIR.'
say "Installed $program"
manual=$prefix/share/man/man1
{ mkdir -p -- "$manual" && cp -- "$source"/docs/wheel/data/share/man/man1/*.1 "$manual/"; } ||
    say "The manual could not be written to $manual; \`migguard --help\` says the same."

case :$PATH: in
*:"$bin":*) ;;
*)
    say "$bin is not on PATH. To type \`migguard\` alone, add this line to your shell's profile (~/.profile, ~/.zshrc):"
    say "  export PATH=\"$bin:\$PATH\""
    ;;
esac

for repository in "$@"; do
    install_hook "$repository"
done

if [ "$demo" = yes ]; then
    say ''
    "$program" demo || fail 'the demo failed: see the message above.'
elif [ "$hooks" -eq 0 ]; then
    say 'Next, in each clone that it should guard: migguard install'
fi
