"""What pages say of States: each act with its source and day, fair where nothing is known, nothing that is private."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from outreach.inbox.kinds import Stance
from outreach.outbox.status import Status
from outreach.reports.progress import Progress
from outreach.site.drawing.map import Mark
from outreach.site.facts.sg_reports import sg_reports
from outreach.site.facts.site import Site, SiteRequest, open_site
from outreach.site.facts.states import Matter, Standing, all_states, distinct
from outreach.site.frame.rendering import Renderer
from outreach.site.frame.sources import Labels
from outreach.site.pages import record, states
from tests.site.sites import DAY, with_pages

RECORD = "contacts/record.csv"
HEADER = "state,act,instrument,case,subject,state_concerned,date,with,source,note,quote,quote_language,second_reader,corrected_on,corrected_by,correction"  # noqa: E501
MAKE = Callable[..., Site]


@pytest.fixture
def site(campaign_folder: Path) -> MAKE:
    """Open the tests' campaign with these rows as its record, and these lines in [site]."""

    def opened(*rows: str, settings: str = "", language: str = "en", **files: str) -> Site:
        with_pages(campaign_folder, "en", "fr", "es")
        if rows:
            (campaign_folder / RECORD).write_text("\n".join((HEADER, *rows, "")), "utf-8")
        for slug, change in files.items():
            case = campaign_folder / "cases" / f"{slug}.md"
            case.write_text(case.read_text("utf-8").replace("web: yes", change), "utf-8")
        toml = campaign_folder / "outreach.toml"
        toml.write_text(f"{toml.read_text('utf-8')}\n[site]\n{settings}\n", "utf-8")
        return open_site(campaign_folder, SiteRequest(languages=(language,), day=DAY))

    return opened


def page(site: Site, code: str) -> str:
    """Give the words of a State's page, each run of white space one space."""
    language = site.languages[0]
    teller = states.Teller(site, language, all_states(site))
    (file,) = Renderer(site, language, frozenset()).files([teller.state(teller.states[code])])
    return words(file.content.decode())


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1].partition(">")[2])).split())


def test_a_state_is_told_by_its_acts_with_day_and_source(site: MAKE) -> None:
    found = site(
        "DEU,raised,hrc51-dialogue,beacon,Beacon,BLR,2022-09-29,,https://example.org/a,not for you,,,,,,",
        "DEU,raised,hrc51-dialogue,,Félix Ángel Example,NIC,2022-09-29,,https://example.org/,,“No one”,en,R. Reader,,,",
        "DEU,raised,unga77-statement,,Felix Example,NIC,2022-10,BENELUX,https://example.org/b,,,,,,,",
        "DEU,joined,unga76-statement,,,,2021-10-14,,A list of paper,,,,,,,",
    )
    said = page(found, "DEU")
    assert "raised two cases and situations in public" in said  # Felix is one, however sources spell him
    assert "1 of 3 cases of this campaign raised 2 cases and situations raised in all 2 occasions" in said
    assert "2021 joined the joint statement of 80 States" in said
    assert said.index("October 2022") < said.index("29 September 2022") < said.index("14 October 2021")
    assert "As one voice: BENELUX" in said
    assert "Source: A list of paper" in said
    assert "“No one”" in said
    assert "not for you" not in said
    assert "R. Reader" not in said


def test_not_known_is_never_no(site: MAKE) -> None:
    found = site("DEU,raised,hrc51-dialogue,beacon,Beacon,BLR,2022-09-29,,https://example.org/a,,,,,,,")
    said = page(found, "TUV")
    assert "Nothing that this State did is on record here." in said
    assert said.count("not known") == len(found.cases)
    concerned = page(found, "BLR")
    assert "One case of this campaign is about what happened there." in concerned
    assert "State concerned" in concerned
    assert "Germany (2022)" in concerned
    facts = all_states(found)
    assert facts["BLR"].lines[0].standing is Standing.CONCERNED
    assert [states.mark_of(facts[code]) for code in ("DEU", "BLR", "TUV")] == [
        Mark.RAISED,
        Mark.CONCERNED,
        Mark.UNKNOWN,
    ]


