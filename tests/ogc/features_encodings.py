"""OGC API Features Part 1, conformance classes GeoJSON, HTML and OpenAPI 3.0 (OGC 17-069r4, annexes A.3, A.4 and A.7)."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from openapi_spec_validator import OpenAPIV30SpecValidator

import documents
from features_core import each
from suite import GEOJSON, HTML, JSON, OPENAPI, abstract_test

GEOMETRY_DEPTH = {"Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4}
# Elements without an end tag (HTML, 13.1.2).
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def encodings(class_, name):
    return abstract_test(f"/conf/{class_}/{name}", "features-1")


@encodings("geojson", "definition")
def geojson_definition(server):
    for collection in each(server):
        page = server.items(collection, limit=1)
        if page.media != GEOJSON:
            yield str(page)
        for path in (f"/collections/{collection['id']}/items", f"/collections/{collection['id']}/items/{{id}}"):
            content = server.openapi()["paths"][path]["get"]["responses"]["200"]["content"]
            if GEOJSON not in content:
                yield f"{path} is not described as {GEOJSON}"
    for path in ("/", "/conformance", "/collections"):
        answer = server.get(path)
        if answer.media != JSON:
            yield str(answer)


def geometry_faults(geometry, depth=None):
    """What is wrong with a GeoJSON geometry (RFC 7946, section 3.1)."""
    if geometry is None:
        return
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from geometry_faults(part)
        return
    if geometry["type"] not in GEOMETRY_DEPTH:
        yield f"a geometry {geometry['type']}"
        return
    parts = [geometry["coordinates"]]
    for _ in range(GEOMETRY_DEPTH[geometry["type"]] - 1):
        parts = [inner for part in parts for inner in part]
    if not all(2 <= len(at) <= 3 and all(isinstance(n, (int, float)) for n in at) for at in parts):
        yield f"positions of a {geometry['type']} are wrong"
    if geometry["type"] in ("Polygon", "MultiPolygon"):
        areas = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for ring in (ring for area in areas for ring in area):
            if len(ring) < 4 or ring[0] != ring[-1]:
                yield "a ring is not closed"


@encodings("geojson", "content")
def geojson_content(server):
    for collection in each(server):
        document = server.items(collection, limit=1000).json()
        yield from documents.faults(document, documents.FEATURES)
        if "links" not in document or "crs" in document:
            yield f"{collection['id']}: no links, or a member crs"
        for feature in document["features"]:
            for fault in geometry_faults(feature["geometry"]):
                yield f"{collection['id']}/{feature['id']}: {fault}"


class Page(HTMLParser):
    """An HTML document's shape: what is nested wrongly, its language, its title and its links."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.language, self.title, self.hrefs = [], [], None, "", []
        self.doctype = False
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_decl(self, decl):
        self.doctype = decl.lower() == "doctype html"

    def handle_starttag(self, tag, attrs):
        if tag == "html":
            self.language = dict(attrs).get("lang")
        if tag == "a" and dict(attrs).get("href"):
            self.hrefs.append(dict(attrs)["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        # A slash means something in SVG only.
        if tag not in VOID and "svg" not in self.open:
            self.faults.append(f"<{tag}/>")

    def handle_endtag(self, tag):
        if tag in VOID:
            self.faults.append(f"</{tag}>")
        elif not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another element")

    def handle_data(self, data):
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data


def pages(server):
    """Each kind of document as a page."""
    for where in ("", "/conformance", "/collections"):
        yield server.get(where, HTML)
    for collection in each(server):
        yield server.get(f"/collections/{collection['id']}", HTML)
        yield server.get(f"/collections/{collection['id']}/items", HTML, limit=10)
        feature = server.items(collection, limit=1).json()["features"][0]
        yield server.get(f"/collections/{collection['id']}/items/{feature['id']}", HTML)


@encodings("html", "definition")
def html_definition(server):
    for answer in pages(server):
        if answer.status != 200 or not answer.media.startswith(HTML):
            yield str(answer)


@encodings("html", "content")
def html_content(server):
    for answer in pages(server):
        page = Page(answer.body.decode())
        faults = page.faults[:3]
        if not page.doctype or not page.language or not page.title.strip():
            faults.append("no doctype, no language or no title")
        for fault in faults:
            yield f"{answer.url}: {fault}"
    # What the JSON links, the page links or says (17-069r4, requirement 38).
    landing = Page(server.get("", HTML).body.decode())
    reached = {urljoin(server.root + "/", href).split("?")[0].rstrip("/") for href in landing.hrefs}
    for link in server.get("").json()["links"]:
        if link["rel"] in ("data", "conformance", "service-doc", "service-desc"):
            if link["href"].split("?")[0].rstrip("/") not in reached:
                yield f"the landing page has no link {link['rel']}"


@encodings("oas30", "oas-definition-1")
def oas_definition_1(server):
    for rel, media in (("service-desc", OPENAPI), ("service-doc", HTML)):
        links = [link for link in server.get("").links(rel) if link.get("type") == media]
        if not links:
            yield f"no link {rel} of type {media}"
        for link in links:
            answer = server.get(link["href"], media)
            if answer.status != 200 or answer.media.split("; charset")[0] != media:
                yield str(answer)


@encodings("oas30", "oas-definition-2")
def oas_definition_2(server):
    for error in OpenAPIV30SpecValidator(server.openapi()).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


@encodings("oas30", "oas-impl")
def oas_impl(server):
    """Each described path answers: path parameters are taken from the examples, or from what there is."""
    for path, item in server.openapi()["paths"].items():
        where = path.replace("{tileMatrixSetId}", "WebMercatorQuad")
        where = where.replace("{tileMatrix}/{tileRow}/{tileCol}", "0/0/0")
        if where.endswith("/items/{id}"):
            collection = where.split("/")[2]
            feature = server.get(f"/collections/{collection}/items", GEOJSON, limit=1).json()["features"][0]
            where = where.replace("{id}", feature["id"])
        query = {
            parameter["name"]: parameter.get("example")
            for parameter in item["get"].get("parameters", [])
            if parameter.get("required") and parameter.get("in") == "query"
        }
        for reference in (p["$ref"] for p in item["get"].get("parameters", []) if "$ref" in p):
            parameter = server.openapi()["components"]["parameters"][reference.split("/")[-1]]
            if parameter.get("required") and parameter["in"] == "query":
                example = parameter["example"]
                query[parameter["name"]] = ",".join(map(str, example)) if isinstance(example, list) else example
        if "{" in where:
            yield f"{path} has a variable that is not known here"
            continue
        answer = server.get(where, "*/*", **query)
        if answer.status not in (200, 204):
            yield str(answer)


@encodings("oas30", "security")
def security(server):
    document = server.openapi()
    required = [path for path, item in document["paths"].items() if item["get"].get("security", document.get("security"))]
    # What is described without security answers without: oas-impl asked each.
    if required:
        yield f"{required} need a security scheme, which this suite does not know"
