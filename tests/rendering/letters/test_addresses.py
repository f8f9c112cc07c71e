"""A mission's address in the letter's language: the city of Geneva and Switzerland, and nothing that nobody knows."""

import pytest

from outreach.rendering.letters.addresses import address_in


@pytest.mark.parametrize(
    ("language", "address", "said"),
    [
        ("en", "Chemin du Petit-Saconnex 28C\n1209 Genf", "Chemin du Petit-Saconnex 28C\n1209 Geneva"),
        ("fr", "28 rue de Genève, CH-1209 Geneva, Switzerland", "28 rue de Genève, CH-1209 Genève, Suisse"),
        ("es", "Case postale 5\n1211 Genève 20\n(Suisse)", "Case postale 5\n1211 Ginebra 20\n(Suiza)"),
        ("es-MX", "GENEVE", "Ginebra"),
        ("en", "Ständige Vertretung der Bundesrepublik\nStraße 1\n1209 Genf", "Straße 1\n1209 Geneva"),
        ("en", "Permanent Mission of X", "Permanent Mission of X"),
        ("en", "Avenue de Geneva 3\n1201 Genève-Cointrin\n8001 Zürich", None),
        ("ru", "1209 Genève, Suisse", None),
        ("en", "", None),
    ],
)
def test_the_city_is_said_in_the_letters_language(language: str, address: str, said: str | None) -> None:
    assert address_in(language, address) == (address if said is None else said)
