//! `/api/docs`: the API for people, with forms to try it. A form sends every field, filled or not;
//! `try` turns that into the address that a program would use, and goes there.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::Role;
use crate::atlas::query::question::{LIMIT_DEFAULT, LIMIT_MAX, RADIUS_M_MAX};
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::endpoint::Handler;
use crate::http::kit::escape::escaped_segment;
use crate::http::kit::operation::{Asked, Describe, Operation};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::{KINDS, Problem, ProblemKind};
use crate::http::kit::representation::HTML;
use crate::http::kit::request::Request;
use crate::http::server::app::App;

/// The documentation.
pub struct Documentation;

static OPERATION: Operation = Operation {
    path: "/api/docs",
    id: "getDocs",
    summary: "This API for people, with forms to try it",
    tag: "Capabilities",
    representations: &[HTML],
    statuses: &[303, 400],
    ..Operation::READS
};

impl Describe for Documentation {
    fn operation(&self) -> &Operation {
        &OPERATION
    }

    fn read_all<'a>(&self, _: &Asked<'a>, _: &mut Reader<'a>) {}
}

impl Handler for Documentation {
    fn path(&self) -> &'static str {
        OPERATION.path
    }

    fn described(&self) -> Option<&dyn Describe> {
        Some(self)
    }

    /// The forms can be answered elsewhere, so it does not go the way of other documents.
    fn handle(&self, app: &App, request: &Request) -> Result<Response, Problem> {
        docs(app, request)
    }
}

/// What the forms can try: a name, and the path with a place for the layer.
const TRIALS: [(&str, &str); 5] = [
    ("items", "/api/collections/{layer}/items"),
    ("export", "/api/collections/{layer}/export"),
    ("locate", "/api/border/locate"),
    ("profile", "/api/border/profile"),
    ("compare", "/api/border/compare"),
];

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    frame: Frame,
    layers: Vec<(String, String)>,
    paths: Vec<(&'static str, &'static str)>,
    problems: [ProblemKind; KINDS.len()],
    codes: Vec<(&'static str, &'static str)>,
    limit_default: usize,
    limit_max: usize,
    radius_km_max: f64,
}

fn docs(app: &App, request: &Request) -> Result<Response, Problem> {
    if request.params.first("try").is_some() {
        return tried(request);
    }
    Reader::new(&request.params).finish()?;
    let atlas = app.live.snapshot();
    let tag = Tag::new(app, atlas.revision(), request, HTML.media);
    if let Some(unchanged) = tag.unchanged(request) {
        return Ok(unchanged);
    }
    let data = atlas
        .layers()
        .filter(|layer| layer.schema().role == Role::Data);
    let body = page::render(&Page {
        frame: Frame::new(
            &request.base,
            "The API",
            &[("/api/docs", "Documentation")],
            None,
        ),
        layers: data
            .map(|layer| (layer.schema().id.to_string(), layer.schema().title.clone()))
            .collect(),
        paths: app
            .described
            .iter()
            .map(|described| (described.operation().path, described.operation().summary))
            .collect(),
        problems: KINDS,
        codes: Code::ALL
            .iter()
            .map(|code| (code.name(), code.meaning()))
            .collect(),
        limit_default: LIMIT_DEFAULT,
        limit_max: LIMIT_MAX,
        radius_km_max: RADIUS_M_MAX / 1000.0,
    })?;
    Ok(answer::ok(&tag, HTML.media, body))
}

/// Goes to what a form asks for, without the fields that were left empty.
fn tried(request: &Request) -> Result<Response, Problem> {
    let value = |name: &str| request.params.first(name).unwrap_or_default();
    let trial = value("try");
    let (_, path) = TRIALS
        .iter()
        .find(|(name, _)| *name == trial)
        .ok_or_else(|| {
            let names = TRIALS.map(|(name, _)| name).join(", ");
            let refusal = Refusal::new(Code::NotOneOf, format!("it is one of {names}"));
            Problem::parameter("try", Some(trial), refusal)
        })?;
    let path = path.replace("{layer}", &escaped_segment(value("layer")));
    let empty: Vec<&str> = request
        .params
        .pairs()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name)
        .chain(["try", "layer"])
        .collect();
    let target = format!("{}{path}{}", request.base, request.params.with(&empty, &[]));
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::from_str(&target).map_err(|_| {
        let refusal = Refusal::new(Code::UnknownLayer, "cannot stand in an address");
        Problem::parameter("layer", None, refusal)
    })?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}
