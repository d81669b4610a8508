"""As many incidents as wanted, made of those in a file of GeoJSON lines, each moved by up to half a degree; the same at every run.

Usage: many.py FILE COUNT > LINES
"""

import json
import random
import sys

random.seed(1)
with open(sys.argv[1], encoding="utf-8") as file:
    given = [json.loads(line) for line in file]
for number in range(int(sys.argv[2])):
    feature = given[number % len(given)]
    lng, lat = feature["geometry"]["coordinates"]
    place = [round(lng + random.uniform(-0.5, 0.5), 6), round(lat + random.uniform(-0.5, 0.5), 6)]
    new = {**feature, "id": f"m-{number:07}", "geometry": {"type": "Point", "coordinates": place}}
    print(json.dumps(new))
