"""OGC API Features Part 1, conformance class Core (OGC 17-069r4, annex A.2), as the executable suite checks it.

Where the suite takes the server's word, these tests compare: what a box or a time selects is found a second time, from
all features of the collection.
"""

from datetime import timedelta

import documents
import geometry
import projections
import times
from suite import GEOJSON, HTML, SCHEMA, Skip, abstract_test, differ, ids

# Collections are checked against all of their features up to this many.
CHECKED_MAX = 20_000
# A meridian, the equator, the antimeridian and both poles, as the suite asks for.
BOXES = [(-1.5, 50, 1.5, 53), (-80, -5, -70, 5), (177, 65, -177, 70), (-180, 85, 180, 90), (-180, -90, 180, -85)]


def core(name):
    return abstract_test(f"/conf/core/{name}", "features-1")


def each(server):
    """The collections, of which there must be one."""
    collections = server.collections()
    if not collections:
        raise AssertionError("no feature collection")
    return collections


def listed(bbox):
    return ",".join(map(str, bbox))


@core("http")
def http(server):
    answer = server.get("/")
    if answer.version != 11:
        yield f"HTTP version {answer.version}"


@core("crs84")
def crs84(server):
    for collection in each(server):
        answer = server.items(collection, limit=1000)
        told = answer.headers.get("content-crs", f"<{projections.CRS84}>")
        if told not in (f"<{projections.CRS84}>", f"<{projections.CRS84H}>"):
            yield f"{answer}: Content-Crs {told}"
        for feature in server.features(collection):
            if not geometry.meets(feature["geometry"], (-180, -90, 180, 90)):
                yield f"{collection['id']}/{feature['id']} is not on earth"
            for lng, lat, *_ in geometry.positions(feature["geometry"]):
                if abs(lng) > 180 or abs(lat) > 90:
                    yield f"{collection['id']}/{feature['id']} has {lng}, {lat}"
                    break


@core("fc-op")
def fc_op(server):
    for collection in each(server):
        answer = server.items(collection)
        if answer.status != 200 or answer.media != GEOJSON:
            yield str(answer)


def defined(server, name, schema):
    """What the definition of a parameter lacks (17-069r4, 7.15.2 to 7.15.4)."""
    for collection in each(server):
        path = f"/collections/{collection['id']}/items"
        parameter = server.parameter(path, name)
        if parameter is None:
            yield f"{path} has no {name}"
            continue
        for member, value in {"required": False, "style": "form", "explode": False}.items():
            if parameter.get(member) != value:
                yield f"{path}: {member} of {name} is {parameter.get(member)}"
        for member, value in schema.items():
            if parameter["schema"].get(member) != value:
                yield f"{path}: {member} of {name} is {parameter['schema'].get(member)}"


@core("fc-bbox-definition")
def fc_bbox_definition(server):
    yield from defined(server, "bbox", {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}})


@core("fc-bbox-response")
def fc_bbox_response(server):
    for collection in each(server):
        features = server.features(collection)
        extent = collection["extent"]["spatial"]["bbox"][0]
        middle = [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2]
        for box in [extent, [*middle, *extent[2:]], [*extent[:2], *middle], *BOXES]:
            answer = server.items(collection, bbox=listed(box), limit=1000)
            if answer.status != 200:
                yield str(answer)
                continue
            expected = [feature["id"] for feature in features if geometry.meets(feature["geometry"], box)]
            yield from differ(f"{collection['id']} in {box}", expected, ids(server.pages(answer)))


@core("fc-limit-definition")
def fc_limit_definition(server):
    yield from defined(server, "limit", {"type": "integer"})
    for collection in each(server):
        schema = server.parameter(f"/collections/{collection['id']}/items", "limit")["schema"]
        if not 0 <= schema["minimum"] <= schema["default"] <= schema["maximum"]:
            yield f"{collection['id']}: limits are {schema}"


