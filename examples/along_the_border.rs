//! Where positions lie along the border: at which kilometre of it, how far from it, on which side.
//!
//! `cargo run --example along_the_border` prints:
//!
//! ```text
//! 1641.4 km from north to south
//! Marivan: IR, 14.7 km from km 454.8 (kurdistan-sulaymaniyah)
//! Sulaymaniyah: IQ, 39.5 km from km 297.0 (kurdistan-sulaymaniyah)
//! Ankara: outside, 1082.1 km from km 5.1 (west-azerbaijan-erbil)
//! the middle: 45.4701,34.0183
//! ```

use std::io::{self, Write};

use anyhow::Context;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::products::side::{NoSide, Side};
use bordermap::seed;

fn main() -> anyhow::Result<()> {
    run(&mut io::stdout().lock())
}

/// Writes a line for each position.
pub fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let atlas = seed::shipped()?;
    let border = atlas.border().context("the shipped border")?;
    writeln!(out, "{:.1} km from north to south", border.length_km())?;
    // Longitude first, in degrees of WGS 84.
    for (name, at) in [
        ("Marivan", "46.18,35.52"),
        ("Sulaymaniyah", "45.44,35.56"),
        ("Ankara", "32.85,39.92"),
    ] {
        let located = border.locate(at.parse::<LngLat>()?);
        let side = located.side.map_or_else(NoSide::name, Side::code);
        let (km, away_km) = (located.km, located.distance_m / 1000.0);
        let segment = located.segment;
        writeln!(
            out,
            "{name}: {side}, {away_km:.1} km from km {km:.1} ({segment})"
        )?;
    }
    // The other way round: from a kilometre to its position.
    let middle = border.at_km(border.length_km() / 2.0);
    let middle = middle.context("a kilometre of the border")?;
    let (lng, lat) = (middle.foot.lng(), middle.foot.lat());
    writeln!(out, "the middle: {lng:.4},{lat:.4}")?;
    Ok(())
}
