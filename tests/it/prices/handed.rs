//! Questions that froze a server or burned its cores for long, and their like.

use bordermap::atlas::filter::text_search::TextSearch;
use bordermap::atlas::geo::position::LngLat;
use bordermap::atlas::geo::tiling::TileMatrixSet::{self, WebMercatorQuad, WorldCrs84Quad};
use bordermap::atlas::model::calendar::Interval;
use bordermap::atlas::query::question::{ItemsQuery, Near};
use bordermap::atlas::query::sort::{Sort, SortKey};
use bordermap::format::{csv, geojson};

use super::{Asked, Question, WHOLE_NS};

/// Bytes of a filter at most, as an address holds them.
pub const BYTES_MAX: usize = 8000;

/// The longest of some texts that are not too long, made for a number of parts.
pub fn fitting(make: impl Fn(usize) -> String) -> String {
    let mut parts = 1;
    while make(parts * 2).len() < BYTES_MAX {
        parts *= 2;
    }
    let mut step = parts / 2;
    while step > 0 {
        if make(parts + step).len() < BYTES_MAX {
            parts += step;
        }
        step /= 2;
    }
    make(parts)
}

/// Texts of some numbers with something between them.
fn joined(between: &str, count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(between)
}

/// To and fro around the world along a parallel.
fn zigzag(count: usize, lat: &str) -> String {
    let at = |number: usize| {
        format!(
            "{} {lat}",
            if number.is_multiple_of(2) { -180 } else { 180 }
        )
    };
    format!("LINESTRING({})", joined(",", count.max(2), at))
}

/// An area with narrow teeth.
fn comb(count: usize) -> String {
    let at = |number: usize| {
        let x = 40.0 + number as f64 * 20.0 / count as f64;
        format!("{x:.2} {}", if number.is_multiple_of(2) { 40 } else { 25 })
    };
    format!("POLYGON((40 20,{},60 20,40 20))", joined(",", count, at))
}

/// The same lying on its side.
fn lying_comb(count: usize) -> String {
    let at = |number: usize| {
        let y = 25.0 + number as f64 * 15.0 / count as f64;
        format!("{} {y:.2}", if number.is_multiple_of(2) { 40 } else { 60 })
    };
    format!("POLYGON((20 25,{},20 40,20 25))", joined(",", count, at))
}

/// Operators in each other, which were bound again with each level.
fn nested(depth: usize, innermost: &str, outer: &str) -> String {
    (0..depth).fold(innermost.to_owned(), |inner, _| outer.replace('#', &inner))
}

fn tile(layer: &'static str, set: TileMatrixSet, zoom: u8, row: u32, column: u32) -> Question {
    Question::new(layer, Asked::Tile(set, zoom, row, column), String::new())
}

fn with(mut question: Question, change: impl FnOnce(&mut ItemsQuery)) -> Question {
    change(&mut question.query);
    question
}

fn whole(mut question: Question) -> Question {
    question.limit_ns = WHOLE_NS;
    question
}

/// All of them.
pub fn questions() -> Vec<Question> {
    let mut all = folded();
    all.extend(places());
    all.extend(texts());
    all.extend(lists());
    all.extend(others());
    all
}

/// What is the same for every feature is worked out while a filter is read.
fn folded() -> Vec<Question> {
    let items = |filter: String| Question::items("incidents", filter);
    let line = |count: usize, turned: bool| {
        let at = |number: usize| {
            let (a, b) = (number % 2 * 9, number % 89);
            if turned {
                format!("{b} {a}")
            } else {
                format!("{a} {b}")
            }
        };
        format!("LINESTRING({})", joined(",", count.max(2), at))
    };
    let triangles = |count| {
        joined(",", count, |number| {
            let (x, y) = (number % 60 * 3, number / 60);
            format!("(({x} {y},{} {y},{x} {},{x} {y}))", x + 2, y + 1)
        })
    };
    vec![
        whole(items(fitting(|n| {
            format!("distance_m({},{})<1", zigzag(n, "9"), zigzag(n, "8"))
        }))),
        items(format!(
            "distance_m({},{})<1",
            zigzag(28, "9"),
            zigzag(28, "8")
        )),
        items(fitting(|n| {
            format!("within_m({},{},1)", zigzag(n, "9"), zigzag(n, "8"))
        })),
        items(fitting(|n| {
            format!("S_CROSSES({},{})", line(n, false), line(n, true))
        })),
        items(fitting(|n| {
            format!("S_EQUALS({},{})", zigzag(n, "9"), zigzag(n, "8"))
        })),
        items(fitting(|n| {
            format!("S_OVERLAPS({},{})", comb(n), lying_comb(n))
        })),
        items(fitting(|n| {
            format!("S_INTERSECTS(geometry,MULTIPOLYGON({}))", triangles(n))
        })),
        items(nested(40, "(1 = 1)", "(# BETWEEN FALSE AND TRUE)")),
        items(nested(40, "(title = 'a')", "(# IN (TRUE, FALSE))")),
        items(nested(40, "(title = 'a')", "(# IN (TRUE, FALSE))") + " OR fatalities_min > 1"),
        items(nested(45, "title LIKE '%a%'", "NOT (#)")),
        items(nested(8, "title = 'a'", "NOT (# AND (title = 'b' OR #))")),
    ]
}

