//! A part as plain arrays of numbers, and back: what is kept beside a store so that nothing has to be
//! computed at a start. Whoever keeps them checks that they are whole; here only their lengths are.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::atlas::index::columns::{Codes, Column, Listed};
use crate::atlas::index::flat::{flattened, unflattened};
use crate::atlas::index::ids::Ids;
use crate::atlas::index::points::Points;
use crate::atlas::index::shapes::Shapes;
use crate::atlas::index::texts::FeatureTexts;
use crate::atlas::index::times::{Spans, Times};
use crate::atlas::index::{Part, RowId};
use crate::atlas::model::schema::Value;
use crate::atlas::model::time::TimeSpan;

/// The kinds of arrays, each said once: its name here, what it holds, its number in a file, what it is for.
macro_rules! arrays {
    ($($name:ident $kind:ident $element:ty = $number:literal $doc:literal;)*) => {
        /// An array of numbers.
        #[derive(Debug)]
        pub enum Array {
            $(#[doc = $doc] $kind(Vec<$element>),)*
        }

        /// An array of a part, lent or made for the purpose.
        pub enum Lent<'a> {
            $(#[doc = $doc] $kind(Cow<'a, [$element]>),)*
        }

        impl Lent<'_> {
            /// Its kind, as [`Array::zeroed`] takes it, and its bytes in the machine's order.
            pub fn bytes(&self) -> (u8, &[u8]) {
                match self {
                    $(Self::$kind(array) => ($number, bytemuck::cast_slice(array)),)*
                }
            }
        }

        impl Array {
            /// An array of a kind, to be filled with so many bytes; `None` if they are no whole number of
            /// elements, or there is no such kind.
            pub fn zeroed(kind: u8, bytes: usize) -> Option<Self> {
                let len = |width: usize| bytes.is_multiple_of(width).then_some(bytes / width);
                Some(match kind {
                    $($number => Self::$kind(vec![<$element>::default(); len(size_of::<$element>())?]),)*
                    _ => return None,
                })
            }

            /// Its bytes in the machine's order, to be filled.
            pub fn bytes_mut(&mut self) -> &mut [u8] {
                match self {
                    $(Self::$kind(array) => bytemuck::cast_slice_mut(array),)*
                }
            }

            $(fn $name(self) -> Option<Vec<$element>> {
                match self {
                    Self::$kind(array) => Some(array),
                    _ => None,
                }
            })*
        }
    };
}

arrays! {
    u8 U8 u8 = 0 "Bytes: texts, narrow codes.";
    u16 U16 u16 = 1 "Wide codes, hashes.";
    u32 U32 u32 = 2 "Rows and counts.";
    u64 U64 u64 = 3 "Places and ends.";
    i64 I64 i64 = 4 "Integers.";
    pairs Pairs [i64; 2] = 5 "Pairs of them: sums, spans.";
    triples Triples [i32; 3] = 6 "Earth-centred positions.";
    nodes Nodes [i32; 12] = 7 "Nodes.";
    f64 F64 f64 = 8 "Measures.";
    degrees Degrees [f64; 2] = 9 "Positions in degrees.";
}

/// A part without what its arrays hold: how they are to be read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Outline {
    columns: Vec<ColumnOutline>,
    /// The different spans if codes follow, `None` if each row's own do.
    spans: Option<Vec<[i64; 2]>>,
    longest_us: i64,
    extent: Option<[i64; 2]>,
    /// The box of all single positions, by the bits of its sides.
    bounds: Option<[u64; 4]>,
}

#[derive(Debug, Serialize, Deserialize)]
enum ColumnOutline {
    Listed(Vec<PlainValue>),
    Numbers,
    Integers,
    Hashed,
    Unread,
}

/// A value whose numbers come back to their last bit.
#[derive(Debug, Serialize, Deserialize)]
enum PlainValue {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(u64),
    Text(String),
    Json(String),
}

