"""One e-mail address in all the ways it is written, to be found and taken out; knows no tables and no files."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from outreach.inbox.classify.classify import classify
from outreach.inbox.matching.addressbook import ascii_domain, normalized

TAKEN_OUT = "(erased)"
ENCODED = (b"base64", b"quoted-printable", b"=?")  # what hides words in a raw message (RFC 2045, 2047)
_HEADER = re.compile(rb"(?im)^(?:to|cc|bcc):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Address:
    """An address, compared as addresses are: upper and lower case alike, its domain in either spelling (RFC 5891).

    `pseudonym` stands for it wherever letters are counted by their recipients; no mail can go there.
    """

    text: str
    pseudonym: str = field(compare=False)

    @cached_property
    def _forms(self) -> frozenset[str]:
        plain = normalized(self.text)
        local, domain = plain.rpartition("@")[0], ascii_domain(plain)
        forms = {plain, self.text.strip().lower()} | ({f"{local}@{domain}"} if domain else set())
        return frozenset(forms | {form.replace("@", "%40") for form in forms})

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return re.compile(_anywhere("|".join(map(re.escape, sorted(self._forms)))), re.IGNORECASE)

    @cached_property
    def _in_bytes(self) -> re.Pattern[bytes]:
        written = "|".join(re.escape(form) for form in sorted(self._forms))
        return re.compile(_anywhere(written).encode(), re.IGNORECASE)

    def is_it(self, address: str) -> bool:
        """Say whether an address is this one."""
        return normalized(address) in self._forms

    def is_in(self, text: str) -> bool:
        """Say whether a text has it, and not only as a piece of another address."""
        return bool(self._written.search(text))

    def is_in_bytes(self, raw: bytes) -> bool:
        """Say whether bytes have it as they stand."""
        return bool(self._in_bytes.search(raw))

    def is_in_mail(self, raw: bytes) -> bool:
        """Say whether a raw message has it, also where it is encoded. Never raises, whatever the bytes."""
        if self.is_in_bytes(raw):
            return True
        if not any(word in raw.lower() for word in ENCODED):
            return False
        mail = classify(raw).mail
        texts = [mail.text, mail.subject, mail.sender, *(value for _, value in mail.headers)]
        return any(self.is_in(text) for text in [*texts, *(part.text for part in mail.parts)])

    def taken_out(self, text: str, instead: str = TAKEN_OUT) -> str:
        """Give a text without it."""
        return self._written.sub(instead, text)

    def taken_out_of_letter(self, content: bytes) -> bytes:
        """Give a letter of ours without it: with its pseudonym in its place, or without the header that hides it."""
        content = self._in_bytes.sub(self.pseudonym.encode(), content)
        if not self.is_in_mail(content):
            return content
        end = _END_OF_HEAD.search(content)
        head, body = (content[: end.start() + 2], content[end.start() + 2 :]) if end else (content, b"")
        return _HEADER.sub(b"", head) + body

    def taken_out_of_list(self, recipients: str) -> str:
        """Give the recipients of a letter with the pseudonym in its place."""
        return ";".join(self.pseudonym if self.is_it(each) else each for each in recipients.split(";"))


def _anywhere(written: str) -> str:
    """Match it where it is no piece of a longer address."""
    return rf"(?<![\w.+-])(?:{written})(?![\w-]|\.\w)"
