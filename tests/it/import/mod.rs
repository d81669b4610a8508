//! Files to features, and what is said of rows that are refused.

mod identity;
mod tables;
mod text;
mod times;
mod xml;

use std::fmt::Write as _;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::program::Program;

#[test]
fn a_layer_is_created_after_saying_so() {
    let program = Program::new();
    program.seed();
    program.file(
        "posts.csv",
        "lon,lat,name,opened,phone,staff\n45.9,35.6,\"Post, A\",2020-01-02,0770123,4\n46,35.5,Post B,,0770124,\n",
    );
    let said = program.run(&["import", "posts.csv", "--layer", "posts"]);
    assert_eq!(
        said.out, "2 added, 0 updated, 0 unchanged, 0 refused\n",
        "{said:?}"
    );
    assert_eq!(
        said.err.lines().next(),
        Some(
            "There is no layer posts: it will be created, with the fields name (text), opened (date), \
             phone (text), staff (integer)."
        )
    );
    let posts = program.features("posts");
    let post = &posts
        .iter()
        .find(|post| post["properties"]["staff"] == 4)
        .unwrap()["properties"];
    assert_eq!(post["phone"], "0770123");
    assert_eq!(post["border_side"], "IQ");
    let again = program.ok(&["import", "posts.csv", "--layer", "posts"]);
    assert_eq!(again, "0 added, 0 updated, 2 unchanged, 0 refused\n");
    // The same content in another format is the same features.
    program.ok(&["export", "posts", "-o", "posts.geojson"]);
    let text = std::fs::read_to_string(program.path("posts.geojson")).unwrap();
    let mut anonymous: serde_json::Value = serde_json::from_str(&text).unwrap();
    for feature in anonymous["features"].as_array_mut().unwrap() {
        feature.as_object_mut().unwrap().remove("id");
    }
    let said = program.piped(&["import", "-", "--layer", "posts"], &anonymous.to_string());
    assert_eq!(
        said.out, "0 added, 0 updated, 2 unchanged, 0 refused\n",
        "{said:?}"
    );
}

const MIXED: &str = "id,lon,lat,name\na,46,35,A\nb,46,95,B\nc,46,35\na,46,35,again\nd,46,35,D\n";

#[test]
fn one_bad_row_keeps_the_file_out() {
    let program = Program::new();
    program.file("mixed.csv", MIXED);
    let said = program.fails(
        &["import", "mixed.csv", "--layer", "mixed"],
        6,
        "3 rows were refused; no row was taken",
    );
    for fault in [
        "mixed.csv: line 3: latitude 95 is not between -90 and 90",
        "mixed.csv: line 4: the row has 3 cells, the header 4",
        "mixed.csv: line 5: the id \"a\" is already that of line 2",
    ] {
        assert!(said.err.contains(fault), "{}", said.err);
    }
    assert!(
        !program.ok(&["check"]).contains("mixed"),
        "not even the layer is there"
    );
}

#[test]
fn good_rows_are_taken_alone_if_asked() {
    let program = Program::new();
    program.file("mixed.csv", MIXED);
    let args = ["import", "mixed.csv", "--layer", "mixed", "--keep-going"];
    let said = program.fails(&args, 6, "3 rows were refused; the others were taken");
    assert_eq!(said.out, "2 added, 0 updated, 0 unchanged, 3 refused\n");
    assert_eq!(program.features("mixed").len(), 2);
}

#[test]
fn a_dry_run_says_and_does_nothing() {
    let program = Program::new();
    program.seed();
    program.ok(&["export", "crossings", "-o", "crossings.csv"]);
    let text = std::fs::read_to_string(program.path("crossings.csv")).unwrap();
    let changed = text
        .replacen("Shushmi", "Shushme", 1)
        .replacen("bashmaq-penjwen", "bashmaq", 1);
    program.file("crossings.csv", changed);
    let before = program.features("crossings");
    let said = program.ok(&[
        "import",
        "crossings.csv",
        "--layer",
        "crossings",
        "--dry-run",
    ]);
    assert_eq!(
        said,
        "dry run: 1 added, 1 updated, 10 unchanged, 0 refused\n"
    );
    program.file("new.csv", "lon,lat\n1,2\n");
    program.ok(&["import", "new.csv", "--layer", "new", "--dry-run"]);
    assert_eq!(program.features("crossings"), before);
    assert!(!program.ok(&["check"]).contains("new"));
}

