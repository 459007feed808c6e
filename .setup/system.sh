#!/bin/sh
# Brings the system libraries that the press needs: Pango with its FreeType part, HarfBuzz with its subsetter,
# and Python 3.11 or later with venv. Debian and Ubuntu through apt, macOS through Homebrew; elsewhere says
# what is needed. Does nothing where everything is there.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
export PATH

packages="python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

python=$(sh "$(dirname "$0")/python.sh" || true)

complete() {
    [ -n "$python" ] || return 1
    "$python" - <<'PY' >/dev/null 2>&1
import ctypes, ensurepip, sys, venv
wanted = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "gobject-2.0")
darwin = sys.platform == "darwin"
for name in wanted:
    if darwin:
        names = [f"{lead}lib{name}{end}.dylib" for lead in ("", "/opt/homebrew/lib/", "/usr/local/lib/")
                 for end in ("", ".0", ".1")]
    else:
        names = [f"lib{name}.so.0", f"lib{name}.so.1"]
    for candidate in names:
        try:
            ctypes.CDLL(candidate)
            break
        except OSError:
            continue
    else:
        raise SystemExit(1)
PY
}

# The fonts of Chinese, Japanese and Korean, where the library asks for one of them (`design: scripts:`) and they may be
# brought. Where they may not, `briefings check` says what is missing. LIBRARY is the library's folder, where it is another.
cjk='scripts"?:[^#]*(chinese|japanese|korean)|^[[:space:]]*-[[:space:]]*"?(chinese|japanese|korean)"?[[:space:]]*(#|$)'
if grep -Eqs "$cjk" "${LIBRARY:-.}/source/library.yaml" && [ ! -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] \
    && command -v apt-get >/dev/null 2>&1; then
    heavy=""
    [ "$(id -u)" = 0 ] || heavy="sudo -n"
    echo "Installing fonts-noto-cjk, for the scripts that source/library.yaml asks for"
    # shellcheck disable=SC2086
    { $heavy apt-get update -qq && $heavy env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends fonts-noto-cjk; } >/dev/null 2>&1 \
        || echo "apt could not install them: the letters of these scripts will be missing." >&2
fi

complete && exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root="sudo"
    else
        echo "The press needs system packages. Ask an administrator to run:" >&2
        echo "    apt-get install $packages" >&2
        echo "Then run the same make command again." >&2
        exit 3
    fi
    echo "Installing system packages: $packages"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $packages; } >/dev/null || {
        echo "apt could not install them. Run this yourself and read what it says:" >&2
        echo "    apt-get install $packages" >&2
        exit 3
    }
elif command -v brew >/dev/null 2>&1; then
    echo "Installing with Homebrew: pango"
    brew install --quiet pango
else
    echo "The press needs Pango 1.44 or later, HarfBuzz with its subsetter, and Python 3.11 or later with venv." >&2
    echo "Install them with your system's package manager, then run the same make command again." >&2
    exit 3
fi

python=$(sh "$(dirname "$0")/python.sh" || true)
complete || {
    echo "Some of the system libraries are still missing: Python 3.11+ with venv, Pango, HarfBuzz (with subsetter)." >&2
    exit 3
}
