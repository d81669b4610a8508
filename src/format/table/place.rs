//! Where a row of a table lies: by two columns, by well-known text, or by a position in one cell.

use geo::Geometry;

use crate::format::reading::ColumnNames;
use crate::format::{shape, wkt};

const LNG_NAMES: [&str; 5] = ["lon", "lng", "longitude", "long", "x"];
const LAT_NAMES: [&str; 3] = ["lat", "latitude", "y"];
const WKT_NAMES: [&str; 4] = ["geometry", "wkt", "geom", "geom_wkt"];
const PAIR_NAMES: [&str; 6] = [
    "coordinates",
    "lat_lon",
    "latlon",
    "lat,lon",
    "latitude,longitude",
    "geopoint",
];
/// What stands between a name of a form's question and what the form adds to it.
const SEPARATORS: [char; 6] = ['-', '_', ':', '.', '/', ' '];

/// The columns that say where.
#[derive(Clone, Debug)]
pub(super) enum RowPlace {
    LngLat(usize, usize),
    Wkt(usize),
    /// Latitude and longitude in one cell, in this order.
    Pair(usize),
}

/// Whether a column of this name is taken for a part of a position.
pub(in crate::format) fn is_place_name(name: &str) -> bool {
    let mut names = LNG_NAMES.iter().chain(&LAT_NAMES);
    names.any(|own| name.eq_ignore_ascii_case(own))
}

impl RowPlace {
    /// Where rows lie by the names of their columns.
    ///
    /// # Errors
    /// Which columns there would have to be.
    pub(super) fn among(names: &[String], said: &ColumnNames) -> Result<Self, String> {
        let given = |name: &str| {
            at(names, &[name]).ok_or_else(|| {
                format!(
                    "there is no column \"{name}\"; the file has {}",
                    names.join(", ")
                )
            })
        };
        if let Some((lng, lat)) = &said.lng_lat {
            return Ok(Self::LngLat(given(lng)?, given(lat)?));
        }
        if let Some(geometry) = &said.geometry {
            let column = given(geometry)?;
            return Ok(if at(&names[column..=column], &PAIR_NAMES).is_some() {
                Self::Pair(column)
            } else {
                Self::Wkt(column)
            });
        }
        if let Some(wkt) = at(names, &WKT_NAMES[..3]) {
            return Ok(Self::Wkt(wkt));
        }
        if let (Some(lng), Some(lat)) = (at(names, &LNG_NAMES), at(names, &LAT_NAMES)) {
            return Ok(Self::LngLat(lng, lat));
        }
        if let Some((lng, lat)) = of_a_form(names) {
            return Ok(Self::LngLat(lng, lat));
        }
        if let Some(wkt) = at(names, &WKT_NAMES) {
            return Ok(Self::Wkt(wkt));
        }
        if let Some(pair) = at(names, &PAIR_NAMES) {
            return Ok(Self::Pair(pair));
        }
        Err(format!(
            "the header has no columns lon and lat (nor lng, long, longitude, x; latitude, y), and no geometry, wkt, \
             geom or coordinates: it has {}; --lon and --lat, or --geometry, say which columns they are",
            names.join(", ")
        ))
    }

    pub(super) fn uses(&self, column: usize) -> bool {
        match self {
            Self::LngLat(lng, lat) => column == *lng || column == *lat,
            Self::Wkt(at) | Self::Pair(at) => column == *at,
        }
    }

    /// What is to be said of how positions are read.
    pub(super) fn remark(&self, names: &[String]) -> Option<String> {
        match self {
            Self::Pair(at) => Some(format!(
                "positions are in column \"{}\", read as latitude, then longitude",
                names[*at]
            )),
            Self::LngLat(lng, lat) if at(&names[*lng..=*lng], &LNG_NAMES).is_none() => {
                Some(format!(
                    "positions are in columns \"{}\" and \"{}\"",
                    names[*lng], names[*lat]
                ))
            }
            _ => None,
        }
    }

    /// The geometry of a row's cells; `comma` if numbers in them may have a decimal comma.
    pub(super) fn geometry(&self, cells: &[&str], comma: bool) -> Result<Option<Geometry>, String> {
        match self {
            Self::Wkt(at) if cells[*at].trim().is_empty() => Ok(None),
            Self::Wkt(at) => Ok(wkt::read(cells[*at])?),
            Self::LngLat(lng, lat) => {
                let (lng, lat) = (cells[*lng].trim(), cells[*lat].trim());
                if lng.is_empty() && lat.is_empty() {
                    return Ok(None);
                }
                let lng = degrees("longitude", lng, comma)?;
                point(lng, degrees("latitude", lat, comma)?).map(Some)
            }
            Self::Pair(at) => pair(cells[*at].trim()),
        }
    }
}

fn point(lng: f64, lat: f64) -> Result<Geometry, String> {
    Ok(Geometry::Point(shape::coord(lng, lat)?.into()))
}

/// The first column with one of the names, in the order of these.
fn at(names: &[String], wanted: &[&str]) -> Option<usize> {
    wanted.iter().find_map(|want| {
        let mut names = names.iter();
        names.position(|name| name.eq_ignore_ascii_case(want))
    })
}

/// The two columns that a form makes of a position (`location-Longitude` in ODK's exports, `_gps_longitude` in `KoBo`'s), if there is
/// one such pair.
fn of_a_form(names: &[String]) -> Option<(usize, usize)> {
    let ends = |name: &str, end: &str| {
        let name = name.to_ascii_lowercase();
        let before = name.strip_suffix(end)?;
        let before = before.strip_suffix(SEPARATORS)?;
        Some(before.to_owned())
    };
    let mut pairs = names.iter().enumerate().filter_map(|(lng, name)| {
        let before = ends(name, "longitude")?;
        let lat = names
            .iter()
            .position(|name| ends(name, "latitude").as_ref() == Some(&before))?;
        Some((lng, lat))
    });
    let first = pairs.next()?;
    pairs.next().is_none().then_some(first)
}

/// `35.52, 46.18`, perhaps with a height and an accuracy behind it, as ODK writes them.
fn pair(cell: &str) -> Result<Option<Geometry>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let mut numbers = Vec::new();
    let bare = cell.trim_matches(['(', ')', '[', ']']);
    let words = bare.split([',', ';', ' ', '\t']);
    for word in words.filter(|word| !word.is_empty()) {
        numbers.push(degrees("position", word, false)?);
    }
    match numbers[..] {
        [lat, lng] | [lat, lng, _, _] => point(lng, lat).map(Some),
        _ => Err(format!(
            "\"{cell}\" is not a position: it is latitude, longitude"
        )),
    }
}

fn degrees(what: &str, cell: &str, comma: bool) -> Result<f64, String> {
    let with_point;
    let number = if comma && cell.matches(',').count() == 1 && !cell.contains('.') {
        with_point = cell.replace(',', ".");
        &with_point
    } else {
        cell
    };
    number.parse().map_err(|_| {
        let hint = if cell.contains(',') {
            ", with a point, not a comma"
        } else {
            ""
        };
        format!("the {what} \"{cell}\" is not a decimal number{hint}")
    })
}
