# What there is to do, by name. `just` lists it.

_default:
    @just --list

# Build and serve the map at http://127.0.0.1:8080
run *ARGS:
    cargo run --release -- {{ARGS}}

# The tests that need neither a browser nor a service
test *ARGS:
    cargo test {{ARGS}}

# Format, lint, licences
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo deny check bans licenses sources
    cd web && npm run typecheck && npm run lint && npm test

# The map in a real browser
e2e:
    cargo build --release
    cd web && npm ci --ignore-scripts
    cd tests/e2e && npm ci --ignore-scripts && npx playwright test

# The pictures of the README and of docs/walkthrough.md, its numbers held to the API
walkthrough:
    cargo build --release
    cd tests/e2e && npm ci --ignore-scripts && npx playwright test --config walkthrough.config.ts

# How smoothly the map moves with the shipped reports and with a million
frames:
    cargo build --release
    cd tests/e2e && npm ci --ignore-scripts
    tests/frames.sh target/release/bordermap

# By how much a server grows while it exports a million features in each form
export-memory:
    cargo build --release
    tests/export_memory.sh target/release/bordermap

# The abstract tests of OGC's standards
ogc *ARGS:
    cargo build
    tests/python.sh
    target/python/bin/python tests/ogc/run.py target/debug/bordermap {{ARGS}}

# Requests that are generated from the API's description
fuzz SECONDS="1200":
    cargo build --release
    tests/python.sh
    target/python/bin/python tests/fuzz.py target/release/bordermap {{SECONDS}}

# Readers, filters, parameters and store files, guided by what code an input reaches; TARGETS as fuzz/run lists them
fuzz-guided SECONDS="600" *TARGETS:
    fuzz/run {{SECONDS}} {{TARGETS}}

# Kills, failing writes, flipped bits, wrong clocks, slow and greedy clients; `just chaos --minutes 240`, `just chaos --kills 1000`
chaos *ARGS:
    cargo build --release
    python3 tests/chaos/run.py target/release/bordermap {{ARGS}}

# What was once found broken, measured again into docs/reliability.md
chaos-report *ARGS:
    cargo build --release
    python3 tests/chaos/report.py target/release/bordermap --keep docs/reliability.md {{ARGS}}

# OWSLib and GDAL page through a million features
million FEATURES="1000000":
    cargo build --release
    tests/python.sh
    target/python/bin/python tests/paging.py target/release/bordermap {{FEATURES}}

# Debian's QGIS (python3-qgis) adds features, tiles and an export, and filters; the pictures are in target/qgis
qgis:
    cargo build --release
    /usr/bin/python3 tests/in_qgis.py target/release/bordermap target/qgis

# Speed, as ratios side by side
bench *ARGS:
    cargo bench {{ARGS}}

# bordermap beside its peers, which are installed if they are missing; `just peers --help` says more
peers *ARGS:
    cargo run --release --manifest-path benches/peers/Cargo.toml --target-dir target -- --growth --out docs/performance.md {{ARGS}}

# The map page with reloading, against a server on port 8080
web:
    cd web && npm ci --ignore-scripts && npm run dev

# All that CI does
ci:
    .ci/run
