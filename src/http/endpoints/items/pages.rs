//! Features as pages for people: a table with a small map and a form to ask for less, and one feature
//! with its sources.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use geo::Geometry;

use super::sketch::{Drawn, Form, MARKS_MAX, Sketch};
use crate::atlas::geo::position::LngLat;
use crate::atlas::layer::answer::FeaturePage;
use crate::atlas::layer::answer::Hit;
use crate::atlas::layer::{FeatureRef, Layer};
use crate::atlas::model::budget::spend;
use crate::atlas::model::label::label;
use crate::atlas::model::schema::{Field, FieldType, POSITION_UNCERTAINTY_M, Schema, Value};
use crate::atlas::query::question::ItemsQuery;
use crate::atlas::query::sort::is_sortable;
use crate::atlas::{Atlas, BORDER_LAYER};
use crate::format::lengths;
use crate::format::view::View;
use crate::format::warning::Warning;
use crate::http::kit::escape::escaped_segment;
use crate::http::kit::files::{self, Download};
use crate::http::kit::json_schema::is_queryable;
use crate::http::kit::link;
use crate::http::kit::page::{self, Frame, Shown};
use crate::http::kit::request::Request;
use crate::http::kit::selection;

/// What a row of the table costs, with its mark on the map, in nanoseconds.
const ROW_NS: u64 = 40_000;
/// Columns of the table of features, so that it fits on a page.
const COLUMNS_MAX: usize = 8;
/// Fields that the form asks for by a list of their values.
const CHOICES_MAX: usize = 6;

/// A page of features.
#[derive(Template)]
#[template(path = "items.html")]
pub struct ListPage<'a> {
    frame: Frame,
    schema: &'a Schema,
    form: Filters<'a>,
    sketch: Option<Sketch>,
    columns: Vec<Heading<'a>>,
    near: bool,
    /// What whoever asks should know, and where what was perhaps meant is asked.
    warnings: Vec<(Warning, String)>,
    rows: Vec<Row>,
    matched: Option<u64>,
    first: Option<String>,
    next: Option<String>,
    exports: Vec<(String, String)>,
}

/// The form above the table, filled with what was asked.
struct Filters<'a> {
    text: Option<String>,
    near: String,
    radius: String,
    datetime: Option<String>,
    /// Fields with closed lists, and the value of each that was asked for.
    choices: Vec<(&'a Field, String)>,
    /// Whether anything was asked.
    is_filled: bool,
    /// What the whole layer is.
    everything: String,
}

/// The head of a column: where it leads to be ordered by, and how it is ordered now.
struct Heading<'a> {
    title: &'a str,
    is_number: bool,
    order: Option<String>,
    is_ordered: Option<&'static str>,
}

struct Row {
    href: String,
    id: String,
    distance: Option<String>,
    cells: Vec<Shown>,
}

/// One feature.
#[derive(Template)]
#[template(path = "item.html")]
pub struct OnePage<'a> {
    frame: Frame,
    schema: &'a Schema,
    id: Cow<'a, str>,
    sketch: Option<Sketch>,
    place: Option<String>,
    rows: Vec<(&'a str, &'a str, Shown)>,
}

