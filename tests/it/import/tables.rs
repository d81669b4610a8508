//! Tables as spreadsheets, forms and data portals write them.

use serde_json::{Value as Json, json};

use crate::program::Program;

/// Imports a table as a new layer: its features' properties by the order of ids, and what was said.
fn imported(name: &str, content: &str, args: &[&str]) -> (Vec<Json>, String) {
    let program = Program::new();
    program.file(name, content);
    let all = [&["import", name, "--layer", "t"], args].concat();
    let said = program.run(&all);
    assert_eq!(said.code, 0, "{said:?}");
    let mut features = program.features("t");
    features.sort_by_key(|feature| feature["id"].to_string());
    for feature in &mut features {
        let properties = feature["properties"].as_object_mut().unwrap();
        properties.retain(|name, _| !name.starts_with("border_"));
    }
    (features, said.err)
}

/// That a table has one row, at 46.18 east and 35.52 north, with these properties; what was said.
fn one(content: &str, args: &[&str], properties: &Json) -> String {
    let (features, said) = imported("t.csv", content, args);
    assert_eq!(features.len(), 1, "{content}");
    assert_eq!(
        features[0]["geometry"]["coordinates"],
        json!([46.18, 35.52]),
        "{content}"
    );
    assert_eq!(&features[0]["properties"], properties, "{content}: {said}");
    said
}

#[test]
fn a_header_is_found_behind_what_programs_put_before_it() {
    let a = json!({"name": "A"});
    one("sep=;\nname;lat;lon\nA;35.52;46.18\n", &[], &a);
    one("\r\n\r\nname;lat;lon\r\nA;35.52;46.18\r\n", &[], &a);
    one("name|lat|lon\nA|35.52|46.18\n", &[], &a);
    let said = one("Posts of 2024\n\nname,lat,lon\nA,35.52,46.18\n", &[], &a);
    assert!(
        said.contains("passed over: 1 line before the header"),
        "{said}"
    );
    let said = one(
        "name,lat,lon\n#adm1,#geo+lat,#geo+lon\nA,35.52,46.18\n",
        &[],
        &a,
    );
    assert!(said.contains("the row of HXL tags"), "{said}");
    // A row that begins like a tag and has values is a row.
    one(
        "name,lat,lon\n#A,35.52,46.18\n",
        &[],
        &json!({"name": "#A"}),
    );
}

#[test]
fn rows_are_told_by_their_line_in_the_file() {
    let program = Program::new();
    program.file("t.csv", "Title\n\nname,lat,lon\nA,35.52,46.18\nB,95,46\n");
    program.fails(
        &["import", "t.csv", "--layer", "t"],
        6,
        "t.csv: line 5: latitude 95",
    );
}

#[test]
fn positions_are_found_under_the_names_that_forms_give_them() {
    one("site,lat,long\nA,35.52,46.18\n", &[], &json!({"site": "A"}));
    let said = one(
        "location-Latitude,location-Longitude\n35.52,46.18\n",
        &[],
        &json!({}),
    );
    assert!(
        said.contains("\"location-Longitude\" and \"location-Latitude\""),
        "{said}"
    );
    one(
        "__gps_latitude,__gps_longitude,_gps\n35.52,46.18,x\n",
        &[],
        &json!({"_gps": "x"}),
    );
    let said = one("n,Coordinates\n1,\"35.52, 46.18\"\n", &[], &json!({"n": 1}));
    assert!(said.contains("read as latitude, then longitude"), "{said}");
    one("n,geopoint\n1,35.52 46.18 0 4.5\n", &[], &json!({"n": 1}));
    one(
        "n,a,b\n1,46.18,35.52\n",
        &["--lon", "a", "--lat", "b"],
        &json!({"n": 1}),
    );
    one("n;lat;lon\n1;35,52;46,18\n", &[], &json!({"n": 1}));
    one(
        "n,where\n1,POINT (46.18 35.52)\n",
        &["--geometry", "where"],
        &json!({"n": 1}),
    );
    let program = Program::new();
    program.file("t.csv", "a,b\n46,35\n");
    for (args, message) in [
        (
            vec![],
            "--lon and --lat, or --geometry, say which columns they are",
        ),
        (
            vec!["--lon", "a", "--lat", "c"],
            "there is no column \"c\"; the file has a, b",
        ),
    ] {
        let all = [vec!["import", "t.csv", "--layer", "t"], args].concat();
        program.fails(&all, 1, message);
    }
}

