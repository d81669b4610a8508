//! Goal 7: vector tiles, each requested once, so that nothing has been kept from before.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use bordermap::atlas::geo::position::LngLat;

use crate::client::{Http, percentile};
use crate::oracle::scene;

/// The zooms that are requested.
pub const ZOOMS: std::ops::RangeInclusive<u32> = 5..=14;
/// The zoom at which peers are compared.
pub const COMPARED: u32 = 12;
/// Tiles of a zoom at most.
const TILES_MAX: usize = 500;

/// What the tiles of a zoom took.
pub struct Zoom {
    pub level: u32,
    /// How many were requested.
    pub tiles: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub bytes_p50: f64,
    pub bytes_max: f64,
}

/// The tiles of a zoom that hold a position, as zoom, column, row, in the positions' order.
pub fn holding(positions: &[LngLat], zoom: u32) -> Vec<[u32; 3]> {
    let mut seen = HashSet::new();
    let tiles = positions.iter().map(|at| tile_of(*at, zoom));
    let new = tiles.filter(|tile| seen.insert(*tile));
    new.take(TILES_MAX).collect()
}

/// The path of a tile of bordermap's: zoom, row, column.
pub fn path([z, column, row]: [u32; 3]) -> String {
    format!(
        "/api/collections/{}/tiles/WebMercatorQuad/{z}/{row}/{column}",
        scene::LAYER
    )
}

/// Requests the tiles of every zoom, one after another.
///
/// # Errors
/// What the server said instead of a tile.
pub fn measure(address: SocketAddr, positions: &[LngLat]) -> io::Result<Vec<Zoom>> {
    let mut client = Http::new(address)?;
    ZOOMS
        .map(|zoom| {
            let tiles = holding(positions, zoom);
            let (mut took_ms, mut bytes) = (Vec::new(), Vec::new());
            for tile in &tiles {
                let started = Instant::now();
                let status = client.status(&path(*tile))?;
                took_ms.push(started.elapsed().as_secs_f64() * 1e3);
                bytes.push(client.body.len() as f64);
                if !matches!(status, 200 | 204) {
                    return Err(io::Error::other(format!("{status} for {}", path(*tile))));
                }
            }
            Ok(Zoom {
                level: zoom,
                tiles: tiles.len(),
                p50_ms: percentile(&took_ms, 0.5),
                p99_ms: percentile(&took_ms, 0.99),
                bytes_p50: percentile(&bytes, 0.5),
                bytes_max: percentile(&bytes, 1.0),
            })
        })
        .collect()
}

/// The tile of the Web Mercator square that holds a position.
fn tile_of(at: LngLat, zoom: u32) -> [u32; 3] {
    let side = f64::from(1_u32 << zoom);
    let northing = at.lat().to_radians().tan().asinh() / std::f64::consts::PI;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to below 2^zoom"
    )]
    let cell = |share: f64| (share * side) as u32;
    [
        zoom,
        cell((at.lng() + 180.0) / 360.0),
        cell((1.0 - northing) / 2.0),
    ]
}
