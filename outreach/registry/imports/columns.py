"""Which column of somebody's spreadsheet is which of ours, by its usual names in English, French and Spanish."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from outreach.errors import UsageError
from outreach.registry.imports.reading.contents import Contents
from outreach.registry.missions import COLUMNS
from outreach.registry.states import fold
from outreach.text import did_you_mean, listed, shortened

# Folded, as `states.fold` does. "Name" is missing on purpose: it may be a State's, a mission's or an ambassador's.
USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "state": (
        *("state", "country", "member state", "country name", "country code", "iso", "iso3", "iso 3", "iso2", "iso 2"),
        *("iso code", "alpha 3", "alpha 2", "code", "pays", "etat", "etat membre", "code pays", "code iso"),
        *("name of country", "name of state", "country or territory", "countries", "states", "member states", "nation"),
        *("nom du pays", "nombre del pais", "country of mission"),
        *("pais", "estado", "estado miembro", "codigo", "codigo iso", "codigo de pais"),
    ),
    "mission": (
        *("mission", "permanent mission", "mission name", "mission permanente", "nom de la mission"),
        *("mision", "mision permanente", "nombre de la mision"),
    ),
    "email": (
        *("email", "e mail", "emails", "e mails", "email address", "e mail address", "email 1", "email 2", "mail"),
        *("courriel", "courriels", "adresse electronique", "adresse e mail", "adresse courriel", "adresse mail"),
        *("correo", "correos", "correo electronico", "direccion de correo", "direccion electronica"),
    ),
    "language": ("language", "correspondence language", "langue", "langue de correspondance", "idioma", "lengua"),
    "phone": (
        *("phone", "phone number", "telephone", "telephone number", "tel", "numero de telephone"),
        *("telefono", "numero de telefono"),
    ),
    "address": (
        *("address", "postal address", "street address", "adresse", "adresse postale"),
        *("direccion", "direccion postal", "domicilio"),
    ),
    "website": (
        "website",
        "web site",
        "web",
        "url",
        "homepage",
        "site web",
        "site internet",
        "sitio web",
        "pagina web",
    ),
    "x": ("x", "twitter", "x twitter", "twitter x", "twitter handle", "compte twitter", "compte x", "cuenta de x"),
    "bluesky": ("bluesky",),
    "mastodon": ("mastodon", "fediverse", "fediverso"),
    "source": ("source", "sources", "fuente", "fuentes"),
    "note": (
        *("note", "notes", "remark", "remarks", "comment", "comments", "observations"),
        *("remarque", "remarques", "commentaire", "commentaires", "nota", "notas", "observaciones", "comentarios"),
    ),
}
# Several columns may feed one of these; every other column takes one.
JOINED = frozenset({"state", "email", "source", "note"})
MOST_NAMED = 8  # columns in a message
PARTS = re.compile(r"[/|\n()]+")
IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
NO_CONTENTS = Contents()
BESIDE = re.compile(
    r"\b(?:main|primary|secondary|general|official|office|contact|mission|other|second|first|alternative|[1-9]|"
    r"principale?|generale?|officielle?|autre|oficial|otro|otra|contacto)\b"
)
WHAT_IS_WRONG = "what is wrong"  # the column that `--rejects` adds
# A date of verification is taken only on an explicit --map: an import does not verify.
VERIFICATION = frozenset({"verified on", "verified", "verifie", "verifie le", "verificado", "verificado el"})


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Where each of their columns goes: `ours` maps theirs → ours, `kept` become columns of their own.

    `unasked` are those of `left_out` that hold dates of verification and that no --map spoke of; `by_cells` are known
    by what is in them, not by their names.
    """

    ours: dict[str, str]
    kept: tuple[str, ...]
    left_out: tuple[str, ...]
    unasked: tuple[str, ...]
    by_cells: tuple[str, ...] = ()

    @property
    def targets(self) -> dict[str, str]:
        """Theirs → the column of missions.csv that it ends up in."""
        return {**self.ours, **{name: name for name in self.kept}}

    @property
    def naming(self) -> tuple[str, ...]:
        """Name the columns that say which State a row is about; without a State column the mission's name does."""
        return self._feeding("state") or self._feeding("mission")

    def _feeding(self, target: str) -> tuple[str, ...]:
        return tuple(column for column, our in self.ours.items() if our == target)


