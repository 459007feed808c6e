#!/bin/sh
# schemas.sh VENV LOCK: brings the schemas of Word's XML, as Java knows them, into the Python environment by Maven, and
# only if they are those that LOCK names: group:artifact:version, then its SHA-256, a line each. Tests alone need them.
# Where they cannot be had it says so and ends well: the test that was not made says so too.
set -eu
venv=$1
lock=$2
jars=$venv/share/schemas

is_ours() { [ -f "$1" ] && printf '%s  %s\n' "$2" "$1" | "$venv/bin/python" -c '
import hashlib, pathlib, sys
said, name = sys.stdin.read().strip().split("  ", 1)
raise SystemExit(hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest() != said)'; }

while read -r artifact sum; do
    name=${artifact#*:}
    jar=$jars/${name%:*}.jar
    is_ours "$jar" "$sum" && continue
    if ! command -v mvn >/dev/null 2>&1; then
        echo "note: the schemas of Word's XML are not here, and Maven, which would bring them, is not either"
        exit 0
    fi
    echo "Bringing $artifact by Maven"
    fresh=$(mktemp -d)
    mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$artifact" \
        -DoutputDirectory="$fresh" -Dmdep.stripVersion=true >"$fresh/said" 2>&1 </dev/null || {
        echo "note: Maven could not bring $artifact; what it would check is told as missing"
        rm -rf "$fresh"
        exit 0
    }
    if ! is_ours "$fresh/${name%:*}.jar" "$sum"; then
        rm -rf "$fresh"
        echo "The jar that came as $artifact is not the one that $lock names." >&2
        exit 3
    fi
    mkdir -p "$jars"
    mv "$fresh/${name%:*}.jar" "$jar"
    rm -rf "$fresh"
done <"$lock"
