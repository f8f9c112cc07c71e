"""Write, join, confirm, take back and leave, as browsers and mail servers ask for them; and every answer to a fault."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from outreach.db.engine import reading, writing
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.public import PublicForms
from outreach.supporters.arrivals import waiting_arrivals
from tests.services.supporters.campaigns import mails
from tests.supporters.stores import NOW
from tests.web.campaigns import FORM, OVER, everything, forms_served, links, open_forms, waiting

CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms are taken in when a test says so: the server's own clock stands still."""
    monkeypatch.setattr("outreach.web.front.Front.take_in", lambda self: None)


@pytest.fixture
def forms(tmp_path: Path) -> PublicForms:
    return open_forms(tmp_path)


@contextmanager
def asking(forms: PublicForms) -> Iterator[httpx.Client]:
    with forms_served(forms) as address, httpx.Client(base_url=address, headers={"Accept-Language": "en"}) as client:
        yield client


def time_on(page: str) -> str:
    found = re.search(r'name="time" value="([^"]+)"', page)
    assert found
    return found[1]


def write(client: httpx.Client, **more: object) -> httpx.Response:
    shown = time_on(client.get("/write").text)
    return client.post("/write", data={**FORM, "time": shown, **more})


def join(client: httpx.Client, email: str) -> httpx.Response:
    return client.post("/join", data={"email": email, "time": time_on(client.get("/join").text)})


def test_what_is_written_is_looked_at_then_kept_then_confirmed(forms: PublicForms) -> None:
    with asking(forms) as client:
        form = client.get("/write")
        assert form.status_code == 200
        assert form.text.count('name="case" value="') == 3
        assert len(re.findall(r'name="case" value="\w+" checked', form.text)) == 3
        typed = {**FORM, "words": "Say it\r\naloud", "quote": "yes", "name": "N.", "country": "peru", "list": "yes"}
        shown = client.post("/write/look", data={**typed, "time": time_on(form.text)})
        assert shown.status_code == 200
        assert "<mark>“Say it aloud”</mark>" in shown.text
        assert waiting(forms) == 0
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text)
        again = {name: [value for key, value in hidden if key == name] for name, _ in hidden}
        changed = client.post("/write/look", data={**again, "change": "yes"})
        assert changed.status_code == 200
        assert "Say it\naloud</textarea>" in changed.text
        sent = client.post("/write", data=again)
        assert (sent.status_code, sent.headers["location"]) == (303, "/write/sent?lang=en")
        assert client.get(sent.headers["location"]).status_code == 200
        with reading(forms.supporters.store.engine) as connection:
            ((_, _, kept),) = waiting_arrivals(forms.supporters.store, connection, 9)
        assert kept
        assert (kept.words, kept.may_quote, kept.name, kept.country, kept.joins) == (
            "Say it\naloud",
            True,
            "N.",
            "PER",
            True,
        )
        assert (kept.cases, kept.ask, kept.missions, kept.language) == (("beacon", "sample"), "hrc51", "all", "en")

        (token,) = links(forms)
        before = everything(forms)
        asked = client.get(f"/c/{token}")
        assert "Was it you?" in asked.text
        assert "Say it" in asked.text
        for _ in range(3):
            client.get(f"/c/{token}")
            client.head(f"/c/{token}")
        assert everything(forms) == before
        number = re.search(r'name="number" value="(\d+)"', asked.text)
        assert number
        answer = {"answer": "yes", "number": number[1]}
        done = client.post(f"/c/{token}", data=answer)
        assert "Thank you" in done.text
        after = everything(forms)
        assert client.post(f"/c/{token}", data=answer).text == done.text
        assert client.get(f"/c/{token}").text == done.text
        assert client.post(f"/c/{token}", data={**answer, "answer": "no"}).text == done.text  # the first counts
        assert everything(forms) == after

        own, leave = (re.search(rf'href="/{kind}/([a-z2-7]{{26}})', done.text) for kind in "vl")
        assert own
        assert leave
        voice = client.get(f"/v/{own[1]}")
        assert "Your voice waits for the next letter" in voice.text
        assert everything(forms) == after
        gone = client.post(f"/v/{own[1]}", data={"do": "take-back"})
        assert "Your voice is taken back" in gone.text
        assert client.post(f"/v/{own[1]}", data={"do": "take-back"}).text == gone.text
        assert "Say it" not in client.get(f"/v/{own[1]}").text
        assert "Leave the mailing list?" in client.get(f"/l/{leave[1]}").text


