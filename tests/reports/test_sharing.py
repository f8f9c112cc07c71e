"""The links that supporters click carry the post's own words, whole, whatever they are written in."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaign import Campaign, load_campaign
from outreach.errors import TemplateError, UsageError
from outreach.reports.sharing import SHARED_ON, Share, languages_with_posts, pieces, shares
from tests.conftest import CAMPAIGN

PAGE = "https://example.org/beacon?a=1&b=2"
HARD = "L'ONU & l'État: 100 % + #1? «¡Sí!» 🕊️ العدالة\n\nÇa suffit… \\ \"x\" <b>"
CASES = sorted(path.stem for path in (CAMPAIGN / "cases").glob("*.md"))


def campaign_with(folder: Path, posts: str = "", *, link: str = "", slug: str = "beacon") -> Campaign:
    """The campaign with these posts as its English ones about a case, and a link of its own."""
    if posts:
        (folder / "templates" / "tweets" / f"{slug}.en.txt").write_text(posts, encoding="utf-8")
    path = folder / "outreach.toml"
    if link:
        before = path.read_text(encoding="utf-8")
        assert "\n[posts]\n" in before
        path.write_text(before.replace("\n[posts]\n", f'\n[posts]\nlink = "{link}"\n'), encoding="utf-8")
    return load_campaign(folder)


def made(campaign: Campaign, language: str = "en", slug: str = "beacon", **more: str) -> list[Share]:
    return list(shares(campaign, campaign.cases[slug], campaign.asks["hrc51"], language, **more))


def by_network(found: list[Share]) -> dict[str, Share]:
    assert len({share.post for share in found}) == 1
    return {share.network: share for share in found}


def fields(url: str) -> dict[str, str]:
    """The query of an address as browsers and mail programs read it, or what stands behind its #: + is a plus."""
    parts = urlsplit(url)
    pairs = (field.split("=", 1) for field in (parts.query or parts.fragment).split("&"))
    return {name: unquote(value) for name, value in pairs}


def words(share: Share) -> str:
    """All that the reader finds filled in, white space aside, in an order that does not matter."""
    query = fields(share.url)
    tags = [f"#{tag}" for tag in query.get("hashtags", "").split(",") if tag]
    given = (*(query.get(name, "") for name in ("text", "body", "url", "u")), *tags)
    return " ".join(sorted(" ".join(given).split()))


@pytest.mark.parametrize("slug", CASES)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_post_of_the_campaign_has_a_link_on_each_network_with_all_its_words(
    campaign_folder: Path, slug: str, language: str
) -> None:
    found = made(campaign_with(campaign_folder, link=PAGE), language, slug)
    posts = {share.post for share in found}
    assert len(posts) >= 2
    assert [share.network for share in found] == [*SHARED_ON] * len(posts)
    for share in found:
        assert share.url, f"{share.post}: {share.note}"
        assert words(share) == " ".join(sorted(share.text.split()))


def test_a_text_in_any_script_arrives_as_it_is_written(campaign_folder: Path) -> None:
    template = HARD.replace("#1", "{{ '#' }}1")
    found = by_network(made(campaign_with(campaign_folder, f"=== hard\n{template}\n", link=PAGE)))
    for network in ("x", "bluesky", "mastodon", "threads", "whatsapp", "telegram", "linkedin"):
        assert fields(found[network].url)["text"] == HARD
    assert fields(found["mail"].url)["body"] == HARD.replace("\n", "\r\n")
    assert fields(found["telegram"].url)["url"] == PAGE
    for share in found.values():
        assert share.url.isascii()
        assert not set(share.url.replace("/#text=", "")) & set(" \"'<>\\+#")


def test_each_link_goes_to_its_own_network(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, "=== one\nWords.\n", link=PAGE)))
    assert {network: share.url.partition("?")[0] for network, share in found.items()} == {
        "x": "https://x.com/intent/tweet",
        "bluesky": "https://bsky.app/intent/compose",
        "mastodon": "https://share.joinmastodon.org/#text=Words.",
        "threads": "https://www.threads.net/intent/post",
        "whatsapp": "https://wa.me/",
        "telegram": "https://t.me/share/url",
        "linkedin": "https://www.linkedin.com/feed/",
        "facebook": "https://www.facebook.com/sharer/sharer.php",
        "mail": "mailto:",
    }


def test_x_gets_address_and_hashtag_of_the_end_as_fields_of_their_own(campaign_folder: Path) -> None:
    campaign = campaign_with(campaign_folder, "=== one\nFree them! {{ hashtag }} {{ link }}\n", link=PAGE)
    assert fields(by_network(made(campaign))["x"].url) == {
        "text": "Free them!",
        "url": PAGE,
        "hashtags": "EndReprisals",
    }


def test_without_a_page_of_the_campaign_there_is_no_link_for_telegram_and_facebook(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, "=== one\nWords. {{ hashtag }} {{ link }}\n")))
    assert not {"telegram", "facebook"} & set(found)
    assert fields(found["x"].url) == {"text": "Words.", "hashtags": "EndReprisals"}


def test_each_network_gets_its_own_form_and_mail_the_longest(campaign_folder: Path) -> None:
    posts = "=== one\nThe long form, for mail too.\n--- x\nShort.\n--- bluesky\nIn between.\n"
    found = by_network(made(campaign_with(campaign_folder, posts, link=PAGE)))
    assert {network: share.text for network, share in found.items()} == {
        "x": "Short.",
        "bluesky": "In between.",
        "mastodon": "The long form, for mail too.",
        "threads": "The long form, for mail too.",
        "whatsapp": "The long form, for mail too.",
        "telegram": "The long form, for mail too.",
        "linkedin": "The long form, for mail too.",
        "facebook": PAGE,
        "mail": "The long form, for mail too.",
    }


