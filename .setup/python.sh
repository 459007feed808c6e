#!/bin/sh
# Prints the Python to use: $PYTHON if set, else one of 3.11 to 3.13 (tested), else any later one.
# A Python that was built without optimisation, as version managers do by default, takes an eighth longer over everything:
# where the system has another that fits and can make environments, that one is taken.
fits() { # fits PROGRAM LOWEST HIGHEST
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c "import sys; raise SystemExit(not ($2 <= sys.version_info[1] <= $3 and sys.version_info[0] == 3))" 2>/dev/null
}

slow() { # slow PROGRAM: whether it is no system's own and was built without optimisation
    "$1" -c "
import sys, sysconfig
optimised = '--enable-optimizations' in (sysconfig.get_config_var('CONFIG_ARGS') or '--enable-optimizations')
raise SystemExit(optimised or sys.base_prefix == '/usr')" 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" 11 99 && command -v "$PYTHON" && exit 0
    exit 1
fi
for highest in 13 99; do
    for candidate in python3 python3.13 python3.12 python3.11 python3.14 \
        /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3; do
        if fits "$candidate" 11 "$highest"; then
            if slow "$candidate" && fits /usr/bin/python3 11 "$highest" &&
                /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null; then
                candidate=/usr/bin/python3
            fi
            command -v "$candidate"
            exit 0
        fi
    done
done
exit 1
