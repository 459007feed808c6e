"""Typed citations: only what can be one work alone is sure."""

import pytest

from pipeline.services.importing.cited_works import ListedWorks, named_work
from pipeline.services.importing.typed_citations import EntryMatcher, TypedEntry, find_typed_citations, listed_works

WORKS = {
    key: {
        "title": title,
        "author": [{"family": name} if " " not in name else {"literal": name} for name in names.split(", ")],
        "issued": {"date-parts": [[year]]},
        **({"DOI": doi} if doi else {}),
    }
    for key, names, year, title, doi in (
        ("hughes2018", "Hughes, Bell, Hart", 2018, "A study of beats and nothing else", "10.1000/beats"),
        ("king2006", "King, Mauer", 2006, "Walking in the rain", ""),
        ("braga2019", "Braga, Welsh", 2019, "First of two reviews", ""),
        ("braga2019b", "Braga, Welsh", 2019, "Second of two reviews", ""),
        ("office2019", "Home Office", 2019, "Statistics of knives", ""),
        ("who2020", "World Health Organization (WHO)", 2020, "World report", ""),
        ("weisburd2004", "Weisburd", 2004, "Places on the map", ""),
    )
}
MATCHER = EntryMatcher(WORKS)
NAMED = [named_work(key, csl) for key, csl in WORKS.items()]


def sure(text: str, listed: ListedWorks = ListedWorks()) -> str:  # noqa: B008  a frozen value
    """The text with what is sure written."""
    for one in reversed(find_typed_citations(text, NAMED, listed)):
        if one.written:
            text = text[: one.start] + one.written + text[one.end :]
    return text


def told(text: str, listed: ListedWorks = ListedWorks()) -> list[tuple[str, tuple[str, ...]]]:  # noqa: B008
    """What is not sure, with the works that may be meant."""
    return [one.judgement for one in find_typed_citations(text, NAMED, listed) if one.judgement.sureness != "sure"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Crime fell (Hughes et al., 2018).", "Crime fell [@hughes2018]."),
        ("Crime fell (Hughes, Bell & Hart 2018).", "Crime fell [@hughes2018]."),
        ("Crime fell [King and Mauer, 2006].", "Crime fell [@king2006]."),
        ("(see also Hughes and others, 2018, pp. 12-15)", "[see also @hughes2018, pp 12-15]"),
        ("(Hughes and colleagues, 2018: 4; King & Mauer, 2006)", "[@hughes2018, p 4; @king2006]"),
        ("(Hughes et al., 2018; Nobody, 2001)", "[@hughes2018] (Nobody, 2001)"),
        ("However, Hughes and others (2018) disagree.", "However, @hughes2018 disagree."),
        ("As King and Mauer (2006, p. 3) said", "As @king2006 [p 3] said"),
        ("King and Mauer’s (2006) study", "King and Mauer’s [-@king2006] study"),
        ("Hughes et al.’s (2018) study", "Hughes et al.’s [-@hughes2018] study"),
        ("(Hughes\u00a0et\u00a0al.,\u202f2018)", "[@hughes2018]"),
        ("The Home Office (2019) counts", "The @office2019 counts"),
        ("(World Health Organization (WHO), 2020)", "[@who2020]"),
        ("(WHO, 2020)", "[@who2020]"),
        ("(Hughes, S.-C. et al., 2018)", "[@hughes2018]"),
    ],
)
def test_what_can_be_one_work_alone_is_written(typed: str, written: str) -> None:
    assert sure(typed) == written


@pytest.mark.parametrize(
    ("typed", "judgement"),
    [
        ("(Braga and Welsh, 2019)", ("several", ("braga2019", "braga2019b"))),
        ("(Huhges et al., 2018)", ("near", ("hughes2018",))),
        ("(King, 2006)", ("near", ("king2006",))),
        ("(Hughes, 2022)", ("unknown", ())),
        ("(Weisburd, 2004a)", ("near", ("weisburd2004",))),
        ("Smith and others (2018)", ("unknown", ())),
    ],
)
def test_what_is_not_sure_is_told_and_stays(typed: str, judgement: tuple[str, tuple[str, ...]]) -> None:
    """A slip of the pen, another number of authors, two works of one year: only a person can say."""
    assert sure(typed) == typed
    assert told(typed) == [judgement]


