//! Positions and boxes on the WGS84 ellipsoid, and the same positions as earth-centred metres.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use crate::atlas::geo::boxes;
use crate::atlas::model::decimals::with_points;
use crate::atlas::model::refusal::{Code, Refusal};

/// WGS84 semi-major axis in metres.
pub const WGS84_A_M: f64 = 6_378_137.0;
/// WGS84 flattening.
pub const WGS84_F: f64 = 1.0 / 298.257_223_563;

/// A position on the ellipsoid in degrees (CRS84: longitude first). Always finite and in range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LngLat {
    lng: f64,
    lat: f64,
}

impl LngLat {
    /// A position from degrees east and north.
    ///
    /// # Errors
    /// If a value is not finite, or outside -180..=180 or -90..=90.
    pub fn new(lng: f64, lat: f64) -> Result<Self, Refusal> {
        if !(-180.0..=180.0).contains(&lng) {
            return Err(Refusal::out_of_range(
                [-180.0, 180.0],
                format!("longitude {lng} is not between -180 and 180"),
            ));
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(Refusal::out_of_range(
                [-90.0, 90.0],
                format!("latitude {lat} is not between -90 and 90"),
            ));
        }
        Ok(Self { lng, lat })
    }

    /// A position from a coordinate that is known to be in range (a stored geometry's).
    pub(crate) fn of(coord: geo::Coord) -> Self {
        Self {
            lng: coord.x,
            lat: coord.y,
        }
    }

    /// Degrees east, -180..=180.
    pub fn lng(self) -> f64 {
        self.lng
    }

    /// Degrees north, -90..=90.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// The same position in earth-centred, earth-fixed metres, on the ellipsoid's surface.
    pub fn ecef(self) -> [f64; 3] {
        let e2 = WGS84_F * (2.0 - WGS84_F);
        let (sin_lat, cos_lat) = self.lat.to_radians().sin_cos();
        let (sin_lng, cos_lng) = self.lng.to_radians().sin_cos();
        let n = WGS84_A_M / (1.0 - e2 * sin_lat * sin_lat).sqrt();
        [
            n * cos_lat * cos_lng,
            n * cos_lat * sin_lng,
            n * (1.0 - e2) * sin_lat,
        ]
    }
}

/// A position in Web Mercator as a share of the world's square: 0 in the west and north, 1 in the east
/// and south (OGC 17-083r4 annex D.1). Beyond ±85.0511287798° of latitude it leaves the square.
pub fn mercator(at: LngLat) -> [f64; 2] {
    let sin_lat = at.lat.to_radians().sin();
    let y = 0.5 - ((1.0 + sin_lat) / (1.0 - sin_lat)).ln() / (4.0 * PI);
    [(at.lng + 180.0) / 360.0, y]
}

/// The position of a point of the square of [`mercator`]; latitudes stay within the square's own.
pub fn mercator_place(x: f64, y: f64) -> LngLat {
    let lat = (PI * (1.0 - 2.0 * y.clamp(0.0, 1.0))).sinh().atan();
    LngLat {
        lng: (x * 360.0 - 180.0).clamp(-180.0, 180.0),
        lat: lat.to_degrees(),
    }
}

/// The cell of a position in the grid of 2^32 columns and rows over the square of [`mercator`], less
/// than a centimetre wide: `[column, row]`, from the north-west. Latitudes beyond the square are in
/// its first and last rows, longitude 180 in the last column. The tile of a zoom that holds the
/// position is that of the first bits: tiles are half-open, so every position is in exactly one.
pub fn mercator_cell(at: LngLat) -> [u32; 2] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from a float ends at the bounds of the integer, as is wanted"
    )]
    mercator(at).map(|share| (share * 4_294_967_296.0) as u32)
}

impl FromStr for LngLat {
    type Err = Refusal;

    /// Reads `LON,LAT` in decimal degrees.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let right = "a position is LON,LAT, longitude first, in degrees such as 46.18,35.52";
        let read = numbers(text).and_then(|numbers| match numbers.as_slice() {
            [lng, lat] => Self::new(*lng, *lat),
            other => Err(Refusal::new(
                Code::NotAPosition,
                format!(
                    "expected longitude,latitude, found {} number(s)",
                    other.len()
                ),
            )),
        });
        read.map_err(|refusal| with_right(&refusal, right, text, 2))
    }
}

impl fmt::Display for LngLat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.lng, self.lat)
    }
}

