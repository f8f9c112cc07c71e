"""An Arabic letter in a real browser: it runs from right to left, on a phone and on a desk, and nothing is cut off."""

import pytest

from tests.browser import open_browser, show
from tests.languages.campaign import make_campaign

PLACES = """() => {
  const box = element => element.getBoundingClientRect()
  const item = document.querySelector("li"), quote = document.querySelector("blockquote")
  const paragraph = document.querySelector("p"), word = document.querySelector("p span")
  return {
    directions: ["p", "li", "blockquote"].map(name => getComputedStyle(document.querySelector(name)).direction),
    indented: box(paragraph).right - box(item).right, bar: getComputedStyle(quote).borderRightWidth,
    name: getComputedStyle(word).direction, atRight: box(paragraph).right - box(word).right,
    wide: document.documentElement.scrollWidth - innerWidth,
  }
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_an_arabic_letter_runs_from_right_to_left(tmp_path, outreach, width):
    folder = make_campaign(tmp_path / "campaign")
    options = ("--mission", "DEU", "--language", "ar", "--format", "html")
    page = tmp_path / "letter.html"
    page.write_text(outreach("preview", "--case", "beacon", *options, folder=folder).stdout, encoding="utf-8")
    with open_browser() as browser:
        shown = show(browser, page, width)
        places = shown.page.evaluate(PLACES)
    assert (shown.complaints, shown.asked_for) == ([], [])
    assert places["directions"] == ["rtl", "rtl", "rtl"]
    assert (places["name"], places["bar"]) == ("ltr", "3px")
    assert places["indented"] > 10
    assert abs(places["atRight"]) < 1  # the Latin line of the address stands where the Arabic ones begin
    assert places["wide"] <= 0
