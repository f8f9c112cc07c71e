"""The style sheet of a site: the files of static/ in the order of their names, and the campaign's own two colours."""

from importlib.resources import files

from outreach.site.content.model import Theme

PLAIN = Theme()
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def style_sheet(theme: Theme) -> str:
    """Give the CSS. Tints are mixed from the theme's deep colour here, for browsers that cannot mix."""
    parts = sorted(files("outreach.site").joinpath("static").iterdir(), key=lambda part: part.name)
    css = "".join(part.read_text("utf-8") for part in parts if part.name.endswith(".css"))
    if (theme.deep.lower(), theme.spark.lower()) == (PLAIN.deep, PLAIN.spark):
        return css
    deep = theme.deep
    light = {
        "deep": deep,
        "deep-2": mixed(deep, WHITE, 0.08),
        "tone": mixed(deep, WHITE, 0.15),
        "pale": mixed(deep, WHITE, 0.88),
        "light": mixed(deep, WHITE, 0.65),
        "spark": theme.spark,
        "button": deep,
        "link": deep,
    }
    dark = {"deep": mixed(deep, BLACK, 0.12), "pale": mixed(deep, BLACK, 0.55), "link": mixed(deep, WHITE, 0.65)}
    dark["button"] = dark["link"]
    return f"{css}{_root(light)}@media (prefers-color-scheme: dark) {{ {_root(dark).strip()} }}\n"


def mixed(colour: str, other: tuple[int, int, int], share: float) -> str:
    """Mix a colour (#rrggbb) with a share, from 0 to 1, of another."""
    own = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in zip(own, other, strict=True))


def _root(colours: dict[str, str]) -> str:
    return f":root {{ {' '.join(f'--{name}: {colour};' for name, colour in colours.items())} }}\n"