/// A box in degrees. `west > east` means that it crosses the antimeridian (RFC 7946 §5.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Bounds {
    /// A box from its four sides in degrees.
    ///
    /// # Errors
    /// If a side is out of range or `south > north`.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, Refusal> {
        LngLat::new(west, south)?;
        LngLat::new(east, north)?;
        if south > north {
            return Err(Refusal::new(
                Code::ReversedBox,
                format!("the southern side {south} lies north of the northern side {north}"),
            ));
        }
        Ok(Self {
            west,
            south,
            east,
            north,
        })
    }

    /// The sides as `[west, south, east, north]`, the order of RFC 7946 §5.
    pub fn sides(self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }

    /// The box around two that do not cross the antimeridian.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let [west, south, east, north] = boxes::union_of_sides(self.sides(), other.sides());
        Self {
            west,
            south,
            east,
            north,
        }
    }

    /// Whether the box crosses the antimeridian.
    pub fn crosses_antimeridian(self) -> bool {
        self.west > self.east
    }

    /// The planar rectangles that together are this box as a closed set on the sphere: split at the
    /// antimeridian; ±180 is one meridian, and a pole is one point whatever its longitude.
    pub fn rectangles(self) -> Vec<geo::Rect> {
        let rect = |w: f64, s: f64, e: f64, n: f64| geo::Rect::new((w, s), (e, n));
        let Self {
            west,
            south,
            east,
            north,
        } = self;
        let mut out = Vec::with_capacity(2);
        if self.crosses_antimeridian() {
            out.push(rect(west, south, 180.0, north));
            out.push(rect(-180.0, south, east, north));
        } else {
            out.push(rect(west, south, east, north));
            if west == -180.0 && east < 180.0 {
                out.push(rect(180.0, south, 180.0, north));
            }
            if east == 180.0 && west > -180.0 {
                out.push(rect(-180.0, south, -180.0, north));
            }
        }
        if north == 90.0 {
            out.push(rect(-180.0, 90.0, 180.0, 90.0));
        }
        if south == -90.0 {
            out.push(rect(-180.0, -90.0, 180.0, -90.0));
        }
        out
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{},{},{},{}",
            self.west, self.south, self.east, self.north
        )
    }
}

impl FromStr for Bounds {
    type Err = Refusal;

    /// Reads `west,south,east,north`, or six numbers with heights, which are ignored
    /// (OGC 17-069r4 §7.15.3).
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let right = "a box is west,south,east,north in degrees, such as 45,35,47,36";
        let read = numbers(text).and_then(|numbers| match numbers.as_slice() {
            [w, s, e, n] => Self::new(*w, *s, *e, *n),
            [w, s, low, e, n, high] => {
                if low > high {
                    return Err(Refusal::new(
                        Code::ReversedBox,
                        format!("the lower height {low} is above the upper height {high}"),
                    ));
                }
                Self::new(*w, *s, *e, *n)
            }
            other => Err(Refusal::new(
                Code::NotABox,
                format!(
                    "expected four numbers west,south,east,north (or six with heights), found {}",
                    other.len()
                ),
            )),
        });
        read.map_err(|refusal| with_right(&refusal, right, text, 4))
    }
}

/// Why a text is not so many numbers, with what would be right.
fn with_right(refusal: &Refusal, right: &str, text: &str, count: usize) -> Refusal {
    let detail = match with_points(text, count) {
        Some(points) => format!("{right}; decimals take a point: {points}"),
        None => format!("{}; {right}", refusal.detail),
    };
    Refusal { detail, ..*refusal }
}

/// Comma-separated decimal numbers, all finite.
pub(super) fn numbers(text: &str) -> Result<Vec<f64>, Refusal> {
    text.split(',')
        .map(|part| {
            let part = part.trim();
            part.parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .ok_or_else(|| {
                    Refusal::new(
                        Code::NotANumber,
                        format!("\"{part}\" is not a decimal number"),
                    )
                })
        })
        .collect()
}

/// Reads a length with its unit into metres: `25km`, `500m`, `3nmi`; a bare number is metres.
///
/// # Errors
/// If the text is not a finite number with one of those units.
pub fn parse_length_m(text: &str) -> Result<f64, Refusal> {
    let text = text.trim();
    let (number, factor) = [("nmi", 1852.0), ("km", 1000.0), ("m", 1.0)]
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))
        .unwrap_or((text, 1.0));
    number
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .map(|value| value * factor)
        .ok_or_else(|| {
            let points = with_points(text, 1);
            let points = points.map_or_else(String::new, |right| {
                format!("; decimals take a point: {right}")
            });
            let detail = format!("\"{text}\" is not a length such as 25km, 500m or 3nmi{points}");
            Refusal::new(Code::NotALength, detail)
        })
}
