"""A proxy that remembers what was asked: the server's own log leaves out queries, which tell what somebody looks for."""

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Recorder(ThreadingHTTPServer):
    """Hands requests on to a server that is named later, and keeps their targets."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site, self.upstream, self.asked = f"http://127.0.0.1:{self.server_port}", None, []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        connection = http.client.HTTPConnection(urlsplit(self.server.upstream).netloc, timeout=60)
        connection.request("GET", self.path, headers={name: value for name, value in self.headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    def log_message(self, *_):
        pass


@contextmanager
def recording():
    """A recorder that runs."""
    recorder = Recorder()
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    try:
        yield recorder
    finally:
        recorder.shutdown()
        recorder.server_close()
