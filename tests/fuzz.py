"""Throws generated requests at what the API describes: `fuzz.py PATH-TO-BORDERMAP [SECONDS] [SEED]`.

Schemathesis reads the OpenAPI document, generates right and wrong requests, and follows links. No answer may be a
server's error, and none may have a status, a type, a header or a document that is not described. A short run leaves out layers that
are like others.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import serving

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]
# One of points, one of lines and one of areas are enough for a minute.
ALIKE = "^/collections/(crossings|places|border-25m|land|countries|rivers|lakes|boundaries|towns)"
SHORT_S = 300


def main():
    bordermap = Path(sys.argv[1]).resolve()
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    options = ["--seed", sys.argv[3]] if len(sys.argv) > 3 else []
    if seconds < SHORT_S:
        options += ["--exclude-path-regex", ALIKE]
    here = Path(__file__).parent
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(here)}
    with tempfile.TemporaryDirectory() as name, serving(bordermap, Path(name)) as server:
        # Beside this interpreter lies the program of the same environment.
        command = [Path(sys.executable).parent / "schemathesis", "run", f"{server.api}/openapi.json"]
        command += ["--checks", ",".join(CHECKS), "--max-time", str(seconds), "--continue-on-failure", "--warnings", "off"]
        done = subprocess.run(command + options, env=environment, cwd=name, check=False)
        faults = [line for line in server.log.read_text().splitlines() if re.search(r"ERROR|panicked", line)]
        for line in faults[:20]:
            print(f"in the server's log: {line}")
    return done.returncode or int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
