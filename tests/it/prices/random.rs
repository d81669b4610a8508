//! Questions by chance: filters of any kind in each other, in both encodings, with anything beside.

use bordermap::atlas::geo::position::{Bounds, LngLat};
use bordermap::atlas::geo::tiling::TileMatrixSet;
use bordermap::atlas::model::calendar::Interval;
use bordermap::atlas::model::time::TimeSpan;
use bordermap::atlas::query::question::Near;
use bordermap::atlas::query::sort::{Sort, SortKey};
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::{csv, geojson, kml};

use super::handed::BYTES_MAX;
use super::{Asked, Question};
use crate::cql2::written;
use crate::oracle::scene::Dice;

impl Dice {
    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// So many questions, the same for a seed.
pub fn questions(seed: u64, count: usize) -> Vec<Question> {
    let mut dice = Dice(seed);
    (0..count).map(|_| question(&mut dice)).collect()
}

#[expect(clippy::too_many_lines, reason = "one line a parameter")]
fn question(dice: &mut Dice) -> Question {
    let layer = dice.one(&[
        "many",
        "many",
        "tracks",
        "large",
        "border",
        "countries",
        "incidents",
    ]);
    let has_reports = matches!(layer, "many" | "incidents");
    let (set, zoom) = (
        dice.one(&[
            TileMatrixSet::WebMercatorQuad,
            TileMatrixSet::WorldCrs84Quad,
        ]),
        dice.below(9),
    );
    let zoom = u8::try_from(zoom).unwrap();
    let scale = 1 << zoom;
    let asked = match dice.below(8) {
        0 => Asked::Export(dice.one(&[&geojson::FORMAT, &csv::FORMAT, &kml::FORMAT])),
        1 => Asked::Tile(set, zoom, 49 * scale / 128, 80 * scale / 128),
        2 if has_reports => Asked::Profile(dice.one(&[Interval::Month, Interval::Year])),
        3 if has_reports => Asked::Compare,
        _ => Asked::Items,
    };
    let names: &[&str] = match layer {
        "many" | "incidents" => &["title", "summary", "note", "place", "id"],
        "tracks" | "large" => &["name", "id"],
        _ => &["name_en", "id"],
    };
    let mut words = Words {
        dice,
        has_reports,
        names,
    };
    let mut depth = 4;
    let mut filter = words.condition(depth);
    while filter.len() > BYTES_MAX {
        depth -= 1;
        filter = words.condition(depth);
    }
    let mut question = Question::new(layer, asked, filter);
    // What is a filter has a form in JSON too.
    if let (0, Ok(read)) = (
        dice.below(3),
        cql2::parse(FilterEncoding::Text, &question.filter),
    ) {
        question.encoding = FilterEncoding::Json;
        question.filter = written::write(FilterEncoding::Json, &read);
    }
    let query = &mut question.query;
    query.limit = dice.one(&[1, 100, 10_000]);
    let place = LngLat::new(40.0 + dice.share() * 15.0, 27.0 + dice.share() * 12.0).unwrap();
    match dice.below(6) {
        0 => {
            let radius_m = Some(dice.share() * 2e6 + 1.0);
            query.near = Some(Near {
                at: place,
                radius_m,
            });
        }
        1 => {
            query.near = Some(Near {
                at: place,
                radius_m: None,
            });
        }
        2 => query.bbox = Bounds::new(-180.0, -90.0, place.lng(), place.lat()).ok(),
        3 => query.datetime = TimeSpan::parse_query("2020-03-01/2021-03-01").ok(),
        4 => {
            let keys = vec![SortKey {
                field: dice.below(2),
                descending: dice.below(2) == 0,
            }];
            query.sort = Some(Sort {
                keys,
                id_descending: false,
            });
        }
        _ => {}
    }
    question
}

/// The words of a filter.
struct Words<'d> {
    dice: &'d mut Dice,
    has_reports: bool,
    /// Properties that are texts.
    names: &'d [&'d str],
}

