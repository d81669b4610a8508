//! Files that were made to harm, or that no person has made: each is refused with a reason, soon, and in
//! bounded memory.

mod geopackage;

use crate::program::{Program, Said};

/// Imports a file that must be refused with all of it in at most so many kilobytes of address space.
fn refused_within(program: &Program, name: &str, kilobytes: u64, code: i32, message: &str) -> Said {
    let said = imported_within(program, name, kilobytes);
    assert_eq!(said.code, code, "{name}: {said:?}");
    assert!(said.err.contains(message), "{name}: {said:?}");
    said
}

/// Imports a file, to see whether it could be, in at most so many kilobytes of address space.
fn imported_within(program: &Program, name: &str, kilobytes: u64) -> Said {
    let limit = format!("ulimit -v {kilobytes}; exec \"$0\" import {name} --layer t --dry-run");
    let mut command = std::process::Command::new("bash");
    command
        .arg("-c")
        .arg(limit)
        .arg(env!("CARGO_BIN_EXE_bordermap"));
    program.said(command)
}

/// As much as the program takes for itself, its threads' stacks and the shipped data, and half a gigabyte.
const ROOM_KB: u64 = 2 << 20;

#[test]
fn a_table_has_not_any_number_of_columns() {
    let program = Program::new();
    let names: Vec<String> = (0..100_000).map(|at| format!("c{at}")).collect();
    let cells = ",".repeat(names.len() - 1);
    program.file(
        "wide.csv",
        format!("lon,lat,{}\n46,35,{cells}\n", names.join(",")),
    );
    let message = "the header has 100002 columns or properties, and 2000 are taken at most";
    refused_within(&program, "wide.csv", ROOM_KB, 1, message);
    let members: Vec<String> = names[..2001]
        .iter()
        .map(|name| format!("\"{name}\":1"))
        .collect();
    program.file(
        "wide.geojson",
        format!(
            "{{\"type\":\"Feature\",\"geometry\":null,\"properties\":{{{}}}}}",
            members.join(",")
        ),
    );
    let message = "2001 columns or properties, and 2000 are taken at most";
    refused_within(&program, "wide.geojson", ROOM_KB, 1, message);
    let data: Vec<String> = names[..2001]
        .iter()
        .map(|name| format!("<Data name=\"{name}\"><value>1</value></Data>"))
        .collect();
    let data = data.concat();
    program.file(
        "wide.kml",
        format!("<kml><Placemark><ExtendedData>{data}</ExtendedData></Placemark></kml>"),
    );
    refused_within(&program, "wide.kml", ROOM_KB, 1, message);
    let attributes: Vec<String> = names[..300]
        .iter()
        .map(|name| format!(" {name}=\"1\""))
        .collect();
    let attributes = attributes.concat();
    program.file(
        "attributes.kml",
        format!("<kml><Placemark{attributes}/></kml>"),
    );
    let message = "more than 256 attributes in one element";
    refused_within(&program, "attributes.kml", ROOM_KB, 1, message);
}

#[test]
fn one_feature_does_not_take_all_memory() {
    let program = Program::new();
    let feature = |geometry: &str, properties: &str| {
        format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{properties}}}")
    };
    let check = |text: String, message: &str| {
        program.file("large.geojson", text);
        refused_within(&program, "large.geojson", ROOM_KB, 1, message);
    };
    let lists = "[],".repeat(10_000_000);
    check(
        feature("null", &format!("{{\"a\":[{lists}[]]}}")),
        "the properties take 30000010 bytes, and 4 MiB are taken at most",
    );
    check(
        feature("null", &format!("{{\"a\":\"{}\"}}", "x".repeat(60_000_000))),
        "longer than 32 MiB, the most that is taken of one row",
    );
    let positions = "[1,2],".repeat(5_000_000);
    check(
        feature(
            &format!("{{\"type\":\"LineString\",\"coordinates\":[{positions}[1,3]]}}"),
            "{}",
        ),
        "the geometry has more numbers than 1000000 positions have",
    );
    let numbers = "1,".repeat(15_000_000);
    check(
        feature(
            &format!("{{\"type\":\"Point\",\"coordinates\":[{numbers}1]}}"),
            "{}",
        ),
        "the geometry has more numbers than 1000000 positions have",
    );
    check(
        format!(
            "{{\"type\":\"Feature\",\"id\":[{lists}[]],\"geometry\":null,\"properties\":null}}"
        ),
        "the \"id\" takes 30000004 bytes, and 65536 are taken at most",
    );
    program.file("cell.csv", format!("lon,lat,a\n46,35,\"[{lists}[]]\"\n"));
    refused_within(
        &program,
        "cell.csv",
        ROOM_KB,
        1,
        "the properties take 30000005 bytes, and 4 MiB",
    );
    program.file(
        "open.csv",
        format!("lon,lat,a\n46,35,\"{}", "x,".repeat(20_000_000)),
    );
    refused_within(
        &program,
        "open.csv",
        ROOM_KB,
        1,
        "a row is longer than 32 MiB",
    );
}

