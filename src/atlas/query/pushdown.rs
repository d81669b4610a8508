//! What of a filter the indexes answer: parts of its conjunction become conditions of geometry, time and
//! id of the question. A part that means exactly the same leaves the filter; of any other the index
//! gets what it implies, and the filter still decides.

use geo::{BoundingRect, Geometry, Point};

use crate::atlas::filter::condition::{Comparison, Condition, period};
use crate::atlas::filter::datum::Datum;
use crate::atlas::filter::expression::Expr;
use crate::atlas::filter::spatial::{SpatialPredicate, shape};
use crate::atlas::filter::temporal::TemporalPredicate;
use crate::atlas::filter::{Filter, Term};
use crate::atlas::geo::area::Area;
use crate::atlas::geo::area::Within;
use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::schema::{FieldType, Schema};
use crate::atlas::model::time::{DAY_US, TimeSpan};
use crate::atlas::query::question::{ItemsQuery, RADIUS_M_MAX};

/// No degree of latitude is shorter, in metres; of longitude on the equator a little longer.
const DEGREE_M_MIN: f64 = 110_500.0;
/// Beyond this latitude a box around a position in degrees is of no use.
const LAT_MAX: f64 = 85.0;

/// What of a conjunct is left to be tested.
enum Left {
    /// The question says it all.
    Nothing,
    /// It still has to be tested.
    Itself,
    /// This filter has to be tested instead.
    Other(Filter),
}

impl ItemsQuery {
    /// The question to a layer of a schema with a filter besides its own: what the indexes answer of it
    /// is taken out of the filter.
    #[must_use]
    pub fn filtered(mut self, filter: Filter, schema: &Schema) -> Self {
        let own = OwnTime::of(schema);
        let mut rest = std::mem::replace(&mut self.filter, Filter::everything()).into_parts();
        for part in filter.into_parts() {
            match self.take(&part, own.as_ref()) {
                Left::Nothing => {}
                Left::Itself => rest.push(part),
                Left::Other(other) => rest.push(other),
            }
        }
        self.filter = Filter::All(rest);
        self
    }

