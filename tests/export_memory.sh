#!/usr/bin/env bash
# By how much a server grows while it exports a million features in each form: below 100 MB.
# Usage: tests/export_memory.sh PATH-TO-BORDERMAP [FEATURES]     (some 3 GB of disk, a few minutes)
set -euo pipefail
bordermap=$(realpath "$1")
features=${2:-1000000}
folder=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$folder"' EXIT

(cd "$folder" && "$bordermap" export incidents -o incidents.geojsonl)
python3 "$(dirname "$0")/many.py" "$folder/incidents.geojsonl" "$features" >"$folder/many.geojsonl"
"$bordermap" import "$folder/many.geojsonl" --layer incidents --store "$folder/store.gpkg"

"$bordermap" serve --listen 127.0.0.1:0 --store "$folder/store.gpkg" 2>"$folder/serve.log" &
server=$!
site=
for _ in $(seq 600); do
  site=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/serve.log" | head -1 || true)
  [ -n "$site" ] && break
  sleep 0.1
done
export="$site/api/collections/incidents/export"
kib() { sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$server/status"; }
curl -sf "$export?f=geojson&limit=1000" -o /dev/null
sleep 2

worst=0
for form in geojson geojsonseq geojsonl csv fgb gpkg kml gpx parquet; do
  # GeoParquet is built in only by a feature.
  curl -sf "$export?f=$form&limit=1" -o /dev/null || { echo "$form: not built in"; continue; }
  echo 5 >"/proc/$server/clear_refs" # the peak is counted from here
  before=$(kib VmRSS)
  begin=$(date +%s.%N)
  curl -sf "$export?f=$form" -o "$folder/out"
  grown=$((($(kib VmHWM) - before) / 1024))
  [ "$grown" -gt "$worst" ] && worst=$grown
  python3 -c 'import sys; print("%-11s grew by %3d MB, %5d MB written in %5.1f s" % (sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) >> 20, float(sys.argv[5]) - float(sys.argv[4])))' \
    "$form" "$grown" "$(stat -c %s "$folder/out")" "$begin" "$(date +%s.%N)"
done
[ "$worst" -lt 100 ] || { echo "FAILED: $worst MB"; exit 1; }
