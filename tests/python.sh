#!/usr/bin/env bash
# Makes target/python, an environment with what the tests in Python need.
set -euo pipefail
cd "$(dirname "$0")/.."
made=target/python/made-from
cmp -s tests/requirements.txt "$made" && exit
python3 -m venv target/python
target/python/bin/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
cp tests/requirements.txt "$made"
