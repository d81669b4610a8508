//! What of a filter the indexes answer: parts of its conjunction become conditions of place, time and
//! id of the question. A part that means exactly the same leaves the filter; of any other the index
//! gets what it implies, and the filter still decides.

use geo::{BoundingRect, Geometry, Point};

use crate::atlas::filter::Filter;
use crate::atlas::filter::condition::{Comparison, Condition, period};
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::Expr;
use crate::atlas::filter::spatial::{Places, shape};
use crate::atlas::filter::temporal::Times;
use crate::atlas::position::{Bounds, LngLat};
use crate::atlas::query::{Area, ItemsQuery, RADIUS_M_MAX, Within};

/// No degree of latitude is shorter, in metres; of longitude on the equator a little longer.
const DEGREE_M_MIN: f64 = 110_500.0;
/// Beyond this latitude a box around a place is no help.
const LAT_MAX: f64 = 85.0;

/// What became of a part.
enum Left {
    /// The question says it all.
    Nothing,
    /// It still has to be tested.
    Itself,
    /// This has to be tested in its place.
    Other(Filter),
}

impl ItemsQuery {
    /// The question with a filter besides its own: what the indexes answer of it is asked of them.
    #[must_use]
    pub fn filtered(mut self, filter: Filter) -> Self {
        let mut rest = std::mem::replace(&mut self.filter, Filter::everything()).into_parts();
        for part in filter.into_parts() {
            match self.take(&part) {
                Left::Nothing => {}
                Left::Itself => rest.push(part),
                Left::Other(other) => rest.push(other),
            }
        }
        self.filter = Filter::All(rest);
        self
    }

    /// Takes of a part what an index can answer.
    fn take(&mut self, part: &Filter) -> Left {
        let Filter::Term(term) = part else {
            return Left::Itself;
        };
        match term.condition() {
            Some(Condition::Places(places, of)) => match &**of {
                [Expr::Geometry, other] => self.take_places(*places, other),
                [other, Expr::Geometry] => self.take_places(places.turned(), other),
                _ => Left::Itself,
            },
            Some(Condition::Within(of)) => match &**of {
                [Expr::Geometry, other, metres] | [other, Expr::Geometry, metres] => {
                    self.take_within(other, Comparison::AtMost, metres)
                }
                _ => Left::Itself,
            },
            Some(Condition::Compare(comparison, of)) => self.take_compared(*comparison, of),
            Some(Condition::In(Expr::Id, values)) => self.take_ids(values),
            Some(Condition::Times(times, of)) => match &**of {
                [Expr::Time, other] => self.take_times(*times, other),
                [other, Expr::Time] => self.take_times(times.turned(), other),
                _ => Left::Itself,
            },
            _ => Left::Itself,
        }
    }

    fn take_places(&mut self, places: Places, other: &Expr) -> Left {
        let Some(other) = other.constant().filter(|_| places != Places::Disjoint) else {
            return Left::Itself;
        };
        let says_all = places == Places::Intersects;
        if let (Datum::Box(bounds), None) = (&other, self.bbox) {
            self.bbox = Some(*bounds);
            return if says_all {
                Left::Nothing
            } else {
                Left::Itself
            };
        }
        let Some(geometry) = shape(&other) else {
            return Left::Itself;
        };
        let area = match &other {
            Datum::Place(place) if self.area.is_none() => Area::new(place.clone().into_owned()),
            _ => None,
        };
        if area.is_some() {
            self.area = area;
            return if says_all {
                Left::Nothing
            } else {
                Left::Itself
            };
        }
        self.take_envelope(&geometry, 0.0);
        Left::Itself
    }

    /// Asks for what meets the box around a geometry, widened by some metres.
    fn take_envelope(&mut self, geometry: &Geometry, metres: f64) {
        let Some(rect) = geometry.bounding_rect().filter(|_| self.bbox.is_none()) else {
            return;
        };
        let (low, high) = (rect.min(), rect.max());
        if metres > 0.0 {
            let high_deg = metres / DEGREE_M_MIN;
            let lat = (low.y - high_deg).abs().max((high.y + high_deg).abs());
            let wide_deg = high_deg / lat.to_radians().cos();
            let (west, east) = (low.x - wide_deg, high.x + wide_deg);
            if lat < LAT_MAX && west > -180.0 && east < 180.0 {
                self.bbox = Bounds::new(west, low.y - high_deg, east, high.y + high_deg).ok();
            }
        } else if low.x > -180.0 && high.x < 180.0 {
            self.bbox = Bounds::new(low.x, low.y, high.x, high.y).ok();
        }
    }

    /// Takes a distance that is compared with so many metres.
    fn take_within(&mut self, other: &Expr, comparison: Comparison, metres: &Expr) -> Left {
        let (Some(other), Some(metres)) = (other.constant(), metres.constant()) else {
            return Left::Itself;
        };
        let metres = match metres {
            Datum::Integer(metres) => metres as f64,
            Datum::Number(metres) => metres,
            _ => return Left::Itself,
        };
        let (radius_m, says_all) = match comparison {
            Comparison::AtMost => (metres, true),
            Comparison::Less => (metres.next_down(), true),
            Comparison::Equal => (metres, false),
            _ => return Left::Itself,
        };
        if !(0.0 < radius_m && radius_m <= RADIUS_M_MAX) {
            return Left::Itself;
        }
        match (shape(&other).as_deref(), self.within) {
            (Some(Geometry::Point(Point(at))), None) => {
                let at = LngLat::of(*at);
                self.within = Some(Within { at, radius_m });
                if says_all {
                    Left::Nothing
                } else {
                    Left::Itself
                }
            }
            (Some(geometry), _) => {
                self.take_envelope(geometry, radius_m);
                Left::Itself
            }
            (None, _) => Left::Itself,
        }
    }

    fn take_compared(&mut self, comparison: Comparison, of: &[Expr; 2]) -> Left {
        let between = |of: &[Expr; 2]| match of {
            [Expr::Geometry, other] | [other, Expr::Geometry] => Some(other.clone()),
            _ => None,
        };
        match of {
            [Expr::Distance(places), metres] => match between(places) {
                Some(other) => self.take_within(&other, comparison, metres),
                None => Left::Itself,
            },
            [metres, Expr::Distance(places)] => match between(places) {
                Some(other) => self.take_within(&other, comparison.turned(), metres),
                None => Left::Itself,
            },
            [Expr::Id, other] | [other, Expr::Id] if comparison == Comparison::Equal => {
                self.take_ids(std::slice::from_ref(other))
            }
            _ => Left::Itself,
        }
    }

    fn take_ids(&mut self, values: &[Expr]) -> Left {
        let text = |value: &Expr| match value.constant()? {
            Datum::Text(text) => Some(text.into()),
            _ => None,
        };
        let ids: Option<Vec<Box<str>>> = values.iter().map(text).collect();
        if ids.is_none() || self.ids.is_some() {
            return Left::Itself;
        }
        self.ids = ids;
        Left::Nothing
    }

    /// What meets a span meets it also as `datetime`, which lets features without time pass.
    fn take_times(&mut self, times: Times, other: &Expr) -> Left {
        let other = other.constant();
        let other = other
            .as_ref()
            .and_then(period)
            .filter(|_| self.datetime.is_none());
        let Some(span) = other.and_then(|other| times.must_meet(other)) else {
            return Left::Itself;
        };
        self.datetime = Some(span);
        match times {
            Times::Intersects => {
                let timeless = Condition::IsNull(Expr::Time);
                Left::Other(Condition::Not(Box::new(timeless)).into())
            }
            _ => Left::Itself,
        }
    }
}
