"""The campaign's page, its cases and its letters: what they say by the day, and what they never say."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from outreach.site.drawing.bars import bar
from outreach.site.drawing.seats import Seat, seats
from outreach.site.facts.as_of import is_after
from outreach.site.facts.site import Phase, Site, SiteRequest, open_site
from outreach.site.facts.statements import statement_series
from outreach.site.facts.voices import states_of, voices_about, voices_at
from outreach.site.frame.rendering import Renderer
from outreach.site.pages import campaign, case, write
from outreach.site.pages.letters import LONGEST, letter_to
from tests.site.sites import DAY, with_pages

URL = "https://example.org/site/"
BEFORE = date(2022, 9, 20)  # the ask is still to come
LINKS = re.compile(r'href="((?:https://(?:x\.com|bsky\.app|share\.joinmastodon\.org)|mailto:)[^"]*)"')


@pytest.fixture
def opened(campaign_folder: Path) -> Callable[..., Site]:
    """Open the site of the tests' campaign on a day, in earnest or as a rehearsal."""
    with_pages(campaign_folder)
    return lambda day=DAY, url=None: open_site(campaign_folder, SiteRequest(url=url, day=day))


def shown(folder: Path, *languages: str, url: str = "", day: date = DAY) -> dict[str, str]:
    """Render the campaign's page, its cases and letters alone; by path."""
    site = open_site(folder, SiteRequest(url=url, languages=languages or ("en",), day=day))
    files = dict[str, str]()
    for language in site.languages:
        pages = [page for kind in (campaign, case, write) for page in kind.pages(site, language)]
        renderer = Renderer(site, language, frozenset(page.address for page in pages))
        files |= {file.path: file.content.decode() for file in renderer.files(pages)}
    return files


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_states_that_spoke_as_a_group_are_one_voice_and_others_are_their_own(opened: Callable[..., Site]) -> None:
    site = opened()
    ask = site.ask
    assert ask is not None
    voices = {voice.states: voice for voice in voices_at(site, ask)}
    together = voices["BEL", "LUX", "NLD"]
    assert together.group == "BENELUX"
    assert {named.case for named in together.named} >= {"beacon", "sample"}
    assert all(len(states) == 1 for states, voice in voices.items() if not voice.group)
    assert sum(map(len, voices)) == len(states_of(voices.values())) == 7


def test_one_of_several_people_is_named_and_not_the_whole_case(
    campaign_folder: Path, opened: Callable[..., Site]
) -> None:
    record = campaign_folder / "contacts" / "record.csv"
    record.write_text(
        record.read_text("utf-8")
        + "PER,raised,hrc51-dialogue,beacon,Q. Example,BLR,2022-09-29,,https://example.org/record,\n",
        "utf-8",
    )
    [voice] = [voice for voice in voices_about(opened(), "beacon") if voice.states == ("PER",)]
    assert [(named.case, named.subjects) for named in voice.named] == [("beacon", ("Q. Example",))]


def test_a_page_knows_nothing_that_the_record_dates_later(opened: Callable[..., Site]) -> None:
    then, later, before = opened(), opened(date(2026, 1, 1)), opened(BEFORE)
    assert max(voice.when for voice in voices_about(then, "beacon")) <= "2022-10-20"
    assert len(voices_about(later, "beacon")) > len(voices_about(then, "beacon"))
    assert not voices_about(before, "beacon")
    assert [each.count for each in statement_series(then)[0].statements] == [71, 75, 80, 80]
    assert [each.count for each in statement_series(before)[0].statements] == [71, 75, 80]
    assert before.asked == then.asked
    assert (before.phase, then.phase) == (Phase.OPEN, Phase.OVER)
    assert is_after("2022-11", DAY)
    assert not is_after("2022", DAY)
    assert not is_after("", DAY)


def test_a_letter_is_short_asks_in_the_missions_language_and_leaves_its_own_case_out(
    opened: Callable[..., Site],
) -> None:
    site = opened(BEFORE, URL)
    letters = [letter for code in site.asked["hrc51"] if (letter := letter_to(site, code))]
    assert len(letters) == len(site.asked["hrc51"])
    for letter in letters:
        assert len(letter.body) <= LONGEST
        assert len(letter.link) <= 2_000
        sent = parse_qs(urlsplit(letter.link).query)
        assert sent["body"] == [letter.body.replace("\n", "\r\n")]
    french = next(letter for letter in letters if letter.state == "FRA")
    assert (french.language, french.body.partition(",")[0]) == ("fr", "Excellence")
    concerned = letter_to(site, "BLR")
    assert concerned is not None
    assert "beacon" not in concerned.cases
    assert "Beacon" not in concerned.body


def test_an_address_is_printed_only_where_it_is_public_and_verified(campaign_folder: Path) -> None:
    with_pages(campaign_folder, "en")
    missions = campaign_folder / "contacts" / "missions.csv"
    edited(missions, "FRA,,,fr", "FRA,,public@fra.example.org,fr")
    edited(missions, "made up for the tests,,verify before use", "made up for the tests,2022-08-01,")
    edited(missions, "AUT,,,en", "AUT,,unverified@aut.example.org,en")
    (campaign_folder / "contacts" / "private.csv").write_text(
        "state,email,source,verified_on\nDNK,secret@dnk.example.org,a card,2022-08-01\n", "utf-8"
    )
    pages = shown(campaign_folder, url=URL, day=BEFORE)
    assert "mailto:public@fra.example.org?" in pages["write/FRA/index.html"]
    assert not [path for path, text in pages.items() if "unverified@" in text or "secret@" in text]


