"""Mails with files, in our own words, for tests: each as its bytes, and read."""

from base64 import encodebytes

from outreach.inbox.attachments.attached import Attached, read_attached
from outreach.inbox.mime.parse import read_mail

OWN = "campaign@example.org"
HEAD = b"From: Mission <mission@deu.example.org>\nTo: campaign@example.org\nSubject: Our answer\nMIME-Version: 1.0\n"
PDF = b"%PDF-1.4\n%EOF\n"


def part(content_type: str, content: bytes | str, disposition: str = "", **headers: str) -> bytes:
    """One part of a multipart; bytes are written in base64, text as it is."""
    lines = [f"Content-Type: {content_type}"]
    lines += [f"Content-Disposition: {disposition}"] if disposition else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += ["Content-Transfer-Encoding: base64"] if isinstance(content, bytes) else []
    body = encodebytes(content) if isinstance(content, bytes) else content.encode()
    return "\n".join(lines).encode() + b"\n\n" + body


def mixed(*parts: bytes, subtype: str = "mixed", head: bytes = HEAD) -> bytes:
    """A mail of these parts."""
    opened = b"".join(b"--b\n" + each + b"\n" for each in parts)
    return head + f'Content-Type: multipart/{subtype}; boundary="b"\n\n'.encode() + opened + b"--b--\n"


def pdf(name: str = "note.pdf", content: bytes = PDF) -> bytes:
    return part("application/pdf", content, f'attachment; filename="{name}"')


def attached(raw: bytes) -> Attached:
    return read_attached(raw, read_mail(raw), OWN.__eq__)


def names(raw: bytes) -> list[str]:
    return [each.name for each in attached(raw).listing.attachments]


def types(raw: bytes) -> list[str]:
    return [each.media_type for each in attached(raw).listing.attachments]
