"""Holds what GDAL has read from an export against the GeoJSON of the same features, field by field.

Usage: gdal_same.py EXPECTED.geojson READ.geojson... (a file of waypoints, tracks and so on is several)
"""

import json
import math
import sys

# What GDAL calls the id of a feature, in the order of looking.
IDS = ["bordermap_feature_id", "id"]


def features(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["features"]


def found_id(feature):
    for name in IDS:
        if feature["properties"].get(name) is not None:
            return str(feature["properties"][name])
    return str(feature.get("id"))


def found_value(properties, name):
    """The value under a field's name; GPX puts our prefix before it, KML knows two names itself."""
    lower = {key.lower(): value for key, value in properties.items()}
    for known in (f"bordermap_{name}", name):
        if lower.get(known.lower()) is not None:
            return lower[known.lower()]
    return None


def is_same(wanted, found):
    if wanted is None or found is None:
        # CSV has one word for null and for an empty text.
        return wanted in (None, "") and found in (None, "")
    if isinstance(wanted, bool):
        return str(found).lower() in (("true", "1") if wanted else ("false", "0"))
    if isinstance(wanted, (list, dict)):
        return wanted == (json.loads(found) if isinstance(found, str) else found)
    if isinstance(wanted, (int, float)):
        return math.isclose(wanted, float(found), rel_tol=1e-12, abs_tol=1e-12)
    if wanted == found or wanted == str(found):
        return True
    # A day: GDAL writes it with slashes, or as the instant at which it begins.
    days = str(found).replace("/", "-")
    return len(wanted) == 10 and days[:10] == wanted and days[10:] in ("", "T00:00:00", " 00:00:00")


def parts(geometry):
    """A geometry as the list of its parts, so that one line is the same as several of one."""
    if geometry is None:
        return None
    if geometry["type"] == "GeometryCollection":
        return [part for member in geometry["geometries"] for part in parts(member)]
    kind = geometry["type"].removeprefix("Multi")
    several = geometry["type"].startswith("Multi")
    coordinates = geometry["coordinates"] if several else [geometry["coordinates"]]
    return [(kind, part) for part in coordinates]


def is_near(wanted, found):
    if isinstance(wanted, (list, tuple)):
        # A height that GDAL adds is passed over.
        if wanted and isinstance(wanted[0], (int, float)):
            found = found[:2]
        return len(wanted) == len(found) and all(map(is_near, wanted, found))
    if isinstance(wanted, str):
        return wanted == found
    return abs(wanted - found) < 1e-9


def main(expected, *read):
    wanted = {str(feature["id"]): feature for feature in features(expected)}
    found = [feature for path in read for feature in features(path)]
    by_id = {found_id(feature): feature for feature in found}
    faults = []
    if len(found) != len(wanted) or by_id.keys() != wanted.keys():
        faults.append(f"{len(found)} features instead of {len(wanted)}")
    for id in wanted.keys() & by_id.keys():
        one, other = wanted[id], by_id[id]
        if not is_near(parts(one["geometry"]) or [], parts(other["geometry"]) or []):
            faults.append(f"{id}: another geometry")
        for name, value in one["properties"].items():
            own = found_value(other["properties"], name)
            if not is_same(value, own):
                faults.append(f"{id}: {name} is {own!r} instead of {value!r}")
    for fault in faults[:10]:
        print(fault)
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
