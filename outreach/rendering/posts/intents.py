"""Links that open a network or a mail program with a text filled in; knows nothing about whose text it is.

Each builder is pure. Spaces are %20 and never +, which some of the programs behind these links show as it is.
"""

import re
from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import quote

import idna

from outreach.errors import UsageError

ANY_SERVER = "share.joinmastodon.org"  # asks people for their own Mastodon server, and opens its post form
MAILTO_LIMIT = 2000  # characters of the whole address: what every common mail program takes
SERVER = re.compile(r"(?:https?://)?([\w-]+(?:\.[\w-]+)+)((?::[0-9]+)?)/?")


def x_intent(text: str, url: str = "", hashtags: Sequence[str] = ()) -> str:
    """Give the address of X's post form. Hashtags come with or without #; X joins text, url and hashtags.

    Source: https://docs.x.com/x-for-websites/post-button/guides/web-intent.
    """
    tags = ",".join([tag.lstrip("#＃") for tag in hashtags])
    return _address("https://x.com/intent/tweet", text=text, url=url, hashtags=tags)


def bluesky_intent(text: str) -> str:
    """Give the address of Bluesky's post form (bluesky-social/bsky-docs, docs/advanced-guides/intent-links.md)."""
    return _address("https://bsky.app/intent/compose", text=text)


def mastodon_share(instance: str, text: str) -> str:
    """Give the address of a Mastodon server's post form; `instance` is the server's name or address.

    ANY_SERVER, of Mastodon's own makers, takes the text behind a #, which never leaves the browser. Raises UsageError
    if it is not a name such as mastodon.social. Sources: Mastodon, SharesController; https://share.joinmastodon.org.
    """
    host = _host(instance)
    return (
        f"https://{host}/#text={_encoded(text)}" if host == ANY_SERVER else _address(f"https://{host}/share", text=text)
    )


def threads_intent(text: str) -> str:
    """Give the address of the post form of Threads.

    Source: https://developers.facebook.com/docs/threads/threads-web-intents.
    """
    return _address("https://www.threads.net/intent/post", text=text)


def linkedin_share(text: str) -> str:
    """Give the address where LinkedIn opens a post with a text."""
    return _address("https://www.linkedin.com/feed/", shareActive="true", text=text)


def facebook_share(url: str) -> str:
    """Give the address where Facebook asks what to say of a page; it takes no text.

    Raises UsageError without a url. Source: https://developers.facebook.com/docs/sharing/reference/share-dialog.
    """
    if not url:
        message = "a Facebook link needs an address to share: give the page of the case"
        raise UsageError(message)
    return _address("https://www.facebook.com/sharer/sharer.php", u=url)


def whatsapp_share(text: str) -> str:
    """Give the address where WhatsApp asks to whom to send the text. Source: https://faq.whatsapp.com/5913398998672934."""
    return _address("https://wa.me/", text=text)


def telegram_share(url: str, text: str = "") -> str:
    """Give the address where Telegram asks to whom to send the text; `url` stands above it.

    Source: https://core.telegram.org/api/links#share-links. Raises UsageError without a url: Telegram opens nothing.
    """
    if not url:
        message = "a Telegram link needs an address to share: give the page of the case"
        raise UsageError(message)
    return _address("https://t.me/share/url", url=url, text=text)


def mailto(subject: str = "", body: str = "", limit: int = MAILTO_LIMIT, to: str = "") -> str:
    """Give the address of a mail (RFC 6068): line breaks %0D%0A, the rest percent-encoded UTF-8; mostly to nobody yet.

    Raises UsageError, with the count, if the address has more than `limit` characters: mail programs cut longer ones.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    address = _address(f"mailto:{quote(to, safe='@')}", subject=" ".join(subject.split()), body=lines)
    if len(address) > limit:
        over = len(address) - limit
        message = f"the mailto link has {len(address):,} characters, {over:,} more than the {limit:,} that every mail "
        raise UsageError(f"{message}program takes: shorten the text (an accented letter counts 6, a space 3)")
    return address


def _address(base: str, **fields: str) -> str:
    """Give the address with those fields that are not empty."""
    query = "&".join([f"{name}={_encoded(value)}" for name, value in fields.items() if value])
    return f"{base}?{query}" if query else base


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _host(instance: str) -> str:
    """Give the server's name, in ASCII."""
    match = SERVER.fullmatch(instance.strip())
    try:
        return idna.encode(match[1], uts46=True).decode() + match[2] if match else _no_server(instance)
    except idna.IDNAError:
        return _no_server(instance)


def _no_server(instance: str) -> NoReturn:
    message = f"'{instance}' is not a Mastodon server: give its name, such as mastodon.social"
    raise UsageError(message)
