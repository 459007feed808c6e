"""The command `briefings`: its verbs, each in the file of its name, which is loaded when it is asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

import click

from pipeline import __version__
from pipeline.cli.options import shared
from pipeline.core.isolation import engine_asked

VERBS = MappingProxyType(
    {
        "accessibility": "Make the accessibility report of an issued edition, as PDF and web page.",
        "acknowledge": "Take in what a college says of a delivery: received, replaced, returned, destroyed or lost.",
        "approve": "Give the code of a briefing's words, or enter their approval in its history.",
        "build": "Build briefings, packs and series pages into output/ (all of them, or those named).",
        "changes": "Say how two versions of a briefing differ, or two editions of a pack, word by word.",
        "check": "Say what is wrong in the source, and build nothing.",
        "cites": "List the briefings that rest on a work, by its citation key; without a key, all works.",
        "comment": "Make Word documents for comment: every change in them is tracked, and citations are locked.",
        "compare": "Build what reads otherwise than in another copy of the library, and write an account of it.",
        "deliver": "Deliver an issued edition to the colleges that take it, each by its channel, and never twice.",
        "doctor": "Say what this machine has and lacks, and what mends it.",
        "due": "List the reviews that fall due, by owner, with the packs and colleges that they concern.",
        "explain": "Explain a diagnostic by its code, or list all codes.",
        "handbook": "Build the handbook as PDF and EPUB into a folder (default: briefings-handbook).",
        "holdings": "List who holds which edition, in which format and in how many copies, by the ledger.",
        "host": "Write the files by which GitHub, GitLab or Forgejo builds a library: workflows, a container, a hook.",
        "import": "Take Word documents or web pages in: text, pictures and works, and an account of the rest.",
        "issue": "Issue a pack as an edition: judged, recorded for good, and its files kept in the archive.",
        "key": "Make a key that deliveries are signed with, outside the library.",
        "layouts": "List the templates and style sheets that ship, or copy some into layouts/ of the library.",
        "ledger": "Check the ledger of what left the house, copy it, or fill a new database from source/ledger.csv.",
        "list": "List every briefing with version, status and dates.",
        "new": "Start a library in a new folder: every kind of file, one working example of each.",
        "pages": "Write a status page for every code that was ever issued.",
        "preview": "Show a text live in the browser: its pages are made anew whenever it is saved.",
        "proof": "Inspect the files that were built, or those named, and say what is wrong with them.",
        "prune": "Forget remembered results that no last build used.",
        "publish": "Keep the present version of a briefing for good, in source/versions/.",
        "ready": "Say whether a briefing could be published as it stands, and what is missing.",
        "recall": "Take a briefing, a version of it, a pack or an edition back from everybody who holds it.",
        "record": "Show the record of an edition, or hand out its files.",
        "schema": "Write the JSON Schemas of all source files into a folder (default: source/.schema).",
        "settle": "Say that deliveries were sent, or were not: printed copies, and those whose outcome is unknown.",
        "site": "Make the catalogue of the library: a site of what was built, with search, feeds and status pages.",
        "verify": "Say which edition a file, a parcel or a code is of, whether it is whole, and whether it is current.",
    }
)
"""Each verb with what it does, as `--help` lists it: to list them no verb need be loaded."""


WITHDRAWN: MappingProxyType[str, str] = MappingProxyType(
    {
        "disclose": "'briefings holdings', 'briefings record' and 'briefings ledger' show what is on record.",
        "replace": "Send whole copies of the new edition: 'briefings deliver PACK'.",
        "slip": "List what differs: 'briefings changes ID@1.0 ID --pdf'.",
    }
)
"""Verbs of earlier releases, each with a sentence that says what to use instead."""

FOLDERS = MappingProxyType(
    dict.fromkeys(("issue", "pages", "record", "verify"), "editions.")
    | dict.fromkeys(("acknowledge", "deliver", "holdings", "ledger", "recall", "settle"), "colleges.")
    | {
        "accessibility": "catalogue.",
        "comment": "word.",
        "compare": "hosting.",
        "host": "hosting.",
        "import": "word.",
        "key": "sealing.",
        "preview": "live.",
        "site": "catalogue.",
    }
)
"""The folders of verbs that have one of their own."""


class Loaded(Mapping[str, click.Command]):
    """The verbs by name, each loaded when it is asked for: most take longer to load than others to run."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in VERBS:
            raise KeyError(name)
        command: click.Command = import_module(f"pipeline.cli.{FOLDERS.get(name, '')}{name}").verb
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class Verbs(click.Group):
    """A group that can be listed without its commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb asked for; one that was withdrawn is a usage error that says what to use instead."""
        if args[0] in WITHDRAWN:
            ctx.fail(f"'{args[0]}' was withdrawn in release 2. {WITHDRAWN[args[0]]}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs in the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, commands=Loaded(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
@shared
def main() -> None:
    """From plain text to dated, accessible evidence briefings: PDF and EPUB, bound into packs.

    BRIEFINGS_ENGINE=plain in the environment has the typesetting engine work without our faster functions.
    """
    engine_asked()
