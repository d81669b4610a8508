//! What a layer is asked by the parameters of a query: which of its features, in which order, shown how.

use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::atlas::Atlas;
use crate::atlas::filter::Filter;
use crate::atlas::filter::text_search::TextSearch;
use crate::atlas::geo::area::Area;
use crate::atlas::geo::crs::Crs;
use crate::atlas::geo::crs::given::GivenBox;
use crate::atlas::geo::position::{Bounds, LngLat, parse_length_m};
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::atlas::model::schema::{Field, FieldType, Schema, Value};
use crate::atlas::model::time::TimeSpan;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::question::{ItemsQuery, LIMIT_DEFAULT, LIMIT_MAX, Near, RADIUS_M_MAX};
use crate::atlas::query::sort::Sort;
use crate::format::cql2::{self, FilterEncoding};
use crate::format::view::View;
use crate::format::warning::Warning;
use crate::http::kit::parameters::selecting::{
    BBOX, BBOX_CRS, DATETIME, FILTER, FILTER_CRS, FILTER_LANG, IDS, NEAR, Q, RADIUS,
};
use crate::http::kit::parameters::{COUNT, CRS, CURSOR, LIMIT, PROPERTIES, SORTBY};
use crate::http::kit::params::{Params, Reader, boolean, quoted};
use crate::http::kit::request::Request;
use crate::http::kit::systems::{is_for, systems};

/// Parameters that mean something of their own on a layer's paths; a field of the same name cannot
/// be asked for by its name.
pub const RESERVED: [&str; 19] = [
    "f",
    "bbox",
    "bbox-crs",
    "datetime",
    "limit",
    "cursor",
    "count",
    "near",
    "radius",
    "sortby",
    "id",
    "q",
    "crs",
    "properties",
    "filter",
    "filter-lang",
    "filter-crs",
    "csv-geometry",
    "safe",
];

/// The schema of what has no fields, such as several layers together: no field is all layers' own.
pub static FIELDLESS: LazyLock<Schema> = LazyLock::new(Schema::default);

/// What whoever asks should know of a question that is answered as it was asked.
pub fn warnings(atlas: &Atlas, query: &ItemsQuery) -> Vec<Warning> {
    let border = atlas.border().map(|border| &**border);
    let near = query.near.map(|near| near.at);
    let near = near.and_then(|at| Warning::of_order(border, "near", at));
    let bbox = query.bbox;
    let bbox = bbox.and_then(|bbox| Warning::of_order(border, "bbox", bbox));
    near.into_iter().chain(bbox).collect()
}

/// Parameters that may take a look at every feature of a layer.
const HEAVY: [&str; 3] = ["sortby", "q", "filter"];
/// Parameters that decide what a question costs, besides the place and time that it asks of.
const COSTLY: [&str; 8] = [
    "filter",
    "q",
    "sortby",
    "limit",
    "near",
    "bin_km",
    "interval",
    "properties",
];
/// Features that are written as GeoJSON without a thought.
const LIGHT_LIMIT: usize = 1000;
/// The same in another form, or as a page for people.
const LIGHT_LIMIT_OTHERWISE: usize = 100;

/// Whether nothing is asked for that is known to take long. What is light may turn out not to be.
pub fn is_light(request: &Request) -> bool {
    let mut limit = LIMIT_DEFAULT;
    let mut form = None;
    for (name, value) in request.params.pairs() {
        match name {
            "limit" => limit = value.parse().unwrap_or(LIMIT_DEFAULT),
            "f" => form = Some(value),
            _ if HEAVY.contains(&name) => return false,
            _ => {}
        }
    }
    let is_plain = match form {
        Some(form) => matches!(form, "json" | "geojson" | "mvt" | "pbf"),
        None => limit <= LIGHT_LIMIT_OTHERWISE || !takes_html(request),
    };
    limit
        <= if is_plain {
            LIGHT_LIMIT
        } else {
            LIGHT_LIMIT_OTHERWISE
        }
}

fn takes_html(request: &Request) -> bool {
    request
        .accept()
        .is_some_and(|accept| accept.contains("html"))
}

/// Those parameters of a question that could ask for less.
pub fn costly(params: &Params) -> Vec<&'static str> {
    let all = COSTLY.into_iter();
    all.filter(|name| params.first(name).is_some()).collect()
}

