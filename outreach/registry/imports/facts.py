"""Reads somebody's spreadsheet row by row: what it says of which State, and of each row that says nothing why."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from outreach.errors import DataError, Problem, UsageError
from outreach.registry.ambassadors import CHECKED_ON
from outreach.registry.cells import HANDLE_READERS, read_addresses
from outreach.registry.days import read_their_day
from outreach.registry.imports.columns import ColumnMatch
from outreach.registry.imports.languages import read_their_language
from outreach.registry.imports.layout import Header, is_total, repeats_header
from outreach.registry.imports.mail_cells import read_mail_cell
from outreach.registry.imports.naming import AmbiguousStateError, NoStateError, UnknownStateError, state_named_by
from outreach.registry.imports.reading.grid import Grid
from outreach.registry.imports.texts import cleaned, encoding_fault, is_error, one_word, repaired, says_nothing
from outreach.registry.missions import COLUMNS
from outreach.registry.model import State
from outreach.registry.sheets.checks import FOREIGN_HANDLE, HANDLES, LONGEST_CELL, MULTILINE, value_message
from outreach.text import shortened

MOST_UNKNOWN = 300  # names for which others are suggested; a list with more of them is no list of missions
BETWEEN_ADDRESSES = re.compile(r"[;,\s]+")
LINE_BREAK = re.compile(r"\s*(?:\r\n|\n|\r)\s*")
PROFILE = re.compile(
    r"https?://(?:www\.)?(?:x\.com|twitter\.com|bsky\.app/profile)/@?([\w.-]+)/?(?:\?.*)?", re.IGNORECASE
)
# An apostrophe before it keeps a spreadsheet from calculating a cell: `--rejects` writes it so.
KEPT_FROM_CALCULATING = re.compile(r"'(?=[=+\-@])")

RemarkKind = Literal["above the header", "header", "header again", "blank", "total", "a line of text", "no State"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person said about the spreadsheet. `states`: folded name → alpha-3. `day_first`: what 3/4/2026 means."""

    states: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    repair_text: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """`column` is ours, `text` as missions.csv would write it, `row` theirs."""

    state: str
    column: str
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row in which everything can be read; our column → text for each cell that says something."""

    row: int
    state: str
    texts: Mapping[str, str]

    @property
    def facts(self) -> Iterator[Fact]:
        return (Fact(self.state, column, text, self.row) for column, text in self.texts.items())


@dataclass(frozen=True, slots=True)
class Remark:
    """A row that says nothing of a mission, and has nothing wrong with it."""

    row: int
    kind: RemarkKind
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row; `column` is theirs, "" where it is the row as a whole."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not taken. `name` may mean one of the States `codes`, if any: a person can say which."""

    row: int
    faults: tuple[Fault, ...]
    name: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a row that is taken which was read as something else, or left out; `column` is theirs."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class SpreadsheetFacts:
    """Every row of the sheet, once: in `good`, `rejected` or `remarks`."""

    good: tuple[GoodRow, ...]
    rejected: tuple[RejectedRow, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]


def read_facts(
    grid: Grid, header: Header, columns: ColumnMatch, states: Mapping[str, State], options: Options, today: date
) -> SpreadsheetFacts:
    """Read the whole sheet."""
    reader = _Reader(grid, header, columns, states, options, today)
    good: list[GoodRow] = []
    rejected: list[RejectedRow] = []
    remarks: list[Remark] = []
    for number, cells in grid.numbered:
        found = reader.read(number, cells)
        if isinstance(found, GoodRow):
            good.append(found)
        elif isinstance(found, RejectedRow):
            rejected.append(found)
        else:
            remarks.append(found)
    taken = {row.row for row in good}
    return SpreadsheetFacts(
        tuple(good), tuple(rejected), tuple(remarks), tuple(note for note in reader.notes if note.row in taken)
    )


def refuse_kept_names(file: str, header: Header, columns: ColumnMatch) -> None:
    """Refuse a column of one's own whose name no spreadsheet can hold, or that was read in a wrong encoding."""
    problems = [
        Problem(file, f"{message}; or leave the column out with --map '{name}='", header.last, name)
        for name in columns.kept
        if (message := value_message(name, "") or encoding_fault(name))
    ]
    if problems:
        raise DataError(problems)


