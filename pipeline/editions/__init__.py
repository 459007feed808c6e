"""What was published and issued: kept versions and their records."""