def test_in_earnest_buttons_stand_only_while_the_ask_is_open_and_facts_are_fresh(campaign_folder: Path) -> None:
    with_pages(campaign_folder, "en")

    def links(day: date, url: str = URL) -> int:
        return sum(len(LINKS.findall(text)) for text in shown(campaign_folder, url=url, day=day).values())

    assert links(BEFORE) > 40
    assert links(DAY) == 0
    assert links(DAY, "") > 40
    edited(campaign_folder / "outreach.toml", "facts_days = 36500", "facts_days = 3")
    assert links(BEFORE) == 0


def test_without_consent_to_posts_or_letters_there_are_none_not_even_in_a_rehearsal(
    campaign_folder: Path,
) -> None:
    with_pages(campaign_folder, "en")
    file = campaign_folder / "cases" / "beacon.md"
    edited(file, "  letters: yes\n  posts: yes\n", "  letters: no\n  posts: no\n")
    pages = shown(campaign_folder)
    assert not LINKS.findall(pages["cases/beacon/index.html"])
    assert LINKS.findall(pages["cases/sample/index.html"])
    assert "Beacon" not in pages["write/FRA/index.html"]


def test_each_suggested_post_stands_whole_with_its_links(campaign_folder: Path) -> None:
    with_pages(campaign_folder)
    pages = shown(campaign_folder, "en", "fr", "es", url=URL, day=BEFORE)
    for path in ("cases/beacon/index.html", "fr/cases/beacon/index.html", "es/cases/beacon/index.html"):
        page = unescape(pages[path])
        shared = {urlsplit(url).netloc or "mail" for url in re.findall(r'href="((?:https|mailto):[^"]+)"', page)}
        assert shared >= {
            *("x.com", "bsky.app", "share.joinmastodon.org", "www.threads.net", "wa.me", "t.me"),
            *("www.linkedin.com", "www.facebook.com", "mail"),
        }
        assert page.count('class="copy lines"') >= 2


def test_the_page_leads_with_what_its_phase_is_about(campaign_folder: Path) -> None:
    with_pages(campaign_folder, "en")

    def headings(day: date) -> list[str]:
        return re.findall(r"<h2[^>]*>([^<]*)", shown(campaign_folder, url=URL, day=day)["index.html"])

    assert headings(BEFORE)[0] == "Two things you can do now"
    over = headings(DAY)
    assert over[0] == "We did it: seven States spoke up"
    assert "Two things you can do now" not in over
    settings = campaign_folder / "outreach.toml"
    text = settings.read_text("utf-8")
    again = text[text.index("[[ask]]") :].replace('"hrc51"', '"again"').replace("2022-09-29", "2023-09-28")
    settings.write_text(f"{text}\n{again}", "utf-8")
    assert headings(DAY)[:2] == ["Two things you can do now", "We did it: seven States spoke up"]


def test_what_is_not_on_record_is_never_said_not_to_have_happened(campaign_folder: Path) -> None:
    with_pages(campaign_folder, "en")
    page = shown(campaign_folder, day=BEFORE)["cases/beacon/index.html"]
    assert "No State is on record for raising this case yet." in page
    assert "it may not have every State" in page
    assert "Nothing on this page shows that a letter about this case has reached a mission." in page


@pytest.mark.parametrize("count", [0, 1, 2, 31, 76, 193, 400])
def test_any_number_of_seats_has_each_its_own_place_in_the_drawing(count: int) -> None:
    here = [Seat(f"State <{number}>", lit=number % 9 == 0) for number in range(count)]
    drawn = str(seats(here, "A & B", [Seat("Beside", lit=True)]))
    found = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)
    assert len(set(found)) == count + 1
    _, _, width, height = map(float, re.findall(r'viewBox="([^"]+)"', drawn)[0].split())
    assert all(float(x) - float(r) >= 0 and float(x) + float(r) <= width for x, _, r in found)
    assert all(float(y) - float(r) >= 0 and float(y) + float(r) <= height for _, y, r in found)
    places = [(float(x), float(y), float(r)) for x, y, r in found[:200]]
    apart = [
        ((x - u) ** 2 + (y - v) ** 2) ** 0.5 - r - s
        for at, (x, y, r) in enumerate(places)
        for u, v, s in places[at + 1 :]
    ]
    assert min(apart, default=1) > 0
    assert "State &lt;0&gt;" in drawn or not count


def test_a_bar_has_its_length_as_a_width_and_never_more_than_the_whole() -> None:
    assert 'class="part" width="71"' in bar(71, 193)
    assert 'class="part" width="193"' in bar(200, 193)
    assert 'class="part" width="0"' in bar(0, 0)
    assert "style" not in bar(1, 2)


def test_a_letter_names_nobody_who_did_not_agree_to_letters(campaign_folder: Path, opened: Callable[..., Site]) -> None:
    """The mention of a case may name a person of it."""
    file = campaign_folder / "cases" / "sample.md"
    before = letter_to(opened(BEFORE, URL), "FRA")
    assert before is not None
    assert "sample" in before.cases
    text = file.read_text("utf-8")
    name = re.findall(r"- name: (.+)", text)[0]
    own = f"- name: {name}\n    consent: {{letters: no, posts: no, web: yes, mentions: no, source: a call}}"
    file.write_text(text.replace(f"- name: {name}", own, 1), "utf-8")
    after = letter_to(opened(BEFORE, URL), "FRA")
    assert after is not None
    assert "sample" not in after.cases
    assert name not in after.body