impl Part {
    /// The part's outline and, in an order that [`Self::of_plain`] knows, its arrays.
    pub fn to_plain(&self) -> (Outline, Vec<Lent<'_>>) {
        let mut arrays = vec![
            Lent::U8(Cow::Borrowed(&self.texts.bytes)),
            Lent::U64(Cow::Borrowed(&self.texts.ends)),
            Lent::U32(Cow::Borrowed(&self.ids.by_id)),
            Lent::U32(Cow::Borrowed(&self.ids.ranks)),
            Lent::Degrees(Cow::Borrowed(&self.points.degrees)),
            Lent::Triples(Cow::Borrowed(&self.points.kept)),
            Lent::Nodes(Cow::Borrowed(&self.points.nodes)),
            Lent::U64(Cow::Borrowed(&self.points.leaf_keys)),
            Lent::Pairs(Cow::Borrowed(&self.points.sums)),
            Lent::U32(Cow::Borrowed(&self.times.by_start)),
        ];
        let (tokens, coords) = flattened(&self.shapes);
        arrays.extend([Lent::U32(tokens.into()), Lent::Degrees(coords.into())]);
        let spans = match &self.times.spans {
            Spans::Listed(spans, codes, _) => {
                arrays.push(lent_codes(codes));
                Some(spans.iter().map(|span| pair(*span)).collect())
            }
            Spans::Each(spans) => {
                let pairs: Vec<_> = spans.iter().map(|span| pair(*span)).collect();
                arrays.push(Lent::Pairs(pairs.into()));
                None
            }
        };
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            columns.push(outline(column, &mut arrays));
        }
        let outline = Outline {
            columns,
            spans,
            longest_us: self.times.longest_us,
            extent: self.times.extent.map(pair),
            bounds: self.points.bounds.map(|sides| sides.map(f64::to_bits)),
        };
        (outline, arrays)
    }

    /// The part of an outline and its arrays; `None` if they do not fit together.
    pub fn of_plain(outline: Outline, arrays: Vec<Array>) -> Option<Self> {
        let mut arrays = arrays.into_iter();
        let mut next = || arrays.next();
        let texts = FeatureTexts::of(next()?.u8()?, next()?.u64()?);
        let ids = Ids {
            by_id: next()?.u32()?,
            ranks: next()?.u32()?,
        };
        let points = Points {
            degrees: next()?.degrees()?,
            kept: next()?.triples()?,
            nodes: next()?.nodes()?,
            leaf_keys: next()?.u64()?,
            sums: next()?.pairs()?,
            bounds: outline.bounds.map(|sides| sides.map(f64::from_bits)),
        };
        let by_start = next()?.u32()?;
        let geometries = unflattened(next()?.u32()?, next()?.degrees()?)?;
        let shapes = Shapes::new(RowId::try_from(points.len()).ok()?, geometries);
        let spans = match outline.spans {
            Some(spans) => {
                let codes = next()?.codes()?;
                if !codes.all_below(spans.len()) {
                    return None;
                }
                let spans: Vec<TimeSpan> = spans.into_iter().map(unpair).collect();
                let totals = codes.totals(spans.len());
                Spans::Listed(spans, codes, totals)
            }
            None => Spans::Each(next()?.pairs()?.into_iter().map(unpair).collect()),
        };
        let times = Times {
            spans,
            by_start,
            longest_us: outline.longest_us,
            extent: outline.extent.map(unpair),
        };
        let columns: Option<Vec<Column>> = outline
            .columns
            .into_iter()
            .map(|outline| column(outline, &mut next))
            .collect();
        let part = Self {
            texts,
            ids,
            points,
            shapes,
            times,
            columns: columns?,
        };
        part.fits_together().then_some(part)
    }

    fn fits_together(&self) -> bool {
        let rows = self.texts.len();
        let spans = match &self.times.spans {
            Spans::Listed(_, codes, _) => codes.len(),
            Spans::Each(spans) => spans.len(),
        };
        let column = |column: &Column| match column {
            Column::Listed(listed) => listed.codes.len() == rows,
            Column::Numbers(numbers) => numbers.len() == rows,
            Column::Integers(numbers, nulls) => {
                numbers.len() == rows && nulls.len() == rows.div_ceil(64)
            }
            Column::Hashed(hashes) => hashes.len() == rows,
            Column::Unread => true,
        };
        let positions = self.points.len();
        positions + self.shapes.rows().len() == rows
            && self.points.kept.len() == positions
            && [self.ids.by_id.len(), self.ids.ranks.len()] == [rows; 2]
            && [self.times.by_start.len(), spans] == [rows; 2]
            && self.columns.iter().all(column)
    }
}

