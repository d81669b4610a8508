//! CSV in its dialects, and what is none.

use bordermap::format::{csv, wkt};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::rows;

fn told(text: &[u8]) -> Vec<String> {
    rows(&csv::FORMAT, text)
        .map(|row| match row {
            Ok(row) => format!(
                "{}@{} {} {}",
                row.id.unwrap_or_default(),
                row.line,
                row.geometry.as_ref().map(wkt::write).unwrap_or_default(),
                row.properties
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect::<Json>()
            ),
            Err(fault) => format!("!{} {}", fault.line, fault.reason),
        })
        .collect()
}

fn check(text: &str, wanted: &[&str]) {
    let told = told(text.as_bytes());
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.starts_with(wanted), "{told} is not {wanted}");
    }
}

#[test]
fn dialects_are_taken() {
    check(
        "id,Lon,LAT,title\na,45.5,35.5,\"x, \"\"y\"\"\"\n",
        &[r#"a@2 POINT (45.5 35.5) {"title":"x, \"y\""}"#],
    );
    check(
        "\u{feff}x;y;n\r\n1;2;\r\n",
        &[r#"@2 POINT (1 2) {"n":null}"#],
    );
    check("longitude\tlatitude\n1\t2", &["@2 POINT (1 2) {}"]);
    check(
        "WKT\n\"LINESTRING (1 2, 3 4)\"\n",
        &["@2 LINESTRING (1 2, 3 4) {}"],
    );
    check(
        "lon,lat,geometry\n9,9,POINT (1 2)\n",
        &[r#"@2 POINT (1 2) {"lon":"9","lat":"9"}"#],
    );
    check("lon,lat\n,\n", &["@2  {}"]);
    check("lon,lat\n", &[]);
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    for end in ["\n", "\r\n"] {
        let text = [
            "lon,lat,t",
            "1,2,a",
            "",
            "",
            "1,2,\"b",
            "b\"",
            "1,2,c",
            "200,2,d",
            "1,2,e",
        ]
        .join(end);
        let lines: Vec<u64> = rows(&csv::FORMAT, text.as_bytes())
            .map(|row| row.map_or_else(|fault| fault.line, |row| row.line))
            .collect();
        assert_eq!(lines, [2, 5, 7, 8, 9], "{end:?}");
        let lines: Vec<u64> = rows(&csv::FORMAT, format!("{text}{end}").as_bytes())
            .map(|row| row.map_or_else(|fault| fault.line, |row| row.line))
            .collect();
        assert_eq!(lines, [2, 5, 7, 8, 9], "{end:?}");
    }
}

#[test]
fn faults_say_what_is_wrong() {
    check("", &["!1 the file is empty"]);
    check("a,b\n1,2\n", &["!1 the header has no columns lon and lat"]);
    check(
        "lon,lat,a,a,\n1,2,3,4,5\n",
        &[r#"@2 POINT (1 2) {"a":"3","a_2":"4","column_5":"5"}"#],
    );
    check("lon;lat\n1,5;2\n", &["@2 POINT (1.5 2)"]);
    check(
        "lon,lat\n\"1,5\",2\n1,2\n",
        &[
            "!2 the longitude \"1,5\" is not a decimal number, with a point",
            "@3",
        ],
    );
    check(
        "lon,lat\n1\n1,2,3\n1,2",
        &[
            "!2 the row has 1 cells, the header 2",
            "!3 the row has 3",
            "@4",
        ],
    );
    check("lon,lat\n181,2\n", &["!2 longitude 181 is not between"]);
    check("lon,lat\n1,\n", &["!2 the latitude \"\" is not"]);
    check("wkt\nPOINT (1)\n", &["!2 \"1\" is not a position"]);
    let told = told(b"lon,lat,t\n1,2,\xE9\n");
    assert!(
        told[0].starts_with("!2 column \"t\" is not UTF-8"),
        "{told:?}"
    );
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        told(&bytes);
        told(&[b"lon,lat,t\n", &*bytes].concat());
    }
}
