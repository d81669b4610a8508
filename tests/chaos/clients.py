"""Slow and greedy clients, all kinds at once, while a light near question and /health/live are watched.

Never reading, one byte a second, hanging up on heavy questions, floods of connections, downloads left idle, pages of ten thousand, questions
that cost without end. Meanwhile every light answer comes, memory stays below a ceiling; afterwards nothing burns on, and the server stops
when it is told to.
"""

import random
import socket
import threading
import time
from urllib.parse import quote

from world import Server, Watch, write_features

LAYER = "asked"
FEATURES = 30_000
# Of a server under all of this, in megabytes.
RESIDENT_MAX_MB = 1500
# What a calm server may use of a core.
CALM_SHARE = 0.2
# The grace of an orderly stop and a little.
STOP_MAX_S = 25


def zigzag(count, latitude):
    return "LINESTRING(" + ",".join(f"{180 if point % 2 else -180} {latitude}" for point in range(count)) + ")"


def heavy(dice):
    """The path of a question that would cost seconds or hours."""
    comb = ",".join(f"{45 + (tooth % 2) * 8:.1f} {20 + tooth / 20:.2f}" for tooth in range(300))
    layer, text = dice.choice(
        [
            ("border", "distance_m(geometry,BBOX(0,90,180,90))<1"),
            ("border", "distance_m(geometry,LINESTRING(-180 90,180 90))<0"),
            ("incidents", f"distance_m({zigzag(dice.randint(20, 200), 9)},{zigzag(dice.randint(20, 200), 8)})<1"),
            (LAYER, "summary LIKE '%" + "_" * 150 + "zq%'"),
            (LAYER, " OR ".join(f"summary LIKE '%e%a%{number}z%'" for number in range(dice.randint(20, 200)))),
            (LAYER, f"S_TOUCHES(geometry,POLYGON(({comb},45.0 20.0)))"),
            (LAYER, " OR ".join(f"CASEI(summary) LIKE '%{number}z'" for number in range(dice.randint(20, 200)))),
            ("countries", "within_m(geometry,LINESTRING(-180 90,180 90),1)"),
        ]
    )
    door = dice.choice(["items?limit=1&", "items?limit=1&", "export?", "tiles/WebMercatorQuad/2/1/2?"])
    return f"/api/collections/{layer}/{door}filter={quote(text, safe='(),=*')}"


def asker(server, dice, until, held, path, keeps):
    """Sends a question and keeps the connection without reading, or hangs up at once."""
    while time.monotonic() < until:
        try:
            connection = server.asks(path(dice))
        except OSError:
            time.sleep(0.1)
            continue
        if keeps:
            held.append(connection)
        else:
            time.sleep(dice.uniform(0, 0.3))
            connection.close()
        time.sleep(dice.uniform(0, keeps or 0.05))


def dripper(server, dice, until, held):
    """Heads that come one byte a second."""
    head = b"GET /api HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + b"a" * 200
    slow = []
    for at in range(len(head)):
        while len(slow) < 200 and time.monotonic() < until:
            connection = socket.socket()
            connection.settimeout(2)
            try:
                connection.connect(("127.0.0.1", server.port))
            except OSError:
                break
            slow.append(connection)
        for connection in list(slow):
            try:
                connection.send(head[at : at + 1])
            except OSError:
                slow.remove(connection)
        if time.monotonic() > until:
            break
        time.sleep(1)
    held.extend(slow)


def flood(server, dice, until, held):
    """Connections that say nothing, opened as fast as they come."""
    while time.monotonic() < until:
        mine = []
        for _ in range(dice.randint(50, 300)):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", server.port))
            mine.append(connection)
        time.sleep(dice.uniform(0.5, 2))
        for connection in mine:
            connection.close()


