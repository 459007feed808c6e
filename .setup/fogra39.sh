#!/bin/sh
# fogra39.sh VENV: makes a profile of offset printing on coated paper for the tests of print files. Debian has FOGRA's
# measurements of that press (icc-profiles-free), and Argyll to make a profile from them. Where either is missing it
# says so and ends well: what needs the profile is skipped and says so too.
set -eu
profile=$1/share/FOGRA39L.icc
measured=/usr/share/color/icc/FOGRA39L.ti3

[ -f "$profile" ] && exit 0
if ! command -v colprof >/dev/null 2>&1 || [ ! -f "$measured" ]; then
    echo "note: argyll or icc-profiles-free is not here; print files are not tested with the profile of FOGRA39"
    exit 0
fi
echo "Making a profile of FOGRA39 (half a minute)"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
cp "$measured" "$fresh/"
(cd "$fresh" && colprof -D FOGRA39L -ql -S /usr/share/color/icc/sRGB.icc -cmt -dpp FOGRA39L >said 2>&1) || {
    echo "note: the profile of FOGRA39 could not be made; print files are not tested with it"
    exit 0
}
mkdir -p "$1/share"
cp "$fresh/FOGRA39L.icc" "$profile"
