"""The faults that stores and files met, measured again: what each comes to now, as words, and whether it is gone."""

import json
import math
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

import flips
from world import SEEDING, Server, write_features

ORPHANS = ("-wal", "-shm", "-journal")


def geojson(world, name, geometry):
    path = world.folder / f"{name}.geojson"
    path.write_text(json.dumps({"type": "Feature", "id": name, "properties": {"name": name}, "geometry": geometry}))
    return path


def short(done):
    """What a command came to."""
    if done.code == 0:
        return "accepted"
    lines = done.err.decode(errors="replace").strip().splitlines()
    first = [line for line in lines if not line.startswith("There is no layer")] or [f"code {done.code}"]
    return f"refused ({first[0].rsplit('/', 1)[-1].removeprefix('bordermap: ')[:180]})"


def beside(store):
    return sorted(path.name for path in store.parent.iterdir() if path != store)


def bricked(world):
    """A line that goes around the world thirty thousand times, and 1,500 that do so as often as one may."""
    store = world.fresh("bricked")
    line = [[180 if point % 2 else -180, 10] for point in range(60_000)]
    one = geojson(world, "zigzag", {"type": "LineString", "coordinates": line})
    many = world.folder / "zigzags.geojsonl"
    with many.open("w") as out:
        for number in range(1500):
            line = [[180 if point % 2 else -180, 33 + number / 1000] for point in range(138)]
            feature = {"type": "Feature", "id": f"z{number}", "properties": {}, "geometry": {"type": "LineString", "coordinates": line}}
            out.write(json.dumps(feature) + "\n")
    said, gone = [], True
    for name, path in (("one", one), ("1,500", many)):
        done, took_s, mb = world.measured("import", path, "--layer", "zigzag", store=store)
        after, near_s, near_mb = world.measured("near", "46,35", store=store)
        said.append(f"{name}: {short(done)}, {took_s:.1f} s, {mb} MB; near afterwards {near_s:.1f} s, {near_mb} MB")
        gone = gone and done.code == 6 and after.code == 0 and near_mb < 300 and near_s < 3 and mb < 300
    removed = world.run("remove", "zigzag", "zigzag", store=store)
    return "; ".join(said), gone and not removed.panicked


def one_bit(world):
    """A bit of a border vertex's exponent, so that a longitude is beyond the earth."""
    store = world.fresh("bit")
    base = sqlite3.connect(store)
    blob = base.execute("SELECT geom FROM border LIMIT 1").fetchone()[0]
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    raw, at = store.read_bytes(), -1
    # The same bytes lie in more than one place; only one of them is the layer's row.
    offset = next(at for at in range(200, 300) if 43 < struct.unpack_from("<d", blob, at)[0] < 49)
    while (at := raw.find(blob[offset - 32 : offset + 32], at + 1)) >= 0:
        harmed = bytearray(raw)
        # 44.8 becomes some 2e11: the exponent's bit of weight 32.
        harmed[at + 32 + 7] ^= 0x02
        store.write_bytes(harmed)
        base = sqlite3.connect(store)
        is_row = base.execute("SELECT geom FROM border LIMIT 1").fetchone()[0] != blob
        base.close()
        if is_row:
            break
    said = []
    gone = at >= 0
    for command in (("near", "46,35"), ("check",)):
        done, took_s, mb = world.measured(*command, store=store, timeout=60)
        said.append(f"{command[0]} ends with {done.code} in {took_s:.1f} s, {mb} MB")
        gone = gone and mb < 500 and done.code != "hangs" and not done.panicked
        if command[0] == "check":
            gone = gone and done.code != 0
    return "; ".join(said), gone


