"""The facts of the campaign page of 2022 each stand on a page of the site of the shipped campaign."""

import re
from html import unescape
from pathlib import Path

import pytest

from outreach.site.build import build
from outreach.site.facts.site import SiteRequest
from tests.site.sites import DAY, texts

REPOSITORY = Path(__file__).parents[2]
TAG = re.compile(r"<[^>]*>")
# Where each stands, and what it says; page by page as somebody reads it, tags taken out.
FACTS = (
    ("write/", "Ask one of 76 States"),
    ("", "7 of them raised people's cases"),
    ("", "eight States spoke up"),
    ("", "29 September 2022"),
    ("", "Germany Human Rights Center ‘Viasna’ Ibrahim Metwally Hegazy China: Guo Feixiong, Li Qiaochu, Li Yuhan"),
    ("", "Tang Jitian Egypt: Mohamed El Baqer"),
    ("", "Belgium, Luxembourg and Netherlands, in one voice Human rights lawyers from Burundi Human Rights Center"),
    ("", "Liechtenstein Human Rights Center ‘Viasna’ Ibrahim Metwally Hegazy"),
    ("", "Denmark Bahrain: Abdulhadi Al-Khawaja"),
    ("", "Armenia Azerbaijan: Ahmad Mammadli"),
    ("", "Namibia Israel: Palestinian Human Rights Organizations"),
    ("", "2019 71"),
    ("", "2020 75"),
    ("", "2021 80"),
    ("", "2022 80"),
    ("", "When individuals or organisations face threats, retaliation or harm when engaging with international bodies"),
    ("", "Ireland, on behalf of 80 countries"),
    ("", "resolution of 8 October 2021"),
    ("", "On 14 October 2022"),
    ("", "On 19 October Ireland spoke in the Third Committee for 80 countries"),
    ("", "709 cases"),
    ("", "in 76 countries"),
    ("database/", "Eleven reports of the Secretary-General since 2010 hold 709 cases"),
    ("states/NAM/", "Palestinian Human Rights Organizations"),
    ("cases/viasna/", "29 September 2022 Belgium, Luxembourg and Netherlands, in one voice Germany Liechtenstein"),
    ("cases/venezuela-ngos/", "No State is on record"),
    ("resources/", "80 States speak out on reprisals at UN General Assembly"),
    ("resources/", "ISHR's #EndReprisals database"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site of the shipped campaign in English, as of the days after the dialogue: pages without their tags."""
    output = tmp_path_factory.mktemp("site")
    build(REPOSITORY, output, SiteRequest(languages=("en",), url="", day=DAY))
    pages = {path: " ".join(unescape(TAG.sub(" ", text)).split()) for path, text in texts(output).items()}
    return {path: text.replace(" ;", ";") for path, text in pages.items()}


def test_every_fact_of_the_seed_stands_on_a_page(site: dict[str, str]) -> None:
    assert [(page, fact) for page, fact in FACTS if fact not in site[f"{page}index.html"]] == []


def test_all_76_states_can_be_asked_and_have_a_page(site: dict[str, str]) -> None:
    asked = {path.split("/")[1] for path in site if re.fullmatch(r"write/[A-Z]{3}/index\.html", path)}
    assert len(asked) == 76
    assert asked < {path.split("/")[1] for path in site if re.fullmatch(r"states/[A-Z]{3}/index\.html", path)}
