#!/bin/sh
# minisearch.sh: brings MiniSearch, on which the search of the catalogue runs, with its licence, into pipeline/services/site/scripts.
# By npm, from wherever this machine's own settings say, by the hash in the lock file, none of its scripts run. It is no part of the
# sources. Where it cannot be had that is said, and the catalogue has its lists and no search.
set -eu
cd "$(dirname "$0")/site"
lock=$(cksum <package-lock.json)
mark=node_modules/.brought
target=../../pipeline/services/site/scripts/minisearch.js

[ -f "$mark" ] && [ "$(cat "$mark")" = "$lock" ] && [ -f "$target" ] && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "note: npm is not here, which brings MiniSearch: the catalogue is made without a search"
    exit 0
fi
said=$(npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1) || {
    rm -rf node_modules
    echo "$said" | tail -3
    echo "note: npm could not bring MiniSearch: the catalogue is made without a search"
    exit 0
}
{
    echo '/*'
    cat node_modules/minisearch/LICENSE.txt
    echo '*/'
    grep -v '^//# sourceMappingURL=' node_modules/minisearch/dist/umd/index.js
} >"$target.new"
mv "$target.new" "$target"
echo "$lock" >"$mark"
