"""Records in YAML: values with their places, models, schemas, and mistakes in an author's words."""
