#!/usr/bin/env bash
# How smoothly the map moves with the shipped reports and with a million, in Chromium, rendered in software.
# Usage: tests/frames.sh PATH-TO-BORDERMAP [FEATURES]     (some 3 GB of disk, a few minutes; on a quiet machine)
set -euo pipefail
bordermap=$(realpath "$1")
features=${2:-1000000}
tests=$(realpath "$(dirname "$0")")
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$folder"' EXIT

"$bordermap" export incidents --format geojsonl --store "$folder/shipped.gpkg" -o "$folder/incidents.geojsonl"
python3 "$tests/many.py" "$folder/incidents.geojsonl" "$features" >"$folder/many.geojsonl"
cp "$folder/shipped.gpkg" "$folder/many.gpkg"
"$bordermap" import "$folder/many.geojsonl" --layer incidents --store "$folder/many.gpkg"

for store in shipped many; do
  "$bordermap" serve --listen 127.0.0.1:0 --store "$folder/$store.gpkg" 2>"$folder/$store.log" &
done
site() {
  for _ in $(seq 600); do
    grep -o 'http://127.0.0.1:[0-9]*' "$folder/$1.log" | head -1 | grep . && return
    sleep 0.1
  done
}
cd "$tests/e2e"
BORDERMAP_SITES="$(site shipped) $(site many)" BORDERMAP_URL=$(site shipped) npx playwright test --config frames.config.ts
