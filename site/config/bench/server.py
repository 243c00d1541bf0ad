"""A granian of the front door's making, in a process of its own, with what it costs the machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START_SECONDS = 60
CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One running application. Used as a context: it is stopped, with its workers, whatever happens."""

    def __init__(self, application: str, environment: dict[str, str], log: Path):
        self.port = free_port()
        command = [sys.executable, "-m", "config.serve", "127.0.0.1", str(self.port), application]
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def __enter__(self):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise SystemExit(f"A server did not start. Its log:\n{self.log.read_text()[-4000:]}") from None
                time.sleep(0.1)

    def __exit__(self, *_error):
        self.stop()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)  # the group we began with start_new_session
                self.process.wait()

    def processes(self) -> list[int]:
        """The main process and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        """User and system time of the main process and its workers so far."""
        total = 0
        for process in self.processes():
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])  # utime and stime, proc(5) fields 14 and 15
        return total / CLOCK_TICKS

    def memory_mb(self) -> float:
        """Proportional set size of the main process and its workers: shared pages are counted once."""
        total = 0
        for process in self.processes():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024
