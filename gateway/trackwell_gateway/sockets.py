"""TCP sockets for every address of a host, all on one port."""

from __future__ import annotations

import socket


def bound_sockets(host: str, port: int, *, reuse_port: bool = False) -> list[socket.socket]:
    """Sockets bound to every address of `host`; they do not listen. Port 0 is chosen once, by the first.

    With `reuse_port` other processes of the same user which ask for it too may listen on the port as well: the kernel
    deals connections out among those that listen.
    Raises OSError, for example when the port is in use.
    """
    sockets: list[socket.socket] = []
    # As bytes: for any text, also for an address, Python loads the tables of Unicode host names.
    name = host.encode() if host.isascii() else host
    found = socket.getaddrinfo(name or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = socket.socket(family, kind, protocol)
            sockets.append(each)
            each.setblocking(False)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if reuse_port:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind((address[0], sockets[0].getsockname()[1] or port, *address[2:]))
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets
