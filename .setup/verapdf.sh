#!/bin/sh
# verapdf.sh VENV LOCK: brings veraPDF's jar into the Python environment by Maven, from wherever this machine's own
# settings say, and only if it is the one that LOCK names: group:artifact:version, then its SHA-256. Where it cannot be
# had it says so and ends well: a check that was not made is told of as missing by those who would have made it.
set -eu
venv=$1
read -r artifact sum <"$2"
jar=$venv/share/verapdf.jar

is_ours() { [ -f "$1" ] && "$venv/bin/python" - "$1" "$sum" <<'PY'
import hashlib, pathlib, sys
raise SystemExit(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest() != sys.argv[2])
PY
}

is_ours "$jar" && exit 0
rm -f "$jar"
if ! command -v mvn >/dev/null 2>&1; then
    echo "note: veraPDF is not here and Maven, which would bring it, is not either; what it would check is told as missing"
    exit 0
fi
echo "Bringing veraPDF by Maven"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="$artifact" -DoutputDirectory="$fresh" -Dmdep.stripVersion=true >"$fresh/said" 2>&1 || {
    echo "note: Maven could not bring $artifact; what veraPDF would check is told as missing"
    exit 0
}
for found in "$fresh"/*.jar; do
    is_ours "$found" || {
        echo "The jar that came as $artifact is not the one that $2 names." >&2
        exit 3
    }
    mkdir -p "$venv/share"
    cp "$found" "$jar"
done
