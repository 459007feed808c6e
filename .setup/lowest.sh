#!/bin/sh
# lowest.sh VENV: tries the program with the lowest releases that pyproject.toml allows, in an environment of its own. It
# imports every module, builds the starter library in every format, and runs some tests. uv brings the releases.
set -eu
uv=$1/bin/uv
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python=$folder/env/bin/python

"$uv" venv --quiet --python "$(sh .setup/python.sh)" "$folder/env"
"$uv" pip install --quiet --python "$python" --resolution lowest-direct --requirements pyproject.toml
"$uv" pip install --quiet --python "$python" pytest pytest-xdist hypothesis # which need not be the lowest

"$python" - <<'PY'
import importlib, pkgutil, pipeline
for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
PY
"$python" -m pipeline --quiet new "$folder/library"
sed 's/^formats: .*/formats: [screen, print, booklet, large-print, epub, html, text]/' \
    pipeline/starter_library/source/library.yaml >"$folder/library/source/library.yaml"
"$python" -m pipeline --quiet --project "$folder/library" build >"$folder/told" 2>&1 || { cat "$folder/told"; exit 1; }
"$python" -m pytest -q -n 0 -m 'not proof' -p no:cacheprovider tests/resolve/citations tests/bind/test_pdf.py tests/cli/test_screen.py
