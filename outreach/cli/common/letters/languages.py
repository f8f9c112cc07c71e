"""Words for which language a letter is in, and where the names in it come from; decides nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from outreach.language import is_foreign, language_name
from outreach.text import counted, listed


def say_instead(instead: Mapping[tuple[str, str], Sequence[str]], tell: Callable[[str], None]) -> None:
    """Tell which missions get another language than their own, which the campaign does not write."""
    for written in dict.fromkeys(given for _, given in instead):
        wanted = {own: states for (own, given), states in instead.items() if given == written}
        number = sum(map(len, wanted.values()))
        which = listed(f"{own} ({' '.join(states)})" for own, states in wanted.items())
        tell(
            f"{counted(number, 'mission')} get{'s' if number == 1 else ''} {language_name(written)} instead of {which}"
        )


def warn_of_names(languages: Iterable[str], tell: Callable[[str], None]) -> None:
    """Tell for which languages the names of States are not those that the United Nations write."""
    if foreign := [language_name(code) for code in dict.fromkeys(languages) if is_foreign(code)]:
        tell(f"Names of States in {' and '.join(foreign)} are Unicode's (CLDR), not the UN's: read them")
