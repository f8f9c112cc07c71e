"""Whom an encrypted connection believes: the authorities of this machine, or a file that the campaign names."""

import ssl
from pathlib import Path

from outreach.errors import SettingsError


def trusting(ca_file: str, key: str) -> ssl.SSLContext:
    """Make a client's context: the certificate must be vouched for, and name the host.

    With `ca_file`, a PEM file, only what stands in it is believed: a certificate authority of one's own, or the very
    certificate of a bridge on this machine. Raises SettingsError, which names `key`, where it cannot be read; and what
    `ssl` raises where SSL_CERT_FILE cannot.
    """
    if not ca_file:
        return ssl.create_default_context()
    path = Path(ca_file)
    try:
        if not path.is_file():  # a pipe that nobody writes to would be waited for without end
            raise SettingsError(f"{key}: there is no file {ca_file}. Put it there, or correct {key}")
        context = ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise SettingsError(
            f"{key}: {ca_file} holds no certificate. Export it again as PEM: it begins with BEGIN CERTIFICATE"
        ) from None
    except OSError as error:
        raise SettingsError(f"{key}: {ca_file} cannot be read: {error.strerror}. Let yourself read it") from None
    # A bridge's own certificate vouches for itself; from Python 3.13 on it would have to look like an authority's too.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
