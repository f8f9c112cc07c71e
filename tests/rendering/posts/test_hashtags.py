"""Which hashtags are links on which network, by the networks' own rules, and what is said of those that are not."""

import pytest

from outreach.rendering.posts.hashtags import hashtag_problem, taken, wrong_hashtags

# A hashtag, and what X, Bluesky and Mastodon make a link of: * all of it, "" nothing.
TAKEN = [
    ("#EndReprisals", "*", "*", "*"),
    ("#FreeViasna2022", "*", "*", "*"),
    ("#2022", "", "", ""),
    ("#2022x", "*", "*", "*"),
    ("#End Reprisals", "#End", "#End", "#End"),
    ("#End-Reprisals", "#End", "*", "#End"),
    ("#End.Reprisals", "#End", "*", "#End"),
    ("#End_Reprisals", "*", "*", "*"),
    ("#", "", "", ""),
    ("#!", "", "", ""),
    ("#Represión", "*", "*", "*"),
    ("#СвободуВясне", "*", "*", "*"),
    ("#أوقفوا_الانتقام", "*", "*", "*"),
    ("#停止报复", "*", "*", "*"),
    ("#col·labora", "*", "*", "*"),
    ("#" + "a" * 65, "*", "", "*"),
    ("#\ufe0f\u20e3", "", "", ""),
]


@pytest.mark.parametrize(("tag", "x", "bluesky", "mastodon"), TAKEN)
def test_what_each_network_makes_a_link_of(tag: str, x: str, bluesky: str, mastodon: str) -> None:
    expected = {"x": x, "bluesky": bluesky, "mastodon": mastodon}
    assert {network: taken(tag, network) for network in expected} == {
        network: tag if link == "*" else link for network, link in expected.items()
    }


@pytest.mark.parametrize("fine", ["", "#EndReprisals", "#EndReprisals #Viasna", "#停止报复", "#HRC51"])
def test_a_hashtag_of_all_networks_is_no_problem(fine: str) -> None:
    assert hashtag_problem(fine) == ""


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ("#End Reprisals", "'#End Reprisals': a hashtag ends at the first space; write #EndReprisals"),
        ("End reprisals", "'End reprisals' is no hashtag: it begins with #, such as #EndReprisals"),
        ("#2022", "'#2022' is a hashtag on no network: digits alone are none; add a word to it"),
        (
            "#End-Reprisals",
            "'#End-Reprisals': X and Mastodon make a link of '#End' alone; write #EndReprisals, of letters and digits",
        ),
        ("#EndReprisals!", "'#EndReprisals!': X, Bluesky, Mastodon make a link of '#EndReprisals' alone"),
    ],
)
def test_what_is_wrong_with_a_campaigns_hashtag_is_said_with_a_better_one(tag: str, problem: str) -> None:
    assert hashtag_problem(tag).startswith(problem)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("We stand with them. #EndReprisals, #Viasna’s members (#HRC51). https://example.org/#a-b", []),
        ("#EndReprisals/#Viasna and C# and a#b and # alone and #️⃣", []),
        ("Since #2022 they wait. #End-Reprisals", ["#2022", "#End-Reprisals"]),
        ("(#51)", ["#51"]),
    ],
)
def test_in_a_post_only_what_was_meant_as_a_hashtag_and_is_none_is_named(text: str, tags: list[str]) -> None:
    found = list(wrong_hashtags(text, "x"))
    assert [message.split("'")[1] for message in found] == tags
