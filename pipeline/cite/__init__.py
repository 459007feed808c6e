"""Bibliography formats in, and the engine that formats citations and reference lists."""
