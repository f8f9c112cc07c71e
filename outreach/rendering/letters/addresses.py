"""Writes a mission's street address for a letter in another language: the city of Geneva and Switzerland, nothing else.

Streets stay as they are: they have no other names. A line that names the mission is left out, since the letter's own
words for it stand above. What else an address says in another language nobody here can translate.
"""

import re
from functools import lru_cache

CITY = {"en": "Geneva", "fr": "Genève", "es": "Ginebra", "pt": "Genebra", "de": "Genf", "it": "Ginevra", "nl": "Genève"}
COUNTRY = {
    "en": "Switzerland",
    "fr": "Suisse",
    "es": "Suiza",
    "pt": "Suíça",
    "de": "Schweiz",
    "it": "Svizzera",
    "nl": "Zwitserland",
}
# The city after its postcode, or alone between commas; "rue de Genève" is a street.
GENEVA = re.compile(
    r"(?P<before>(?:^|,|\b12\d\d)[ \t]*)(?:Gen[eè]ve|Geneva|Genf|Ginebra|Ginevra|Genebra)"
    r"(?=[ \t]*(?:\d{1,2}[ \t]*)?(?:$|,|\())",
    re.IGNORECASE | re.MULTILINE,
)
SWITZERLAND = re.compile(
    r"(?P<before>(?:^|,|\(|[-–/])[ \t]*)(?:Switzerland|Suisse|Suiza|Schweiz|Svizzera|Su[ií][cç]a|Zwitserland)"
    r"(?=[ \t]*(?:$|,|\)))",
    re.IGNORECASE | re.MULTILINE,
)
NAMES_THE_MISSION = re.compile(
    r"^(?:the )?(?:permanent (?:observer )?mission|mission permanente|misi[oó]n permanente|"
    r"st[aä]ndige (?:vertretung|mission)|missione permanente|rappresentanza permanente|miss[aã]o permanente|"
    r"постоянное представительство)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def address_in(language: str, address: str) -> str:
    """Give an address, of one or more lines, for a letter in a language; of other languages the city stays as it is."""
    lines = address.splitlines()
    kept = [line for line in lines if not NAMES_THE_MISSION.match(line.strip())] or lines
    text, code = "\n".join(kept), language.partition("-")[0]
    for pattern, names in ((GENEVA, CITY), (SWITZERLAND, COUNTRY)):
        if code in names:
            text = pattern.sub(rf"\g<before>{names[code]}", text)
    return text
