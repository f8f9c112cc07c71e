"""Chooses the language of an answer: what the address says, else what the browser prefers. Knows no page."""

from outreach.language import best_language

MOST_READ = 200  # characters of Accept-Language


def choose_language(asked: str, accepted: str, offered: tuple[str, ...], known: str = "") -> str:
    """Give one of the languages offered: `asked` by the address, `known` of the person, else by Accept-Language.

    The header names languages with weights (RFC 9110, section 12.5.4); the first offered one is for whoever reads none.
    """
    for code in (asked, known, *_preferred(accepted)):
        if code and (found := best_language(code, offered)):
            return found
    return offered[0]


def _preferred(header: str) -> list[str]:
    weighted = list[tuple[float, int, str]]()
    for place, part in enumerate(header[:MOST_READ].split(",")):
        code, _, parameters = part.partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if code.strip() and weight > 0:
            weighted.append((-weight, place, code.strip()))
    return [code for _, _, code in sorted(weighted)]
