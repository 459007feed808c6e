"""The verb key: a new key that deliveries are signed with."""

from pathlib import Path
from shlex import quote

import click

from pipeline.cli.options import Shared
from pipeline.cli.outcome import Outcome, rendered
from pipeline.editions.sealing.keys import SIGNING_KEY, new_key


@click.command("key")
@click.argument("act", metavar="new", type=click.Choice(["new"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@rendered(library=False)
def verb(options: Shared, act: str, file: Path | None) -> Outcome:
    """Make a key that deliveries are signed with, outside the library, and print its public half.

    The file is yours alone, and nothing is written over another. Keep a copy where no network reaches it: whoever has
    it can sign in your name, and without it nobody can.
    """
    place = file or Path(click.get_app_dir("briefings")) / "signing.key"
    key = new_key(place, options.library).public
    text = (
        f"The private key is in {place}, which only you may read. Tell the command where it is:\n",
        f"    export {SIGNING_KEY}={quote(str(place.resolve()))}\n",
        "The public key goes into library.yaml:\n",
        f"    signing:\n      key: {key.minisign}",
    )
    return Outcome(text=["\n".join(text)])
