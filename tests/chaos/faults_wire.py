"""The faults that clients met, measured again: what each comes to now, as words, and whether it is gone."""

import json
import random
import socket
import threading
import time
from urllib.parse import quote

from clients import zigzag
from world import Server, Watch, write_features

LARGE = 300_000


def large(world):
    """A store with a layer of 300,000, made once."""
    folder = world.folder / "large"
    store = folder / "store.gpkg"
    if not store.exists():
        world.fresh("large")
        file = world.folder / "large.geojsonl"
        write_features(file, random.Random(1), [f"m{row}" for row in range(LARGE)], "Report")
        done = world.run("import", file, "--layer", "m300k", "--format", "geojsonl", store=store, timeout=600)
        file.unlink()
        if done.code:
            raise RuntimeError(f"the large layer was refused: {done.last()}")
    return store


def cost(server, path, timeout=40):
    """Status, seconds of CPU, and megabytes that the peak rose by; what goes on a second after the answer counts too."""
    with open(f"/proc/{server.pid}/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")
    before = server.use()
    try:
        status, _, body = server.get(path, timeout)
        kind = json.loads(body).get("type", "").rsplit("/", 1)[-1] if status >= 400 else ""
    except (OSError, ValueError) as fault:
        status, kind = "no answer", type(fault).__name__
    time.sleep(1)
    after = server.use()
    return f"{status} {kind}".strip(), after["cpu_s"] - before["cpu_s"], after["peak_mb"] - before["resident_mb"]


def brief(seen):
    near, health = seen["near"], seen["health"]
    failed = sum(near["failed"].values()) + sum(health["failed"].values())
    return (
        f"near p50 {near['p50_ms']:.1f}, p99 {near['p99_ms']:.1f} ms; health {health['answers']} of "
        f"{health['answers'] + sum(health['failed'].values())} within {health['max_ms']:.0f} ms",
        failed == 0 and health["answers"] > 0,
    )


def freeze(world):
    """Two questions of 4 KB that are folded."""
    path = "/api/collections/incidents/export?filter=" + quote(f"distance_m({zigzag(240, 9)},{zigzag(240, 8)})<1", safe="(),=*'")
    with Server(world, world.fresh("freeze")) as server:
        server.ready()
        status, cpu_s, _ = cost(server, path)
        held = [server.asks(path) for _ in range(2)]
        watch = Watch(server, 15)
        text, fine = brief(watch.seen())
        for connection in held:
            connection.close()
        held = [server.asks(path) for _ in range(2)]
        took_s = server.stop(60)
        stopped = f"SIGTERM ends it in {took_s:.1f} s" if took_s is not None else "SIGTERM does not end it"
    return f"`{status}` after {cpu_s:.1f} s of CPU; meanwhile {text}; {stopped}", fine and took_s is not None and took_s < 25


def costly(world):
    """Short questions, hang-ups, and a tile behind twelve of them."""
    comb = ",".join(f"{45 + (tooth % 2) * 8:.1f} {20 + tooth / 380 * 20:.2f}" for tooth in range(380))
    questions = [
        ("border", "distance_m(geometry,BBOX(0,90,180,90))<1"),
        ("border", "distance_m(geometry,LINESTRING(-180 90,180 90))<0"),
        ("m300k", "summary LIKE '%" + "_" * 150 + "zq%'"),
        ("m300k", f"S_TOUCHES(geometry,POLYGON(({comb},45.0 20.0)))"),
        ("m300k", " OR ".join(f"summary LIKE '%e%a%{number}z%'" for number in range(200))),
        ("m300k", " OR ".join(f"CASEI(summary) LIKE '%{number}z'" for number in range(180))),
        ("m300k", "+".join(f"distance_m(geometry,POINT(9 {number % 90}))" for number in range(110)) + "<1"),
    ]
    with Server(world, large(world)) as server:
        server.ready()
        worst_s, worst_mb, answers = 0.0, 0, set()
        for layer, text in questions:
            status, cpu_s, mb = cost(server, f"/api/collections/{layer}/items?limit=1&filter={quote(text, safe='(),=*')}")
            worst_s, worst_mb = max(worst_s, cpu_s), max(worst_mb, mb)
            answers.add(status)
        path = f"/api/collections/m300k/items?limit=1&filter={quote(questions[2][1])}"
        watch = Watch(server, 8)
        for _ in range(600):
            server.asks(path).close()
        text, fine = brief(watch.seen())
        time.sleep(3)
        before = server.use()
        time.sleep(2)
        after = server.use()
        burns = (after["cpu_s"] - before["cpu_s"]) / 2
        held = [server.asks(path) for _ in range(12)]
        began = time.monotonic()
        try:
            tile = server.get("/api/tiles/WebMercatorQuad/5/12/20?datetime=2020-01-01/..", 60)[0]
        except OSError:
            tile = "no answer"
        waited_s = time.monotonic() - began
        for connection in held:
            connection.close()
    gone = worst_s < 3.2 and worst_mb < 300 and burns < 0.2 and after["threads"] < 64 and waited_s < 31 and fine
    return (
        f"7 questions: at most {worst_s:.1f} s of CPU and {worst_mb} MB ({', '.join(sorted(answers))}); 600 hang-ups: {text}, afterwards "
        f"{after['threads']} threads and {burns:.2f} of a core; a tile behind twelve: {tile} after {waited_s:.1f} s"
    ), gone


