"""From structured source to bound, dated documents, in stages.

load -> resolve -> compose -> press -> bind -> proof
"""

import sys
from pathlib import Path

__version__ = "1.0.0"

if sys.version_info < (3, 11):  # noqa: UP036  an environment may be another's, and is then told of in a sentence
    sys.stderr.write(f"briefings: Python 3.11 or later is needed, and this is {sys.version.split()[0]}.\n")
    sys.exit(3)

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and sys.path[:1] != [str(Path(__file__).parent.parent)]:
    del sys.path[0]  # `python -m` has put the current folder there: what lies in it is no code of ours