def test_it_was_not_me_erases_it(forms: PublicForms) -> None:
    with asking(forms) as client:
        write(client)
        (token,) = links(forms)
        number = re.search(r'name="number" value="(\d+)"', client.get(f"/c/{token}").text)
        assert number
        answer = {"answer": "no", "number": number[1]}
        done = client.post(f"/c/{token}", data=answer)
        assert "Then nothing of it is left" in done.text
        assert client.post(f"/c/{token}", data={**answer, "answer": "yes"}).text == done.text
        write(client)
        take_in(forms.supporters, NOW)
        assert [status for _, status in mails(forms.supporters)] == ["withdrawn"] * len(mails(forms.supporters))


def member(client: httpx.Client, forms: PublicForms, email: str = "lee@supporters.example.org") -> str:
    """Join and confirm; gives the token of the link to leave."""
    assert join(client, email).status_code == 303
    token = links(forms)[-1]
    number = re.search(r'name="number" value="(\d+)"', client.get(f"/c/{token}").text)
    assert number
    done = client.post(f"/c/{token}", data={"answer": "yes", "number": number[1]})
    found = re.search(r'href="/l/([a-z2-7]{26})', done.text)
    assert found
    return found[1]


def test_members_leave_come_back_and_leave_for_ever(forms: PublicForms) -> None:
    with asking(forms) as client:
        token = member(client, forms)
        page = client.get(f"/l/{token}").text
        assert "l…@s….org" in page
        assert "lee@supporters" not in page
        left = client.post(f"/l/{token}", data={"do": "leave"}).text
        assert "You have left" in left
        assert client.post(f"/l/{token}", data={"do": "leave"}).text == left
        assert "Leave the mailing list?" in client.post(f"/l/{token}", data={"do": "rejoin"}).text
        never = client.post(f"/l/{token}", data={"do": "never-again"}).text
        assert "Your address is erased. Only a mark of it stays" in never
        after = client.post(f"/l/{token}", data={"do": "never-again"}).text
        assert "You are not on the list" in after
        assert client.post(f"/l/{token}", data={"do": "rejoin"}).text == after
        assert client.post(f"/l/{token}", data={"do": "something"}).status_code == 400


@pytest.mark.parametrize("kind", ["fields", "multipart"])
def test_one_click_of_a_mail_program_leaves(forms: PublicForms, kind: str) -> None:
    with asking(forms) as client:
        token = member(client, forms)
        for _ in range(2):
            parts = {"List-Unsubscribe": (None, "One-Click")}
            clicked = (
                client.post(f"/l/{token}", data=CLICK) if kind == "fields" else client.post(f"/l/{token}", files=parts)
            )
            assert (clicked.status_code, clicked.text) == (200, "You have left the mailing list.\n")
        assert "You have left" in client.get(f"/l/{token}").text
        other = {"file": ("a.txt", b"List-Unsubscribe=One-Click")}
        assert client.post(f"/l/{token}", files=other).status_code == 415
        assert client.post("/write/look", files={"List-Unsubscribe": (None, "One-Click")}).status_code == 415


def test_what_is_wrong_is_told_beside_what_was_typed(forms: PublicForms) -> None:
    with asking(forms) as client:
        wrong = {"to": "chosen", "words": "x" * 601, "country": "Atlantis", "email": "nobody", "language": "fr"}
        answer = client.post("/write/look", data=wrong)
        assert answer.status_code == 422
        assert '<html lang="fr">' in answer.text
        assert answer.text.count('class="fault"') == 5
        assert "x" * 601 in answer.text
        assert 'value="Atlantis"' in answer.text
        assert 'value="nobody"' in answer.text
        assert client.post("/write", data={**wrong, "time": "1-1"}).status_code == 422
        assert client.post("/join", data={"email": "nobody"}).status_code == 422
        robot = client.post("/write/look", data={**FORM, "website": "http://spam.example"})
        assert robot.status_code == 422
        assert 'id="website-fault"' in robot.text
    assert waiting(forms) == 0


def test_a_form_without_our_time_or_a_quick_one_is_shown_again(tmp_path: Path) -> None:
    forms = open_forms(tmp_path, min_seconds=600)
    with asking(forms) as client:
        for signed, said in (("", "lay open for long"), ("1-2", "lay open for long"), (None, "very quick")):
            time = signed if signed is not None else time_on(client.get("/write").text)
            again = client.post("/write", data={**FORM, "time": time})
            assert again.status_code == 422
            assert said in again.text
            assert 'name="email" value="noor@supporters.example.org"' in again.text
        for path in ("/write", "/join"):
            other = time_on(client.get("/join" if path == "/write" else "/write").text)
            assert "lay open for long" in client.post(path, data={**FORM, "time": other}).text
    assert waiting(forms) == 0


def test_a_form_older_than_a_day_is_shown_again(forms: PublicForms) -> None:
    sealer = forms.supporters.store.sealer
    with asking(forms) as client:
        again = client.post("/write", data={**FORM, "time": sealer.sign_time(NOW, "/write")})
        assert (again.status_code, "lay open for long" in again.text) == (422, True)
        assert client.post("/write", data={**FORM, "time": time_on(again.text)}).status_code == 303