def settled_descriptors(server):
    """How many descriptors it has while nobody is connected."""
    time.sleep(2)
    return server.use()["descriptors"]


def unread(world):
    """Pages of ten megabytes that nobody reads."""
    with Server(world, large(world)) as server:
        server.ready()
        idle = settled_descriptors(server)
        held, peak = [], 0
        for _ in range(400):
            try:
                held.append(server.asks("/api/collections/m300k/items?limit=10000"))
            except OSError:
                pass
            peak = max(peak, server.use()["resident_mb"])
            if peak > 5000:
                break
        began = time.monotonic()
        while (left := max(0, server.use()["descriptors"] - idle)) and time.monotonic() - began < 60:
            peak = max(peak, server.use()["resident_mb"])
            time.sleep(0.5)
        waited_s = time.monotonic() - began
        for connection in held:
            connection.close()
    said = f"400 clients: {peak} MB at most; {left} of them left after {waited_s:.0f} s"
    return said, len(held) > 300 and peak < 1500 and not left


def idle_exports(world):
    """Downloads that nobody reads, and one that somebody wants."""
    with Server(world, large(world)) as server:
        server.ready()
        held = [server.asks("/api/collections/m300k/export?f=geojson") for _ in range(8)]
        began, status = time.monotonic(), None
        while time.monotonic() - began < 90:
            status, headers, _ = server.get("/api/collections/incidents/export?f=csv")
            if status == 200:
                break
            time.sleep(1)
        waited_s = time.monotonic() - began
        for connection in held:
            connection.close()
    return f"eight idle: another export is answered {status} after {waited_s:.0f} s", status == 200 and waited_s < 60


def large_pages(world):
    """Twenty readers of pages of ten thousand."""
    with Server(world, large(world)) as server:
        server.ready()
        until = time.monotonic() + 10

        def read():
            while time.monotonic() < until:
                try:
                    server.get("/api/collections/m300k/items?limit=10000", 30, {"Accept-Encoding": "gzip"})
                except OSError:
                    pass

        readers = [threading.Thread(target=read) for _ in range(20)]
        for reader in readers:
            reader.start()
        time.sleep(1)
        text, fine = brief(Watch(server, 7).seen())
        for reader in readers:
            reader.join()
    return f"twenty readers of gzipped pages: {text}", fine


def smaller(world):
    """Descriptors, amplification, refused codings, probes behind thousands of connections."""
    said, gone = [], True
    with Server(world, world.fresh("smaller"), limits={"NOFILE": 1024}) as server:
        server.ready()
        held = []
        for _ in range(1100):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", server.port))
            held.append(connection)
        time.sleep(0.5)
        try:
            export = server.get("/api/collections/incidents/export?f=fgb", 15)[0]
        except OSError as fault:
            export = type(fault).__name__
        try:
            began = time.monotonic()
            health = server.get("/health/live", 5)[0]
            took_ms = (time.monotonic() - began) * 1000
        except OSError as fault:
            health, took_ms = type(fault).__name__, 0
        for connection in held:
            connection.close()
        said.append(f"1,024 descriptors, 1,100 silent connections: an export {export}, health {health} in {took_ms:.0f} ms")
        gone = gone and export != 500 and health == 200
    with Server(world, world.fresh("smaller")) as server:
        server.ready()
        many = "&".join(f"a{number}" for number in range(1400))
        status, _, body = server.get(f"/api/collections/incidents/items?{many}")
        said.append(f"{len(many)} bytes of unknown parameters: {status}, {len(body)} bytes")
        gone = gone and len(body) < 20_000
        status, _, body = server.get("/api/collections/incidents/items", headers={"Accept-Encoding": "identity;q=0"})
        said.append(f"`identity;q=0`: {status}, {len(body)} bytes")
        gone = gone and len(body) < 4000
        status, _, body = server.get("/api/collections/incidents/export?f=csv&safe=true")
        said.append(f"`safe=true`: {status}")
        gone = gone and status == 200
    return "; ".join(said), gone
