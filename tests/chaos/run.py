#!/usr/bin/env python3
"""The chaos ring: kills, failing writes, flipped bits, wrong clocks, slow and greedy clients, against the release build.

    tests/chaos/run.py PROGRAM [--minutes 4] [--seed N] [--only kills,writes,flips,clocks,clients] [--kills 1000]

Everything random comes from the seed, which is printed; the same seed makes the same choices (what the machine's scheduler does with
them is its own). Needs Python and a C compiler. Ends with a failure if anything was found.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from clients import clients  # noqa: E402
from clocks import clocks  # noqa: E402
from flips import flips  # noqa: E402
from kills import kills  # noqa: E402
from world import World  # noqa: E402
from writes import writes  # noqa: E402

# Each part's share of the time.
PARTS = {"kills": (kills, 0.3), "writes": (writes, 0.15), "flips": (flips, 0.25), "clocks": (clocks, 0.05), "clients": (clients, 0.25)}


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("program", help="the release build")
    parse.add_argument("--minutes", type=float, default=4, help="how long in all (4)")
    parse.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier run")
    parse.add_argument("--only", default="", help="only these parts, with commas between: " + ", ".join(PARTS))
    parse.add_argument("--kills", type=int, default=None, metavar="N", help="only kills, so many")
    options = parse.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    wanted = [part for part in options.only.split(",") if part] or list(PARTS)
    if options.kills:
        wanted = ["kills"]
    unknown = set(wanted) - set(PARTS)
    if unknown:
        parse.error(f"--only knows no {', '.join(unknown)}; it knows {', '.join(PARTS)}")
    print(f"chaos: seed {seed}, {', '.join(wanted)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bordermap-chaos-") as folder:
        world = World(options.program, folder, seed)
        shares = sum(PARTS[part][1] for part in wanted)
        for part in wanted:
            run, share = PARTS[part]
            began = time.monotonic()
            until = began + 60 * options.minutes * share / shares
            if part == "kills":
                kills(world, until, options.kills)
            else:
                run(world, until)
            print(f"{part}: {time.monotonic() - began:.0f} s", flush=True)
        for (part, what), count in sorted(world.counts.items()):
            print(f"  {part}: {what}: {count}")
        failed = {part for part, _ in world.faults}
        for part, fault in world.faults[:20]:
            print(f"FAULT in {part}: {fault}")
    if failed:
        print(f"again: tests/chaos/run.py {options.program} --seed {seed} --only {','.join(sorted(failed))} --minutes {options.minutes}")
    print(f"{len(wanted) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
