//! Documents and pages: their links, their encodings, how they look to people.

use bordermap::atlas::model::change::Change;
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Schema;
use bordermap::format::FORMATS;
use bordermap::http::server::options::Options;
use serde_json::Value as Json;

use crate::support::server::Server;
use crate::support::world;

const HTML: &str = "text/html; charset=utf-8";

#[test]
fn every_document_links_itself_and_its_other_encoding() {
    let server = Server::start();
    let check = |path: &str, media: &str, encodings: usize| {
        let reply = server.get(path);
        assert_eq!(
            (reply.status, reply.header("content-type").as_deref()),
            (200, Some(media)),
            "{path}"
        );
        assert_eq!(
            (reply.links("self").len(), reply.links("alternate").len()),
            (1, encodings - 1),
            "{path}"
        );
        let links = reply.json()["links"].clone();
        let own = |link: &&Json| link["rel"] == "self" || link["rel"] == "alternate";
        for link in links.as_array().unwrap().iter().filter(own) {
            let href = link["href"].as_str().unwrap();
            let reply = server.get(href.strip_prefix(&server.base()).expect("absolute"));
            let media = reply.header("content-type").unwrap();
            assert!(media.starts_with(link["type"].as_str().unwrap()), "{link}");
            assert_eq!(reply.status, 200, "{link}");
        }
    };
    check("/api", "application/json", 2);
    check("/api/conformance", "application/json", 2);
    check("/api/collections", "application/json", 2);
    check("/api/collections/reports", "application/json", 2);
    let files = FORMATS.len() + 1;
    check(
        "/api/collections/reports/items",
        "application/geo+json",
        files,
    );
    // Not as GPX.
    check(
        "/api/collections/shapes/items",
        "application/geo+json",
        files - 1,
    );
    check(
        "/api/collections/reports/items?q=report&sortby=-title&properties=title&crs=[EPSG:4326]",
        "application/geo+json",
        FORMATS.iter().filter(|form| form.has_systems).count() + 1,
    );
    check(
        "/api/collections/reports/items?near=45,35&limit=3",
        "application/geo+json",
        files,
    );
    check(
        "/api/collections/reports/items/r-000",
        "application/geo+json",
        2,
    );
}

#[test]
fn the_landing_page_leads_everywhere() {
    let server = Server::start();
    let landing = server.get("/api");
    for rel in [
        "service-desc",
        "service-doc",
        "conformance",
        "data",
        "related",
    ] {
        let links = landing.links(rel);
        assert!(!links.is_empty(), "{rel}");
        for link in links {
            let path = link.strip_prefix(&server.base()).expect("absolute");
            assert_eq!(server.get(path).status, 200, "{link}");
        }
    }
}

