"""The command `briefings`: its verbs, each loaded when it is used."""

from collections.abc import Iterator, Mapping
from functools import cache

import click

from pipeline import __version__
from pipeline.cli.options import common_options
from pipeline.core.environment import read_engine_mode
from pipeline.core.services import VERB_GROUPS, Verb, installed_services, load_object

_VERBS: Mapping[str, Verb] = {
    "build": Verb(
        "Build",
        "Build all briefings, packs and series pages, or those named.",
        "pipeline.cli.build:build_verb",
        "hot-spots-policing --format pdf",
    ),
    "check": Verb(
        "Write", "Check the source files, and build nothing.", "pipeline.cli.check:check_verb", "hot-spots-policing"
    ),
    "cites": Verb(
        "Write", "List the briefings that cite a work, or all works.", "pipeline.cli.check:cites_verb", "eggins2020"
    ),
    "doctor": Verb(
        "Machine",
        "Check this machine, and show what to install.",
        "pipeline.cli.doctor:doctor_verb",
        "",
    ),
    "explain": Verb(
        "Write",
        "Explain a message by its code, or list all codes.",
        "pipeline.cli.check:explain_verb",
        "cite-unknown-key",
    ),
    "handbook": Verb(
        "Build", "Build this handbook as PDF and EPUB into a folder.", "pipeline.cli.new:handbook_verb", "my-handbook"
    ),
    "layouts": Verb(
        "Build",
        "List the shipped layouts, or copy some to change them.",
        "pipeline.cli.new:layouts_verb",
        "briefing/briefing.css",
    ),
    "list": Verb(
        "Write", "List all briefings with version, status and dates.", "pipeline.cli.check:list_verb", "--report csv"
    ),
    "new": Verb(
        "Write",
        "Start a library in a new folder.",
        "pipeline.cli.new:new_verb",
        "my-library",
    ),
    "proof": Verb(
        "Build",
        "Inspect the built files, or the files named.",
        "pipeline.cli.build:proof_verb",
        "output/briefings/hot-spots-policing/hot-spots-policing.pdf",
    ),
    "prune": Verb(
        "Machine", "Delete cache entries that the last builds did not use.", "pipeline.cli.build:prune_verb", ""
    ),
    "schema": Verb(
        "Machine", "Write the JSON Schemas of the source files, for editors.", "pipeline.cli.new:schema_verb", ""
    ),
}
"""The verbs that no service adds."""


@cache
def verbs() -> Mapping[str, Verb]:
    """Return all verbs by name, in alphabetical order."""
    all_verbs = dict(_VERBS)
    for service in installed_services().values():
        all_verbs |= service.verbs
    return dict(sorted(all_verbs.items()))


class LazyCommands(Mapping[str, click.Command]):
    """The commands by name, each loaded when it is used: most take longer to load than others to run."""

    def __getitem__(self, name: str) -> click.Command:
        verb = verbs()[name]
        command: click.Command = load_object(verb.object)
        command.epilog = f"\b\nExample:\n  briefings {name} {verb.example}".rstrip()
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(verbs())

    def __len__(self) -> int:
        return len(verbs())


class LazyGroup(click.Group):
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
        """Write the verbs by group."""
        width = max(map(len, verbs()))
        for group in VERB_GROUPS:
            if listed := [(f"{name:{width}}", verb.summary) for name, verb in verbs().items() if verb.group == group]:
                with formatter.section(group):
                    formatter.write_dl(listed)


@click.group(cls=LazyGroup, commands=LazyCommands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefings")
@common_options
def main() -> None:
    """Make accessible PDF and EPUB briefings from plain text, bind them into packs, and send them to colleges.

    'briefings VERB --help' shows the options of a verb and an example. BRIEFINGS_ENGINE=plain in the environment runs
    the typesetting engine without our faster functions.
    """
    read_engine_mode()
