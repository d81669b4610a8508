//! Vector tiles over the wire.

use mvt_reader::feature::Value;

use crate::support::client::Reply;
use crate::support::server::Server;
use crate::support::tile::{Drawn, decode};
use crate::support::world::{self, CATEGORIES, REPORTS, report_at};

pub(super) const TILES: &str = "/api/collections/reports/tiles/WebMercatorQuad";
const MVT: &str = "application/vnd.mapbox-vector-tile";

#[track_caller]
pub(super) fn drawn(reply: &Reply) -> Vec<Drawn> {
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    assert_eq!(reply.header("content-type").as_deref(), Some(MVT));
    decode(&reply.body, "reports")
}

#[test]
fn a_tile_holds_what_the_filters_select() {
    let server = Server::start();
    for query in [
        "",
        "f=mvt",
        "category=clash&category=seizure",
        "datetime=2023-03-01/2023-05-31&checked=true",
        "bbox=44.3,34.5,45.1,35.2",
        "near=45,35&radius=40km",
        "near=45,35&radius=40km&category=clash&bbox=44,34,45,35",
    ] {
        let in_tile = drawn(&server.get(&format!("{TILES}/0/0/0?{query}")));
        let mut ids: Vec<_> = in_tile.iter().map(|drawn| drawn.id().unwrap()).collect();
        ids.sort_unstable();
        let items = query.trim_start_matches("f=mvt");
        let reply = server.get(&format!(
            "/api/collections/reports/items?limit=1000&{items}"
        ));
        let mut expected = reply.ids();
        // The report without a place is in no tile.
        expected.retain(|id| id != "r-013");
        expected.sort_unstable();
        assert!(!expected.is_empty(), "{query}");
        assert_eq!(ids, expected, "{query}");
    }
}

#[test]
fn a_feature_has_in_a_tile_what_a_map_draws_by() {
    let server = Server::start();
    let reply = server.get(&format!(
        "{TILES}/0/0/0?title=Report+%3C104%3E+%D8%AA%D9%82%D8%B1%D9%8A%D8%B1"
    ));
    let [drawn] = &drawn(&reply)[..] else {
        panic!("not one");
    };
    let names: Vec<_> = drawn.properties.keys().map(String::as_str).collect();
    let expected = [
        "border_distance_m",
        "border_km",
        "category",
        "checked",
        "date",
        "dead",
        "id",
        "score",
        "title",
    ];
    assert_eq!(
        names, expected,
        "the sources and the segment are left to the feature; without provinces there is no side"
    );
    let has = |name: &str| drawn.properties[name].clone();
    assert_eq!(has("title"), Value::String("Report <104> تقرير".into()));
    assert_eq!(has("category"), Value::String("clash".into()));
    assert_eq!(has("dead"), Value::UInt(4));
    assert_eq!(has("score"), Value::Double(0.0));
    assert_eq!(has("checked"), Value::Bool(true));
    assert_eq!(has("date"), Value::String("2023-09-21".into()));
    // Null is left out.
    let without_date = server.get(&format!(
        "{TILES}/0/0/0?title=Report+%3C14%3E+%D8%AA%D9%82%D8%B1%D9%8A%D8%B1"
    ));
    assert!(
        !self::drawn(&without_date)[0]
            .properties
            .contains_key("date")
    );
}

#[test]
fn a_crowded_tile_counts_by_category() {
    let server = Server::start();
    world::report(&server.live, (REPORTS..3000).map(report_at).collect());
    let total = |query: &str| {
        let reply = server.get(&format!("/api/collections/reports/items?limit=1&{query}"));
        reply.json()["numberMatched"].as_u64().unwrap()
    };
    let marks = drawn(&server.get(&format!("{TILES}/2/1/2")));
    assert!(marks.len() <= 1024);
    assert_eq!(
        marks.iter().map(Drawn::stands_for).sum::<u64>(),
        total("") - 1
    );
    assert!(marks.iter().any(|mark| mark.stands_for() > 10));
    let of_clusters = |category: &str| {
        let key = format!("category:{category}");
        marks.iter().map(|mark| mark.count(&key)).sum::<u64>()
    };
    let of_singles = |category: &str| {
        let is = |mark: &&Drawn| {
            mark.properties.get("category") == Some(&Value::String(category.into()))
        };
        marks.iter().filter(is).count() as u64
    };
    for category in CATEGORIES {
        let unplaced = u64::from(category == CATEGORIES[13 % 3]);
        let expected = total(&format!("category={category}")) - unplaced;
        assert_eq!(of_clusters(category) + of_singles(category), expected);
    }
    // The filter comes before the counting, and thins the crowd.
    let clashes = drawn(&server.get(&format!("{TILES}/2/1/2?category=clash")));
    assert_eq!(clashes.len() as u64, total("category=clash"));
    assert!(clashes.iter().all(|mark| mark.id().is_some()));
}

#[test]
fn an_empty_tile_is_a_tile_without_layers() {
    let server = Server::start();
    for path in [
        format!("{TILES}/0/0/0?dead=99"),
        format!("{TILES}/22/1671000/2613000"),
        "/api/tiles/WorldCRS84Quad/0/0/1?collections=reports&bbox=0,0,1,1".into(),
    ] {
        let reply = server.get(&path);
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{path}");
        assert_eq!(reply.header("content-type").as_deref(), Some(MVT));
    }
}

