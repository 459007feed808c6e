"""Services answer the hooks of the line."""

import pytest

from pipeline.core.services import HOOKS, Hook, Service
from pipeline.model.source.library_file import LibraryFields
from pipeline.model.source.record import Record
from pipeline.services.site.settings import SiteSettings


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_an_answer(hook: str) -> None:
    answers = [*Hook[object](hook)]
    assert answers
    assert all(map(callable, answers))


def test_a_service_cannot_use_a_hook_that_nobody_asks() -> None:
    with pytest.raises(ValueError, match="site: unknown hook feeds"):
        Service("site", hooks={"feeds": {"atom": "pipeline.site:atom"}})
    with pytest.raises(ValueError, match="unknown hook feeds"):
        Hook[object]("feeds")


def test_a_service_reads_its_own_keys_of_the_library() -> None:
    fields = LibraryFields.model_validate({"title": "T", "publisher": "P", "site": {"address": "https://a.example"}})
    assert fields.of(SiteSettings).site.address == "https://a.example"


def test_keys_that_no_service_adds_cannot_be_read() -> None:
    class Unknown(Record):
        colour: str = "red"

    with pytest.raises(TypeError, match="no service adds Unknown"):
        LibraryFields(title="T", publisher="P").of(Unknown)
