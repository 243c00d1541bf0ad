"""Where a request comes from.

`X-Forwarded-For` is written by anyone, so only the entries that our own proxies added count: with `TRUSTED_PROXIES` = n
the n-th from the right. With 0, or when a request shows fewer entries than there are proxies, the connection's own
address is used.
"""

import ipaddress

from django.conf import settings

IPV6_NETWORK_BITS = 64  # one household or office has at least this much; single addresses inside it are free to take


def client_address(request) -> str:
    """Return the client's address in its normal form, or `unknown`."""
    hops = settings.TRUSTED_PROXIES
    if hops:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "")[-2000:].split(",")
        if len(entries) >= hops:
            address = _parsed(entries[-hops])
            if address:
                return str(address)
    return str(_parsed(request.META.get("REMOTE_ADDR", "")) or "unknown")


def network(request) -> str:
    """The client's address as limits count it: an IPv6 client is its /64 network."""
    address = client_address(request)
    parsed = _parsed(address)
    if parsed is not None and parsed.version == 6:
        return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False).network_address)
    return address


def _parsed(text: str):
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
