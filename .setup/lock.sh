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
