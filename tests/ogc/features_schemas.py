"""OGC API Features Part 5: schemas, returnables, queryables and sortables (OGC 23-058r1, annex A)."""

import jsonschema

import documents
from features_core import each
from suite import SCHEMA, Skip, abstract_test

PART = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# UCUM, case sensitive: those that the project uses.
UNITS = {"m", "km", "deg", "1", "s", "d"}
KINDS = {"schema": "returnables-and-receivables", "queryables": "queryables", "sortables": "sortables"}


def schemas(class_, name):
    return abstract_test(f"/conf/{class_}/{name}", "features-5")


def all_schemas(server):
    """Each schema of each collection."""
    for collection in each(server):
        for kind in KINDS:
            yield collection, kind, server.get(f"/collections/{collection['id']}/{kind}", SCHEMA)


def properties(server):
    """Each property of each schema."""
    for collection, kind, answer in all_schemas(server):
        for name, property_ in answer.json()["properties"].items():
            yield f"{collection['id']}/{kind}: {name}", property_


@schemas("schemas", "basic-schema-inspection")
def basic_schema_inspection(server):
    for collection, kind, answer in all_schemas(server):
        document = answer.json()
        if document["$schema"] != DIALECT or document["type"] != "object":
            yield f"{answer.url}: {document['$schema']}, {document['type']}"
        if not document["$id"].startswith("http") or "?" in document["$id"]:
            yield f"{answer.url}: {document['$id']}"
        there = server.get(document["$id"], SCHEMA)
        if there.status != 200 or there.media != SCHEMA:
            yield str(there)
        try:
            jsonschema.Draft202012Validator.check_schema(document)
        except jsonschema.SchemaError as error:
            yield f"{answer.url}: {error.message}"
        for keyword in document:
            if not keyword.startswith("$") and keyword not in {
                *("type", "title", "description", "properties", "required", "additionalProperties"),
            }:
                yield f"{answer.url}: keyword {keyword}"
    for name, property_ in properties(server):
        is_geometry = property_.get("format", "").startswith("geometry-")
        if ("type" in property_) == is_geometry or "$ref" in property_:
            yield f"{name} is {property_}"


@schemas("schemas", "role")
def role(server):
    for name, property_ in properties(server):
        if not isinstance(property_.get("x-ogc-role", ""), str):
            yield name


@schemas("schemas", "role-id")
def role_id(server):
    for collection, kind, answer in all_schemas(server):
        found = [one for one in answer.json()["properties"].values() if one.get("x-ogc-role") == "id"]
        # Queryables and sortables may leave it out.
        if len(found) > 1 or (kind == "schema" and not found):
            yield f"{collection['id']}/{kind}: {len(found)} ids"
        for property_ in found:
            if property_.get("type") not in ("string", "integer"):
                yield f"{collection['id']}/{kind}: {property_}"


@schemas("schemas", "property-seq")
def property_seq(server):
    for name, property_ in properties(server):
        if not isinstance(property_.get("x-ogc-propertySeq", 0), int):
            yield name


@schemas("schemas", "unit")
def unit(server):
    for name, property_ in properties(server):
        if "x-ogc-unit" in property_:
            if property_["x-ogc-unit"] not in UNITS or property_.get("type") not in ("number", "integer"):
                yield f"{name}: {property_['x-ogc-unit']} of {property_.get('type')}"


@schemas("schemas", "definition")
def definition(server):
    found = [(name, one["x-ogc-definition"]) for name, one in properties(server) if "x-ogc-definition" in one]
    if not found:
        raise Skip("no property has a definition")
    for name, uri in found:
        if not documents.URI.match(uri):
            yield f"{name}: {uri}"


@schemas("core-roles-features", "role-primary-geometry")
def role_primary_geometry(server):
    for collection, kind, answer in all_schemas(server):
        found = [one for one in answer.json()["properties"].values() if one.get("x-ogc-role") == "primary-geometry"]
        if len(found) > 1 or (kind == "schema" and not found):
            yield f"{collection['id']}/{kind}: {len(found)} primary geometries"


