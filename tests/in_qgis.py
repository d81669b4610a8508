"""Debian's QGIS uses the service: `/usr/bin/python3 tests/in_qgis.py PATH-TO-BORDERMAP [FOLDER-FOR-PICTURES]`.

It adds the features (OAPIF), the vector tiles by their template and an export, counts, draws a picture of each, and sets
filters, of which a recording proxy tells how they arrive. Needs the package python3-qgis; no display.
"""

import json
import os
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (  # noqa: E402 - the platform is chosen before
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402
from ogc.geometry import meets  # noqa: E402
from recording import recording  # noqa: E402
from serving import serving  # noqa: E402

LAYER = "incidents"
# From this version on QGIS hands filters on as CQL2, to a server that declares the classes; before, it filters what it has fetched.
HANDS_ON = 34000
BORDER_DEGREES = QgsRectangle(43.5, 29.5, 49.5, 38)


def get(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def need(what, expected, found):
    if expected != found:
        raise SystemExit(f"FAILED: {what}: {found} instead of {expected}")
    print(f"ok: {what}: {found}")


def draw(layers, crs, extent, file):
    """Draws layers and gives how many pixels are not the background."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(500, 700))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(file))
    for error in job.errors():
        raise SystemExit(f"FAILED: drawing {error.layerID}: {error.message}")
    white = QColor("white").rgb()
    return sum(image.pixel(x, y) != white for x in range(0, 500, 2) for y in range(0, 700, 2))


def features(api, pictures):
    """The OAPIF layer, all of it, by QGIS's own count and by reading it."""
    collection = json.loads(get(f"{api}/collections/{LAYER}/items?limit=10000"))
    layer = QgsVectorLayer(f"url='{api}' typename='{LAYER}' pagingEnabled='true' pageSize='50'", LAYER, "OAPIF")
    if not layer.isValid():
        raise SystemExit(f"FAILED: {layer.error().message()}")
    need("features over OAPIF", len(collection["features"]), sum(1 for _ in layer.getFeatures()))
    titles = {feature["title"] for feature in layer.getFeatures()}
    need("their titles", {feature["properties"]["title"] for feature in collection["features"]} == titles, True)
    drawn = draw([layer], layer.crs(), BORDER_DEGREES, pictures / "features.png")
    need("a picture of the features", drawn > 100, True)
    return layer, collection


def filtered(recorder, layer, collection):
    """Filters that are set in QGIS: what they select, and what the server was asked."""
    area = [45, 35, 47, 36]
    within = "intersects($geometry, geom_from_wkt('POLYGON((45 35,47 35,47 36,45 36,45 35))'))"
    cases = [
        (True, "\"category\" = 'strike'", lambda one: one["properties"]["category"] == "strike"),
        (
            True,
            "\"category\" = 'strike' AND \"checked\" = true",
            lambda one: one["properties"]["category"] == "strike" and one["properties"]["checked"],
        ),
        (
            True,
            "\"border_km\" > 800 OR \"title\" LIKE 'Iran%'",
            lambda one: one["properties"]["border_km"] > 800 or one["properties"]["title"].startswith("Iran"),
        ),
        # Relations are not handed on by 3.40.
        (False, within, lambda one: meets(one["geometry"], area)),
    ]
    for handed_on, expression, selects in cases:
        expected = sum(selects(feature) for feature in collection["features"])
        before = len(recorder.asked)
        if not layer.setSubsetString(expression):
            raise SystemExit(f"FAILED: QGIS does not take {expression}")
        need(expression, expected, sum(1 for _ in layer.getFeatures()))
        told = [urllib.parse.unquote_plus(target) for target in recorder.asked[before:] if "/items" in target]
        for target in told:
            print(f"    {target}")
        arrived = any("filter-lang=cql2-text" in target for target in told)
        need("handed on as CQL2", handed_on and Qgis.QGIS_VERSION_INT >= HANDS_ON, arrived)
    layer.setSubsetString("")


def tiles(recorder, api, pictures):
    """The vector tiles by the template of the TileJSON."""
    document = json.loads(get(f"{api}/tiles/WebMercatorQuad?f=tilejson"))
    template = urllib.parse.quote(document["tiles"][0], safe=":/{}?=&,")
    layer = QgsVectorTileLayer(f"type=xyz&url={template}&zmin={document['minzoom']}&zmax={min(14, document['maxzoom'])}", "tiles")
    if not layer.isValid():
        raise SystemExit("FAILED: QGIS does not take the tiles")
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    extent = QgsCoordinateTransform(degrees, mercator, QgsProject.instance()).transformBoundingBox(BORDER_DEGREES)
    before = len(recorder.asked)
    drawn = draw([layer], mercator, extent, pictures / "tiles.png")
    need("a picture of the tiles", drawn > 1000, True)
    need("tiles were fetched", any("/tiles/WebMercatorQuad/" in line for line in recorder.asked[before:]), True)


def export(api, pictures, folder, collection):
    """A GeoPackage of the layer."""
    file = folder / "incidents.gpkg"
    file.write_bytes(get(f"{api}/collections/{LAYER}/export?f=gpkg"))
    layer = QgsVectorLayer(f"{file}|layername={LAYER}", "export", "ogr")
    if not layer.isValid():
        raise SystemExit("FAILED: QGIS does not open the export")
    need("features of the export", len(collection["features"]), layer.featureCount())
    strikes = sum(feature["properties"]["category"] == "strike" for feature in collection["features"])
    if not layer.setSubsetString("\"category\" = 'strike'"):
        raise SystemExit("FAILED: QGIS does not filter the export")
    need("a filter on the export", strikes, sum(1 for _ in layer.getFeatures()))
    layer.setSubsetString("")
    drawn = draw([layer], layer.crs(), BORDER_DEGREES, pictures / "export.png")
    need("a picture of the export", drawn > 100, True)


def main():
    bordermap = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures = Path(sys.argv[2]) if len(sys.argv) > 2 else folder
        pictures.mkdir(parents=True, exist_ok=True)
        application = QgsApplication([], False)
        application.initQgis()
        print(f"QGIS {Qgis.QGIS_VERSION}")
        with recording() as recorder, serving(bordermap, folder, "--public-url", recorder.site) as server:
            recorder.upstream, api = server.site, f"{recorder.site}/api"
            layer, collection = features(api, pictures)
            filtered(recorder, layer, collection)
            tiles(recorder, api, pictures)
            export(api, pictures, folder, collection)
            del layer
            QgsProject.instance().clear()
        # Threads of the providers outlive the interpreter's own end.
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
