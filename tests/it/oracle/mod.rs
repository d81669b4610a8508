//! What the right answers are: generated incidents in flat arrays, random queries, and brute force over
//! both. It knows nothing of the engine but its distances. The bench beside peers (`benches/peers`)
//! includes this folder too; the other benches only [`scene`].

pub mod check;
mod filters;
pub mod incidents;
pub mod kinds;
pub mod query;
pub mod scene;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::change::{Change, Origin};
use bordermap::store::Abandon;

use self::incidents::World;

/// Makes a store (`bench.gpkg` in a folder) with the shipped data and the layer of generated incidents,
/// still empty. The incidents are written to a file as lines of GeoJSON, to be imported. Gives them, and
/// positions for queries.
pub fn prepare(
    folder: &Path,
    lines: &Path,
    count: usize,
    positions: usize,
) -> (World, Vec<LngLat>) {
    let live = scene::shipped(folder);
    let layer = Change::Layer(Box::new(scene::generated_schema(&live)));
    let mut change = std::iter::once(Ok::<_, Abandon>(layer));
    live.report(Origin::User, &mut change).expect("a layer");
    let mut lines = BufWriter::new(File::create(lines).expect("a file"));
    let world = World::generate(&live, count, &mut lines);
    lines.into_inner().expect("room for the incidents");
    (world, scene::positions(&live, positions))
}
