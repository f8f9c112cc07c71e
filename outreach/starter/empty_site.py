"""What site/ of an empty campaign is made of: a page in each language that says what is to be written, and headers."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from outreach.cases.files.editing import quoted
from outreach.language import grammar_of, language_name

FOLDER = Path("site")
SECTIONS = {
    "We did it": "What has been achieved, and what else happened. Who raised whom writes itself, from the record.",
    "What we want": "What should change, and who should change it. A heading inside a section begins with ###.",
    "How": "How the campaign works towards it.",
    "Documented cases": "What stands above the documented cases: whose reports they are from, and what is not in them.",
}
TITLE = "title"
# What the page says until somebody writes it. `outreach site check` names each line in [ ].
LINES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            TITLE: "[Write the title of the campaign]",
            "description": "[Write one sentence about the campaign for search engines]",
            "hero": "[Write in a few words what happened, and to whom]",
            "lead": "[Write in one to three sentences why that concerns the reader]",
        },
        "fr": {
            TITLE: "[Indiquez le titre de la campagne]",
            "description": "[Complétez par une phrase sur la campagne pour les moteurs de recherche]",
            "hero": "[Indiquez en quelques mots ce qui est arrivé, et à qui]",
            "lead": "[Indiquez en une à trois phrases pourquoi cela concerne le lecteur]",
        },
        "es": {
            TITLE: "[Indicar el título de la campaña]",
            "description": "[Escribir una frase sobre la campaña para los buscadores]",
            "hero": "[Escribir en pocas palabras qué pasó, y a quién]",
            "lead": "[Escribir en una a tres frases por qué eso le importa a quien lo lee]",
        },
    }
)
PAGE = """\
---
# The words of the campaign's page in {language}. Lines that begin with # are for you, and nothing shows them.
# What stands in [ ] is still to be written: `outreach site check` names it. Every line is explained in docs/site.md.
{lines}
# The address of a film, the name of a file in site/pictures/, the day that “We did it” is about; all may stay blank.
film:
picture:
done_on:
---
"""
THEME = """\
# How the public page looks: two colours as #rrggbb, and a logo, which is the name of a file in site/pictures/.
# Text stands on both colours, so each is checked for contrast. Without a line the page has our own colours.

# deep = "#0b4251"
# spark = "#f2b84b"
# logo = "logo.png"
"""
RESOURCES = ("title", "url", "kind", "date", "language", "source")
PICTURES = ("file", "alt", "credit", "licence", "consent", "case")


def site_files(title: str, languages: Sequence[str]) -> dict[Path, bytes]:
    """Give every file of an empty campaign's site/ by its place in the campaign's folder."""
    alt = [f"alt.{language}" for language in languages]
    pictures = [name for column in PICTURES for name in (alt if column == "alt" else [column])]
    files = {
        "theme.toml": THEME,
        "resources.csv": _header(RESOURCES),
        "updates/.gitkeep": "",
        "pictures/pictures.csv": _header(pictures),
    }
    files |= {f"page.{language}.md": "".join(_page(title, language)) for language in languages}
    return {FOLDER / name: text.encode() for name, text in files.items()}


def _page(title: str, language: str) -> Iterator[str]:
    lines = dict(LINES[grammar_of(language) or "en"])
    if title.strip():
        lines[TITLE] = title
    said = "\n".join(f"{key}: {quoted(text)}" for key, text in lines.items())
    yield PAGE.format(language=language_name(language), lines=said)
    for heading, guidance in SECTIONS.items():
        yield f"\n## {heading}\n\n<!-- {guidance} -->\n"


def _header(columns: Sequence[str]) -> str:
    return f"{','.join(columns)}\n"
