//! The border as a measured line: kilometre, distance, side and segment of any position.

use crate::atlas::change::Feature;
use crate::atlas::position::LngLat;
use crate::atlas::schema::{Schema, Value};

/// The border line with its kilometres.
pub struct Border {}

/// Where a position lies relative to the border.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// Kilometres along the line, from its northern end, of the nearest point.
    pub km: f64,
    /// Geodesic distance to the nearest point in metres.
    pub distance_m: f64,
    /// The side; `None` where the nearest point is an end of the line.
    pub side: Option<Side>,
    /// Id of the segment with the nearest point.
    pub segment: Box<str>,
    /// The nearest point.
    pub foot: LngLat,
}

/// A side of the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Iraq.
    Iraq,
    /// Iran.
    Iran,
}

impl Side {
    /// The ISO 3166-1 code, as in `border_side`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Iraq => "IQ",
            Self::Iran => "IR",
        }
    }
}

impl Border {
    /// Where a position lies relative to the border.
    pub fn locate(&self, at: LngLat) -> Located {
        let _ = at;
        todo!()
    }

    /// The line's length in kilometres.
    pub fn length_km(&self) -> f64 {
        todo!()
    }

    /// Fills the derived fields of a feature of that schema, whatever they held.
    pub fn complete(border: Option<&Self>, schema: &Schema, feature: &mut Feature) {
        let _ = (border, schema, &feature.values as &[Value]);
        todo!()
    }
}
