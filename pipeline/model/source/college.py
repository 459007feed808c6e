"""`colleges.yaml`: recipients, and the ways to them."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pipeline.model.formats import Format
from pipeline.model.source.briefing import Language
from pipeline.model.source.posting import Mailbox
from pipeline.model.source.record import Line, Record, Slug

FolderPath = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\r\n]*$")]
"""The path of a folder of this machine, or of one that it reaches as a folder."""


class Channels(Record):
    """Ways to a college: one for its files, `mail` or `folder`, and one for its printed copies, `post` or `printer`."""

    mail: Mailbox | None = None
    """The mailbox of a role there that its files are sent to."""
    folder: FolderPath | None = None
    """The folder that its files are put into, from the library's folder on, such as `/mnt/fellbrook/in`; each delivery
    becomes a folder in it."""
    post: Line | None = None
    """The postal address to which you send its printed copies, in one line."""
    printer: Line | None = None
    """The printer that sends its printed copies to `delivery`, such as orders@printer.example."""

    @model_validator(mode="after")
    def _one_way_for_each(self) -> Self:
        for one, other, what in (("mail", "folder", "files"), ("post", "printer", "printed copies")):
            if getattr(self, one) and getattr(self, other):
                raise ValueError(f"{what} go one way: name '{one}' or '{other}', not both")
        return self


class College(Record):
    """A recipient. No personal details beyond a role mailbox."""

    name: Line
    """The name in full; a numbered copy says that this college holds it."""
    organisation: Slug | None = None
    """The organisation that the college belongs to."""
    type: Literal[
        "force-learning-unit",
        "university",
        "national-college",
        "agency",
        "hospital",
        "school",
        "council",
        "charity",
        "other",
    ]
    """The kind of recipient; kept on record, and nothing depends on it."""
    licence_basis: Literal["home-office-force", "licensed", "nccl", "permission", "none"] = "none"
    """The basis on which it may use the briefings: a force of the Home Office, a licence, the National College's
    own, a permission."""
    contact: Line | None = None
    """The mailbox of a role there, not of a person."""
    delivery: Line | None = None
    """Where printed copies go: a postal address in one line, such as Learning unit, Quarry Lane, Fellbrook."""
    channels: Channels = Channels()
    """Ways by which `briefings deliver` reaches it."""
    formats: tuple[Format, ...] = ()
    """The formats it wants; where it names none, all that a pack has for screens."""
    copies: int = Field(default=0, ge=0)
    """How many printed copies it takes of each pack."""
    language: Language | None = None
    """The language that the college works in; kept on record, and not used yet."""
    access_needs: tuple[Line, ...] = ()
    """The needs of its readers, such as large print for 2 readers; the cover note repeats it."""
