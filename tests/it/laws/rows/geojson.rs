//! GeoJSON in each of its framings, and what is none.

use bordermap::format::geojson;
use proptest::prelude::*;

use super::rows;

/// The longest row that is read, in bytes.
const ROW_BYTES_MAX: usize = 32 << 20;

/// What a text reads as: `id@line` of each row, `!line reason` of each fault.
fn told(text: &[u8], lines: bool) -> Vec<String> {
    let format = if lines {
        &geojson::LINES
    } else {
        &geojson::FORMAT
    };
    rows(format, text)
        .map(|row| match row {
            Ok(row) => format!("{}@{}", row.id.unwrap_or_default(), row.line),
            Err(fault) => format!("!{} {}", fault.line, fault.reason),
        })
        .collect()
}

fn check(text: &str, wanted: &[&str]) {
    let told = told(text.as_bytes(), false);
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        let fits = match wanted.strip_prefix('!') {
            Some(part) => told.starts_with(wanted) || told.contains(part),
            None => told == wanted,
        };
        assert!(fits, "{told} is not {wanted}");
    }
}

const A: &str = r#"{"type":"Feature","id":"a","properties":{"n":"] } \" \\"},"geometry":{"type":"Point","coordinates":[45.5,35.5,900]}}"#;
const B: &str = r#"{"id":7,"geometry":null,"properties":null,"type":"Feature"}"#;

#[test]
fn every_framing_gives_the_same_rows() {
    check(
        &format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{A},\n{B}\n]}}"),
        &["a@2", "7@3"],
    );
    check(
        &format!(
            "\u{feff}{{\"features\":[{A},{B}],\"x\":[1,{{}}],\"type\":\"FeatureCollection\"}}\n"
        ),
        &["a@1", "7@1"],
    );
    check(&format!("{A}\n\n{B}\r\n"), &["a@1", "7@3"]);
    check(&format!("\u{1e}{A}\n\u{1e}{B}\n"), &["a@1", "7@2"]);
    check(&format!("[{A},{B}]"), &["a@1", "7@1"]);
    check(A, &["a@1"]);
    check(r#"{"type":"Point","coordinates":[1,2]}"#, &["@1"]);
    check(r#"{"type":"FeatureCollection","features":[]}"#, &[]);
}

#[test]
fn a_position_keeps_two_numbers() {
    let row = rows(&geojson::FORMAT, A.as_bytes())
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(row.geometry, Some(geo::Point::new(45.5, 35.5).into()));
    assert_eq!(row.properties.get("n"), Some(&r#"] } " \"#.into()));
}

#[test]
fn a_bad_feature_does_not_hide_the_next() {
    for bad in [
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[181,0]}}"#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,0]}}"#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,0]}}"#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1]}}"#,
        r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2]]}}"#,
        r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}}"#,
        r#"{"type":"Feature","geometry":{"type":"Blob"}}"#,
        r#"{"type":"Feature","geometry":5}"#,
        r#"{"type":"Feature","id":[1]}"#,
        r#"{"type":"Feature","properties":[]}"#,
        r#"{"type":"Feature","crs":{"properties":{"name":"EPSG:32638"}}}"#,
        r#"{"type":"Banana"}"#,
        r#"{"no":"type"}"#,
        "5",
        "null",
        r#"{"type" "Feature"}"#,
    ] {
        check(
            &format!("{{\"type\":\"FeatureCollection\",\"features\":[{bad},\n{B}]}}"),
            &["!1 ", "7@2"],
        );
        assert_eq!(told(format!("{bad}\n{B}").as_bytes(), true)[1], "7@2");
    }
    check(&format!("{A}\n{{\"broken\n{B}"), &["a@1", "!2 ", "7@3"]);
}

#[test]
fn broken_json_ends_with_a_fault() {
    check("", &["!1 this is not JSON: the file is empty"]);
    check("<kml/>", &["!1 this is not JSON: it begins with '<'"]);
    check(&format!("[{A}"), &["a@1", "!not whole"]);
    check(
        &format!("[{A} {B}]"),
        &["a@1", "!'{' stands where ',' is due"],
    );
    check(&format!("[{A}]]"), &["a@1", "!1 "]);
    check(&format!("{{\"features\":[{A}]}}"), &["a@1", "!no \"type\""]);
    check(
        r#"{"type":"FeatureCollection"}"#,
        &["!no \"features\" array"],
    );
    check(
        &format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::3857"}}}},"features":[{A}]}}"#
        ),
        &["!\"urn:ogc:def:crs:EPSG::3857\""],
    );
    check(
        &format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}},"features":[{A}]}}"#
        ),
        &["a@1"],
    );
}

#[test]
fn deep_and_long_values_are_faults() {
    let deep = "[".repeat(300) + &"]".repeat(300);
    check(
        &format!("[{{\"type\":\"Feature\",\"properties\":{{\"x\":{deep}}}}},{B}]"),
        &["!recursion limit", "7@1"],
    );
    check(&"[".repeat(100_000), &["!nested deeper"]);
    let long = "x".repeat(ROW_BYTES_MAX + 1);
    check(
        &format!("[{{\"type\":\"Feature\",\"id\":\"{long}\"}},{B}]"),
        &["!longer than 32 MiB", "7@1"],
    );
}

#[test]
fn cut_anywhere_it_is_a_fault_and_no_panic() {
    let whole = format!("{{\"type\":\"FeatureCollection\",\"features\":[{A},{B}],\"é\":1}}");
    for end in 0..whole.len() {
        let told = told(&whole.as_bytes()[..end], false);
        assert!(
            told.last().is_some_and(|last| last.starts_with('!')),
            "cut at {end}: {told:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), lines: bool) {
        told(&bytes, lines);
    }

    #[test]
    fn no_json_like_input_panics(text in r#"[\[\]{}",:0-9a \n\u{1e}\\]{0,80}"#, lines: bool) {
        let text = text.replace('a', "\"features\":[").replace('0', "\"type\":\"Feature\"");
        told(text.as_bytes(), lines);
    }
}