impl Words<'_> {
    fn condition(&mut self, depth: usize) -> String {
        if depth > 0 && self.dice.below(3) > 0 {
            let word = self.dice.one(&[" AND ", " OR ", " OR NOT "]);
            let count = 1 + self.dice.below(4);
            let parts: Vec<String> = (0..=count)
                .map(|_| format!("({})", self.condition(depth - 1)))
                .collect();
            return parts.join(word);
        }
        match self.dice.below(10) {
            0 => format!(
                "{} {} {}",
                self.number(2),
                self.dice.one(&["<", "=", ">", "<>"]),
                self.number(2)
            ),
            1 => format!("{} LIKE '{}'", self.text(2), self.pattern()),
            2 => format!(
                "{} BETWEEN {} AND {}",
                self.number(1),
                self.number(1),
                self.number(1)
            ),
            3 => {
                let items: Vec<String> = (0..=self.dice.below(200))
                    .map(|at| format!("'{at}'"))
                    .collect();
                format!("{} IN ({})", self.text(1), items.join(","))
            }
            4 => format!(
                "within_m(geometry,{},{})",
                self.shape(),
                self.dice.below(2_000_000)
            ),
            5 => format!("{} = '{}'", self.text(2), self.pattern()),
            6 if self.has_reports => "T_DURING(date,INTERVAL('2019-01-01','2024-01-01'))".into(),
            7 => format!("{} IS NOT NULL", self.text(0)),
            _ => {
                let relation = self.dice.one(&[
                    "INTERSECTS",
                    "TOUCHES",
                    "CROSSES",
                    "OVERLAPS",
                    "WITHIN",
                    "CONTAINS",
                    "EQUALS",
                    "DISJOINT",
                ]);
                let (own, other) = (self.place(), self.shape());
                format!("S_{relation}({own},{other})")
            }
        }
    }

    fn place(&mut self) -> String {
        if self.dice.below(5) > 0 {
            "geometry".into()
        } else {
            self.shape()
        }
    }

    fn number(&mut self, depth: usize) -> String {
        if depth > 0 && self.dice.below(2) > 0 {
            let operator = self.dice.one(&["+", "-", "*", "/", "^", "%", " div "]);
            return format!(
                "({}{operator}{})",
                self.number(depth - 1),
                self.number(depth - 1)
            );
        }
        match self.dice.below(4) {
            0 if self.has_reports => "fatalities_min".into(),
            1 => format!("distance_m({},{})", self.place(), self.shape()),
            2 => format!("{:.3}", self.dice.share() * 1e6),
            _ => self.dice.below(9).to_string(),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if depth > 0 && self.dice.below(3) == 0 {
            let fold = self.dice.one(&["CASEI", "ACCENTI"]);
            return format!("{fold}({})", self.text(depth - 1));
        }
        self.dice.one(self.names).into()
    }

    fn pattern(&mut self) -> String {
        let pieces = ["%", "_", "e", "a", "r", "%", "____", "z", "é", "مر"];
        (0..self.dice.below(60))
            .map(|_| self.dice.one(&pieces))
            .collect()
    }

    fn at(&mut self) -> String {
        let edge = self.dice.below(12);
        let (x, y) = match edge {
            0 => (-180.0, 90.0),
            1 => (180.0, self.dice.share() * 180.0 - 90.0),
            2 => (self.dice.share() * 360.0 - 180.0, -90.0),
            _ => (
                40.0 + self.dice.share() * 15.0,
                27.0 + self.dice.share() * 12.0,
            ),
        };
        format!("{x:.2} {y:.2}")
    }

    fn shape(&mut self) -> String {
        let count = 2 + self.dice.below(60);
        let all = |words: &mut Self| (0..count).map(|_| words.at()).collect::<Vec<_>>().join(",");
        match self.dice.below(6) {
            0 => format!("POINT({})", self.at()),
            1 => format!("LINESTRING({})", all(self)),
            2 => format!("MULTIPOINT({})", all(self)),
            3 => "BBOX(170,-90,-170,90)".into(),
            4 => {
                let teeth = (0..count)
                    .map(|at| format!("{:.2} {}", 40.0 + at as f64 * 0.1, 28 + at % 2 * 9));
                let teeth: Vec<String> = teeth.collect();
                format!("POLYGON((40 20,{},60 20,40 20))", teeth.join(","))
            }
            _ => "BBOX(44,30,47,36)".into(),
        }
    }
}
