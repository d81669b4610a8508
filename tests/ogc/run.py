"""Runs the abstract tests of OGC's standards: `run.py PATH-TO-BORDERMAP | http://127.0.0.1:8080/api [part of an id]`.

The ids are those of the standards' annexes: 17-069r4 (features-1), 18-058r1 (features-2), 19-079r2 (features-3), 23-058r1
(features-5), 20-057 (tiles-1). Needs openapi-schema-validator and openapi-spec-validator (tests/requirements.txt).
"""

import sys
import tempfile
from pathlib import Path

import suite

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import serving  # noqa: E402

# Each registers its tests; described looks at all that the others were answered, so it comes last.
import features_core  # noqa: F401  isort: skip
import features_core_documents  # noqa: F401  isort: skip
import features_encodings  # noqa: F401  isort: skip
import features_crs  # noqa: F401  isort: skip
import features_filter  # noqa: F401  isort: skip
import features_schemas  # noqa: F401  isort: skip
import tiles  # noqa: F401  isort: skip
import described  # noqa: F401  isort: skip


def main():
    where, part = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    if where.startswith("http"):
        return check(where, part)
    with tempfile.TemporaryDirectory() as name, serving(Path(where).resolve(), Path(name)) as server:
        return check(server.api, part)


def check(root, part):
    """Runs the tests whose ids have a part in them."""
    server = suite.Server(root)
    counts = suite.run(server, [test for test in suite.ALL if part in f"{test[0]} {test[1]}"])
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    print(f"\n{sum(counts.values())} abstract tests over {len(server.answers)} answers: {told}")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
