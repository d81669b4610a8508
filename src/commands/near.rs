//! `bordermap near`: what lies near a position, nearest first.

use std::io::{self, BufWriter, Write};

use crate::atlas::Atlas;
use crate::atlas::border::{Located, Side};
use crate::atlas::query::{Answer, Hit, ItemsQuery, Near};
use crate::atlas::schema::{POSITION_UNCERTAINTY_M, Schema, Value};
use crate::atlas::time::rfc3339;
use crate::commands::{self, select, table};
use crate::config::NearArgs;
use crate::format::collection::{self, Head};
use crate::format::view::View;

/// Answers on standard output.
pub(super) fn run(args: &NearArgs) -> anyhow::Result<()> {
    let live = commands::open(&args.store.store)?;
    let atlas = live.snapshot();
    let layer = commands::layer(&atlas, &args.layer)?;
    let asked = ItemsQuery {
        near: Some(Near {
            at: args.at,
            radius_m: args.radius,
        }),
        limit: usize::try_from(args.limit)?,
        ..ItemsQuery::default()
    };
    let query = select::question(layer.schema(), &args.select, asked)?;
    let answer = layer.items(&query);
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        let time_stamp = rfc3339(atlas.revision().committed_at_us);
        let head = Head {
            time_stamp: time_stamp.as_deref(),
            number_matched: answer.matched,
            number_returned: Some(answer.hits.len() as u64),
            notice: &collection::notice(layer.schema()),
            ..Head::default()
        };
        out.write_all(&collection::page(&head, &View::default(), &answer.hits))?;
    } else {
        write_table(&mut out, args, &atlas, layer.schema(), &answer)?;
    }
    out.flush()?;
    Ok(())
}

fn write_table(
    out: &mut impl Write,
    args: &NearArgs,
    atlas: &Atlas,
    schema: &Schema,
    answer: &Answer<'_>,
) -> io::Result<()> {
    if let Some(border) = atlas.border() {
        writeln!(
            out,
            "{} lies {}",
            args.at,
            at_border(&border.locate(args.at))
        )?;
    }
    let within = args
        .radius
        .map_or_else(String::new, |radius| format!(" within {}", rounded(radius)));
    let matched = answer.matched.unwrap_or(answer.hits.len() as u64);
    if answer.hits.is_empty() {
        return writeln!(out, "Nothing in {}{within}.", args.layer);
    }
    writeln!(
        out,
        "{} of {matched} in {}{within}, nearest first\n",
        answer.hits.len(),
        args.layer
    )?;
    let columns = Columns::of(schema);
    let rows: Vec<[String; 6]> = answer.hits.iter().map(|hit| columns.row(hit)).collect();
    table::write(
        out,
        ["distance", "date", "category", "title", "place", "id"],
        &rows,
    )
}

fn at_border(located: &Located) -> String {
    let side = match located.side {
        Some(Side::Iraq) => ", on the Iraqi side,",
        Some(Side::Iran) => ", on the Iranian side,",
        None => ", past an end of the line,",
    };
    format!(
        "{} from the border{side} at border km {:.1} ({})",
        length(located.distance_m),
        located.km,
        located.segment
    )
}

/// The fields that a table shows, as far as the layer has them.
struct Columns {
    date: Option<usize>,
    date_precision: Option<usize>,
    category: Option<usize>,
    title: Option<usize>,
    place: Option<usize>,
    uncertainty: Option<usize>,
}

impl Columns {
    fn of(schema: &Schema) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| schema.index_of(name));
        let time = schema.time.as_ref();
        Self {
            date: time.and_then(|time| schema.index_of(&time.field)),
            date_precision: time
                .and_then(|time| time.precision_field.as_deref())
                .and_then(|name| schema.index_of(name)),
            category: first(&["category", "crossing_type", "type", "kind"]),
            title: first(&["title", "name_en", "name"]),
            place: first(&["place", "admin1"]),
            uncertainty: schema.index_of(POSITION_UNCERTAINTY_M),
        }
    }

    fn row(&self, hit: &Hit<'_>) -> [String; 6] {
        let values = hit.feature.values();
        let text = |field: Option<usize>| field.map_or_else(String::new, |at| shown(&values[at]));
        let mut date = text(self.date);
        match text(self.date_precision).as_str() {
            "year" => date.truncate(4),
            "month" => date.truncate(7),
            _ => {}
        }
        let uncertainty_m = self.uncertainty.and_then(|at| match values[at] {
            Value::Number(metres) => Some(metres),
            _ => None,
        });
        [
            hit.distance_m
                .map_or_else(String::new, |metres| distance(metres, uncertainty_m)),
            date,
            text(self.category),
            text(self.title),
            text(self.place),
            hit.feature.id().into_owned(),
        ]
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) | Value::Json(text) => text.to_string(),
    }
}

/// A distance no more exactly than the position is known. Nearer than that, all that is known is
/// that it cannot be further than both together.
fn distance(metres: f64, uncertainty_m: Option<f64>) -> String {
    let Some(uncertainty_m) = uncertainty_m.filter(|metres| *metres > 0.0) else {
        return length(metres);
    };
    if !metres.is_finite() {
        return length(metres);
    }
    let step = 10_f64.powf(uncertainty_m.log10().floor());
    if metres < uncertainty_m {
        let step = step / 10.0;
        let most = ((metres + uncertainty_m) / step).ceil() * step;
        return format!("up to {}", rounded(most));
    }
    format!("about {}", rounded((metres / step).round() * step))
}

/// A number of metres that is round already.
fn rounded(metres: f64) -> String {
    if metres < 1000.0 {
        format!("{metres} m")
    } else {
        format!("{} km", metres / 1000.0)
    }
}

/// A length in the unit and with the digits that people would use.
fn length(metres: f64) -> String {
    if !metres.is_finite() {
        "nowhere".into()
    } else if metres < 999.5 {
        format!("{metres:.0} m")
    } else if metres < 100_000.0 {
        format!("{:.1} km", metres / 1000.0)
    } else {
        format!("{:.0} km", metres / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_no_more_exact_than_the_position() {
        let check = |metres, uncertainty_m, wanted: &str| {
            assert_eq!(distance(metres, uncertainty_m), wanted);
        };
        check(12_345.0, None, "12.3 km");
        check(640.4, None, "640 m");
        check(999.7, None, "1.0 km");
        check(123_456.0, None, "123 km");
        check(12_345.0, Some(100.0), "about 12.3 km");
        check(12_345.0, Some(5_000.0), "about 12 km");
        check(52_345.0, Some(20_000.0), "about 50 km");
        check(3_000.0, Some(20_000.0), "up to 23 km");
        check(0.0, Some(100.0), "up to 100 m");
        check(450.0, Some(100.0), "about 500 m");
        check(f64::INFINITY, Some(100.0), "nowhere");
    }
}
