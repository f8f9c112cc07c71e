"""Tells from what letters met one after another that the fault is not theirs; knows no channel and no database.

A refusal of one letter is that letter's, and the others go. Where different missions meet the same words in a row, or
several letters in a row are lost after the final dot, every further one would: then the run has to stop.
"""

import re
from dataclasses import dataclass, field

SAME_WORDS = 3  # refusals in a row, by the same words, of letters to different missions
SAME_WORDS_OF_ADDRESSES = 10  # and where the words say that an address is wrong, which old lists have many of
LOST = 3  # letters in a row that nobody answered after the final dot
SECOND_TIME = 2  # tries after which a letter that is refused while others go stays refused

_CODES = re.compile(r"^(?P<step>[^:]{0,40}: )?(?P<code>\d{3})(?:[ -](?P<enhanced>\d\.\d{1,3}\.\d{1,3}))?(?=\D|$)")
_OF_ITS_OWN = re.compile(r"\S*[\d@/<>]\S*|\S+\.\S+")  # an address, id, number, name of a host: each letter has others
_ADDRESS_CODES = re.compile(r"5\.1\.(?:1|2|3|6|10)|5\.2\.[12]")
_ADDRESS_WORDS = re.compile(
    r"unknown (?:user|recipient|local)|no such|invalid (?:recipient|mailbox|address|user)|mailbox (?:is )?full|"
    r"(?:user|mailbox|recipient|account|address)\b.{0,40}"
    r"(?:unknown|not found|(?:does not|doesn't) exist|disabled|inactive|unavailable|undeliverable)|"
    r"an address of this mission|address or headers are not ascii",
    re.IGNORECASE,
)


def plain_words(detail: str) -> str:
    """Give a refusal without what is one letter's own (addresses, ids, numbers), so that two can be compared."""
    found = _CODES.match(detail)
    codes, rest = (found[0], detail[found.end() :]) if found else ("", detail)
    return " ".join(f"{codes} {_OF_ITS_OWN.sub(' ', rest).casefold()}".split())


def speaks_of_an_address(detail: str) -> bool:
    """Say whether a refusal says that the address is wrong or its mailbox shut."""
    found = _CODES.match(detail)
    code = (found["enhanced"] or "") if found else ""
    return bool(_ADDRESS_CODES.fullmatch(code) or _ADDRESS_WORDS.search(detail))


@dataclass(slots=True)
class Fuse:
    """What a run's letters met one after another.

    `refused` are the messages that met the same `words` in a row, with their missions; once it has `blown`, every
    further one that meets these words joins them.
    """

    words: str = ""
    refused: dict[int, str] = field(default_factory=dict)
    blown: bool = False
    lost: int = 0

    def went(self) -> None:
        """Note that a letter was taken."""
        self.lost = 0
        if not self.blown:
            self.words, self.refused = "", {}

    def answered(self) -> None:
        """Note that the server answered after the final dot, whatever it said."""
        self.lost = 0

    def refuse(self, message: int, mission: str, detail: str) -> bool:
        """Note a refusal; say whether it is not the letter's."""
        words = plain_words(detail)
        if words != self.words:
            if self.blown:
                return False
            self.words, self.refused = words, {}
        self.refused[message] = mission or str(message)
        most = SAME_WORDS_OF_ADDRESSES if speaks_of_an_address(detail) else SAME_WORDS
        self.blown = self.blown or len(set(self.refused.values())) >= most
        return self.blown

    def lose(self) -> bool:
        """Note a letter without an answer after the dot; say whether that makes too many in a row."""
        self.lost += 1
        return self.lost >= LOST
