"""The standards' JSON documents in short: which members they must have, and of what type."""

import re

TEXT, NUMBER, WHOLE, LIST, OBJECT, TRUTH = str, (int, float), int, list, dict, bool

# The file of the standard's schemas that each stands for; a name with ? is optional.
LINK = {"href": TEXT, "rel": TEXT, "type?": TEXT, "title?": TEXT, "templated?": TRUTH, "hreflang?": TEXT, "length?": WHOLE}
LINKS = [LINK]
LANDING_PAGE = {"title?": TEXT, "description?": TEXT, "links": LINKS}  # landingPage.yaml
CONFORMANCE = {"conformsTo": [TEXT]}  # confClasses.yaml
COLLECTION = {  # collection.yaml
    "id": TEXT,
    "title?": TEXT,
    "description?": TEXT,
    "links": LINKS,
    "extent?": {
        "spatial?": {"bbox": [[NUMBER]], "crs?": TEXT},
        "temporal?": {"interval": [[(str, type(None))]], "trs?": TEXT},
    },
    "itemType?": TEXT,
    "crs?": [TEXT],
    "storageCrs?": TEXT,
}
COLLECTIONS = {"links": LINKS, "collections": [COLLECTION]}  # collections.yaml
FEATURE = {  # featureGeoJSON.yaml
    "type": {"Feature"},
    "id?": (str, int),
    "geometry": (dict, type(None)),
    "properties": (dict, type(None)),
    "links?": LINKS,
}
FEATURES = {  # featureCollectionGeoJSON.yaml
    "type": {"FeatureCollection"},
    "features": [FEATURE],
    "links?": LINKS,
    "timeStamp?": TEXT,
    "numberMatched?": WHOLE,
    "numberReturned?": WHOLE,
}
FUNCTIONS = {  # functions.yaml of 19-079r2
    "functions": [
        {
            "name": TEXT,
            "description?": TEXT,
            "arguments?": [{"title?": TEXT, "description?": TEXT, "type": [TEXT]}],
            "returns": [TEXT],
        }
    ]
}
TILE_MATRIX_SETS = {"links?": LINKS, "tileMatrixSets": [{"id?": TEXT, "title?": TEXT, "uri?": TEXT, "crs?": TEXT, "links": LINKS}]}
TILE_MATRIX_SET = {  # tileMatrixSet.json of 17-083r4
    "id?": TEXT,
    "title?": TEXT,
    "uri?": TEXT,
    "crs": (str, dict),
    "orderedAxes?": [TEXT],
    "wellKnownScaleSet?": TEXT,
    "tileMatrices": [
        {
            "id": TEXT,
            "scaleDenominator": NUMBER,
            "cellSize": NUMBER,
            "cornerOfOrigin?": {"topLeft", "bottomLeft"},
            "pointOfOrigin": [NUMBER],
            "tileWidth": WHOLE,
            "tileHeight": WHOLE,
            "matrixWidth": WHOLE,
            "matrixHeight": WHOLE,
        }
    ],
}
_TILESET = {  # tileSet.json of 17-083r4
    "title?": TEXT,
    "dataType": {"map", "vector", "coverage"},
    "crs": (str, dict),
    "tileMatrixSetURI?": TEXT,
    "links": LINKS,
}
TILESETS = {"links?": LINKS, "tilesets": [_TILESET]}
TILESET = _TILESET | {
    "tileMatrixSetLimits?": [
        {"tileMatrix": TEXT, "minTileRow": WHOLE, "maxTileRow": WHOLE, "minTileCol": WHOLE, "maxTileCol": WHOLE}
    ],
    "layers?": [{"id": TEXT, "dataType": {"map", "vector", "coverage"}, "links?": LINKS}],
    "mediaTypes?": [TEXT],
}

URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+$")


def faults(value, form, where="$"):
    """What a value lacks of a form."""
    if isinstance(form, dict):
        yield from _member_faults(value, form, where)
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield f"{where} is no array"
            return
        for index, item in enumerate(value):
            yield from faults(item, form[0], f"{where}[{index}]")
    elif isinstance(form, set):
        if value not in form:
            yield f"{where} is {value!r}, none of {sorted(form)}"
    elif not isinstance(value, form) or (isinstance(value, bool) and form is not bool):
        yield f"{where} is {value!r}"


def _member_faults(value, form, where):
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    for name, kind in form.items():
        optional = name.endswith("?")
        name = name.rstrip("?")
        if name in value:
            yield from faults(value[name], kind, f"{where}.{name}")
        elif not optional:
            yield f"{where} has no {name}"


def link_faults(links, rels):
    """Links of these relations without a relation or a type; every link, if no relation is given."""
    for link in links:
        if (not rels or link.get("rel") in rels) and not (link.get("rel") and link.get("type")):
            yield f"a link without rel or type: {link}"


def encoding_faults(answer, alternates):
    """A document's links to itself and to each other encoding (17-069r4, requirements 13, 28 and 32)."""
    selves = answer.links("self")
    if len(selves) != 1:
        yield f"{answer.url} has {len(selves)} links to itself"
    elif selves[0].get("type") != answer.media.split(";")[0]:
        yield f"{answer.url}: self is {selves[0].get('type')}, the answer {answer.media}"
    have = {link.get("type") for link in answer.links("alternate")}
    for media in alternates:
        if media not in have:
            yield f"{answer.url} has no alternate {media}"
    yield from link_faults(answer.json()["links"], set())
