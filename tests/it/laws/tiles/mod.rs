//! Tiles against brute force: every position is in exactly one tile of a zoom, counted by class.

mod content;
mod grid;
mod joined;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::PI;

use bordermap::atlas::filter::Filter;
use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::geo::tiling::{TileAddress, TileMatrixSet, ZOOM_MAX};
use bordermap::atlas::layer::{FeatureChange, Layer};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{Schema, Value};
use bordermap::atlas::model::time::TimeSpan;
use bordermap::atlas::products::tiles::POINTS_MAX;
use bordermap::atlas::query::cursor::Cursor;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::format::mvt::{self, BYTES_MAX};
use geo::{Coord, Geometry, Point};
use mvt_reader::feature::Value as Told;

use crate::oracle::scene::Dice;
use crate::support::things;
use crate::support::tile::{Drawn, decode};

const MERCATOR: TileMatrixSet = TileMatrixSet::WebMercatorQuad;
const KINDS: [&str; 3] = ["clash", "strike", "other"];

fn schema() -> Schema {
    let fields = [("name", "string"), ("kind", "string"), ("date", "date")];
    let mut schema = things::schema(("date", None), &fields);
    schema.fields[1].values = KINDS.map(String::from).into();
    schema
}

fn feature(id: &str, geometry: Geometry, number: usize) -> Feature {
    let kind = KINDS.get(number % 4);
    let text = |text: &str| Value::Text(text.into());
    let date = format!("2023-{:02}-{:02}", 1 + number % 12, 1 + number % 28);
    Feature {
        id: id.into(),
        geometry: Some(geometry),
        values: [
            text(id),
            kind.map_or(Value::Null, |kind| text(kind)),
            text(&date),
        ]
        .into(),
    }
}

impl Dice {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }
}

/// Positions in a crowd, over the world, on edges of tiles, at the poles and the antimeridian.
fn positions() -> Vec<Coord> {
    let mut dice = Dice(7);
    let mut all = Vec::new();
    for _ in 0..6000 {
        all.push((dice.between(44.0, 47.5), dice.between(32.0, 36.5)));
    }
    for _ in 0..600 {
        all.push((dice.between(-180.0, 180.0), dice.between(-90.0, 90.0)));
    }
    for zoom in 0..=10 {
        let column = (dice.share() * 2_f64.powi(zoom)).floor();
        let edge = column * 360.0 / 2_f64.powi(zoom) - 180.0;
        all.push((edge, 0.0));
        all.push((edge, dice.between(-80.0, 80.0)));
        all.push((dice.between(-180.0, 180.0), 0.0));
    }
    for lng in [-180.0, 0.0, 180.0] {
        for lat in [-90.0, -85.06, -85.05, 0.0, 85.051_128_7, 85.051_129, 90.0] {
            all.push((lng, lat));
        }
    }
    // One place many times over.
    all.extend(std::iter::repeat_n((45.35, 35.1), 300));
    all.into_iter().map(Coord::from).collect()
}

/// A layer with a base, recent changes over it, and withdrawn features.
fn layer() -> Layer {
    let put = |(number, at): (usize, Coord)| -> FeatureChange {
        let id = format!("t{number:05}");
        (
            id.as_str().into(),
            Some(feature(&id, Point(at).into(), number)),
        )
    };
    let all: Vec<FeatureChange> = positions().into_iter().enumerate().map(put).collect();
    // Features that move, and some that go: what they were must be in no tile.
    let elsewhere = all.iter().take(500).enumerate();
    let first = all
        .iter()
        .cloned()
        .chain(elsewhere.map(|(number, (id, _))| {
            (
                id.clone(),
                Some(feature(id, Point::new(10.0, 50.0).into(), number)),
            )
        }));
    let gone = (0..40).map(|number| -> FeatureChange {
        let id = format!("gone{number}");
        (
            id.as_str().into(),
            Some(feature(&id, Point::new(45.0, 34.0).into(), number)),
        )
    });
    let gone: Vec<_> = gone.collect();
    let layer = Layer::new(schema())
        .with(first.chain(gone.iter().cloned()).collect())
        .compacted();
    let layer = layer.with(all.iter().take(500).cloned().collect());
    layer.with(gone.into_iter().map(|(id, _)| (id, None)).collect())
}

