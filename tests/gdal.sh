#!/usr/bin/env bash
# GDAL reads it all: the store file, every export and the API, with the right counts and types.
# Usage: tests/gdal.sh PATH-TO-BORDERMAP
set -euo pipefail
bordermap=$(realpath "$1")
folder=$(mktemp -d)
here=$(dirname "$(realpath "$0")")
"$bordermap" serve --listen 127.0.0.1:0 --store "$folder/store.gpkg" 2>"$folder/serve.log" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$folder"' EXIT
trap 'echo "FAILED: line $LINENO: $BASH_COMMAND"; cat "$folder/serve.log"' ERR
site=
for _ in $(seq 100); do
  site=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/serve.log" | head -1 || true)
  [ -n "$site" ] && break
  sleep 0.1
done
api="$site/api"

fail() { echo "FAILED: $*"; exit 1; }

# count NAME SOURCE LAYER: how many features GDAL sees
count() { ogrinfo -ro -so "$1" "$2" 2>"$folder/gdal.err" | sed -n 's/^Feature Count: //p'; }

check() { # what, expected, found
  [ "$2" = "$3" ] || { cat "$folder/gdal.err" 2>/dev/null; fail "$1: $3 instead of $2"; }
  echo "ok: $1: $3"
}

# same LAYER FORM [QUERY]: that GDAL reads from an export what the GeoJSON has: count, geometry and values
same() {
  local file="$folder/$1.$2" source="$folder/$1.$2"
  local status
  status=$(curl -s -o "$file" -w '%{http_code}' "$api/collections/$1/export?f=$2${3:-}")
  if [ "$2" = gpx ] && [ "$status" = 400 ] && grep -qF 'GPX has a form for points and lines only' "$file"; then
    echo "ok: $1 as gpx: refused"
    return
  fi
  [ "$status" = 200 ] || fail "$1 as $2: $status"
  local options=(-f GeoJSON -lco COORDINATE_PRECISION=15 -lco SIGNIFICANT_FIGURES=17 -lco WRITE_NAME=NO)
  case $2 in
    geojsonl | geojsonseq) source="GeoJSONSeq:$file" ;;
    csv) options+=(-oo X_POSSIBLE_NAMES=lon -oo Y_POSSIBLE_NAMES=lat -oo GEOM_POSSIBLE_NAMES=geometry -oo KEEP_GEOM_COLUMNS=NO) ;;
  esac
  rm -f "$folder"/read.*
  local part
  for part in $(ogrinfo -ro -q "$source" 2>/dev/null | sed -n 's/^\([0-9]*\): .*/\1/p'); do
    name=$(ogrinfo -ro -q "$source" 2>/dev/null | sed -n "s/^$part: \(.*\)/\1/p" | sed 's/ ([^()]*)$//')
    # GDAL gives the points of GPX tracks as layers of their own.
    case $name in route_points | track_points) continue ;; esac
    ogr2ogr "${options[@]}" "$folder/read.$part" "$source" "$name" 2>"$folder/gdal.err" || fail "$1 as $2: ogr2ogr"
  done
  python3 "$here/gdal_same.py" "$folder/$1.geojson" "$folder"/read.* || { cat "$folder/gdal.err"; fail "$1 as $2"; }
  echo "ok: $1 as $2${3:-}: the same"
}

# in_crs LAYER FORM CODE: that GDAL, going back to degrees, finds the places of the GeoJSON
in_crs() {
  local file="$folder/in_crs.$2"
  rm -f "$file" "$folder/degrees.geojson"
  curl -sf "$api/collections/$1/export?f=$2&crs=EPSG:$3" -o "$file"
  ogrinfo -ro -so -al "$file" 2>/dev/null | grep -qF "ID[\"EPSG\",$3]]" || fail "$1 as $2: not in EPSG:$3"
  ogr2ogr -f GeoJSON -t_srs EPSG:4326 -lco COORDINATE_PRECISION=12 "$folder/degrees.geojson" "$file" 2>"$folder/gdal.err"
  python3 - "$folder/$1.geojson" "$folder/degrees.geojson" <<'PYTHON' || fail "$1 as $2 in EPSG:$3"
import json, sys

def places(path):
    features = json.load(open(path, encoding="utf-8"))["features"]
    def numbers(value):
        return [value] if isinstance(value, (int, float)) else [n for part in value for n in numbers(part)]
    # The id is a property where GDAL has no place for it.
    return {f["properties"].get("id", f.get("id")): numbers(f["geometry"]["coordinates"]) if f["geometry"] else [] for f in features}

expected, found = map(places, sys.argv[1:])
assert expected.keys() == found.keys(), expected.keys() ^ found.keys()
off = max(abs(a - b) for id, own in expected.items() for a, b in zip(own, found[id], strict=True))
assert off < 1e-8, off
PYTHON
  echo "ok: $1 as $2 in EPSG:$3"
}