/// Relations and distances.
#[expect(clippy::too_many_lines, reason = "one line a question")]
fn places() -> Vec<Question> {
    let pole = "LINESTRING(-180 90,180 90)";
    let mut all = vec![
        whole(Question::items(
            "border",
            "distance_m(geometry,BBOX(0,90,180,90))<1",
        )),
        whole(Question::items(
            "border",
            format!("distance_m(geometry,{pole})<0"),
        )),
        Question::items("border", "distance_m(geometry,BBOX(90,-90,-180,-90))<0"),
        Question::items("border", "distance_m(geometry,geometry)>0"),
        Question::items("countries", format!("within_m(geometry,{pole},1)")),
        Question::items(
            "many",
            fitting(|n| format!("S_TOUCHES(geometry,{})", comb(n))),
        ),
        Question::items(
            "many",
            fitting(|n| format!("distance_m(geometry,{})+0<1", zigzag(n, "9"))),
        ),
        Question::items(
            "many",
            fitting(|n| {
                let points = joined(",", n, |at| format!("{} {}", at % 180, at % 80));
                format!("distance_m(geometry,MULTIPOINT({points}))+0<1")
            }),
        ),
        Question::items(
            "many",
            fitting(|n| {
                joined(" OR ", n, |at| {
                    format!("distance_m(geometry,POINT(9 {}))<1", at % 90)
                })
            }),
        ),
        Question::items(
            "many",
            fitting(|n| {
                let points = joined(",", n, |at| format!("{} {}", 30 + at % 30, 20 + at % 20));
                format!("NOT S_OVERLAPS(geometry,MULTIPOINT({points}))")
            }),
        ),
    ];
    for layer in [
        "many",
        "tracks",
        "large",
        "border",
        "countries",
        "provinces",
    ] {
        for relation in [
            "S_TOUCHES",
            "S_CROSSES",
            "S_OVERLAPS",
            "S_WITHIN",
            "S_CONTAINS",
            "S_EQUALS",
            "S_INTERSECTS",
        ] {
            let asked = |shape: &str| format!("{relation}(geometry,{shape})");
            all.push(Question::items(layer, fitting(|n| asked(&comb(n)))));
            all.push(Question::items(layer, asked(&zigzag(27, "33"))));
        }
        all.push(Question::items(
            layer,
            format!("distance_m(geometry,{})<1", zigzag(27, "33.3")),
        ));
    }
    all
}

/// Patterns, folding and search.
fn texts() -> Vec<Question> {
    let many = |filter: String| Question::items("many", filter);
    let any = |conditions: fn(usize) -> String| fitting(move |n| joined(" OR ", n, conditions));
    let search = |terms: String| {
        with(many(String::new()), |query| {
            query.search = Some(TextSearch::parse(&terms).unwrap());
        })
    };
    vec![
        whole(many(format!("summary LIKE '%{}zq%'", "_".repeat(150)))),
        many(format!("summary LIKE '%{}'", "_".repeat(2000))),
        many(format!(
            "summary LIKE '%{}%zzz'",
            "etaoinshrdlu"
                .repeat(8)
                .chars()
                .map(String::from)
                .collect::<Vec<_>>()
                .join("%")
        )),
        many(any(|at| format!("note LIKE '%q{at}z%'"))),
        many(any(|at| format!("summary LIKE '%e%a%{at}z%'"))),
        many(any(|at| format!("title='{at}'"))),
        many(any(|at| format!("CASEI(summary) LIKE '%{at}z'"))),
        many(any(|at| format!("ACCENTI(CASEI(summary))='{at}'"))),
        many(nested(46, "CASEI(ACCENTI(summary))='a'", "(#)")),
        many(nested(40, "summary", "CASEI(#)") + " = 'a'"),
        search(joined(",", 16, |at| {
            format!("zqxj{at:02} bcdefgh klmnop qrstuv")
        })),
        search("zqxzqx".into()),
    ]
}