#[test]
fn there_is_no_tile_outside_the_set() {
    let server = Server::start();
    for tile in [
        "23/0/0",
        "255/0/0",
        "256/0/0",
        "2147483647/0/0",
        "0/1/0",
        "0/0/1",
        "5/32/0",
        "5/0/32",
        "5/2147483647/0",
        "5/0/2147483647",
        "22/4194304/0",
        "5/99999999999999999999/0",
        "-1/0/0",
        "5/-1/0",
        "5/+1/0",
        "5/1.0/0",
        "5/1/x",
        "5/1/0x1",
        "5/1/%00",
        "z/row/col",
    ] {
        let problem = server.get(&format!("{TILES}/{tile}")).problem(404);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("0 to 22"), "{tile}: {detail}");
    }
    // The reports lie between 44 and 46 degrees east, 34 and 36 north.
    for tile in ["1/1/1", "5/12/18", "5/0/0", "22/4194303/4194303"] {
        let problem = server.get(&format!("{TILES}/{tile}")).problem(404);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("tileMatrixSetLimits"), "{tile}: {detail}");
    }
    for path in [
        format!("{TILES}/0/0"),
        format!("{TILES}/0/0/0/0"),
        "/api/collections/reports/tiles/WorldCRS84Quad/0/0/2".into(),
        "/api/collections/reports/tiles/GNOSISGlobalGrid/0/0/0".into(),
        "/api/collections/reports/tiles/GNOSISGlobalGrid".into(),
        "/api/tileMatrixSets/worldcrs84quad".into(),
        "/api/collections/nothing/tiles/WebMercatorQuad/0/0/0".into(),
    ] {
        server.get(&path).problem(404);
    }
}

#[test]
fn a_wrong_question_to_a_tile_is_a_problem() {
    let server = Server::start();
    for (query, parameter) in [
        ("limit=10", "limit"),
        ("cursor=69616263", "cursor"),
        ("count=false", "count"),
        ("f=json", "f"),
        ("bbox=1", "bbox"),
        ("radius=1km", "radius"),
        ("category=party", "category"),
        ("unknown=1", "unknown"),
    ] {
        let problem = server.get(&format!("{TILES}/0/0/0?{query}")).problem(400);
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}");
    }
    let client = server.client();
    let path = format!("{TILES}/0/0/0");
    client.get(&path, &[("Accept", "image/png")]).problem(406);
    let taken = client.get(&path, &[("Accept", MVT)]);
    assert_eq!(drawn(&taken).len(), REPORTS - 1);
}

#[test]
fn a_tile_has_a_tag_an_encoding_and_its_licences() {
    let server = Server::start();
    let client = server.client();
    let path = format!("{TILES}/0/0/0");
    let reply = client.get(&path, &[]);
    let tag = reply.header("etag").unwrap();
    assert!(tag.starts_with("W/\""), "{tag}");
    let link = reply.header("link").unwrap();
    assert!(
        link.contains("creativecommons.org/licenses/by/4.0") && link.contains("rel=\"license\""),
        "{link}"
    );
    assert_eq!(client.get(&path, &[("If-None-Match", &tag)]).status, 304);
    let filtered = client.get(
        &format!("{path}?category=clash"),
        &[("If-None-Match", &tag)],
    );
    assert_eq!(filtered.status, 200);
    let empty = format!("{TILES}/0/0/0?dead=99");
    let empty_tag = server.get(&empty).header("etag").unwrap();
    assert_eq!(
        client.get(&empty, &[("If-None-Match", &empty_tag)]).status,
        304
    );

    let zipped = client.get(&path, &[("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.header("content-encoding").as_deref(), Some("gzip"));
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*zipped.body), &mut plain)
        .unwrap();
    assert_eq!(plain, reply.body);

    world::report(&server.live, vec![report_at(REPORTS)]);
    let later = client.get(&path, &[("If-None-Match", &tag)]);
    assert_eq!(drawn(&later).len(), REPORTS);
}

#[test]
fn lines_and_areas_are_in_the_tiles_that_they_meet() {
    let server = Server::start();
    let shapes = |tile: &str| {
        let reply = server.get(&format!(
            "/api/collections/shapes/tiles/WebMercatorQuad/{tile}"
        ));
        assert_eq!(reply.status, 200);
        let mut ids: Vec<String> = decode(&reply.body, "shapes")
            .iter()
            .map(|drawn| drawn.id().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(shapes("0/0/0"), ["lake", "pole", "road/1 ü"]);
    // 45° east and 34.6° north are 5120 tiles of 8192 from the west and 3259 from the north.
    assert_eq!(shapes("6/25/39"), ["lake", "road/1 ü"]);
    assert_eq!(shapes("6/25/40"), ["road/1 ü"]);
    assert_eq!(shapes("1/0/1"), ["lake", "pole", "road/1 ü"]);
    assert_eq!(shapes("6/20/50"), [""; 0]);
}

#[test]
fn a_tile_of_the_dataset_has_the_layers_that_are_asked_for() {
    let server = Server::start();
    let layers = |query: &str| -> Vec<String> {
        let reply = server.get(&format!("/api/tiles/WebMercatorQuad/0/0/0?{query}"));
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        let reader = mvt_reader::Reader::new(reply.body).unwrap();
        let layers = reader.get_layer_metadata().unwrap();
        layers.into_iter().map(|layer| layer.name).collect()
    };
    assert_eq!(layers(""), ["border", "reports", "shapes"]);
    assert_eq!(
        layers("collections=shapes,border,shapes"),
        ["shapes", "border"]
    );
    let address = format!("{}/api/collections/reports", server.base());
    assert_eq!(layers(&format!("collections={address}")), ["reports"]);
    assert_eq!(layers("near=44,34&radius=1km"), ["reports", "shapes"]);
    for query in ["collections=nothing", "collections=", "category=clash"] {
        let reply = server.get(&format!("/api/tiles/WebMercatorQuad/0/0/0?{query}"));
        reply.problem(400);
    }
}
