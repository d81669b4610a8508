//! What is written in any form reads back the same, and a damaged file is refused, never a panic.

mod layers;

use std::io::{BufReader, Cursor};
use std::sync::Arc;

use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::{GeometryKind, Schema, Value};
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::collection::CollectionHead;
use bordermap::format::export::Export;
use bordermap::format::file::{Cells, FileFormat};
use bordermap::format::reading::{ReadOptions, Remarks};
use bordermap::format::row::RowFault;
use bordermap::format::view::{PlaceColumns, View};
use bordermap::format::writer::ExportOptions;
use bordermap::format::{FORMATS, csv, flatgeobuf, geojson, geopackage, gpx, kml};
use bordermap::import::shape::Shaper;
use geo::{Geometry, point};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use tempfile::NamedTempFile;

use layers::{areas, layer_of, lines, mixed, place, points};

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
        id: None,
        keep_equal: false,
        cells: form.cells != Cells::Typed,
        ignore_unknown: false,
        make_valid: false,
    };
    let reader = Box::new(BufReader::new(Cursor::new(file.to_vec())));
    let scratch = Some(NamedTempFile::new().unwrap());
    let options = ReadOptions {
        layer: schema.id.to_string(),
        ..ReadOptions::default()
    };
    form.rows(reader, &options, &Remarks::default(), scratch)
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
