//! `bordermap near`: what lies near a position, nearest first.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use anyhow::Context;

use crate::atlas::Atlas;
use crate::atlas::layer::answer::FeaturePage;
use crate::atlas::layer::answer::Hit;
use crate::atlas::model::label::label;
use crate::atlas::model::schema::{POSITION_UNCERTAINTY_M, Schema, Value};
use crate::atlas::model::time::rfc3339;
use crate::atlas::products::border::{Located, OUTLINE_ERROR_M};
use crate::atlas::products::side::NoSide;
use crate::atlas::products::side::Side;
use crate::atlas::query::question::{ItemsQuery, Near};
use crate::commands::{known, say, select, swapped, table};
use crate::config::{NearArgs, Radius};
use crate::format::collection::{self, CollectionHead};
use crate::format::lengths;
use crate::format::view::View;

/// Answers on standard output.
pub(super) fn run(args: &NearArgs) -> anyhow::Result<()> {
    let known = known::ask(&args.store)?;
    let atlas = &known.atlas;
    let layer = known::layer(atlas, &args.layer)?;
    swapped::tell(atlas, args.at);
    let asked = ItemsQuery {
        near: Some(Near {
            at: args.at,
            radius_m: args.radius.map(|radius| radius.metres),
        }),
        limit: usize::try_from(args.limit)?,
        ..ItemsQuery::default()
    };
    let query = select::question(layer.schema(), &args.select, asked)?;
    let answer = layer.items(&query);
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        if let Some(radius) = args.radius.filter(|radius| radius.is_bare) {
            say::note(within(radius));
        }
        let time_stamp = rfc3339(atlas.revision().committed_at_us);
        let head = CollectionHead {
            time_stamp: time_stamp.as_deref(),
            number_matched: answer.matched,
            number_returned: Some(answer.hits.len() as u64),
            notice: &collection::notice(layer.schema()),
            ..CollectionHead::default()
        };
        let page = collection::page(&head, &View::default(), &answer.hits);
        out.write_all(&page).context(say::STDOUT)?;
    } else {
        let written = write_table(&mut out, args, atlas, layer.schema(), &answer);
        written.context(say::STDOUT)?;
    }
    out.flush().context(say::STDOUT)
}

fn write_table(
    out: &mut impl Write,
    args: &NearArgs,
    atlas: &Atlas,
    schema: &Schema,
    answer: &FeaturePage<'_>,
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
        .map_or_else(String::new, |radius| format!(" {}", within(radius)));
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

/// How far was asked for. A bare number is metres, which may not be what was meant.
pub(super) fn within(radius: Radius) -> String {
    let mut said = format!("within {}", lengths::asked(radius.metres));
    if radius.is_bare {
        let _ = write!(
            said,
            " ({0} without a unit is metres; {0}km for kilometres)",
            radius.metres
        );
    }
    said
}

fn at_border(located: &Located) -> String {
    let side = match located.side {
        Ok(Side::Iraq) => ", on the Iraqi side,".to_owned(),
        Ok(Side::Iran) => ", on the Iranian side,".to_owned(),
        Err(NoSide::Outside) => ", outside of Iraq and Iran,".to_owned(),
        Err(NoSide::NearOuterBorder) => format!(
            " (within {} km of where Iraq and Iran end, as their outlines have it: too near to say on which \
             side it lies)",
            OUTLINE_ERROR_M / 1000.0
        ),
        Err(NoSide::OnTheLine) => ", on the line itself,".to_owned(),
        Err(NoSide::PastTheEnd) => ", past an end of the line,".to_owned(),
        Err(NoSide::NoOutlines) => {
            " (the store has no provinces, which say what lies in Iraq and in Iran)".to_owned()
        }
    };
    format!(
        "{} from the border{side} at border km {} ({})",
        lengths::distance(located.distance_m),
        lengths::grouped(located.km, 1),
        located.segment
    )
}

/// The fields that a table shows, as far as the layer has them.
struct Columns<'a> {
    schema: &'a Schema,
    date: Option<usize>,
    date_precision: Option<usize>,
    category: Option<usize>,
    place: Option<usize>,
    uncertainty: Option<usize>,
}

impl<'a> Columns<'a> {
    fn of(schema: &'a Schema) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| schema.index_of(name));
        let time = schema.time.as_ref();
        Self {
            schema,
            date: time.and_then(|time| schema.index_of(&time.field)),
            date_precision: time
                .and_then(|time| time.precision_field.as_deref())
                .and_then(|name| schema.index_of(name)),
            category: first(&["category", "crossing_type", "type", "kind"]),
            place: first(&["place", "admin1"]),
            uncertainty: schema.index_of(POSITION_UNCERTAINTY_M),
        }
    }

    fn row(&self, hit: &Hit<'_>) -> [String; 6] {
        let values = hit.feature.values();
        let shown = |value: Option<&Value>| {
            let text = value.and_then(Value::text);
            text.unwrap_or_default().into_owned()
        };
        let text = |field: Option<usize>| shown(field.map(|at| &values[at]));
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
                .map_or_else(String::new, |metres| lengths::about(metres, uncertainty_m)),
            date,
            text(self.category),
            shown(label(self.schema, |at| values.get(at))),
            text(self.place),
            hit.feature.id().into_owned(),
        ]
    }
}
