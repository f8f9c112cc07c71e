"""The documented cases as pages and data: filters are links, long lists have pages, who did not agree has no name."""

import json
from pathlib import Path

from tests.site.sites import built, texts, with_pages

HEADER = (
    "id,title,state,year,named_publicly,victim_kind,engagement,un_body,act_type,trigger,reports,followup,state_reply,"
    "status,status_on,consent,sources,note\n"
)


def row(number: int, state: str = "CHN", year: int = 2021, consent: str = "") -> str:
    return (
        f"made-up-{number},Wanda Madeup {number},{state},{year},yes,individual,testified,,,told an expert,"
        f'"A/HRC/48/28, annex I, para. {number}; A/HRC/51/47, annex II, para. 3",new; follow-up,no,held-trial,2021-03,'
        f'"{consent}",https://example.org/{number},\n'
    )


def test_lists_narrow_by_links_and_long_ones_have_pages(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    rows = [row(number, consent="person 2021-05-01") for number in range(1, 61)] + [
        row(61, "BLR", 2020),
        row(62, "BLR"),
    ]
    (campaign_folder / "contacts" / "documented.csv").write_text(HEADER + "".join(rows), "utf-8")
    output = tmp_path / "out"
    built(campaign_folder, output)
    pages = texts(output)
    for place in ("", "2/", "3/", "CHN/", "CHN/2/", "CHN/3/", "BLR/", "2020/", "2021/3/"):
        for prefix in ("", "fr/", "es/"):
            assert f"{prefix}database/{place}index.html" in pages
    whole = "".join(pages[f"database/CHN/{place}index.html"] for place in ("", "2/", "3/"))
    assert all(f"Wanda Madeup {number}<" in whole for number in range(1, 61))
    assert "A/HRC/51/47, annex II, para. 3 (followed up)" in whole
    assert "More than a year has passed since somebody looked." in whole
    read = json.loads(pages["data/documented.json"])
    assert len(read) == 62
    assert read[0]["title"] == "Wanda Madeup 1"
    assert pages["data/documented.csv"].count("told an expert") == 60
    told = "".join(pages.values())
    assert "Madeup 61" not in told
    assert "made-up-62" not in told
    assert "https://example.org/62" in told


def test_who_refused_is_nowhere_and_without_cases_there_is_no_page(campaign_folder: Path, tmp_path: Path) -> None:
    with_pages(campaign_folder)
    (campaign_folder / "contacts" / "documented.csv").write_text(HEADER + row(1, consent="refused 2022-01-01"), "utf-8")
    output = tmp_path / "out"
    built(campaign_folder, output)
    pages = texts(output)
    assert not [path for path, text in pages.items() if "database" in path or "Madeup" in text or "A/HRC/48/28" in text]
