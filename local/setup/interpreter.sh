#!/bin/sh
# Print the Python to build .venv with, or say in one line what is wrong. POSIX sh and no Python: it runs before both.
# usage: sh local/setup/interpreter.sh [PYTHON]   (else the first that fits of python3.12, python3.11, python3)
set -u

refuse() {
    echo "modelway: $*" >&2
    exit 1
}

# Fails where the Python does not start; plain enough for Python 2.
version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

is_supported() {
    case "$1" in 3.11.* | 3.12.*) return 0 ;; *) return 1 ;; esac
}

# Debian and Ubuntu keep what `venv` needs in a package of its own.
can_make_environments() {
    "$1" -c 'import venv; from ensurepip import bootstrap' 2>/dev/null
}

refuse_bare() {
    refuse "$1 is Python $2 without ensurepip, which .venv needs; install it (Debian, Ubuntu: \`apt install python${2%.*}-venv\`)" \
        "or name another Python 3.11 or 3.12: make demo PYTHON=/path/to/python3.12"
}

[ "$(uname -s)" = Linux ] || refuse "the local platform needs Linux, and this is $(uname -s); use a Linux machine," \
    "a virtual one or WSL 2"

asked=${1:-}
bare='' found=''
for python in ${asked:-python3.12 python3.11 python3}; do
    version=$(version_of "$python") || continue
    if ! is_supported "$version"; then
        found="${found:+$found, }$python is Python $version"
    elif can_make_environments "$python"; then
        command -v "$python"
        exit 0
    else
        bare=${bare:-"$python $version"}
    fi
done

# shellcheck disable=SC2086 # two words on purpose
[ -z "$bare" ] || refuse_bare $bare
[ -z "$asked" ] || refuse "PYTHON=$asked does not do: ${found:-it does not start as a Python};" \
    "name a Python 3.11 or 3.12: make demo PYTHON=/path/to/python3.12"
refuse "Modelway needs Python 3.11 or 3.12 and found ${found:-no Python on PATH}; install one" \
    "(Debian, Ubuntu: \`apt install python3 python3-venv\`; anywhere: \`uv python install 3.12\`) or name it:" \
    "make demo PYTHON=/path/to/python3.12"