@core("fc-limit-response")
def fc_limit_response(server):
    for collection in each(server):
        schema = server.parameter(f"/collections/{collection['id']}/items", "limit")["schema"]
        least, most = schema["minimum"], schema["maximum"]
        for limit in (least, min(100, (least + most) // 2), most, most + 1):
            answer = server.items(collection, limit=limit)
            if answer.status != 200:
                yield str(answer)
            elif len(answer.json()["features"]) > min(limit, most):
                yield f"{answer}: {len(answer.json()['features'])} features"


@core("fc-time-definition")
def fc_time_definition(server):
    yield from defined(server, "datetime", {"type": "string"})


def text_of(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def asked_times(begin, end):
    """Each way to write a time (17-069r4, requirement 26), and the span that is meant."""
    first, middle = begin + (end - begin) / 4, begin + (end - begin) / 2
    first, middle = first.replace(microsecond=0), middle.replace(microsecond=0)
    day, instant = first.replace(hour=0, minute=0, second=0), times.INSTANT
    yield text_of(begin), (begin, begin + instant)
    yield text_of(first), (first, first + instant)
    yield day.date().isoformat(), (day, day + timedelta(days=1))
    yield f"{text_of(first)}/{text_of(middle)}", (first, middle + instant)
    yield f"{day.date()}/{middle.date()}", (day, times.read(middle.date().isoformat())[1])
    # The suite asks for a duration too.
    yield f"{day.date()}/P2D", (day, day + timedelta(days=2))
    for open_end in ("..", ""):
        yield f"{text_of(middle)}/{open_end}", (middle, None)
        yield f"{open_end}/{text_of(middle)}", (None, middle + instant)
    yield "2050-01-01/..", (times.read("2050-01-01")[0], None)


@core("fc-time-response")
def fc_time_response(server):
    timed = 0
    for collection in each(server):
        begin, end = collection["extent"].get("temporal", {}).get("interval", [(None, None)])[0]
        timed += begin is not None
        begin, end = times.read(begin or "2018-01-01")[0], times.read(end or "2025-12-31")[1]
        schema = server.get(f"/collections/{collection['id']}/schema", SCHEMA).json()
        features = server.features(collection)
        for text, asked in asked_times(begin, end):
            answer = server.items(collection, datetime=text, limit=1000)
            if answer.status != 200:
                yield str(answer)
                continue
            expected = [one["id"] for one in features if times.meets(times.span_of(one, schema), asked)]
            yield from differ(f"{collection['id']} at {text}", expected, ids(server.pages(answer)))
    if not timed:
        raise Skip("no collection has a time")


@core("query-param-invalid")
def query_param_invalid(server):
    wrong = {
        "limit": ["unlimited", "0", "-1", "1.5", ""],
        "bbox": ["1,2,3", "a,b,c,d", "0,10,10,0", "0,0,0,91", "0,0,181,1", "NaN,0,1,1", "1,2,3,4,5"],
        "datetime": ["yesterday", "2020-13-01", "2021-01-01/2020-01-01", "../..", "2020-01-01/2021-01-01/2022-01-01"],
    }
    for collection in each(server):
        for name, values in wrong.items():
            for value in values:
                answer = server.items(collection, **{name: value})
                # Both ends open is allowed: the whole time (17-069r4, 7.15.4).
                expected = 200 if value == "../.." and answer.status == 200 else 400
                if answer.status != expected:
                    yield str(answer)


@core("query-param-unknown")
def query_param_unknown(server):
    for collection in each(server):
        answer = server.items(collection, unknownQueryParameter17171=1)
        if answer.status != 400:
            yield str(answer)


@core("fc-response")
def fc_response(server):
    for collection in each(server):
        for query in ({}, {"limit": 1}, {"bbox": listed(BOXES[0])}, {"datetime": "2019-01-01/.."}):
            yield from documents.faults(server.items(collection, **query).json(), documents.FEATURES)


@core("fc-links")
def fc_links(server):
    for collection in each(server):
        for query in ({}, {"limit": 1, "bbox": listed(collection["extent"]["spatial"]["bbox"][0])}):
            yield from documents.encoding_faults(server.items(collection, **query), [HTML])


@core("fc-timeStamp")
def fc_time_stamp(server):
    for collection in each(server):
        told = server.items(collection).json().get("timeStamp")
        if told is None:
            raise Skip("no timeStamp")
        if "T" not in told or times.read(told)[0].tzinfo is None:
            yield f"{collection['id']}: {told}"


@core("fc-numberMatched")
def fc_number_matched(server):
    for collection in each(server):
        document = server.items(collection).json()
        if "numberMatched" not in document:
            raise Skip("no numberMatched")
        if document["numberMatched"] > CHECKED_MAX:
            continue
        # Pages of several sizes; each feature once.
        for limit in (max(1, document["numberMatched"] // 7), 1000):
            found = ids(server.pages(server.items(collection, limit=limit)))
            if len(found) != len(set(found)) or len(found) != document["numberMatched"]:
                yield f"{collection['id']}: {document['numberMatched']} matched, {len(found)} on pages of {limit}"


@core("fc-numberReturned")
def fc_number_returned(server):
    for collection in each(server):
        for query in ({}, {"limit": 1}, {"bbox": listed(BOXES[0])}):
            document = server.items(collection, **query).json()
            if "numberReturned" not in document:
                raise Skip("no numberReturned")
            if document["numberReturned"] != len(document["features"]):
                yield f"{collection['id']}: {document['numberReturned']} told, {len(document['features'])} there"


def some_features(server):
    """A few features of each collection, as documents of their own."""
    for collection in each(server):
        for feature in server.items(collection).json()["features"][:5]:
            yield collection, feature, server.get(f"{server.items_url(collection)}/{feature['id']}", GEOJSON)


@core("f-op")
def f_op(server):
    for _, feature, answer in some_features(server):
        if answer.status != 200 or answer.media != GEOJSON:
            yield str(answer)
        elif answer.json()["id"] != feature["id"] or answer.json()["geometry"] != feature["geometry"]:
            yield f"{answer} is another feature"
    for collection in each(server):
        answer = server.get(f"{server.items_url(collection)}/there-is-none-such", GEOJSON)
        if answer.status != 404:
            yield str(answer)


@core("f-success")
def f_success(server):
    for _, _, answer in some_features(server):
        yield from documents.faults(answer.json(), documents.FEATURE)


@core("f-links")
def f_links(server):
    for _, _, answer in some_features(server):
        yield from documents.encoding_faults(answer, [HTML])
        if not answer.links("collection"):
            yield f"{answer.url} does not link its collection"
