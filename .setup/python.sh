#!/bin/sh
# Prints the first Python of 3.11 or later: $PYTHON if set, then python3, then the numbered ones.
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 \
    /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
exit 1
