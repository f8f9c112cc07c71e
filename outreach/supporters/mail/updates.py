"""An update as a mail: written once a language, and made each member's own by a few headers. Knows no file, no server.

What all members of a language get is kept once, as a letter's attached file is; a message of its own says whose it is.
So 100,000 messages take the room of their headers, and whoever reads the store sees what each of them said.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from outreach.mime.attachment import Attachment, reference
from outreach.mime.frame import Frame
from outreach.mime.headers import checked, folded, mailbox, message_id_header, subject_header
from outreach.outbox.kind import MessageKind
from outreach.outbox.letters.drafts import sender_domain
from outreach.outbox.models import Draft, Key
from outreach.outbox.store import Outbox
from outreach.rendering.letters.setting.markdown import literal, render
from outreach.rendering.letters.setting.page import page, styles
from outreach.settings.settings import Settings
from outreach.supporters.erasing import recipient
from outreach.supporters.mail.drafts import sender_header
from outreach.supporters.mail.links import RECEIVER, encode, place, shown
from outreach.supporters.mail.parts import update_part
from outreach.supporters.mail.words import html as html_piece
from outreach.supporters.mail.words import list_name, write
from outreach.supporters.people import LEAVE


@dataclass(frozen=True, slots=True)
class UpdateMail:
    """An update in one language: its words, and the bytes that its mails have in common."""

    slug: str
    language: str
    subject: str
    text: str
    html: str
    headers: bytes
    body: Attachment

    @property
    def shown(self) -> str:
        """Give the text as people read it here: [link] where each has a link of their own."""
        return shown(self.text)


@dataclass(frozen=True, slots=True)
class Words:
    """What an update says in one language: `body` is Markdown; `address` is its page's, blank where it has none."""

    slug: str
    language: str
    title: str
    body: str
    address: str = ""

    @property
    def digest(self) -> str:
        """Give what tells these words from others: SHA-256, hexadecimal."""
        return sha256(f"{self.slug}\0{self.language}\0{self.title}\0{self.body}".encode()).hexdigest()


def write_update(words: Words, settings: Settings) -> UpdateMail:
    """Write the mail. Raises UsageError where a setting or the title cannot be a header."""
    language = words.language
    values = {"address": words.address, "link": place(LEAVE, RECEIVER), "styles": styles()}
    around = write("update", language, settings, **values)
    subject = around.subject if settings.list.discreet else words.title
    blocks = render(f"# {literal(words.title)}\n\n{words.body}", language)
    text = "\n".join([block.text for block in blocks]) + f"\n-- \n{around.text}"
    document = page(language, subject)
    footer = html_piece("update", language, settings, **values)
    html = f"{document.head}{''.join([block.html for block in blocks])}{footer}{document.tail}"
    message = EmailMessage(policy=SMTP)
    message.set_content("", cte="quoted-printable")
    message.add_alternative("", subtype="html", cte="quoted-printable")
    message["Content-Language"] = language
    contents = [encode(text), encode(html)]
    headers, _, body = Frame(message).fill(b"", contents, words.digest).partition(b"\r\n\r\n")
    common = sender_header(settings) + subject_header(subject) + _list_id(settings) + headers + b"\r\n"
    kept = Attachment("update", "multipart/alternative", len(body), sha256(body).hexdigest(), body)
    return UpdateMail(words.slug, language, subject, text, html, common, kept)


class Drafter:
    """Makes the drafts of an update, one a member. What they have in common is looked up once."""

    def __init__(self, outbox: Outbox, settings: Settings) -> None:
        """Raise SettingsError where the campaign has no sender."""
        self._outbox = outbox
        self._domain = sender_domain(settings)

    def draft(self, mail: UpdateMail, supporter: int) -> Draft:
        """Make the message to one member; the body is theirs to keep with the first."""
        part = update_part(supporter, mail.slug)
        key = Key(MessageKind.UPDATE, "", "", "", self._outbox.channel, "", part)
        token = self._outbox.token(key)
        message_id = f"<{token}@{self._domain}>"
        own = message_id_header("Message-ID", message_id)
        content = own + mail.headers + b"\r\n" + reference(mail.body).encode().replace(b"\n", b"\r\n")
        to = (recipient(supporter),)
        return Draft(key, token, message_id, mail.language, to, mail.subject, content, attachments=(mail.body,))


def list_id(settings: Settings) -> str:
    """Give the list's identity (RFC 2919): as set, or the sender's address with dots."""
    return settings.list.id.strip("<>") or settings.sender.email.replace("@", ".")


def _list_id(settings: Settings) -> bytes:
    return folded("List-Id", mailbox_of_list(checked("List-Id", list_name(settings)), list_id(settings)))


def mailbox_of_list(name: str, identity: str) -> str:
    """Write a name and <identity>, as a name and an address are written."""
    local, _, rest = identity.partition(".")
    return mailbox("List-Id", name, f"{local}@{rest}").replace(f"<{local}@", f"<{local}.")
