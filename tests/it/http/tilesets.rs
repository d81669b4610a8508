//! What leads to vector tiles over the wire: tilesets, TileJSON, the definitions of tile matrix sets, pages for people.

use crate::http::tiles::{TILES, drawn};
use crate::support::server::Server;

#[test]
fn tilesets_lead_from_the_landing_page_to_a_tile() {
    let server = Server::start();
    let vector = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
    let path = |href: &str| {
        href.strip_prefix(&server.base())
            .expect("absolute")
            .to_owned()
    };
    for (from, layers) in [
        ("/api", &["border", "reports", "shapes"][..]),
        ("/api/collections/reports", &["reports"]),
    ] {
        let [list] = &server.get(from).links(vector)[..] else {
            panic!("one list from {from}");
        };
        let tilesets = server.get(&path(list)).json()["tilesets"].clone();
        assert_eq!(tilesets.as_array().unwrap().len(), 2);
        for listed in tilesets.as_array().unwrap() {
            let href = listed["links"][0]["href"].as_str().unwrap();
            let reply = server.get(&path(href));
            let tileset = reply.json();
            for member in ["dataType", "crs", "tileMatrixSetURI", "tileMatrixSetLimits"] {
                assert_eq!(tileset[member], listed[member], "{member}");
            }
            let id = listed["tileMatrixSetId"].as_str().unwrap();
            assert!(href.ends_with(&format!("/{id}")), "{href} {id}");
            let links = listed["links"].as_array().unwrap().iter();
            let items: Vec<_> = links.filter(|link| link["rel"] == "item").collect();
            assert_eq!(items[0]["templated"], true);
            let own = tileset["layers"].as_array().unwrap().iter();
            let own: Vec<_> = own.map(|layer| layer["id"].as_str().unwrap()).collect();
            assert_eq!(own, layers);
            // The first and the last tile within the limits of each zoom, and one beyond.
            let [template] = &reply.links("item")[..] else {
                panic!("one template in {href}");
            };
            assert_eq!(items[0]["href"], **template);
            for limits in tileset["tileMatrixSetLimits"].as_array().unwrap() {
                let status = |row: u64, column: u64| {
                    let tile = template
                        .replace("{tileMatrix}", limits["tileMatrix"].as_str().unwrap())
                        .replace("{tileRow}", &row.to_string())
                        .replace("{tileCol}", &column.to_string());
                    server.get(&path(&tile)).status
                };
                let of = |name: &str| limits[name].as_u64().unwrap();
                assert_eq!(status(of("minTileRow"), of("minTileCol")), 200, "{limits}");
                assert_eq!(status(of("maxTileRow"), of("maxTileCol")), 200, "{limits}");
                assert_eq!(
                    status(of("maxTileRow") + 1, of("minTileCol")),
                    404,
                    "{limits}"
                );
            }
        }
    }
}

#[test]
fn a_map_adds_a_layer_by_its_tilejson() {
    let server = Server::start();
    let address = "/api/collections/reports/tiles/WebMercatorQuad?f=tilejson&category=clash";
    let tilejson = server.get(address).json();
    assert_eq!(tilejson["tilejson"], "3.0.0");
    assert_eq!(tilejson["attribution"], "© the reporters");
    assert_eq!(tilejson["vector_layers"][0]["fields"]["dead"], "Number");
    let bounds = tilejson["bounds"].as_array().unwrap().iter();
    let bounds: Vec<f64> = bounds.map(|side| side.as_f64().unwrap()).collect();
    // A report lies at 44 degrees east sharp, and in the tile that begins there.
    assert!(bounds[0] < 44.0 && bounds[0] > 43.99, "{bounds:?}");
    let template = tilejson["tiles"][0].as_str().unwrap();
    let tile = template.replace("{z}/{y}/{x}", "0/0/0");
    let reply = server.get(tile.strip_prefix(&server.base()).unwrap());
    let clashes = drawn(&reply);
    assert_eq!(
        clashes.len(),
        drawn(&server.get(&format!("{TILES}/0/0/0?category=clash"))).len()
    );
    server
        .get("/api/tiles/WorldCRS84Quad?f=tilejson")
        .problem(400);
}

#[test]
fn the_definitions_are_those_of_the_registry() {
    let server = Server::start();
    // OGC 17-083r4 annex D, tables of zooms 0 and 22.
    for (set, width, scales) in [
        (
            "WebMercatorQuad",
            1,
            [559_082_264.028_717, 133.295_598_990_611],
        ),
        (
            "WorldCRS84Quad",
            2,
            [279_541_132.014_358, 66.647_799_495_305_6],
        ),
    ] {
        let definition = server.get(&format!("/api/tileMatrixSets/{set}")).json();
        assert_eq!(definition["id"], set);
        for (zoom, expected) in [0_usize, 22].into_iter().zip(scales) {
            let matrix = &definition["tileMatrices"][zoom];
            let scale = matrix["scaleDenominator"].as_f64().unwrap();
            assert!((scale / expected - 1.0).abs() < 1e-9, "{scale}");
            assert_eq!(matrix["matrixWidth"], width << zoom);
            assert_eq!(matrix["matrixHeight"], 1 << zoom);
        }
    }
}

#[test]
fn people_read_about_tiles_too() {
    let server = Server::start();
    for path in [
        "/api/tiles",
        "/api/tiles/WorldCRS84Quad",
        "/api/collections/shapes/tiles",
        "/api/collections/shapes/tiles/WebMercatorQuad",
        "/api/tileMatrixSets",
        "/api/tileMatrixSets/WebMercatorQuad",
    ] {
        let reply = server.get(&format!("{path}?f=html"));
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            reply.text().contains("WebMercatorQuad") || reply.text().contains("WorldCRS84Quad")
        );
    }
}