def orderly(world):
    """An import beside a server, then SIGTERM; and a backup laid back."""
    store = world.fresh("orderly")
    file = world.folder / "orderly.geojsonl"
    write_features(file, random.Random(1), [f"o{row}" for row in range(200)], "orderly")
    with Server(world, store) as server:
        server.ready()
        world.run("import", file, "--layer", "incidents", "--format", "geojsonl", store=store)
        time.sleep(1)
        server.stop()
    left = [name for name in beside(store) if name.endswith(ORPHANS) or "tmp" in name]
    alone = world.folder / "alone" / "store.gpkg"
    alone.parent.mkdir(exist_ok=True)
    shutil.copy(store, alone)
    held = len(world.titles(alone, "incidents") or {})
    said = f"left beside the store: {', '.join(left) or 'nothing'}; the file alone has {held} incidents of {len(world.titles(store, 'incidents'))}"
    gone = not left and held > 200
    backup = world.folder / "alone" / "backup.gpkg"
    done = world.run("backup", backup, store=store)
    again = world.run("restore", backup, "--yes", store=store)
    if again.code:
        again = world.run("restore", backup, store=store)
    said += f"; `backup` {short(done)}, `restore` {short(again)}"
    return said, gone and done.code == 0 and again.code == 0 and world.check("report", store, "a restored store")


def lost(world):
    """The file is moved away under a server, and another is laid in its place."""
    store = world.fresh("lost")
    other = world.fresh("lost-other")
    with Server(world, store) as server:
        server.ready()
        store.rename(store.with_name("moved.gpkg"))
        shutil.copy(other, store)
        time.sleep(1.5)
        status, _, body = server.get("/health/ready")
        metrics = server.get("/metrics")[2].decode()
        tells = [line for line in metrics.splitlines() if "lost" in line and not line.startswith("#") and not line.endswith(" 0")]
        file = world.folder / "lost.geojsonl"
        write_features(file, random.Random(1), ["l1"], "lost")
        done = world.run("import", file, "--layer", "incidents", "--format", "geojsonl", store=store)
        time.sleep(1)
        shown = server.get("/api/collections/incidents/items/l1")[0]
    said = f"ready {status} {body.decode()[:80].strip()!r}; metrics {tells[:1] or 'silent'}; an import {short(done)}, shown: {shown == 200}"
    return said, status == 200 and bool(tells) and (done.code != 0 or shown == 200)


def content(world):
    """A hundred bits of the store, and a hundred of its log or its end."""
    said, gone = [], True
    until = time.monotonic() + 600
    for kind, job in (("store", flips.of_store), ("log", flips.of_log)):
        tally = flips.Tally(100)
        job(world, random.Random(f"{world.seed}/{kind}"), f"report-{kind}", until, tally)
        same, found = tally.outcomes.count("same"), tally.outcomes.count("found")
        said.append(f"{kind}: of {len(tally.outcomes)} {found} found, {same} change nothing, {len(tally.wrong())} neither")
        gone = gone and bool(tally.outcomes) and not tally.wrong()
    return "; ".join(said), gone


def open_elsewhere(world):
    """A GeoPackage whose newest edit is in the log of a program that has it open."""
    store = world.fresh("elsewhere")
    file = world.folder / "elsewhere.gpkg"
    world.run("export", "crossings", "--format", "gpkg", "-o", file, store=store)
    scratch = world.folder / "elsewhere-tmp"
    scratch.mkdir()
    editor = sqlite3.connect(file, isolation_level=None)
    editor.execute("PRAGMA journal_mode=wal")
    editor.execute("PRAGMA wal_autocheckpoint=0")
    for (trigger,) in editor.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
        editor.execute(f'DROP TRIGGER "{trigger}"')
    table = editor.execute("SELECT table_name FROM gpkg_contents WHERE data_type='features'").fetchone()[0]
    editor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    editor.execute(f"UPDATE \"{table}\" SET name_en='edited elsewhere'")
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(scratch)
    try:
        done = world.run("import", file, "--layer", "copied", "--format", "gpkg", store=store)
    finally:
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
    newest = world.run("export", "copied", "--format", "geojsonl", store=store).out.count(b"edited elsewhere")
    left = sorted(os.listdir(scratch))
    editor.close()
    right = newest > 0 or done.code != 0
    return f"{short(done)}, {newest} rows with the newest edit; left behind: {', '.join(left) or 'nothing'}", right and not left


