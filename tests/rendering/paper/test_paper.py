"""Pages as PDF: what a campaign wrote is drawn as it is, and nothing of it runs, is fetched or is read from disk."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.campaign import load_campaign
from outreach.errors import UsageError
from outreach.registry.model import Act
from outreach.rendering.letters.setting.markdown import render
from outreach.rendering.paper.brief import LABELS, brief_page, labels_in, said
from outreach.rendering.paper.printer import Page, Unprintable, install_command, printer
from outreach.rendering.paper.tree import Node, tree
from outreach.settings.words import BRIEF, NO_WORDS, LanguageWords

HOSTILE = '#import "@preview/evil:0.1.0" #read("/etc/passwd") #{panic("x")} $x^2$ \\\\ @label <label> --- ~ /* // `raw`'


def drawn(markdown: str) -> tuple[Node, ...]:
    return tuple(tree("".join(block.html for block in render(markdown))))


def page(markdown: str, language: str = "en", title: str = "A title") -> Page:
    return Page(title, language, ("An organisation", "1 Road"), drawn(markdown))


def pages(pdf: bytes) -> int:
    [count] = re.findall(rb"/Type/Pages/Count (\d+)", pdf)
    return int(count)


def test_the_tree_has_what_the_letter_says_and_nothing_else() -> None:
    assert drawn("a **b** [c](https://example.org/?a=1&b=2)\\\nd <script>x</script>") == (
        (
            "p",
            "",
            [
                "a ",
                ("strong", "", ["b"]),
                " ",
                ("a", "https://example.org/?a=1&b=2", ["c"]),
                ("br", "", []),
                "d <script>x</script>",
            ],
        ),
    )
    assert drawn("> q\n>\n> - i\n\n    a\n     b\n") == (
        ("blockquote", "", [("p", "", ["q"]), ("ul", "", [("li", "", ["i"])])]),
        ("pre", "", ["a\n b\n"]),
    )
    assert drawn(f"{'> ' * 40}x")[0][0] == "blockquote"


EMPTY = "# \n\n- \n\n> \n\nx"  # a heading, a list and a quotation without a word


def test_pages_are_tagged_a4_and_say_their_title_and_language_and_hostile_words_are_only_words() -> None:
    pytest.importorskip("typst", reason="typst is the extra outreach[pdf]")
    with printer("letter") as press:
        for text in (
            HOSTILE,
            f"- {HOSTILE}\n\n> {HOSTILE}\n\n# {HOSTILE}\n\n    {HOSTILE}",
            HOSTILE * 200,
            "# \n\n- \n\n> \n\nx",
        ):
            pdf = press.pdf(page(text, title=HOSTILE))
            assert pdf.startswith(b"%PDF-")
        one = press.pdf(page("word " * 550, "fr-CH"))
        again = press.pdf(page("word " * 550, "fr-CH"))
        assert one == again  # no date, no chance
        assert pages(one) == 1
        assert pages(press.pdf(page("word " * 3000))) > 1
        for mark in (b"/Lang(fr-CH)", b"pdfuaid", b"[0 0 595.27", b"/MarkInfo", b"A title"):
            assert mark in one, mark
        arabic = press.pdf(page("\u0645\u0631\u062d\u0628\u0627 29", "ar"))
        assert b"/Lang(ar)" in arabic
        with pytest.raises(Unprintable, match=r"no font here has '.' \(U\+F0000\).*fonts-noto-core"):
            press.pdf(page("a \U000f0000"))


def test_without_typst_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.rendering.paper.printer.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"Install it: .*typst.*--format text or html"), printer("letter"):
        pass
    assert install_command("/Users/a/.local/share/pipx/venvs/outreach").startswith("pipx inject outreach 'typst")
    assert install_command("/Users/a/.local/share/uv/tools/outreach").startswith("uv tool install --with 'typst")
    assert install_command(str(Path("/here/.venv"))).startswith("uv pip install --python /here/.venv")


def test_a_brief_says_what_the_case_has_and_leaves_out_what_nobody_wrote(campaign_folder: Path) -> None:
    campaign = load_campaign(campaign_folder)
    case = campaign.cases["beacon"]
    page_ = brief_page(case, "en", replace(campaign.registry, acts=()), campaign.settings)
    text = "\n".join(said(page_))
    labels = labels_in("en", NO_WORDS)
    for heading in ("background", "what_happened", "what_we_want"):
        assert f"{labels[heading]}\n" in text
    assert "State concerned: Belarus" in text
    assert labels["words"] not in text
    assert labels["raised"] not in text
    acts = (
        Act("DEU", "raised", "hrc51-dialogue", "beacon", date="2022-09-29", source="https://example.org/a ; a list"),
        Act("BEL", "raised", "hrc51-dialogue", "beacon", date="2022-09-29", source="https://example.org/a"),
        Act("FRA", "raised", "not-known", "beacon"),
    )
    raised = "\n".join(said(brief_page(case, "en", replace(campaign.registry, acts=acts), campaign.settings)))
    assert "29 September 2022, Human Rights Council, 51st session: Belgium and Germany (example.org, a list)" in raised
    assert "not-known: France" in raised
    assert {key for labels in LABELS.values() for key in labels} == set(LABELS["en"]) == set(BRIEF)
    for wrong in ({"rised": "x"}, {"raised": "{x}"}, {"facts": "no day"}):
        with pytest.raises(ValueError, match=r"brief|braces|must say"):
            LanguageWords(brief=wrong)
    assert labels_in("pt", LanguageWords(brief={"raised": "Quem"}))["raised"] == "Quem"


def test_a_translation_that_only_has_the_case_in_brief_is_enough_for_a_brief(campaign_folder: Path) -> None:
    (campaign_folder / "cases" / "beacon.fr.md").write_text(
        "## In brief\n\nDes membres de Beacon sont détenus.\n", "utf-8"
    )
    campaign = load_campaign(campaign_folder)
    text = "\n".join(said(brief_page(campaign.cases["beacon"], "fr", campaign.registry, campaign.settings)))
    assert "Des membres de Beacon sont détenus." in text
    assert labels_in("fr", NO_WORDS)["background"] not in text
