"""Reasons why things were made anew: for each the first of its inputs that is not what it was when it was made last."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from pipeline.build.output.outputs import Output
from pipeline.build.planning.resolve_cache import front_matter
from pipeline.build.project import Project
from pipeline.core.digest import digest, sha256
from pipeline.load.library.folders import LEDGER
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.chosen import texts_of
from pipeline.store.toolchain import code_digest, tools

Inputs = Mapping[str, str]
"""Everything that a build is made of: what it is called, and what tells whether it has changed."""

Reason = tuple[str, str]
"""The owner of files, such as 'packs/nights', and why they were made anew."""

RECORD = digest("the inputs of everything that was made last")
"""The cache key of the record. It holds for every release of the program: a new one is a reason."""

UNKNOWN = "nothing is known of an earlier build"
DISTURBED = "a file of it was changed by somebody, or is gone"
DRAFT = "its last build left a draft, or nothing, and is tried again"

MOST = 8
"""Builds whose inputs are remembered. What was made last by an older one counts as unknown."""


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The inputs of what was made last."""

    owners: dict[str, str]
    """By owner the digest of the inputs."""
    inputs: dict[str, dict[str, str]]
    """By this digest the inputs, the oldest first."""
    drafts: frozenset[str] = frozenset()
    """Owners of which a file was a draft for a fault of ours, or could not be made."""


NOTHING = InputRecord({}, {})


def reasons(
    project: Project, library: Library, order: Order, owners: Iterable[str], disturbed: Set[str]
) -> tuple[Reason, ...]:
    """Why things are made anew, in order of owner. Those `disturbed` come to what they came to, and lack a file."""
    record = project.store.find(RECORD, InputRecord) or NOTHING
    now = _inputs(project, library, order)
    return tuple(
        (owner, DISTURBED if owner in disturbed else _reason(owner, record, now, library)) for owner in sorted(owners)
    )


def note(
    project: Project,
    library: Library,
    order: Order,
    anew: Set[str],
    outputs: Iterable[Output],
    known: Set[str],
) -> None:
    """Keep what the things of a build are made of, so that the next one can tell what has changed.

    `anew` were to be made, `outputs` stand, `known` is all that the library has.
    """
    before = project.store.find(RECORD, InputRecord) or NOTHING
    now, outputs = _inputs(project, library, order), tuple(outputs)
    whole = {output.owner for output in outputs} - {output.owner for output in outputs if output.faulty}
    owners, mark = anew | whole, digest(now)
    inputs = dict([*(pair for pair in before.inputs.items() if pair[0] != mark), (mark, now)][-MOST:])
    marks = {**before.owners, **dict.fromkeys(owners, mark)}
    kept = {owner: one for owner, one in marks.items() if owner in known and one in inputs}
    drafts = ((before.drafts - owners) | (owners - whole)) & kept.keys()
    project.store.keep(RECORD, InputRecord(kept, inputs, frozenset(drafts)))


def _reason(owner: str, record: InputRecord, now: Inputs, library: Library) -> str:
    """The first input of a thing that has changed: its own files, then what all share, then the program and the day."""
    if owner not in record.owners:
        return UNKNOWN
    before = record.inputs[record.owners[owner]]
    names = {*before, *now}
    own = _own(owner, library, names)
    others = {name for name in names if name.startswith(_OF_ONE)}  # of other texts the front matter alone counts
    for name in (*own, *sorted(names - {*own} - others, key=_order)):
        if before.get(name) != now.get(name):
            return f"{name} {_change(name, before, now)}"
    return DRAFT if owner in record.drafts else UNKNOWN


_OF_ONE = ("source/briefings/", "source/packs/", "source/handbook/", LEDGER)
"""Folders of files that belong to one thing, and the ledger, which decides nothing."""


def _own(owner: str, library: Library, names: Iterable[str]) -> list[str]:
    """The files of a thing and of its texts, its own first: the file itself, then what lies beside it."""
    folder, _, name = owner.partition("/")
    texts: tuple[str, ...] = (name,)
    paths: list[str] = []
    if folder == "packs" and name in library.packs:
        pack = library.packs[name]
        paths, texts = [pack.path], texts_of(library, pack)
        folder = pack.path.rpartition("/")[0]
        paths += sorted(one for one in names if one.startswith(f"{folder}/") and not one.endswith((".yaml", ".md")))
    elif folder == "series" and name in library.series:
        paths, texts = [library.series[name].path], tuple(library.series[name].fields.briefings)
    for path in (library.briefings[one].path for one in texts if one in library.briefings):
        beside = path.removesuffix("briefing.md") if path.endswith("/briefing.md") else path
        paths += [path, *sorted(one for one in names if one.startswith(beside) and one != path)]
    return paths


def _change(name: str, before: Inputs, now: Inputs) -> str:
    if name not in before:
        return "is new"
    if name not in now:
        return "is gone"
    return f"is {now[name]}, and was {before[name]}" if name.startswith(_SAID) else "has changed"


_DAY, _ORDER, _PROGRAM = "the date produced", "what was asked for", "the program"
_PACKAGE = "the package "
_SAID = (_DAY, _ORDER, _PACKAGE)
"""Beginnings of the names of inputs that are told with what they are."""


def _order(name: str) -> tuple[int, str]:
    """Files of the library first, then layouts, the program, its packages, the day, and the order."""
    heads = ("", "the front matter of ", "layouts/", "the citation style ", _PROGRAM, _PACKAGE, _DAY, _ORDER)
    return max(rank for rank, head in enumerate(heads) if name.startswith(head)), name


def _inputs(project: Project, library: Library, order: Order) -> dict[str, str]:
    """All that a build of this order is made of."""
    files = project.files
    found = {path: sha256(content) for path, content in files.items()}
    for path in (briefing.path for briefing in library.briefings.values()):
        found[f"the front matter of {path}"] = digest(front_matter(files[path], path))
    found |= {f"layouts/{name}": digest(text) for name, text in project.layouts.files.items()}
    found |= {f"the citation style {name}": digest(text) for name, text in project.layouts.styles.items()}
    found |= {f"{_PACKAGE}{name}": version for name, version in tools() if name != "briefings"}
    found[_PROGRAM] = code_digest()
    found[_DAY] = order.produced.isoformat()
    asked = ", ".join(order.names) or ("all packs" if order.only_packs else "everything")
    found[_ORDER] = f"{asked} in {', '.join(order.formats) or 'every format'}"
    return found
