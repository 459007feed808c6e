#!/bin/sh
# Prints the Python to use: $PYTHON if set, else one of 3.11 to 3.13 (tested), else any later one.
fits() { # fits PROGRAM LOWEST HIGHEST
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c "import sys; raise SystemExit(not ($2 <= sys.version_info[1] <= $3 and sys.version_info[0] == 3))" 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" 11 99 && command -v "$PYTHON" && exit 0
    exit 1
fi
for highest in 13 99; do
    for candidate in python3 python3.13 python3.12 python3.11 python3.14 \
        /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3; do
        if fits "$candidate" 11 "$highest"; then
            command -v "$candidate"
            exit 0
        fi
    done
done
exit 1