#[test]
fn the_encoding_follows_f_then_accept() {
    let server = Server::start();
    let check = |path: &str, accept: &str, expected: &str| {
        let reply = server.client().get(path, &[("Accept", accept)]);
        assert_eq!(
            reply.header("content-type").as_deref(),
            Some(expected),
            "{path} {accept}"
        );
        let vary = reply.header("vary").unwrap_or_default().to_lowercase();
        assert!(
            vary.contains("accept") && vary.contains("accept-encoding"),
            "{vary}"
        );
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    check("/api", browser, HTML);
    check("/api?f=json", browser, "application/json");
    check("/api?f=html", "application/json", HTML);
    check(
        "/api/collections/reports/items",
        "application/json",
        "application/geo+json",
    );
    check(
        "/api/openapi.json",
        browser,
        "application/vnd.oai.openapi+json;version=3.0",
    );
    server
        .client()
        .get("/api", &[("Accept", "image/png")])
        .problem(406);
}

#[test]
fn pages_show_text_as_text_and_only_web_addresses_as_links() {
    let server = Server::start();
    let page = server.get("/api/collections/reports/items/r-007?f=html");
    let text = page.text();
    assert!(text.contains("Report &#60;7&#62; تقرير"), "{text}");
    assert!(text.contains("href=\"https://agency.example/1\""), "{text}");
    assert!(
        text.contains("Script") && !text.contains("javascript:"),
        "{text}"
    );
    assert!(text.contains("dir=\"auto\""));
    for path in [
        "/",
        "/api",
        "/api/docs",
        "/api/collections",
        "/api/collections/reports",
        "/api/collections/reports/items?limit=2&near=45,35",
        "/api/conformance",
    ] {
        let page = server.client().get(path, &[("Accept", "text/html")]);
        assert_eq!(page.status, 200, "{path}");
        let text = page.text();
        assert!(
            !text.contains("<style") && !text.contains(" style=") && !text.contains("<script>"),
            "{path}"
        );
        assert!(!text.contains(" onclick"), "{path}");
    }
    let page = server.get("/api/collections/reports/items?limit=2&f=html");
    assert!(page.text().contains("rel=\"next\""), "{}", page.text());
    assert!(page.text().contains("© the reporters"));
    assert_eq!(server.get("/api/style.css").status, 200);
}

#[test]
#[cfg_attr(not(has_map), ignore = "this build has no map page; Node builds it")]
fn the_map_page_and_its_files_are_served() {
    let server = Server::start();
    let page = server.get("/?whatever=the+page+keeps+there");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type").as_deref(), Some(HTML));
    let text = page.text();
    let script = text
        .split_once("<script type=\"module\"")
        .and_then(|(_, rest)| rest.split_once("src=\""))
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_else(|| panic!("no script: {text}"));
    let path = format!("/{}", script.trim_start_matches(['.', '/']));
    let file = server.get(&path);
    assert_eq!(file.status, 200, "{path}");
    let media = file.header("content-type").unwrap();
    assert!(media.starts_with("text/javascript"), "{path}: {media}");
    let kept = file.header("cache-control").unwrap();
    assert!(kept.ends_with("immutable"), "{path}: {kept}");
    let packed = server.client().get(&path, &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.header("content-encoding").as_deref(), Some("gzip"));
    assert!(packed.body.len() < file.body.len(), "{path}");
}

/// `.ci/run` builds one such program; so does everybody who has no Node.
#[test]
#[cfg(not(has_map))]
fn without_a_map_a_plain_page_says_why() {
    let server = Server::start();
    let page = server.get("/?zoom=7");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type").as_deref(), Some(HTML));
    let why = bordermap::http::NO_MAP.expect("it has no map");
    let text = page.text();
    assert!(text.contains(&format!("no map page: {why}")), "{text}");
    assert!(text.contains("/api\""), "{text}");
    assert_eq!(server.get("/api").status, 200);
}

#[test]
fn the_documentation_tries_what_its_forms_ask() {
    let server = Server::start();
    let query = "layer=reports&near=45,35&radius=&bbox=&datetime=&limit=2&f=json&try=items";
    let reply = server.get(&format!("/api/docs?{query}"));
    assert_eq!(reply.status, 303);
    let target = reply.header("location").unwrap();
    assert_eq!(
        target,
        format!(
            "{}/api/collections/reports/items?near=45,35&limit=2&f=json",
            server.base()
        )
    );
    assert_eq!(server.get("/api/docs?point=45,35&try=locate").status, 303);
    server.get("/api/docs?try=else").problem(400);
}

#[test]
fn a_collection_says_what_it_holds() {
    let server = Server::start();
    let mut document = server.get("/api/collections/reports").json();
    document["fields"].as_array_mut().unwrap().truncate(2);
    let text = serde_json::to_string_pretty(&document)
        .unwrap()
        .replace(&server.base(), "");
    insta::assert_snapshot!(text);
}

#[test]
fn a_page_of_features_reads_like_this() {
    let server = Server::start();
    let page = server
        .get("/api/collections/reports/items?near=45,35&limit=1&category=clash")
        .json();
    let text = serde_json::to_string_pretty(&page)
        .unwrap()
        .replace(&server.base(), "");
    // The cursor holds a distance to the last bit, which is the processor's business.
    let (before, cursor) = text.split_once("cursor=").unwrap();
    let (_, after) = cursor.split_once('"').unwrap();
    insta::assert_snapshot!(format!("{before}cursor=…\"{after}"));
}

#[test]
fn a_page_of_features_has_a_map_and_a_form() {
    let server = Server::start();
    let items = "/api/collections/reports/items";
    let page = server.get(&format!(
        "{items}?f=html&limit=5&q=report&category=clash&sortby=-title"
    ));
    let text = page.text();
    assert_eq!(text.matches("<circle class=\"dot\"").count(), 5);
    assert!(text.contains("<path class=\"border\" d=\"M"));
    assert!(text.contains("name=\"q\" value=\"report\""));
    assert!(text.contains("<option selected>clash</option>"));
    assert!(text.contains("aria-sort=\"descending\""));
    // The head of the column that orders now turns the order round and goes to the first page.
    assert!(
        text.contains("q=report&#38;category=clash&#38;sortby=title\">title</a>"),
        "{text}"
    );
    // What the form sends, filled or not, is what a program would ask.
    let sent = "try=items&layer=reports&f=html&q=%3C7%3E&datetime=&near=&radius=&category=";
    let target = server
        .get(&format!("/api/docs?{sent}"))
        .header("location")
        .unwrap();
    assert_eq!(target, format!("{}{items}?f=html&q=%3C7%3E", server.base()));
    let one = server.get(&format!("{items}/r-007?f=html"));
    assert_eq!(one.text().matches("<circle class=\"dot\"").count(), 1);
    // Without a place there is no map, with a line it is a path.
    let nowhere = server.get(&format!("{items}/r-013?f=html"));
    assert_eq!(nowhere.text().matches("<svg").count(), 0);
    let lake = server.get("/api/collections/shapes/items/lake?f=html");
    assert!(lake.text().contains("<path class=\"shape\" d=\"M"));
    let none = server.get(&format!("{items}?f=html&q=nothing"));
    assert!(none.text().contains("0 features"), "{}", none.text());
}

#[test]
fn names_say_their_language() {
    let schema: Schema = serde_json::from_value(serde_json::json!({
        "id": "names", "title": "Names",
        "field": [{"name": "name_fa", "type": "string"}, {"name": "sources", "type": "json"}],
    }))
    .unwrap();
    let values = serde_json::json!({ "name_fa": "مریوان" });
    let feature = Feature {
        id: "a".into(),
        geometry: None,
        values: schema.values_of(values.as_object().unwrap()).unwrap(),
    };
    let live = world::live();
    let layer = Change::Layer(Box::new(schema));
    world::report(
        &live,
        vec![
            layer,
            Change::Put {
                layer: "names".into(),
                feature,
            },
        ],
    );
    let server = Server::over(live, Options::default());
    let page = server.get("/api/collections/names/items?f=html");
    let cell = "<td dir=\"auto\"><span lang=\"fa\">مریوان</span></td>";
    assert!(page.text().contains(cell), "{}", page.text());
    let page = server.get("/api/collections/names/items/a?f=html");
    assert!(
        page.text()
            .contains("<dd dir=\"auto\"><span lang=\"fa\">مریوان</span></dd>")
    );
}

#[test]
fn tables_read_well() {
    let server = Server::start();
    let page = server.get("/api/collections/reports/items?f=html&near=45,35");
    let text = page.text();
    assert!(
        text.contains("<div class=\"wide\" role=\"region\" tabindex=\"0\""),
        "a table scrolls in a box of its own, by keyboard too: {text}"
    );
    assert!(text.contains("<th scope=\"col\" class=\"number\"><a href="));
    assert!(text.contains("<td class=\"number\"><span>3</span></td>"));
    let style = server.get("/api/style.css");
    assert!(style.text().contains(".wide { overflow-x: auto; }"));
}
