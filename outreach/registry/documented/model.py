"""A documented case as contacts/documented.csv has it, with all its columns; no files, no rules about people."""

from dataclasses import dataclass, field

GIVEN_BY = ("person", "family", "counsel")
CLOSING = ("refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Report:
    """One document of the United Nations that has the case. What is blank nobody knows."""

    symbol: str  # A/HRC/48/28
    annex: str = ""  # I, II
    paragraph: str = ""  # 58, 58-60
    followup: str = ""  # new, follow-up, dropped

    def __str__(self) -> str:
        """Write it as a cell has it, without the follow-up: A/HRC/48/28, annex II, para. 58."""
        several = "-" in self.paragraph or "," in self.paragraph
        paragraph = f"{'paras.' if several else 'para.'} {self.paragraph}" if self.paragraph else ""
        return ", ".join(filter(None, [self.symbol, self.annex and f"annex {self.annex}", paragraph]))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the person or organisation was when somebody looked. `on` is as precise as known: 2025, 2025-12."""

    status: str  # a code of the vocabulary
    on: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is known of the consent: who gave it (person, family, counsel), or that it was refused or withdrawn; when.

    Blank: nobody asked.
    """

    word: str = ""
    on: str = ""

    @property
    def given(self) -> bool:
        """Whether the case may be told by name."""
        return self.word in GIVEN_BY

    @property
    def closed(self) -> bool:
        """Whether nothing of the case may be told at all."""
        return self.word in CLOSING


@dataclass(frozen=True, slots=True)
class Documented:
    """One row of contacts/documented.csv. Words of the vocabulary are codes; dates are as precise as known.

    What is told of it in public is another question: `outreach.cases.documented` answers it.
    """

    id: str
    title: str  # with `named_publicly` false: a neutral form
    state: str  # alpha-3 of the State concerned
    year: str = ""  # in which it came on public record
    named_publicly: bool = False
    victim_kind: str = ""
    engagement: tuple[str, ...] = ()
    un_body: tuple[str, ...] = ()
    act_type: tuple[str, ...] = ()
    trigger: str = ""
    reports: tuple[Report, ...] = ()  # columns `reports` and `followup`
    state_reply: str = ""  # yes, no, or what the State answered
    history: tuple[Standing, ...] = ()  # columns `status` and `status_on`, the newest last
    consent: Agreed = field(default_factory=Agreed)
    sources: tuple[str, ...] = ()
    note: str = ""
    row: int = field(default=0, compare=False)  # in contacts/documented.csv, the header being row 1

    @property
    def status(self) -> str:
        """Give how they were when somebody last looked, as a code; "" where nobody did."""
        return self.history[-1].status if self.history else ""

    @property
    def status_on(self) -> str:
        """Give the day on which somebody last looked, as precise as known; "" where nobody knows."""
        return self.history[-1].on if self.history else ""
