"""Asks a server for a light near answer and for its health, a hundred and five times a second: watch.py PORT SECONDS."""

import json
import socket
import sys
import threading
import time

NEAR = "/api/collections/incidents/items?near=46.18,35.52&radius=25km&limit=5"
# An answer that takes longer counts as none.
ANSWER_MAX_S = 5


def answer(connection, port, path):
    """Asks and reads the whole answer; its status."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(65536)
        if not part:
            raise OSError("closed")
        read += part
    head, body = read.split(b"\r\n\r\n", 1)
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            raise OSError("closed")
        body += part
    return int(head.split()[1])


def watch(port, path, pause_s, until, is_new, took_ms, failed):
    connection = None
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_MAX_S)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            status = answer(connection, port, path)
            took_ms.append((time.perf_counter() - began) * 1000)
            if status != 200:
                failed.append(str(status))
        except OSError as fault:
            failed.append(f"{type(fault).__name__} after {time.perf_counter() - began:.1f} s")
            connection = None
        if is_new and connection is not None:
            connection.close()
            connection = None
        time.sleep(pause_s)


def told(took_ms, failed):
    took_ms = sorted(took_ms) or [float("nan")]

    def at(share):
        return round(took_ms[min(len(took_ms) - 1, int(len(took_ms) * share))], 2)

    kinds = {kind: failed.count(kind) for kind in sorted(set(failed))}
    return {"answers": len(took_ms), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1), "failed": kinds}


def main():
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    until = time.monotonic() + seconds
    near, health = ([], []), ([], [])
    threads = [
        threading.Thread(target=watch, args=(port, NEAR, 0.01, until, False, *near)),
        # A probe opens a connection each time.
        threading.Thread(target=watch, args=(port, "/health/live", 0.2, until, True, *health)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"near": told(*near), "health": told(*health)}))


if __name__ == "__main__":
    main()
