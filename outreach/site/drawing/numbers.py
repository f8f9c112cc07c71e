"""Writes numbers for SVG."""


def short(number: float) -> str:
    """Write a number with one digit behind the point, and none where it is whole."""
    return f"{number:.1f}".removesuffix(".0")