#[test]
fn columns_keep_their_names_or_get_one() {
    let said = one(
        ",name,lat,lon\n7,A,35.52,46.18\n",
        &[],
        &json!({"column_1": 7, "name": "A"}),
    );
    assert!(
        said.contains("column 1 has no name in the header: it is called column_1"),
        "{said}"
    );
    let both = json!({"name": "A", "Name_2": "B"});
    one("name,Name,lat,lon\nA,B,35.52,46.18\n", &[], &both);
    let args = ["--no-header", "--lon", "column_3", "--lat", "column_2"];
    one("A,35.52,46.18\n", &args, &json!({"column_1": "A"}));
    one(
        " name , lat , lon \n A , 35.52 , 46.18 \n",
        &[],
        &json!({"name": "A"}),
    );
    let (features, _) = imported("t.csv", "id , lat , lon\n 1 , 35.52 , 46.18\n", &[]);
    assert_eq!(features[0]["id"], "1");
}

#[test]
fn what_would_not_be_the_same_as_a_number_stays_text() {
    let codes = "id,lat,lon,section,grid,code,price\na,35,46,1.10,1E10,007,12.50\nb,35,46,1.1,2E5,12,3.25\n";
    let (features, said) = imported("t.csv", codes, &[]);
    let a = json!({"section": "1.10", "grid": "1E10", "code": "007", "price": 12.5});
    let b = json!({"section": "1.1", "grid": "2E5", "code": "12", "price": 3.25});
    assert_eq!(
        [&features[0]["properties"], &features[1]["properties"]],
        [&a, &b]
    );
    for column in ["section stays text", "grid stays text", "code stays text"] {
        assert!(said.contains(column), "{said}");
    }
    let (features, _) = imported("t.csv", codes, &["--type", "section=number"]);
    assert_eq!(features[0]["properties"]["section"], 1.1);
    let (features, _) = imported("t.csv", "lat,lon,n\n35,46,5\n", &["--type", "n=text"]);
    assert_eq!(features[0]["properties"]["n"], "5");
    let program = Program::new();
    program.file("t.csv", "lat,lon,n\n35,46,5\n");
    let args = ["import", "t.csv", "--layer", "t", "--type", "m=text"];
    program.fails(&args, 1, "--type: there is no column \"m\"; there are n");
}

#[test]
fn whole_numbers_beyond_a_double_are_compared_exactly() {
    let program = Program::new();
    program.file(
        "t.csv",
        "id,lat,lon,osm\na,35,46,9007199254740992\nb,35,46,9007199254740993\nc,35,46,9007199254740994\n\
         d,35,46,1789012345678901250\ne,35,46,1789012345678901251\n",
    );
    program.ok(&["import", "t.csv", "--layer", "t"]);
    for (filter, ids) in [
        ("osm > 9007199254740992", "bcde"),
        ("osm >= 9007199254740993", "bcde"),
        ("osm = 9007199254740993", "b"),
        ("osm < 9007199254740994", "ab"),
        ("osm > 1789012345678901250", "e"),
        (
            "osm BETWEEN 9007199254740993 AND 1789012345678901250",
            "bcd",
        ),
        ("osm IN (9007199254740993, 1789012345678901251)", "be"),
    ] {
        let found = program.ok(&["export", "t", "--format", "csv", "--filter", filter]);
        let found: String = found.lines().skip(1).map(|row| &row[..1]).collect();
        assert_eq!(found, ids, "{filter}");
    }
}