def orphans(world):
    """Servers killed while they prepare a base, and first starts killed while they make a store."""
    store = world.fresh("orphans")
    file = world.folder / "orphans.geojsonl"
    write_features(file, random.Random(1), [f"p{row}" for row in range(flips.PREPARED_FEATURES)], "prepared")
    world.run("import", file, "--layer", "many", "--format", "geojsonl", store=store)
    seen = set()
    for attempt in range(6):
        with Server(world, store, harm={"HARM_CALL": "write", "HARM_AT": 2 + attempt}) as server:
            server.ready(5)
            for _ in range(30):
                if server.process.poll() is not None:
                    break
                time.sleep(0.1)
        seen |= set(beside(store))
    for at in (30, 120, 300):
        fresh = store.with_name("fresh.gpkg")
        world.run(*SEEDING, store=fresh, harm={"HARM_CALL": "any", "HARM_AT": at})
    seen |= set(beside(store))
    orphaned = [name for name in seen if "new-" in name]
    with Server(world, store) as server:
        server.ready()
        time.sleep(3)
        server.stop()
    left = [name for name in beside(store) if "new-" in name and not name.startswith("fresh")]
    with Server(world, store.with_name("fresh.gpkg")) as server:
        server.ready()
        server.stop()
    left += [name for name in beside(store) if "new-" in name and name.startswith("fresh")]
    return f"{len(orphaned)} made by kills; left after a start: {', '.join(left) or 'none'}", not left


def unwritable(world):
    """Every write fails: a full disk, a read-only folder."""
    store = world.fresh("unwritable")
    said, gone = [], True
    for name, number in (("ENOSPC", 28), ("EROFS", 30)):
        harm = {"HARM_CALL": "any", "HARM_AT": 1, "HARM_ERRNO": number, "HARM_STAYS": 1}
        codes = []
        for command in (("check",), ("near", "46,35"), ("export", "crossings", "--format", "csv")):
            done = world.run(*command, store=store, harm=harm)
            codes.append(f"{command[0]} {done.code}")
            gone = gone and done.code == 0
        with Server(world, store, harm=harm) as server:
            is_ready = server.ready(15)
            codes.append("serve answers" if is_ready else "serve refuses")
            gone = gone and is_ready
        said.append(f"{name}: {', '.join(codes)}")
    return "; ".join(said), gone


def hostile(world):
    """A GeoPackage whose contents never end, and one whose geometry is made of nothing."""
    said, gone = [], True
    base = """PRAGMA application_id=1196444487;
    CREATE TABLE gpkg_spatial_ref_sys(srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER,
      definition TEXT, description TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES('WGS 84', 4326, 'EPSG', 4326, 'x', NULL);
    CREATE TABLE gpkg_geometry_columns(table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INT, m INT);
    INSERT INTO gpkg_geometry_columns VALUES('t', 'geom', 'POINT', 4326, 0, 0);"""
    contents = """CREATE TABLE gpkg_contents(table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT, last_change TEXT,
      min_x, min_y, max_x, max_y, srs_id);
    INSERT INTO gpkg_contents(table_name, data_type) VALUES('t', 'features');"""
    table = "CREATE TABLE t(fid INTEGER PRIMARY KEY, geom BLOB, name TEXT); INSERT INTO t VALUES(1, NULL, 'n');"
    endless = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
    files = {
        "an endless view": base + table + f"CREATE VIEW gpkg_contents AS {endless} SELECT 't' AS table_name, 'features' AS data_type FROM r WHERE x < 0;",
        "a generated column": base
        + contents
        + "CREATE TABLE t(fid INTEGER PRIMARY KEY, geom BLOB GENERATED ALWAYS AS (zeroblob(900000000)) VIRTUAL, name TEXT);"
        + "INSERT INTO t(fid, name) VALUES(1, 'a'), (2, 'b');",
    }
    store = world.fresh("hostile")
    for name, script in files.items():
        file = world.folder / f"hostile-{len(said)}.gpkg"
        connection = sqlite3.connect(file)
        connection.executescript(script)
        connection.close()
        done, took_s, mb = world.measured("import", file, "--layer", "h", "--dry-run", store=store, timeout=30)
        said.append(f"{name}: {'hangs' if done.code == 'hangs' else short(done)}, {took_s:.1f} s, {mb} MB")
        gone = gone and done.code not in ("hangs", -signal.SIGKILL) and mb < 500 and took_s < 20
    return "; ".join(said), gone


