"""Python imports this at its start where the folder is on the path: each address that is asked for is written down."""

import os
import sys

_OUT = os.open(os.environ["SOCKETS_ASKED_FOR"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_PLACES = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}


def _write_down(event, arguments):
    if event in _PLACES:
        address = arguments[_PLACES[event]]
        host = address[0] if isinstance(address, tuple) else address
        os.write(_OUT, f"{event} {host!r}\n".encode())


sys.addaudithook(_write_down)
