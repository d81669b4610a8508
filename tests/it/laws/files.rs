//! What is written in any form reads back the same, and a damaged file is refused, never a panic.

use std::io::{BufReader, Cursor};
use std::sync::Arc;

use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{GeometryKind, Schema, Value};
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::collection::CollectionHead;
use bordermap::format::export::Export;
use bordermap::format::file::{Cells, FileFormat};
use bordermap::format::row::RowFault;
use bordermap::format::view::{PlaceColumns, View};
use bordermap::format::writer::ExportOptions;
use bordermap::format::{FORMATS, csv, flatgeobuf, geojson, geopackage, gpx, kml};
use bordermap::import::shape::Shaper;
use geo::{
    Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon, point,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;
use tempfile::NamedTempFile;

fn schema(geometry: GeometryKind) -> Schema {
    let mut schema: Schema = serde_json::from_value(json!({
        "id": "t-1", "title": "T & <T>", "attribution": "© \"us\"",
        "licences": [{ "title": "L", "url": "https://example.org/?a&b" }],
        "time": { "field": "date" },
        "field": [
            { "name": "title", "type": "string" },
            { "name": "a <b> & \"c\"", "type": "string" },
            { "name": "description", "type": "string" },
            { "name": "whole", "type": "integer" },
            { "name": "number", "type": "number" },
            { "name": "is_so", "type": "boolean" },
            { "name": "date", "type": "date" },
            { "name": "at", "type": "datetime" },
            { "name": "list", "type": "json" },
        ],
    }))
    .unwrap();
    schema.geometry = geometry;
    schema
}

/// Every form that takes such layers.
fn forms(layer: &Arc<Layer>) -> impl Iterator<Item = &'static FileFormat> {
    let forms = FORMATS.into_iter();
    forms.filter(|form| form.refuses(layer).is_none())
}

fn layer(schema: Schema, features: &[Feature]) -> Arc<Layer> {
    let put = |feature: &Feature| (feature.id.clone(), Some(feature.clone()));
    Arc::new(Layer::new(schema).with(features.iter().map(put).collect()))
}

fn written(form: &'static FileFormat, layer: &Arc<Layer>) -> Vec<u8> {
    written_as(form, layer, &View::default())
}

/// How a form is asked to show a layer: as it is, with some fields, in a table with either columns.
fn views(form: &'static FileFormat, layer: &Layer) -> Vec<View> {
    let mut views = vec![
        View::default(),
        View {
            fields: Some(vec![1, 3, 6]),
            ..View::default()
        },
    ];
    if *form == csv::FORMAT {
        let columns = PlaceColumns::ALL.map(|(columns, ..)| columns);
        let columns = columns.into_iter().map(|columns| View {
            columns: Some(columns),
            ..View::default()
        });
        views.extend(columns.filter(|view| csv::write::refuses(layer, view).is_none()));
    }
    views
}

fn written_as(form: &'static FileFormat, layer: &Arc<Layer>, view: &View) -> Vec<u8> {
    let options = ExportOptions {
        layer,
        has_distance: false,
        head: &CollectionHead::default(),
        view,
        scratch: Some(NamedTempFile::new().unwrap()),
    };
    let writer = form.writer(options).unwrap();
    let mut export = Export::new(Arc::clone(layer), ItemsQuery::default(), u64::MAX, writer);
    let mut file = Vec::new();
    while let Some(mut piece) = export.piece().unwrap() {
        file.append(&mut piece);
    }
    file
}

fn features(
    form: &'static FileFormat,
    schema: &Schema,
    file: &[u8],
) -> Vec<Result<Feature, RowFault>> {
    let shaper = Shaper {
        schema,
        cells: form.cells != Cells::Typed,
        ignore_unknown: false,
        make_valid: false,
    };
    let reader = Box::new(BufReader::new(Cursor::new(file.to_vec())));
    let scratch = Some(NamedTempFile::new().unwrap());
    form.rows(reader, &schema.id, scratch)
        .map(|row| {
            let row = row?;
            let line = row.line;
            let shaped = shaper.feature(row);
            shaped
                .map(|shaped| shaped.feature)
                .map_err(|reason| RowFault { line, reason })
        })
        .collect()
}

