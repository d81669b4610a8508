//! What is asked in the terminal: lengths with and without units, decimals, the order of coordinates, and how
//! distances are told.

use crate::program::Program;

#[test]
fn a_bare_radius_is_metres_and_said() {
    let program = Program::new();
    let told = "within 25 m (25 without a unit is metres; 25km for kilometres)";
    let table = program.ok(&["near", "46.1763,35.527", "--radius", "25"]);
    assert!(table.contains(told), "{table}");
    let table = program.ok(&["near", "46.18,35.52", "--radius", "25"]);
    assert!(
        table.ends_with(&format!("Nothing in incidents {told}.\n")),
        "{table}"
    );
    let said = program.run(&["near", "46.18,35.52", "--radius", "25", "--json"]);
    assert!(
        said.err.contains(told) && said.out.starts_with('{'),
        "{said:?}"
    );
    let args = [
        "export",
        "incidents",
        "--near",
        "46.18,35.52",
        "--radius",
        "25",
    ];
    assert!(program.run(&args).err.contains(told));
    let said = program.run(&["near", "46.18,35.52", "--radius", "25km"]);
    assert!(
        said.out.contains("within 25 km,") && !said.out.contains("without a unit"),
        "{said:?}"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line a number")]
fn numbers_that_are_none_say_what_would_be_right() {
    let program = Program::new();
    let near = |radius: &str, wanted: &str| {
        for args in [
            &["near", "46,35", "--radius", radius][..],
            &["export", "places", "--near", "46,35", "--radius", radius],
        ] {
            program.fails(args, 2, wanted);
        }
    };
    near("12,5", "decimals take a point: 12.5");
    near("12,5km", "decimals take a point: 12.5km");
    near("0", "a radius is more than 0 and at most 2000 km");
    near("-5", "a radius is more than 0 and at most 2000 km");
    near("2001km", "at most 2000 km");
    near("far", "is not a length such as 25km");
    program.fails(
        &["near", "46,18,35,52"],
        2,
        "decimals take a point: 46.18,35.52",
    );
    program.fails(&["near", "46,18;35,52"], 2, "longitude first");
    program.fails(
        &["export", "incidents", "--bbox", "45,5;35;47;36,5"],
        2,
        "decimals take a point: 45.5,35,47,36.5",
    );
    program.fails(
        &["near", "46.18,", "35.52"],
        2,
        "tip: a position or a box is one word",
    );
    for limit in ["abc", "0", "20000", "-1"] {
        let flag = format!("--limit={limit}");
        program.fails(
            &["near", "46.18,35.52", &flag],
            2,
            "it is a whole number from 1 to 10000",
        );
    }
    program.fails(
        &["serve", "--rate-limit", "foo"],
        2,
        "it is a whole number from 0 up",
    );
    program.fails(&["serve", "--log", "!!"], 2, "it is a level such as info");
    program.fails(
        &["serve", "--store", "postgres://h/db"],
        2,
        "a store is a file, not an address",
    );
    let twice = [
        "serve",
        "--listen",
        "127.0.0.1:18999",
        "--health-listen",
        "127.0.0.1:18999",
    ];
    program.fails(&twice, 1, "this server's map is there already");
    let said = program.run(&["export", "border", "-o", "border.xls"]);
    assert!(
        said.code == 0 && said.err.contains("border.xls is GeoJSON: .xls"),
        "{said:?}"
    );
}

#[test]
fn swapped_coordinates_are_recognised_and_offered() {
    let program = Program::new();
    let said = program.run(&["near", "35.52,46.18", "--radius", "25km"]);
    assert_eq!(said.code, 0, "{said:?}");
    for part in [
        "the order is LON,LAT",
        "bordermap near 46.18,35.52 --radius 25km",
    ] {
        assert!(said.err.contains(part), "{said:?}");
    }
    let args = [
        "export",
        "incidents",
        "--bbox=35,45,36,47",
        "--filter",
        "category = 'clash'",
    ];
    let said = program.run(&args);
    let right =
        r"bordermap export incidents --bbox=45,35,47,36 --filter 'category = '\''clash'\'''";
    assert!(said.err.contains(right), "{said:?}");
    let args = [
        "export",
        "incidents",
        "--near",
        "35.52, 46.18",
        "--radius",
        "25km",
    ];
    let said = program.run(&args);
    assert!(said.err.contains("--near 46.18,35.52"), "{said:?}");
    // Right ones, and those that are far away whichever way round, are not remarked on.
    for args in [
        &["near", "46.18,35.52"][..],
        &["near", "2.35,48.85"],
        &["near", "47.97,29.37"],
        &["export", "border", "--bbox", "45,35,47,36"],
        &["export", "border", "--bbox=-180,-90,180,90"],
    ] {
        assert!(
            !program.run(args).err.contains("the other way round"),
            "{args:?}"
        );
    }
}

#[test]
fn a_file_with_swapped_coordinates_is_warned_of() {
    let program = Program::new();
    program.seed();
    let rows = |order: &str| format!("id,{order},name\np1,35.52,46.18,A\np2,35.6,45.9,B\n");
    let import = |order: &str| {
        program.file("posts.csv", rows(order));
        let said = program.run(&["import", "posts.csv", "--layer", "posts", "--dry-run"]);
        assert_eq!(said.code, 0, "{said:?}");
        said.err
    };
    let err = import("lon,lat");
    assert!(
        err.contains("warning: 2 features lie more than 700 km from the border"),
        "{err}"
    );
    assert!(
        !import("lat,lon").contains("warning"),
        "the header says which is which"
    );
}

#[test]
fn a_distance_reads_as_on_the_page() {
    let program = Program::new();
    let table = program.ok(&["near", "46.18,35.52", "--radius", "25km", "--limit", "1"]);
    assert!(table.contains("about 1 km ±20 km  2018-07-21"), "{table}");
    assert!(
        table.starts_with("46.18,35.52 lies 15 km from the border"),
        "{table}"
    );
    assert!(!table.contains("up to"), "{table}");
    let far = program.ok(&["near", "55,25", "--layer", "crossings", "--limit", "1"]);
    assert!(far.contains(" km ±") || far.contains(" km  "), "{far}");
}
