//! Coordinate reference systems besides longitude and latitude (OGC API Features Part 2, 18-058r1):
//! positions in them, and, in `given.rs`, boxes and geometries that a question gives in them.

pub mod given;

use std::sync::LazyLock;

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::atlas::geo::position::{Bounds, LngLat};
use crate::atlas::model::refusal::{Code, Refusal};

/// Within so many degrees of its central meridian a zone's coordinates are right to less than a
/// millimetre, and between these latitudes.
const UTM_REACH_DEG: f64 = 30.0;
const UTM_LATITUDES: [f64; 2] = [-80.0, 84.0];
const MERCATOR_LAT_MAX: f64 = 85.06;
/// A coordinate reference system. Coordinates are in the order of its axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crs {
    /// Longitude, latitude in degrees on WGS84.
    #[default]
    Crs84,
    /// EPSG:4326: latitude, longitude in degrees.
    LatLng,
    /// EPSG:3857, Web Mercator: metres east and north.
    WebMercator,
    /// EPSG:32638, UTM zone 38N: metres east and north.
    Utm38,
    /// EPSG:32639, UTM zone 39N.
    Utm39,
}

impl Crs {
    /// Every one, the one of GeoJSON first.
    pub const ALL: [Self; 5] = [
        Self::Crs84,
        Self::LatLng,
        Self::WebMercator,
        Self::Utm38,
        Self::Utm39,
    ];

    /// The URI of the system.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::LatLng => "http://www.opengis.net/def/crs/EPSG/0/4326",
            Self::WebMercator => "http://www.opengis.net/def/crs/EPSG/0/3857",
            Self::Utm38 => "http://www.opengis.net/def/crs/EPSG/0/32638",
            Self::Utm39 => "http://www.opengis.net/def/crs/EPSG/0/32639",
        }
    }

    /// The one of an address, or of its short form `[EPSG:32638]`, with or without brackets.
    ///
    /// # Errors
    /// All systems.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let bare = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let bare = bare.unwrap_or(text);
        let is_it = |crs: &Self| match bare.split_once(':') {
            Some(("EPSG", code)) => crs
                .uri()
                .strip_suffix(code)
                .is_some_and(|start| start.ends_with("/0/")),
            Some(("OGC", code)) => code == "CRS84" && *crs == Self::Crs84,
            _ => text == crs.uri(),
        };
        Self::ALL.into_iter().find(is_it).ok_or_else(|| {
            let known = Self::ALL.map(Self::uri).join(", ");
            Refusal::new(Code::NotOneOf, format!("it is one of {known}"))
        })
    }

    /// Whether everything in a box has right coordinates.
    pub fn reaches(self, bounds: Bounds) -> bool {
        let [west, south, east, north] = bounds.sides();
        let within = |[w, e]: [f64; 2], [s, n]: [f64; 2]| {
            !bounds.crosses_antimeridian() && w <= west && east <= e && s <= south && north <= n
        };
        match self.zone() {
            Some(zone) => within([zone - UTM_REACH_DEG, zone + UTM_REACH_DEG], UTM_LATITUDES),
            None if self == Self::WebMercator => {
                south >= -MERCATOR_LAT_MAX && north <= MERCATOR_LAT_MAX
            }
            None => true,
        }
    }

    /// The central meridian of a UTM zone.
    fn zone(self) -> Option<f64> {
        match self {
            Self::Utm38 => Some(45.0),
            Self::Utm39 => Some(51.0),
            _ => None,
        }
    }

    /// The coordinates of a position in degrees; `None` where there are none.
    pub fn coordinates(self, lng: f64, lat: f64) -> Option<[f64; 2]> {
        match self {
            Self::Crs84 => Some([lng, lat]),
            Self::LatLng => Some([lat, lng]),
            _ => {
                let (projection, degrees) = self.projection()?;
                let mut point = (lng.to_radians(), lat.to_radians(), 0.0);
                transform(degrees, projection, &mut point).ok()?;
                Some([point.0, point.1])
            }
        }
    }

    /// The number in the registry of EPSG; that of CRS84 is the one with the same axes turned.
    pub fn epsg(self) -> i32 {
        match self {
            Self::Crs84 | Self::LatLng => 4326,
            Self::WebMercator => 3857,
            Self::Utm38 => 32638,
            Self::Utm39 => 32639,
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crs84 | Self::LatLng => "WGS 84",
            Self::WebMercator => "WGS 84 / Pseudo-Mercator",
            Self::Utm38 => "WGS 84 / UTM zone 38N",
            Self::Utm39 => "WGS 84 / UTM zone 39N",
        }
    }

    /// A position as files have it that know no order of axes: east before north.
    pub fn east_north(self, lng: f64, lat: f64) -> Option<[f64; 2]> {
        match self {
            Self::LatLng => Some([lng, lat]),
            _ => self.coordinates(lng, lat),
        }
    }

    /// The position that has some coordinates; `None` where there is none.
    pub fn position(self, [x, y]: [f64; 2]) -> Option<LngLat> {
        match self {
            Self::Crs84 => LngLat::new(x, y).ok(),
            Self::LatLng => LngLat::new(y, x).ok(),
            _ => {
                let (projection, degrees) = self.projection()?;
                let mut point = (x, y, 0.0);
                transform(projection, degrees, &mut point).ok()?;
                LngLat::new(point.0.to_degrees(), point.1.to_degrees()).ok()
            }
        }
    }

    /// A system of metres, and that of degrees under it.
    fn projection(self) -> Option<(&'static Proj, &'static Proj)> {
        static DEFINED: LazyLock<[Option<Proj>; 4]> = LazyLock::new(|| {
            [
                "+proj=longlat +datum=WGS84 +no_defs",
                "+proj=merc +a=6378137 +b=6378137 +nadgrids=@null +units=m +no_defs",
                "+proj=utm +zone=38 +datum=WGS84 +units=m +no_defs",
                "+proj=utm +zone=39 +datum=WGS84 +units=m +no_defs",
            ]
            .map(|definition| Proj::from_proj_string(definition).ok())
        });
        let place = match self {
            Self::Crs84 | Self::LatLng => return None,
            Self::WebMercator => 1,
            Self::Utm38 => 2,
            Self::Utm39 => 3,
        };
        Some((DEFINED[place].as_ref()?, DEFINED[0].as_ref()?))
    }
}
