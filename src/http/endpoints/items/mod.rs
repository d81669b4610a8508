//! `/api/collections/{layer}/items` and one of them (OGC 17-069r4 §7.15 and §7.16), near a place if
//! asked.

mod pages;
mod sketch;

use std::sync::Arc;

use askama::Template;
use axum::response::Response;

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::answer::FeaturePage;
use crate::atlas::layer::answer::Hit;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::schema::Schema;
use crate::atlas::query::question::ItemsQuery;
use crate::format::collection::{self, CollectionHead};
use crate::format::export;
use crate::format::file::FileFormat;
use crate::format::geojson;
use crate::format::view::View;
use crate::format::writer::ExportOptions;
use crate::http::kit::answer::{self, with_crs};
use crate::http::kit::endpoint::{Answered, Endpoint, Parsed};
use crate::http::kit::escape::escaped_segment;
use crate::http::kit::features;
use crate::http::kit::files;
use crate::http::kit::link::{self, LayerText, Link};
use crate::http::kit::operation::{Asked, Operation};
use crate::http::kit::page;
use crate::http::kit::parameters::{EXPLAIN, ID};
use crate::http::kit::params::{self, Reader};
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::{FILES_AND_HTML, GEOJSON, HTML, Representation};
use crate::http::kit::request::Request;
use crate::http::kit::selection;
use crate::http::server::app::App;

/// A page of features.
pub struct FeatureList;

static LIST: Operation = Operation {
    path: "/api/collections/{layer}/items",
    id: "getFeatures",
    summary: "Features, filtered, page by page; near a place if asked",
    tag: "Features",
    representations: &FILES_AND_HTML,
    statuses: &[400, 404, 406],
    headers: &["Content-Crs", "Link", "Bordermap-Warning"],
    ..Operation::READS
};

/// One feature.
pub struct OneFeature;

static ONE: Operation = Operation {
    path: "/api/collections/{layer}/items/{id}",
    id: "getFeature",
    summary: "One feature",
    tag: "Features",
    in_path: &[&ID],
    representations: &[
        Representation {
            schema: features::feature,
            ..GEOJSON
        },
        HTML,
    ],
    statuses: &[400, 404, 406],
    headers: &["Content-Crs"],
    ..Operation::READS
};

/// Which features of a layer a page has, and how they are shown.
pub struct PageQuestion<'a> {
    layer: &'a Arc<Layer>,
    query: ItemsQuery,
    view: View,
    /// The form of file, if it is neither GeoJSON nor the page for people.
    file: Option<&'static FileFormat>,
    explain: bool,
}

impl Endpoint for FeatureList {
    type Question<'a> = PageQuestion<'a>;

    fn operation(&self) -> &Operation {
        &LIST
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let layer = asked.layer()?;
        asked.allow(layer.len());
        let form = asked.representation.form();
        let file = form.filter(|form| **form != geojson::FORMAT);
        let explain = read.parsed(&EXPLAIN, params::boolean).unwrap_or(false);
        let view = files::view(read, file, layer);
        Ok(Ok(PageQuestion {
            layer,
            query: selection::page(read, layer.schema()),
            view,
            file,
            explain,
        }))
    }

    fn answer(&self, app: &App, asked: &Asked<'_>, question: Self::Question<'_>) -> Answered {
        let PageQuestion {
            layer,
            query,
            view,
            file,
            explain,
        } = question;
        let (request, atlas) = (asked.request, asked.atlas);
        let answer = layer.items(&query);
        let warnings = || selection::warnings(atlas, &query);
        if let Some(form) = file {
            let time_stamp = answer::time_stamp(atlas.revision());
            let form = (form, &*time_stamp);
            let mut response = file_page(request, layer, form, (&query, &view), &answer)?;
            answer::put_warnings(&mut response, &warnings());
            return Ok(response);
        }
        if asked.representation.is_html() {
            let page = pages::list(atlas, request, layer, &query, &view, &answer);
            return html(&page);
        }
        let text = app.texts.of(layer.schema());
        let head = CollectionHead {
            links: &list_links(request, &text, &view, &answer),
            time_stamp: Some(&answer::time_stamp(atlas.revision())),
            number_matched: answer.matched,
            number_returned: Some(answer.hits.len() as u64),
            warnings: &warnings(),
            explain: explain.then_some(answer.explain),
            notice: &text.notice,
        };
        let body = collection::page(&head, &view, &answer.hits);
        Ok(with_crs(answer::untagged(link::GEOJSON, body), view.crs))
    }
}