def reader(server, dice, until, held, headers):
    """Large pages, read as they come."""
    while time.monotonic() < until:
        form = dice.choice(["", "&f=html", "&f=gpkg", "&f=kml", "&sortby=-title,summary"])
        try:
            server.get(f"/api/collections/{LAYER}/items?limit=10000{form}", timeout=30, headers=headers)
        except OSError:
            pass


def loaded(world, store):
    """A store with a layer large enough for pages of ten thousand."""
    file = world.folder / "clients.geojsonl"
    write_features(file, random.Random(world.seed), [f"q-{row}" for row in range(FEATURES)], "asked")
    done = world.run("import", file, "--layer", LAYER, "--format", "geojsonl", store=store)
    if done.code:
        raise RuntimeError(f"the layer was refused: {done.last()}")


def mix(server, dice, until, held):
    """Starts all kinds of clients; the threads."""
    page = f"/api/collections/{LAYER}/items?limit=10000"
    download = f"/api/collections/{LAYER}/export?f=geojson"
    jobs = [
        (asker, heavy, 0),
        (asker, heavy, 0),
        (asker, heavy, 0.5),
        (asker, lambda _: page, 0.3),
        (asker, lambda _: download, 1.0),
        (dripper,),
        (flood,),
        (reader, {"Accept-Encoding": "gzip"}),
        (reader, {"Accept-Encoding": "br"}),
    ]
    threads = []
    for number, (job, *how) in enumerate(jobs):
        own = random.Random(dice.random() + number)
        threads.append(threading.Thread(target=job, args=(server, own, until, held, *how), daemon=True))
        threads[-1].start()
    return threads


def clients(world, until):
    dice = random.Random(f"{world.seed}/clients")
    store = world.fresh("clients")
    loaded(world, store)
    with Server(world, store) as server:
        if not server.ready():
            world.fault("clients", f"a server does not start: {server.said()}")
            return
        idle = server.use()
        seconds = max(10.0, until - time.monotonic() - 15)
        held = []
        watch = Watch(server, seconds)
        threads = mix(server, dice, time.monotonic() + seconds, held)
        peak, ends = 0, time.monotonic() + seconds
        while time.monotonic() < ends and server.process.poll() is None:
            peak = max(peak, server.use()["resident_mb"])
            if peak > 2 * RESIDENT_MAX_MB:
                world.fault("clients", f"{peak} MB resident: stopped before the machine suffers")
                return
            time.sleep(0.5)
        for thread in threads:
            thread.join(40)
        seen = watch.seen()
        print(f"clients: meanwhile {seen}, peak {peak} MB", flush=True)
        if server.process.poll() is not None:
            world.fault("clients", f"the server ended: {server.said()}")
            return
        judge(world, seen, peak)
        for connection in held:
            connection.close()
        calm(world, server, idle)
        took_s = server.stop(60)
        if took_s is None or took_s > STOP_MAX_S:
            world.fault("clients", f"told to stop, it took {took_s} s")
        said = server.said()
        if "panicked" in said:
            world.fault("clients", f"a panic: {said[-500:]}")


def judge(world, seen, peak):
    """Every light question was answered, and memory kept its ceiling. How fast is printed, and no matter of a test."""
    for door, answers in seen.items():
        if answers["failed"]:
            world.fault("clients", f"{door}: {answers['failed']} beside {answers['answers']} answers")
        elif not answers["answers"]:
            world.fault("clients", f"{door}: no answer")
        world.note("clients", f"{door}: answers", answers["answers"])
    if peak > RESIDENT_MAX_MB:
        world.fault("clients", f"{peak} MB resident, of {RESIDENT_MAX_MB} at most")


def calm(world, server, idle):
    """Once all clients have left, nothing burns on and what they held is given back."""
    for _ in range(12):
        before = server.use()
        time.sleep(1)
        after = server.use()
        if after["cpu_s"] - before["cpu_s"] < CALM_SHARE and after["descriptors"] < idle["descriptors"] + 20:
            world.note("clients", "calm afterwards")
            return
    world.fault("clients", f"12 s after the last client left: {after}, idle it was {idle}")