/// As many rings as a feature may have, all at one position or all in one row: valid, and taken.
#[test]
fn an_area_of_many_rings_is_taken() {
    let program = Program::new();
    let check = |name: &str, geometry: String| {
        let text = format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{{}}}}");
        program.file(name, text);
        let said = imported_within(&program, name, ROOM_KB);
        assert_eq!(said.code, 0, "{name}: {said:?}");
        assert!(said.out.contains("1 added"), "{name}: {said:?}");
    };
    let count = 99_000_u32;
    let at = |turn: f64| {
        let (y, x) = (turn / f64::from(count) * std::f64::consts::TAU).sin_cos();
        format!("[{},{}]", 46.0 + 0.1 * x, 33.0 + 0.1 * y)
    };
    let triangle = |number: f64| {
        let (one, other) = (at(number), at(number + 0.5));
        format!("[[[46,33],{one},{other},[46,33]]]")
    };
    let fan: Vec<String> = (0..count).map(f64::from).map(triangle).collect();
    check(
        "fan.geojson",
        format!(
            "{{\"type\":\"MultiPolygon\",\"coordinates\":[{}]}}",
            fan.join(",")
        ),
    );
    let hole = |number: u32| {
        let (west, south) = (44.0 + f64::from(number / 2) * 1e-4, 33 + number % 2);
        let east = west + 5e-5;
        format!("[[{west},{south}],[{east},{south}],[{east},{south}.0001],[{west},{south}]]")
    };
    let holes: Vec<String> = (0..count).map(hole).collect();
    check(
        "holes.geojson",
        format!(
            "{{\"type\":\"Polygon\",\"coordinates\":[[[43,29],[50,29],[50,36],[43,36],[43,29]],{}]}}",
            holes.join(",")
        ),
    );
}

/// What a file says of itself is told, but not at its length, and not so that it steers a terminal.
#[test]
fn a_message_is_short_and_plain() {
    let program = Program::new();
    let lists = "[],".repeat(10_000_000);
    for (before, after) in [("", ",\"features\":[]"), ("\"features\":[],", "")] {
        let text = format!("{{\"type\":\"FeatureCollection\",{before}\"crs\":[{lists}[]]{after}}}");
        program.file("crs.geojson", text);
        let message = "the \"crs\" takes 30000004 bytes, and 65536 are taken at most";
        refused_within(&program, "crs.geojson", ROOM_KB, 1, message);
    }
    let header = "\u{1b}[31mx\u{202e}".repeat(1_000_000);
    program.file("header.csv", format!("id{header}\n1\n"));
    let said = refused_within(
        &program,
        "header.csv",
        ROOM_KB,
        1,
        "it has id\\u{1b}[31mx\\u{202e}",
    );
    let rows = format!("46,35,{}\n", "\u{1b}[2Jx".repeat(100_000)).repeat(3);
    program.file("rows.csv", format!("lon,lat,date\n{rows}"));
    let of_rows = program.fails(
        &[
            "import",
            "rows.csv",
            "--layer",
            "incidents",
            "--ignore-unknown",
        ],
        6,
        "\\u001b[2Jx",
    );
    program.file("names.csv", "lon,lat,\u{1b}[2J\n46,35,1\n");
    let of_names = program.run(&["import", "names.csv", "--layer", "names"]);
    assert!(of_names.err.contains("\\u{1b}[2J"), "{of_names:?}");
    for said in [said, of_rows, of_names] {
        assert!(said.err.len() < 20_000, "{} bytes", said.err.len());
        assert!(!said.err.contains(['\u{1b}', '\u{202e}']), "{}", said.err);
    }
}

/// A file that cannot be read is named, once, and what is too long is not called another fault.
#[test]
fn what_cannot_be_read_is_said_as_it_is() {
    let program = Program::new();
    std::fs::create_dir(program.path("folder")).unwrap();
    let args = ["import", "folder", "--layer", "t"];
    program.fails(&args, 1, "bordermap: folder is a folder, not a file");
    let said = program.fails(
        &["import", "no.csv", "--layer", "t"],
        1,
        "no.csv cannot be read: there is no such file",
    );
    assert_eq!(said.err.matches("no.csv").count(), 1, "{said:?}");
    let name = "a".repeat(40_000_000);
    program.file(
        "name.kml",
        format!("<kml><Placemark><name>{name}</name></Placemark></kml>"),
    );
    let message = "the file cannot be read on: a feature is longer than 32 MiB";
    refused_within(&program, "name.kml", ROOM_KB, 1, message);
}
