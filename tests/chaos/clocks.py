"""A wall clock that jumps: revisions stay in order, the store stays sound, and a later commit has the right time again."""

import datetime
import json
import random
import time

from world import Server, write_features

LAYER = "timed"
YEAR_S = 31_556_952
OFFSETS_S = (-30 * YEAR_S, 50 * YEAR_S, -400 * 86_400, 3 * 86_400, 250 * YEAR_S, -60 * YEAR_S)


def clocks(world, until):
    dice = random.Random(f"{world.seed}/clocks")
    store = world.fresh("clocks")
    clock, file = world.folder / "clock", world.folder / "clocks.geojsonl"
    clock.write_text("0")
    harm, rows, revision = {"HARM_CLOCK": clock}, 0, 0

    def commit(with_harm):
        nonlocal rows
        write_features(file, dice, [f"c-{row}" for row in range(rows, rows + 5)], "timed")
        done = world.run("import", file, "--layer", LAYER, "--format", "geojsonl", store=store, harm=harm if with_harm else None)
        if done.code:
            world.fault("clocks", f"an import ends with {done.code}: {done.last()}")
        else:
            rows += 5

    with Server(world, store, harm=harm) as server:
        if not server.ready():
            world.fault("clocks", f"a server does not start: {server.said()}")
            return
        jumps = 0
        while jumps < len(OFFSETS_S) or time.monotonic() < until:
            offset_s = OFFSETS_S[jumps % len(OFFSETS_S)] if jumps < len(OFFSETS_S) else dice.randint(-60 * YEAR_S, 200 * YEAR_S)
            jumps += 1
            clock.write_text(str(offset_s))
            # Made under the wrong clock, then under the right one; the server's is wrong meanwhile.
            for with_harm in (True, False):
                commit(with_harm)
                shown = awaited(world, server, rows, offset_s)
                if shown is None:
                    return
                number = revision_of(shown)
                if number is not None and number < revision:
                    world.fault("clocks", f"revision {number} comes after {revision}")
                revision = number or revision
            clock.write_text("0")
            # The last commit was made under the right clock.
            off_s = abs(seconds(shown["timeStamp"]) - time.time())
            if off_s > 3600:
                world.fault("clocks", f"{offset_s} s off, and the commit after it is dated {shown['timeStamp']}")
            world.check("clocks", store, f"a clock {offset_s} s off")
            world.note("clocks", "jumps")
            if jumps >= len(OFFSETS_S) and time.monotonic() > until:
                break
        if server.stop() is None:
            world.fault("clocks", "the server does not stop")


def awaited(world, server, rows, offset_s):
    """The answer that shows so many features, once it is there."""
    seen = None
    for _ in range(80):
        ready = server.get("/health/ready")[0]
        status, headers, body = server.get(f"/api/collections/{LAYER}/items?limit=1")
        seen = (ready, status, body[:200])
        if ready == 200 and status == 200:
            answer = json.loads(body)
            if answer["numberMatched"] == rows:
                answer["etag"] = headers.get("etag", "")
                return answer
        time.sleep(0.1)
    world.fault("clocks", f"{offset_s} s off: {rows} features are not shown: {seen}")
    return None


def revision_of(answer):
    """The revision that an answer's tag names, if it does so in the open."""
    parts = [part for part in answer["etag"].replace('"', "").split("-") if part.isdigit()]
    return int(parts[0]) if len(parts) == 1 else None


def seconds(stamp):
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