impl Array {
    fn codes(self) -> Option<Codes> {
        match self {
            Self::U8(codes) => Some(Codes::Narrow(codes)),
            Self::U16(codes) => Some(Codes::Wide(codes)),
            _ => None,
        }
    }
}

fn lent_codes(codes: &Codes) -> Lent<'_> {
    match codes {
        Codes::Narrow(codes) => Lent::U8(codes.into()),
        Codes::Wide(codes) => Lent::U16(codes.into()),
    }
}

fn outline<'a>(column: &'a Column, arrays: &mut Vec<Lent<'a>>) -> ColumnOutline {
    match column {
        Column::Listed(listed) => {
            arrays.push(lent_codes(&listed.codes));
            ColumnOutline::Listed(listed.values.iter().map(plain).collect())
        }
        Column::Numbers(numbers) => {
            arrays.push(Lent::F64(numbers.into()));
            ColumnOutline::Numbers
        }
        Column::Integers(numbers, nulls) => {
            arrays.extend([Lent::I64(numbers.into()), Lent::U64(nulls.into())]);
            ColumnOutline::Integers
        }
        Column::Hashed(hashes) => {
            arrays.push(Lent::U16(hashes.into()));
            ColumnOutline::Hashed
        }
        Column::Unread => ColumnOutline::Unread,
    }
}

fn column(outline: ColumnOutline, next: &mut impl FnMut() -> Option<Array>) -> Option<Column> {
    Some(match outline {
        ColumnOutline::Listed(values) => {
            let values: Vec<Value> = values.into_iter().map(unplain).collect();
            let codes = next()?.codes()?;
            if !codes.all_below(values.len()) {
                return None;
            }
            Column::Listed(Listed::new(values, codes))
        }
        ColumnOutline::Numbers => Column::Numbers(next()?.f64()?),
        ColumnOutline::Integers => Column::Integers(next()?.i64()?, next()?.u64()?),
        ColumnOutline::Hashed => Column::Hashed(next()?.u16()?),
        ColumnOutline::Unread => Column::Unread,
    })
}

fn plain(value: &Value) -> PlainValue {
    match value {
        Value::Null => PlainValue::Null,
        Value::Boolean(flag) => PlainValue::Boolean(*flag),
        Value::Integer(number) => PlainValue::Integer(*number),
        Value::Number(number) => PlainValue::Number(number.to_bits()),
        Value::Text(text) => PlainValue::Text(text.to_string()),
        Value::Json(json) => PlainValue::Json(json.to_string()),
    }
}

fn unplain(value: PlainValue) -> Value {
    match value {
        PlainValue::Null => Value::Null,
        PlainValue::Boolean(flag) => Value::Boolean(flag),
        PlainValue::Integer(number) => Value::Integer(number),
        PlainValue::Number(bits) => Value::Number(f64::from_bits(bits)),
        PlainValue::Text(text) => Value::Text(text.into()),
        PlainValue::Json(json) => Value::Json(json.into()),
    }
}

fn pair(span: TimeSpan) -> [i64; 2] {
    [span.start_us, span.last_us]
}

fn unpair([start_us, last_us]: [i64; 2]) -> TimeSpan {
    TimeSpan { start_us, last_us }
}
