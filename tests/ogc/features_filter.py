"""OGC API Features Part 3: queryables, filters and filters on features (OGC 19-079r2, annex A), in CQL2 text and JSON.

What filters mean is tested elsewhere, against the standard's own cases (tests/it/cql2).
"""

import json
from urllib.parse import quote

import documents
import projections
from features_core import each, listed
from suite import GEOJSON, HTML, SCHEMA, Skip, abstract_test, differ, ids

PART = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def filtering(class_, name):
    return abstract_test(f"/conf/{class_}/{name}", "features-3")


def queryables(server, collection):
    return server.get(f"/collections/{collection['id']}/queryables", SCHEMA)


def spatial(server, collection):
    """The queryable that is the geometry."""
    for name, property_ in queryables(server, collection).json()["properties"].items():
        if property_.get("format", "").startswith("geometry-"):
            return name
    raise Skip(f"{collection['id']} has no spatial queryable")


def plain_queryables(server, collection):
    """The queryables that are values of features."""
    return [
        name
        for name, property_ in queryables(server, collection).json()["properties"].items()
        if "type" in property_ and property_.get("x-ogc-role") != "id"
    ]


@filtering("queryables", "get-conformance")
def get_conformance(server):
    for name in ("queryables", "queryables-query-parameters", "filter", "features-filter"):
        if not server.declares(PART + name):
            yield f"{name} is not declared"


@filtering("queryables", "get-queryables")
def get_queryables(server):
    for collection in each(server):
        answer = queryables(server, collection)
        if answer.status != 200 or answer.media != SCHEMA:
            yield str(answer)
            continue
        document = answer.json()
        if document["$schema"] not in (
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2019-09/schema",
        ):
            yield f"{answer.url}: {document['$schema']}"
        if document["$id"] != f"{server.root}/collections/{collection['id']}/queryables":
            yield f"{answer.url}: {document['$id']}"
        if document["type"] != "object" or not document["properties"]:
            yield f"{answer.url}: no object with properties"


@filtering("queryables", "get-collection")
def get_collection(server):
    for collection in each(server):
        links = server.get(f"/collections/{collection['id']}").links(QUERYABLES)
        if [link["href"] for link in links] != [f"{server.root}/collections/{collection['id']}/queryables"]:
            yield f"{collection['id']}: {links}"


@filtering("queryables", "html")
def queryables_as_page(server):
    for collection in each(server):
        answer = server.get(f"/collections/{collection['id']}/queryables", HTML)
        if answer.status != 200 or not answer.media.startswith(HTML):
            yield str(answer)


@filtering("queryables-query-parameters", "parameters")
def parameters(server):
    for collection in each(server):
        for name in plain_queryables(server, collection):
            if server.parameter(f"/collections/{collection['id']}/items", name) is None:
                yield f"{collection['id']}: {name} is no parameter"
                continue
            feature = next((one for one in server.features(collection) if usable(one["properties"].get(name))), None)
            if feature is None:
                continue
            value = feature["properties"][name]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            expected = [one["id"] for one in server.features(collection) if one["properties"].get(name) == value]
            # A parameter with the name of another one has the other's meaning.
            if name in ("bbox", "datetime", "limit", "filter", "crs", "q", "f"):
                continue
            answer = server.get(f"{server.items_url(collection)}?{quoted(name)}={quoted(text)}&limit=1000", GEOJSON)
            if answer.status != 200:
                yield str(answer)
            else:
                yield from differ(f"{collection['id']}: {name}={text}", expected, ids(server.pages(answer)))


def usable(value):
    return isinstance(value, (str, int, float)) and "," not in str(value) and "*" not in str(value)


def quoted(text):
    return quote(text, safe="")


def null_filters(name):
    """`name IS NULL` in each language."""
    yield {"filter": f'"{name}" IS NULL', "filter_lang": "cql2-text"}
    yield {"filter": json.dumps({"op": "isNull", "args": [{"property": name}]}), "filter_lang": "cql2-json"}


@filtering("filter", "filter-param")
def filter_param(server):
    for collection in each(server):
        names = plain_queryables(server, collection)
        for name in names[:3] + names[-3:]:
            expected = [one["id"] for one in server.features(collection) if one["properties"].get(name) is None]
            for query in null_filters(name):
                answer = server.items(collection, limit=1000, **query)
                if answer.status != 200:
                    yield str(answer)
                else:
                    yield from differ(f"{collection['id']}: {query}", expected, ids(server.pages(answer)))
        for language in ("cql2-text", "cql2-json"):
            answer = server.items(collection, filter="THIS IS NOT A FILTER", filter_lang=language)
            if answer.status != 400:
                yield str(answer)