@schemas("core-roles-features", "role-primary-temporal")
def role_primary_temporal(server):
    for collection, kind, answer in all_schemas(server):
        found = [one for one in answer.json()["properties"].values() if one.get("x-ogc-role") == "primary-instant"]
        if len(found) > 1 or any(one.get("format") not in ("date", "date-time") for one in found):
            yield f"{collection['id']}/{kind}: {found}"


def kind_faults(server, kind):
    """Whether a class is declared, and each collection links a schema of a kind that is there."""
    for name in ("schemas", KINDS[kind]):
        if not server.declares(PART + name):
            yield f"{name} is not declared"
    for collection in each(server):
        links = server.get(f"/collections/{collection['id']}").links(REL + kind)
        if [link["href"] for link in links] != [f"{server.root}/collections/{collection['id']}/{kind}"]:
            yield f"{collection['id']}: {links}"
        answer = server.get(f"/collections/{collection['id']}/{kind}", SCHEMA)
        if answer.status != 200 or answer.media != SCHEMA:
            yield str(answer)


@schemas("returnables-and-receivables", "link, op-and-response")
def returnables(server):
    yield from kind_faults(server, "schema")


@schemas("returnables-and-receivables", "response-1")
def response_1(server):
    for collection in each(server):
        schema = server.get(f"/collections/{collection['id']}/schema", SCHEMA).json()
        told = {
            name: property_
            for name, property_ in schema["properties"].items()
            if property_.get("x-ogc-role") not in ("id", "primary-geometry")
        }
        # A value that is not there is null in GeoJSON; a schema of returnables tells the types of values.
        nullable = {name: {"anyOf": [{"type": "null"}, property_]} for name, property_ in told.items()}
        validator = jsonschema.Draft202012Validator(
            {"type": "object", "properties": nullable, "additionalProperties": schema.get("additionalProperties", True)}
        )
        for feature in server.features(collection)[:200]:
            for error in validator.iter_errors(feature["properties"]):
                yield f"{collection['id']}/{feature['id']}: {error.message[:200]}"
            for name in schema.get("required", []):
                if name in told and feature["properties"].get(name) is None:
                    yield f"{collection['id']}/{feature['id']} has no {name}"


@schemas("returnables-and-receivables", "response-2")
def response_2(server):
    raise Skip("features are not written over HTTP")
    yield


@schemas("queryables", "link, op-and-response")
def queryables(server):
    yield from kind_faults(server, "queryables")


@schemas("sortables", "link, op-and-response")
def sortables(server):
    yield from kind_faults(server, "sortables")
    for collection in each(server):
        document = server.get(f"/collections/{collection['id']}/sortables", SCHEMA).json()
        for name, property_ in document["properties"].items():
            if property_.get("type") in (None, "array", "object"):
                yield f"{collection['id']}: {name} is {property_.get('type')}"
            for sortby in (name, f"-{name}"):
                answer = server.items(collection, sortby=sortby, limit=1000)
                if answer.status != 200:
                    yield str(answer)
                    continue
                yield from order_faults(f"{collection['id']}: {sortby}", name, sortby, server.pages(answer))


def order_faults(what, name, sortby, features):
    """Values that do not go up or down. Of texts only that equal ones lie together: their order is the server's."""
    if name == "id":
        values = [feature["id"] for feature in features]
    else:
        values = [feature["properties"].get(name) for feature in features]
    given = [value for value in values if value is not None]
    if values[: len(given)] != given:
        yield f"{what}: a feature without a value is not last"
    down = sortby.startswith("-")
    if given and all(isinstance(value, (int, float)) for value in given) and given != sorted(given, reverse=down):
        yield f"{what}: not in order"
    runs = [value for before, value in zip([object(), *given], given) if before != value]
    if len(runs) != len(set(runs)):
        yield f"{what}: equal values lie apart"