/// Writes a layer in every form and reads it back.
fn check(kind: GeometryKind, mut wanted: Vec<Feature>) {
    let layer = layer(schema(kind), &wanted);
    wanted.sort_by(|a, b| a.id.cmp(&b.id));
    let shown = forms(&layer).flat_map(|form| {
        let views = views(form, &layer).into_iter();
        views.map(move |view| (form, view))
    });
    for (form, view) in shown {
        let file = written_as(form, &layer, &view);
        let read = features(form, layer.schema(), &file);
        let mut read: Vec<Feature> = read
            .into_iter()
            .map(|row| row.unwrap_or_else(|fault| panic!("{form:?}: {fault}")))
            .collect();
        read.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(read.len(), wanted.len(), "{form:?}");
        for (read, wanted) in read.iter().zip(&wanted) {
            let mut wanted = wanted.clone();
            if let Some(fields) = &view.fields {
                let values = wanted.values.iter_mut().enumerate();
                let hidden = values.filter(|(at, _)| !fields.contains(at));
                hidden.for_each(|(_, value)| *value = Value::Null);
            }
            if *form == csv::FORMAT {
                // It has one word for nothing and for an empty text.
                let empty = |value: &Value| matches!(value, Value::Text(text) if text.is_empty());
                let values = wanted.values.iter_mut().filter(|value| empty(value));
                values.for_each(|value| *value = Value::Null);
            }
            assert_eq!(
                (&read.id, &read.geometry, &read.values),
                (&wanted.id, &wanted.geometry, &wanted.values),
                "{form:?} {view:?}"
            );
        }
    }
}

