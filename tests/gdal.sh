#!/usr/bin/env bash
# GDAL reads it all: the store file, every export and the API, with the right counts and types.
# Usage: tests/gdal.sh PATH-TO-BORDERMAP
set -euo pipefail
bordermap=$(realpath "$1")
folder=$(mktemp -d)
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

layers=$(curl -sf "$api/collections" | python3 -c 'import json,sys; print(*[c["id"] for c in json.load(sys.stdin)["collections"]])')
listed=$(ogrinfo -ro "$folder/store.gpkg" | sed -n 's/^[0-9]*: \([^ ]*\).*/\1/p' | sort | xargs)
check "the store shows its layers and nothing else" "$(xargs -n1 <<<"$layers" | sort | xargs)" "$listed"

for layer in $layers; do
  # The export is what the others are held against; it is counted without GDAL.
  curl -sf "$api/collections/$layer/export?f=geojson" -o "$folder/$layer.geojson"
  expected=$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["features"]))' "$folder/$layer.geojson")
  curl -sf "$api/collections/$layer/export?f=geojsonl" -o "$folder/$layer.geojsonl"
  curl -sf "$api/collections/$layer/export?f=csv" -o "$folder/$layer.csv"
  check "$layer in the store" "$expected" "$(count "$folder/store.gpkg" "$layer")"
  check "$layer as GeoJSON" "$expected" "$(ogrinfo -ro -so -al "$folder/$layer.geojson" 2>/dev/null | sed -n 's/^Feature Count: //p')"
  check "$layer as GeoJSON lines" "$expected" "$(ogrinfo -ro -so -al "GeoJSONSeq:$folder/$layer.geojsonl" 2>/dev/null | sed -n 's/^Feature Count: //p')"
  check "$layer as CSV" "$expected" "$(ogrinfo -ro -so "$folder/$layer.csv" "$layer" 2>/dev/null | sed -n 's/^Feature Count: //p')"
  check "$layer over the API" "$expected" "$(count "OAPIF:$api" "$layer")"
  ogr2ogr -f GeoJSON "$folder/$layer.oapif.geojson" "OAPIF:$api" "$layer" -oo PAGE_SIZE=50 2>"$folder/gdal.err"
  check "$layer fetched page by page" "$expected" "$(python3 -c 'import json,sys; print(len({f["id"] if "id" in f else i for i, f in enumerate(json.load(open(sys.argv[1]))["features"])}))' "$folder/$layer.oapif.geojson")"
done

types=$(ogrinfo -ro -so "$folder/store.gpkg" incidents)
for typed in 'date: Date' 'fatalities_min: Integer64' 'border_km: Real' 'checked: Integer(Boolean)' 'title: String'; do
  grep -qF "$typed" <<<"$types" || { echo "$types"; fail "no column $typed"; }
  echo "ok: column $typed"
done
echo "GDAL $(ogrinfo --version | cut -d, -f1) reads all of it"
