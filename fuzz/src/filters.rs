//! Filters and geometries as text and bytes.

use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::wkt as text;
use bordermap::geopackage::geometry;

use geo::CoordsIter;

use crate::world::{asked, shipped};
use crate::written;

/// A filter as text.
pub fn cql2_text(data: &[u8]) {
    filter(FilterEncoding::Text, data);
}

/// A filter as JSON.
pub fn cql2_json(data: &[u8]) {
    filter(FilterEncoding::Json, data);
}

/// What is parsed is written so that it is parsed again, as the same; what the layer can be asked, it
/// is asked.
fn filter(encoding: FilterEncoding, data: &[u8]) {
    let Ok(filter) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(tree) = cql2::parse(encoding, filter) {
        let written = written::write(encoding, &tree);
        let again =
            cql2::parse(encoding, &written).unwrap_or_else(|fault| panic!("{written}: {fault:?}"));
        assert_eq!(
            written,
            written::write(encoding, &again),
            "written otherwise the second time"
        );
    }
    let atlas = shipped().snapshot();
    for id in ["incidents", "border"] {
        let layer = atlas.layer(id).expect("a shipped layer");
        asked(|| {
            let Ok(condition) = cql2::read(encoding, filter, layer.schema()) else {
                return;
            };
            let query = ItemsQuery {
                limit: 10,
                count: true,
                ..ItemsQuery::default()
            };
            layer.items(&query.filtered(condition.into(), layer.schema()));
        });
    }
}

/// Well-known text: what is read is written so that it is read again, as the same.
pub fn wkt(data: &[u8]) {
    let Ok(wkt) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(Some(geometry)) = text::read(wkt) {
        let written = text::write(&geometry);
        assert_eq!(text::read(&written), Ok(Some(geometry)), "{written}");
    }
}

/// The binary of a GeoPackage.
pub fn wkb(data: &[u8]) {
    let _ = bordermap::atlas::geo::wkb::read(data);
    if let Ok(geometry) = geometry::decode(data)
        && geometry
            .coords_iter()
            .all(|at| at.x.is_finite() && at.y.is_finite())
    {
        let written = geometry::encode(&geometry, 4326);
        let again = geometry::decode(&written).expect("what was written");
        // A ring that ends in NaN, which is not itself, would be closed once more.
        assert_eq!(again, geometry);
    }
}
