//! KML and GPX as other programs write them: all that they tell is kept, or named.

use serde_json::{Value as Json, json};

use crate::program::Program;

/// Imports a document: its features, and what was said.
fn imported(name: &str, content: &str) -> (Vec<Json>, String) {
    let program = Program::new();
    program.file(name, content);
    let said = program.run(&["import", name, "--layer", "t"]);
    assert_eq!(said.code, 0, "{said:?}");
    let mut features = program.features("t");
    for feature in &mut features {
        let properties = feature["properties"].as_object_mut().unwrap();
        properties.retain(|name, value| !name.starts_with("border_") && !value.is_null());
    }
    features.sort_by_key(|feature| feature["properties"].to_string());
    (features, said.err)
}

fn kml(placemarks: &str) -> String {
    format!(
        "<kml xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><Document>{placemarks}</Document></kml>"
    )
}

#[test]
fn what_a_placemark_tells_is_kept_or_named() {
    let point = "<Point><coordinates>\n 46.18, 35.52 , 0\n</coordinates></Point>";
    let document = kml(&format!(
        "<Folder><name>North</name><Folder><name>Sector 1</name><Placemark><name>a</name><TimeSpan><begin>2024-05-01</begin>\
         <end>2024-05-03</end></TimeSpan><address>Main st</address><phoneNumber>0770</phoneNumber><visibility>0</visibility>\
         <styleUrl>#x</styleUrl>{point}</Placemark></Folder></Folder><Folder><Placemark><name>b</name>{point}</Placemark>\
         </Folder><Placemark><name>c</name>{point}</Placemark>"
    ));
    let (features, said) = imported("t.kml", &document);
    let a = json!({
        "name": "a", "begin": "2024-05-01", "end": "2024-05-03", "address": "Main st", "phone": "0770",
        "folder": "North / Sector 1",
    });
    let properties: Vec<_> = features.iter().map(|one| &one["properties"]).collect();
    assert_eq!(
        properties,
        [&a, &json!({"name": "b"}), &json!({"name": "c"})]
    );
    assert_eq!(
        features[0]["geometry"]["coordinates"],
        json!([46.18, 35.52])
    );
    for passed_over in ["<visibility>, 1 feature", "<styleUrl>, 1 feature"] {
        assert!(said.contains(passed_over), "{said}");
    }
    assert!(said.contains("time: from begin until end"), "{said}");
}

#[test]
fn a_name_and_data_of_the_same_name_are_both_kept() {
    let document = kml(
        "<Placemark id=\"1\"><name>My House</name><ExtendedData><Data name=\"Name\"><value>Your House</value></Data>\
         <Data name=\"name\"><value>Their House</value></Data><Data name=\"id\"><value>A-7</value></Data></ExtendedData>\
         <Point><coordinates>46.18,35.52</coordinates></Point></Placemark>",
    );
    let program = Program::new();
    program.file("t.kml", document);
    program.ok(&["import", "t.kml", "--layer", "t"]);
    let before = program.features("t");
    let told = &before[0]["properties"];
    let names = [
        &told["name"],
        &told["Name_2"],
        &told["name_3"],
        &told["id"],
        &before[0]["id"],
    ];
    assert_eq!(names, ["My House", "Your House", "Their House", "A-7", "1"]);
    for form in ["kml", "csv", "geojson", "gpkg"] {
        let file = format!("again.{form}");
        program.ok(&["export", "t", "-o", &file]);
        let said = program.ok(&["import", &file, "--layer", "t"]);
        assert_eq!(
            said, "0 added, 0 updated, 1 unchanged, 0 refused\n",
            "{form}"
        );
    }
}

#[test]
fn tracks_of_google_are_lines() {
    let when = "<when>2024-05-01T06:00:00Z</when><when>2024-05-01T06:10:00Z</when>";
    let track = format!(
        "<gx:Track>{when}<gx:coord>46.18 35.52 0</gx:coord><gx:coord>46.19 35.53 0</gx:coord></gx:Track>"
    );
    let still =
        "<gx:Track><when>2024-05-01T06:00:00Z</when><gx:coord>46.18 35.52 0</gx:coord></gx:Track>";
    let document = kml(&format!(
        "<Placemark><name>a</name>{track}</Placemark><Placemark><name>b</name><gx:MultiTrack>{track}{track}</gx:MultiTrack>\
         </Placemark><Placemark><name>c</name>{still}</Placemark>"
    ));
    let (features, said) = imported("t.kml", &document);
    let kinds: Vec<_> = features
        .iter()
        .map(|one| &one["geometry"]["type"])
        .collect();
    assert_eq!(kinds, ["LineString", "MultiLineString", "Point"]);
    assert_eq!(features[0]["properties"]["begin"], "2024-05-01T06:00:00Z");
    assert_eq!(features[0]["properties"]["end"], "2024-05-01T06:10:00Z");
    assert!(
        said.contains("passed over: times and heights of a track's positions, 4 features"),
        "{said}"
    );
}

#[test]
fn what_a_waypoint_tells_is_kept_or_named() {
    let document = "<gpx><wpt lat=\"35.52\" lon=\"46.18\"><ele>1320.5</ele><time>2024-05-01T06:10:00Z</time><name>007</name>\
        <link href=\"https://example.org/p/1.jpg\"><text>photo</text></link><hdop>2.1</hdop><sat>9</sat>\
        <extensions><gpxx:WaypointExtension><gpxx:DisplayMode>Symbol</gpxx:DisplayMode><gpxx:Categories>\
        <gpxx:Category>Checkpoints</gpxx:Category><gpxx:Category>Gates</gpxx:Category></gpxx:Categories></gpxx:WaypointExtension>\
        <osmand:icon>star</osmand:icon></extensions></wpt>\
        <trk><name>still</name><trkseg><trkpt lat=\"35.52\" lon=\"46.18\"/></trkseg></trk>\
        <trk><name>walk</name><trkseg><trkpt lat=\"35.52\" lon=\"46.18\"><time>2024-05-01T06:10:00Z</time></trkpt>\
        <trkpt lat=\"35.53\" lon=\"46.19\"><time>2024-05-01T06:20:00Z</time></trkpt></trkseg></trk></gpx>";
    let (features, said) = imported("t.gpx", document);
    let gate = json!({
        "ele": 1320.5, "time": "2024-05-01T06:10:00Z", "name": "007", "link": "https://example.org/p/1.jpg",
        "link_text": "photo", "hdop": 2.1, "sat": 9, "DisplayMode": "Symbol", "Category": "Checkpoints",
        "Category_2": "Gates", "icon": "star",
    });
    let found = |name: &str| {
        features
            .iter()
            .find(|one| one["properties"]["name"] == name)
            .unwrap()
    };
    assert_eq!(found("007")["properties"], gate);
    assert_eq!(found("still")["geometry"]["type"], "Point");
    assert_eq!(found("walk")["properties"]["begin"], "2024-05-01T06:10:00Z");
    assert_eq!(found("walk")["properties"]["end"], "2024-05-01T06:20:00Z");
    assert!(
        said.contains("what is told of each position of a track or route"),
        "{said}"
    );
}
