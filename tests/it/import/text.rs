//! Text in other encodings than UTF-8, and JSON as programs write it.

use serde_json::json;

use crate::program::Program;

#[test]
fn a_file_tells_its_encoding_or_it_is_said() {
    let program = Program::new();
    let table = "name,lat,lon\nمريوان,35.5,46.1\n";
    let arabic = encoding_rs::WINDOWS_1256.encode(table).0;
    let utf16: Vec<u8> = format!("\u{feff}{table}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let kml = "<?xml version=\"1.0\" encoding=\"windows-1256\"?><kml><Placemark><name>مريوان</name><Point>\
               <coordinates>46.1,35.5</coordinates></Point></Placemark></kml>";
    program.file("arabic.csv", &arabic);
    program.file("utf16.csv", utf16);
    program.file("arabic.kml", encoding_rs::WINDOWS_1256.encode(kml).0);
    for (layer, args) in [
        ("a", vec!["arabic.csv", "--encoding", "windows-1256"]),
        ("b", vec!["utf16.csv"]),
        ("c", vec!["arabic.kml"]),
    ] {
        program.ok(&[vec!["import", "--layer", layer], args].concat());
        assert_eq!(
            program.features(layer)[0]["properties"]["name"],
            "مريوان",
            "{layer}"
        );
    }
    program.fails(
        &["import", "arabic.csv", "--layer", "d"],
        1,
        "--encoding windows-1256",
    );
    let args = [
        "import",
        "utf16.csv",
        "--layer",
        "d",
        "--encoding",
        "latin-9000",
    ];
    program.fails(&args, 2, "it is the name of an encoding");
}

#[test]
fn a_point_without_coordinates_is_no_place() {
    let program = Program::new();
    let of = |id: &str, coordinates: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{}},"geometry":{{"type":"Point","coordinates":{coordinates}}}}}"#
        )
    };
    let features = [of("a", "[ ]"), of("b", "[46.1,35.5]")].join(",");
    program.file(
        "t.geojson",
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#),
    );
    program.ok(&["import", "t.geojson", "--layer", "t"]);
    let mut places: Vec<_> = program
        .features("t")
        .iter()
        .map(|one| one["geometry"].clone())
        .collect();
    places.sort_by_key(ToString::to_string);
    assert_eq!(
        places,
        [
            json!(null),
            json!({"type": "Point", "coordinates": [46.1, 35.5]})
        ]
    );
}

#[test]
fn a_fault_says_which_feature_of_a_line_it_is() {
    let program = Program::new();
    let of = |id: &str, value: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{"a":{value}}},"geometry":{{"type":"Point","coordinates":[46,35]}}}}"#
        )
    };
    let features = [of("x", "1"), of("y", "NaN"), of("x", "2")].join(",");
    program.file(
        "t.geojson",
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#),
    );
    let said = program.fails(
        &["import", "t.geojson", "--layer", "t"],
        6,
        "2 rows were refused",
    );
    for fault in [
        "line 1: row 2 on it: this is not a valid GeoJSON feature",
        "it has NaN, for which JSON has no word: null would be right",
        "line 1: row 3 on it: the id \"x\" is already that of line 1",
    ] {
        assert!(said.err.contains(fault), "{}", said.err);
    }
}

#[test]
fn a_member_that_is_there_twice_is_kept_twice() {
    let program = Program::new();
    program.file(
        "t.geojson",
        r#"{"type":"Feature","id":"x","properties":{"name":"A","Name":"B","name":"C"},"geometry":{"type":"Point","coordinates":[46,35]}}"#,
    );
    let said = program.run(&["import", "t.geojson", "--layer", "t"]);
    assert!(
        said.err.contains("the later one is called Name_2"),
        "{said:?}"
    );
    let properties = &program.features("t")[0]["properties"];
    assert_eq!(properties["name"], "A");
    assert_eq!(properties["Name_2"], "B");
    assert_eq!(properties["name_3"], "C");
}
