"""The search index: it holds what one of MiniSearch's own making holds, and MiniSearch finds the same in it."""

import json
import random
import shutil
import subprocess

import pytest

from pipeline.services.site.feeds import INDEXED_FIELDS, STORED_FIELDS, build_search_index, search_documents
from pipeline.services.site.site import SCRIPT_FOLDER
from tests.support.site_catalogue import catalogue

ASK = """
const MiniSearch = require(process.argv[1]);
const {documents, index, queries, fields, stored} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const own = new MiniSearch({fields, storeFields: stored});
own.addAll(documents);
const ours = MiniSearch.loadJS(index, {fields, storeFields: stored});
const how = {prefix: true, fuzzy: 0.2, boost: {title: 3, summary: 2}};
const found = (one) => queries.map((words) => one.search(words, how).map((hit) => [hit.id, hit.score, hit.url]));
process.stdout.write(JSON.stringify([found(own), found(ours), own.toJSON()]));
"""
SAID = "patrol crime street night it’s co-operate naïve café 25% £40 don't Über «x» a–b well, e.g. résumé 日本 µ ß"
WORDS = SAID.split()


def invented(seed: int, many: int) -> list[dict[str, str]]:
    """Texts of words with every kind of mark between them."""
    dice = random.Random(seed)
    gaps = (" ", ", ", "\n", ". ", " – ", "\u00a0", "…", " / ", "  ", "\t")

    def said(length: int) -> str:
        return "".join(dice.choice(WORDS) + dice.choice(gaps) for _ in range(length))

    return [
        {"id": f"t{n}", "title": said(4), "summary": said(12), "text": said(200), "url": f"t{n}/index.html"}
        for n in range(many)
    ]


def test_minisearch_scores_it_as_an_index_of_its_own() -> None:
    """Words begun and words mistyped included. Terms stand in another order, so sums may differ in their last digit."""
    node, library = shutil.which("node"), SCRIPT_FOLDER / "minisearch.js"
    if not node or not library.is_file():
        pytest.skip("Node or MiniSearch is not here: 'make site' brings the one where there is the other")
    documents = invented(7, 60)
    queries = ["patrol", "crime street", "nig", "patrl", "café", "co-operate", "Über", "25%", "it’s", "日本", "zebra"]
    given = {
        "documents": documents,
        "index": build_search_index(documents),
        "queries": queries,
        "fields": INDEXED_FIELDS,
        "stored": STORED_FIELDS,
    }
    done = subprocess.run(
        [node, "-e", ASK, str(library)], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    own, ours, kept = json.loads(done.stdout)
    assert [scores(hits) for hits in ours] == [pytest.approx(scores(hits), rel=1e-12) for hits in own]
    assert [bool(hits) for hits in own] == [True] * 10 + [False]
    written = json.loads(json.dumps(given["index"]))
    assert written | {"index": sorted(written["index"])} == kept | {"index": sorted(kept["index"])}


def scores(hits: list[tuple[str, float, str]]) -> dict[str, float]:
    """The score of each text that was found."""
    return {name: score for name, score, _ in hits}


def test_a_printed_code_leads_to_its_status_page() -> None:
    (found,) = [one for one in search_documents(catalogue(1)) if one["url"] == "v/wwkm3c/index.html"]
    assert (found["title"], found["text"]) == ("Nights, Autumn 2025", "WWKM3C")
    assert found["summary"] == "Code WWKM3-C00PA: corrected since"
