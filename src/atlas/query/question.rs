//! A checked query of a layer, and the ceilings of one.

use crate::atlas::filter::Filter;
use crate::atlas::filter::text_search::TextSearch;
use crate::atlas::geo::area::{Area, Within};
use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::time::TimeSpan;
use crate::atlas::query::cursor::Cursor;
use crate::atlas::query::sort::Sort;

/// Features a page when the question does not say.
pub const LIMIT_DEFAULT: usize = 100;
/// Features a page at most; a larger `limit` is clamped to it.
pub const LIMIT_MAX: usize = 10_000;
/// Bytes of GeoJSON on a page at most, if it has more than one feature: then it ends before its limit.
pub const PAGE_BYTES_MAX: usize = 16 << 20;
/// The largest radius of a near question, in metres.
pub const RADIUS_M_MAX: f64 = 2_000_000.0;

/// A question to a layer. Every part narrows. The order is that of `sort`; without it `near` orders by
/// (distance, id), and without both it is by id.
#[derive(Clone, Debug)]
pub struct ItemsQuery {
    /// Only features with one of these ids.
    pub ids: Option<Vec<Box<str>>>,
    /// Only features that truly intersect this box.
    pub bbox: Option<Bounds>,
    /// Only features that truly intersect this area.
    pub area: Option<Area>,
    /// Only features within a distance of a position, without being ordered by it.
    pub within: Option<Within>,
    /// Only features whose time meets this span; one without time meets every span.
    pub datetime: Option<TimeSpan>,
    /// Only features whose properties satisfy this.
    pub filter: Filter,
    /// Only features of which a searched text has a term.
    pub search: Option<TextSearch>,
    /// Order by distance from a position, and perhaps only within a radius.
    pub near: Option<Near>,
    /// Order by fields.
    pub sort: Option<Sort>,
    /// Features a page at most; 1..=[`LIMIT_MAX`].
    pub limit: usize,
    /// Where the page before this one ended.
    pub cursor: Option<Cursor>,
    /// Whether to count all that match, not only the page.
    pub count: bool,
}

/// The near part of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// From where distances are measured.
    pub at: LngLat,
    /// Within so many metres (geodesic, inclusive); 0 < radius <= [`RADIUS_M_MAX`].
    pub radius_m: Option<f64>,
}

impl Default for ItemsQuery {
    fn default() -> Self {
        Self {
            ids: None,
            bbox: None,
            area: None,
            within: None,
            datetime: None,
            filter: Filter::everything(),
            search: None,
            near: None,
            sort: None,
            limit: LIMIT_DEFAULT,
            cursor: None,
            count: true,
        }
    }
}

impl ItemsQuery {
    /// Whether every feature matches, in the order of ids.
    pub fn is_everything(&self) -> bool {
        let is_placed = self.bbox.is_some() || self.area.is_some() || self.within.is_some();
        let is_chosen = self.ids.is_some() || self.datetime.is_some() || self.search.is_some();
        let is_ordered = self.near.is_some() || self.sort.is_some();
        !is_placed && !is_chosen && !is_ordered && self.filter.is_everything()
    }
}
