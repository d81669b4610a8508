//! `/api/collections/{layer}/items` and one of them (OGC 17-069r4 §7.15 and §7.16), near a place if
//! asked.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::position::LngLat;
use crate::atlas::query::{Answer, Hit, ItemsQuery};
use crate::atlas::schema::{FieldType, POSITION_UNCERTAINTY_M, Schema, Value};
use crate::format::collection::{self, Head};
use crate::format::export;
use crate::format::form::{FORMS, Form};
use crate::format::writer::{self, Sheet};
use crate::http::answer::{self, Tag};
use crate::http::app::{self, App};
use crate::http::files;
use crate::http::link::{self, LayerText, Link};
use crate::http::negotiate::{self, FILES_AND_HTML, GEOJSON, HTML, Offer};
use crate::http::page::{self, Frame, Shown};
use crate::http::params::{self, Reader, escaped_segment};
use crate::http::problem::Problem;
use crate::http::route::{Ask, Door, Operation, Route};

/// A page of features.
pub const LIST: Route = Route {
    path: "/api/collections/{layer}/items",
    door: Door::Here(list),
    operation: Some(Operation {
        id: "getFeatures",
        summary: "Features, filtered, page by page; near a place if asked",
        tag: "Features",
        parameters: &[
            "fItems", "bbox", "datetime", "limit", "cursor", "count", "near", "radius", "explain",
        ],
        fields: true,
        answers: &files::ANSWERS_AND_HTML,
        errors: &[400, 404, 406],
    }),
};

/// One feature.
pub const ONE: Route = Route {
    path: "/api/collections/{layer}/items/{id}",
    door: Door::Here(one),
    operation: Some(Operation {
        id: "getFeature",
        summary: "One feature",
        tag: "Features",
        parameters: &["f"],
        fields: false,
        answers: &[(link::GEOJSON, "feature"), (link::HTML, "html")],
        errors: &[400, 404, 406],
    }),
};

/// One feature comes as itself or as a page.
static OFFERS: [Offer; 2] = [GEOJSON, HTML];

/// Columns of the table of features, so that it fits on a page.
const COLUMNS_MAX: usize = 8;

/// In which coordinate reference system positions are (OGC API Features Part 2, 18-058r1 §6.3).
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

#[derive(Template)]
#[template(path = "items.html")]
struct ListPage<'a> {
    frame: Frame,
    schema: &'a Schema,
    /// Their titles, and whether they hold numbers.
    columns: Vec<(&'a str, bool)>,
    near: bool,
    rows: Vec<Row>,
    matched: Option<u64>,
    first: Option<String>,
    next: Option<String>,
    export: String,
}

struct Row {
    href: String,
    id: String,
    distance: Option<String>,
    cells: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "item.html")]
struct OnePage<'a> {
    frame: Frame,
    schema: &'a Schema,
    id: Cow<'a, str>,
    place: Option<String>,
    rows: Vec<(&'a str, &'a str, Shown)>,
}

fn list(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let schema = layer.schema();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &FILES_AND_HTML);
    let form = offer.as_ref().ok().and_then(|offer| offer.form());
    let file = form.filter(|form| *form != Form::GeoJson);
    if let Some(form) = file {
        files::check(&mut read, form, layer);
    }
    let explain = read.parsed("explain", params::boolean).unwrap_or(false);
    let query = params::page(&mut read, schema);
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let answer = layer.items(&query);
    if let Some(form) = file {
        let time_stamp = answer::time_stamp(atlas.revision());
        return file_page(ask, layer, &tag, (form, &time_stamp), &query, &answer);
    }
    let body = if offer.is_html() {
        page::render(&list_page(ask, schema, &answer))?
    } else {
        let text = app.texts.of(schema);
        collection::page(
            &Head {
                links: &list_links(ask, &text, &answer),
                time_stamp: Some(&answer::time_stamp(atlas.revision())),
                number_matched: answer.matched,
                number_returned: Some(answer.hits.len() as u64),
                explain: explain.then_some(answer.explain),
                notice: &text.notice,
            },
            &answer.hits,
        )
    };
    Ok(with_crs(answer::ok(&tag, offer.media, body)))
}