def test_stranger_known_and_capped_get_the_same_bytes(forms: PublicForms) -> None:
    with asking(forms) as client:
        member(client, forms)
        answers = set[tuple[int, bytes, tuple[tuple[str, str], ...]]]()
        for email in ("stranger@supporters.example.org", "lee@supporters.example.org", *["capped@example.org"] * 9):
            answer = write(client, email=email)
            kept = tuple((name, value) for name, value in answer.headers.items() if name != "date")
            answers.add((answer.status_code, answer.content, kept))
            take_in(forms.supporters, NOW)
        assert len(answers) == 1


def test_old_and_unknown_links_are_alike(forms: PublicForms) -> None:
    with asking(forms) as client:
        write(client)
        (token,) = links(forms)
        unknown = "a" * 26
        with writing(forms.supporters.store.engine) as connection:
            connection.execute(text("DELETE FROM links"))
        pages = set[str]()
        for kind in "cvl":
            for path in (f"/{kind}/{token}", f"/{kind}/{unknown}", f"/{kind}/short", f"/{kind}/{'%00' * 26}"):
                answer = client.get(path)
                assert answer.status_code == 404
                pages.add(answer.text)
        assert client.post(f"/c/{unknown}", data={"answer": "yes"}).status_code == 404
        assert client.post(f"/v/{unknown}", data={"do": "take-back"}).status_code == 404
        assert client.post(f"/l/{unknown}", data=CLICK).status_code == 404
        assert client.post("/m/abcdefghijkl", data=CLICK).status_code == 404
        assert client.get("/m/abcdefghijkl").status_code == 200
        pages.add(client.get("/nothing").text)
        assert len(pages) == 1


def test_a_database_that_is_locked_loses_nothing_that_was_typed(forms: PublicForms, tmp_path: Path) -> None:
    with asking(forms) as client:
        other = open_forms(tmp_path)
        with writing(other.supporters.store.engine):
            answer = write(client, words="All that I wrote", quote="yes")
            assert answer.status_code == 503
            assert "Nothing was sent, and nothing was lost: your text stands below." in answer.text
            assert 'name="words" value="All that I wrote"' in answer.text
            assert join(client, "lee@supporters.example.org").status_code == 503
            assert client.post(f"/l/{'a' * 26}", data=CLICK).status_code == 503
        assert waiting(forms) == 0
        assert client.post("/write", data={**FORM, "time": time_on(answer.text)}).status_code == 303


def test_after_the_day_nobody_writes(tmp_path: Path) -> None:
    with asking(open_forms(tmp_path, day=OVER)) as client:
        page = client.get("/write")
        assert page.status_code == 200
        assert "This time is over" in page.text
        assert "<form" not in page.text
        assert client.post("/write/look", data=FORM).status_code == 410
        assert client.post("/write", data=FORM).status_code == 410
        assert join(client, "lee@supporters.example.org").status_code == 303


def test_while_the_guard_has_closed_the_forms_mail_is_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.web.front.Front.take_in", lambda self: setattr(self, "by_mail_only", True))
    with asking(open_forms(tmp_path, by_mail="join@example.org")) as client:
        for answer in (client.get("/write"), client.post("/write", data=FORM), client.post("/join", data=FORM)):
            assert answer.status_code == 429
            assert "mailto:join@example.org?subject=JOIN" in answer.text
        assert "mailto:join@example.org?subject=REJOINDRE" in client.get("/join?lang=fr").text


def test_a_case_that_is_stopped_goes_from_the_form_and_broken_files_close_it(tmp_path: Path) -> None:
    forms = open_forms(tmp_path)
    from outreach.web.front import Front

    front = Front(forms)
    case = tmp_path / "cases" / "beacon.md"
    whole = case.read_text("utf-8")
    case.write_text(whole.replace("  web: yes", "  web: no"), "utf-8")
    front.renew()
    assert "beacon" not in {each.slug for each in front.forms.offer.cases}
    case.write_text("no case at all", "utf-8")
    front.renew()
    assert front.closed
    case.write_text(whole, "utf-8")
    front.renew()
    assert not front.closed
    assert "beacon" in {each.slug for each in front.forms.campaign.cases.values()}