/// Lists, numbers and depth.
fn lists() -> Vec<Question> {
    let many = |filter: String| Question::items("many", filter);
    let deep = |inner: &str| nested(40, inner, "(#, 0)");
    vec![
        many(fitting(|n| {
            format!("title IN ({})", joined(",", n, |at| format!("'{at}'")))
        })),
        many(fitting(|n| {
            format!("NOT title IN ({})", joined(",", n, |at| format!("'{at}'")))
        })),
        many(fitting(|n| {
            format!(
                "A_OVERLAPS(sources,({}))",
                joined(",", n, |at| at.to_string())
            )
        })),
        many(format!("A_EQUALS({},{})", deep("1"), deep("1"))),
        many(format!("A_EQUALS({},{})", deep("1"), deep("2"))),
        many(format!(
            "{} > 1",
            joined("^", 45, |_| "fatalities_min".into())
        )),
        many(format!(
            "{} > 99999999",
            joined("+", 45, |_| "fatalities_min".into())
        )),
        many(fitting(|n| {
            joined(" AND ", n, |at| format!("fatalities_min + {at} > 0"))
        })),
        many(nested(46, "summary LIKE '%a%'", "(#)")),
        with(many(String::new()), |query| {
            query.ids = Some(
                (0..700)
                    .map(|at| format!("m-{:06}", at * 977 % 300_000).into())
                    .collect(),
            );
        }),
    ]
}

/// Pages, orders, exports, tiles and counts.
fn others() -> Vec<Question> {
    let many = || Question::items("many", "");
    let like = "summary LIKE '%q%z%' OR CASEI(summary) LIKE '%zz%'";
    let sort = |fields: &[usize]| {
        let keys = fields.iter().map(|field| SortKey {
            field: *field,
            descending: field % 2 == 0,
        });
        Some(Sort {
            keys: keys.collect(),
            id_descending: false,
        })
    };
    let mut all = vec![
        with(many(), |query| query.limit = 10_000),
        with(many(), |query| {
            query.limit = 10_000;
            query.near = Some(Near {
                at: LngLat::new(46.0, 35.0).unwrap(),
                radius_m: Some(2e6),
            });
        }),
        with(many(), |query| {
            query.limit = 10_000;
            query.sort = sort(&[1, 0, 5, 7, 6, 13, 11, 3]);
        }),
        Question::new("many", Asked::Export(&geojson::FORMAT), like.into()),
        with(
            Question::new("many", Asked::Export(&csv::FORMAT), String::new()),
            |query| {
                query.sort = sort(&[1, 0]);
            },
        ),
        Question::new("many", Asked::Profile(Interval::Day), String::new()),
        Question::new("many", Asked::Profile(Interval::Year), like.into()),
        Question::new("many", Asked::Compare, like.into()),
        whole(tile("large", WebMercatorQuad, 5, 12, 20)),
        tile("many", WebMercatorQuad, 4, 6, 10),
        tile("many", WorldCrs84Quad, 0, 0, 1),
        tile("tracks", WorldCrs84Quad, 3, 2, 10),
    ];
    for zoom in 0..10 {
        let (row, column) = (49 * (1 << zoom) / 128, 80 * (1 << zoom) / 128);
        all.push(tile("large", WebMercatorQuad, zoom, row, column));
        all.push(tile("tracks", WebMercatorQuad, zoom, row, column));
        all.push(Question::new(
            "many",
            Asked::Tile(WebMercatorQuad, zoom, row, column),
            like.into(),
        ));
    }
    all
}
