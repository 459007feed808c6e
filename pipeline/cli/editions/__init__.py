"""The verbs of editions and the work behind them; the command finds them by `FOLDERS` in `cli/main.py`."""
