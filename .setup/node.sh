#!/bin/sh
# node.sh FOLDER: brings what FOLDER/package-lock.json names into FOLDER/node_modules: Ace, axe, Nu, the parser that Thorium
# reads with, and pdf.js. By npm, from wherever this machine's own settings say, each package by its hash, none of their
# scripts run, no browser brought. Where it cannot be had it says so and ends well: a check that was not made is told of
# as missing by those who would have made it.
set -eu
cd "$1"
lock=$(cksum <package-lock.json)
mark=node_modules/.brought

[ -f "$mark" ] && [ "$(cat "$mark")" = "$lock" ] && exit 0
told="what Ace and Thorium's parser would say of EPUBs, Nu of pages, and pdf.js would copy, is told as missing"
if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
    echo "note: Node and npm are not here; $told"
    exit 0
fi
if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" != true ]; then
    echo "note: Node 20 or later is needed, this is $(node --version); $told"
    exit 0
fi
echo "Bringing Ace, Nu, Thorium's parser and pdf.js by npm (the first time takes a minute or two)"
said=$(PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1) || {
    rm -rf node_modules
    echo "$said" | tail -3
    echo "note: npm could not bring them; $told"
    exit 0
}
echo "$lock" >"$mark"
