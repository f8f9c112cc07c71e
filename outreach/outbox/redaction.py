"""Keeps addresses out of the ledger; pure."""

import re


def without_addresses(detail: str, recipients: tuple[str, ...]) -> str:
    """Strip a server's words of the addresses it was told, however it writes them (a @ b, a%40b, over two lines)."""
    for recipient in recipients:
        local, _, domain = recipient.rpartition("@")
        if local.lower() in detail.lower():
            local, domain = re.escape(local), re.escape(domain)
            written = rf"{local}\W{{0,9}}(?:at|40)?\W{{0,9}}{domain}|{local}@"
            detail = re.sub(written, "<address>", detail, flags=re.IGNORECASE)
    return detail