#[test]
fn rows_must_fit_the_layer() {
    let program = Program::new();
    let check = |properties: &str, geometry: &str, message: &str| {
        program.file(
            "one.geojson",
            format!(
                r#"{{"type":"Feature","id":"x","geometry":{geometry},"properties":{properties}}}"#
            ),
        );
        program.fails(
            &["import", "one.geojson", "--layer", "incidents"],
            6,
            message,
        );
    };
    let point = r#"{"type":"Point","coordinates":[46,35]}"#;
    let line = r#"{"type":"LineString","coordinates":[[46,35],[46,36]]}"#;
    check("{}", point, "property \"title\" is missing");
    check(
        r#"{"status":"certain"}"#,
        point,
        "not one of reported, corroborated",
    );
    check(r#"{"fatalities_min":"two"}"#, point, "not a whole number");
    check(
        r#"{"mood":1}"#,
        point,
        "property \"mood\" is not a field of layer incidents",
    );
    check("{}", line, "layer incidents holds points, not lines");
}

#[test]
fn derived_fields_of_a_file_are_not_believed() {
    let program = Program::new();
    let was = program.features("crossings");
    program.ok(&["export", "crossings", "-o", "crossings.csv"]);
    let text = std::fs::read_to_string(program.path("crossings.csv")).unwrap();
    program.file("crossings.csv", text.replace(",IQ\r\n", ",IR\r\n"));
    program.ok(&["import", "crossings.csv", "--layer", "crossings"]);
    assert_eq!(program.features("crossings"), was);
}

#[test]
fn what_cannot_be_read_is_a_clear_message() {
    let program = Program::new();
    program.file("a.kml", "<html/>");
    program.file("a.csv", "<kml/>");
    program.file("empty.geojson", "");
    program.file("empty.csv", "");
    program.file(
        "cut.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","#,
    );
    program.fails(&["import", "nothing.csv", "--layer", "x"], 1, "nothing.csv");
    program.fails(
        &["import", "a.kml", "--layer", "x"],
        1,
        "this is not KML: it begins with <html>",
    );
    program.fails(
        &["import", "a.csv", "--layer", "places"],
        6,
        "no columns lon and lat",
    );
    program.fails(
        &["import", "empty.geojson", "--layer", "x"],
        1,
        "the file is empty",
    );
    program.fails(
        &["import", "empty.csv", "--layer", "x"],
        1,
        "the file is empty: its first line has the names of the columns",
    );
    program.fails(
        &["import", "cut.geojson", "--layer", "places"],
        6,
        "not whole",
    );
    program.fails(&["import", ".", "--layer", "places"], 1, "");
    program.fails(
        &["import", "a.kml", "--layer", "No Such"],
        1,
        "lower case letters",
    );
}

#[test]
fn many_refused_rows_are_counted() {
    let program = Program::new();
    program.seed();
    let mut text = "lon,lat\n".to_owned();
    for _ in 0..50 {
        text.push_str("x,y\n");
    }
    program.file("bad.csv", text);
    let said = program.fails(
        &["import", "bad.csv", "--layer", "places"],
        6,
        "50 rows were refused",
    );
    assert!(
        said.err.contains("bad.csv: 30 more rows refused"),
        "{}",
        said.err
    );
    assert_eq!(said.err.lines().count(), 22, "{}", said.err);
}

/// Whatever moment it is killed at, the file is in whole or not at all.
#[test]
fn a_killed_import_leaves_all_or_nothing() {
    const ROWS: usize = 20_000;
    let program = Program::new();
    let mut text = "id,lon,lat,name\n".to_owned();
    for row in 0..ROWS {
        let lng = 44.0 + row as f64 / 5000.0;
        let _ = writeln!(text, "r{row},{lng},35,Row {row}");
    }
    program.file("many.csv", text);
    program.seed();
    let mut whole = 0;
    for round in 0..10 {
        let layer = format!("many{round}");
        let mut child = program
            .command(&["import", "many.csv", "--layer", &layer])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(60 * round));
        let _ = child.kill();
        child.wait().unwrap();
        let found = program.ok(&["check"]);
        let count = found.lines().find_map(|line| {
            line.trim()
                .strip_suffix(&layer)?
                .trim()
                .parse::<usize>()
                .ok()
        });
        assert!(matches!(count, None | Some(ROWS)), "round {round}: {found}");
        whole += usize::from(count.is_some());
    }
    assert!(whole < 10, "nothing was ever interrupted");
}

