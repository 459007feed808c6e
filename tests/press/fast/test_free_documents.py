"""Memory of documents is given back: at the end of a block, or before it where they are needed no more."""

from pipeline.press.fast.free_memory import free_documents, record_cycle


class Thing:
    """Something with a field."""

    def __init__(self) -> None:
        self.field = 1


def test_what_is_needed_no_more_is_free_early_before_the_end() -> None:
    first, second = Thing(), Thing()
    with free_documents() as free_early:
        record_cycle(first)
        free_early()
        assert not first.__dict__
        record_cycle(second)
        assert second.field == 1
    assert not second.__dict__