@dataclass(slots=True)
class _Reader:
    grid: Grid
    header: Header
    columns: ColumnMatch
    states: Mapping[str, State]
    options: Options
    today: date
    notes: list[Note] = field(default_factory=list)
    unknown: int = 0

    def read(self, number: int, raw: Sequence[str]) -> GoodRow | RejectedRow | Remark:
        cells = [KEPT_FROM_CALCULATING.sub("", cleaned(cell), count=1) for cell in raw]
        said = [cell for cell in cells if cell]
        remark = self._remark(number, cells, said)
        if remark:
            return remark
        wrong = self.grid.broken.get(number) or self._slipped(said, cells)
        if wrong:
            return RejectedRow(number, (Fault("", wrong),))
        faults = self._too_long(cells)
        if faults:
            return RejectedRow(number, tuple(faults))
        texts = self._texts(number, cells)
        faults = [] if self.options.repair_text else self._encoding_faults(texts)
        if faults:
            return RejectedRow(number, tuple(faults))
        state = self._state(number, texts, said)
        if not isinstance(state, str):
            return state
        return self._row(number, state, texts)

    def _remark(self, number: int, cells: Sequence[str], said: Sequence[str]) -> Remark | None:
        kind: RemarkKind | None = None
        if not said and number not in self.grid.broken:
            kind = "blank"
        elif self.header.first <= number <= self.header.last:
            kind = "header"
        elif number < self.header.first:
            kind = "above the header"
        elif repeats_header(cells, self.header, self.grid):
            kind = "header again"
        elif is_total(cells):
            kind = "total"
        return Remark(number, kind, shortened(" ".join(" ".join(said).split()))) if kind else None

    def _slipped(self, said: Sequence[str], cells: Sequence[str]) -> str:
        width = len(self.header.columns)
        if not any(cells[width:]):
            return ""
        count = f"has {len(cells)} cells where the header has {width}"
        return f"{count}; a cell with the separator inside needs quotation marks"

    def _too_long(self, cells: Sequence[str]) -> list[Fault]:
        """Find the cells that no column can hold, before anything else looks at them."""
        used = {*self.columns.targets}
        return [
            Fault(column, value_message(cell, ""))
            for column, cell in zip(self.header.columns, cells, strict=False)
            if len(cell) > LONGEST_CELL and column in used
        ]

    def _texts(self, number: int, cells: Sequence[str]) -> dict[str, str]:
        """Their column → text; errors such as #REF! are blank, and with --repair-text encodings are mended."""
        texts = dict(zip(self.header.columns, cells, strict=False))
        for column, text in texts.items():
            if is_error(text):
                texts[column] = ""
                self.notes.append(Note(number, column, f"{text} is an error in the spreadsheet: read as blank"))
            elif self.options.repair_text and (right := repaired(text)) != text:
                texts[column] = right
                self.notes.append(Note(number, column, f"'{shortened(text)}' read as '{shortened(right)}'"))
        return texts

    def _encoding_faults(self, texts: Mapping[str, str]) -> list[Fault]:
        used = self.columns.targets
        return [
            Fault(column, fault) for column, text in texts.items() if column in used and (fault := encoding_fault(text))
        ]

    def _state(self, number: int, texts: Mapping[str, str], said: Sequence[str]) -> str | RejectedRow | Remark:
        """Give the State of a row, or what the row is where it has none."""
        naming = {column: one_word(texts.get(column, "")) for column in self.columns.naming if texts.get(column, "")}
        if not naming:
            if _is_line_of_text(said):
                return Remark(number, "a line of text", shortened(" ".join(said[0].split())))
            return RejectedRow(number, (Fault("", "names no State; if it belongs to the row above, say so in it"),))
        column = next(iter(naming))
        try:
            return self._one_state(naming)
        except NoStateError as error:
            return Remark(number, "no State", str(error))
        except (AmbiguousStateError, UnknownStateError) as error:
            if _is_line_of_text(said) and not error.codes:
                return Remark(number, "a line of text", shortened(" ".join(said[0].split())))
            return RejectedRow(number, (Fault(column, str(error)),), error.name, error.codes)
        except UsageError as error:
            return RejectedRow(number, (Fault(column, str(error)),))

    def _one_state(self, naming: Mapping[str, str]) -> str:
        """Give the State that all columns name; one that may be two is settled by another: Congo, COD."""
        common: set[str] = set()
        unsure: AmbiguousStateError | None = None
        for name in naming.values():
            try:
                suggesting = self.unknown < MOST_UNKNOWN
                codes = {state_named_by(self.states, name, self.options.states, suggesting=suggesting)}
            except AmbiguousStateError as error:
                codes, unsure = set(error.codes), error
            except UnknownStateError:
                self.unknown += 1
                raise
            common = common & codes if common else codes
            if not common:
                raise UsageError(f"names different States: {', '.join(map(shortened, naming.values()))}")
        if len(common) > 1 and unsure:
            raise unsure
        return common.pop()

    def _row(self, number: int, state: str, theirs: Mapping[str, str]) -> GoodRow | RejectedRow:
        """Read every cell for our columns; several columns of theirs may make one of ours."""
        texts: dict[str, str] = {}
        faults: list[Fault] = []
        for column, our in self.columns.targets.items():
            text = theirs.get(column, "")
            if our == "state" or not text:
                continue
            try:
                read = self._cell(number, column, our, text)
            except ValueError as error:
                faults.append(Fault(column, str(error)))
                continue
            if our == "email" and our in texts:
                there = texts[our].casefold().split("; ")
                read = "; ".join(address for address in read.split("; ") if address.casefold() not in there)
            if read and read not in texts.get(our, ""):
                texts[our] = joined(our, texts[our], read) if our in texts else read
        return RejectedRow(number, tuple(faults)) if faults else GoodRow(number, state, texts)

    def _cell(self, number: int, column: str, our: str, text: str) -> str:
        """Put a cell as missions.csv has it; ValueError where that cannot be."""
        if our in COLUMNS and says_nothing(text):
            self.notes.append(Note(number, column, f"'{text}' read as blank"))
            return ""
        if our == "email":
            found = read_mail_cell(one_word(text))
            if found.left_out:
                self.notes.append(Note(number, column, f"'{shortened(found.left_out)}' left out beside {found.text}"))
            return found.text
        if our in ("verified_on", CHECKED_ON):
            return self._day(number, column, one_word(text))
        if our == "language":
            return read_their_language(one_word(text))
        if our in HANDLE_READERS:
            text = PROFILE.sub(r"\1", one_word(text))
            return HANDLE_READERS[our](_checked(text, our).removeprefix("@") if our in HANDLES else _checked(text, our))
        hint = f"; or leave the column out with --map '{column}='" if our not in COLUMNS else ""
        return _checked(LINE_BREAK.sub(_break(our), text), our, hint)

    def _day(self, number: int, column: str, text: str) -> str:
        try:
            day = read_their_day(text, self.today, self.options.day_first)
        except ValueError as error:
            raise ValueError(f"{error}; or leave the column out with --map '{column}='") from None
        if day != text:
            self.notes.append(Note(number, column, f"'{text}' read as {day}"))
        return day


def _is_line_of_text(said: Sequence[str]) -> bool:
    """Say whether a row is a heading or a legend: one cell, and no address in it."""
    return len(said) == 1 and "@" not in said[0]


def _break(our: str) -> str:
    """Give what stands for a line break in a cell of our column."""
    if our in MULTILINE:
        return "\n"
    return "; " if our == "phone" else " "


def _checked(text: str, our: str, hint: str = "") -> str:
    message = value_message(text, FOREIGN_HANDLE if our in HANDLES else our)
    if message:
        raise ValueError(message + hint)
    return text


def joined(column: str, first: str, second: str) -> str:
    """Join two texts for one cell: addresses as missions.csv separates them, sentences as people do."""
    return f"{first}; {second}" if column == "email" else f"{first} ; {second}"


def normal_addresses(text: str) -> str:
    """Write addresses as missions.csv does: checked, normalised, separated by `;`."""
    return "; ".join(read_addresses(BETWEEN_ADDRESSES.sub(";", text)))
