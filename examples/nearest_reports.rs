//! The reports nearest to a position, from the data that the program ships with.
//!
//! `cargo run --example nearest_reports` prints:
//!
//! ```text
//! 5 of 7 reports:
//!   0.8 km  2018-07-21  Night assault on Guards base at Dari village, Marivan
//!   0.8 km  2018-09-30  Iran shuts Kurdistan Region crossings for election day
//!   0.8 km  2019-09-07  Iranian border guard killed at Marivan frontier
//!   0.8 km  2019-11-17  Deaths in Marivan during fuel-price protests
//!   0.8 km  2020-05-19  Revolutionary Guards member and two gunmen killed in Marivan clash
//! ```

use std::io::{self, Write};

use anyhow::Context;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::seed;

fn main() -> anyhow::Result<()> {
    run(&mut io::stdout().lock())
}

/// Writes the answer, nearest first.
pub fn run(out: &mut impl Write) -> anyhow::Result<()> {
    // The shipped layers in memory; no store is needed.
    let atlas = seed::shipped()?;
    let layer = atlas.layer("incidents").context("a shipped layer")?;
    let query = ItemsQuery {
        near: Some(Near {
            // Longitude first, in degrees of WGS 84.
            at: "46.18,35.52".parse::<LngLat>()?,
            radius_m: Some(25_000.0),
        }),
        limit: 5,
        count: true,
        ..ItemsQuery::default()
    };
    let answer = layer.items(&query);
    let matched = answer.matched.context("a count was wanted")?;
    writeln!(out, "{} of {matched} reports:", answer.hits.len())?;
    let field = |name: &str| layer.schema().index_of(name).context("a field");
    let (date, title) = (field("date")?, field("title")?);
    for hit in &answer.hits {
        let text = |field| match hit.feature.value(field) {
            Value::Text(text) => text,
            _ => "?".into(),
        };
        // WGS84 geodesics to where the report was placed, which is often only the middle of a district.
        let km = hit.distance_m.context("a query by distance")? / 1000.0;
        writeln!(out, "{km:5.1} km  {}  {}", text(date), text(title))?;
    }
    Ok(())
}
