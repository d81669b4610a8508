//! What the program answers over HTTP, from the import of a file on, is what brute force finds.

use crate::oracle::{check, prepare, scene};
use crate::program::Program;

/// Generated incidents.
const INCIDENTS: usize = 5000;
/// Positions that queries are about.
const POSITIONS: usize = 1000;
/// Queries, of ten kinds in turn.
const QUERIES: usize = 600;

#[test]
fn every_kind_of_query_is_answered_as_by_brute_force() {
    let program = Program::new();
    let lines = program.path("generated.geojsonl");
    let folder = lines.parent().unwrap();
    let (world, positions) = prepare(folder, &lines, INCIDENTS, POSITIONS);
    program.ok(&[
        "import",
        "--store",
        "bench.gpkg",
        "--layer",
        scene::LAYER,
        "generated.geojsonl",
    ]);
    let server = program.serve_with(&[("BORDERMAP_STORE", "bench.gpkg")]);
    let wrong = check::run(&world, &positions, QUERIES, || {
        |path: &str| match server.get(path) {
            (200, body) => Ok(body),
            (status, body) => Err(format!("{status}: {body}")),
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
