//! Exports, as a person makes them.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use bordermap::format::{FORMATS, gpx};

use crate::program::Program;

#[test]
fn an_export_comes_back_as_it_was() {
    let program = Program::new();
    let layers = ["incidents", "border", "provinces", "crossings"];
    let files = FORMATS
        .into_iter()
        .flat_map(|form| layers.map(|layer| (layer, form)));
    for (layer, form) in files {
        let file = &format!("{layer}.{}", form.extensions[0]);
        if (layer, form) == ("provinces", &gpx::FORMAT) {
            let args = ["export", layer, "-o", file];
            program.fails(&args, 1, "GPX has a form for points and lines only");
            continue;
        }
        program.ok(&["export", layer, "-o", file]);
        let said = program.ok(&["import", file, "--layer", layer]);
        let count = program.features(layer).len();
        assert_eq!(
            said,
            format!("0 added, 0 updated, {count} unchanged, 0 refused\n"),
            "{file}"
        );
    }
    let left: Vec<_> = fs::read_dir(program.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains(".part")),
        "{left:?}"
    );
}

#[test]
fn every_form_makes_a_layer_anew() {
    let program = Program::new();
    let incidents = program.features("incidents");
    for form in FORMATS {
        let file = &format!("new.{}", form.extensions[0]);
        let layer = &format!("from-{}", form.names[0]);
        program.ok(&["export", "incidents", "--format", form.names[0], "-o", file]);
        // Neither its name nor a layer of that name tells what it is.
        fs::rename(program.path(file), program.path("file")).unwrap();
        let said = program.ok(&["import", "file", "--layer", layer]);
        let count = incidents.len();
        assert_eq!(
            said,
            format!("{count} added, 0 updated, 0 unchanged, 0 refused\n"),
            "{layer}"
        );
        let derived = [
            "border_km",
            "border_distance_m",
            "border_segment",
            "border_side",
            "position_uncertainty_m",
        ];
        for (new, old) in program.features(layer).iter().zip(&incidents) {
            assert_eq!(
                (&new["id"], &new["geometry"]),
                (&old["id"], &old["geometry"])
            );
            for (name, value) in new["properties"].as_object().unwrap() {
                let is_same = old["properties"][name] == *value;
                assert!(
                    is_same || derived.contains(&name.as_str()),
                    "{layer}: {name} of {}",
                    old["id"]
                );
            }
            assert!(
                new["properties"]["border_km"] == old["properties"]["border_km"],
                "{layer}"
            );
        }
    }
}

#[test]
fn an_export_has_what_was_selected() {
    let program = Program::new();
    let export = |args: &[&str]| {
        let args = [&["export", "incidents", "--format", "geojsonl"], args].concat();
        program
            .ok(&args)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Json>>()
    };
    let both = export(&["--where", "category=clash", "--where", "category=strike"]);
    assert!(
        both.iter()
            .all(|one| ["clash", "strike"]
                .contains(&one["properties"]["category"].as_str().unwrap()))
    );
    let clashes = export(&["--where", "category=clash"]).len();
    assert!(0 < clashes && clashes < both.len());
    let near = export(&["--near", "46.18,35.52", "--limit", "5"]);
    let distances: Vec<f64> = near
        .iter()
        .map(|one| one["properties"]["distance_m"].as_f64().unwrap())
        .collect();
    assert!(distances.len() == 5 && distances.is_sorted());
    assert!(export(&["--datetime", "../2017-12-31"]).is_empty());
    let csv = program.ok(&[
        "export",
        "incidents",
        "--format",
        "csv",
        "--near",
        "46.18,35.52",
        "--limit",
        "1",
    ]);
    assert!(
        csv.starts_with("id,lon,lat,title,")
            && csv.lines().next().unwrap().ends_with(",distance_m"),
        "{csv}"
    );
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let program = Program::new();
    program.seed();
    let mut child = program
        .command(&["export", "border"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn an_export_goes_to_whoever_reads_as_long_as_they_read() {
    let program = Program::new();
    program.seed();
    let plain = program.ok(&["export", "crossings"]);
    assert_eq!(program.ok(&["export", "crossings", "-o", "-"]), plain);
    assert!(!program.path("-").exists());
    for form in FORMATS.iter().map(|form| form.names[0]) {
        let mut child = program
            .command(&["export", "places", "--format", form])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut beginning = [0; 10];
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut beginning).unwrap();
        drop(out);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        assert!(ended.stderr.is_empty(), "{ended:?}");
    }
}

#[test]
fn a_scratch_file_goes_with_its_export() {
    let program = Program::new();
    let scratch = program.path("scratch");
    fs::create_dir(&scratch).unwrap();
    let server = program.serve_with(&[("TMPDIR", scratch.to_str().unwrap())]);
    // But for the folder where servers say that they run.
    let is_empty = || {
        let names = fs::read_dir(&scratch).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name());
        names.all(|name| name.to_string_lossy().starts_with("bordermap-servers-"))
    };
    for form in FORMATS.iter().filter(|form| form.needs_scratch) {
        let path = format!("/api/collections/border/export?f={}", form.names[0]);
        let address = server.url.trim_start_matches("http://");
        let ask = || {
            let mut stream = TcpStream::connect(address).unwrap();
            let head =
                format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            stream
        };
        let mut whole = Vec::new();
        ask().read_to_end(&mut whole).unwrap();
        assert!(whole.ends_with(b"\r\n0\r\n\r\n"), "{}", form.title);
        // Somebody who goes while it is written.
        ask().read_exact(&mut [0; 12]).unwrap();
        let begin = Instant::now();
        while !is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(20), "{}", form.title);
            thread::sleep(Duration::from_millis(20));
        }
    }
    assert_eq!(server.stop().0, 0);
}