def test_asked_needs_a_letter_that_left_and_no_answer_is_told(site: MAKE) -> None:
    found = site(*(f"{code},co-sponsored,reprisals-2022,,,,,,https://example.org/a,,,,,,," for code in ("FRA", "GHA")))
    left = datetime(2022, 9, 1, tzinfo=UTC)
    rows = [_row("FRA", left, left), _row("GHA", None, None)]
    found = replace(found, subject=replace(found.subject, rows=tuple(rows)))
    facts = all_states(found)
    asked = {code: [line.standing for line in facts[code].lines] for code in ("FRA", "GHA", "TUV", "BLR")}
    assert asked["FRA"] == [Standing.ASKED, Standing.LISTED, Standing.LISTED]
    assert asked["GHA"] == [Standing.LISTED] * 3
    assert asked["TUV"] == [Standing.NEITHER] * 3
    assert asked["BLR"] == [Standing.CONCERNED, Standing.NEITHER, Standing.NEITHER]
    said = page(found, "FRA")
    assert "asked not known" in said
    assert "supportive" not in said
    assert "answered" not in said.partition("How to read this")[0]
    teller = states.Teller(found, "en", facts)
    titles = {code: teller.state(facts[code]) for code in ("FRA", "GHA", "BLR")}
    assert titles["FRA"].title == "France: what we asked, and what it did"
    for code in ("GHA", "BLR"):  # who was not asked is not said to be
        assert "asked" not in titles[code].title + titles[code].description


def _row(state: str, taken_at: datetime | None, answered_at: datetime | None) -> Progress:
    """Give how far an ask about the case beacon has come with a State."""
    letter = (taken_at, taken_at, None, None, Status.SENT if taken_at else Status.QUEUED)
    return Progress(
        state, state, "", "beacon", "hrc51", *letter, False, False, True, answered_at, Stance.SUPPORTIVE, None, (), None
    )


def test_what_was_struck_out_is_told_without_who_did_it(site: MAKE) -> None:
    found = site(
        "FRA,raised,hrc51-dialogue,beacon,Beacon,BLR,2022-09-29,,a list,,,,,2022-10-03,A. Colleague,It was Fiji.",
        "FRA,raised,hrc51-dialogue,sample,J. Sample,CHN,2022-09-29,,a list,,,,,2022-10-03,A. Colleague,Not so.",
        sample="web: no",
    )
    said = page(found, "FRA")
    assert "Corrected on 3 October 2022 Raised one case or situation, 29 September 2022" in said
    assert "It was Fiji." in said
    assert "Nothing is known here yet." in said
    for silent in ("A. Colleague", "J. Sample", "Not so."):
        assert silent not in said


def test_a_case_that_may_not_be_told_leaves_no_trace(site: MAKE) -> None:
    found = site(
        "DEU,raised,hrc51-dialogue,sample,J. Sample,CHN,2022-09-29,,https://example.org/a,,,,,,,", sample="web: no"
    )
    made = [page(found, "DEU"), page(found, "CHN"), *(file.content.decode() for file in states.files(found))]
    assert not [text for text in made if "Sample" in text or "sample" in text]
    assert "Nothing that this State did is on record here." in made[0]


def test_the_data_has_no_note_and_no_reader(site: MAKE) -> None:
    found = site(
        "DEU,raised,hrc51-dialogue,,D. Example,NIC,2022-09-29,,https://example.org/a,a note,,,R. Reader,,,",
    )
    data = {file.path: file.content.decode() for file in states.files(found)}
    assert "D. Example" in data["data/record.csv"]
    assert not [text for text in data.values() if "a note" in text or "R. Reader" in text]
    assert data["data/states.csv"].count("\r\n") == 1 + len(found.campaign.registry.states)


def test_only_a_campaign_that_says_so_shows_the_secretary_generals_reports(site: MAKE) -> None:
    assert "Secretary-General" not in page(site(), "ISR")


