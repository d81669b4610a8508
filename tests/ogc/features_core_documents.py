"""OGC API Features Part 1, conformance class Core (OGC 17-069r4, annex A.2): the documents that lead to features."""

from urllib.parse import urljoin

import documents
import geometry
import projections
import times
from features_core import core, each
from suite import GEOJSON, HTML, OPENAPI, SCHEMA

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"


@core("root-op")
def root_op(server):
    for path in ("", "/"):
        answer = server.get(path)
        if answer.status != 200:
            yield str(answer)


@core("root-success")
def root_success(server):
    answer = server.get("/")
    yield from documents.faults(answer.json(), documents.LANDING_PAGE)
    rels = {link["rel"] for link in answer.json()["links"]}
    if not rels & {"service-desc", "service-doc"}:
        yield "no link to the API's definition"
    for rel in {"conformance", "data"} - rels:
        yield f"no link {rel}"
    yield from documents.encoding_faults(answer, [HTML])


@core("api-definition-op")
def api_definition_op(server):
    links = server.get("/").links("service-desc")
    if not any(link.get("type", "").replace(" ", "") == OPENAPI for link in links):
        yield f"no service-desc of type {OPENAPI}"
    for link in links + server.get("/").links("service-doc"):
        answer = server.get(urljoin(server.root + "/", link["href"]), link["type"])
        if answer.status != 200:
            yield str(answer)


@core("api-definition-success")
def api_definition_success(server):
    document = server.openapi()
    if not document["openapi"].startswith("3.0."):
        yield f"OpenAPI {document['openapi']}"
    if server.root not in [entry["url"].rstrip("/") for entry in document["servers"]]:
        yield f"servers are {document['servers']}"
    for path in ("/conformance", "/collections"):
        if "get" not in document["paths"].get(path, {}):
            yield f"{path} is not described"


@core("conformance-op")
def conformance_op(server):
    wheres = [urljoin(server.root + "/", link["href"]) for link in server.get("/").links("conformance")]
    for where in [*wheres, "/conformance"]:
        answer = server.get(where)
        if answer.status != 200:
            yield str(answer)


@core("conformance-success")
def conformance_success(server):
    document = server.get("/conformance").json()
    yield from documents.faults(document, documents.CONFORMANCE)
    if CORE not in document["conformsTo"]:
        yield "the core is not declared"


@core("fc-md-op")
def fc_md_op(server):
    answer = server.get("/collections")
    if answer.status != 200:
        yield str(answer)


@core("fc-md-success")
def fc_md_success(server):
    document = server.get("/collections").json()
    yield from documents.faults(document, documents.COLLECTIONS)
    if not document["links"] or not document["collections"]:
        yield "no links, or no collections"
    for of in [document, *document["collections"]]:
        if "crs" in of and of["crs"][0] not in (projections.CRS84, projections.CRS84H):
            yield f"{of.get('id', 'the document')} has {of['crs'][0]} first"


@core("fc-md-links")
def fc_md_links(server):
    yield from documents.encoding_faults(server.get("/collections"), [HTML])


@core("fc-md-items")
def fc_md_items(server):
    described = server.openapi()["paths"]
    listed_ids = [collection["id"] for collection in server.get("/collections").json()["collections"]]
    for path in described:
        parts = path.split("/")
        if parts[1:2] == ["collections"] and parts[3:] == ["items"] and parts[2] not in listed_ids:
            yield f"{path} is described, but not listed"
    for collection in each(server):
        answer = server.items(collection)
        if answer.json().get("type") != "FeatureCollection":
            yield f"{answer} is no feature collection"


@core("fc-md-items-links")
def fc_md_items_links(server):
    for collection in server.get("/collections").json()["collections"]:
        have = {link.get("type") for link in collection["links"] if link["rel"] == "items"}
        for media in {GEOJSON, HTML} - have:
            yield f"{collection['id']} has no items as {media}"
        for fault in documents.link_faults(collection["links"], set()):
            yield f"{collection['id']}: {fault}"


@core("fc-md-extent")
def fc_md_extent(server):
    for collection in each(server):
        extent = collection.get("extent", {})
        box = extent.get("spatial", {}).get("bbox", [(-180, -90, 180, 90)])[0]
        begin, end = extent.get("temporal", {}).get("interval", [(None, None)])[0]
        asked = (times.read(begin)[0] if begin else None, times.read(end)[1] if end else None)
        schema = server.get(f"/collections/{collection['id']}/schema", SCHEMA).json()
        for feature in server.features(collection):
            for lng, lat, *_ in geometry.positions(feature["geometry"]):
                if not (box[0] <= lng <= box[2] and box[1] <= lat <= box[3]):
                    yield f"{collection['id']}/{feature['id']}: {lng}, {lat} is outside {box}"
                    break
            span = times.span_of(feature, schema)
            if span and not (
                (asked[0] is None or asked[0] <= span[0]) and (asked[1] is None or span[1] <= asked[1])
            ):
                yield f"{collection['id']}/{feature['id']}: {span[0]} is outside {begin}/{end}"


@core("sfc-md-op")
def sfc_md_op(server):
    for collection in each(server):
        answer = server.get(f"/collections/{collection['id']}")
        if answer.status != 200:
            yield str(answer)
        yield from documents.encoding_faults(answer, [HTML])


@core("sfc-md-success")
def sfc_md_success(server):
    for collection in each(server):
        document = server.get(f"/collections/{collection['id']}").json()
        yield from documents.faults(document, documents.COLLECTION)
        for member in ("id", "title", "description", "extent", "crs", "storageCrs"):
            if document.get(member) != collection.get(member):
                yield f"{collection['id']}: {member} is not what the list says"
