"""The load: one process with many keep-alive connections on loopback, apart from the servers it measures.

Reads a plan as JSON from its standard input and prints what it saw as JSON. Needs nothing but Python, so that it starts at
once and takes little of the machine. Stages: connect, warm up without counting, measure, sum up.

Plan: {"host", "port", "statuses": [accepted], "warmup_seconds", "seconds", "most", "repeat",
"requests": [[text, ...], ...]}. Each list of
`requests` belongs to one connection, which sends them one after the other; `"repeat": true` begins again at the end, false
stops there. `most` bounds the number of requests counted. Whatever happens it ends `seconds` after the measuring began.
"""

import json
import select
import socket
import sys
import time

GRACE_SECONDS = 5  # for answers still on their way when the time is over


class Connection:
    """One keep-alive connection with the requests it still has to send."""

    def __init__(self, address: tuple[str, int], requests: list[bytes], repeat: bool):
        self.requests, self.repeat, self.next = requests, repeat, 0
        self.address = address
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received, self.wanted = b"", None

    def send(self) -> bool:
        """Send the next request; False when there is none left."""
        if self.next >= len(self.requests):
            if not self.repeat:
                return False
            self.next = 0
        self.socket.sendall(self.requests[self.next])
        self.next += 1
        self.received, self.wanted = b"", None
        self.sent_at = time.perf_counter()
        return True

    def receive(self) -> int | None:
        """Take what has arrived. Returns the status of a complete answer, None as long as some is missing.

        Raises ConnectionError when the server closed in the middle.
        """
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError
        self.received = self.received + data if self.received else data
        if self.wanted is None and not self._read_head():
            return None
        if self.wanted == "chunks":
            if not self.received.endswith(b"0\r\n\r\n"):
                return None
        elif len(self.received) < self.wanted:
            return None
        return int(self.received[9:12])

    def _read_head(self) -> bool:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self.received[:end].lower()
        at = head.find(b"\r\ncontent-length:")
        if at >= 0:
            self.wanted = end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])
        else:
            self.wanted = "chunks" if b"transfer-encoding: chunked" in head else end + 4
        return True


def run(plan: dict) -> dict:
    address = (plan["host"], plan["port"])
    connections = [Connection(address, [text.encode() for text in texts], plan["repeat"]) for texts in plan["requests"]]
    accepted = set(plan["statuses"])
    poll = select.epoll()
    by_file = {}
    for connection in connections:
        by_file[connection.socket.fileno()] = connection
        poll.register(connection.socket.fileno(), select.EPOLLIN)
    latencies, errors, counted, seen = [], {}, 0, 0
    begun = time.perf_counter() + plan["warmup_seconds"]
    end = begun + plan["seconds"]
    last = begun
    sample = b""
    busy = sum(connection.send() for connection in connections)
    while busy:
        now = time.perf_counter()
        if now > end + GRACE_SECONDS:
            errors["no answer"] = errors.get("no answer", 0) + busy
            break
        for file, _event in poll.poll(0.2):
            connection = by_file[file]
            try:
                status = connection.receive()
            except OSError:
                status = "connection lost"
                poll.unregister(file)
                del by_file[file]
                connection.socket.close()
                connection.open()
                by_file[connection.socket.fileno()] = connection
                poll.register(connection.socket.fileno(), select.EPOLLIN)
            if status is None:
                continue
            seen += 1
            now = time.perf_counter()
            if begun <= now <= end:
                counted += 1
                if status in accepted:
                    latencies.append(now - connection.sent_at)
                    last = now
                else:
                    errors[str(status)] = errors.get(str(status), 0) + 1
                    sample = sample or connection.received[:600]
            if now >= end or counted >= plan["most"] or not connection.send():
                busy -= 1
    return {
        "requests": len(latencies),
        "all_requests": seen,
        "seconds": last - begun,
        "errors": errors,
        "sample": sample.decode(errors="replace"),
        **percentiles(latencies),
    }


def percentiles(latencies: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds; empty for no latencies."""
    ordered = sorted(latencies)
    if not ordered:
        return {}
    return {
        f"p{percent}_ms": 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        for percent in (50, 95, 99)
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