def test_other_methods_and_other_hosts_get_nothing(forms: PublicForms) -> None:
    with asking(forms) as client:
        assert client.get("/write/look").status_code == 405
        assert client.put("/write", data=FORM).status_code == 405
        assert set(client.put("/write").headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
        assert client.get("/write", headers={"Host": "evil.example"}).status_code == 421
        assert (
            client.post(
                "/write/look", content=b"x" * 17_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
            ).status_code
            == 413
        )
        assert client.post("/write/look", json={}).status_code == 415
        assert client.get("/health").text == "ok\n"


def test_every_answer_has_our_headers_and_no_cookie(forms: PublicForms) -> None:
    with asking(forms) as client:
        for path in ("/write", "/join", "/write/sent", "/nothing", "/site.css", "/health", "/", f"/c/{'a' * 26}"):
            answer = client.get(path)
            assert "default-src 'none'" in answer.headers["content-security-policy"], path
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in answer.headers
            assert ("no-store" in answer.headers["cache-control"]) is (path != "/site.css")


@pytest.mark.parametrize(
    ("wanted", "language"), [("fr-CH, en;q=0.5", "fr"), ("de, es;q=0.8", "es"), ("ja", "en"), ("", "en")]
)
def test_the_language_is_that_of_the_browser_or_the_address(forms: PublicForms, wanted: str, language: str) -> None:
    with asking(forms) as client:
        assert f'<html lang="{language}">' in client.get("/write", headers={"Accept-Language": wanted}).text
        assert '<html lang="es">' in client.get("/write?lang=es", headers={"Accept-Language": wanted}).text


POSTS = (
    "/write",
    "/write/look",
    "/join",
    "/join/look",
    f"/c/{'a' * 26}",
    f"/v/{'a' * 26}",
    f"/l/{'a' * 26}",
    "/m/abcdefgh",
)


@pytest.mark.parametrize("path", POSTS)
def test_no_form_of_a_foreign_page_is_taken(tmp_path: Path, path: str) -> None:
    forms = open_forms(tmp_path, public_url="https://act.example.org/")
    front = forms.campaign.settings.model_copy(
        update={"site": forms.campaign.settings.site.model_copy(update={"url": "https://example.org/"})}
    )
    forms = PublicForms(replace(forms.supporters, campaign=replace(forms.campaign, settings=front)))
    looks = path.endswith("/look")
    with asking(forms) as client:
        before = everything(forms)
        for origin in ("https://evil.example", "http://act.example.org", "https://act.example.org.evil.example"):
            assert client.post(path, data=FORM, headers={"Origin": origin}).status_code == 403
        for fetched_from in ("cross-site", "same-site"):
            own = {"Origin": "null", "Sec-Fetch-Site": fetched_from}
            assert (client.post(path, data=FORM, headers=own).status_code == 403) is not looks
        site = client.post(path, data=FORM, headers={"Origin": "https://example.org", "Sec-Fetch-Site": "same-site"})
        assert (site.status_code == 403) is not looks
        ours = {"Origin": "null", "Sec-Fetch-Site": "same-origin", "Host": "act.example.org"}
        assert client.post(path, data=FORM, headers=ours).status_code != 403
        assert everything(forms) == before


def test_no_address_of_a_client_is_in_any_file_or_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    forms = open_forms(tmp_path, trusted_proxies=1)
    with caplog.at_level(0), asking(forms) as client:
        via = {"X-Forwarded-For": "203.0.113.77"}
        for number in range(30):
            shown = time_on(client.get("/write", headers=via).text)
            sent = {**FORM, "email": f"person{number}@supporters.example.org", "time": shown}
            assert client.post("/write", data=sent, headers=via).status_code == 303
            client.get("/nothing", headers=via)
        take_in(forms.supporters, NOW)
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()) + caplog.text.encode()
    for mark in (b"203.0.113", b"person7", b"supporters.example"):
        assert mark not in kept


def test_forms_may_stand_below_a_path_of_their_proxy(tmp_path: Path) -> None:
    with asking(open_forms(tmp_path, public_url="https://act.example.org/forms/")) as client:
        client.headers["Host"] = "act.example.org"
        page = client.get("/write").text
        assert set(re.findall(r'(?:href|action|src)="(/[^"?]*)', page)) == {
            "/forms/write", "/forms/write/look", "/forms/site.css", "/forms/icon.svg",
        }  # fmt: skip
        sent = client.post("/write", data={**FORM, "time": time_on(page)})
        assert sent.headers["location"] == "/forms/write/sent?lang=en"


def test_a_fault_of_ours_says_nothing_of_what_it_was(forms: PublicForms, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("noor@supporters.example.org")

    monkeypatch.setattr(PublicForms, "look", broken)
    with asking(forms) as client:
        answer = client.post("/write/look", data=FORM)
        assert answer.status_code == 500
        assert "A fault of ours" in answer.text
        assert "noor@" not in answer.text
        assert "no-store" in answer.headers["cache-control"]


def test_rounds_go_on_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.web.front import Front

    monkeypatch.undo()
    front = Front(open_forms(tmp_path))
    monkeypatch.setattr(PublicForms, "take_in", lambda self: 1 / 0)
    front.take_in()
    monkeypatch.undo()
    front.take_in()
    assert not front.by_mail_only