layers=$(curl -sf "$api/collections" | python3 -c 'import json,sys; print(*[c["id"] for c in json.load(sys.stdin)["collections"]])')
listed=$(ogrinfo -ro "$folder/store.gpkg" | sed -n 's/^[0-9]*: \([^ ]*\).*/\1/p' | sort | xargs)
check "the store shows its layers and nothing else" "$(xargs -n1 <<<"$layers" | sort | xargs)" "$listed"

for layer in $layers; do
  # The export is what the others are held against; it is counted without GDAL.
  curl -sf "$api/collections/$layer/export?f=geojson" -o "$folder/$layer.geojson"
  expected=$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["features"]))' "$folder/$layer.geojson")
  check "$layer in the store" "$expected" "$(count "$folder/store.gpkg" "$layer")"
  check "$layer as GeoJSON" "$expected" "$(ogrinfo -ro -so -al "$folder/$layer.geojson" 2>/dev/null | sed -n 's/^Feature Count: //p')"
  for form in geojson geojsonl geojsonseq csv fgb gpkg kml gpx; do
    same "$layer" "$form"
  done
  same "$layer" csv "&csv-geometry=wkt"
  check "$layer over the API" "$expected" "$(count "OAPIF:$api" "$layer")"
  ogr2ogr -f GeoJSON "$folder/$layer.oapif.geojson" "OAPIF:$api" "$layer" -oo PAGE_SIZE=50 2>"$folder/gdal.err"
  check "$layer fetched page by page" "$expected" "$(python3 -c 'import json,sys; print(len({f["id"] if "id" in f else i for i, f in enumerate(json.load(open(sys.argv[1]))["features"])}))' "$folder/$layer.oapif.geojson")"
done

# The index of FlatGeobuf finds what the box holds.
box=(45 33 46.5 35.5)
expected=$(curl -sf "$api/collections/places/export?bbox=$(IFS=,; echo "${box[*]}")" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["features"]))')
found=$(ogrinfo -ro -so -al -spat "${box[@]}" "$folder/places.fgb" 2>/dev/null | sed -n 's/^Feature Count: //p')
check "places of a box by the index of fgb" "$expected" "$found"

# So does that of a GeoPackage, whose tree SQLite finds right.
found=$(ogrinfo -ro -so -al -spat "${box[@]}" "$folder/places.gpkg" 2>/dev/null | sed -n 's/^Feature Count: //p')
check "places of a box by the index of gpkg" "$expected" "$found"
found=$(ogrinfo -ro -q "$folder/places.gpkg" -sql "SELECT HasSpatialIndex('places', 'geom') AS has" 2>/dev/null | sed -n 's/^ *HasSpatialIndex.*= //p')
check "a GeoPackage has a spatial index" 1 "$found"
found=$(python3 -c 'import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT rtreecheck(\"rtree_places_geom\")").fetchone()[0])' "$folder/places.gpkg")
check "the tree of a GeoPackage" ok "$found"

for layer in places incidents border; do
  for form in gpkg fgb; do
    for code in 3857 32638 32639; do
      in_crs "$layer" "$form" "$code"
    done
  done
done

# Either columns of CSV are read back as what is there.
for columns in lonlat wkt; do
  curl -sf "$api/collections/places/export?f=csv&csv-geometry=$columns" -o "$folder/back.csv"
  said=$("$bordermap" import "$folder/back.csv" --layer places --store "$folder/store.gpkg" --dry-run 2>"$folder/gdal.err") || true
  check "places from CSV with $columns" "dry run: 0 added, 0 updated, $(wc -l <"$folder/places.geojsonl") unchanged, 0 refused" "$said"
done

# What GDAL has written is read: the same number of features, with the ids they had.
for driver in FlatGeobuf:fgb GPKG:gpkg KML:kml LIBKML:kml GPX:gpx CSV:csv GeoJSONSeq:geojsons; do
  file="$folder/written-${driver%:*}.${driver#*:}"
  options=()
  [ "${driver%:*}" = CSV ] && options=(-lco GEOMETRY=AS_WKT)
  [ "${driver%:*}" = GPX ] && options=(-dsco GPX_USE_EXTENSIONS=YES)
  # Most of them have no lists: GDAL then wants to be told that they become text.
  ogr2ogr -f "${driver%:*}" "${options[@]}" -mapFieldType StringList=String "$file" "$folder/places.geojson" -nlt POINT 2>"$folder/gdal.err"
  said=$("$bordermap" import "$file" --layer written --store "$folder/store.gpkg" --dry-run 2>"$folder/gdal.err") || true
  check "places that GDAL wrote by ${driver%:*}" "dry run: $(wc -l <"$folder/places.geojsonl") added, 0 updated, 0 unchanged, 0 refused" "$said"
done

types=$(ogrinfo -ro -so "$folder/store.gpkg" incidents)
for typed in 'date: Date' 'fatalities_min: Integer64' 'border_km: Real' 'checked: Integer(Boolean)' 'title: String'; do
  grep -qF "$typed" <<<"$types" || { echo "$types"; fail "no column $typed"; }
  echo "ok: column $typed"
done
echo "GDAL $(ogrinfo --version | cut -d, -f1) reads all of it"
