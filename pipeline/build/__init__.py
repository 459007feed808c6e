"""The build: which stage is asked for what, what is up to date, who works, and what stands in `output/`."""
