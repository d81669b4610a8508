#!/usr/bin/env bash
# Counts what each filter of cases.txt selects with PostGIS, and writes expected.tsv. Where OGC 21-065 gives a
# number, it must be the same. Needs psql and ogr2ogr, and in the environment a PostgreSQL (PGHOST and its kin) with
# PostGIS whose texts are ordered by code point (initdb --locale=C.UTF-8).
set -euo pipefail
cd "$(dirname "$0")"
for layer in countries places ../../../../data/rivers; do
    ogr2ogr -overwrite -f PostgreSQL PG: $layer.geojson -nln "$(basename $layer)" \
        -lco LAUNDER=NO -lco GEOMETRY_NAME=geom -lco FID=fid
done
grep -v '^#' cases.txt | while IFS='|' read -r layer filter sql standard; do
    trim() { sed 's/^ *//; s/ *$//'; }
    layer=$(trim <<<"$layer") filter=$(trim <<<"$filter") standard=$(trim <<<"$standard")
    count=$(psql -qtAX -c "select count(*) from $layer where $sql")
    if [[ -n $standard && $standard != "$count" ]]; then
        echo "$filter: the standard says $standard, PostGIS $count" >&2
    fi
    printf '%s\t%s\t%s\n' "$layer" "$filter" "$count"
done >expected.tsv
