#!/bin/sh
# peers.sh VENV NAME...: brings pipelines that `make bench` measures ours against into .peers/, each by its lock, by hash.
# They are no part of the project and nothing else uses them. One that cannot be had is told of and not measured.
set -eu
venv=$1
shift
for name in "$@"; do
    lock=.bench/$name.lock
    there=.peers/$name.lock
    cmp -s "$lock" "$there" && continue
    case $name in
    prince-pdf)
        command -v prince >/dev/null 2>&1 && continue
        echo "Bringing Prince, which is proprietary: its free licence is for non-commercial use and marks each PDF."
        echo "To measure without it: make bench PEERS=typst"
        ;;
    *) echo "Bringing $name" ;;
    esac
    mkdir -p .peers
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
        --target .peers -r "$lock" && cp "$lock" "$there" ||
        echo "note: $name cannot be had here and is not measured"
done