/// The page of an answer.
pub fn list<'a>(
    atlas: &Atlas,
    request: &Request,
    layer: &'a Arc<Layer>,
    query: &ItemsQuery,
    view: &View,
    answer: &FeaturePage<'_>,
) -> ListPage<'a> {
    let schema = &**layer.schema();
    let columns: Vec<usize> = view.fields.clone().unwrap_or_else(|| {
        (0..schema.fields.len())
            .filter(|index| schema.fields[*index].kind != FieldType::Json)
            .take(COLUMNS_MAX)
            .collect()
    });
    let path = link::layer_path(schema);
    let (here, items) = (format!("{}{path}", request.base), format!("{path}/items"));
    let crumbs = [
        ("/api/collections", "Layers"),
        (path.as_str(), schema.title.as_str()),
        (items.as_str(), "Features"),
    ];
    let link = |f: &str, cursor: Option<&str>| {
        let query = request
            .params
            .with(&[], &[("f", Some(f)), ("cursor", cursor)]);
        format!("{here}/items{query}")
    };
    let asked = request.params.first("cursor").is_some();
    let rows = answer.hits.iter();
    let next = answer.next.as_ref();
    ListPage {
        frame: Frame::new(
            &request.base,
            &schema.title,
            &crumbs,
            Some(link("json", None)),
        ),
        schema,
        form: filters(request, schema, format!("{here}/items?f=html")),
        sketch: sketch(atlas, schema, &here, &answer.hits),
        columns: columns
            .iter()
            .map(|field| heading(request, schema, query, *field))
            .collect(),
        warnings: selection::warnings(atlas, query)
            .into_iter()
            .map(|warning| {
                let other = [(warning.parameter, Some(&*warning.other)), ("cursor", None)];
                let href = format!("{here}/items{}", request.params.with(&[], &other));
                (warning, href)
            })
            .collect(),
        near: answer.hits.iter().any(|hit| hit.distance_m.is_some()),
        rows: rows.map(|hit| row(&here, schema, &columns, hit)).collect(),
        matched: answer.matched,
        first: asked.then(|| link("html", None)),
        next: next.map(|next| link("html", Some(&next.encode()))),
        exports: exports(request, layer, &here),
    }
}

/// The same selection as files.
fn exports(request: &Request, layer: &Arc<Layer>, here: &str) -> Vec<(String, String)> {
    let without = [
        "limit",
        "cursor",
        "count",
        "explain",
        "crs",
        "properties",
        "safe",
    ];
    let file = |file: Download| {
        let own = [("f", Some(file.form)), ("csv-geometry", file.columns)];
        let query = request.params.with(&without, &own);
        (format!("{here}/export{query}"), file.title)
    };
    files::downloads(layer).into_iter().map(file).collect()
}

/// The form, filled with what was asked.
fn filters<'a>(request: &Request, schema: &'a Schema, everything: String) -> Filters<'a> {
    let value = |name: &str| request.params.first(name).unwrap_or_default().to_owned();
    let closed = schema.fields.iter();
    let closed = closed.filter(|field| is_queryable(field) && !field.values.is_empty());
    let shown = [
        "f",
        "limit",
        "count",
        "cursor",
        "sortby",
        "properties",
        "crs",
    ];
    Filters {
        text: (!schema.searched().is_empty()).then(|| value("q")),
        near: value("near"),
        radius: value("radius"),
        datetime: schema.time.is_some().then(|| value("datetime")),
        choices: closed
            .take(CHOICES_MAX)
            .map(|field| (field, value(&field.name)))
            .collect(),
        is_filled: request
            .params
            .pairs()
            .any(|(name, _)| !shown.contains(&name)),
        everything,
    }
}

/// The head of a field's column.
fn heading<'a>(
    request: &Request,
    schema: &'a Schema,
    query: &ItemsQuery,
    place: usize,
) -> Heading<'a> {
    let field = &schema.fields[place];
    let first = query.sort.as_ref().and_then(|sort| sort.keys.first());
    let descending = first
        .filter(|key| key.field == place)
        .map(|key| key.descending);
    let sortby = match descending {
        Some(false) => format!("-{}", field.name),
        _ => field.name.to_string(),
    };
    let order = || {
        let and = [("sortby", Some(&*sortby)), ("cursor", None)];
        format!(
            "{}{}{}",
            request.base,
            request.path,
            request.params.with(&[], &and)
        )
    };
    Heading {
        title: field.label(),
        is_number: page::is_number(field),
        order: is_sortable(field).then(order),
        is_ordered: descending.map(|down| if down { "descending" } else { "ascending" }),
    }
}