/// Reads what selects features of a layer, without paging.
pub fn of<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> ItemsQuery {
    let (bbox, area) = place(read);
    // A plus sign that nobody encoded arrives as a space, and no date has a space in it.
    let datetime = read.parsed(&DATETIME, |text| {
        TimeSpan::parse_query(&text.replace(' ', "+"))
    });
    let near = near(read);
    let ids = read
        .all(&IDS)
        .into_iter()
        .map(Box::from)
        .collect::<Vec<_>>();
    let search = read.parsed(&Q, TextSearch::parse);
    let filter = filter(read, schema);
    let query = ItemsQuery {
        ids: (!ids.is_empty()).then_some(ids),
        bbox,
        area,
        datetime,
        filter: fields(read, schema),
        search,
        near,
        ..ItemsQuery::default()
    };
    match filter {
        Some(filter) => query.filtered(filter, schema),
        None => query,
    }
}

/// Reads `filter` with `filter-lang` and `filter-crs` (OGC 19-079r2 §7).
fn filter(read: &mut Reader<'_>, schema: &Schema) -> Option<Filter> {
    let encoding = read.parsed(&FILTER_LANG, |text| match text {
        "cql2-text" => Ok(FilterEncoding::Text),
        "cql2-json" => Ok(FilterEncoding::Json),
        _ => Err(Refusal::new(Code::NotOneOf, "it is cql2-text or cql2-json")),
    });
    let crs = read.parsed(&FILTER_CRS, Crs::parse).unwrap_or_default();
    let encoding = encoding.unwrap_or_default();
    let condition = read.parsed(&FILTER, |text| {
        cql2::read_in(crs, encoding, text, schema).map_err(|fault| fault.refusal(text))
    })?;
    Some(condition.into())
}

/// Reads what asks for one page of a layer's features.
pub fn page<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> ItemsQuery {
    let limit = read
        .parsed(&LIMIT, limit)
        .map_or(LIMIT_DEFAULT, |limit| limit.min(LIMIT_MAX));
    let count = read.parsed(&COUNT, boolean).unwrap_or(true);
    let cursor = read.parsed(&CURSOR, |text| {
        Cursor::decode(text).ok_or_else(|| {
            let detail = "it is not one that a next link of this service carries";
            Refusal::new(Code::NotACursor, detail)
        })
    });
    let sort = sortby(read, schema);
    let query = of(read, schema);
    let belongs = |cursor: &Cursor| match &sort {
        Some(sort) => sort.is_of(cursor, schema),
        None if read.has("near") => matches!(cursor, Cursor::AfterDistance { .. }),
        None => matches!(cursor, Cursor::AfterId(_)),
    };
    if let Some(cursor) = cursor.as_ref().filter(|cursor| !belongs(cursor)) {
        let detail = "it belongs to another question; follow the next link with all its parameters";
        read.fault("cursor", &cursor.encode(), Code::ForeignCursor, detail);
    }
    ItemsQuery {
        sort,
        limit,
        cursor,
        count,
        ..query
    }
}

/// Reads `bbox` and `bbox-crs`.
fn place(read: &mut Reader<'_>) -> (Option<Bounds>, Option<Area>) {
    let crs = read.parsed(&BBOX_CRS, Crs::parse).unwrap_or_default();
    match read.parsed(&BBOX, |text| crs.parse_box(text)) {
        Some(GivenBox::Bounds(bounds)) => (Some(bounds), None),
        Some(GivenBox::Area(area)) => (None, Some(area)),
        None => (None, None),
    }
}

/// Reads how features of a layer are shown: `crs` and `properties`.
pub fn view(read: &mut Reader<'_>, layer: &Layer) -> View {
    let crs = read.parsed(&CRS, |text| {
        let crs = Crs::parse(text)?;
        if is_for(crs, layer) {
            Ok(crs)
        } else {
            let own = systems(layer).map(Crs::uri).collect::<Vec<_>>().join(", ");
            Err(Refusal::new(
                Code::OutOfReach,
                format!(
                    "the layer has features that lie too far away for it; the layer's own crs are \
                     {own}"
                ),
            ))
        }
    });
    let fields = read.parsed(&PROPERTIES, |text| chosen(text, layer.schema()));
    View {
        crs: crs.unwrap_or_default(),
        fields,
        ..View::default()
    }
}

