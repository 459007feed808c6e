#!/bin/sh
# skipped.sh LOG: tests that were skipped, by a log of pytest -rs, for a reason that .ci/skips does not have; 1 if there are any.
grep -v '^#' "$(dirname "$0")/skips" > "$1.skips"
if grep '^SKIPPED' "$1" | grep -vEf "$1.skips"; then
    echo 'Unexpected skips: bring what is missing, or add the reason to .ci/skips.'
    exit 1
fi