def parse_maps(maps: Sequence[str], theirs: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Read `--map their=ours` as theirs → ours ("" leaves the column out); UsageError for a name nobody has."""
    chosen: dict[str, str] = {}
    for text in maps:
        left, equals, right = (part.strip() for part in text.rpartition("="))
        if not equals or not left:
            raise UsageError(f"--map '{shortened(text)}': write their column, =, ours, such as --map 'Courriel=email'")
        column = next((name for name in theirs if fold(name) == fold(left)), None)
        if column is None:
            raise UsageError(
                f"--map '{shortened(text)}': the file has no column '{shortened(left)}'{did_you_mean(left, theirs)}"
            )
        if right not in ("", column, *own):
            raise UsageError(
                f"--map '{shortened(text)}': there is no column '{shortened(right)}' here{did_you_mean(right, own)}"
            )
        chosen[column] = right
    return chosen


def match_columns(
    theirs: Sequence[str],
    chosen: Mapping[str, str],
    own: Sequence[str],
    nameless: Collection[str] = (),
    row: int = 1,
    contents: Contents = NO_CONTENTS,
) -> ColumnMatch:
    """Match their columns with ours. `own` are the columns of missions.csv, also those it has beyond the usual.

    `nameless` columns are left out unless chosen or told by `contents`; `row` is where their header is. UsageError
    where no column is the State's, neither by its name nor by what is in it.
    """
    ours: dict[str, str] = {}
    kept, left_out = [], []
    usual = {column: "" if column in nameless else _usual(column, own) for column in theirs}
    guessed = _guessed(theirs, {**usual, **chosen}, chosen, contents)
    for column in theirs:
        target = chosen.get(column, guessed.get(column, usual[column]))
        taken = target not in JOINED and target in (*ours.values(), *chosen.values()) and column not in chosen
        if target in own and not taken:
            ours[column] = target
        elif not column or not target:
            left_out.append(column)
        else:  # also a second telephone number, since no cell of ours has two
            kept.append(column)
    _refuse_doubled(ours)
    unasked = tuple(column for column in left_out if column not in chosen and _verifies(column))
    by_cells = tuple(column for column, target in guessed.items() if target)
    match = ColumnMatch(ours, tuple(kept), tuple(left_out), unasked, by_cells)
    if not match.naming:
        named = [column for column in theirs if column not in nameless]
        raise UsageError(_no_state(named or theirs, ours, row, contents.likely))
    return match


def _guessed(
    theirs: Sequence[str], targets: Mapping[str, str], chosen: Mapping[str, str], contents: Contents
) -> dict[str, str]:
    """Tell columns by their cells where no name does: theirs → ours, or "" for a "Code" that is no State's.

    Nothing is guessed where two columns could be meant.
    """
    guessed: dict[str, str] = {}
    free = [column for column in theirs if column not in chosen and targets[column] in ("", column)]
    named = [column for column in theirs if targets[column] == "state"]
    foreign = [column for column in named if column not in chosen and contents.is_not_of_states(column)]
    for target, missing in (("state", len(foreign) == len(named)), ("email", "email" not in targets.values())):
        found = [column for column in free if contents.is_of(column, target)]
        if len(found) == 1 and missing:
            guessed[found[0]] = target
    if guessed or len(foreign) < len(named):
        guessed |= dict.fromkeys(foreign, "")
    return guessed


def _no_state(theirs: Sequence[str], ours: Mapping[str, str], row: int, likely: str) -> str:
    """Say that no column names the State; most likely one does that was taken for nothing else."""
    names = {column: " ".join(column.split())[:60] for column in theirs if column}
    other = likely or next((column for column in names if column not in ours), "")
    where = f"row {row}: none of the columns {listed(names.values(), MOST_NAMED)} looks like the State"
    if not row:
        where = "no row names the columns, and none of them looks like the State"
    if not other:
        return f"{where}; add one that names it"
    return f"{where}; say which with --map '{names.get(other, other)}=state'"


def _usual(column: str, own: Sequence[str]) -> str:
    """Our column for theirs, "" to leave it out, or their own name where it is no column of ours."""
    if _verifies(column) or _folded(column) == fold(WHAT_IS_WRONG):
        return ""
    if target := usual_target(column):
        return target
    return next((extra for extra in own if extra not in COLUMNS and fold(extra) == fold(column)), column)


def usual_target(column: str) -> str:
    """Give our column for a usual name, also for "Country / Pays", "E-mail (general)" and "Main e-mail"; else ""."""
    name = _folded(column)
    if name in _targets():
        return _targets()[name]
    parts = [_folded(part) for part in PARTS.split(column)]
    found = {_targets().get(part, "") for part in parts if part}
    if len(found) == 1 and (target := found.pop()):
        return target
    name = _folded(IN_BRACKETS.sub(" ", column))
    return _targets().get(name) or _targets().get(" ".join(BESIDE.sub(" ", name).split()), "")


@cache
def _targets() -> Mapping[str, str]:
    return {name: target for target, names in USUAL_NAMES.items() for name in names}


def _verifies(column: str) -> bool:
    return _folded(column) in VERIFICATION


def _folded(column: str) -> str:
    return fold(column.replace("_", " "))


def _refuse_doubled(ours: Mapping[str, str]) -> None:
    for target in dict.fromkeys(ours.values()):
        rivals = [column for column, where in ours.items() if where == target]
        if len(rivals) > 1 and target not in JOINED:
            names = " and ".join(f"'{column}'" for column in rivals)
            raise UsageError(f"--map: {names} cannot both be '{target}'; leave one out with --map '{rivals[-1]}='")
