"""Memory of documents is given back: at the end of a block, or before it where they are needed no more."""

from pipeline.press.fast.release import record_cycle, released


class Thing:
    """Something with a field."""

    def __init__(self) -> None:
        self.field = 1


def test_what_is_needed_no_more_is_let_go_before_the_end() -> None:
    first, second = Thing(), Thing()
    with released() as let_go:
        record_cycle(first)
        let_go()
        assert not first.__dict__
        record_cycle(second)
        assert second.field == 1
    assert not second.__dict__
