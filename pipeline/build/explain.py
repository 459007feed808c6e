"""Reasons why things were made again: for each the first of its inputs that has changed (`build --explain`)."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from pipeline.build.output import Output
from pipeline.build.resolve_cache import front_matter
from pipeline.build.up_to_date import BuildRequest
from pipeline.core.digests import code_digest, digest, sha256, tool_versions
from pipeline.core.services import service_records
from pipeline.model.library import Library
from pipeline.resolve.environment import texts_needed_by_pack

Inputs = Mapping[str, str]
"""Everything that a build is made of: by name the value or digest that changes with it."""

Reason = tuple[str, str]
"""The owner of files, such as 'packs/nights', and why they were made again."""

RECORD_KEY = digest("the inputs of everything that was made last")
"""The cache key of the record. It holds for every release of the program: a new one is a reason."""

UNKNOWN = "nothing is known of an earlier build"
DISTURBED = "a file of it was changed by somebody, or is gone"
DRAFT = "its last build left a draft, or nothing, and is tried again"

MAX_BUILDS = 8
"""Builds whose inputs are kept. What was made last by an older one counts as unknown."""


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The inputs of what was made last."""

    owners: dict[str, str]
    """The digest of the inputs, by owner."""
    inputs: dict[str, dict[str, str]]
    """The inputs by their digest, the oldest first."""
    drafts: frozenset[str] = frozenset()
    """Owners with a file that was a draft because of a fault of ours, or could not be made."""


def reasons(request: BuildRequest, owners: Iterable[str], disturbed: Set[str]) -> tuple[Reason, ...]:
    """Return why things are made again, in order of owner; `disturbed` owners are up to date but lack a file."""
    record = request.project.store.find(RECORD_KEY, InputRecord) or InputRecord({}, {})
    inputs = _inputs(request)
    return tuple(
        (owner, DISTURBED if owner in disturbed else _reason(owner, record, inputs, request.library))
        for owner in sorted(owners)
    )


def record_inputs(request: BuildRequest, made: Set[str], outputs: Iterable[Output], known: Set[str]) -> None:
    """Keep the inputs of a build, so that the next one can say what has changed.

    `made` are the owners that were to be made, `outputs` all files that are there, `known` all owners of the library.
    """
    store = request.project.store
    before = store.find(RECORD_KEY, InputRecord) or InputRecord({}, {})
    inputs, outputs = _inputs(request), tuple(outputs)
    sound = {output.owner for output in outputs} - {output.owner for output in outputs if output.faulty}
    owners, mark = made | sound, digest(inputs)
    older = [(key, known_inputs) for key, known_inputs in before.inputs.items() if key != mark]
    inputs_by_mark = dict([*older, (mark, inputs)][-MAX_BUILDS:])
    marks = {**before.owners, **dict.fromkeys(owners, mark)}
    kept = {owner: mark for owner, mark in marks.items() if owner in known and mark in inputs_by_mark}
    drafts = ((before.drafts - owners) | (owners - sound)) & kept.keys()
    store.keep(RECORD_KEY, InputRecord(kept, inputs_by_mark, frozenset(drafts)))


def _reason(owner: str, record: InputRecord, now: Inputs, library: Library) -> str:
    """Return the first input that has changed: the thing's own files, then what all share, the program and the day."""
    if owner not in record.owners:
        return UNKNOWN
    before = record.inputs[record.owners[owner]]
    names = {*before, *now}
    own = _own_files(owner, library, names)
    others = {name for name in names if name.startswith(_OF_ONE)}  # of other texts the front matter alone counts
    for name in (*own, *sorted(names - {*own} - others, key=_rank)):
        if before.get(name) != now.get(name):
            if name not in before or name not in now:
                return f"{name} is {'new' if name in now else 'gone'}"
            if name.startswith((_DAY, _ORDER, _PACKAGE)):
                return f"{name} is {now[name]}, and was {before[name]}"
            return f"{name} has changed"
    return DRAFT if owner in record.drafts else UNKNOWN


_OF_ONE = ("source/briefings/", "source/packs/", "source/handbook/", *service_records())
"""Folders of files that belong to one thing, and records of services, which change nothing that is made."""


def _own_files(owner: str, library: Library, names: Iterable[str]) -> list[str]:
    """Return the files of a thing and of its texts: first the file itself, then the files next to it."""
    folder, _, name = owner.partition("/")
    texts: tuple[str, ...] = (name,)
    paths: list[str] = []
    if folder == "packs" and name in library.packs:
        pack = library.packs[name]
        paths, texts = [pack.path], texts_needed_by_pack(library, pack)
        folder = pack.path.rpartition("/")[0]
        paths += sorted(path for path in names if path.startswith(f"{folder}/") and not path.endswith((".yaml", ".md")))
    elif folder == "series" and name in library.series:
        paths, texts = [library.series[name].path], tuple(library.series[name].fields.briefings)
    for path in (library.briefings[text].path for text in texts if text in library.briefings):
        prefix = path.removesuffix("briefing.md") if path.endswith("/briefing.md") else path
        paths += [path, *sorted(other for other in names if other.startswith(prefix) and other != path)]
    return paths


_DAY, _ORDER, _PROGRAM = "the date produced", "what was asked for", "the program"
_PACKAGE = "the package "


def _rank(name: str) -> tuple[int, str]:
    """Sort files of the library first, then layouts, the program, its packages, the day, and the order."""
    heads = ("", "the front matter of ", "layouts/", "the citation style ", _PROGRAM, _PACKAGE, _DAY, _ORDER)
    return max(rank for rank, head in enumerate(heads) if name.startswith(head)), name


def _inputs(request: BuildRequest) -> dict[str, str]:
    project, order = request.project, request.order
    files = project.files
    inputs = {path: sha256(content) for path, content in files.items()}
    for path in (briefing.path for briefing in request.library.briefings.values()):
        inputs[f"the front matter of {path}"] = digest(front_matter(files[path], path))
    inputs |= {f"layouts/{name}": digest(text) for name, text in project.layouts.files.items()}
    inputs |= {f"the citation style {name}": digest(text) for name, text in project.layouts.styles.items()}
    inputs |= {f"{_PACKAGE}{name}": version for name, version in tool_versions() if name != "briefings"}
    inputs[_PROGRAM] = code_digest()
    inputs[_DAY] = order.produced.isoformat()
    names = ", ".join(order.names) or ("all packs" if order.only_packs else "everything")
    inputs[_ORDER] = f"{names} in {', '.join(order.formats) or 'every format'}"
    return inputs
