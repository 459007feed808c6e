#!/bin/sh
# command.sh VENV: makes the command VENV/bin/briefings, which runs the code of this folder wherever it is called.
# Python is started in isolation (-I): neither the folder that somebody stands in nor the environment adds code of its own.
# Of an environment in this folder both the command and Python find it from where they lie themselves, so that it may be
# moved and renamed. One that lies elsewhere, as behind a link, is told where this folder is.
set -eu
unset CDPATH
venv=$(cd "$1" && pwd -P)

# As each is given to the shell, quoted: where the mark for Python lies, what the environment is called here, and, if it
# lies elsewhere, this folder.
known=$("$venv/bin/python" -I - "$(pwd -P)" "$venv" <<'PY'
import os, pathlib, shlex, sys, sysconfig

here, venv = sys.argv[1:]
packages = os.path.realpath(sysconfig.get_path("purelib"))
inside = os.path.commonpath((here, venv)) == here
# Python reads this file in the encoding of whoever calls it, and takes a line for code where it begins with "import".
line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(here)!r}))"
mark = pathlib.Path(packages, "briefings-here.pth")
mark.write_text((os.path.relpath(here, packages) if inside else line) + "\n", encoding="ascii")
words = {
    "mark": os.path.relpath(mark, f"{venv}/bin"),
    "name": os.path.relpath(venv, here) if inside else "",
    "checkout": os.path.relpath(here, f"{venv}/bin") if inside else here,
}
sys.stdout.buffer.write(os.fsencode("\n".join(f"{word}={shlex.quote(said)}" for word, said in words.items())))
PY
)
{
    cat <<'SCRIPT'
#!/bin/sh
self=$0
case $self in */*) ;; *) self=./$self ;; esac # as `sh briefings` has it
while [ -L "$self" ]; do # by hand: not every readlink has -f
    leads=$(readlink "$self")
    case $leads in /*) self=$leads ;; *) self=${self%/*}/$leads ;; esac
done
bin=${self%/*}
SCRIPT
    printf '%s\n' "$known"
    cat <<'SCRIPT'
case $checkout in /*) ;; *) checkout=$bin/$checkout ;; esac
where() { (CDPATH='' cd -P -- "$checkout" 2>/dev/null && pwd) || printf '%s\n' "$checkout"; }
leave() { printf 'briefings: %s\n' "$1" >&2; exit 3; }

if ! [ -f "$bin/../pyvenv.cfg" ] || ! [ -f "$bin/$mark" ]; then
    leave "$self is a copy of the command, which works where it was made and nowhere else. Make a link to it instead (ln -s)."
fi
if ! [ -f "$checkout/.setup/command.sh" ] || { [ -n "$name" ] && ! [ "$checkout/$name" -ef "$bin/.." ]; }; then
    leave "$self does not belong to what lies in $(where). Set it up in the folder of the program, and make a link to it: make check"
fi
if ! [ -x "$bin/python" ]; then
    leave "The Python that it was set up with is gone. Set it up again in $(where): make check"
fi
if [ -f "$bin/../.ready" ] && [ "$checkout/requirements.lock" -nt "$bin/../.ready" ]; then
    printf 'briefings: %s\n' "requirements.lock is newer than what is installed. Install it in $(where): make check" >&2
fi
# -W: what a process leaves behind that ends at once Python takes away, and need not tell.
BRIEFINGS="$0" exec "$bin/python" -I -W ignore:resource_tracker:UserWarning -m pipeline "$@"
SCRIPT
} > "$venv/bin/briefings"
chmod 755 "$venv/bin/briefings"
