"""Which column of somebody's table is which of contacts/documented.csv, by usual names in English, French, Spanish."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from outreach.errors import UsageError
from outreach.registry.documented.reading import COLUMNS, is_internal
from outreach.registry.imports.columns import parse_maps
from outreach.registry.states import fold
from outreach.text import shortened

# Folded, as `states.fold` does. Names of our own columns are known besides.
USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("case id", "slug", "identifier", "reference", "identifiant", "identificador"),
    "title": (
        "name",
        "case",
        "case name",
        "case title",
        "victim name",
        "titre",
        "nom",
        "titulo",
        "nombre",
        "caso",
        "cas",
    ),
    "state": ("country", "state concerned", "country concerned", "pays", "etat", "etat concerne", "pais", "estado"),
    "year": ("year of report", "reporting year", "report year", "annee", "ano"),
    "named_publicly": ("named", "named in report", "publicly named", "identified", "nomme publiquement"),
    "victim_kind": (
        *("kind of victim", "type of victim", "victim type", "victims", "victim", "type de victime"),
        *("tipo de victima", "victime", "victima"),
    ),
    "engagement": (
        *("type of engagement", "type of cooperation", "cooperation", "un engagement", "activity with un"),
        *("engagement with un", "cooperacion", "compromiso"),
    ),
    "un_body": (
        *("un bodies", "un mechanism", "un mechanisms", "mechanism", "mechanisms", "body", "organe", "mecanisme"),
        *("mecanismo", "organo", "mecanismes", "mecanismos"),
    ),
    "act_type": (
        *(
            "type of act",
            "type of reprisal",
            "types of reprisal",
            "type of reprisals",
            "types of reprisals",
            "reprisal",
        ),
        *("reprisals", "reprisal suffered", "reprisals suffered", "acts", "type de represailles", "represailles"),
        *("types de represailles", "represailles subies", "represalia"),
        *("tipo de represalia", "tipos de represalias", "represalias"),
    ),
    "trigger": ("how it was triggered", "cause", "declencheur", "detonante", "context"),
    "reports": (
        *("report", "un report", "un reports", "sg report", "sg reports", "symbol", "symbols", "un symbol", "document"),
        *("documents", "rapport", "rapports", "informe", "informes", "report of secretary general"),
    ),
    "followup": ("follow up", "new or follow up", "suivi", "seguimiento"),
    "state_reply": (
        *("government response", "government reply", "state response", "response of government", "reply"),
        *("reponse de l etat", "reponse du gouvernement", "respuesta del estado", "respuesta del gobierno"),
    ),
    "status": (
        "status of victim",
        "current status",
        "victim status",
        "situation",
        "statut",
        "estado actual",
        "statut de victime",
    ),
    "status_on": ("status date", "date of status", "last checked", "last update", "checked on", "status as of"),
    "consent": ("consentement", "consentimiento"),
    "sources": ("source", "link", "links", "url", "urls", "web", "fuente", "fuentes", "lien", "liens", "enlaces"),
    "note": ("notes", "remark", "remarks", "comment", "comments", "summary", "resume", "resumen", "nota", "notas"),
}
LONGEST_NAME = 100  # characters; a longer cell names no column
LANGUAGE_MARK = re.compile(r"__[a-z]{2}$", re.IGNORECASE)  # of Uwazi: Title__en
LITTLE = frozenset({"the", "a", "of", "in", "with", "de", "du", "des", "d", "l", "la", "le", "les", "del", "el", "los"})
JOINED = frozenset({"engagement", "un_body", "act_type", "reports", "sources", "note"})  # several columns may feed one


@dataclass(frozen=True, slots=True)
class DocumentedColumns:
    """Where each of their columns goes: `ours` maps theirs → ours. `internal` are never taken: the file is public."""

    ours: Mapping[str, str]
    left_out: tuple[str, ...]
    internal: tuple[str, ...]


def usual_column(name: str) -> str:
    """Give our column that is usually called so, or ""."""
    return _usual().get(_bare(name), "") if len(name) <= LONGEST_NAME else ""


@cache
def _usual() -> Mapping[str, str]:
    names = {_bare(name): ours for ours, usual in USUAL_NAMES.items() for name in usual}
    return MappingProxyType({**names, **{_bare(column): column for column in COLUMNS}})


def _bare(name: str) -> str:
    """Fold a name, without its little words and signs: "Status of the victim" is "status victim"."""
    name = LANGUAGE_MARK.sub("", name)
    return " ".join(word for word in fold(name.replace("_", " ")).split() if word not in LITTLE)


def match_documented_columns(theirs: Sequence[str], maps: Sequence[str]) -> DocumentedColumns:
    """Match their columns with ours; `maps` are --map as typed. What is for a team alone is never taken.

    UsageError for a name that nobody has, for two columns that cannot both be one of ours, and where no column says
    the State or the title.
    """
    chosen = parse_maps(maps, theirs, COLUMNS)
    internal = tuple(name for name in theirs if is_internal(name))
    _refuse_choices(chosen, internal)
    ours: dict[str, str] = {}
    for name in (*(name for name in theirs if name in chosen), *(name for name in theirs if name not in chosen)):
        target = "" if name in internal else chosen.get(name, usual_column(name))
        if not target or (target in ours.values() and target not in JOINED and name not in chosen):
            continue
        if target in ours.values() and target not in JOINED:
            first = next(each for each, our in ours.items() if our == target)
            raise UsageError(f"'{shortened(first)}' and '{shortened(name)}' cannot both be {target}: leave one out")
        ours[name] = target
    missing = [column for column in ("state", "title") if column not in ours.values()]
    if missing:
        raise UsageError(f"no column says the {missing[0]}: name it, as in --map 'Country={missing[0]}'")
    ours = {name: ours[name] for name in theirs if name in ours}
    return DocumentedColumns(ours, tuple(name for name in theirs if name and name not in {*ours, *internal}), internal)


def _refuse_choices(chosen: Mapping[str, str], internal: Collection[str]) -> None:
    for name, target in chosen.items():
        if target and target not in COLUMNS:
            raise UsageError(f"--map '{shortened(name)}': {shortened(target)} is no column of ours; the file is public")
        if target and name in internal:
            raise UsageError(f"--map '{shortened(name)}': such a column must not stand in a file that is public")
