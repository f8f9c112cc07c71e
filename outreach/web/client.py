"""Says which network a request comes from, coarsely, for caps alone; the address itself is never kept or told."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PREFIXES = {4: 24, 6: 48}  # bits: about what one provider gives one customer, or one office
# This machine and the networks behind our own door (RFC 1918, RFC 3927, RFC 4193, RFC 6598).
INSIDE = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def client_network(peer: str, forwarded: str, trusted_proxies: int) -> str:
    """Give the network of whoever asks, such as 192.0.2.0/24; "" where nothing outside can be told from here.

    `peer` is who is connected to us, `forwarded` the X-Forwarded-For header. Each proxy adds whom it was asked by at
    its right end, and anybody may have written what stands left of that: so `trusted_proxies` places are counted from
    the right, where the one before the first proxy of ours stands. Private addresses and this machine's own say
    nothing of a client: a proxy that was not counted, or an onion service. They have no network, and so no cap.
    """
    hops = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
    address = _address(hops[max(len(hops) - 1 - trusted_proxies, 0)] if trusted_proxies > 0 else peer)
    if address is None or any(address in network for network in INSIDE):
        return ""
    return str(ip_network((address, PREFIXES[address.version]), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with or without a port; an IPv4 address that is written as IPv6 is one of IPv4."""
    text = text.strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
