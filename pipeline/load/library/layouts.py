"""The layouts of a project: its own files before the shipped ones, file by file."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from pipeline.load.library.folders import read_folder
from pipeline.model.layouts import Layouts

__all__ = ["Layouts", "read_layouts"]

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff", ".woff2", ".otf", ".ttf")
_WORDS = "words/"
"""The folder of the tables of words: a library may have one of any language."""


def read_layouts(project: Path, shipped: Path, sources: Mapping[str, bytes] | None = None) -> Layouts:
    """The text files of `layouts/`; `shipped` is the folder of the layouts that ship with the package.

    Citation styles go by name (`house`) and, of the project's own files, by path too. They may stand among its
    `sources`, which are read if they are not given.
    """
    files: dict[str, str] = {}
    strange: list[str] = []
    english = ""
    styles: dict[str, str] = {}
    for root, folder in ((shipped.parent, shipped.name), (project, "layouts"), (project, "source")):
        given = sources if folder == "source" else None
        for path, content in (read_folder(root, folder) if given is None else given).items():
            if folder == "source" and not path.endswith(".csl"):
                continue  # a library has thousands of them
            inner = PurePosixPath(path).relative_to(folder)
            if inner.suffix == ".csl":
                text = content.decode("utf-8-sig", "replace")
                styles[path] = text
                if folder != "source":
                    styles[inner.stem] = text
            elif inner.suffix.lower() not in _PICTURES:
                if (
                    root == project != shipped.parent
                    and str(inner) not in files
                    and inner.suffix not in (".txt", ".md")
                    and not str(inner).startswith(_WORDS)
                ):
                    strange.append(str(inner))
                files[str(inner)] = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        english = english or files.get(f"{_WORDS}en.yaml", "")
    return Layouts(dict(sorted(files.items())), dict(sorted(styles.items())), english, tuple(sorted(strange)))