fn row(layer: &str, schema: &Schema, columns: &[usize], hit: &Hit<'_>) -> Row {
    spend(ROW_NS);
    let id = hit.feature.id();
    let values = hit.feature.values();
    let within_m = uncertainty_m(schema, hit.feature);
    Row {
        href: format!("{layer}/items/{}?f=html", escaped_segment(&id)),
        id: id.into_owned(),
        distance: hit
            .distance_m
            .map(|metres| lengths::about(metres, within_m)),
        cells: columns
            .iter()
            .map(|index| page::shown(&schema.fields[*index], &values[*index], within_m).shortened())
            .collect(),
    }
}

/// The page of a feature.
pub fn one<'a>(
    atlas: &Atlas,
    request: &Request,
    schema: &'a Schema,
    view: &View,
    feature: FeatureRef<'a>,
) -> OnePage<'a> {
    let path = link::layer_path(schema);
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
    let within_m = uncertainty_m(schema, feature);
    let is_chosen = |place: usize| view.fields.as_ref().is_none_or(|all| all.contains(&place));
    let rows = schema.fields.iter().zip(&values).enumerate();
    let rows = rows.filter(|(place, _)| is_chosen(*place));
    let layer = format!("{}{path}", request.base);
    let hit = Hit {
        feature,
        distance_m: None,
    };
    OnePage {
        frame: Frame::of_document(&request.base, &name_of(schema, feature), &crumbs),
        schema,
        id: id.clone(),
        sketch: sketch(atlas, schema, &layer, &[hit]),
        place: feature.position().map(|at| place(at, within_m)),
        rows: rows
            .map(|(_, (field, value))| {
                let shown = page::shown(field, value, within_m);
                (field.label(), &*field.description, shown)
            })
            .filter(|(_, _, shown)| !shown.is_empty())
            .collect(),
    }
}

/// A small map of the features; `None` if they are nowhere.
fn sketch(atlas: &Atlas, schema: &Schema, layer: &str, hits: &[Hit<'_>]) -> Option<Sketch> {
    let placed = hits.iter().take(MARKS_MAX).filter_map(|hit| {
        let geometry = hit.feature.geometry()?;
        Some((hit.feature, geometry))
    });
    let placed: Vec<(FeatureRef<'_>, Cow<'_, Geometry>)> = placed.collect();
    let drawn = placed.iter().map(|(feature, geometry)| Drawn {
        geometry,
        within_m: uncertainty_m(schema, *feature),
        href: format!("{layer}/items/{}?f=html", escaped_segment(&feature.id())),
        title: name_of(schema, *feature).into_owned(),
    });
    let is_border = *schema.id == *BORDER_LAYER;
    let border = atlas.layer(BORDER_LAYER).filter(|_| !is_border);
    Sketch::of(drawn.collect(), border.map(|layer| &**layer))
}

/// What a feature is called: by a field that names it, otherwise by its id.
fn name_of<'a>(schema: &Schema, feature: FeatureRef<'a>) -> Cow<'a, str> {
    let label = label(schema, |at| Some(feature.value(at)));
    let label = label.as_ref().and_then(Value::text);
    label.map_or_else(|| feature.id(), |text| Cow::Owned(text.into_owned()))
}

/// Within how many metres a feature's position is known, if the layer says so.
fn uncertainty_m(schema: &Schema, feature: FeatureRef<'_>) -> Option<f64> {
    match feature.value(schema.index_of(POSITION_UNCERTAINTY_M)?) {
        Value::Number(metres) if metres > 0.0 => Some(metres),
        _ => None,
    }
}

/// A position with no more decimals than are known.
fn place(at: LngLat, uncertainty_m: Option<f64>) -> String {
    let (lat, lng) = (at.lat(), at.lng());
    match uncertainty_m {
        Some(within) => format!(
            "about {lat:.2}° N, {lng:.2}° E, known within about {}",
            lengths::distance(within)
        ),
        None => format!("{lat:.5}° N, {lng:.5}° E"),
    }
}
