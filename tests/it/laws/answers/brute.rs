//! What brute force says: every feature by itself, every edge looked at.

use std::cmp::Ordering;
use std::collections::HashMap;

use bordermap::atlas::geo::geodesy::{covers, distance_m};
use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::model::time::{DatePrecision, TimeSpan};
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::atlas::query::sort::Sort;
use geo::{Contains, Geometry, Intersects, Line, LineString, Point};

use super::random::schema;
use crate::laws::distance::swept_m;
use crate::support::subject::FeatureSubject;

/// Whether a geometry meets a box, by the geometry library, on the sphere: the box is repeated one
/// turn to the east, and a pole is one point.
fn meets(geometry: &Geometry, bounds: Bounds) -> bool {
    let [west, south, east, north] = bounds.sides();
    let east = if west > east { east + 360.0 } else { east };
    let area = |w: f64, e: f64, s: f64, n: f64| {
        // A degenerate rectangle is a line or a point to the library.
        let by = |geometry: &Geometry| match (w == e, s == n) {
            (true, true) => geometry.intersects(&Point::new(w, s)),
            (true, false) | (false, true) => geometry.intersects(&Line::new((w, s), (e, n))),
            _ => geometry.intersects(&geo::Rect::new((w, s), (e, n))),
        };
        by(geometry)
    };
    [-360.0, 0.0, 360.0]
        .iter()
        .any(|turn| area(west + turn, east + turn, south, north))
        || (north == 90.0 && area(-180.0, 180.0, 90.0, 90.0))
        || (south == -90.0 && area(-180.0, 180.0, -90.0, -90.0))
}

/// The distance by looking at every edge; `None` where an edge is too long to look at finely.
pub(super) fn looked_m(at: LngLat, geometry: &Geometry) -> f64 {
    let of_line = |line: &LineString| {
        line.lines()
            .map(|edge| swept_m(at, edge.start, edge.end))
            .fold(f64::INFINITY, f64::min)
    };
    match geometry {
        Geometry::Point(point) => distance_m(at, LngLat::new(point.x(), point.y()).unwrap()),
        Geometry::MultiPoint(points) => points
            .iter()
            .map(|point| distance_m(at, LngLat::new(point.x(), point.y()).unwrap()))
            .fold(f64::INFINITY, f64::min),
        Geometry::LineString(line) => of_line(line),
        Geometry::Polygon(polygon) => {
            let here = Point::new(at.lng(), at.lat());
            let across = Point::new(
                if at.lng() > 0.0 {
                    at.lng() - 360.0
                } else {
                    at.lng() + 360.0
                },
                at.lat(),
            );
            if polygon.contains(&here) || polygon.contains(&across) {
                0.0
            } else {
                of_line(polygon.exterior())
            }
        }
        _ => unreachable!("no such geometry is made here"),
    }
}

/// A feature's id with its distance, if the question was a near one.
pub(super) type Found = (Box<str>, Option<f64>);

/// What brute force gives: ids with their distances, in order.
pub(super) fn brute(features: &[Feature], query: &ItemsQuery) -> Vec<Found> {
    let mut found: Vec<Found> = features
        .iter()
        .filter(|f| {
            query
                .bbox
                .is_none_or(|b| f.geometry.as_ref().is_some_and(|g| meets(g, b)))
        })
        .filter(|f| query.ids.as_ref().is_none_or(|ids| ids.contains(&f.id)))
        .filter(|f| {
            query.area.as_ref().is_none_or(|area| match &f.geometry {
                Some(Geometry::Point(at)) => {
                    covers(area.geometry(), LngLat::new(at.x(), at.y()).unwrap())
                }
                Some(geometry) => geometry.intersects(area.geometry()),
                None => false,
            })
        })
        .filter(|f| query.filter.holds(&FeatureSubject(&schema(), f)))
        .filter(|f| {
            // The open texts: kind, precision of the date, title.
            let texts = [0, 2, 5].map(|field| &f.values[field]);
            query.search.as_ref().is_none_or(|search| {
                texts.iter().any(|value| match value {
                    Value::Text(text) => search.finds(text, &mut String::new()),
                    _ => false,
                })
            })
        })
        .filter(|f| {
            let Value::Text(date) = &f.values[1] else {
                return true;
            };
            let precision = match &f.values[2] {
                Value::Text(text) if &**text == "month" => DatePrecision::Month,
                Value::Text(text) if &**text == "year" => DatePrecision::Year,
                _ => DatePrecision::Day,
            };
            let span = TimeSpan::of_feature(date, precision).unwrap();
            query.datetime.is_none_or(|asked| asked.intersects(span))
        })
        .filter_map(|f| match query.near {
            None => Some((f.id.clone(), None)),
            Some(near) => {
                let distance = looked_m(near.at, f.geometry.as_ref()?);
                Some((f.id.clone(), Some(distance)))
            }
        })
        .collect();
    found.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap().then_with(|| a.0.cmp(&b.0)));
    if let Some(sort) = &query.sort {
        let values: HashMap<&str, &[Value]> =
            features.iter().map(|f| (&*f.id, &*f.values)).collect();
        found.sort_by(|a, b| in_order(sort, (&a.0, values[&*a.0]), (&b.0, values[&*b.0])));
    }
    found
}

/// The order of two features by their ids and values.
pub(super) fn in_order(sort: &Sort, a: (&str, &[Value]), b: (&str, &[Value])) -> Ordering {
    let directed = |order: Ordering, down: bool| if down { order.reverse() } else { order };
    for key in &sort.keys {
        let order = match (&a.1[key.field], &b.1[key.field]) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (a, b) => directed(by_value(key.field, a, b), key.descending),
        };
        if order.is_ne() {
            return order;
        }
    }
    directed(a.0.cmp(b.0), sort.id_descending)
}

fn by_value(field: usize, a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b).unwrap(),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) if field == 6 => {
            let us = |text: &str| TimeSpan::parse_query(text).unwrap().start_us;
            us(a).cmp(&us(b))
        }
        // So many bytes are compared; every other character here has two.
        (Value::Text(a), Value::Text(b)) => {
            let head = |text: &str| {
                text.get(..256)
                    .or(text.get(..255))
                    .unwrap_or(text)
                    .to_owned()
            };
            head(a).cmp(&head(b))
        }
        _ => unreachable!("a field has one type"),
    }
}
