"""OWSLib and GDAL page through a layer without loss: `paging.py PATH-TO-BORDERMAP [FEATURES] [PAGE]`.

Every feature that was imported comes once and only once. A million features need a gigabyte of disk and a few minutes.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from owslib.ogcapi.features import Features
from serving import serving

LAYER = "many"


def write(file, count):
    """A layer of points around the border, some at one place, with ids in no order."""
    random.seed(4)
    numbers = random.sample(range(10 * count), count)
    places = [(random.uniform(44, 49), random.uniform(29, 39)) for _ in range(100)]
    for number in numbers:
        lng, lat = random.choice(places) if number % 10 == 0 else (random.uniform(44, 49), random.uniform(29, 39))
        feature = {
            "type": "Feature",
            "id": f"post-{number}",
            "geometry": {"type": "Point", "coordinates": [round(lng, 6), round(lat, 6)]},
            "properties": {"name": f"Post {number}", "number": number, "kind": "abcd"[number % 4]},
        }
        file.write(json.dumps(feature) + "\n")
    return {f"post-{number}" for number in numbers}


def by_owslib(api, page):
    """The ids as OWSLib gives them: a page, and each that its next link asks for."""
    client = Features(api)
    query, pages = {"limit": page}, 0
    while query is not None:
        document = client.collection_items(LAYER, **query)
        pages += 1
        for feature in document["features"]:
            yield feature["id"]
        following = [link["href"] for link in document["links"] if link["rel"] == "next"]
        query = dict(parse_qsl(urlsplit(following[0]).query)) if following else None
    print(f"  {pages} pages of {page} by OWSLib")


def by_gdal(api, page):
    """The ids as GDAL's OAPIF driver gives them."""
    command = ["ogr2ogr", "-f", "CSV", "/vsistdout/", f"OAPIF:{api}", LAYER]
    command += ["-oo", f"PAGE_SIZE={page}", "-select", "id,number"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for row in csv.DictReader(process.stdout):
            if row["id"] != f"post-{row['number']}":
                raise AssertionError(f"values of another feature: {row}")
            yield row["id"]
    if process.returncode != 0:
        raise AssertionError(f"ogr2ogr: {process.returncode}")


def check(what, imported, found):
    """Holds what was found against what was imported."""
    began = time.monotonic()
    counts = Counter(found)
    twice = [one for one, count in counts.items() if count > 1]
    missing, more = imported - counts.keys(), counts.keys() - imported
    seconds = time.monotonic() - began
    print(f"{what}: {counts.total()} features, {len(missing)} missing, {len(twice)} twice, {len(more)} unknown, {seconds:.1f} s")
    if missing or twice or more:
        raise SystemExit(f"FAILED: {what}: {sorted(missing)[:3]} {twice[:3]} {sorted(more)[:3]}")


def main():
    bordermap = Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    page = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "many.geojsonl").open("w") as file:
            imported = write(file, count)
        store = ["--layer", LAYER, "--store", folder / "store.gpkg"]
        subprocess.run([bordermap, "import", folder / "many.geojsonl", *store], check=True)
        with serving(bordermap, folder) as server:
            check("OWSLib", imported, by_owslib(server.api, page))
            check("GDAL", imported, by_gdal(server.api, page))


if __name__ == "__main__":
    main()
