"""The command `briefings`: its verbs, each loaded when it is used."""

from collections.abc import Iterator, Mapping
from functools import cache

import click

from pipeline import __version__
from pipeline.cli.options import common_options
from pipeline.core.environment import read_engine_mode
from pipeline.core.services import installed_services, load_object

_VERBS: Mapping[str, tuple[str, str]] = {
    "build": (
        "Build briefings, packs and series pages into output/ (all of them, or those named).",
        "pipeline.cli.build:build_verb",
    ),
    "check": ("Say what is wrong in the source, and build nothing.", "pipeline.cli.check:check_verb"),
    "cites": (
        "List the briefings that rest on a work, by its citation key; without a key, all works.",
        "pipeline.cli.check:cites_verb",
    ),
    "doctor": ("Say what this machine has and lacks, and what mends it.", "pipeline.cli.doctor:doctor_verb"),
    "explain": ("Explain a diagnostic by its code, or list all codes.", "pipeline.cli.check:explain_verb"),
    "handbook": (
        "Build the handbook as PDF and EPUB into a folder (default: briefings-handbook).",
        "pipeline.cli.new:handbook_verb",
    ),
    "layouts": (
        "List the templates and style sheets that ship, or copy some into layouts/ of the library.",
        "pipeline.cli.new:layouts_verb",
    ),
    "list": ("List every briefing with version, status and dates.", "pipeline.cli.check:list_verb"),
    "new": (
        "Start a library in a new folder: every kind of file, one working example of each.",
        "pipeline.cli.new:new_verb",
    ),
    "proof": (
        "Inspect the files that were built, or those named, and say what is wrong with them.",
        "pipeline.cli.build:proof_verb",
    ),
    "prune": ("Forget remembered results that no last build used.", "pipeline.cli.build:prune_verb"),
    "schema": (
        "Write the JSON Schemas of all source files into a folder (default: source/.schema).",
        "pipeline.cli.new:schema_verb",
    ),
}
"""The verbs that no service adds: name -> (summary, 'module:object')."""


@cache
def verbs() -> Mapping[str, tuple[str, str]]:
    """Return all verbs, each with its summary for `--help` and its 'module:object', in alphabetical order."""
    all_verbs = dict(_VERBS)
    for service in installed_services().values():
        all_verbs |= service.verbs
    return dict(sorted(all_verbs.items()))


class LazyCommands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is used: most take longer to load than others to run."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = load_object(verbs()[name][1])
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(verbs())

    def __len__(self) -> int:
        return len(verbs())


class VerbGroup(click.Group):
    """A group whose help is written without loading the commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of a verb. A withdrawn verb is a usage error that names the replacement."""
        for service in installed_services().values():
            if args[0] in service.withdrawn:
                ctx.fail(f"'{args[0]}' was withdrawn in release 2. {service.withdrawn[args[0]]}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs in the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (summary, _) in verbs().items()])


@click.group(cls=VerbGroup, commands=LazyCommands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
@common_options
def main() -> None:
    """From plain text to dated, accessible evidence briefings: PDF and EPUB, bound into packs.

    BRIEFINGS_ENGINE=plain in the environment has the typesetting engine work without our faster functions.
    """
    read_engine_mode()
