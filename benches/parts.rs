//! The parts in one process, without the wire: on the 148 shipped incidents and on a million
//! generated ones. `cargo bench --bench parts`

#[path = "../tests/it/oracle/scene.rs"]
mod scene;

use std::hint::black_box;
use std::sync::{LazyLock, Mutex};

use bordermap::atlas::geo::position::{Bounds, LngLat, mercator_cell};
use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet};
use bordermap::atlas::index::Part;
use bordermap::atlas::model::change::{Change, Origin};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::mvt;
use bordermap::live::LiveAtlas;
use bordermap::store::Abandon;
use bordermap::store::sqlite::SqliteStore;
use divan::Bencher;

const MILLION: usize = 1_000_000;
/// Filters of a place, of a time and of both.
const FILTERS: [&str; 4] = [
    "distance_m(geometry, POINT({lng} {lat})) < 10000",
    "s_intersects(geometry, POLYGON(({lng} {lat}, 46 34, 46.2 34.2, {lng} {lat})))",
    "date >= DATE('2023-03-01') AND date < DATE('2023-03-15')",
    "category = 'clash' AND date = DATE('2023-03-19') AND distance_m(geometry, POINT({lng} {lat})) < 50000",
];
/// The layers that each question goes to.
const LAYERS: [&str; 2] = ["incidents", scene::LAYER];

struct Scene {
    live: LiveAtlas,
    folder: tempfile::TempDir,
    positions: Vec<LngLat>,
    next: Mutex<usize>,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let live = scene::shipped(folder.path());
    generate(&live, MILLION);
    Scene {
        positions: scene::positions(&live, 1000),
        live,
        folder,
        next: Mutex::new(0),
    }
});

/// Adds the layer of generated incidents.
fn generate(live: &LiveAtlas, count: usize) {
    let schema = scene::generated_schema(live);
    let layer: Box<str> = scene::LAYER.into();
    let mut features = scene::features(live, &schema, count);
    let first = Change::Layer(Box::new(schema.clone()));
    let mut changes = std::iter::once(first)
        .chain(std::iter::from_fn(|| {
            let feature = features.next()?;
            let layer = layer.clone();
            Some(Change::Put { layer, feature })
        }))
        .map(Ok::<_, Abandon>);
    live.report(Origin::User, &mut changes).expect("a commit");
}

impl Scene {
    /// The next position to query around, round and round.
    fn position(&self) -> LngLat {
        let mut next = self.next.lock().expect("no panic");
        *next += 1;
        self.positions[*next % self.positions.len()]
    }
}

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn items(bencher: Bencher, layer: &str, query: impl Fn(LngLat) -> ItemsQuery + Sync) {
    let atlas = SCENE.live.snapshot();
    let layer = atlas.layer(layer).expect("a layer");
    bencher
        .with_inputs(|| query(SCENE.position()))
        .bench_values(|query| layer.items(&query).hits.len());
}

fn near(at: LngLat, radius_m: Option<f64>, limit: usize, count: bool) -> ItemsQuery {
    let near = Some(Near { at, radius_m });
    ItemsQuery {
        near,
        limit,
        count,
        ..ItemsQuery::default()
    }
}

#[divan::bench(args = LAYERS)]
fn near_10_km_10_counted(bencher: Bencher, layer: &str) {
    items(bencher, layer, |at| near(at, Some(1e4), 10, true));
}

#[divan::bench(args = LAYERS)]
fn near_10_km_100_counted(bencher: Bencher, layer: &str) {
    items(bencher, layer, |at| near(at, Some(1e4), 100, true));
}

#[divan::bench(args = LAYERS)]
fn near_10_km_100(bencher: Bencher, layer: &str) {
    items(bencher, layer, |at| near(at, Some(1e4), 100, false));
}

#[divan::bench(args = LAYERS)]
fn nearest_10(bencher: Bencher, layer: &str) {
    items(bencher, layer, |at| near(at, None, 10, false));
}

#[divan::bench(args = LAYERS)]
fn bbox_100_counted(bencher: Bencher, layer: &str) {
    items(bencher, layer, |at| {
        let bounds = Bounds::new(
            at.lng() - 0.1,
            at.lat() - 0.1,
            at.lng() + 0.1,
            at.lat() + 0.1,
        );
        ItemsQuery {
            bbox: bounds.ok(),
            ..ItemsQuery::default()
        }
    });
}

