#!/bin/sh
# environment.sh VENV LOCK: makes the Python environment if it is not there, and installs what is locked, by hash.
set -eu
venv=$1
lock=$2

if ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
    python=$(sh "$(dirname "$0")/python.sh") || {
        echo "Python 3.11 or later is needed and was not found." >&2
        exit 3
    }
    echo "Making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

echo "Installing what $lock names (the first time takes a minute)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || {
    echo "The Python packages could not be installed. Is there a connection to the package index?" >&2
    exit 3
}

sh "$(dirname "$0")/command.sh" "$venv"
