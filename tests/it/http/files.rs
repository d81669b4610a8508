//! Features as files of every form: pages of them, downloads, and what they are refused for.

use std::io::{BufReader, Cursor};

use bordermap::format::FORMATS;
use bordermap::format::file::FileFormat;
use bordermap::format::reading::{ReadOptions, Remarks};
use bordermap::format::row::Row;
use serde_json::Value as Json;
use tempfile::NamedTempFile;

use crate::support::client::Reply;
use crate::support::server::Server;
use crate::support::world::REPORTS;

const ITEMS: &str = "/api/collections/reports/items";
const EXPORT: &str = "/api/collections/reports/export";

/// The rows of a file.
fn rows(form: &FileFormat, reply: &Reply) -> Vec<Row> {
    assert_eq!(reply.header("content-type").as_deref(), Some(form.media));
    let reader = Box::new(BufReader::new(Cursor::new(reply.body.clone())));
    let options = ReadOptions {
        layer: "reports".into(),
        ..ReadOptions::default()
    };
    let scratch = NamedTempFile::new().ok();
    let rows = form.rows(reader, &options, &Remarks::default(), scratch);
    rows.map(Result::unwrap).collect()
}

fn id_of(row: &Row) -> String {
    let id = row.properties.get("id").and_then(Json::as_str);
    row.id.clone().unwrap_or_else(|| id.unwrap().to_owned())
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[test]
fn a_download_has_what_the_same_question_selects() {
    let server = Server::start();
    for query in [
        "",
        "category=clash&datetime=2023-03-01/..",
        "near=45,35&radius=60km",
    ] {
        let wanted = server.get(&format!("{EXPORT}?f=geojson&{query}"));
        let (wanted, document) = (sorted(wanted.ids()), wanted.json());
        for form in FORMATS {
            let name = form.names[0];
            let file = server.get(&format!("{EXPORT}?f={name}&{query}"));
            let rows = rows(form, &file);
            let ids = rows.iter().map(id_of).collect();
            assert_eq!(sorted(ids), wanted, "{name} {query}");
            let download = file.header("content-disposition").unwrap_or_default();
            assert!(
                download.starts_with("attachment; filename=\"reports"),
                "{download}"
            );
            assert!(
                download.ends_with(&format!(".{}\"", form.extensions[0])),
                "{download}"
            );
            for row in rows.iter().filter(|_| query.starts_with("near")) {
                let own = |one: &&Json| one["id"] == id_of(row);
                let same = document["features"].as_array().unwrap().iter().find(own);
                let distance = row.properties.get("distance_m").unwrap();
                let distance = match distance {
                    Json::String(text) => text.parse().unwrap(),
                    number => number.as_f64().unwrap(),
                };
                let metres = same.unwrap()["properties"]["distance_m"].as_f64().unwrap();
                assert!(
                    (metres - distance).abs() < 0.001,
                    "{name}: {metres} {distance}"
                );
            }
        }
    }
}

/// The address of a link in the headers.
fn link(server: &Server, reply: &Reply, rel: &str) -> Option<String> {
    let links = reply.header("link").unwrap_or_default();
    let of = |link: &&str| link.contains(&format!("rel=\"{rel}\""));
    let link = links.split(", <").find(of)?.trim_start_matches('<');
    let (address, _) = link.split_once('>')?;
    Some(address.strip_prefix(&server.base()).unwrap().to_owned())
}

/// An address without the order of its parameters.
fn parts(address: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = address.split(['?', '&']).collect();
    parts.sort_unstable();
    parts
}

#[test]
fn pages_go_on_by_their_headers() {
    let server = Server::start();
    for form in &FORMATS[1..] {
        let mut ids = Vec::new();
        let mut path = Some(format!("{ITEMS}?limit=90&f={}", form.names[0]));
        while let Some(here) = path {
            let page = server.get(&here);
            let own = link(&server, &page, "self").unwrap();
            assert_eq!(parts(&own), parts(&here));
            assert!(page.header("link").unwrap().contains("rel=\"license\""));
            let rows = rows(form, &page);
            assert!(rows.len() <= 90);
            ids.extend(rows.iter().map(id_of));
            path = link(&server, &page, "next");
        }
        let count = ids.len();
        let mut ids = sorted(ids);
        ids.dedup();
        assert_eq!((count, ids.len()), (REPORTS, REPORTS), "{}", form.title);
    }
}

#[test]
fn a_form_is_asked_for_by_either_name() {
    let server = Server::start();
    let client = server.client();
    let page = server.get(&format!("{ITEMS}?limit=1"));
    let alternates = page.json()["links"].clone();
    for form in FORMATS {
        for accept in form.accepted_as {
            for path in [EXPORT, ITEMS] {
                let reply = client.get(path, &[("Accept", accept)]);
                assert_eq!(reply.header("content-type").as_deref(), Some(form.media));
            }
        }
        for name in form.names {
            let reply = server.get(&format!("{ITEMS}?f={name}&limit=1"));
            assert_eq!(reply.header("content-type").as_deref(), Some(form.media));
        }
        let has_media = |link: &Json| link["type"] == form.media;
        assert!(
            alternates.as_array().unwrap().iter().any(has_media),
            "{}",
            form.title
        );
    }
    let html = client.get(ITEMS, &[("Accept", "text/html,*/*;q=0.8")]);
    assert!(
        html.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line a question")]
fn a_table_tells_places_as_it_was_asked() {
    let server = Server::start();
    let check = |path: &str, query: &str, header: &str, row: &str| {
        let table = server.get(&format!("/api/collections/{path}?f=csv{query}"));
        let text = table.text();
        let mut lines = text.split("\r\n");
        assert_eq!(lines.next(), Some(header), "{path} {query}");
        assert!(lines.any(|line| line.starts_with(row)), "{row}: {text}");
    };
    for door in ["items", "export"] {
        let reports = format!("reports/{door}");
        let lonlat = "id,lon,lat,dead";
        check(&reports, "&properties=dead", lonlat, "r-007,44.56,34,2");
        let asked = "&properties=dead&csv-geometry=lonlat";
        check(&reports, asked, lonlat, "r-013,,,3");
        let asked = "&properties=dead&csv-geometry=wkt";
        check(
            &reports,
            asked,
            "id,geometry,dead",
            "r-007,POINT (44.56 34),2",
        );
        check(&reports, asked, "id,geometry,dead", "r-013,,3");
        check(
            &format!("shapes/{door}"),
            "",
            "id,geometry",
            "lake,\"POLYGON",
        );
    }
    let check = |query: &str, wanted: &str| {
        for path in ["reports/items", "shapes/export"] {
            let path = format!("/api/collections/{path}?{query}");
            let problem = server.get(&path).problem(400);
            let error = &problem["errors"][0];
            assert_eq!(error["parameter"], "csv-geometry", "{path}");
            let detail = error["detail"].as_str().unwrap();
            assert!(detail.contains(wanted), "{path}: {detail}");
        }
    };
    check("f=csv&csv-geometry=xy", "lonlat or wkt");
    for (query, wanted) in [
        ("f=csv&safe=yes", "it is true or false"),
        ("f=gpkg&safe=true", "with f=csv"),
        ("safe=true", "with f=csv"),
    ] {
        for path in ["reports/items", "shapes/export"] {
            let problem = server
                .get(&format!("/api/collections/{path}?{query}"))
                .problem(400);
            let error = &problem["errors"][0];
            assert_eq!(error["parameter"], "safe", "{path}");
            assert!(
                error["detail"].as_str().unwrap().contains(wanted),
                "{problem}"
            );
        }
    }
    for path in ["reports/items", "reports/export"] {
        for safe in ["true", "false"] {
            let reply = server.get(&format!("/api/collections/{path}?f=csv&safe={safe}"));
            assert_eq!(reply.status, 200, "{}", reply.text());
        }
    }
    check("f=gpkg&csv-geometry=wkt", "f=csv");
    check("csv-geometry=lonlat", "f=csv");
    let areas = "/api/collections/shapes/export?f=csv&csv-geometry=lonlat";
    let detail = server.get(areas).problem(400).to_string();
    assert!(detail.contains("take wkt"), "{detail}");
}

#[test]
fn what_a_form_has_no_place_for_is_refused() {
    let server = Server::start();
    for path in ["export", "items"] {
        let reply = server.get(&format!("/api/collections/shapes/{path}?f=gpx"));
        let problem = reply.problem(400);
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], "f");
        let detail = error["detail"].as_str().unwrap();
        assert!(
            detail.contains("GPX has a form for points and lines only"),
            "{detail}"
        );
    }
    let problem = server.get(&format!("{EXPORT}?f=shp")).problem(400);
    let detail = problem["errors"][0]["detail"].as_str().unwrap();
    for form in FORMATS {
        assert!(detail.contains(form.names[0]), "{detail}");
    }
    let reply = server.client().get(EXPORT, &[("Accept", "image/png")]);
    reply.problem(406);
    assert_eq!(FileFormat::named("shp"), None);
}
