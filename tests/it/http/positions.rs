//! Positions over the wire: beside the border, and such as may be the other way round.

use crate::support::server::Server;

const ITEMS: &str = "/api/collections/reports/items";
const EXPORT: &str = "/api/collections/reports/export";

#[test]
fn a_position_is_located() {
    let server = Server::start();
    let located = server.get("/api/border/locate?point=45.1,35.5").json();
    insta::assert_json_snapshot!(located, @r###"
    {
      "km": 55.47259,
      "distance_m": 9072.938,
      "side": null,
      "side_unknown": "no-outlines",
      "segment": "north",
      "segment_name": "The north",
      "foot": [
        45.0,
        35.50004144
      ]
    }
    "###);
    // The other way round: what is at a kilometre.
    let at = server.get("/api/border/position?km=55.47259").json();
    let foot = [0, 1].map(|axis| at["foot"][axis].as_f64().unwrap());
    assert!(
        (foot[0] - 45.0).abs() < 1e-8 && (foot[1] - 35.500_041_44).abs() < 1e-8,
        "{at}"
    );
    assert_eq!(at["distance_m"], 0.0);
    assert_eq!(at["side_unknown"], "on-the-line");
    let beyond = server.get("/api/border/position?km=5000").problem(400);
    assert_eq!(beyond["errors"][0]["code"], "out-of-range");
    assert!(
        beyond["errors"][0]["max"]
            .as_f64()
            .is_some_and(|max| max > 100.0)
    );
    for wrong in ["km=10&point=45,35", "km=", "km=-1", "km=NaN", ""] {
        server
            .get(&format!("/api/border/position?{wrong}"))
            .problem(400);
    }
    let beyond = server.get("/api/border/locate?point=45,37").json();
    assert_eq!(beyond["side"], serde_json::Value::Null);
    assert_eq!(beyond["km"], 0.0);
}

#[test]
fn swapped_coordinates_are_answered_as_asked_and_warned_of() {
    let server = Server::start();
    let warned = |query: &str| server.get(&format!("{ITEMS}?{query}"));
    let check = |query: &str, parameter: &str, other: &str| {
        let answer = warned(query).json();
        let warning = &answer["warnings"][0];
        assert_eq!(warning["parameter"], parameter, "{answer}");
        assert_eq!(warning["code"], "maybe-swapped");
        assert_eq!(warning["other"], other);
        assert!(warning["detail"].as_str().unwrap().contains("the order is"));
        let told = format!("{parameter}={other}");
        for file in [
            format!("{ITEMS}?{query}&f=csv"),
            format!("{EXPORT}?{query}&f=geojson"),
        ] {
            let header = server.get(&file).header("bordermap-warning");
            assert!(
                header.is_some_and(|header| header.ends_with(&told)),
                "{file}"
            );
        }
        let page = warned(&format!("{query}&f=html"));
        let page = page.text();
        assert!(
            page.contains(&format!(">{told}</a> is the other way round")),
            "{page}"
        );
        assert_eq!(
            warned(&told).json().get("warnings"),
            None,
            "the right one is not warned of"
        );
    };
    check("near=35.5,45.1&radius=30km", "near", "45.1,35.5");
    check("bbox=35,44,36,45", "bbox", "44,35,45,36");
    let both = warned("near=35.5,45.1&bbox=35,44,36,45").json();
    assert_eq!(both["warnings"].as_array().map(Vec::len), Some(2));
    for far in [
        "near=2.35,48.85",
        "bbox=-180,-90,180,90",
        "bbox=177,65,-177,90",
    ] {
        assert_eq!(warned(far).json().get("warnings"), None, "{far}");
    }
    let located = server.get("/api/border/locate?point=35.5,45.1").json();
    assert_eq!(located["warnings"][0]["other"], "45.1,35.5");
}
