//! `/api/collections/{layer}/items` and one of them (OGC 17-069r4 §7.15 and §7.16), near a place if
//! asked.

mod pages;
mod sketch;

use std::sync::Arc;

use axum::response::Response;

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::FeaturePage;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::schema::Schema;
use crate::atlas::query::question::ItemsQuery;
use crate::format::collection::{self, Head};
use crate::format::export;
use crate::format::form::Form;
use crate::format::view::View;
use crate::format::writer::{self, Sheet};
use crate::http::kit::answer::{self, Tag, with_crs};
use crate::http::kit::files;
use crate::http::kit::link::{self, LayerText, Link};
use crate::http::kit::negotiate::{self, FILES_AND_HTML, GEOJSON, HTML, Offer};
use crate::http::kit::page;
use crate::http::kit::params::{self, Reader, escaped_segment};
use crate::http::kit::problem::Problem;
use crate::http::kit::route::{Ask, Door, Operation, Route, Selects};
use crate::http::kit::selection;
use crate::http::server::app::{self, App};

/// A page of features.
pub const LIST: Route = Route {
    path: "/api/collections/{layer}/items",
    door: Door::Tried(list),
    operation: Some(Operation {
        id: "getFeatures",
        summary: "Features, filtered, page by page; near a place if asked",
        tag: "Features",
        parameters: &[
            "fItems",
            "limit",
            "cursor",
            "count",
            "sortby",
            "properties",
            "crs",
            "csv-geometry",
            "safe",
            "explain",
        ],
        selects: Selects::FiltersAndFields,
        answers: &files::ANSWERS_AND_HTML,
        errors: &[400, 404, 406],
    }),
};

/// One feature.
pub const ONE: Route = Route {
    path: "/api/collections/{layer}/items/{id}",
    door: Door::Tried(one),
    operation: Some(Operation {
        id: "getFeature",
        summary: "One feature",
        tag: "Features",
        parameters: &["f", "crs", "properties"],
        selects: Selects::Nothing,
        answers: &[(link::GEOJSON, "feature"), (link::HTML, "html")],
        errors: &[400, 404, 406],
    }),
};

/// One feature comes as itself or as a page.
static OFFERS: [Offer; 2] = [GEOJSON, HTML];

fn list(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    app.allow(ask, layer.len());
    let schema = layer.schema();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &FILES_AND_HTML);
    let form = offer.as_ref().ok().and_then(|offer| offer.form());
    let file = form.filter(|form| *form != Form::GeoJson);
    let explain = read.parsed("explain", params::boolean).unwrap_or(false);
    let view = files::view(&mut read, file, layer);
    let query = selection::page(&mut read, schema);
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, atlas.revision(), ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let answer = layer.items(&query);
    if let Some(form) = file {
        let time_stamp = answer::time_stamp(atlas.revision());
        let mut response = file_page(
            ask,
            layer,
            &tag,
            (form, &time_stamp),
            (&query, &view),
            &answer,
        )?;
        answer::put_warnings(&mut response, &selection::warnings(&atlas, &query));
        return Ok(response);
    }
    let body = if offer.is_html() {
        page::render(&pages::list(&atlas, ask, layer, &query, &view, &answer))?
    } else {
        let text = app.texts.of(schema);
        collection::page(
            &Head {
                links: &list_links(ask, &text, &view, &answer),
                time_stamp: Some(&answer::time_stamp(atlas.revision())),
                number_matched: answer.matched,
                number_returned: Some(answer.hits.len() as u64),
                warnings: &selection::warnings(&atlas, &query),
                explain: explain.then_some(answer.explain),
                notice: &text.notice,
            },
            &view,
            &answer.hits,
        )
    };
    let crs = if offer.is_html() {
        Crs::Crs84
    } else {
        view.crs
    };
    Ok(with_crs(answer::ok(&tag, offer.media, body), crs))
}

/// A page of features in a form that has no place for links: they are headers (RFC 8288).
fn file_page(
    ask: &Ask,
    layer: &Arc<Layer>,
    tag: &Tag,
    (form, time_stamp): (Form, &str),
    (query, view): (&ItemsQuery, &View),
    answer: &FeaturePage<'_>,
) -> Result<Response, Problem> {
    let sheet = Sheet {
        layer,
        has_distance: query.near.is_some(),
        head: &Head {
            time_stamp: Some(time_stamp),
            ..Head::default()
        },
        view,
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
    Ok(with_crs(response, view.crs))
}

fn one(app: &App, ask: &Ask) -> Result<Response, Problem> {
    let atlas = app.live.snapshot();
    let layer = app::layer(&atlas, ask)?;
    let schema = layer.schema();
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), &OFFERS);
    let view = selection::view(&mut read, layer);
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
        page::render(&pages::one(&atlas, ask, schema, &view, feature))?
    } else {
        let mut body = Vec::with_capacity(4096);
        let distance_m = None;
        view.feature(
            &mut body,
            &Hit {
                feature,
                distance_m,
            },
        );
        collection::splice_member(&mut body, "links", &one_links(ask, schema));
        body
    };
    let crs = if offer.is_html() {
        Crs::Crs84
    } else {
        view.crs
    };
    Ok(with_crs(answer::ok(&tag, offer.media, body), crs))
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
fn list_links(ask: &Ask, layer: &LayerText, view: &View, answer: &FeaturePage<'_>) -> String {
    let here = ask.params.with(&["f"], &[]);
    let and = if here.is_empty() { "?" } else { "&" };
    let (base, path) = (&ask.base, &layer.path);
    let this = format!(r#"{{"href":"{base}{path}/items{here}{and}"#);
    let is_degrees = view.crs == Crs::Crs84;
    let mut links = String::with_capacity(4096);
    let shown = layer.encodings.iter();
    for encoding in shown.filter(|encoding| is_degrees || encoding.has_systems) {
        links.push_str(&this);
        links.push_str(&encoding.link);
        links.push(',');
    }
    let mut push = |parts: &[&str]| parts.iter().for_each(|part| links.push_str(part));
    let rest = r#"","rel":"collection","type":"application/json","title":"#;
    push(&[r#"{"href":""#, base, path, rest, &layer.title, "}"]);
    if let Some(next) = &answer.next {
        let query = ask.params.with(&[], &[("cursor", Some(&next.encode()))]);
        let rest = r#"","rel":"next","type":"application/geo+json","title":"The next page"}"#;
        push(&[r#",{"href":""#, base, path, "/items", &query, rest]);
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
