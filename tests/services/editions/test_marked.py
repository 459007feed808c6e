"""The identity of a copy in which changes are marked."""

from dataclasses import replace

from pipeline.services.editions.changes import MarkedJob
from tests.support.compose import samples


def test_a_marked_copy_bears_no_code() -> None:
    """Its words are of two texts, so it is no text that anybody could ask about; the sheet says the code to approve."""
    text = samples.publication()
    coded = replace(text, identity=replace(text.identity, code="5ZK8D-R00YC", status_page="https://p.example/v/5zk8dr"))
    marked = MarkedJob(None, coded).as_marked().identity
    assert marked.statuses[0] == "FOR APPROVAL"
    assert marked.coded == ("", "")
