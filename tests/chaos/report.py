#!/usr/bin/env python3
"""Measures again what was once found broken, and keeps it in the "after" column of a document:

    tests/chaos/report.py PROGRAM [--keep docs/reliability.md] [--only 1,4]

Takes about a quarter of an hour. Ends with a failure if one of the faults is there.
"""

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import faults_store as of_stores  # noqa: E402
import faults_wire as of_wire  # noqa: E402
from world import World  # noqa: E402

# By their numbers in the document; a letter tells parts of one apart.
FAULTS = {
    "1": of_wire.freeze,
    "2": of_wire.costly,
    "3": of_stores.bricked,
    "4": of_stores.one_bit,
    "5": of_stores.orderly,
    "6": of_wire.unread,
    "7": of_wire.idle_exports,
    "8": of_stores.lost,
    "9": of_stores.content,
    "10": of_stores.open_elsewhere,
    "11": of_stores.orphans,
    "12": of_stores.unwritable,
    "13": of_stores.hostile,
    "14": of_stores.star,
    "15": of_wire.large_pages,
    "16": of_wire.smaller,
    "16a": of_stores.inputs,
    "16b": of_stores.builds,
}


def kept(document, number, after):
    """The document with a row's "after" cell replaced: | number | fault | before | after | test |."""
    row = re.compile(rf"^(\| {number} \|[^|]*\|[^|]*\|)[^|]*(\|.*)$", re.MULTILINE)
    cell = " " + after.replace("|", "/").replace("\n", " ") + " "
    return row.sub(lambda found: found[1] + cell + found[2], document)


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("program", help="the release build")
    parse.add_argument("--keep", metavar="FILE", help="the document")
    parse.add_argument("--only", default="", help="only these numbers, with commas between")
    parse.add_argument("--seed", type=int, default=12)
    options = parse.parse_args()
    wanted = [number for number in options.only.split(",") if number] or list(FAULTS)
    there = []
    with tempfile.TemporaryDirectory(prefix="bordermap-report-") as folder:
        world = World(options.program, folder, options.seed)
        for number in wanted:
            began = time.monotonic()
            try:
                after, gone = FAULTS[number](world)
            except Exception as fault:  # what cannot be measured is not gone
                after, gone = f"not measured: {fault!r}", False
            if not gone:
                there.append(number)
                after = f"**there:** {after}"
            print(f"{number}: {after} ({time.monotonic() - began:.0f} s)", flush=True)
            if options.keep:
                path = Path(options.keep)
                path.write_text(kept(path.read_text(encoding="utf-8"), number, after), encoding="utf-8")
    print(f"{len(wanted) - len(there)} gone, {len(there)} there{': ' + ', '.join(there) if there else ''}")
    return 1 if there else 0


if __name__ == "__main__":
    sys.exit(main())
