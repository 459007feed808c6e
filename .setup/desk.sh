#!/bin/sh
# desk.sh [FILE]: brings CodeMirror, on which the text field of the live page runs, and makes one script of it with all licences:
# pipeline/services/preview/scripts/codemirror.js, or FILE. By npm, from wherever this machine's own settings say, by the hashes in the
# lock file, none of their scripts run. It is no part of the sources. Where it cannot be had that is said, and the page has a
# plain text field.
set -eu
export LC_ALL=C
given=${1:-}
cd "$(dirname "$0")/desk"
lock=$(cat package-lock.json entry.js ../desk.sh | cksum)
mark=node_modules/.brought
target=${given:-../../pipeline/services/preview/scripts/codemirror.js}
plain="the text field of the live page stays a plain one"

[ -f "$mark" ] && [ "$(cat "$mark")" = "$lock" ] && [ -f "$target" ] && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "note: npm is not here, which brings CodeMirror: $plain"
    exit 0
fi
if [ ! -f "$mark" ] || [ "$(cat "$mark")" != "$lock" ]; then
    said=$(npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1) || {
        rm -rf node_modules
        echo "$said" | tail -3
        echo "note: npm could not bring CodeMirror: $plain"
        exit 0
    }
fi
code=$(node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=CodeMirror --target=es2022 \
    --charset=utf8 --legal-comments=none --log-level=error) || {
    echo "note: esbuild could not make one script of CodeMirror: $plain"
    exit 0
}
{
    echo '/*'
    for terms in node_modules/@codemirror/*/LICENSE node_modules/@lezer/*/LICENSE node_modules/@marijn/*/LICENSE \
        node_modules/crelt/LICENSE node_modules/style-mod/LICENSE node_modules/w3c-keyname/LICENSE; do
        package=$(dirname "$terms")
        echo "${package#node_modules/} $(sed -n 's/^  "version": "\(.*\)",*/\1/p' "$package/package.json")"
        echo
        cat "$terms"
        echo
    done
    echo '*/'
    printf '%s\n' "$code"
} >"$target.new"
mv "$target.new" "$target"
echo "$lock" >"$mark"
