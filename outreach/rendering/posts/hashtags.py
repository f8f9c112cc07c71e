"""Says which hashtags X, Bluesky and Mastodon make links of, and what they make of others; knows no campaign."""

from collections.abc import Iterator

import regex

from outreach.rendering.posts.facets import facets
from outreach.text import listed, shortened

# What each network takes after the sign: at least one letter, and no punctuation.
# X: twitter-text 3.1, validHashtag.js; its letters and marks, decimal digits, and the signs of hashtagSpecialChars.js.
_X_SIGNS = "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
_X_TAKES = rf"[\p{{L}}\p{{M}}\p{{Nd}}{_X_SIGNS}]*"
_X = regex.compile(rf"[#＃](?![\ufe0f\u20e3]){_X_TAKES}[\p{{L}}\p{{M}}]{_X_TAKES}")
# Mastodon: app/models/tag.rb, HASHTAG_NAME_PAT: words as Ruby knows them, with a few signs between letters.
_WORDS, _LETTERS, _SIGNS = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}", r"\p{Alphabetic}", r"\u00b7\u30fb\u200c_"
_MASTODON = regex.compile(
    rf"[#＃](?:[{_WORDS}][{_WORDS}{_SIGNS}]*[{_LETTERS}{_SIGNS}][{_WORDS}{_SIGNS}]*[{_WORDS}]"
    rf"|[{_WORDS}]*[{_LETTERS}][{_WORDS}]*)"
)
_NAMES = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}_]+")
# What somebody meant as a hashtag in a text: a # after room or a bracket, and what follows up to the next room.
_MEANT = regex.compile(r"(?<![^\s(\[“„‘«\"'])[#＃](?![\ufe0f\u20e3])[^\s#＃]*[\p{L}\p{Nd}][^\s#＃]*")
_PARTED = regex.compile(r"[-‐‑–—.&+/%:][\p{L}\p{Nd}]")  # that a tag goes on after a sign that ends it


def taken(tag: str, network: str) -> str:
    """Give what a network makes a link of, of a text that begins with #: all of it, its beginning, or ""."""
    if network == "bluesky":  # @atproto/api, rich-text/detection.js; see facets.py
        found = next((facet for facet in facets(tag) if facet.kind == "tag" and facet.start == 0), None)
        return tag[: 1 + len(found.value)] if found else ""
    match = (_X if network == "x" else _MASTODON).match(tag)
    return match[0] if match else ""


def hashtag_problem(text: str) -> str:
    """Say what is wrong with the hashtags of a campaign, one or several with spaces between; "" where nothing is."""
    text = text.strip()
    if not text:
        return ""
    words = text.split()
    if not words[0].startswith(("#", "＃")):
        return f"'{shortened(text)}' is no hashtag: it begins with #, such as {_suggested(text)}"
    if any(not word.startswith(("#", "＃")) for word in words):
        return f"'{shortened(text)}': a hashtag ends at the first space; write {_suggested(text)}"
    return next(filter(None, map(_problem, words)), "")


def wrong_hashtags(text: str, network: str) -> Iterator[str]:
    """Say of each hashtag in a post that its network makes no link of it, or of its beginning alone."""
    for match in _MEANT.finditer(text):
        tag = match[0]
        link = taken(tag, network)
        rest = tag[len(link) :] if link else ""
        if not link or _PARTED.match(rest):
            yield _words(tag.rstrip(".,;:!?…)]}\"'”’»"), {network: link})


def _problem(tag: str) -> str:
    links = {network: taken(tag, network) for network in _NAMES}
    wrong = {network: link for network, link in links.items() if link != tag}
    return _words(tag, wrong) if wrong else ""


def _words(tag: str, wrong: dict[str, str]) -> str:
    """Word what networks make of a tag: nothing, or a link of its beginning."""
    where = listed([_NAMES[network] for network in wrong], separator=" and " if len(wrong) == 2 else ", ")
    if not any(character.isalpha() for character in tag):
        return f"'{shortened(tag)}' is a hashtag on no network: digits alone are none; add a word to it"
    links = [link for link in wrong.values() if link]
    made = f"make a link of '{shortened(links[0])}' alone" if links else "make no link of it"
    if len(wrong) == 1:
        made = made.replace("make", "makes", 1)
    return f"'{shortened(tag)}': {where} {made}; write {_suggested(tag)}, of letters and digits"


def _suggested(text: str) -> str:
    words = _WORD.findall(text)
    return "#" + "".join(word if number == 0 else word[:1].upper() + word[1:] for number, word in enumerate(words))