def test_of_a_thread_networks_get_the_first_post_and_mail_the_whole(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, "=== one\nFirst.\n~~~\nSecond.\n")))
    assert (found["x"].text, found["x"].note) == ("First.", "the first of a thread of 2")
    assert fields(found["bluesky"].url) == {"text": "First."}
    assert (found["mail"].text, found["mail"].note) == ("First.\n\nSecond.", "")


def test_a_mail_that_is_too_long_takes_the_shorter_form_and_says_so(campaign_folder: Path) -> None:
    """Each Arabic letter takes twelve characters of an address."""
    long, short = "ع" * 400, "ع" * 40
    found = by_network(made(campaign_with(campaign_folder, f"=== one\n{long}\n--- x,bluesky\n{short}\n")))
    assert found["mail"].text == short
    assert len(found["mail"].url) < 2_000
    assert found["mail"].note.startswith("the shorter form: with the whole text the link has 2,4")


def test_a_mail_without_a_form_that_fits_has_no_link_and_says_why(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, f"=== one\n{'ع' * 280}\n~~~\n{'ع' * 280}\n")))
    assert found["mail"].url == ""
    assert "more than the 2,000" in found["mail"].note


def test_a_post_that_is_too_long_for_a_network_has_no_link_there_and_is_never_cut(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, f"=== one\n{'word ' * 58}end.\n")))
    assert (found["x"].url, found["x"].note[:31]) == ("", "too long, x: 294 of 280; over b")
    assert found["mastodon"].url


def test_a_post_without_a_text_for_a_network_has_a_link_for_the_others(campaign_folder: Path) -> None:
    found = by_network(made(campaign_with(campaign_folder, "=== one\nFor all but X.\n--- x\n\n")))
    assert (found["x"].url, found["x"].note) == ("", "has no text for x")
    assert {network for network, share in found.items() if not share.url} == {"x"}


def test_threads_gets_the_longest_form_that_it_takes_and_no_link_where_none_fits(campaign_folder: Path) -> None:
    long, short = "word " * 110 + "end.", "Short."
    found = by_network(made(campaign_with(campaign_folder, f"=== one\n{long}\n--- x\n{short}\n")))
    assert (found["threads"].text, fields(found["threads"].url)) == (short, {"text": short})
    found = by_network(made(campaign_with(campaign_folder, f"=== one\n{long}\n")))
    assert (found["threads"].url, found["threads"].note) == ("", "too long, 554 of 500")


def test_a_page_of_the_case_stands_in_where_posts_have_no_link(campaign_folder: Path) -> None:
    case_page = "https://example.org/site/cases/beacon/"
    campaign = campaign_with(campaign_folder, "=== one\nWords. {{ link }}\n")
    found = by_network(made(campaign, page=case_page))
    assert (found["whatsapp"].text, found["facebook"].text) == (f"Words. {case_page}", case_page)


def test_posts_that_address_a_mission_or_say_nothing_yet_are_left_out(campaign_folder: Path) -> None:
    posts = "=== tagged\n{{ mission.handle }}, speak.\n=== none\n{% if false %}Nothing{% endif %}\n=== one\nWords.\n"
    assert {share.post for share in made(campaign_with(campaign_folder, posts))} == {"one"}


@pytest.mark.parametrize(
    ("instance", "host"), [("", "share.joinmastodon.org"), ("social.example.org", "social.example.org")]
)
def test_the_mastodon_server_is_the_one_that_was_named(campaign_folder: Path, instance: str, host: str) -> None:
    found = by_network(made(campaign_with(campaign_folder, "=== one\nWords.\n"), instance=instance))
    assert urlsplit(found["mastodon"].url).netloc == host


def test_without_a_name_it_is_the_campaigns_own_server(campaign_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_MASTODON__INSTANCE", "https://social.example.org")
    found = by_network(made(campaign_with(campaign_folder, "=== one\nWords.\n")))
    assert found["mastodon"].url.startswith("https://social.example.org/share?text=")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  posts: yes", "  posts: no", r"beacon: no consent for posts \(cases/beacon\.md\)"),
        ("people:", "embargo: 2999-01-01\npeople:", r"beacon: embargo \(until 2999-01-01\)"),
    ],
)
def test_without_consent_or_under_embargo_there_is_no_link(
    campaign_folder: Path, old: str, new: str, words: str
) -> None:
    file = campaign_folder / "cases" / "beacon.md"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        made(load_campaign(campaign_folder))


def test_a_broken_file_of_posts_is_named_with_its_row(campaign_folder: Path) -> None:
    with pytest.raises(TemplateError, match=r"beacon\.en\.txt, row 2"):
        made(campaign_with(campaign_folder, "=== one\n{{ nobody }}\n"))


def test_the_languages_are_those_that_have_a_file(campaign_folder: Path) -> None:
    (campaign_folder / "templates" / "tweets" / "beacon.fr.txt").unlink()
    campaign = load_campaign(campaign_folder)
    assert languages_with_posts(campaign, campaign.cases["beacon"]) == ("en", "es")


WORD = st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"]), min_size=1, max_size=8)


@given(st.lists(WORD | st.sampled_from(["#Tag", "#Ünïcode", PAGE, "\n", "\n\n"]), max_size=12).map(" ".join))
def test_the_pieces_of_a_text_are_all_of_it(text: str) -> None:
    """Nothing is lost but white space, and a second copy of the address at the end."""
    body, page, tags = pieces(text, PAGE)
    put_together = [*body.split(), *([page] if page else []), *(f"#{tag}" for tag in tags)]
    assert {word.replace("＃", "#") for word in put_together} == {word.replace("＃", "#") for word in text.split()}
    assert text.startswith(body)