/// Text that XML has a form for.
fn text() -> impl Strategy<Value = Value> {
    let is_told = |c: &char| !matches!(*c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    let letters = prop_oneof![
        3 => any::<char>().prop_filter("XML", is_told),
        2 => prop::sample::select(vec!['<', '&', '"', '\'', '\n', '\r', '\t', ' ', 'س', ']', '>', ',']),
    ];
    vec(letters, 0..12).prop_map(|text| Value::Text(text.into_iter().collect::<String>().into()))
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let date = (1900..2100_i32, 1..=12_u8, 1..=28_u8);
    let date = date.prop_map(|(y, m, d)| Value::Text(format!("{y}-{m:02}-{d:02}").into()));
    let at = prop::sample::select(vec![
        "2023-03-19T06:30:00Z",
        "2023-03-19T06:30:00.125Z",
        "2023-03-19T06:30:00+03:30",
    ]);
    let list = prop::sample::select(vec![
        json!([{ "name": "Agency", "ref": "https://agency.example/?a=1&b=2" }]),
        json!({ "ب": [1, 2.5, null, true] }),
        json!([]),
        json!([]),
    ]);
    let or_null = |value: BoxedStrategy<Value>| option::of(value);
    (
        or_null(text().boxed()),
        or_null(text().boxed()),
        or_null(text().boxed()),
        or_null(any::<i64>().prop_map(Value::Integer).boxed()),
        or_null((-1e300..1e300_f64).prop_map(Value::Number).boxed()),
        or_null(any::<bool>().prop_map(Value::Boolean).boxed()),
        or_null(date.boxed()),
        or_null(at.prop_map(|at| Value::Text(at.into())).boxed()),
        or_null(
            list.prop_map(|list| Value::Json(list.to_string().into()))
                .boxed(),
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| {
            let all = [a, b, c, d, e, f, g, h, i];
            all.map(|value| value.unwrap_or(Value::Null)).to_vec()
        })
}

fn place() -> impl Strategy<Value = Point> {
    let edge = prop::sample::select(vec![point!(x: 180.0, y: 0.5), point!(x: -180.0, y: 90.0)]);
    prop_oneof![
        5 => (-180.0..=180.0, -90.0..=90.0).prop_map(Point::from),
        1 => edge,
    ]
}

fn line() -> impl Strategy<Value = LineString> {
    vec(place(), 2..6).prop_map(LineString::from)
}

/// A ring around a place that does not cross itself: its positions lie around the place in their order.
fn ring(middle: [f64; 2], least: f64, most: f64) -> impl Strategy<Value = LineString> {
    vec(least..most, 5..9).prop_map(move |reach| {
        let turn = std::f64::consts::TAU / reach.len() as f64;
        let place = |(at, reach): (usize, &f64)| {
            let (sin, cos) = (at as f64 * turn).sin_cos();
            (middle[0] + reach * cos, middle[1] + reach * sin)
        };
        let mut ring: LineString = reach.iter().enumerate().map(place).collect();
        ring.close();
        ring
    })
}

/// An area with up to two holes in the nth of the stripes that areas may be in side by side.
fn area(stripe: i32) -> impl Strategy<Value = Polygon> {
    let west = -180.0 + 20.0 * f64::from(stripe);
    (-79.0..79.0_f64, 0..3_usize).prop_flat_map(move |(lat, holes)| {
        let middle = [west + 10.0, lat];
        let holes = [-1.5, 1.5]
            .map(|away| ring([middle[0] + away, lat], 0.1, 1.0))
            .into_iter()
            .take(holes);
        (ring(middle, 4.0, 9.9), holes.collect::<Vec<_>>())
            .prop_map(|(outer, inner)| Polygon::new(outer, inner))
    })
}

fn points() -> BoxedStrategy<Geometry> {
    let several = vec(place(), 1..4).prop_map(|all| MultiPoint(all).into());
    prop_oneof![5 => place().prop_map(Geometry::from), 1 => several].boxed()
}

fn lines() -> BoxedStrategy<Geometry> {
    let several = vec(line(), 1..4).prop_map(|all| MultiLineString(all).into());
    prop_oneof![line().prop_map(Geometry::from), several].boxed()
}

fn areas() -> BoxedStrategy<Geometry> {
    let several = (area(0), area(9), area(17)).prop_flat_map(|(a, b, c)| {
        (1..4_usize).prop_map(move |count| [&a, &b, &c].into_iter().take(count).cloned().collect())
    });
    let several = several.prop_map(|all: Vec<Polygon>| MultiPolygon(all).into());
    prop_oneof![
        (0..18).prop_flat_map(area).prop_map(Geometry::from),
        several
    ]
    .boxed()
}

fn mixed() -> BoxedStrategy<Geometry> {
    let one = || prop_oneof![points(), lines(), areas()];
    let collection =
        vec(one(), 1..4).prop_map(|all| Geometry::GeometryCollection(GeometryCollection(all)));
    prop_oneof![3 => one(), 1 => collection].boxed()
}

fn layer_of(geometry: BoxedStrategy<Geometry>) -> impl Strategy<Value = Vec<Feature>> {
    let feature = (option::weighted(0.9, geometry), values());
    vec(feature, 0..40).prop_map(|all| {
        let ids = (0_u32..).map(|at| format!("<{}> ü", at.wrapping_mul(2_654_435_761)));
        let features = ids.zip(all).map(|(id, (geometry, values))| Feature {
            id: id.into(),
            geometry,
            values: values.into(),
        });
        features.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn points_come_back(features in layer_of(points())) {
        check(GeometryKind::Point, features);
    }

    #[test]
    fn plain_points_come_back(features in layer_of(place().prop_map(Geometry::from).boxed())) {
        check(GeometryKind::Point, features);
    }

    #[test]
    fn lines_come_back(features in layer_of(lines())) {
        check(GeometryKind::Line, features);
    }

    #[test]
    fn areas_come_back(features in layer_of(areas())) {
        check(GeometryKind::Polygon, features);
    }

    #[test]
    fn everything_comes_back(features in layer_of(mixed())) {
        check(GeometryKind::Any, features);
    }

    #[test]
    fn damaged_files_never_panic(
        features in layer_of(points()), at: prop::sample::Index, byte: u8, length in 1..40_usize,
    ) {
        let layer = layer(schema(GeometryKind::Point), &features);
        for form in forms(&layer) {
            let mut file = written(form, &layer);
            if file.is_empty() {
                continue;
            }
            let at = at.index(file.len());
            let end = (at + length).min(file.len());
            file[at..end].fill(byte);
            self::features(form, layer.schema(), &file);
        }
    }

    #[test]
    fn no_beginning_of_garbage_panics(bytes in vec(any::<u8>(), 0..300)) {
        for facts in FORMATS {
            let schema = schema(GeometryKind::Any);
            features(facts, &schema, &bytes);
            for start in [&b"fgb\x03fgb\0"[..], b"SQLite format 3\0", b"<kml><Placemark>", b"<gpx><wpt "] {
                features(facts, &schema, &[start, &bytes].concat());
            }
        }
    }
}

/// A layer of which every row is written whole.
fn small() -> Arc<Layer> {
    let feature = |id: u8| Feature {
        id: format!("f{id}").into(),
        geometry: Some(point!(x: 45.0, y: f64::from(id)).into()),
        values: [
            Value::Text("تقرير".into()),
            Value::Null,
            Value::Null,
            Value::Integer(7),
            Value::Number(0.5),
            Value::Boolean(true),
            Value::Text("2023-03-19".into()),
            Value::Null,
            Value::Json("[1]".into()),
        ]
        .into(),
    };
    let features: Vec<Feature> = (0..20).map(feature).collect();
    layer(schema(GeometryKind::Point), &features)
}

#[test]
fn a_file_cut_anywhere_is_refused_with_a_reason() {
    let layer = small();
    let is_framed = |form: &&'static FileFormat| {
        ![&geojson::SEQUENCE, &geojson::LINES, &csv::FORMAT].contains(form)
    };
    for form in forms(&layer).filter(is_framed) {
        let file = written(form, &layer);
        // After the last tag or brace only a line's end follows.
        let ends = (0..file.len().saturating_sub(2)).step_by(1 + file.len() / 600);
        for end in ends {
            let read = features(form, layer.schema(), &file[..end]);
            let told = read.last().and_then(|last| last.as_ref().err());
            let told = told.unwrap_or_else(|| panic!("{form:?} cut at {end} of {}", file.len()));
            assert!(told.line > 0 && told.reason.len() > 10, "{form:?}: {told}");
        }
    }
}

#[test]
fn a_character_that_xml_has_no_form_for_is_replaced() {
    let mut values = vec![Value::Null; 9];
    values[0] = Value::Text("a\u{1}b\u{FFFF}c".into());
    let feature = Feature {
        id: "a".into(),
        geometry: Some(point!(x: 1.0, y: 2.0).into()),
        values: values.into(),
    };
    let layer = layer(schema(GeometryKind::Point), &[feature]);
    for form in [&kml::FORMAT, &gpx::FORMAT] {
        let read = features(form, layer.schema(), &written(form, &layer));
        let title = &read[0].as_ref().unwrap().values[0];
        assert_eq!(
            *title,
            Value::Text("a\u{FFFD}b\u{FFFD}c".into()),
            "{form:?}"
        );
    }
}

#[test]
fn every_form_with_a_place_for_it_has_the_notice() {
    let layer = small();
    let notices = [
        (&flatgeobuf::FORMAT, "https://example.org/?a&b"),
        (&geopackage::FORMAT, "https://example.org/?a&b"),
        (&kml::FORMAT, "https://example.org/?a&amp;b"),
        (&gpx::FORMAT, "https://example.org/?a&amp;b"),
    ];
    for (form, notice) in notices {
        let file = written(form, &layer);
        let has_it = file
            .windows(notice.len())
            .any(|part| part == notice.as_bytes());
        assert!(has_it, "{form:?}");
    }
}
