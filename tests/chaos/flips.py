"""Bits that flip, and ends that are lost: in the store, in its write-ahead log, in the prepared base.

Whatever is flipped, either every answer is as before, or `check` finds it; never other content that is called sound, never a panic, a
hang or a runaway memory.
"""

import contextlib
import random
import re
import shutil
import sqlite3
import threading
import time

from world import Server, write_features

LAYERS = "border crossings incidents provinces places border-25m land countries rivers lakes boundaries towns".split()
LAYER = "flipped"
# What a command may have of address space here; the flip of a coordinate must not cost more.
MEMORY_MAX = 3 << 30
# A base is kept prepared beside a store of at least twenty thousand features.
PREPARED_FEATURES = 20_500


def content(world, store, layers):
    """What the layers hold, as bytes; or a word for why it cannot be told."""
    parts = []
    for layer in layers:
        done = world.run("export", layer, "--format", "geojsonl", store=store, limits={"AS": MEMORY_MAX}, timeout=30)
        if done.code == "hangs" or b"memory allocation" in done.err:
            return "hangs or takes all memory"
        if done.panicked:
            return f"panics: {done.last()}"
        if done.code:
            return "refused"
        parts.append(done.out)
    return b"".join(parts)


def verdict(world, store, layers, right):
    """What a harmed store comes to: "same", "found", or a sentence for a fault."""
    check = world.run("check", store=store, limits={"AS": MEMORY_MAX}, timeout=60)
    if check.panicked or check.code == "hangs":
        return f"check ends with {check.code}: {check.last()}"
    if check.code != 0:
        return "found"
    now = content(world, store, layers)
    if now == right:
        return "same"
    return f"check calls it sound, and its content is {'another' if isinstance(now, bytes) else now}"


def lay(store, parts):
    """Lays a store's files, whose names end as the keys, and nothing else."""
    for beside in store.parent.iterdir():
        if beside.name.startswith(store.name):
            shutil.rmtree(beside) if beside.is_dir() else beside.unlink()
    for ending, bytes_ in parts.items():
        store.with_name(store.name + ending).write_bytes(bytes_)


def flipped(dice, raw, near=()):
    """A copy with another bit: anywhere, or within one of these spans."""
    raw = bytearray(raw)
    at = dice.randrange(*dice.choice(near)) if near else dice.randrange(len(raw))
    raw[at] ^= 1 << dice.randrange(8)
    return bytes(raw), at


def members(raw):
    """Where the descriptions of layers have their members' names: a thousandth of the bytes, by which all others are read."""
    return [found.span() for found in re.finditer(rb'"[a-z_]{2,20}":(?:true|false)?', raw)]


def as_it_was(world, store, parts, layers, right):
    """Whether a copy without harm is called sound, so that what is found afterwards is the harm; a fault if not."""
    lay(store, parts)
    outcome = verdict(world, store, layers, right)
    if outcome != "same":
        world.fault("flips", f"a store without harm: {outcome}")
    return outcome == "same"


def settled(world, store):
    """Has a server start and stop, so that what a stop leaves is what lies there."""
    with Server(world, store) as server:
        server.ready()
        server.stop()


def reader(store):
    """A connection that goes on reading the store as it is now: what is committed meanwhile has to stay in the log."""
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
    return connection


def of_store(world, dice, folder, until, tally):
    """Bits of the file itself."""
    store = world.fresh(folder)
    settled(world, store)
    parts = {path.name[len(store.name) :]: path.read_bytes() for path in store.parent.iterdir() if path.name.startswith(store.name)}
    right = content(world, store, LAYERS)
    if not as_it_was(world, store, parts, LAYERS, right):
        return
    named = members(parts[""])
    while time.monotonic() < until and tally.goes_on():
        harmed, at = flipped(dice, parts[""], named if dice.random() < 0.2 else ())
        lay(store, {**parts, "": harmed})
        tally.add(world, "store", f"bit at {at}", verdict(world, store, LAYERS, right))