#[test]
fn an_area_that_crosses_itself_is_refused_with_the_place_or_mended() {
    let program = Program::new();
    let area = |id: &str, ring: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
    };
    let bow = area("bow", "[46,35],[47,36],[47,35],[46,36],[46,35]");
    let eight = area(
        "eight",
        "[46,35],[46.5,35.5],[47,35],[47,36],[46.5,35.5],[46,36],[46,35]",
    );
    let sound = area("sound", "[46,35],[47,35],[47,36],[46,35]");
    program.file("areas.geojsonl", [bow, eight, sound].join("\n"));
    let said = program.fails(
        &["import", "areas.geojsonl", "--layer", "areas"],
        6,
        "2 rows were refused",
    );
    for fault in [
        "line 1: the area crosses itself at 46.5,35.5; import it with --make-valid to have it mended",
        "line 2: a ring of the area touches itself at 46.5,35.5; import it with --make-valid",
    ] {
        assert!(said.err.contains(fault), "{}", said.err);
    }
    let told = program.ok(&[
        "import",
        "areas.geojsonl",
        "--layer",
        "areas",
        "--make-valid",
    ]);
    assert_eq!(
        told,
        "3 added, 0 updated, 0 unchanged, 0 refused, 2 mended\n"
    );
    for feature in program.features("areas") {
        let kind = &feature["geometry"]["type"];
        let wanted = if feature["id"] == "sound" {
            "Polygon"
        } else {
            "MultiPolygon"
        };
        assert_eq!(kind, wanted);
    }
    // What was mended is what it was mended to.
    let again = program.ok(&[
        "import",
        "areas.geojsonl",
        "--layer",
        "areas",
        "--make-valid",
    ]);
    assert_eq!(
        again,
        "0 added, 0 updated, 3 unchanged, 0 refused, 2 mended\n"
    );
    program.ok(&["export", "areas", "-o", "areas.geojson"]);
    assert_eq!(
        program.ok(&["import", "areas.geojson", "--layer", "areas"]),
        "0 added, 0 updated, 3 unchanged, 0 refused\n"
    );
}

#[test]
fn a_star_that_nobody_could_draw_is_refused() {
    let program = Program::new();
    let (count, step) = (20_001_u32, 9_999.0);
    let at = |number: u32| {
        let turn = f64::from(number) * step / f64::from(count) * std::f64::consts::TAU;
        format!("[{},{}]", 46.0 + turn.cos(), 35.0 + turn.sin())
    };
    let mut ring: Vec<String> = (0..count).map(at).collect();
    ring.push(ring[0].clone());
    let ring = ring.join(",");
    program.file(
        "star.geojson",
        format!(r#"{{"type":"Feature","id":"s","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#),
    );
    let args = ["import", "star.geojson", "--layer", "star", "--make-valid"];
    program.fails(&args[..4], 6, "line 1: the area crosses itself at ");
    program.fails(
        &args[..4],
        6,
        "; --make-valid cannot mend it: its edges cross 10000 times or more; correct it",
    );
    program.fails(
        &args,
        6,
        "the area cannot be mended: its edges cross 10000 times or more",
    );
}
