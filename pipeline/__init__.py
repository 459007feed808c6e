"""The line from structured source to bound, dated documents.

load -> resolve -> compose -> press -> bind -> proof -> issue -> deliver
"""

__version__ = "1.0.0"