/// A page for people, on which positions are longitude and latitude.
fn html(page: &impl Template) -> Result<Response, Problem> {
    let body = page::render(page)?;
    Ok(with_crs(answer::untagged(HTML.media, body), Crs::Crs84))
}

/// A page of features in a form that has no place for links: they are headers (RFC 8288).
fn file_page(
    request: &Request,
    layer: &Arc<Layer>,
    (form, time_stamp): (&'static FileFormat, &str),
    (query, view): (&ItemsQuery, &View),
    answer: &FeaturePage<'_>,
) -> Result<Response, Problem> {
    let options = ExportOptions {
        layer,
        has_distance: query.near.is_some(),
        head: &CollectionHead {
            time_stamp: Some(time_stamp),
            ..CollectionHead::default()
        },
        view,
        scratch: files::scratch(form)?,
    };
    let mut writer = form
        .writer(options)
        .map_err(|error| files::failed(&error))?;
    let body = export::page(&mut *writer, &answer.hits).map_err(|error| files::failed(&error))?;
    let media = form.media;
    let mut response = answer::untagged(media, body);
    let items = format!("{}{}/items", request.base, link::layer_path(layer.schema()));
    let name = form.names[0];
    let here = request.params.with(&[], &[("f", Some(name))]);
    answer::put_link(&mut response, &format!("{items}{here}"), "self", media);
    if let Some(next) = &answer.next {
        let next = next.encode();
        let next = request
            .params
            .with(&[], &[("f", Some(name)), ("cursor", Some(&next))]);
        answer::put_link(&mut response, &format!("{items}{next}"), "next", media);
    }
    answer::put_licences(&mut response, layer.schema());
    Ok(with_crs(response, view.crs))
}

impl Endpoint for OneFeature {
    /// The feature, its layer's schema, and how it is shown.
    type Question<'a> = (FeatureRef<'a>, &'a Schema, View);

    fn operation(&self) -> &Operation {
        &ONE
    }

    fn read<'a>(&self, asked: &Asked<'a>, read: &mut Reader<'a>) -> Parsed<Self::Question<'a>> {
        let layer = asked.layer()?;
        let view = selection::view(read, layer);
        let id = asked.request.id();
        let feature = layer.feature(id).ok_or_else(|| Problem::NoSuchFeature {
            layer: layer.schema().id.to_string(),
            id: id.chars().take(200).collect(),
        });
        Ok(feature.map(|feature| (feature, &**layer.schema(), view)))
    }

    fn answer(&self, _: &App, asked: &Asked<'_>, question: Self::Question<'_>) -> Answered {
        let (feature, schema, view) = question;
        let request = asked.request;
        if asked.representation.is_html() {
            return html(&pages::one(asked.atlas, request, schema, &view, feature));
        }
        let mut body = Vec::with_capacity(4096);
        let hit = Hit {
            feature,
            distance_m: None,
        };
        view.feature(&mut body, &hit);
        collection::splice_member(&mut body, "links", &one_links(request, schema));
        Ok(with_crs(answer::untagged(link::GEOJSON, body), view.crs))
    }
}

/// The links of a page of features, as the members of a JSON array. Each keeps every parameter of
/// the question.
///
/// Written by hand because every answer has them: an address whose parts are percent-encoded has
/// nothing in it that JSON would escape.
fn list_links(
    request: &Request,
    layer: &LayerText,
    view: &View,
    answer: &FeaturePage<'_>,
) -> String {
    let here = request.params.with(&["f"], &[]);
    let and = if here.is_empty() { "?" } else { "&" };
    let (base, path) = (&request.base, &layer.path);
    let this = [r#"{"href":""#, base, path, "/items", &here, and].concat();
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
        let query = request
            .params
            .with(&[], &[("cursor", Some(&next.encode()))]);
        let rest = r#"","rel":"next","type":"application/geo+json","title":"The next page"}"#;
        push(&[r#",{"href":""#, base, path, "/items", &query, rest]);
    }
    links.push_str(&layer.licences);
    links
}

fn one_links(request: &Request, schema: &Schema) -> Vec<Link> {
    let layer = Link::to_layer(&request.base, schema);
    let here = format!("{}/items/{}", layer.href, escaped_segment(request.id()));
    let mut links = vec![
        Link::new("self", link::GEOJSON, here.clone(), "This feature"),
        Link::new(
            "alternate",
            link::HTML,
            format!("{here}?f=html"),
            "This feature for people",
        ),
        layer,
    ];
    links.extend(link::licences(schema));
    links
}