/// The places of some properties, ascending.
fn chosen(text: &str, schema: &Schema) -> Result<Vec<usize>, Refusal> {
    let place = |name: &str| {
        schema.index_of(name).ok_or_else(|| {
            let known: Vec<&str> = schema.fields.iter().map(|field| &*field.name).collect();
            let known = known.join(", ");
            let detail = format!(
                "\"{}\" is none of the layer's properties, which are {known}",
                quoted(name)
            );
            Refusal::new(Code::UnknownProperty, detail)
        })
    };
    let places = text.split(',').map(place);
    let mut places = places.collect::<Result<Vec<usize>, Refusal>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// Reads `sortby`.
pub fn sortby(read: &mut Reader<'_>, schema: &Schema) -> Option<Sort> {
    read.parsed(&SORTBY, |text| Sort::parse(text, schema))
}

/// Reads a `limit`: a whole number from 1 up.
pub fn limit(text: &str) -> Result<usize, Refusal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let detail = format!("it is a whole number from 1 to {LIMIT_MAX}, {LIMIT_DEFAULT} if left out");
    if !is_whole {
        return Err(Refusal::new(Code::NotAWholeNumber, detail));
    }
    // More digits than fit are still a number, above every ceiling.
    let number = digits.parse().unwrap_or(usize::MAX);
    if sign == "-" || number == 0 {
        return Err(Refusal::out_of_range([1.0, LIMIT_MAX as f64], detail));
    }
    Ok(number)
}

/// Reads `near` and `radius`.
fn near(read: &mut Reader<'_>) -> Option<Near> {
    let radius_m = read.parsed(&RADIUS, |text| {
        let metres = parse_length_m(text)?;
        if metres > 0.0 && metres <= RADIUS_M_MAX {
            Ok(metres)
        } else {
            Err(Refusal::out_of_range(
                [0.0, RADIUS_M_MAX],
                format!(
                    "it is a length above 0 and up to {} km, such as 25km, 500m or 3nmi",
                    RADIUS_M_MAX / 1000.0
                ),
            ))
        }
    });
    let at = read.parsed(&NEAR, str::parse::<LngLat>);
    if !read.has("near")
        && let Some(radius) = read.one(&RADIUS)
    {
        let detail = "it needs near=LON,LAT, from where it is measured";
        read.fault("radius", radius, Code::MissingParameter, detail);
    }
    at.map(|at| Near { at, radius_m })
}

/// Reads `property=value` for every field that can be asked for.
fn fields<'a>(read: &mut Reader<'a>, schema: &'a Schema) -> Filter {
    let mut parts = Vec::new();
    if !read.has_more() {
        return Filter::All(parts);
    }
    for (index, field) in schema.fields.iter().enumerate() {
        // What an endpoint has read already means something of its own there.
        if RESERVED.contains(&&*field.name) || read.knows(&field.name) {
            continue;
        }
        if field.kind == FieldType::Json {
            if read.has(&field.name) {
                let value = read.all(field).first().copied().unwrap_or_default();
                let detail = "the field is a list or an object and cannot be compared with a value";
                read.fault(&field.name, value, Code::NotComparable, detail);
            }
            continue;
        }
        let mut values = Vec::new();
        for text in read.all(field) {
            match value_of(field, text) {
                Ok(value) => values.push(value),
                Err(refusal) => read.refuse(&field.name, text, refusal),
            }
        }
        if !values.is_empty() {
            parts.push(Filter::AnyOf {
                field: index,
                values,
            });
        }
    }
    Filter::All(parts)
}

/// A parameter's text as a value of a field.
fn value_of(field: &Field, text: &str) -> Result<Value, Refusal> {
    let whole = || Refusal::new(Code::NotAWholeNumber, "it is a whole number");
    let decimal = || Refusal::new(Code::NotANumber, "it is a decimal number");
    let json = match field.kind {
        FieldType::Boolean => boolean(text).map(Json::Bool),
        FieldType::Integer | FieldType::Number => match serde_json::from_str(text) {
            Ok(Json::Number(number)) => Ok(Json::Number(number)),
            _ if field.kind == FieldType::Integer => Err(whole()),
            _ => Err(decimal()),
        },
        _ => Ok(Json::String(text.to_owned())),
    }?;
    field.value_of(&json).map_err(|_| {
        if !field.values.is_empty() {
            let detail = format!("it is one of {}", field.values.join(", "));
            return Refusal::new(Code::NotOneOf, detail);
        }
        match field.kind {
            FieldType::Integer => whole(),
            FieldType::Number => decimal(),
            FieldType::Date => Refusal::new(Code::NotADate, "it is a date such as 2023-03-19"),
            FieldType::Datetime => Refusal::new(
                Code::NotADate,
                "it is an instant such as 2023-03-19T06:30:00Z",
            ),
            _ => Refusal::new(Code::NotOneOf, "it is not a value of this field"),
        }
    })
}