/// Where a feature is and of which kind.
type Placed = (Coord, Option<String>);

/// Everything that a question selects, page by page.
fn selected(layer: &Layer, query: &ItemsQuery) -> BTreeMap<String, Placed> {
    let mut query = ItemsQuery {
        limit: 1000,
        ..query.clone()
    };
    let mut all = BTreeMap::new();
    loop {
        let answer = layer.items(&query);
        for hit in &answer.hits {
            let Some(at) = hit.feature.position() else {
                continue;
            };
            let kind = match &hit.feature.values()[1] {
                Value::Text(kind) => Some(kind.to_string()),
                _ => None,
            };
            all.insert(
                hit.feature.id().to_string(),
                ((at.lng(), at.lat()).into(), kind),
            );
        }
        let next: Option<Cursor> = answer.next;
        match next {
            Some(next) => query.cursor = Some(next),
            None => return all,
        }
    }
}

/// The tile of a zoom with a position, by the textbook: `(row, column)`, latitudes clamped.
fn tile_of(set: TileMatrixSet, at: Coord, zoom: i32) -> (u32, u32) {
    let tiles = 2_f64.powi(zoom);
    let ([x, y], [columns, rows]) = match set {
        TileMatrixSet::WebMercatorQuad => {
            let lat = at.y.clamp(-85.051_128_779_8, 85.051_128_779_8).to_radians();
            let y = (1.0 - lat.tan().asinh() / PI) / 2.0;
            ([(at.x + 180.0) / 360.0, y], [1.0, 1.0])
        }
        TileMatrixSet::WorldCrs84Quad => {
            ([(at.x + 180.0) / 180.0, (90.0 - at.y) / 180.0], [2.0, 1.0])
        }
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to be an index"
    )]
    let whole =
        |number: f64, most: f64| (number * tiles).floor().clamp(0.0, most * tiles - 1.0) as u32;
    (whole(y, rows), whole(x, columns))
}

fn tile(
    layer: &Layer,
    set: TileMatrixSet,
    zoom: u8,
    (row, column): (u32, u32),
    query: &ItemsQuery,
) -> Vec<Drawn> {
    let address = TileAddress::new(set, zoom, row, column).unwrap();
    let bytes = mvt::encode(&layer.tile(address, query));
    assert!(bytes.len() <= BYTES_MAX);
    decode(&bytes, "things")
}

fn kind_of(drawn: &Drawn) -> Option<&str> {
    match drawn.properties.get("kind") {
        Some(Told::String(kind)) => Some(kind),
        _ => None,
    }
}

/// Holds one tile against what brute force says lies in it.
fn check_tile(
    drawn: &[Drawn],
    inside: &[(&String, &Placed)],
    set: TileMatrixSet,
    zoom: i32,
    tile: (u32, u32),
) {
    let ids: Vec<&str> = drawn.iter().filter_map(Drawn::id).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(
        distinct.len(),
        ids.len(),
        "a feature twice in {zoom} {tile:?}"
    );
    let mut cells: BTreeMap<(u32, u32), Vec<&Placed>> = BTreeMap::new();
    let mut alone = BTreeSet::new();
    for (_, feature) in inside {
        cells
            .entry(tile_of(set, feature.0, zoom + 5))
            .or_default()
            .push(feature);
    }
    let crowded = inside.len() > POINTS_MAX;
    for (id, feature) in inside {
        if !crowded || cells[&tile_of(set, feature.0, zoom + 5)].len() == 1 {
            alone.insert(id.as_str());
        }
    }
    assert_eq!(distinct, alone, "{zoom} {tile:?}");
    let clusters: Vec<&Drawn> = drawn.iter().filter(|drawn| drawn.id().is_none()).collect();
    cells.retain(|_, features| crowded && features.len() > 1);
    assert_eq!(clusters.len(), cells.len());
    // Both are in order of row, then column.
    for (cluster, ((row, column), features)) in clusters.iter().zip(&cells) {
        assert_eq!(cluster.stands_for(), features.len() as u64);
        for kind in KINDS {
            let of_kind = features.iter().filter(|f| f.1.as_deref() == Some(kind));
            assert_eq!(
                cluster.count(&format!("kind:{kind}")),
                of_kind.count() as u64
            );
        }
        let at = cluster.at();
        let corner = [(column % 32) * 128, (row % 32) * 128].map(|units| units as f32);
        let within = |at: f32, corner: f32| (corner..corner + 128.0).contains(&at);
        assert!(
            within(at.x, corner[0]) && within(at.y, corner[1]),
            "{at:?} {corner:?}"
        );
    }
}

