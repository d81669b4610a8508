"""OGC API Features Part 2, conformance class Coordinate Reference Systems by Reference (OGC 18-058r1, annex A)."""

import documents
import geometry
import projections
from features_core import each, listed
from suite import GEOJSON, abstract_test, differ, ids

UNKNOWN = "http://www.opengis.net/def/crs/0/unknown"
# Converted there and back, positions agree within about a centimetre.
TOLERANCE_DEGREES = 1e-7
EDGE = 1e-6


def crs(name):
    return abstract_test(f"/conf/crs/{name}", "features-2")


def documents_of(server):
    """Each collection, as the list has it and as its own document."""
    for collection in server.get("/collections").json()["collections"]:
        yield collection
        yield server.get(f"/collections/{collection['id']}").json()


@crs("crs-uri")
def crs_uri(server):
    for collection in documents_of(server):
        for uri in [*collection.get("crs", []), *([collection["storageCrs"]] if "storageCrs" in collection else [])]:
            if uri != "#/crs" and not documents.URI.match(uri):
                yield f"{collection['id']}: {uri}"
            if uri.startswith("http://www.opengis.net/def/crs/") and len(uri.split("/")) != 8:
                yield f"{collection['id']}: {uri} is no name of the OGC's"


@crs("default-crs")
def default_crs(server):
    for collection in documents_of(server):
        if not set(collection.get("crs", [])) & {projections.CRS84, projections.CRS84H}:
            yield f"{collection['id']} has no default system"


@crs("storageCrs")
def storage_crs(server):
    for collection in documents_of(server):
        if "storageCrs" in collection and collection["storageCrs"] not in collection["crs"]:
            yield f"{collection['id']} is stored in a system that it does not list"


def single(server, collection):
    """Where the first feature of a collection is."""
    return f"{server.items_url(collection)}/{server.items(collection, limit=1).json()['features'][0]['id']}"


def in_each_crs(server):
    """A page and a feature of each collection in each of its systems."""
    for collection in each(server):
        for uri in collection["crs"]:
            yield collection, uri, server.items(collection, crs=uri, limit=100)
            yield collection, uri, server.get(single(server, collection), GEOJSON, crs=uri)


@crs("crs-parameter")
def crs_parameter(server):
    for _, uri, answer in in_each_crs(server):
        if answer.status != 200:
            yield str(answer)
            continue
        if answer.headers.get("content-crs") != f"<{uri}>":
            yield f"{answer}: Content-Crs is {answer.headers.get('content-crs')}"
        form = documents.FEATURES if "features" in answer.json() else documents.FEATURE
        yield from documents.faults(answer.json(), form)


@crs("crs-parameter-invalid")
def crs_parameter_invalid(server):
    for collection in each(server):
        for where in (server.items_url(collection), single(server, collection)):
            answer = server.get(where, GEOJSON, crs=UNKNOWN)
            if answer.status != 400:
                yield str(answer)


@crs("crs-parameter-default")
def crs_parameter_default(server):
    for collection in each(server):
        for where in (server.items_url(collection), single(server, collection)):
            plain = server.get(where, GEOJSON)
            if plain.headers.get("content-crs") not in (f"<{projections.CRS84}>", f"<{projections.CRS84H}>"):
                yield f"{plain}: Content-Crs is {plain.headers.get('content-crs')}"
            told = server.get(where, GEOJSON, crs=projections.CRS84)
            if geometries(plain) != geometries(told):
                yield f"{where}: other geometries with the default system"


def geometries(answer):
    document = answer.json()
    return [feature["geometry"] for feature in document.get("features", [document])]


@crs("crs-parameter-transform")
def crs_parameter_transform(server):
    for collection, uri, answer in in_each_crs(server):
        if not projections.known(uri):
            continue
        plain = server.get(answer.url.split("?")[0], GEOJSON, **({"limit": 100} if "features" in answer.json() else {}))
        for there, here in zip(geometries(answer), geometries(plain), strict=True):
            pairs = list(zip(geometry.positions(there), geometry.positions(here), strict=True))
            worst = max((apart(uri, a, b) for a, b in pairs), default=0)
            if worst > TOLERANCE_DEGREES:
                yield f"{collection['id']} in {uri}: {worst} degrees apart"


def apart(uri, there, here):
    lng, lat = projections.to_degrees(uri, *there[:2])
    return max(abs(lng - here[0]), abs(lat - here[1]))


def box_in(uri, box):
    """A box of degrees in another system: where that keeps the directions of the axes, the same box."""
    return (*projections.from_degrees(uri, *box[:2]), *projections.from_degrees(uri, *box[2:]))


@crs("bbox-crs-parameter")
def bbox_crs_parameter(server):
    for collection in each(server):
        features = server.features(collection)
        extent = collection["extent"]["spatial"]["bbox"][0]
        half = (*extent[:2], (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2)
        for uri in filter(projections.known, collection["crs"]):
            # No feature lies on an edge, where rounding decides; the Mercator square ends before the poles.
            box = [max(-180, half[0] - EDGE), max(-85, half[1] - EDGE), min(180, half[2] + EDGE), min(85, half[3] + EDGE)]
            there = box_in(uri, box)
            answer = server.items(collection, bbox=listed(there), bbox_crs=uri, limit=1000)
            if answer.status != 200:
                yield str(answer)
                continue
            found = ids(server.pages(answer))
            if uri.endswith(("/32638", "/32639")):
                yield from point_faults(collection, features, uri, there, found)
            else:
                expected = ids(server.pages(server.items(collection, bbox=listed(box), limit=1000)))
                yield from differ(f"{collection['id']} in {uri}", expected, found)


def point_faults(collection, features, uri, box, found):
    """Points in a box whose edges bend on the way to degrees: each decided in the system itself."""
    points = [feature for feature in features if (feature["geometry"] or {}).get("type") == "Point"]
    expected = []
    for feature in points:
        x, y = projections.from_degrees(uri, *feature["geometry"]["coordinates"][:2])
        if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
            expected.append(feature["id"])
    yield from differ(f"{collection['id']} in {uri}", expected, set(found) & set(ids(points)))


@crs("bbox-crs-parameter-default")
def bbox_crs_parameter_default(server):
    for collection in each(server):
        box = listed(collection["extent"]["spatial"]["bbox"][0])
        plain = ids(server.items(collection, bbox=box).json()["features"])
        told = ids(server.items(collection, bbox=box, bbox_crs=projections.CRS84).json()["features"])
        yield from differ(collection["id"], plain, told)


@crs("bbox-crs-parameter-invalid")
def bbox_crs_parameter_invalid(server):
    for collection in each(server):
        answer = server.items(collection, bbox="5,49,6,50", bbox_crs=UNKNOWN)
        if answer.status != 400:
            yield str(answer)
