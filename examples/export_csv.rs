//! What a CQL2 filter selects of a layer, exported as CSV.
//!
//! `cargo run --example export_csv` prints:
//!
//! ```text
//! id,lon,lat,title,date
//! iib-119,44.8343,35.53356,Rocket attack on Khor Mor gas field,2023-01-27
//! iib-124,44.8343,35.53356,"Rockets target Khor Mor, no damage",2023-08-30
//! iib-128,45.4329,35.56496,Drone strike on Arbat airfield,2023-09-18
//! iib-134,44.8343,35.53356,Drone attack kills four workers at Khor Mor,2024-04-26
//! iib-138,45.94714,35.62329,Unidentified drones hit villages in Penjwen district,2024-07-03
//! iib-141,45.86682,35.35278,Drone strike kills two media workers near Said Sadiq,2024-08-23
//! iib-151,44.8343,35.53356,Attack stops Khor Mor gas output,2025-11-26
//! ```

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Context;
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::collection::CollectionHead;
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::csv;
use bordermap::format::export::Export;
use bordermap::format::view::View;
use bordermap::format::writer::ExportOptions;
use bordermap::seed;

const FILTER: &str = "category = 'strike' AND date >= DATE('2023-01-01') \
    AND distance_m(geometry, POINT(45.44 35.56)) < 100000";

fn main() -> anyhow::Result<()> {
    run(&mut io::stdout().lock())
}

/// Writes the export piece by piece, as a large one would be.
pub fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let atlas = seed::shipped()?;
    let layer = atlas.layer("incidents").context("a shipped layer")?;
    let schema = layer.schema();
    let filter = cql2::read(FilterEncoding::Text, FILTER, schema);
    // A fault says where it is in the filter, and what would be right.
    let filter = filter.map_err(|fault| fault.refusal(FILTER))?;
    let query = ItemsQuery::default().filtered(filter.into(), schema);
    let field = |name: &str| schema.index_of(name).context("a field");
    let mut fields = vec![field("date")?, field("title")?];
    fields.sort_unstable();
    let view = View {
        fields: Some(fields),
        ..View::default()
    };
    let options = ExportOptions {
        layer,
        has_distance: false,
        head: &CollectionHead::default(),
        view: &view,
        // Only formats with an index need a scratch file.
        scratch: None,
    };
    let writer = csv::FORMAT.writer(options)?;
    let mut export = Export::new(Arc::clone(layer), query, u64::MAX, writer);
    while let Some(piece) = export.piece()? {
        out.write_all(&piece)?;
    }
    Ok(())
}
