//! Features written as a GeoPackage. `SQLite` needs a file: it is written to the scratch file, and
//! given out from there when it is whole.

use std::io::{self, Read};

use tempfile::NamedTempFile;

use crate::atlas::geo::hilbert;
use crate::atlas::layer::Layer;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::time::parse_instant;
use crate::format::csv::DISTANCE_M;
use crate::format::view::View;
use crate::format::writer::{PIECE_BYTES, Writer};
use crate::geopackage::write::{Package, io_error};

/// Writes one layer.
pub struct GeoPackage {
    scratch: NamedTempFile,
    /// Until it is whole.
    package: Option<Package>,
    has_distance: bool,
    view: View,
    /// When the layer was last changed, in microseconds since 1970.
    at_us: Option<i64>,
}

impl GeoPackage {
    /// A file of the layer's features, which were last changed at the time stamp (RFC 3339).
    ///
    /// # Errors
    /// If the scratch file fails.
    pub fn new(
        layer: &Layer,
        has_distance: bool,
        view: &View,
        time_stamp: Option<&str>,
        scratch: NamedTempFile,
    ) -> io::Result<Self> {
        let extra: &[&str] = if has_distance { &[DISTANCE_M] } else { &[] };
        let package = Package::create(
            scratch.path(),
            &view.schema(layer),
            extra,
            view.crs,
            layer.len(),
        )
        .map_err(io_error)?;
        Ok(Self {
            scratch,
            package: Some(package),
            has_distance,
            view: view.clone(),
            at_us: time_stamp.and_then(|text| parse_instant(text).ok()),
        })
    }
}

impl Writer for GeoPackage {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn features(&mut self, _: &mut Vec<u8>, hits: &[Hit<'_>]) -> io::Result<()> {
        let Some(package) = &mut self.package else {
            return Err(io::Error::other("the file is whole already"));
        };
        let mut batch = package.batch().map_err(io_error)?;
        for hit in hits {
            let feature = hit.feature;
            let distance = [hit.distance_m.filter(|metres| metres.is_finite())];
            let extra = if self.has_distance {
                &distance[..]
            } else {
                &[]
            };
            let geometry = self.view.geometry(feature);
            let place = hilbert::coarse_key(feature.geometry().as_deref());
            let geometry = geometry.as_deref().map(|geometry| (geometry, place));
            let values = self.view.values(feature);
            batch
                .put(&feature.id(), geometry, &values, extra)
                .map_err(io_error)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(package) = &mut self.package
            && !package.index().map_err(io_error)?
        {
            return Ok(false);
        }
        if let Some(package) = self.package.take() {
            package.finish(self.at_us).map_err(io_error)?;
        }
        let file = self.scratch.as_file_mut();
        let read = file.take(PIECE_BYTES as u64).read_to_end(out)?;
        Ok(read == 0)
    }
}
