"""The plan of a build: what is up to date, what has changed, and why."""
