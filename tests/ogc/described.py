"""What the API says of itself, held against every answer that the other tests were given (OGC 17-069r4, annex A.7)."""

import re
from collections import defaultdict

from openapi_schema_validator import OAS30ReadValidator

from features_core import each
from suite import HTML, Skip, abstract_test

# A document with many features is checked with so many of them.
FEATURES_MAX = 20
# And so many documents of one operation, status and type.
DOCUMENTS_MAX = 25


# Headers of any answer, whatever it is of: of the connection, of the content, of caches, and for browsers.
OF_ANY_ANSWER = set(
    "connection content-encoding content-length content-type date transfer-encoding cache-control vary x-request-id "
    "content-security-policy cross-origin-opener-policy cross-origin-resource-policy permissions-policy referrer-policy "
    "x-content-type-options".split()
)


class Description:
    """An OpenAPI document, asked for what it says of an address."""

    def __init__(self, document):
        self.document = document
        self.base = document["servers"][0]["url"].rstrip("/")
        # A path without variables goes before one with them.
        paths = sorted(document["paths"], key=lambda path: path.count("{"))
        self.paths = [(re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)) + "/?$"), path) for path in paths]
        self.validators = {}

    def operation(self, url):
        """The path that an address belongs to, or None."""
        if not url.startswith(self.base):
            return None
        here = url.removeprefix(self.base).split("?")[0] or "/"
        return next((path for pattern, path in self.paths if pattern.match(here)), None)

    def responses(self, path):
        return self.document["paths"][path]["get"]["responses"]

    def media_type(self, response, media):
        """What is said of a media type, whose parameters may be left out."""
        content = response.get("content", {})
        return content.get(media) or content.get(media.split(";")[0])

    def faults(self, schema, value):
        """What is wrong with a value under one of the document's schemas."""
        key = str(schema)
        if key not in self.validators:
            whole = {"allOf": [schema], "components": self.document["components"]}
            self.validators[key] = OAS30ReadValidator(whole)
        for error in self.validators[key].iter_errors(value):
            yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def description_of(server):
    """The description, made once for a server."""
    if not hasattr(server, "description"):
        server.description = Description(server.openapi())
    return server.description


def answers(server):
    """Each answer with the path that it belongs to. What begins the suite's answers is not all: the root alone is asked twice."""
    if len(server.answers) < 10:
        raise Skip("no other test ran")
    description = description_of(server)
    for answer in list(server.answers.values()):
        path = description.operation(answer.url)
        if path is not None:
            yield description, path, answer


def some_of(document):
    """A document with the first of its features."""
    if isinstance(document, dict) and len(document.get("features", [])) > FEATURES_MAX:
        return document | {"features": document["features"][:FEATURES_MAX]}
    return document


@abstract_test("/conf/oas30/exceptions-codes", "features-1")
def exceptions_codes(server):
    for description, path, answer in answers(server):
        if str(answer.status) not in description.responses(path):
            yield f"{answer}: {path} has {list(description.responses(path))}"


@abstract_test("/conf/oas30/completeness (headers)", "features-1")
def headers_are_described(server):
    for description, path, answer in answers(server):
        response = description.responses(path).get(str(answer.status), {})
        said = {name.lower() for name in response.get("headers", {})} | OF_ANY_ANSWER
        for name in sorted(answer.headers.keys() - said):
            yield f"{answer}: {path} has no header {name}"


@abstract_test("/conf/oas30/completeness", "features-1")
def completeness(server):
    seen = defaultdict(int)
    for description, path, answer in answers(server):
        response = description.responses(path).get(str(answer.status), {})
        if not answer.body and "content" not in response:
            continue
        said = description.media_type(response, answer.media)
        if said is None:
            yield f"{answer}: {path} has {list(response.get('content', {}))}"
            continue
        kind = (path, answer.status, answer.media)
        seen[kind] += 1
        if seen[kind] > DOCUMENTS_MAX or "json" not in answer.media or answer.media.endswith("seq"):
            continue
        for fault in description.faults(said["schema"], some_of(answer.json())):
            yield f"{answer}: {fault}"


@abstract_test("/conf/oas30/completeness (links)", "features-1")
def links_are_described(server):
    """Each link to the API within a document is described, and each of those that are no template answers."""
    description = description_of(server)
    documents = [server.get(""), server.get("/collections"), server.get("/tiles"), server.get("/tileMatrixSets")]
    for collection in each(server):
        documents += [server.get(f"/collections/{collection['id']}"), server.items(collection, limit=1)]
    for document in documents:
        found = list(document.json()["links"])
        for member in document.json().get("collections", []):
            found += member["links"]
        for link in found:
            if not link["href"].startswith(description.base):
                continue
            if description.operation(link["href"]) is None:
                yield f"{document.url}: {link['href']} is not described"
            elif not link.get("templated") and link.get("rel") != "enclosure":
                answer = server.get(link["href"], link.get("type") or HTML)
                if answer.status != 200 or answer.media.split("; charset")[0] != link["type"].split("; charset")[0]:
                    yield f"{document.url}: {link['href']} as {link['type']}: {answer.status} {answer.media}"
