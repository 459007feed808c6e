"""The codes that pages bear, and where to ask about them: of a text that of its wording, of a pack that of its edition.

They are printed where somebody can be asked: the library has an archive of its editions, or pages on what is current.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from pipeline.core.faults import blamed_on
from pipeline.core.printed_code import PrintedCode, code_among
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.source.kept import WORDING
from pipeline.resolve.environment import Environment
from pipeline.resolve.publish.bound import path_of
from pipeline.resolve.reading import PackReading, Reading
from pipeline.resolve.wording.editions import words_digest
from pipeline.resolve.wording.wording import wording_digest, words_of

PageCode = tuple[str, str]
"""A code as it is printed, and the address of its status page; nothing where there is none."""

UNCODED: PageCode = ("", "")

CodedThing = TypeVar("CodedThing", Publication, PackPublication)

Digests = Mapping[str, str]
"""The digest of the wording of each text, by its key; none where no codes are printed."""


def text_digest(environment: Environment, reading: Reading) -> str:
    """The digest of a text's wording: of a kept version as its record has it."""
    kept = environment.kept.get(reading.key)
    if kept and kept.record.digest.startswith(f"{WORDING}:"):
        return kept.record.digest
    return wording_digest(words_of(reading))


def text_digests(environment: Environment, texts: Iterable[Reading], known: Digests = MappingProxyType({})) -> Digests:
    """The digest of each text, by its key, but for pages of the handbook; none where no codes are printed."""
    if not environment.imprint.prints_codes:
        return {}
    wanted = (reading for reading in texts if not reading.briefing.manual)
    found = {}
    for one in wanted:
        with blamed_on(one.path):
            found[one.key] = known.get(one.key) or text_digest(environment, one)
    return found


def coded_text(environment: Environment, digest: str) -> PageCode:
    """The code of a wording, beside those on record."""
    if not digest:
        return UNCODED
    code, base = code_among(digest, environment.codes), environment.imprint.fields.status_pages
    return str(code), status_page(base, code)


def status_page(base: str | None, code: PrintedCode) -> str:
    """The address of the page on what a code is of; nothing where a library has no such pages."""
    return f"{base.rstrip('/')}/{code.text.casefold()}" if base else ""


def coded_pack(binding: PackReading, digests: Digests) -> PageCode:
    """The code of the edition that a pack names; none where it names none."""
    return coded_text(binding.environment, pack_digest(binding, digests) if digests else "")


def with_code(thing: CodedThing, coded: PageCode) -> CodedThing:
    """A text or a pack whose pages bear a code."""
    code, page = coded
    return replace(thing, identity=replace(thing.identity, code=code, status_page=page))


def pack_digest(binding: PackReading, digests: Digests) -> str:
    """The digest of the words of the edition that a pack names, or nothing."""
    pack, inserts = binding.pack, binding.environment.inserts
    if not pack.fields.edition or pack.manual:
        return ""
    bound = ((one.briefing.id, one.briefing.fields.version, digests[one.key]) for one in binding.present)
    others = ((insert.title, inserts[path_of(insert)].sha256) for insert, _ in binding.inserts)
    return words_digest(pack.id, pack.fields.edition, bound, others)