def of_log(world, dice, folder, until, tally):
    """Bits, and the end, of a write-ahead log that a killed server left.

    A command that ends brings the log into the file unless somebody reads an earlier state, so another program does.
    """
    store = world.fresh(folder)
    file = world.folder / f"{folder}.geojsonl"
    write_features(file, dice, [f"f-{row}" for row in range(50)], "in the log")
    with Server(world, store) as server, contextlib.closing(reader(store)):
        server.ready()
        world.run("import", file, "--layer", LAYER, "--format", "geojsonl", store=store)
        write_features(file, dice, [f"f-{row}" for row in range(25, 75)], "the last")
        world.run("import", file, "--layer", LAYER, "--format", "geojsonl", store=store)
        server.kill()
        parts = {path.name[len(store.name) :]: path.read_bytes() for path in store.parent.iterdir() if path.name.startswith(store.name)}
    log = parts.get("-wal", b"")
    if not log:
        world.fault("flips", "a killed server left no log to harm")
        return
    parts.pop("-shm", None)
    layers = [LAYER, "incidents"]
    lay(store, parts)
    right = content(world, store, layers)
    if right.count(b'"the last"') != 50 or not as_it_was(world, store, parts, layers, right):
        world.fault("flips", "the log does not hold what was committed last")
        return
    while time.monotonic() < until and tally.goes_on():
        if dice.random() < 0.5:
            harmed, at = flipped(dice, log)
            what = f"bit at {at} of {len(log)}"
        else:
            at = dice.randrange(len(log))
            harmed, what = log[:at], f"cut at {at} of {len(log)}"
        lay(store, {**parts, "-wal": harmed})
        tally.add(world, "log", what, verdict(world, store, layers, right))


def of_prepared(world, dice, folder, until, tally):
    """Bits, and the end, of the prepared base: no answer changes, because the store is the truth."""
    store = world.fresh(folder)
    file = world.folder / f"{folder}.geojsonl"
    write_features(file, dice, [f"f-{row}" for row in range(PREPARED_FEATURES)], "prepared")
    world.run("import", file, "--layer", LAYER, "--format", "geojsonl", store=store)
    prepared = store.with_name(store.name + ".prepared")
    with Server(world, store) as server:
        server.ready()
        for _ in range(300):
            if prepared.exists():
                break
            time.sleep(0.1)
        server.stop()
    if not prepared.exists():
        world.fault("flips", f"no base was prepared: {server.said()}")
        return
    raw = prepared.read_bytes()
    question = ("near", "46.18,35.52", "--layer", LAYER, "--limit", "2000", "--json")
    prepared.unlink()
    right = world.run(*question, store=store).out
    while time.monotonic() < until and tally.goes_on():
        if dice.random() < 0.7:
            # Half of them in the head and the description, which are few of its bytes.
            harmed, at = flipped(dice, raw) if dice.random() < 0.5 else flipped(dice, raw[:4096])
            harmed = harmed if len(harmed) == len(raw) else harmed + raw[4096:]
        else:
            at = dice.randrange(len(raw))
            harmed = raw[:at]
        prepared.write_bytes(harmed)
        done = world.run(*question, store=store, limits={"AS": MEMORY_MAX}, timeout=60)
        fits = done.code == 0 and done.out == right
        tally.add(world, "prepared", f"{at} of {len(raw)}", "same" if fits else f"ends with {done.code}: {done.last() or 'another answer'}")


class Tally:
    """How harmed files came out."""

    def __init__(self, wanted=None):
        self.wanted, self.outcomes, self.lock = wanted, [], threading.Lock()

    def goes_on(self):
        with self.lock:
            return self.wanted is None or len(self.outcomes) < self.wanted

    def add(self, world, kind, what, outcome):
        with self.lock:
            self.outcomes.append(outcome)
        if outcome in ("same", "found"):
            world.note("flips", f"{kind}: {outcome}")
        else:
            world.note("flips", f"{kind}: NEITHER")
            world.fault("flips", f"{kind}, {what}: {outcome}")

    def wrong(self):
        return [outcome for outcome in self.outcomes if outcome not in ("same", "found")]


def flips(world, until):
    """All kinds, two at a time."""
    now = time.monotonic()
    half = now + (until - now) * 0.55

    def beside(*jobs):
        def guarded(job, name, end):
            try:
                job(world, random.Random(f"{world.seed}/flips/{name}"), f"flips-{name}", end, Tally())
            except Exception as fault:
                world.fault("flips", f"{name} broke: {fault!r}")

        threads = [threading.Thread(target=guarded, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    beside((of_store, "store-0", half), (of_store, "store-1", half))
    beside((of_log, "log", until), (of_prepared, "prepared", until))
