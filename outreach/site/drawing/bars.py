"""Draws numbers as bars: SVG widths, which a strict content policy lets stand; knows nothing of what is counted."""

from markupsafe import Markup

from outreach.site.drawing.numbers import short

HEIGHT = 10


def bar(part: float, whole: float) -> Markup:
    """Draw a part of a whole as a bar that fills what it stands in. It says nothing: the number stands beside it.

    A part beyond the whole fills it. A whole of nothing is an empty bar.
    """
    size = max(float(whole), 1.0)
    filled = min(max(float(part), 0.0), size)
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="bar" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 {short(size)} {HEIGHT}">'
        f'<rect class="all" width="{short(size)}" height="{HEIGHT}"/>'
        f'<rect class="part" width="{short(filled)}" height="{HEIGHT}"/></svg>'
    )
