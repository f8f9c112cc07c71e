"""The only code that sees the key: seals what people typed, and makes all that depends on the key. Knows no database.

A copy of the database without the key says nothing about anybody: addresses, names and words are sealed (AES-256-GCM,
NIST SP 800-38D), and whatever could be guessed is looked up by HMAC-SHA-256 (RFC 2104), each use with a key of its own.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach.errors import DatabaseError, SettingsError
from outreach.next_step import Action, NextStep
from outreach.registry.addresses.disguises import mailbox

VARIABLE = "OUTREACH_WEB__KEY"
KEY_BYTES = 32
NONCE_BYTES = 12  # of AES-GCM (NIST SP 800-38D, section 5.2.1.1)
TOKEN_LENGTH = 26  # characters of base32: 130 bits
END = b"\x01"  # after a text that is sealed; zeros follow
PADDED_TO = 256  # bytes: so the length of a seal tells neither an address nor a quote apart from others


def new_key() -> str:
    """Make a fresh key, as it is written into .env: 32 random bytes in URL-safe base64, without padding."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")


def hash_of(token: str) -> bytes:
    """Give what is stored of a link's token: its SHA-256. Whoever reads the database cannot open the link."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens what people typed, and makes fingerprints, tokens and signatures; all by one key."""

    _key: bytes = field(repr=False)
    _database: bytes = field(default=b"", repr=False)

    @classmethod
    def by(cls, text: str) -> "Sealer":
        """Take the key as it stands in the environment; raises SettingsError where there is none, or it is none."""
        if not text.strip():
            raise SettingsError(
                f"{VARIABLE} is not set, and supporters' addresses are sealed with it. Put a key into .env",
                next_step=NextStep(Action.MAKE_KEY),
            )
        try:
            key = base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise SettingsError(
                f"{VARIABLE} is no key: it has 43 letters, digits, - and _. Copy it again from where you keep it"
            )
        return cls(key)

    def for_database(self, secret: bytes) -> "Sealer":
        """Give the same for one database, by a secret of its own: a link to what another one had leads nowhere here."""
        return replace(self, _database=secret)

    def seal(self, text: str, about: str) -> bytes:
        """Seal a text. `about` says what it belongs to: it opens only with the same word."""
        nonce, words = secrets.token_bytes(NONCE_BYTES), text.encode() + END
        padded = words + b"\0" * (-len(words) % PADDED_TO)
        return nonce + AESGCM(self._for("seal")).encrypt(nonce, padded, about.encode())

    def unseal(self, sealed: bytes, about: str) -> str:
        """Open what `seal` made; raises DatabaseError where it was sealed with another key, or was changed."""
        try:
            opened = AESGCM(self._for("seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
            return opened.rstrip(b"\0").removesuffix(END).decode()
        except (InvalidTag, ValueError):
            raise DatabaseError(
                f"what is sealed in supporters.db cannot be opened with this {VARIABLE}. Put the key back that it was "
                "made with; nothing was changed"
            ) from None

    def fingerprint(self, address: str) -> bytes:
        """Give what an address is found by; case, plus-tags and full-width letters make no other."""
        return self._hmac("fingerprint", mailbox(address).encode())

    def domain(self, address: str) -> bytes:
        """Give what the domain of an address (or a bare domain) is compared by."""
        return self._hmac("domain", mailbox(f"x@{address.rpartition('@')[2]}").encode())

    def shingle_key(self) -> bytes:
        """Give the key that pieces of texts are hashed with, so that nobody tests guessed sentences on a copy."""
        return self._for("shingles")

    def capped(self, what: str, salt: bytes) -> bytes:
        """Give what a cap is counted under; once the salt is thrown away nobody can tell what it was."""
        return self._hmac("caps", salt + what.encode())

    def returned(self, raw: bytes) -> bytes:
        """Give what a mail that came back is known by: nobody can tell from it who sent what."""
        return self._hmac("returned", raw)

    def token(self, purpose: str, subject: int) -> str:
        """Make a link's unguessable token, the same at every call: 130 bits in lower-case base32."""
        about = f"{purpose}:{subject}:".encode() + self._database
        return base64.b32encode(self._hmac("link", about)).decode().lower()[:TOKEN_LENGTH]

    def sign_time(self, at: datetime, form: str) -> str:
        """Sign when a form was shown; `form` is which."""
        moment = f"{int(at.timestamp()):x}"
        return f"{moment}-{self._hmac('time', f'{form}:{moment}'.encode()).hex()[:32]}"

    def signed_at(self, text: str, form: str) -> datetime | None:
        """Give when a form was shown, or None where that is not our signature."""
        moment, _, _ = text.partition("-")
        if not moment or len(moment) > 12 or not all(digit in "0123456789abcdef" for digit in moment):
            return None
        at = datetime.fromtimestamp(int(moment, 16), UTC) if int(moment, 16) < 1 << 40 else None
        return at if at and hmac.compare_digest(self.sign_time(at, form), text) else None

    def _for(self, use: str) -> bytes:
        return hmac.digest(self._key, f"outreach {use}".encode(), "sha256")

    def _hmac(self, use: str, what: bytes) -> bytes:
        return hmac.digest(self._for(use), what, "sha256")
