"""What the template of a post may say: the words it can use, as plain frozen data; docs/templates.md explains each.

Everything here is text and lists of it: a template can reach nothing else.
"""

from dataclasses import dataclass

from outreach.rendering.templates.context import AskWords, CaseWords


@dataclass(frozen=True, slots=True)
class TaggedWords:
    """A mission in the post's language. `state` is the State's short name, `name` the mission's full title.

    Handles are as they are written in a post, with @, or empty; `handle` is that of the network the post is for.
    """

    name: str
    state: str
    handle: str
    x: str
    bluesky: str
    mastodon: str


@dataclass(frozen=True, slots=True)
class PostContext:
    """All the words of the posts of one case; the template sees each field by its name.

    `raised` has the names of the States that raised the case since the ask's date, by the record. `mission` is the one
    that an addressed post speaks to, None for posts to nobody in particular; `concerned` that of the State concerned.
    """

    language: str
    case: CaseWords
    ask: AskWords
    hashtag: str
    link: str
    raised: tuple[str, ...]
    concerned: TaggedWords
    mission: TaggedWords | None = None
    day: str = ""  # up to which years_since counts, as in a letter
