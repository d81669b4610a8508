//! Goals 5 and 6: from a file, from parsed features and from a restart to answers, and the memory that
//! the answers stand on.

use std::sync::Arc;
use std::time::Instant;

use bordermap::atlas::Atlas;
use bordermap::atlas::load::Packer;
use bordermap::atlas::model::change::Revision;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::products::border::Border;
use bordermap::atlas::query::question::{ItemsQuery, Near};

use crate::client::Http;
use crate::oracle::scene;
use crate::served::{Served, Stage};

/// Parsed features are held beside the atlas made of them: no more than this many.
const PARSED_MAX: usize = 1_000_000;

/// What was measured; times in seconds.
pub struct Started {
    /// Features a second of `bordermap import`, from its start to its end.
    pub import_per_s: f64,
    /// From parsed features to the first answer, a million of them.
    pub parsed_s_a_million: f64,
    /// From the start of `bordermap serve` until it is ready and until it answers, for the first time
    /// since the import.
    pub first: [f64; 2],
    /// The same once more.
    pub again: [f64; 2],
    /// Memory of the serving process in megabytes.
    pub resident_mb: f64,
    /// What `/metrics` says of memory.
    pub metrics: Vec<String>,
}

/// Measures on two cores, as the goals say.
pub fn measure(stage: &Stage) -> Started {
    let count = stage.world.rows.len();
    let times = |served: &Served| [served.ready, served.answering].map(|time| time.as_secs_f64());
    // The first server ends with this line: two of them would share cores and memory.
    let first = {
        let served = stage.serve(false);
        stage.wait_until_prepared();
        times(&served)
    };
    let again = stage.serve(false);
    let mut client = Http::new(again.address).expect("a connection");
    client.status("/metrics").expect("the metrics");
    let metrics = String::from_utf8_lossy(&client.body).into_owned();
    let of_memory = |line: &&str| {
        line.starts_with("process_resident")
            || (line.contains("bytes{") && line.contains(scene::LAYER))
    };
    Started {
        import_per_s: count as f64 / stage.import.as_secs_f64(),
        parsed_s_a_million: parsed_to_answering(count.min(PARSED_MAX)),
        first,
        again: times(&again),
        resident_mb: again.running.resident_mb().unwrap_or(f64::NAN),
        metrics: metrics
            .lines()
            .filter(of_memory)
            .map(str::to_owned)
            .collect(),
    }
}

/// Seconds from parsed features, their border fields given, to the first answer; a million of them.
/// Each core packs a share, as at a start.
fn parsed_to_answering(count: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let live = scene::shipped(folder.path());
    let at = scene::positions(&live, 1)[0];
    let schema = scene::generated_schema(&live).with_derived();
    let atlas = live.snapshot();
    let border = atlas.border().map(AsRef::as_ref);
    let mut features: Vec<Feature> = scene::features(&live, &schema, count).collect();
    for feature in &mut features {
        Border::complete(border, &schema, feature);
    }
    let other_half = features.split_off(count / 2);
    let schemas = vec![Arc::new(schema)];
    let packed = |features: Vec<Feature>| {
        let mut packer = Packer::new(&schemas);
        for feature in features {
            packer.take(scene::LAYER, feature);
        }
        packer
    };
    let started = Instant::now();
    let packers = std::thread::scope(|scope| {
        let other = scope.spawn(|| packed(other_half));
        vec![packed(features), other.join().expect("a packer")]
    });
    let atlas = Atlas::of_packed(Revision::default(), schemas.clone(), packers);
    let near = Near { at, radius_m: None };
    let answer = atlas
        .layer(scene::LAYER)
        .expect("a layer")
        .items(&ItemsQuery {
            near: Some(near),
            ..ItemsQuery::default()
        });
    assert!(!answer.hits.is_empty(), "no answer");
    started.elapsed().as_secs_f64() * 1e6 / count as f64
}
