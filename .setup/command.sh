#!/bin/sh
# command.sh VENV: makes the command VENV/bin/briefings, which runs the code of this folder wherever it is called.
# Python is started in isolation (-I): neither the folder that somebody stands in nor the environment adds code of its own.
# Both the command and Python find this folder from where they lie themselves, so that it may be moved and renamed.
set -eu
venv=$(cd "$1" && pwd)

"$venv/bin/python" -I - "$(pwd)" <<'PY'
import os, pathlib, sys, sysconfig

packages = sysconfig.get_path("purelib")
here = os.path.relpath(sys.argv[1], packages)
# Python reads this file in the encoding of whoever calls it, and takes a line for code where it begins with "import".
line = here if here.isascii() else f"import sys; sys.path.append({sys.argv[1]!a})"
pathlib.Path(packages, "briefings-here.pth").write_text(line + "\n", encoding="ascii")
PY
cat > "$venv/bin/briefings" <<'SCRIPT'
#!/bin/sh
self=$0
while [ -L "$self" ]; do # by hand: not every readlink has -f
    leads=$(readlink "$self")
    case $leads in /*) self=$leads ;; *) self=${self%/*}/$leads ;; esac
done
bin=${self%/*}
checkout() { cd "$bin/../.." && pwd; }

if [ ! -x "$bin/python" ]; then
    echo "briefings: The Python that it was set up with is gone. Set it up again in $(checkout): make check" >&2
    exit 3
fi
if [ -f "$bin/../.ready" ] && [ "$bin/../../requirements.lock" -nt "$bin/../.ready" ]; then
    echo "briefings: requirements.lock is newer than what is installed. Install it in $(checkout): make check" >&2
fi
# -W: what a process leaves behind that ends at once Python takes away, and need not tell.
BRIEFINGS="$0" exec "$bin/python" -I -W ignore:resource_tracker:UserWarning -m pipeline "$@"
SCRIPT
chmod 755 "$venv/bin/briefings"
