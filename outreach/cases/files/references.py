"""Reads the documents of the United Nations that a case stands in, `references` of its front matter; words none."""

import re

from outreach.cases.files.fields import Fields
from outreach.cases.model import REFERENCE_KINDS, Reference, ReferenceKind, Translated
from outreach.cases.people import rough_date_in
from outreach.grammar import without_article
from outreach.text import did_you_mean, shortened

KEYS = ("kind", "body", "symbol", "paragraph", "date", "year", "source")
PARAGRAPH = re.compile(r"\d{1,4}(?:\s?[-\u2013]\s?\d{1,4})?")
# As the United Nations call themselves, each with its article, by the acronyms that people type.
BODIES: dict[str, Translated] = {
    "wgad": {
        "en": "the Working Group on Arbitrary Detention",
        "fr": "le Groupe de travail sur la détention arbitraire",
        "es": "el Grupo de Trabajo sobre la Detención Arbitraria",
    },
    "wgeid": {
        "en": "the Working Group on Enforced or Involuntary Disappearances",
        "fr": "le Groupe de travail sur les disparitions forcées ou involontaires",
        "es": "el Grupo de Trabajo sobre las Desapariciones Forzadas o Involuntarias",
    },
    "special procedures": {
        "en": "mandate holders of the Special Procedures",
        "fr": "des titulaires de mandat au titre des procédures spéciales",
        "es": "titulares de mandatos de los procedimientos especiales",
    },
    "sg": {"en": "the Secretary-General", "fr": "le Secrétaire général", "es": "el Secretario General"},
    "hrc": {
        "en": "the Human Rights Council",
        "fr": "le Conseil des droits de l'homme",
        "es": "el Consejo de Derechos Humanos",
    },
    "unga": {"en": "the General Assembly", "fr": "l'Assemblée générale", "es": "la Asamblea General"},
    "ohchr": {
        "en": "the Office of the High Commissioner for Human Rights",
        "fr": "le Haut-Commissariat aux droits de l'homme",
        "es": "la Oficina del Alto Comisionado para los Derechos Humanos",
    },
    "cat": {
        "en": "the Committee against Torture",
        "fr": "le Comité contre la torture",
        "es": "el Comité contra la Tortura",
    },
    "ccpr": {
        "en": "the Human Rights Committee",
        "fr": "le Comité des droits de l'homme",
        "es": "el Comité de Derechos Humanos",
    },
    "ced": {
        "en": "the Committee on Enforced Disappearances",
        "fr": "le Comité des disparitions forcées",
        "es": "el Comité contra la Desaparición Forzada",
    },
    "cedaw": {
        "en": "the Committee on the Elimination of Discrimination against Women",
        "fr": "le Comité pour l'élimination de la discrimination à l'égard des femmes",
        "es": "el Comité para la Eliminación de la Discriminación contra la Mujer",
    },
}


def references_in(fields: Fields, language: str) -> tuple[Reference, ...]:
    """Read the list in the order of the file; `language` is that of a name which stands there alone."""
    return tuple(_reference(item, language) for item in fields.items("references", KEYS))


def _reference(item: Fields, language: str) -> Reference:
    body, symbol = _body(item, language), item.text("symbol")
    if not body and not symbol:
        item.wrong("body", "missing: say whose document it is, such as WGAD, or give its symbol")
    source = item.required("source", "where that is written")
    return Reference(_kind(item), body, source, symbol, _paragraph(item), _date(item))


def _kind(item: Fields) -> ReferenceKind:
    text = item.required("kind", f"which document it is: {', '.join(REFERENCE_KINDS)}").lower()
    known = next((kind for kind in REFERENCE_KINDS if kind == text), None)
    if text and known is None:
        there = ", ".join(REFERENCE_KINDS)
        item.wrong("kind", f"unknown kind '{shortened(text)}'{did_you_mean(text, REFERENCE_KINDS)}; there are {there}")
    return known or "report"


def _body(item: Fields, language: str) -> Translated:
    """Read whose document it is: a body that we know, by acronym or name; else a name, or one for each language."""
    if not item.has("body"):
        return {}
    if not item.is_text("body"):
        return item.translated("body", ())
    text = item.text("body")
    plain = _plain(text)
    known = (names for acronym, names in BODIES.items() if plain == acronym or plain in map(_plain, names.values()))
    return next(known, {language: text} if text else {})


def _plain(name: str) -> str:
    name = name.replace("\u2019", "'").casefold()
    return next((bare for code in ("en", "fr", "es") if (bare := without_article(name, code)) != name), name)


def _paragraph(item: Fields) -> str:
    text = item.text("paragraph")
    if text and not PARAGRAPH.fullmatch(text):
        item.wrong("paragraph", f"'{shortened(text)}' is no number of a paragraph: write 12, or 12-15")
        return ""
    return text


def _date(item: Fields) -> str:
    if item.has("date") and item.has("year") and item.text("date")[:4] != item.text("year"):
        item.wrong("year", "another year than that of date: keep one of the two")
    return rough_date_in(item, "date" if item.has("date") else "year")
