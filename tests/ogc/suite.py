"""What abstract tests are made of: their register, the server under test, and how an outcome is told."""

import http.client
import json
import time
from urllib.parse import quote, urlencode, urljoin, urlsplit

GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

ALL = []


class Skip(Exception):
    """Why a test has nothing to look at."""


def abstract_test(name, document):
    """Registers a test by its id: a generator of what is wrong; one that yields nothing has passed."""

    def register(function):
        ALL.append((document, name, function))
        return function

    return register


class Answer:
    """A response, and what was asked."""

    def __init__(self, url, accept, response, body):
        self.url, self.accept, self.body = url, accept, body
        self.version, self.status = response.version, response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.media = self.headers.get("content-type", "")
        self._json = None

    def json(self):
        """The body, read once."""
        if self._json is None:
            self._json = json.loads(self.body)
        return self._json

    def links(self, rel):
        """The links of a relation in the document."""
        return [link for link in self.json().get("links", []) if link.get("rel") == rel]

    def __str__(self):
        return f"GET {self.url} ({self.accept}): {self.status} {self.media}"


class Server:
    """The server under test. It is asked each question once, and remembers every answer."""

    def __init__(self, root):
        self.root = root.rstrip("/")
        self.answers = {}
        self._connection = None

    def get(self, where, accept=JSON, **query):
        """Asks an address or a path below the root; `_` in names of parameters stands for `-`."""
        url = where if where.startswith("http") else self.root + where
        if query:
            pairs = [(name.replace("_", "-"), value) for name, value in query.items()]
            url += ("&" if "?" in url else "?") + urlencode(pairs, quote_via=quote)
        key = (url, accept)
        if key not in self.answers:
            self.answers[key] = self._ask(url, accept)
        return self.answers[key]

    def _ask(self, url, accept):
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(parts.netloc, timeout=60)
            try:
                self._connection.request("GET", target, headers={"Accept": accept})
                response = self._connection.getresponse()
                return Answer(url, accept, response, response.read())
            except (http.client.HTTPException, ConnectionError):
                self._connection = None
                if attempt == 2:
                    raise

    # What most tests begin with.

    def collections(self):
        """The feature collections: those with an id, items and no other item type."""
        return [
            collection
            for collection in self.get("/collections").json()["collections"]
            if collection.get("id")
            and collection.get("itemType", "feature") == "feature"
            and any(link["rel"] == "items" for link in collection["links"])
        ]

    def items_url(self, collection):
        """Where a collection's features are, as its own link says."""
        for link in collection["links"]:
            if link["rel"] == "items" and link.get("type") == GEOJSON:
                return urljoin(self.root + "/", link["href"])
        raise Skip(f"{collection['id']} has no items as GeoJSON")

    def items(self, collection, **query):
        """A page of features."""
        return self.get(self.items_url(collection), GEOJSON, **query)

    def features(self, collection):
        """All features of a collection, page by page."""
        return self.pages(self.items(collection, limit=1000))

    def pages(self, answer):
        """The features of a page and of all that follow."""
        found = []
        while True:
            found += answer.json()["features"]
            following = answer.links("next")
            if not following:
                return found
            answer = self.get(following[0]["href"], GEOJSON)

    def openapi(self):
        """The API's own description."""
        link = next(link for link in self.get("").links("service-desc"))
        return self.get(link["href"], OPENAPI).json()

    def parameter(self, path, name):
        """A query parameter of the API's own description, or None."""
        document = self.openapi()
        for parameter in document["paths"].get(path, {}).get("get", {}).get("parameters", []):
            if "$ref" in parameter:
                parameter = resolved(document, parameter["$ref"])
            if parameter["name"] == name and parameter["in"] == "query":
                return parameter
        return None

    def declares(self, conformance_class):
        """Whether the server says that it conforms to a class."""
        return conformance_class in self.get("/conformance").json()["conformsTo"]


def resolved(document, reference):
    """What a reference within a document means."""
    found = document
    for key in reference.removeprefix("#/").split("/"):
        found = found[key.replace("~1", "/").replace("~0", "~")]
    return found


def ids(features):
    """The ids, in order."""
    return [feature["id"] for feature in features]


def differ(what, expected, found):
    """What is missing and what is too much; nothing if the same ids were found."""
    expected, found = set(expected), set(found)
    if expected != found:
        missing, more = sorted(expected - found), sorted(found - expected)
        yield f"{what}: {len(missing)} missing {missing[:3]}, {len(more)} too many {more[:3]}"


def run(server, tests):
    """Runs tests, tells each outcome, and gives how many passed, failed and were skipped."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for document, name, function in tests:
        began = time.monotonic()
        try:
            wrong = list(function(server))
            outcome, why = ("failed", wrong) if wrong else ("passed", [])
        except Skip as skip:
            outcome, why = "skipped", [str(skip)]
        except Exception as error:  # noqa: BLE001 - a test that breaks has failed
            outcome, why = "failed", [f"{type(error).__name__}: {error}"]
        counts[outcome] += 1
        print(f"{outcome:8}{document:14}{name:46}{time.monotonic() - began:6.2f} s")
        for line in why[:10]:
            print(f"          {line}")
        if len(why) > 10:
            print(f"          … and {len(why) - 10} more")
    return counts