def test_whom_a_report_does_not_name_is_said_only_where_the_whole_list_is_known(site: MAKE) -> None:
    found = site(settings='sg_reports = true\ncontact = "facts@example.org"')
    said = page(found, "BRA")
    assert "2022 (A/HRC/51/47), named. Of 42 States, 17 are known." in said
    assert "2021 (A/HRC/48/28), not named." in said
    assert "Of 2018 only a part of the list was found; this State is not in it." in said
    assert "send a source" in said
    assert all(
        report.sources and report.named.keys() <= found.campaign.registry.states.keys() for report in sg_reports()
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "S’est joint à la déclaration conjointe de 80 États"),
        ("es", "Se sumó a la declaración conjunta de 80 Estados"),
    ],
)
def test_pages_speak_their_language(site: MAKE, language: str, said: str) -> None:
    assert said in page(site(language=language), "DEU")


def test_the_record_shows_each_state_with_an_act_once_and_says_its_years(site: MAKE) -> None:
    found = site(
        "DEU,raised,hrc51-dialogue,beacon,Beacon,BLR,2022-09-29,,https://example.org/a,,,,,,,",
        "PSE,joined,unga76-statement,,,,2021-10-14,,https://example.org/a,,,,,,,",
    )
    (file,) = Renderer(found, "en", frozenset()).files(record.pages(found, "en"))
    html = file.content.decode()
    assert re.findall(r'aria-label="((?:raised|joined)[^"]*)"', html) == ["raised: 2022", "joined or led: 2021"]
    assert "Observer States" in html


def test_the_map_draws_every_state_and_links_it(site: MAKE) -> None:
    found = site("LIE,raised,hrc51-dialogue,beacon,<b>&,BLR,2022-09-29,,https://example.org/a,,,,,,,")
    drawn = next(file for file in states.files(found) if file.path == "states/map.svg").content.decode()
    assert {*re.findall(r'href="(\w+)/"', drawn)} == {*found.campaign.registry.states}
    assert "<title>Liechtenstein: raised a case or situation</title>" in drawn
    assert "role=" not in drawn  # a picture hides its links from screen readers
    assert "<title>Map of what is on record of each State</title><desc>" in drawn


def test_a_situation_that_no_source_names_is_one_all_the_same(site: MAKE) -> None:
    found = site("DEU,raised,hrc51-dialogue,,,NIC,2022-09-29,,https://example.org/a,,,,,,,")
    said = page(found, "DEU")
    assert "this State has raised one case or situation in public" in said
    assert "Nicaragua a situation without a name" in said


def test_matters_are_counted_once() -> None:
    people = [Matter("", (name,), "CHN") for name in ("Li Yuhan", "Li Qiaochu", "Legal team of Li Yuhan")]
    spelt = [Matter("", (name,), "EGY") for name in ("Mohamed El Baqer", "Mohamed El-Baqer", "Alaa Abd El-Fattah")]
    case = [Matter("lawyers", (name,), "BDI") for name in ("A. One", "B. Two")]
    assert len(distinct([*people, *spelt, *case])) == 6
    assert distinct(case) == (Matter("lawyers", ("A. One", "B. Two"), "BDI"),)


def test_links_to_different_sources_never_say_the_same() -> None:
    label = Labels()
    long = "https://www.example.org/a/very/long/way/to/what-states-said-about-reprisals"
    addresses = [f"{long}-{at}" for at in (1, 2)] + ["https://example.org/a", "https://example.org/a/"]
    said = [label(address) for address in addresses]
    assert said[0].startswith("example.org/…/what-states-said-about-")
    assert len({*said}) == len(addresses)
    assert [label(address) for address in addresses] == said  # one source is one link, wherever it stands


def test_the_list_says_how_many_of_those_who_spoke_are_known(site: MAKE) -> None:
    found = site("DEU,raised,hrc51-dialogue,beacon,Beacon,BLR,2022-09-29,,https://example.org/a,,,,,,,")
    instrument = replace(found.campaign.registry.instruments["hrc51-dialogue"], count="8")
    found.campaign.registry.instruments["hrc51-dialogue"] = instrument
    teller = states.Teller(found, "en", all_states(found))
    assert teller.overview().words["partly"] == ["29 September 2022: 1 of 8"]