#[test]
fn every_position_is_in_exactly_one_tile_of_each_zoom() {
    let layer = layer();
    let by_kind = |kinds: &[&str]| {
        let values = kinds
            .iter()
            .map(|kind| Value::Text((*kind).into()))
            .collect();
        Filter::AnyOf { field: 1, values }
    };
    let questions = [
        ItemsQuery::default(),
        ItemsQuery {
            filter: by_kind(&["clash", "other"]),
            ..ItemsQuery::default()
        },
        ItemsQuery {
            bbox: Some(Bounds::new(44.5, 33.0, 46.0, 35.2).unwrap()),
            datetime: Some(TimeSpan::parse_query("2023-03-01/2023-10-31").unwrap()),
            ..ItemsQuery::default()
        },
        // Across the antimeridian.
        ItemsQuery {
            bbox: Some(Bounds::new(170.0, -90.0, -170.0, 90.0).unwrap()),
            ..ItemsQuery::default()
        },
        ItemsQuery {
            near: Some(Near {
                at: LngLat::new(45.4, 35.0).unwrap(),
                radius_m: Some(90_000.0),
            }),
            filter: by_kind(&["strike"]),
            ..ItemsQuery::default()
        },
        ItemsQuery {
            near: Some(Near {
                at: LngLat::new(45.4, 35.0).unwrap(),
                radius_m: None,
            }),
            ..ItemsQuery::default()
        },
    ];
    for (query, set) in questions
        .iter()
        .flat_map(|q| TileMatrixSet::ALL.map(|set| (q, set)))
    {
        let expected = selected(&layer, query);
        assert!(!expected.is_empty());
        for zoom in 0..=ZOOM_MAX {
            check_zoom(&layer, query, &expected, set, zoom);
        }
    }
}

fn check_zoom(
    layer: &Layer,
    query: &ItemsQuery,
    expected: &BTreeMap<String, Placed>,
    set: TileMatrixSet,
    zoom: u8,
) {
    let mut tiles: BTreeMap<(u32, u32), Vec<_>> = BTreeMap::new();
    for entry in expected {
        tiles
            .entry(tile_of(set, entry.1.0, zoom.into()))
            .or_default()
            .push(entry);
    }
    if zoom <= 3 {
        // The empty ones too.
        let [columns, rows] = set.size(zoom);
        for row in 0..rows {
            for column in 0..columns {
                tiles.entry((row, column)).or_default();
            }
        }
    }
    let mut stands_for = 0;
    // At high zooms each position has a tile of its own: some are enough.
    let step = tiles.len().div_ceil(300);
    for (place, inside) in tiles.iter().step_by(step) {
        let drawn = tile(layer, set, zoom, *place, query);
        check_tile(&drawn, inside, set, zoom.into(), *place);
        stands_for += drawn.iter().map(Drawn::stands_for).sum::<u64>();
    }
    if step == 1 {
        assert_eq!(stands_for, expected.len() as u64);
    }
}
