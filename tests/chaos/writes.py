"""Writes that fail: the nth with EIO or ENOSPC, all from the nth on, and files that may not grow.

A command whose write failed says so in a sentence and changes nothing, or all; it neither panics nor hangs. Then the store is sound, and
reading goes on while nothing can be written.
"""

import errno
import random
import time

from world import Server, write_features

LAYER = "written"
ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
CALLS = ("any", "pwrite64", "fsync", "ftruncate64", "unlink")


def writes(world, until):
    dice = random.Random(f"{world.seed}/writes")
    store = world.fresh("writes")
    file = world.folder / "writes.geojsonl"
    held, serial = {}, 0

    def pending():
        nonlocal serial
        serial += 1
        ids = [f"w-{serial}-{row}" for row in range(dice.choice((20, 400)))]
        write_features(file, dice, ids, f"T{serial}")
        return ["import", file, "--layer", LAYER, "--format", "geojsonl"], {**held, **dict.fromkeys(ids, f"T{serial}")}

    said = world.folder / "writes-calls"
    counts = {}
    for call in CALLS:
        command, after = pending()
        world.run(*command, store=store, harm={"HARM_CALL": call, "HARM_SAID": said})
        counts[call] = max(1, int(said.read_text()))
        held = after
    while time.monotonic() < until:
        if len(held) > 6000:
            store, held = world.fresh("writes"), {}
        command, after = pending()
        limits, what = None, None
        if dice.random() < 0.2:
            room = dice.randint(0, 400_000)
            limits = {"FSIZE": store.stat().st_size // 2 + room}
            harm, what = None, f"no file beyond {limits['FSIZE']} bytes"
        else:
            call, name = dice.choice(CALLS), dice.choice(list(ERRORS))
            harm = {"HARM_CALL": call, "HARM_AT": dice.randint(1, counts[call]), "HARM_ERRNO": ERRORS[name]}
            stays = dice.random() < 0.5
            if stays:
                harm["HARM_STAYS"] = 1
            what = f"{name} at {call} {harm['HARM_AT']}{' and after' if stays else ''}"
        done = world.run(*command, store=store, harm=harm, limits=limits)
        if done.panicked or done.code == "hangs":
            world.fault("writes", f"{what}: ends with {done.code}: {done.last()}")
        elif done.code and not done.err.strip():
            world.fault("writes", f"{what}: fails without a word")
        world.check("writes", store, what)
        found = world.titles(store, LAYER)
        if done.code == 0 and found != after:
            world.fault("writes", f"{what}: acknowledged, and not there")
        elif found not in (held, after):
            world.fault("writes", f"{what}: neither what was nor what was to be")
        world.note("writes", "went well all the same" if done.code == 0 else "refused")
        held = found or {}
        if dice.random() < 0.15:
            reading(world, store, held, dice)


def reading(world, store, held, dice):
    """While no write succeeds, reading does."""
    name = dice.choice(list(ERRORS))
    harm = {"HARM_CALL": "any", "HARM_AT": 1, "HARM_ERRNO": ERRORS[name], "HARM_STAYS": 1}
    for command in (("check",), ("near", "46.18,35.52", "--limit", "1"), ("export", "crossings", "--format", "csv")):
        done = world.run(*command, store=store, harm=harm)
        if done.code:
            world.fault("writes", f"{command[0]} with every write failing ({name}) ends with {done.code}: {done.last()}")
    with Server(world, store, harm=harm) as server:
        if not server.ready(20):
            world.fault("writes", f"no server with every write failing ({name}): {server.said()[-300:]}")
        elif held:
            status, _, body = server.get(f"/api/collections/{LAYER}/items?limit=1")
            if status != 200 or f'"numberMatched":{len(held)}'.encode() not in body.replace(b" ", b""):
                world.fault("writes", f"with every write failing the server does not show the {len(held)} features: {status}")
    world.note("writes", "reading while no write succeeds")
