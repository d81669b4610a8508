"""OGC API Tiles Part 1 (OGC 20-057, annex A), as the executable suite checks it, and the content of tiles."""

from math import atan, degrees, pi, sinh
from urllib.parse import urljoin

import documents
import geometry
import mvt
from features_core import each, listed
from suite import JSON, Skip, abstract_test

CLASSES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
MVT = "application/vnd.mapbox-vector-tile"
VARIABLES = ("tileMatrix", "tileRow", "tileCol")
REGISTERED = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
NOWHERE = 2**31 - 1
# Content is looked at in the matrices up to this one, and in a corner and the middle of those below.
WHOLE_MATRICES = 5


def tiles(class_, name):
    return abstract_test(f"/conf/{class_}/{name}", "tiles-1")


def absolute(server, link):
    return urljoin(server.root + "/", link["href"])


def lists(server):
    """Each list of tilesets: of the dataset and of each collection."""
    for of in (server.get("/").json(), *server.get("/collections").json()["collections"]):
        for link in of["links"]:
            if link["rel"] == VECTOR:
                yield server.get(absolute(server, link), JSON)


def tilesets(server):
    """Each tileset's document, by the list's link to it."""
    for answer in lists(server):
        for entry in answer.json()["tilesets"]:
            for link in entry["links"]:
                if link["rel"] == "self":
                    yield server.get(absolute(server, link), JSON)


def template(tileset):
    """A tileset's template of tiles."""
    for link in tileset.links("item"):
        if link.get("templated"):
            return link["href"]
    raise AssertionError(f"{tileset.url} has no template")


def tile(server, tileset, matrix, row, column):
    where = template(tileset)
    for variable, value in zip(VARIABLES, (matrix, row, column)):
        where = where.replace(f"{{{variable}}}", str(value))
    return server.get(where, "*/*")


