"""Takes a cleartext signature off a text (RFC 9580, section 7); checks none."""

from collections.abc import Sequence

SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
END = "-----END PGP SIGNATURE-----"


def without_armor(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part a text from the armor around it; gives both, the first without the dashes that its lines were escaped by.

    Only the outermost armor is taken off. A text without any, or whose armor never ends, comes back as it is.
    """
    bare = [line.strip() for line in lines]
    if SIGNED not in bare:
        return list(lines), []
    start = bare.index(SIGNED)
    try:
        text = bare.index("", start) + 1  # behind the line "Hash: …" and its like
        signature = bare.index(SIGNATURE, text)
        end = bare.index(END, signature) + 1
    except ValueError:
        return list(lines), []
    signed = [line.removeprefix("- ") for line in lines[text:signature]]
    return [*lines[:start], *signed, *lines[end:]], [*lines[start:text], *lines[signature:end]]