@pytest.mark.parametrize(
    "words",
    [
        "(see Figure 2)", "(March 2019)", "the Misuse of Drugs Act (1971)", "(1 April 2010 to 31 March 2011)",
        "(n = 2004)", "(2019)", "Crime fell in 2018 (as before)", "(£5 million in 2018)",
        "Bell and Hughes (2018b)", "Smith, King and Mauer (2006)",
    ],
)  # fmt: skip
def test_brackets_that_cite_nothing_of_ours_stay(words: str) -> None:
    """A year in brackets is most often a year; and the last 2 of 3 authors wrote another paper."""
    assert sure(words) == words


def test_a_typed_list_decides_letters_and_numbers() -> None:
    entries = (
        "Braga, A. and Welsh, B. (2019a). Second of two reviews. Journal.",
        "Braga, A. and Welsh, B. (2019b). First of two reviews. Journal.",
        "Hughes, A. et al. Quite another title. https://doi.org/10.1000/BEATS.",
    )
    listed = listed_works(map(MATCHER.entry, entries, (1, 2, 3)))
    assert listed.unknown == ()
    assert sure("(Braga and Welsh, 2019a) and [1, 3]", listed) == "[@braga2019b] and [@braga2019b; @hughes2018]"
    assert sure("[4]", listed) == "[4]"


@pytest.mark.parametrize(
    "words",
    [
        "(95% CI [1, 2])",
        "a scale of [1-2]",
        "by 12 [1]",
        "ranged [1, 2]",
        "R = [1]",
        "see Table [2]",
        "interval: [1-2]",
    ],
)
def test_numbers_behind_a_figure_or_a_range_are_asked_about(words: str) -> None:
    listed = ListedWorks(numbers={1: "hughes2018", 2: "king2006"})
    assert sure(words, listed) == words
    assert [sureness for sureness, _ in told(words, listed)] == ["near"]


def test_a_range_that_counts_down_cites_nothing() -> None:
    listed = ListedWorks(numbers={1: "hughes2018", 2: "king2006"})
    assert sure("so [2-1, 2]", listed) == "so [2-1, 2]"


def test_a_range_cites_each_of_its_works_or_none() -> None:
    listed = ListedWorks(numbers={number: f"work{number}" for number in range(1, 251)})
    (whole,) = find_typed_citations("so [1-250]", (), listed)
    assert len(whole.judgement.keys) == 250
    assert find_typed_citations("so [1-300]", (), listed) == ()


def test_two_entries_of_one_number_decide_nothing() -> None:
    entries = (
        TypedEntry("One.", 1, "hughes2018"),
        TypedEntry("Two.", 1, "king2006"),
        TypedEntry("[7] So.", 2, "king2006"),
    )
    assert dict(listed_works(entries).numbers) == {1: "", 7: "king2006"}


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("King, J. and Mauer, R. (2006) Walking in the rain. London: Sage.", "king2006"),
        ("King J, Mauer R: “Walking in the rain?” Journal 2006;4:1.", "king2006"),
        ("King, J. (2006). Walking in the rain. https://doi.org/10.1000/rain", "king2006"),
        ("King, J. (2006). Walking in the rain: new findings. Sage.", ""),
        ("King, J. (2006). On walking in the rain. Sage.", ""),
        ("Kingston, J. (2006). Walking in the rain. Sage.", ""),
        ("Eck, J. (2006). Walking in the rain. Sage.", ""),
        ("King, J. (2016). Walking in the rain. Sage.", ""),
    ],
)
def test_an_entry_has_the_whole_title_the_first_author_and_the_year(entry: str, key: str) -> None:
    assert MATCHER.entry(entry).key == key


@pytest.mark.parametrize(
    ("entry", "so"),
    [
        ("King, J. and Mauer, R. (2006) Walking in the rain. London: Sage. Available at https://example.org/a", True),
        ("King, J. (2006). Walking in the rain. The best study of walking: it rests on 30 towns.", False),
        ("Nobody (2006). Nothing.", False),
    ],
)
def test_what_is_more_than_a_reference_is_known(entry: str, so: bool) -> None:
    """The note of an annotated list is an author's text."""
    assert MATCHER.is_bare(MATCHER.entry(entry)) is so