def some_tiles(limits):
    """All tiles of the first matrices; of the others the corners and the middle."""
    for limit in limits:
        rows, columns = (limit["minTileRow"], limit["maxTileRow"]), (limit["minTileCol"], limit["maxTileCol"])
        if int(limit["tileMatrix"]) <= WHOLE_MATRICES:
            chosen = [(r, c) for r in range(rows[0], rows[1] + 1) for c in range(columns[0], columns[1] + 1)][:64]
        else:
            chosen = {(rows[0], columns[0]), (rows[1], columns[1]), (sum(rows) // 2, sum(columns) // 2)}
        for row, column in chosen:
            yield limit["tileMatrix"], row, column


@tiles("core", "conformance-success")
def conformance_success(server):
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30"):
        if not server.declares(CLASSES + name):
            yield f"{name} is not declared"


@tiles("core", "tc-op")
def tc_op(server):
    answers = list(lists(server))
    if not answers:
        yield "no list of tilesets"
    for answer in answers:
        if answer.status != 200 or not answer.json()["tilesets"]:
            yield str(answer)


def variable_faults(server, variable):
    for tileset in tilesets(server):
        if f"{{{variable}}}" not in template(tileset):
            yield f"{template(tileset)} has no {variable}"
    described = [path for path in server.openapi()["paths"] if path.endswith(f"{{{VARIABLES[2]}}}")]
    if not described or not all(f"{{{variable}}}" in path for path in described):
        yield f"{variable} is not in {described}"


@tiles("core", "tc-tilematrix-definition")
def tc_tilematrix_definition(server):
    yield from variable_faults(server, "tileMatrix")


@tiles("core", "tc-tilerow-definition")
def tc_tilerow_definition(server):
    yield from variable_faults(server, "tileRow")


@tiles("core", "tc-tilecol-definition")
def tc_tilecol_definition(server):
    yield from variable_faults(server, "tileCol")


@tiles("core", "tc-success")
def tc_success(server):
    for tileset in tilesets(server):
        limits = tileset.json()["tileMatrixSetLimits"]
        for matrix, row, column in some_tiles(limits):
            answer = tile(server, tileset, matrix, row, column)
            if answer.status not in (200, 204) or (answer.status == 200 and answer.media != MVT):
                yield str(answer)
    # The suite follows every link of every entry of a list that is no template, asking for JSON.
    for answer in lists(server):
        for entry in answer.json()["tilesets"]:
            limits = entry["tileMatrixSetLimits"][0]
            first = {"tileMatrix": limits["tileMatrix"], "tileRow": limits["minTileRow"], "tileCol": limits["minTileCol"]}
            for link in entry["links"]:
                where, media = absolute(server, link), JSON
                if link.get("templated"):
                    where, media = where.format(**first), MVT
                there = server.get(where, media)
                if there.status != 200 or there.media != media:
                    yield str(there)


@tiles("core", "tc-error")
def tc_error(server):
    for tileset in tilesets(server):
        for limit in tileset.json()["tileMatrixSetLimits"][:8]:
            inside = (limit["tileMatrix"], limit["minTileRow"], limit["minTileCol"])
            outside = [
                (inside[0], limit["maxTileRow"] + 1, inside[2]),
                (inside[0], inside[1], limit["maxTileCol"] + 1),
                (inside[0], NOWHERE, NOWHERE),
                (inside[0], -1, inside[2]),
                (inside[0], "a", inside[2]),
                (99, *inside[1:]),
                ("no-such-matrix", *inside[1:]),
            ]
            for at in outside:
                answer = tile(server, tileset, *at)
                if answer.status not in (400, 404):
                    yield str(answer)


@tiles("tileset", "description")
def description(server):
    for answer in tilesets(server):
        document = answer.json()
        yield from documents.faults(document, documents.TILESET)
        name = answer.url.split("?")[0].split("/")[-1]
        if document.get("tileMatrixSetURI") != REGISTERED + name:
            yield f"{answer.url}: {document.get('tileMatrixSetURI')}"
        for link in answer.links(SCHEME) or [{"href": "/there/is/none"}]:
            there = server.get(absolute(server, link), JSON)
            if there.status != 200:
                yield str(there)
                continue
            yield from documents.faults(there.json(), documents.TILE_MATRIX_SET)
        for link in answer.links("item"):
            if link.get("templated") is not True or not link.get("type") or "f=mvt" in link["href"]:
                yield f"{answer.url}: {link}"


@tiles("tileset", "tmxslink")
def tmxslink(server):
    answer = server.get("/tileMatrixSets", JSON)
    yield from documents.faults(answer.json(), documents.TILE_MATRIX_SETS)
    for entry in answer.json()["tileMatrixSets"]:
        links = [link for link in entry["links"] if link["rel"] == "item" and link["type"] == JSON]
        if not links:
            yield f"{entry} has no item as JSON"
        for link in links:
            there = server.get(absolute(server, link), JSON)
            yield from documents.faults(there.json(), documents.TILE_MATRIX_SET)


@tiles("tilesets-list", "tileset-links")
def tileset_links(server):
    for answer in lists(server):
        yield from documents.faults(answer.json(), documents.TILESETS)
        if not answer.url.split("?")[0].endswith("/tiles"):
            yield f"{answer.url} does not end in /tiles"
        for entry in answer.json()["tilesets"]:
            rels = [link["rel"] for link in entry["links"]]
            if "self" not in rels or SCHEME not in rels or "tileMatrixSetURI" not in entry:
                yield f"{answer.url}: {entry['title']} has {rels}"


@tiles("dataset-tilesets", "landingpage")
def landingpage(server):
    if not server.get("/").links(VECTOR):
        yield f"no link {VECTOR}"


@tiles("dataset-tilesets", "operation")
def dataset_operation(server):
    answer = server.get("/tiles", JSON)
    if answer.status != 200 or not answer.json()["tilesets"]:
        yield str(answer)


@tiles("geodata-tilesets", "desc-links")
def desc_links(server):
    for collection in each(server):
        if not any(link["rel"] == VECTOR for link in collection["links"]):
            yield f"{collection['id']} has no link {VECTOR}"


@tiles("geodata-tilesets", "operation")
def geodata_operation(server):
    for collection in each(server):
        answer = server.get(f"/collections/{collection['id']}/tiles", JSON)
        if answer.status != 200 or not answer.json()["tilesets"]:
            yield str(answer)


@tiles("collections-selection", "query-collections")
def query_collections(server):
    if not server.declares(CLASSES + "collections-selection"):
        raise Skip("not declared")
    names = [collection["id"] for collection in each(server)]
    for chosen in (names[:1], names[:2], names[:5]):
        for where in ("/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/0/0/0"):
            answer = server.get(where, "*/*", collections=",".join(chosen))
            if answer.status not in (200, 204):
                yield str(answer)


@tiles("collections-selection", "collections-response")
def collections_response(server):
    names = [collection["id"] for collection in each(server)]
    for chosen in (names[:1], names[2:4], names[3:1:-1]):
        query = {"collections": ",".join(chosen)}
        told = [layer["id"] for layer in server.get("/tiles/WebMercatorQuad", JSON, **query).json()["layers"]]
        if told != chosen:
            yield f"{query}: the tileset has {told}"
        there = list(mvt.layers(server.get("/tiles/WebMercatorQuad/0/0/0", "*/*", **query).body))
        if [name for name in chosen if name in there] != there:
            yield f"{query}: the tile has {there}"


def box_of(set_, matrix, row, column):
    """The box of a tile in degrees, by the definitions of the two sets (17-083r4, annex D)."""
    count = 2 ** int(matrix)
    if set_ == "WebMercatorQuad":
        north, south = (degrees(atan(sinh(pi * (1 - 2 * at / count)))) for at in (row, row + 1))
        return 360 * column / count - 180, south, 360 * (column + 1) / count - 180, north
    size = 180 / count
    return size * column - 180, 90 - size * (row + 1), size * (column + 1) - 180, 90 - size * row


def unit_faults(what, extent, features):
    """Positions far outside the tile: more than a margin of it, which a renderer would clip."""
    for kind, paths in features:
        for path in paths:
            for x, y in path:
                if not (-extent <= x <= 2 * extent and -extent <= y <= 2 * extent):
                    yield f"{what}: {x}, {y} of {extent}"
                    return
            if kind == 1 and not all(0 <= at <= extent for at in path[0]):
                yield f"{what}: a point at {path[0]}"


@tiles("mvt", "content")
def content(server):
    for collection in each(server):
        features = server.features(collection)
        for set_ in ("WebMercatorQuad", "WorldCRS84Quad"):
            tileset = server.get(f"/collections/{collection['id']}/tiles/{set_}", JSON)
            for at in some_tiles(tileset.json()["tileMatrixSetLimits"]):
                answer = tile(server, tileset, *at)
                if answer.status == 204:
                    continue
                found = mvt.layers(answer.body)
                if set(found) - {collection["id"]}:
                    yield f"{answer.url}: layers {list(found)}"
                for extent, drawn in found.values():
                    yield from unit_faults(answer.url, extent, drawn)
                # What is drawn is there: a tile with something in it has a feature that meets its box.
                box = box_of(set_, *at)
                if any(drawn for _, drawn in found.values()) and not any(
                    geometry.meets(feature["geometry"], widened(box)) for feature in features
                ):
                    yield f"{answer.url} draws what {listed(box)} does not have"
                points = [one for one in features if (one["geometry"] or {}).get("type") == "Point"]
                inside = any(geometry.meets(one["geometry"], narrowed(box)) for one in points)
                if inside and not any(drawn for _, drawn in found.values()):
                    yield f"{answer.url} draws nothing of {listed(box)}"


def widened(box, part=0.05):
    """A box with the margin that lines and areas are drawn in."""
    dx, dy = (box[2] - box[0]) * part, (box[3] - box[1]) * part
    return max(-180, box[0] - dx), max(-90, box[1] - dy), min(180, box[2] + dx), min(90, box[3] + dy)


def narrowed(box):
    return widened(box, -1e-9)


@tiles("oas30", "operation-id")
def operation_id(server):
    found = [item["get"]["operationId"] for item in server.openapi()["paths"].values()]
    for suffix in ("getTileSetsList", "getTileSet", "getTile"):
        for kind in ("dataset.vector", "collection.vector"):
            if not any(one.endswith(f"{kind}.{suffix}") for one in found):
                yield f"no operation …{kind}.{suffix}"
    if len(found) != len(set(found)):
        yield "an operationId twice"


@tiles("oas30", "completeness")
def completeness(server):
    described = server.openapi()["paths"]
    for collection in [None, *(one["id"] for one in each(server))]:
        base = "" if collection is None else f"/collections/{collection}"
        for path in (f"{base}/tiles", f"{base}/tiles/{{tileMatrixSetId}}"):
            if path not in described:
                yield f"{path} is not described"
        path = f"{base}/tiles/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
        if path not in described:
            yield f"{path} is not described"
