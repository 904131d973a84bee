#!/bin/sh
# Makes .venv with the locked dependencies and this project in it: sh deploy/bootstrap.sh runtime|dev
# Needs Python 3.11 or newer and nothing else: no root, no compiler, no other tool. The second time it returns at once.
set -eu

set_name=${1:-runtime}
case $set_name in runtime | dev) ;; *) echo "Usage: sh deploy/bootstrap.sh runtime|dev" >&2; exit 2 ;; esac
cd "$(dirname "$0")/.."
venv=.venv
venv_python=$venv/bin/python
# 3.12 first: every test server comes as a ready-made package there.
candidates=${PYTHON:-"python3.12 python3.13 python3.11 python3.14 python3 python"}

say() { printf 'chaperone: %s\n' "$*"; }

fail() {
    printf 'chaperone: %s\n' "$@" >&2
    exit 1
}

runs() { "$@" >/dev/null 2>&1; }

is_new_enough() { runs "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }

# What the environment was made from. It stands in the stamp, so that a changed lock or a moved folder is noticed.
fingerprint() { { pwd; cat "requirements/$1.txt" pyproject.toml; } | cksum; }

is_ready() {
    [ -f "$venv/.installed-$1" ] && [ "$(cat "$venv/.installed-$1")" = "$(fingerprint "$1")" ] && [ -x "$venv/bin/chaperone" ]
}

make_venv() {
    newest=
    for python in $candidates; do
        is_new_enough "$python" || continue
        newest=${newest:-$python}
        if runs "$python" -c 'import ensurepip, venv'; then
            say "making $venv with $("$python" --version)"
            "$python" -m venv --clear "$venv" && return
        fi
    done
    [ -n "$newest" ] || fail "Python 3.11 or newer is needed, and none of these is it: $candidates." \
        "Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.12; or python.org)" \
        "or name it: make run PYTHON=/path/to/python3"
    # Debian keeps ensurepip in a package of its own. A pip outside of the environment can fill it just as well.
    for python in $candidates; do
        is_new_enough "$python" && runs "$python" -m pip --version || continue
        say "making $venv with $("$python" --version), which has no ensurepip, and its own pip"
        "$python" -m venv --without-pip --clear "$venv" || continue
        "$python" -m pip --python "$venv_python" install -qq --disable-pip-version-check pip && return
    done
    if runs uv --version; then
        say "making $venv with $("$newest" --version) and uv"
        uv venv --quiet --clear --seed --python "$newest" "$venv" && return
    fi
    fail "$newest is here, but it can not make virtual environments (its ensurepip module is missing)." \
        "Install it and try again (Debian, Ubuntu: sudo apt install python3-venv)."
}

pip_install() { "$venv_python" -m pip install -qq --disable-pip-version-check --no-input "$@"; }

# The development set holds the runtime set.
is_ready dev && exit 0
[ "$set_name" = runtime ] && is_ready runtime && exit 0

runs "$venv_python" -m pip --version && is_new_enough "$venv_python" || make_venv
rm -f "$venv"/.installed-*
say "installing $(grep -c == "requirements/$set_name.txt") packages of requirements/$set_name.txt, each checked by its hash (a minute or two, this once)"
pip_install --require-hashes -r "requirements/$set_name.txt" || fail \
    "The packages could not be installed; the reason stands above." \
    "Most often the package index can not be reached: check the network or the proxy (HTTPS_PROXY), then run it again."
pip_install --no-deps --no-build-isolation --editable . || fail "The project itself could not be installed; the reason stands above."
fingerprint "$set_name" >"$venv/.installed-$set_name"
say "ready"
