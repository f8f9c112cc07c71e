"""Knows the domains that a State's registry keeps for its government: gov.pl, gouv.fr, gob.mx. Knows no mission.

Facts from the Public Suffix List (publicsuffix.org, version of 22 October 2026, ICANN section), for member and observer
States; go.it is a province's and is left out. Where the list has every name below a country's (*.np), so is gov. Names
that only look alike, such as gouv.de or mfa.de, are anybody's.
"""

_KEPT = {
    "gov": """
    ae af al ao ar au az ba bb bd bf bh bn br bs bt bw by bz cd cl cm cn co cy cz dm do dz ec ee eg er
    et fj gd ge gh gn gr gy ie il in iq ir it jm jo kg kh ki km kn kp kw kz la lb lc lk lr ls lt lv ly
    ma me mg mk ml mm mn mr mu mv mw my mz na ng np nr om pg ph pk pl ps pt pw py qa rs rw sa sb sc sd
    sg sl so ss sy tj tl tm tn to tr tt ua ug uk vc ve vn ws ye za zm zw
    """,
    "gv": "ao at",
    "gob": "ar bo cl cu do ec es gt hn mx ni pa pe pk sv ve",
    "gc": "ca",
    "go": "ci cr id jp ke kr th tj tz ug",
    "gouv": "ci fr ht km ml sn",
    "govt": "nz",
    "gub": "uy",
}
_OF_STATES = {"GBR": ("uk",)}  # that have another country code than ISO 3166-1's
_WHOLE = {"USA": ("gov", "mil")}  # top-level domains of one State's authorities
KEPT = frozenset(f"{name}.{country}" for name, countries in _KEPT.items() for country in countries.split())


def is_of_government(domain: str, state: str, alpha2: str) -> bool:
    """Say whether only authorities of this State (alpha-3, alpha-2) have domains like this lower-case one."""
    labels = domain.split(".")
    if labels[-1] in _WHOLE.get(state, ()):
        return len(labels) > 1
    country = _OF_STATES.get(state, (alpha2.lower(),))
    return labels[-1] in country and ".".join(labels[-2:]) in KEPT