@filtering("filter", "filter-lang-default")
def filter_lang_default(server):
    for collection in each(server):
        name = plain_queryables(server, collection)[0]
        plain = server.items(collection, filter=f'"{name}" IS NULL')
        told = server.items(collection, filter=f'"{name}" IS NULL', filter_lang="cql2-text")
        if plain.status != 200:
            yield str(plain)
        yield from differ(collection["id"], ids(told.json()["features"]), ids(plain.json()["features"]))
        for query in ({"filter": "THIS IS NOT A FILTER"}, {"filter": "true", "filter_lang": "no-such-language"}):
            answer = server.items(collection, **query)
            if answer.status != 400:
                yield str(answer)


@filtering("filter", "expression-construction")
def expression_construction(server):
    for collection in each(server):
        for query in null_filters("this_is_not_a_queryable"):
            answer = server.items(collection, **query)
            if answer.status != 400:
                yield str(answer)


def box_filter(name, box):
    return f'S_INTERSECTS("{name}",BBOX({listed(box)}))'


@filtering("filter", "filter-crs-wgs84")
def filter_crs_wgs84(server):
    for collection in each(server):
        name, extent = spatial(server, collection), collection["extent"]["spatial"]["bbox"][0]
        answer = server.items(collection, filter=box_filter(name, extent), limit=1000)
        if answer.status != 200:
            yield str(answer)
            continue
        yield from differ(collection["id"], ids(server.features(collection)), ids(server.pages(answer)))
        answer = server.items(collection, filter=box_filter(name, (1e6, 1e6, 2e6, 2e6)))
        if answer.status != 400:
            yield str(answer)


@filtering("filter", "filter-crs-param")
def filter_crs_param(server):
    for collection in each(server):
        name, extent = spatial(server, collection), collection["extent"]["spatial"]["bbox"][0]
        # The middle half: its corners lie within the systems' areas of use.
        west, south, east, north = extent
        box = (west + (east - west) / 4, south + (north - south) / 4, east - (east - west) / 4, north - (north - south) / 4)
        for uri in collection["crs"]:
            there = [number for corner in (box[:2], box[2:]) for number in projections.from_degrees(uri, *corner)]
            answer = server.items(collection, filter=box_filter(name, there), filter_crs=uri, limit=1000)
            if answer.status != 200:
                yield str(answer)
                continue
            found = ids(server.pages(answer))
            if uri.endswith(("/32638", "/32639")):
                # As the parameter bbox in that system, which has a test of its own.
                expected = ids(server.pages(server.items(collection, bbox=listed(there), bbox_crs=uri, limit=1000)))
            else:
                expected = ids(server.pages(server.items(collection, bbox=listed(box), limit=1000)))
            yield from differ(f"{collection['id']} in {uri}", expected, found)
        unknown = "http://www.opengis.net/def/crs/OGC/0/does_not_exist"
        answer = server.items(collection, filter=box_filter(name, box), filter_crs=unknown)
        if answer.status != 400:
            yield str(answer)


@filtering("filter", "mixing-expression")
def mixing_expression(server):
    for collection in each(server):
        name, extent = spatial(server, collection), collection["extent"]["spatial"]["bbox"][0]
        answer = server.items(collection, filter=box_filter(name, extent), bbox=listed(extent), limit=1000)
        yield from differ(collection["id"], ids(server.features(collection)), ids(server.pages(answer)))
        if extent[0] <= -180 and extent[1] <= -90:
            continue
        elsewhere = (-180, -90, extent[0] - 1e-6, extent[1] - 1e-6) if extent[0] > -180 else (-180, -90, 180, extent[1] - 1e-6)
        answer = server.items(collection, filter=box_filter(name, extent), bbox=listed(elsewhere))
        if answer.status != 200 or answer.json()["features"]:
            yield f"{answer}: features where there are none"


@filtering("filter", "get-functions")
def get_functions(server):
    answer = server.get("/functions")
    if answer.status != 200:
        yield str(answer)
    yield from documents.faults(answer.json(), documents.FUNCTIONS)


@filtering("features-filter", "filter-on-items")
def filter_on_items(server):
    """The tests above ask the items of each collection; here, that each describes the parameters."""
    for collection in each(server):
        path = f"/collections/{collection['id']}/items"
        for name in ("filter", "filter-lang", "filter-crs"):
            if server.parameter(path, name) is None:
                yield f"{path} has no {name}"
