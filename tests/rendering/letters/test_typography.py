"""What a language sets in its own way: no-break spaces, French apostrophes; never in addresses, and names are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.cases.files.folding import Name, folded
from outreach.rendering.letters.setting.markdown import render, whole
from outreach.rendering.letters.setting.typography import typeset

# As it is typed; as it is set, with ~ for a no-break space.
SET = [
    (
        "fr",
        "L'ONU, le 29 septembre 2022, à la 51e session : qui ?",
        "L’ONU, le 29~septembre 2022, à la 51e~session~: qui~?",
    ),
    ("fr", "«Viasna» d'«Ales»; aujourd'hui: oui!", "«~Viasna~» d’«~Ales~»~; aujourd’hui~: oui~!"),
    ("fr", "Le 1er janvier, 12 ans, 1 000 États, 5 %.", "Le 1er~janvier, 12~ans, 1~000~États, 5~%."),
    ("fr", "M. Dupont, n° 5, p. 3 ; XXe siècle", "M.~Dupont, n°~5, p.~3~; XXe~siècle"),
    ("fr-BE", "Qui?", "Qui~?"),
    ("fr-CH", "Qui? Oui; «a» : b", "Qui? Oui; «~a~»~: b"),
    ("es", "El 29 de septiembre de 2022, 51.º período: 12 años", "El 29~de~septiembre de 2022, 51.º~período: 12~años"),
    ("es", "Sra. López, núm. 5, «Viasna», ¿qué?", "Sra.~López, núm.~5, «Viasna», ¿qué?"),
    (
        "fr",
        "A/HRC/48/28 : 10:30, (https://x.org/a?b:c;d !) a@b.org:",
        "A/HRC/48/28~: 10:30, (https://x.org/a?b:c;d~!) a@b.org:",
    ),
    ("en", "29 September; O'Brien: 12 years «a»", "29 September; O'Brien: 12 years «a»"),
    ("pt", "29 de setembro : «a» 12 anos", "29 de setembro : «a» 12 anos"),
    ("ar", "12 : «a»", "12 : «a»"),
]


@pytest.mark.parametrize(("language", "typed", "set_"), SET)
def test_a_text_is_set_as_its_language_sets_it_and_stays_so(language: str, typed: str, set_: str) -> None:
    assert typeset(typed, language).replace("\u00a0", "~") == set_
    assert typeset(typeset(typed, language), language) == typeset(typed, language)


@given(st.text(alphabet="ab é'«»:;?!29 051e\u00a0.@/\nMde", max_size=40), st.sampled_from(["fr", "fr-CH", "es"]))
def test_setting_changes_spaces_and_apostrophes_alone_and_once(text: str, language: str) -> None:
    def bare(words: str) -> str:
        return words.replace("’", "'").replace("\u00a0", "").replace(" ", "").replace("\u202f", "")

    assert bare(typeset(text, language)) == bare(text)
    assert typeset(typeset(text, language), language) == typeset(text, language)


def test_markdown_is_set_in_its_words_and_not_in_addresses_links_and_code() -> None:
    body = "Le 29\nseptembre : [l'avis : 5](https://x.org/a'b?c=1:2) et `l'a : b` ;\n<https://x.org/l'a:b> «*Viasna*»"
    [block] = render(body, "fr")
    assert block == whole(body, "fr")
    assert block.text.replace("\u00a0", "~") == (
        "Le 29~septembre~: l’avis~: 5 (https://x.org/a'b?c=1:2) et l'a : b~;\nhttps://x.org/l'a:b «~Viasna~»\n"
    )
    assert "\u00a0septembre" in block.html
    [plain] = render("Le 29\nseptembre 2022, l'avis\n: oui.", "fr")
    assert plain.text == "Le 29\u00a0septembre 2022, l’avis\u00a0: oui.\n"


def test_names_are_found_in_a_text_that_is_set() -> None:
    for name in ("Awa N'Diaye", "Jean d'Arc", "M. X 5", "O'Brien"):
        said = f"le cas de {name} : « {name} »"
        assert Name(name).stands_in(folded(typeset(said, "fr"))), name
        assert Name(name.replace("'", "’")).stands_in(folded(typeset(said, "fr"))), name
