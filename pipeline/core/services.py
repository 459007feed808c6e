"""Services: folders of `pipeline/services/` that add verbs and hooks to the program.

The stages (from `core` to `build`) name no service. They ask a hook; each installed service may add to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, Literal, NamedTuple, TypeVar, get_args

VerbGroup = Literal["Write", "Build", "Publish", "Colleges", "Machine"]
"""A group of verbs in `--help`."""

VERB_GROUPS: tuple[VerbGroup, ...] = get_args(VerbGroup)


class Verb(NamedTuple):
    """A verb of the command line."""

    group: VerbGroup
    summary: str
    object: str
    """Its command, as 'module:object'."""
    example: str
    """Arguments of an example in `--help`; most work in the sample library."""


Answer = TypeVar("Answer")

HOOKS: Mapping[str, str] = {
    "catalogue_address": "A function of the imprint: the web address of the catalogue. Asked by letters.",
    "checks": "A function of the project, names and a day: diagnostics. Asked by `check`.",
    "cites": "A function of the project and a citation key: issued texts that rest on the work. Asked by `cites`.",
    "forms": "A function of diagnostics and the library's folder: a form of `--report`. Asked by `check`.",
    "languages": "A function of the library: languages that it names, with their places. Asked by the rule of words.",
    "library_rules": "A function of the environment: diagnostics. Asked by the rules.",
    "lists": "A model of `source/NAME.yaml`: a list of records for `Library.others`. Asked by the loader.",
    "new_files": "A function of a folder and options: what writes more files of a new library. Asked by `new`.",
    "new_options": "A decorator that adds options to the verb `new`.",
    "pack_rules": "A function of a pack with its texts: diagnostics. Asked by the rules.",
    "printed_words": "A function of the environment: words that are printed, with their places. Asked by the rules.",
    "public_keys": "A function of the imprint: the public keys of deliveries. Asked by `site`.",
    "settings": "A record whose fields are keys of `library.yaml`. Asked by the model of that file.",
    "gates": "A function of a library, a pack, files and a day: what stands against an issue. Asked by `issue`.",
    "holders": "A function of a library, files, an edition and a text: who holds it. Asked by `cites`.",
    "identify": "A class of the project: the copies and parcels on record. Asked by `verify`.",
    "notices": "A class of files: what is added to the state of an edition. Asked by `verify`, `pages`, `site`.",
    "recipients": "A function of a library, a pack and a day: who takes the pack. Asked by `due`, `accessibility`.",
    "returned": "A function of a document: the function that takes it in, if it came back. Asked by `import`.",
    "site_files": "A function of the settings, layouts and words: more files of a site, by path. Asked by `site`.",
}
"""The hooks that a service may use, each with what its objects are and who asks."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a service adds. Objects are named as 'module:object' and loaded when they are used."""

    name: str
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    """Verb of an earlier release -> the sentence that names what to use instead."""
    files: tuple[str, ...] = ()
    """Names of its files and folders in `source/`, without the lists of its hook."""
    records: tuple[str, ...] = ()
    """The files among them that no build reads, such as ledgers; they are not part of a cache key."""
    reads: tuple[str, ...] = ()
    """Services that it imports. Without these, this service is not available."""
    hooks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Hook -> name -> 'module:object'."""

    def __post_init__(self) -> None:
        if unknown := set(self.hooks) - set(HOOKS):
            raise ValueError(f"{self.name}: unknown hook {sorted(unknown)[0]}")


@cache
def installed_services() -> Mapping[str, Service]:
    """The available services by name, in alphabetical order."""
    root = import_module("pipeline.services")
    available = {
        module.name: import_module(f"{root.__name__}.{module.name}").SERVICE for module in iter_modules(root.__path__)
    }
    while missing := [name for name, service in available.items() if not set(service.reads) <= set(available)]:
        for name in missing:
            del available[name]
    return available


@cache
def service_files() -> tuple[str, ...]:
    """Return the names of all services' files and folders in `source/`."""
    return tuple(name for service in installed_services().values() for name in service.files)


@cache
def service_records() -> tuple[str, ...]:
    """Return the paths of files that are not part of a cache key."""
    return tuple(f"source/{name}" for service in installed_services().values() for name in service.records)


def load_object(path: str) -> Any:
    """Return the object that 'module:object' names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True)
class Hook(Generic[Answer]):
    """A question to the services, declared with the type of their answers in the module that asks it."""

    name: str
    """A key of `HOOKS`."""

    def __iter__(self) -> Iterator[Answer]:
        """Load what services add, in the order of the services."""
        return (answer for _, answer in self.items())

    def items(self) -> Iterator[tuple[str, Answer]]:
        """Load what services add, with its names."""
        for service in installed_services().values():
            for name, path in service.hooks.get(self.name, {}).items():
                yield name, load_object(path)

    def __post_init__(self) -> None:
        if self.name not in HOOKS:
            raise ValueError(f"unknown hook {self.name}")
