"""A server for a test: started on a free port, stopped whatever happens."""

import socket
import subprocess
import time
from contextlib import contextmanager


class Serving:
    """A running server."""

    def __init__(self, process, log, site):
        self.process, self.log, self.site = process, log, site
        self.api = f"{site}/api"


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(bordermap, folder, *options):
    """A server over the store in a folder, whose log is beside it."""
    log = folder / "serve.log"
    site = f"127.0.0.1:{free_port()}"
    command = [bordermap, "serve", "--listen", site, "--store", folder / "store.gpkg", *options]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        deadline = time.monotonic() + 60
        while f"is on http://{site}" not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no server: {log.read_text()}")
            time.sleep(0.1)
        yield Serving(process, log, f"http://{site}")
    finally:
        process.terminate()
        process.wait()
