//! A query in both forms: as the parameters of a request, and as a condition that brute force tries on
//! every incident.

use std::fmt::Write as _;

use bordermap::atlas::geo::position::LngLat;

use super::incidents::{Found, Row, World};
use super::scene::{self, Dice};

/// What must hold of an incident, its distance aside.
pub type Holds = Box<dyn Fn(&Row) -> bool>;

/// A query of features by distance.
#[derive(Clone, Copy)]
pub struct Near {
    /// From where.
    pub at: LngLat,
    /// In metres; without it, however far.
    pub radius_m: Option<f64>,
}

/// A query for a page of features.
pub struct Query {
    /// Ordered by distance from here; without it, by id.
    pub near: Option<Near>,
    /// Further parameters that select, each with its value. A name that is given twice takes either.
    pub parameters: Vec<(&'static str, String)>,
    /// What the parameters mean.
    pub holds: Holds,
    /// Features wanted at most.
    pub limit: usize,
    /// Whether all that match are counted.
    pub count: bool,
}

/// What queries are made from.
pub struct Ground<'a> {
    /// The incidents.
    pub world: &'a World,
    /// Positions to query around.
    pub positions: &'a [LngLat],
}

impl Ground<'_> {
    /// Any of the positions.
    pub fn position(&self, dice: &mut Dice) -> LngLat {
        self.positions[dice.below(self.positions.len())]
    }
}

impl Query {
    /// What brute force finds, the first `want` of it in order.
    pub fn truth(&self, world: &World, want: usize) -> Found {
        match self.near {
            Some(near) => world.near(near.at, near.radius_m, want, &self.holds),
            None => world.in_order(want, &self.holds),
        }
    }

    /// The path of the request.
    pub fn path(&self) -> String {
        let mut path = format!(
            "/api/collections/{}/items?limit={}&count={}",
            scene::LAYER,
            self.limit,
            self.count
        );
        if let Some(near) = self.near {
            let _ = write!(path, "&near={}", near.at);
        }
        if let Some(radius_m) = self.near.and_then(|near| near.radius_m) {
            let _ = write!(path, "&radius={radius_m}");
        }
        for (name, value) in &self.parameters {
            let _ = write!(path, "&{name}={}", encoded(value));
        }
        path
    }

    /// The query with one more parameter, and what that means.
    pub fn and(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = String>,
        holds: impl Fn(&Row) -> bool + 'static,
    ) -> Self {
        self.parameters
            .extend(values.into_iter().map(|value| (name, value)));
        let before = self.holds;
        self.holds = Box::new(move |row| holds(row) && before(row));
        self
    }

    /// Whether a parameter is given.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(given, _)| *given == name)
    }
}

/// Whether a position lies in a box of `[west, south, east, north]`, its sides included.
pub fn inside(at: LngLat, [west, south, east, north]: [f64; 4]) -> bool {
    (west..=east).contains(&at.lng()) && (south..=north).contains(&at.lat())
}

/// A box as the parameter `bbox` has it.
pub fn joined(sides: [f64; 4]) -> String {
    sides.map(|side| side.to_string()).join(",")
}

/// A value as a query string has it (RFC 3986 §2.1).
pub fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}