/// A filter of a million by itself: what the indexes answer of it, beside a look at every feature.
#[divan::bench(args = FILTERS, consts = [true, false], sample_count = 20)]
fn filter_indexed<const INDEXED: bool>(bencher: Bencher, filter: &str) {
    let atlas = SCENE.live.snapshot();
    let layer = atlas.layer(scene::LAYER).expect("a layer");
    let schema = layer.schema();
    bencher
        .with_inputs(|| {
            let at = SCENE.position();
            let text = filter
                .replace("{lng}", &at.lng().to_string())
                .replace("{lat}", &at.lat().to_string());
            let condition = cql2::read(FilterEncoding::Text, &text, schema).expect("a filter");
            let query = ItemsQuery::default();
            if INDEXED {
                query.filtered(condition.into(), schema)
            } else {
                ItemsQuery {
                    filter: condition.into(),
                    ..query
                }
            }
        })
        .bench_values(|query| layer.items(&query).hits.len());
}

#[divan::bench]
fn locate(bencher: Bencher) {
    let atlas = SCENE.live.snapshot();
    let border = atlas.border().expect("a border");
    bencher
        .with_inputs(|| SCENE.position())
        .bench_values(|at| border.locate(at).km);
}

/// A tile of a zoom around a position, up to its bytes. The higher the zoom, the fewer there are in it.
#[divan::bench(args = [5, 8, 10, 12, 14], sample_count = 50)]
fn tile(bencher: Bencher, zoom: u8) {
    let atlas = SCENE.live.snapshot();
    let layer = atlas.layer(scene::LAYER).expect("a layer");
    bencher
        .with_inputs(|| tile_around(zoom))
        .bench_values(|address| mvt::encode(&layer.tile(address, &ItemsQuery::default())).len());
}

/// The same of areas and of the border line.
#[divan::bench(args = ["provinces", "border"], consts = [5, 8, 12])]
fn tile_of_shapes<const ZOOM: u8>(bencher: Bencher, layer: &str) {
    let atlas = SCENE.live.snapshot();
    let layer = atlas.layer(layer).expect("a layer");
    bencher
        .with_inputs(|| tile_around(ZOOM))
        .bench_values(|address| mvt::encode(&layer.tile(address, &ItemsQuery::default())).len());
}

fn tile_around(zoom: u8) -> TileAddress {
    let [column, row] = mercator_cell(SCENE.position()).map(|cell| cell >> (32 - zoom));
    TileAddress::new(TileMatrixSet::WebMercatorQuad, zoom, row, column).expect("a tile of the set")
}

/// Every feature in pages of a thousand, as an export draws them.
#[divan::bench(args = LAYERS, sample_count = 5)]
fn export(bencher: Bencher, layer: &str) {
    let atlas = SCENE.live.snapshot();
    let layer = atlas.layer(layer).expect("a layer");
    bencher.bench(|| {
        let mut query = ItemsQuery {
            limit: 1000,
            count: false,
            ..ItemsQuery::default()
        };
        let mut bytes = 0;
        loop {
            let answer = layer.items(&query);
            bytes += answer
                .hits
                .iter()
                .map(|hit| hit.feature.geojson().len())
                .sum::<usize>();
            match answer.next {
                Some(next) => query.cursor = Some(next),
                None => return bytes,
            }
        }
    });
}

/// From the report of one changed feature until readers see it: commit, read back, publish.
#[divan::bench(args = LAYERS, sample_count = 30)]
fn publish_after_a_write(bencher: Bencher, layer: &str) {
    let mut fatalities = 0;
    bencher
        .with_inputs(|| {
            let atlas = SCENE.live.snapshot();
            let found = atlas.layer(layer).expect("a layer");
            let feature = found.features().next().expect("a feature");
            let mut values = feature.values();
            fatalities += 1;
            if let Some(field) = found.schema().index_of("fatalities_max") {
                values[field] = bordermap::atlas::model::schema::Value::Integer(fatalities);
            }
            let feature = Feature {
                id: feature.id().into(),
                geometry: feature.geometry().map(std::borrow::Cow::into_owned),
                values,
            };
            Change::Put {
                layer: layer.into(),
                feature,
            }
        })
        .bench_local_values(|change| {
            let mut changes = std::iter::once(Ok::<_, Abandon>(change));
            SCENE
                .live
                .report(Origin::User, &mut changes)
                .expect("a commit")
        });
}

/// From the file to an atlas that answers: 148 and a million incidents with all other layers.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn load() -> usize {
    let path = SCENE.folder.path().join("bench.gpkg");
    let store = SqliteStore::open(&path).expect("the store");
    let live = LiveAtlas::open(std::sync::Arc::new(store)).expect("its content");
    black_box(live.snapshot().layers().map(|layer| layer.len()).sum())
}

/// From features to a packed part that answers, on all cores: fifty thousand of them.
#[divan::bench(sample_count = 10)]
fn pack(bencher: Bencher) {
    let folder = tempfile::tempdir().expect("a folder");
    let live = scene::shipped(folder.path());
    let schema = scene::generated_schema(&live).with_derived();
    let features: Vec<Feature> = scene::features(&live, &schema, 50_000).collect();
    bencher
        .with_inputs(|| features.clone())
        .bench_values(|features| Part::of(&schema, features).len());
}
