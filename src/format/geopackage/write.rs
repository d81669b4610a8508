//! Features written as a GeoPackage. `SQLite` needs a file: it is written to the scratch file, and
//! given out from there when it is whole.

use std::io::{self, Read};

use tempfile::NamedTempFile;

use crate::atlas::layer::Layer;
use crate::atlas::query::Hit;
use crate::format::csv::DISTANCE_M;
use crate::format::writer::{PIECE_BYTES, Writer};
use crate::geopackage::write::Package;

/// Writes one layer.
pub struct GeoPackage {
    scratch: NamedTempFile,
    /// Until it is whole.
    package: Option<Package>,
    has_distance: bool,
}

impl GeoPackage {
    /// A file of the layer's features.
    ///
    /// # Errors
    /// If the scratch file fails.
    pub fn new(layer: &Layer, has_distance: bool, scratch: NamedTempFile) -> io::Result<Self> {
        let extra: &[&str] = if has_distance { &[DISTANCE_M] } else { &[] };
        let package =
            Package::create(scratch.path(), layer.schema(), extra).map_err(io::Error::other)?;
        Ok(Self {
            scratch,
            package: Some(package),
            has_distance,
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
        let mut batch = package.batch().map_err(io::Error::other)?;
        for hit in hits {
            let feature = hit.feature;
            let distance = [hit.distance_m.filter(|metres| metres.is_finite())];
            let extra = if self.has_distance {
                &distance[..]
            } else {
                &[]
            };
            let geometry = feature.geometry();
            batch
                .put(&feature.id(), geometry.as_deref(), &feature.values(), extra)
                .map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(package) = self.package.take() {
            package.finish().map_err(io::Error::other)?;
        }
        let file = self.scratch.as_file_mut();
        let read = file.take(PIECE_BYTES as u64).read_to_end(out)?;
        Ok(read == 0)
    }
}
