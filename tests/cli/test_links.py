"""`outreach links`: the real command over the repository's own campaign; what it prints is what people copy."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import segno

from tests.conftest import Command

LINK = {"OUTREACH_POSTS__LINK": "https://example.org/beacon"}
SVG = "{http://www.w3.org/2000/svg}"


def listed(outreach: Command, folder: Path, *arguments: str) -> list[dict[str, str]]:
    result = outreach("links", "--case", "beacon", "--json", *arguments, folder=folder, env=LINK)
    assert result.returncode == 0, result.stderr
    rows: list[dict[str, str]] = json.loads(result.stdout)
    return rows


def test_each_link_stands_on_one_line_under_the_text_that_it_carries(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("links", "--case", "beacon", "--language", "fr", "--only", "outcome", folder=campaign_folder)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "outcome, French"
    assert lines[1].startswith("  Depuis le 29 septembre 2022, au moins 5 États ont évoqué publiquement")
    names = [line.strip(" :") for line in lines if line.startswith("  ") and line.endswith(":")]
    assert names == ["X", "Bluesky", "Mastodon", "Threads", "WhatsApp", "LinkedIn", "E-mail"]
    links = [line for line in lines if re.match(r"(https|mailto):", line)]
    assert len(links) == len(names)
    assert all("%C3%A9voqu%C3%A9" in link for link in links)


def test_what_a_person_should_know_is_said_beside_the_links(campaign_folder: Path, outreach: Command) -> None:
    """On standard error, so that the links can go into a file."""
    result = outreach("links", "--case", "beacon", folder=campaign_folder)
    assert "2022-09-29, is over, so the post 'ask' is left out; with --only ask it is not." in result.stderr
    assert "ask, English" not in result.stdout
    assert "Without [posts] link in outreach.toml" in result.stderr
    assert "Without" not in outreach("links", "--case", "beacon", folder=campaign_folder, env=LINK).stderr


def test_where_no_post_has_a_link_for_a_network_that_is_said_and_why(campaign_folder: Path, outreach: Command) -> None:
    result = outreach("links", "--case", "beacon", "--network", "telegram", folder=campaign_folder)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.splitlines()[1:] == [
        "None of the posts has such a link.",
        "Without [posts] link in outreach.toml the posts lead nowhere; Telegram and Facebook need one.",
    ]


def test_json_has_every_link_with_its_text(campaign_folder: Path, outreach: Command) -> None:
    rows = listed(outreach, campaign_folder)
    assert {tuple(row) for row in rows} == {("case", "ask", "post", "language", "network", "text", "url", "note")}
    assert {row["language"] for row in rows} == {"en", "fr", "es"}
    assert {row["post"] for row in rows} >= {"solidarity", "outcome"}
    assert "ask" not in {row["post"] for row in rows}  # its day is over
    assert len(rows) == 9 * len({(row["post"], row["language"]) for row in rows})


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--language", "es", "--only", "ask"), {"language": {"es"}, "post": {"ask"}}),
        (("--network", "x", "--only", "solidarity"), {"network": {"x"}, "post": {"solidarity"}}),
        (("--only", "ask", "--language", "en", "--language", "fr"), {"post": {"ask"}, "language": {"en", "fr"}}),
        (("--only", "outcome", "--network", "bluesky"), {"post": {"outcome"}, "network": {"bluesky"}}),
    ],
)
def test_the_list_is_narrowed_by_what_is_typed(
    campaign_folder: Path, outreach: Command, arguments: tuple[str, ...], wanted: dict[str, set[str]]
) -> None:
    everything = [*listed(outreach, campaign_folder), *listed(outreach, campaign_folder, "--only", "ask")]
    kept = [row for row in everything if all(row[name] in values for name, values in wanted.items())]
    assert listed(outreach, campaign_folder, *arguments) == kept
    assert 0 < len(kept) < len(everything)


def test_the_mastodon_server_is_the_one_that_is_named(campaign_folder: Path, outreach: Command) -> None:
    rows = listed(outreach, campaign_folder, "--network", "mastodon", "--instance", "social.example.org")
    assert {row["url"].partition("?")[0] for row in rows} == {"https://social.example.org/share"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--case", "nobody"), "there is no case 'nobody'"),
        (("--case", "beacon", "--only", "thanks"), "there is no post 'thanks' to share; there are: solidarity, ask,"),
        (("--case", "beacon", "--instance", "no server"), "'no server' is not a Mastodon server"),
        (("--case", "beacon", "--ask", "hrc99"), "there is no ask 'hrc99'"),
        (("--case", "beacon", "--qr", "code.svg"), "choose one, such as: --only solidarity --language en --network x"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_type(
    campaign_folder: Path, outreach: Command, arguments: tuple[str, ...], words: str
) -> None:
    result = outreach("links", *arguments, folder=campaign_folder)
    assert (result.returncode, words in result.stderr, result.stdout) == (2, True, ""), result.stderr


def test_a_case_whose_people_did_not_agree_to_posts_has_no_links(campaign_folder: Path, outreach: Command) -> None:
    file = campaign_folder / "cases" / "beacon.md"
    file.write_text(file.read_text(encoding="utf-8").replace("  posts: yes", "  posts: no"), encoding="utf-8")
    result = outreach("links", "--case", "beacon", folder=campaign_folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert "beacon: no consent for posts (cases/beacon.md); so there are no links" in result.stderr


def test_a_case_without_posts_says_which_file_to_write(campaign_folder: Path, outreach: Command) -> None:
    for file in (campaign_folder / "templates" / "tweets").glob("beacon.*"):
        file.unlink()
    result = outreach("links", "--case", "beacon", folder=campaign_folder)
    assert result.returncode == 2
    assert "write some in templates/tweets/beacon.en.txt" in result.stderr


def test_a_post_that_is_too_long_is_told_by_the_exit_status_and_the_others_are_linked(
    campaign_folder: Path, outreach: Command
) -> None:
    file = campaign_folder / "templates" / "tweets" / "beacon.en.txt"
    file.write_text(f"=== long\n{'word ' * 58}end.\n=== short\nWords.\n", encoding="utf-8")
    result = outreach("links", "--case", "beacon", "--language", "en", "--network", "x", folder=campaign_folder)
    assert result.returncode == 1
    assert "X: no link (too long, x: 294 of 280; over by 14:" in result.stdout
    assert "https://x.com/intent/tweet?text=Words." in result.stdout


def draw(outreach: Command, folder: Path, *more: str, name: str = "code.svg") -> subprocess.CompletedProcess[str]:
    chosen = ("--only", "solidarity", "--language", "fr", "--network", "x", "--qr", str(folder / name))
    return outreach("links", "--case", "beacon", *chosen, *more, folder=folder)


def squares(file: Path) -> list[list[bool]]:
    """The black squares of a drawing, row by row, read from its only path of strokes."""
    root = ElementTree.parse(file).getroot()
    size = int(root.attrib["width"]) // 4
    drawn = [[False] * size for _ in range(size)]
    [path] = [path for path in root.iter(f"{SVG}path") if path.get("stroke")]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path.attrib["d"]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                drawn[int(y)][column] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return drawn


def test_a_qr_code_holds_the_link_and_nothing_else(campaign_folder: Path, outreach: Command) -> None:
    """The squares that are drawn are those that the standard has for this link, with four of white around."""
    [row] = listed(outreach, campaign_folder, "--only", "solidarity", "--language", "fr", "--network", "x")
    result = outreach(
        *("links", "--case", "beacon", "--only", "solidarity", "--language", "fr", "--network", "x"),
        *("--qr", str(campaign_folder / "code.svg")),
        folder=campaign_folder,
        env=LINK,
    )
    assert result.returncode == 0, result.stderr
    expected = [list(map(bool, line)) for line in segno.make_qr(row["url"]).matrix_iter(border=4)]
    assert squares(campaign_folder / "code.svg") == expected
    assert "code.svg: solidarity, French, X." in result.stdout
    assert f"it has {len(expected)} squares a side" in result.stdout


def test_a_qr_code_replaces_a_file_only_with_yes(campaign_folder: Path, outreach: Command) -> None:
    (campaign_folder / "code.svg").write_text("<svg/>")
    refused = draw(outreach, campaign_folder)
    assert (refused.returncode, "add --yes" in refused.stderr) == (2, True)
    assert (campaign_folder / "code.svg").read_text() == "<svg/>"
    assert draw(outreach, campaign_folder, "--yes").returncode == 0
    assert "<title>beacon: solidarity on X</title>" in (campaign_folder / "code.svg").read_text()


@pytest.mark.parametrize(("name", "words"), [("code.png", "name the file so, such as"), ("no/code.svg", "be written")])
def test_a_qr_code_that_cannot_be_written_says_so(
    campaign_folder: Path, outreach: Command, name: str, words: str
) -> None:
    result = draw(outreach, campaign_folder, name=name)
    assert (result.returncode, words in result.stderr) == (2, True), result.stderr
