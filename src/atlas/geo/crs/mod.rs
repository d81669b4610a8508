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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_those_of_proj() {
        // gdaltransform 3.6 (PROJ 9.1), EPSG:4326 to each.
        let check = |crs: Crs, [lng, lat]: [f64; 2], expected: [f64; 2]| {
            let [x, y] = crs.coordinates(lng, lat).unwrap();
            assert!(
                (x - expected[0]).hypot(y - expected[1]) < 1e-5,
                "{crs:?} {x} {y}"
            );
            let back = crs.position(expected).unwrap();
            assert!(
                (back.lng() - lng).hypot(back.lat() - lat) < 1e-10,
                "{crs:?} {back}"
            );
        };
        check(
            Crs::WebMercator,
            [46.18, 35.52],
            [5_140_734.084_83, 4_234_773.537_49],
        );
        check(
            Crs::WebMercator,
            [44.1, 39.4],
            [4_909_189.543_98, 4_779_131.181_23],
        );
        check(
            Crs::WebMercator,
            [48.5, 29.93],
            [5_398_995.303_47, 3_494_555.165_85],
        );
        check(
            Crs::WebMercator,
            [45.0, 33.0],
            [5_009_377.085_70, 3_895_303.963_39],
        );
        check(
            Crs::WebMercator,
            [51.3, 35.7],
            [5_710_689.877_69, 4_259_419.965_55],
        );
        check(
            Crs::Utm38,
            [46.18, 35.52],
            [606_993.803_07, 3_931_351.730_70],
        );
        check(Crs::Utm38, [44.1, 39.4], [422_507.493_33, 4_361_552.870_90]);
        check(
            Crs::Utm38,
            [48.5, 29.93],
            [837_909.826_88, 3_316_182.390_29],
        );
        check(Crs::Utm38, [45.0, 33.0], [500_000.000_00, 3_651_286.943_96]);
        check(
            Crs::Utm38,
            [51.3, 35.7],
            [1_070_315.178_82, 3_969_014.911_66],
        );
        check(
            Crs::Utm39,
            [46.18, 35.52],
            [62_798.956_48, 3_941_410.572_90],
        );
        check(Crs::Utm39, [44.1, 39.4], [-94_384.256_37, 4_383_944.534_07]);
        check(
            Crs::Utm39,
            [48.5, 29.93],
            [258_673.012_70, 3_313_656.777_70],
        );
        check(Crs::Utm39, [45.0, 33.0], [-60_914.394_97, 3_667_318.285_50]);
        check(Crs::Utm39, [51.3, 35.7], [527_140.361_05, 3_950_716.363_84]);
    }

    #[test]
    fn a_system_is_named_by_its_address() {
        let check = |text: &str, expected: Option<Crs>| {
            assert_eq!(Crs::parse(text).ok(), expected, "{text}");
        };
        for crs in Crs::ALL {
            check(crs.uri(), Some(crs));
        }
        check("[EPSG:32638]", Some(Crs::Utm38));
        check("EPSG:4326", Some(Crs::LatLng));
        check("OGC:CRS84", Some(Crs::Crs84));
        for wrong in [
            "",
            "EPSG:",
            "EPSG:8",
            "EPSG:CRS84",
            "OGC:4326",
            "[EPSG:32638",
            "http://www.opengis.net/def/crs/EPSG/0/32640",
        ] {
            check(wrong, None);
        }
    }
}