/// A page of features in a form that has no place for links: they are headers (RFC 8288).
fn file_page(
    ask: &Ask,
    layer: &Arc<Layer>,
    tag: &Tag,
    (form, time_stamp): (Form, &str),
    query: &ItemsQuery,
    answer: &Answer<'_>,
) -> Result<Response, Problem> {
    let sheet = Sheet {
        layer,
        has_distance: query.near.is_some(),
        head: &Head {
            time_stamp: Some(time_stamp),
            ..Head::default()
        },
        scratch: files::scratch(form)?,
    };
    let mut writer = writer::of(form, sheet).map_err(|error| files::failed(&error))?;
    let body = export::page(&mut *writer, &answer.hits).map_err(|error| files::failed(&error))?;
    let media = form.facts().media;
    let mut response = answer::ok(tag, media, body);
    let items = format!("{}/items", layer_href(ask, layer.schema()));
    let name = form.facts().names[0];
    let here = ask.params.with(&[], &[("f", Some(name))]);
    answer::put_link(&mut response, &format!("{items}{here}"), "self", media);
    if let Some(next) = &answer.next {
        let next = next.encode();
        let next = ask
            .params
            .with(&[], &[("f", Some(name)), ("cursor", Some(&next))]);
        answer::put_link(&mut response, &format!("{items}{next}"), "next", media);
    }
    answer::put_licences(&mut response, layer.schema());
    Ok(with_crs(response))
}

fn one(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let schema = layer.schema();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    read.finish()?;
    let feature = layer
        .feature(ask.id())
        .ok_or_else(|| Problem::NoSuchFeature {
            layer: schema.id.to_string(),
            id: ask.id().chars().take(200).collect(),
        })?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let body = if offer.is_html() {
        page::render(&one_page(ask, schema, feature))?
    } else {
        let mut body = Vec::with_capacity(4096);
        feature.push_geojson(&mut body);
        collection::splice_member(&mut body, "links", &one_links(ask, schema));
        body
    };
    Ok(with_crs(answer::ok(&tag, offer.media, body)))
}

fn with_crs(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_CRS, HeaderValue::from_static(CRS84));
    response
}

fn layer_href(ask: &Ask, schema: &Schema) -> String {
    format!(
        "{}/api/collections/{}",
        ask.base,
        escaped_segment(&schema.id)
    )
}

