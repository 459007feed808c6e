"""YAML as editors read it."""

import yaml


class EditorsLoader(yaml.SafeLoader):
    """Reads YAML as an editor does: numbers and truth values are guessed at, dates are text."""


EditorsLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
