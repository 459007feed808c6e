"""Published texts: kept versions, editions and their records."""
