"""Who agreed is told by name; whose consent nobody asked without it; who said no is told nowhere."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from outreach.campaign import load_campaign
from outreach.cases.documented import due, tell_documented, withheld_rows
from outreach.cases.withheld import Withheld, WithheldName
from outreach.errors import DataError
from outreach.registry.documented.model import Agreed, Documented, Report, Standing
from tests.conftest import CAMPAIGN
from tests.registry.documented.test_reading import NAMED, write

TODAY = date(2026, 11, 30)
JANE = Documented(
    id="jane-example",
    title="Jane Example",
    state="BLR",
    year="2021",
    named_publicly=True,
    victim_kind="individual",
    act_type=("travel-ban",),
    trigger="Jane spoke",
    reports=(Report("A/HRC/48/28", "II", "3", "new"),),
    state_reply="Jane is free",
    history=(Standing("held", "2022"),),
    sources=("https://example.org/free-jane", "https://news.invalid/statement", "A/HRC/48/28"),
    note="Jane is a lawyer",
)


def nothing(texts: Iterable[str]) -> str:
    return ""


def test_nobody_is_named_who_was_not_asked() -> None:
    [told] = tell_documented([JANE], (), (), nothing)
    assert (told.key, told.by_name, told.case) == ("blr-2021-case-1", False, "")
    assert [told.title(language) for language in ("en", "fr", "es")] == ["An individual", "Une personne", "Una persona"]
    assert "jane" not in repr(told).lower()
    assert told.documented.act_type == ("travel-ban",)
    assert told.documented.reports == JANE.reports
    assert told.documented.sources == ("https://news.invalid/statement", "A/HRC/48/28")
    assert told.documented.history == ()


@pytest.mark.parametrize(
    ("title", "source", "kept"),
    [
        ("Ali El-Din", "https://news.invalid/including-reprisals", True),
        ("Ali El-Din", "https://news.invalid/free-ali", False),
        ("Jimmy Example", "https://freejimmyexample.invalid/", False),
        ("José Ñandú", "https://news.invalid/nandu", False),
        ("Legal team of Ali", "A letter of Ali's lawyers", False),
        ("李强", "https://news.invalid/%E6%9D%8E%E5%BC%BA", False),
    ],
)
def test_a_source_is_told_unless_a_word_of_the_name_stands_in_it(title: str, source: str, kept: bool) -> None:
    case = replace(JANE, id="x-1", title=title, reports=(), sources=(source,))
    assert bool(tell_documented([case], (), (), nothing)) is kept


def test_without_a_source_that_hides_the_name_nothing_is_told() -> None:
    bare = replace(JANE, reports=(), sources=("https://example.org/free-jane",))
    assert tell_documented([bare], (), (), nothing) == ()


@pytest.mark.parametrize("word", ["person", "family", "counsel"])
def test_who_agreed_is_told_by_name_with_all_that_is_known(word: str) -> None:
    agreed = replace(JANE, consent=Agreed(word, "2024"))
    [told] = tell_documented([agreed], (), (), nothing)
    assert (told.key, told.by_name, told.documented) == ("jane-example", True, agreed)


@pytest.mark.parametrize("word", ["refused", "withdrawn"])
def test_who_said_no_is_told_nowhere_and_moves_no_other_key(word: str) -> None:
    other = replace(JANE, id="other", title="Other Person", consent=Agreed())
    [told] = tell_documented([replace(JANE, consent=Agreed(word)), other], (), (), nothing)
    assert told.key == "blr-2021-case-2"


def test_a_case_of_the_campaign_follows_its_file_whatever_the_row_says() -> None:
    row = replace(JANE, consent=Agreed("person"))
    assert tell_documented([row], ("jane-example",), (), nothing) == ()
    [told] = tell_documented([replace(JANE, consent=Agreed())], ("jane-example",), ("jane-example",), nothing)
    assert (told.by_name, told.case) == (True, "jane-example")


def test_a_row_that_names_somebody_else_who_may_not_be_told_is_not_told_either() -> None:
    def why_not(texts: Iterable[str]) -> str:
        return "withheld" if any("Hidden" in text for text in texts) else ""

    assert tell_documented([replace(JANE, note="a colleague of Hidden")], (), (), why_not) == ()


def test_a_nameless_row_is_called_as_its_title_says_in_each_language() -> None:
    row = Documented("blr-2021-1", "Une famille", "BLR", "2021", sources=("A/HRC/48/28",))
    [told] = tell_documented([row], (), (), nothing)
    assert (told.key, told.title("es")) == ("blr-2021-1", "Una familia")


def test_a_withheld_name_in_a_row_is_a_fault_that_does_not_repeat_it() -> None:
    withheld = Withheld([WithheldName("Hidden Person", "contacts/withheld.txt, row 1")])
    own = replace(JANE, consent=Agreed("withdrawn"))
    [problem] = withheld_rows([replace(JANE, note="with HIDDEN  Pérson", row=4), own], withheld)
    assert (problem.row, "contacts/withheld.txt, row 1" in str(problem)) == (4, True)
    assert "idden p" not in str(problem)


def test_what_nobody_looked_at_for_a_year_is_due_the_longest_first() -> None:
    never, old, fresh, rough = (replace(JANE, id=name, history=()) for name in ("never", "old", "fresh", "rough"))
    old = replace(old, history=(Standing("held", "2025-11-29"),))
    fresh = replace(fresh, history=(Standing("held", "2020"), Standing("held", "2025-11-30")))
    rough = replace(rough, history=(Standing("held", "2025"),))
    closed = replace(JANE, history=(), consent=Agreed("refused"))
    found = due([fresh, old, closed, rough, never], {}, TODAY)
    assert [(look.documented.id, look.since) for look in found] == [
        ("never", ""),
        ("rough", "2025"),
        ("old", "2025-11-29"),
    ]


def test_consent_withdrawn_makes_the_name_a_withheld_one_of_the_campaign(tmp_path: Path) -> None:
    folder = Path(copytree(CAMPAIGN, tmp_path / "campaign"))
    title = "Example Centre (Centre d'exemple, Jane Doe)"
    write(folder, NAMED | {"title": title, "consent": "withdrawn 2026-01-02"})
    campaign = load_campaign(folder)
    assert all(map(campaign.withheld.where_in, (["JANE DOE said"], ["the Centre d’Exemple"])))
    where = campaign.withheld.where_in(["We speak of the #ExampleCentre"])
    assert where == "contacts/documented.csv, row 2, consent withdrawn"
    other = replace(JANE, note="of the Example Centre")
    [problem] = withheld_rows([*campaign.documented, other], campaign.withheld)
    assert where in str(problem)


def test_a_case_file_that_still_says_yes_after_a_no_stops_everything(tmp_path: Path) -> None:
    folder = Path(copytree(CAMPAIGN, tmp_path / "campaign"))
    state = load_campaign(folder).cases["sample"].state_concerned
    write(folder, NAMED | {"id": "sample", "state": state, "consent": "withdrawn 2026-01-02"})
    with pytest.raises(DataError, match=r"documented\.csv, row 2, column consent: .*cases/sample\.md still has a yes"):
        load_campaign(folder)


def test_a_row_and_a_case_of_one_id_name_one_state(tmp_path: Path) -> None:
    folder = Path(copytree(CAMPAIGN, tmp_path / "campaign"))
    write(folder, NAMED | {"id": "sample", "state": "DEU"})
    with pytest.raises(DataError, match=r"documented\.csv, row 2, column state: is DEU, and cases/sample\.md says"):
        load_campaign(folder)