#[test]
fn a_safe_export_has_no_formulas_and_comes_back() {
    let program = Program::new();
    program.file(
        "notes.geojsonl",
        [
            ("=cmd()", "=1+1"),
            ("b", "+964 770"),
            ("c", "-"),
            ("d", "@SUM(A1)"),
            ("e", "'=quoted"),
            ("f", "'plain"),
            ("g", "\\t=tab"),
        ]
        .map(|(id, text)| {
            format!(r#"{{"type":"Feature","id":"{id}","geometry":{{"type":"Point","coordinates":[-46,-35]}},"properties":{{"text":"{text}","n":-5}}}}"#)
        })
        .join("\n"),
    );
    program.ok(&["import", "notes.geojsonl", "--layer", "notes"]);
    let table = program.ok(&["export", "notes", "--format", "csv", "--safe"]);
    let cells = table.lines().skip(1).flat_map(|line| line.split(','));
    let harmful: Vec<&str> = cells
        .filter(|cell| {
            cell.trim_matches('"')
                .starts_with(['=', '+', '-', '@', '\t'])
        })
        .filter(|cell| cell.parse::<f64>().is_err())
        .collect();
    assert!(harmful.is_empty(), "{harmful:?} in {table}");
    assert!(table.contains("'=cmd(),-46,-35,'=1+1,-5"), "{table}");
    for form in ["safe", "plain"] {
        let all = ["export", "notes", "-o", "notes.csv", "--safe"];
        program.ok(&all[..if form == "safe" { 5 } else { 4 }]);
        let again = program.ok(&["import", "notes.csv", "--layer", "notes"]);
        assert_eq!(
            again, "0 added, 0 updated, 7 unchanged, 0 refused\n",
            "{form}"
        );
    }
    program.fails(
        &["export", "notes", "--format", "kml", "--safe"],
        1,
        "--safe guards the cells of CSV, with --format csv",
    );
}

#[test]
fn a_feature_is_called_the_same_everywhere() {
    let program = Program::new();
    let named = [
        ("a", "first,second,third", "first"),
        ("b", ",second,third", "second"),
        ("c", ",,third", "third"),
    ];
    let rows: String = named
        .map(|(id, names, _)| format!("{id},45,35,{names}\n"))
        .concat();
    let head = "id,lon,lat,title,name_en,name\n";
    program.file("spots.csv", head.to_owned() + &rows);
    program.ok(&["import", "spots.csv", "--layer", "spots"]);
    let table = program.ok(&["near", "45,35", "--layer", "spots"]);
    let file = program.ok(&["export", "spots", "--format", "kml"]);
    let server = program.serve();
    for (id, _, label) in named {
        let row = table.lines().find(|line| line.ends_with(id)).unwrap();
        assert_eq!(row.matches(label).count(), 1, "{row}");
        let (_, placemark) = file
            .split_once(&format!("<Placemark id=\"{id}\">"))
            .unwrap();
        assert!(
            placemark.starts_with(&format!("<name>{label}</name>")),
            "{file}"
        );
        let path = format!("/api/collections/spots/items/{id}?f=html");
        let (_, page) = server.get(&path);
        assert!(
            page.contains(&format!("<h1 dir=\"auto\">{label}</h1>")),
            "{page}"
        );
    }
}
