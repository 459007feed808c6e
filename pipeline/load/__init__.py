"""Files in, a well-formed library out: YAML, Markdown, references and figures, each with its place."""