/// The links of a page of features, as the members of a JSON array. Each keeps every parameter of
/// the question.
///
/// Written by hand because every answer has them: an address whose parts are percent-encoded has
/// nothing in it that JSON would escape.
fn list_links(ask: &Ask, layer: &LayerText, answer: &Answer<'_>) -> String {
    let here = ask.params.with(&["f"], &[]);
    let and = if here.is_empty() { "?" } else { "&" };
    let mut links = String::with_capacity(4096);
    let mut push = |address: &[&str], rel: &str, media: &str, title: &[&str]| {
        links.push_str(if links.is_empty() { "" } else { "," });
        for part in [r#"{"href":""#, &ask.base, &layer.path]
            .iter()
            .chain(address)
        {
            links.push_str(part);
        }
        let rest = [r#"","rel":""#, rel, r#"","type":""#, media, r#"","title":"#];
        for part in rest.iter().chain(title).chain(&["}"]) {
            links.push_str(part);
        }
    };
    let this = |f: &'static str| ["/items", &here, and, f];
    let title = r#""This page of features""#;
    push(&this("f=json"), "self", link::GEOJSON, &[title]);
    let title = r#""This page of features for people""#;
    push(&this("f=html"), "alternate", link::HTML, &[title]);
    // Every other encoding (17-069r4 §7.15.5, requirement 28).
    let others = FORMS[1..].iter();
    for other in others.filter(|other| other.form.suits(layer.kind)) {
        let address = ["/items", &here, and, "f=", other.names[0]];
        let title = [r#""As "#, other.title, r#"""#];
        push(&address, "alternate", other.media, &title);
    }
    push(&[], "collection", link::JSON, &[&layer.title]);
    if let Some(next) = &answer.next {
        let query = ask.params.with(&[], &[("cursor", Some(&next.encode()))]);
        let title = r#""The next page""#;
        push(&["/items", &query], "next", link::GEOJSON, &[title]);
    }
    links.push_str(&layer.licences);
    links
}

fn one_links(ask: &Ask, schema: &Schema) -> Vec<Link> {
    let layer = layer_href(ask, schema);
    let here = format!("{layer}/items/{}", escaped_segment(ask.id()));
    let mut links = vec![
        Link::new("self", link::GEOJSON, here.clone(), "This feature"),
        Link::new(
            "alternate",
            link::HTML,
            format!("{here}?f=html"),
            "This feature for people",
        ),
        Link::new("collection", link::JSON, layer, schema.title.clone()),
    ];
    links.extend(link::licences(schema));
    links
}

fn list_page<'a>(ask: &Ask, schema: &'a Schema, answer: &Answer<'_>) -> ListPage<'a> {
    let layer = layer_href(ask, schema);
    let columns: Vec<usize> = (0..schema.fields.len())
        .filter(|index| schema.fields[*index].kind != FieldType::Json)
        .take(COLUMNS_MAX)
        .collect();
    let path = format!("/api/collections/{}", escaped_segment(&schema.id));
    let items = format!("{path}/items");
    let crumbs = [
        ("/api/collections", "Layers"),
        (path.as_str(), schema.title.as_str()),
        (items.as_str(), "Features"),
    ];
    let link = |f: Option<&str>, cursor: Option<&str>| {
        let query = ask.params.with(&[], &[("f", f), ("cursor", cursor)]);
        format!("{layer}/items{query}")
    };
    let asked = ask.params.pairs().any(|(name, _)| name == "cursor");
    let selection = ["limit", "cursor", "count"];
    ListPage {
        frame: Frame::new(
            &ask.base,
            &schema.title,
            &crumbs,
            Some(link(Some("json"), None)),
        ),
        schema,
        columns: columns
            .iter()
            .map(|index| {
                (
                    title_of(schema, *index),
                    page::is_number(&schema.fields[*index]),
                )
            })
            .collect(),
        near: answer.hits.iter().any(|hit| hit.distance_m.is_some()),
        rows: answer
            .hits
            .iter()
            .map(|hit| row(&layer, schema, &columns, hit))
            .collect(),
        matched: answer.matched,
        first: asked.then(|| link(Some("html"), None)),
        next: answer
            .next
            .as_ref()
            .map(|next| link(Some("html"), Some(&next.encode()))),
        export: format!(
            "{layer}/export{}",
            ask.params.with(&selection, &[("f", Some("geojson"))])
        ),
    }
}

fn row(layer: &str, schema: &Schema, columns: &[usize], hit: &Hit<'_>) -> Row {
    let id = hit.feature.id();
    let values = hit.feature.values();
    let within_m = uncertainty_m(schema, hit.feature);
    Row {
        href: format!("{layer}/items/{}?f=html", escaped_segment(&id)),
        id: id.into_owned(),
        distance: hit.distance_m.map(|metres| about(metres, within_m)),
        cells: columns
            .iter()
            .map(|index| page::shown(&schema.fields[*index], &values[*index], within_m).shortened())
            .collect(),
    }
}

fn one_page<'a>(ask: &Ask, schema: &'a Schema, feature: FeatureRef<'a>) -> OnePage<'a> {
    let path = format!("/api/collections/{}", escaped_segment(&schema.id));
    let items = format!("{path}/items");
    let id = feature.id();
    let here = format!("{items}/{}", escaped_segment(&id));
    let crumbs = [
        ("/api/collections", "Layers"),
        (path.as_str(), schema.title.as_str()),
        (items.as_str(), "Features"),
        (here.as_str(), &id),
    ];
    let values = feature.values();
    let rows = schema.fields.iter().zip(&values).enumerate();
    let within_m = uncertainty_m(schema, feature);
    OnePage {
        frame: Frame::new(
            &ask.base,
            &name_of(schema, feature),
            &crumbs,
            Some(format!("{}{here}?f=json", ask.base)),
        ),
        schema,
        id: id.clone(),
        place: feature.position().map(|at| place(at, within_m)),
        rows: rows
            .map(|(index, (field, value))| {
                (
                    title_of(schema, index),
                    &*field.description,
                    page::shown(field, value, within_m),
                )
            })
            .filter(|(_, _, shown)| *shown != Shown::default())
            .collect(),
    }
}

/// What a feature is called: by a field that names it, otherwise by its id.
fn name_of<'a>(schema: &Schema, feature: FeatureRef<'a>) -> Cow<'a, str> {
    let named = ["title", "name", "name_en"].iter().find_map(|name| {
        match feature.value(schema.index_of(name)?) {
            Value::Text(text) => Some(Cow::Owned(text.into())),
            _ => None,
        }
    });
    named.unwrap_or(feature.id())
}

/// Within how many metres a feature's position is known, if the layer says so.
fn uncertainty_m(schema: &Schema, feature: FeatureRef<'_>) -> Option<f64> {
    match feature.value(schema.index_of(POSITION_UNCERTAINTY_M)?) {
        Value::Number(metres) if metres > 0.0 => Some(metres),
        _ => None,
    }
}

/// A distance with what its end's position is uncertain by.
fn about(metres: f64, uncertainty_m: Option<f64>) -> String {
    let km = metres / 1000.0;
    match uncertainty_m {
        Some(within) => format!("{km:.1} km ± {} km", within / 1000.0),
        None => format!("{km:.1} km"),
    }
}

/// A position with no more decimals than are known.
fn place(at: LngLat, uncertainty_m: Option<f64>) -> String {
    let (lat, lng) = (at.lat(), at.lng());
    match uncertainty_m {
        Some(within) => format!(
            "about {lat:.2}° N, {lng:.2}° E, known within about {} km",
            within / 1000.0
        ),
        None => format!("{lat:.5}° N, {lng:.5}° E"),
    }
}

/// A field's name for people.
fn title_of(schema: &Schema, index: usize) -> &str {
    let field = &schema.fields[index];
    if field.title.is_empty() {
        &field.name
    } else {
        &field.title
    }
}
