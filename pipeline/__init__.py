"""The line from structured source to bound, dated documents.

load -> resolve -> compose -> press -> bind -> proof -> issue -> deliver
"""

import sys
from pathlib import Path

__version__ = "1.0.0"

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and sys.path[:1] != [str(Path(__file__).parent.parent)]:
    del sys.path[0]  # `python -m` has put the current folder there: what lies in it is no code of ours
