#!/bin/sh
# command.sh VENV: makes the command VENV/bin/briefings, which runs the code of this folder wherever it is called.
# Python is started in isolation (-I): neither the folder that somebody stands in nor the environment adds code of its own.
set -eu
here=$(pwd)
venv=$(cd "$1" && pwd)

packages=$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$here" > "$packages/briefings-here.pth"
cat > "$venv/bin/briefings" <<SCRIPT
#!/bin/sh
BRIEFINGS="\$0" exec "$venv/bin/python" -I -m pipeline "\$@"
SCRIPT
chmod 755 "$venv/bin/briefings"
