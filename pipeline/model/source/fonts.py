"""`layouts/fonts.yaml`: the families of type and the files of their faces."""

from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from pipeline.model.source.design import FamilyName, FontPackage
from pipeline.model.source.record import Record

FontFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._,=\[\]-]*$", max_length=100)]
"""The name of a file in a font package."""


class ListedFace(Record):
    """A face of a family: one font file."""

    file: FontFile
    """The file in the package, such as `Lato-Regular.ttf`."""
    weight: int = Field(ge=1, le=1000)
    """How heavy it is: 400 is regular, 700 is bold."""
    italic: bool = False
    """Whether it is italic."""


class ListedFamily(Record):
    """A family of type; the first that is listed sets the text, unless `design` in `library.yaml` chooses another."""

    family: FamilyName
    """The family's name, such as Lato, by which style sheets and `library.yaml` know it."""
    package: FontPackage
    """The installed package that its files come from, such as `fontpkg_lato`; no other package is looked into."""
    for_: Literal["text", "headings", "code", "large-print"] = Field(default="text", alias="for")
    """The use of the family: `headings` are titles and those of sections, `code` is what is typed, `large-print` the
    edition of that name."""
    faces: tuple[ListedFace, ...] = Field(min_length=1)
    """Its font files."""


class ListedFamilies(RootModel[tuple[ListedFamily, ...]]):
    """`layouts/fonts.yaml`: the families of type, the first one first."""
