"""What must be true of the campaign that this repository ships; its facts are named here, and in no other test.

A row more in a file of contacts/ breaks none of these.
"""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from outreach.campaign import Campaign, load_campaign
from outreach.cases.documented import tell_documented
from outreach.registry import instruments, missions, record
from outreach.registry.documented import reading as documented
from outreach.registry.selection import select
from outreach.rendering.cards.card import POST_SIZE, NameCard
from outreach.rendering.cards.colours import Looks
from outreach.rendering.cards.draw import draw
from outreach.services.checks.advice import give_advice
from outreach.site.content.load import load_content
from outreach.site.content.words import words_of
from tests.conftest import REPOSITORY, Command, mail_server

COLUMNS = {module.FILE: module.COLUMNS for module in (missions, record, instruments, documented)}


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_campaign(REPOSITORY)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy that a command may work in."""
    shutil.copy(REPOSITORY / "outreach.toml", tmp_path)
    for name in ("contacts", "cases", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return tmp_path


def test_the_ask_goes_to_the_76_states_of_the_campaign_page(campaign: Campaign) -> None:
    ask = campaign.asks["hrc51"]
    assert ask.to == ("co-sponsored:reprisals-2022",)
    asked = select(campaign.registry, ask.to)
    assert len(asked) == 76
    assert set(asked) <= campaign.registry.missions.keys()


def test_the_ask_names_its_day_in_three_languages(campaign: Campaign) -> None:
    ask = campaign.asks["hrc51"]
    assert ask.date == date(2022, 9, 29)
    assert "29 September 2022" in ask.text["en"]
    assert "29 septembre 2022" in ask.text["fr"]
    assert "29 de septiembre de 2022" in ask.text["es"]
    assert all(sentence.endswith(".") for sentence in ask.text.values())


def test_a_fresh_clone_rehearses(campaign: Campaign) -> None:
    assert not campaign.settings.mail_server_configured


def test_eight_states_raised_cases_at_hrc51(campaign: Campaign) -> None:
    chosen = select(campaign.registry, ["raised:hrc51-dialogue"])
    assert {"ARM", "BEL", "DEU", "DNK", "LIE", "LUX", "NAM", "NLD"} <= set(chosen)
    assert campaign.registry.instruments["hrc51-dialogue"].count == "8"


def test_five_of_them_raised_the_case_of_viasna(campaign: Campaign) -> None:
    raised = {act.state for act in campaign.registry.acts if (act.case, act.instrument) == ("viasna", "hrc51-dialogue")}
    assert {"BEL", "DEU", "LIE", "LUX", "NLD"} <= raised


def test_single_resolutions_have_co_sponsors_that_the_campaigns_list_does_not(campaign: Campaign) -> None:
    listed = select(campaign.registry, ["co-sponsored:reprisals-2022"])
    assert set(select(campaign.registry, ["co-sponsored"])) > set(listed)


def test_the_files_hold_what_was_found(campaign: Campaign) -> None:
    registry = campaign.registry
    assert len(registry.missions) >= 80
    assert len(registry.acts) >= 365
    assert len(registry.instruments) >= 20


def test_joint_statements_have_the_numbers_of_their_sources(campaign: Campaign) -> None:
    counts = {id_: instrument.count for id_, instrument in campaign.registry.instruments.items()}
    assert [counts[f"unga{session}-statement"] for session in (74, 75, 76, 77)] == ["71", "75", "80", "80"]


def test_discrepancies_between_sources_are_noted(campaign: Campaign) -> None:
    assert "78 countries" in campaign.registry.instruments["unga77-statement"].note
    assert any(act.note == "Namibia is not in the co-sponsor list of the seed" for act in campaign.registry.acts)


def test_every_act_and_every_instrument_has_a_source(campaign: Campaign) -> None:
    assert [act for act in campaign.registry.acts if not act.source] == []
    assert [id_ for id_, instrument in campaign.registry.instruments.items() if not instrument.source] == []


def test_the_five_cases_were_published_with_consent(campaign: Campaign) -> None:
    concerned = {"burundi-lawyers": "BDI", "jiang": "CHN", "metwally": "EGY", "venezuela-ngos": "VEN", "viasna": "BLR"}
    assert concerned.items() <= {slug: case.state_concerned for slug, case in campaign.cases.items()}.items()
    for slug in concerned:
        consent = campaign.cases[slug].consent
        assert (consent.letters, consent.posts, consent.web) == (True, True, True)
        assert "campaign page" in consent.source


def test_what_became_of_the_people_has_its_day_and_its_source(campaign: Campaign) -> None:
    """What is not said by a source is not said: no person, no status."""
    people = {person.name: person for case in campaign.cases.values() for person in case.people}
    assert {name for name, person in people.items() if not (person.since and person.source)} == set()
    assert (people["Ales Bialiatski"].status, people["Ales Bialiatski"].since) == ("released", "2025-12-13")
    assert people["Jiang Tianyong"].status == "unknown"
    later = [event for case in campaign.cases.values() for event in case.dates if event.date > "2022-09-29"]
    assert len(later) >= 7
    assert [event for event in later if not event.source] == []


def test_nobody_is_named_among_the_documented_cases_who_was_not_asked(campaign: Campaign) -> None:
    found = {each.id: each for each in campaign.documented}
    assert campaign.cases.keys() < found.keys()
    raised = {act.subject for act in campaign.registry.acts if act.kind == "raised"}
    assert all(
        each.title.partition(" (")[0] in raised or each.title in raised
        for each in found.values()
        if each.id not in campaign.cases
    )
    told = tell_documented(campaign.documented, campaign.cases, campaign.cases, campaign.withheld.where_in)
    assert {each.key for each in told if each.by_name} == campaign.cases.keys()


def test_every_case_has_a_picture_in_each_language(campaign: Campaign) -> None:
    for case in campaign.cases.values():
        for language, title in case.title.items():
            card = NameCard(title, case.place.get(language, ""), hashtag=campaign.settings.campaign.hashtag)
            assert len(draw(card, POST_SIZE, Looks())) <= 60_000


@pytest.mark.parametrize(("file", "columns"), COLUMNS.items())
def test_the_columns_are_those_that_the_program_writes(file: str, columns: tuple[str, ...]) -> None:
    with (REPOSITORY / file).open(encoding="utf-8", newline="") as opened:
        written = next(csv.reader(opened))
    assert tuple(column for column in written if not column.startswith("topic.")) == columns


def test_all_its_letters_and_posts_are_well(shipped: Path, outreach: Command) -> None:
    done = outreach("cases", "check", folder=shipped)
    assert (done.returncode, done.stdout) == (0, "")
    *warnings, verdict = done.stderr.splitlines()
    assert re.fullmatch(r"\d+ cases, \d{4,} letters and \d{3,} posts tried: all well, and \d+ warnings", verdict)
    assert {line.partition(":")[0] for line in warnings if "historical" in line} == {
        f"  {path.stem}" for path in (shipped / "cases").glob("*.md") if "." not in path.stem
    }


def test_none_of_its_texts_is_advised_against(campaign: Campaign) -> None:
    assert give_advice(campaign) == ()


def test_it_is_history_and_says_so_wherever_a_newcomer_looks(shipped: Path, outreach: Command) -> None:
    words = "historical: an example, not to be sent"
    told = outreach("cases", "list", folder=shipped).stdout
    assert told.count(words) == len([path for path in (shipped / "cases").glob("*.md") if "." not in path.stem])
    assert words in outreach("preview", "--case", "viasna", folder=shipped).stderr
    assert words in outreach("init", "new", "--example", folder=shipped).stdout
    assert words in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    refused = outreach("send", "--case", "viasna", "--yes", folder=shipped, env=mail_server(1))
    assert refused.returncode == 2
    assert "nobody has checked the facts of viasna since 2022-09" in refused.stderr


def test_its_contacts_are_well(shipped: Path, outreach: Command) -> None:
    done = outreach("missions", "check", folder=shipped)
    assert (done.returncode, done.stderr) == (0, "")


FACTS = {
    "en": "29 September 2022;Eight States;8 October 2021;14 October 2022;19 October;Ireland;80 countries;fourth",
    "fr": "29 septembre 2022;Huit États;8 octobre 2021;14 octobre 2022;19 octobre;Irlande;80 pays;quatrième",
    "es": "29 de septiembre de 2022;Ocho Estados;8 de octubre de 2021;14 de octubre de 2022;Irlanda;80 países",
}
FIGURES = ("2019", "71", "2020", "75", "2021", "80", "2022", "709", "76", "193")
QUOTE = "our collective efforts towards peace and security, towards upholding human rights and towards sustainable"


def test_the_page_and_its_updates_say_the_facts_of_the_campaign_page_in_three_languages(campaign: Campaign) -> None:
    content = load_content(REPOSITORY, campaign.settings.campaign.languages, campaign.cases)
    said = {
        language: " ".join(
            " ".join(words.text.replace(">", " ").split()) for words in words_of(content) if words.language == language
        )
        for language in FACTS
    }
    for language, facts in FACTS.items():
        assert [fact for fact in facts.split(";") if fact not in said[language]] == [], language
        assert [figure for figure in FIGURES if figure not in said[language]] == [], language
        assert all(set(update.texts) == set(FACTS) for update in content.updates)
    assert QUOTE in said["en"]
    kinds = {resource.kind for resource in content.resources}
    assert kinds == {"report", "film", "news"}
    assert {resource.url for resource in content.resources if resource.kind == "film"} == {""}