def star(world):
    """A star of 20,001 vertices that crosses itself everywhere, and is short enough to be refused for that."""
    count, store = 20_001, world.fresh("star")
    turn = 2 * math.pi * (count // 2) / count
    ring = [[46 + math.cos(turn * at), 35 + math.sin(turn * at)] for at in range(count)]
    path = geojson(world, "star", {"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    done, took_s, mb = world.measured("import", path, "--layer", "star", store=store)
    is_crossing = done.code == 6 and b"the area crosses itself at 4" in done.err
    with Server(world, store) as server:
        server.ready()
        began = time.monotonic()
        status = server.get("/api/tiles/WebMercatorQuad/7/50/80", 30)[0]
        tile_s = time.monotonic() - began
    said = f"{short(done)}, {took_s:.1f} s, {mb} MB; the tile that would hold it {status} in {tile_s:.2f} s"
    return said, is_crossing and took_s < 20 and mb < 800 and tile_s < 3.5


def inputs(world):
    """A feature of 60 MB, a table of a hundred thousand columns, a clock fifty years ahead."""
    store = world.fresh("inputs")
    said = []
    file = world.folder / "huge.geojson"
    file.write_text('{"type":"Feature","geometry":null,"properties":{"a":[' + "[]," * 20_000_000 + "[]]}}")
    done, took_s, mb = world.measured("import", file, "--layer", "huge", "--dry-run", store=store)
    file.unlink()
    said.append(f"60 MB of JSON: {short(done)}, {took_s:.1f} s, {mb} MB")
    gone = mb < 800
    file = world.folder / "wide.csv"
    columns = 100_000
    file.write_text("id,lon,lat," + ",".join(f"c{at}" for at in range(columns)) + "\n1,46,35" + "," * columns + "\n")
    done, took_s, mb = world.measured("import", file, "--layer", "wide", "--dry-run", store=store)
    said.append(f"100,000 columns: {short(done)}, {took_s:.1f} s, {mb} MB")
    gone = gone and took_s < 3 and mb < 800
    clock = world.folder / "report-clock"
    clock.write_text(str(50 * 31_556_952))
    file = world.folder / "dated.geojsonl"
    for row, harm in enumerate(({"HARM_CLOCK": clock}, None)):
        write_features(file, random.Random(row), [f"d{row}"], "dated")
        world.run("import", file, "--layer", "incidents", "--format", "geojsonl", store=store, harm=harm)
    with Server(world, store) as server:
        server.ready()
        stamp = json.loads(server.get("/api/collections/incidents/items?limit=1")[2])["timeStamp"]
    said.append(f"a clock fifty years ahead, then right again: {stamp[:10]}")
    return "; ".join(said), gone and int(stamp[:4]) < time.gmtime().tm_year + 2


def builds(_world):
    """What a build runs: nothing of others'; and what the hosted workflow follows: commits."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "build.rs"), encoding="utf-8") as file:
        quiet = '"--ignore-scripts"' in file.read()
    moving = subprocess.run(["grep", "-cE", "uses: .*@v[0-9]", f"{root}/.github/workflows/ci.yml"], capture_output=True, text=True, check=False)
    pinned = moving.stdout.strip() == "0"
    return f"`npm ci --ignore-scripts`: {quiet}; actions pinned to commits: {pinned}", quiet and pinned
