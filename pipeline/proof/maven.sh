#!/bin/sh
# maven.sh VENV LOCK: brings jars into the Python environment by Maven, from wherever this machine's own settings say, and
# only if they are those that LOCK names: group:artifact:version, its SHA-256 and its place in share/, a line each. Where
# one cannot be had it says so and ends well: the command that would have asked it reports that it is
# missing. Another jar in its place, such as an older one, is removed all the same.
set -eu
venv=$1
lock=$2

is_ours() { [ -f "$1" ] && "$venv/bin/python" - "$1" "$2" <<'PY'
import hashlib, pathlib, sys
raise SystemExit(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest() != sys.argv[2])
PY
}

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
while read -r artifact sum place; do
    jar=$venv/share/$place
    is_ours "$jar" "$sum" && continue
    rm -f "$jar"
    if ! command -v mvn >/dev/null 2>&1; then
        echo "note: $place is missing, and so is Maven (mvn), which would bring it; install Maven and run this again"
        continue
    fi
    echo "Bringing $artifact by Maven"
    rm -rf "$fresh"/*
    mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$artifact" \
        -DoutputDirectory="$fresh" -Dmdep.stripVersion=true >"$fresh/said" 2>&1 </dev/null || {
        echo "note: Maven could not bring $artifact; what it would check is reported as missing"
        continue
    }
    for found in "$fresh"/*.jar; do
        is_ours "$found" "$sum" || {
            echo "The jar that came as $artifact is not the one that $lock names." >&2
            exit 3
        }
        mkdir -p "${jar%/*}"
        cp "$found" "$jar"
    done
done <"$lock"
