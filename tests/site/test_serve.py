"""`site serve`: on this machine only, always as the files are now."""

from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

from outreach.site.build import build
from outreach.site.facts.site import SiteRequest
from outreach.site.serve import Preview
from tests.site.sites import DAY, built, with_pages


def test_it_shows_the_files_as_they_are_and_says_what_is_wrong(campaign_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    built(with_pages(campaign_folder), output)
    with Preview(output, 0, partial(build, campaign_folder, output, SiteRequest(day=DAY))) as preview:
        Thread(target=preview.serve_forever, daemon=True).start()

        def get(path: str, host: str = "localhost") -> tuple[int, str, dict[str, str]]:
            connection = HTTPConnection(*preview.server_address[:2], timeout=10)
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}

        status, page, headers = get("/fr/")
        assert (status, headers["referrer-policy"]) == (200, "no-referrer")
        assert "They spoke." in page
        words = campaign_folder / "site" / "page.fr.md"
        words.write_text(words.read_text("utf-8").replace("They spoke.", "Elles ont parlé."), "utf-8")
        assert "Elles ont parlé." in get("/fr/")[1]
        assert get("/nowhere/")[0] == 404
        assert get("/fr/", host="evil.example.org")[0] == 403
        words.unlink()
        (campaign_folder / "outreach.toml").write_text("[campaign")
        status, page, _ = get("/fr/")
        assert (status, "outreach.toml" in page) == (500, True)
        preview.shutdown()