    /// Takes of a part what an index can answer.
    fn take(&mut self, part: &Filter, own: Option<&OwnTime>) -> Left {
        let Filter::Term(term) = part else {
            return Left::Itself;
        };
        if let Some((own, moments)) = own.and_then(|own| Some((own, own.moments(term)?))) {
            return self.take_moments(own, moments);
        }
        match term.condition() {
            Some(Condition::Spatial(places, of)) => match &**of {
                [Expr::Geometry, other] => self.take_spatial(*places, other),
                [other, Expr::Geometry] => self.take_spatial(places.converse(), other),
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
            Some(Condition::Temporal(times, of)) => match &**of {
                [Expr::Time, other] => self.take_temporal(*times, other),
                [other, Expr::Time] => self.take_temporal(times.converse(), other),
                _ => Left::Itself,
            },
            _ => Left::Itself,
        }
    }

    fn take_spatial(&mut self, places: SpatialPredicate, other: &Expr) -> Left {
        let Some(other) = other
            .constant()
            .filter(|_| places != SpatialPredicate::Disjoint)
        else {
            return Left::Itself;
        };
        let says_all = places == SpatialPredicate::Intersects;
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
            Datum::Geometry(place) if self.area.is_none() => Area::new(place.clone().into_owned()),
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
                Some(other) => self.take_within(&other, comparison.converse(), metres),
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

    fn take_temporal(&mut self, times: TemporalPredicate, other: &Expr) -> Left {
        let other = other.constant();
        let must_meet = other.as_ref().and_then(period);
        let Some(span) = must_meet.and_then(|other| times.must_meet(other)) else {
            return Left::Itself;
        };
        self.take_span(span, times == TemporalPredicate::Intersects)
    }

    /// Takes what the layer's field of time may be.
    fn take_moments(&mut self, own: &OwnTime, moments: Moments) -> Left {
        let Moments { mut span, every } = moments;
        if own.kind == FieldType::Date {
            // No day begins before the next midnight.
            let beyond = span.start_us.rem_euclid(DAY_US);
            if span.start_us != i64::MIN && beyond != 0 {
                span.start_us = span.start_us.saturating_add(DAY_US - beyond);
            }
        }
        if span.start_us > span.last_us {
            return Left::Other(Filter::nothing());
        }
        self.take_span(span, every && own.alone)
    }

    /// Takes that a feature's time meets a span, as `datetime` does, which lets features without time
    /// pass. Of three spans of which each two meet, all meet (Helly 1923): what meets two that meet is
    /// what meets their common part.
    fn take_span(&mut self, span: TimeSpan, says_all: bool) -> Left {
        let asked = self.datetime.unwrap_or(TimeSpan::ALWAYS);
        let common = TimeSpan {
            start_us: span.start_us.max(asked.start_us),
            last_us: span.last_us.min(asked.last_us),
        };
        if common.start_us > common.last_us {
            return Left::Itself;
        }
        self.datetime = Some(common);
        if says_all {
            let timeless = Condition::IsNull(Expr::Time);
            Left::Other(Condition::Not(Box::new(timeless)).into())
        } else {
            Left::Itself
        }
    }
}

/// The field by which a layer's index of time was made. A feature's span begins with its moment, or,
/// where only the month or the year is known, has it inside.
struct OwnTime {
    field: usize,
    kind: FieldType,
    /// Whether a span is the field's day or instant alone.
    alone: bool,
}

/// When the first instant of a moment may be.
#[derive(Clone, Copy)]
struct Moments {
    span: TimeSpan,
    /// Whether it may be every one of the span.
    every: bool,
}

impl OwnTime {
    fn of(schema: &Schema) -> Option<Self> {
        let time = schema.time.as_ref()?;
        let field = schema.index_of(&time.field)?;
        Some(Self {
            field,
            kind: schema.fields[field].kind,
            alone: time.precision_field.is_none() && time.end_field.is_none(),
        })
    }

    /// What a part lets the field be, if it compares the field with moments.
    fn moments(&self, term: &Term) -> Option<Moments> {
        let is_own =
            |expr: &Expr| matches!(expr, Expr::Field { field, .. } if *field == self.field);
        let every = |start_us, last_us| {
            let span = TimeSpan { start_us, last_us };
            Some(Moments { span, every: true })
        };
        match &*term.condition {
            Condition::Compare(comparison, of) => {
                let (comparison, other) = match &**of {
                    [own, other] if is_own(own) => (*comparison, other),
                    [other, own] if is_own(own) => (comparison.converse(), other),
                    _ => return None,
                };
                let at = begins(other)?;
                match comparison.when(term.when) {
                    Comparison::Equal => every(at, at),
                    Comparison::Less => every(i64::MIN, at - 1),
                    Comparison::AtMost => every(i64::MIN, at),
                    Comparison::Greater => every(at + 1, i64::MAX),
                    Comparison::AtLeast => every(at, i64::MAX),
                    Comparison::NotEqual => None,
                }
            }
            Condition::Between(of) if term.when && is_own(&of[0]) => {
                every(begins(&of[1])?, begins(&of[2])?)
            }
            Condition::In(own, values) if term.when && is_own(own) => {
                let all: Vec<i64> = values.iter().map(begins).collect::<Option<_>>()?;
                let (start_us, last_us) = (*all.iter().min()?, *all.iter().max()?);
                Some(Moments {
                    span: TimeSpan { start_us, last_us },
                    every: start_us == last_us,
                })
            }
            _ => None,
        }
    }
}

/// The first instant of a moment that is the same for every feature.
fn begins(expr: &Expr) -> Option<i64> {
    match expr.constant()? {
        Datum::Moment(moment) => Some(moment.start_us),
        _ => None,
    }
}
