//! Whoever writes a file looks at the budget often, also after its last feature.

use std::cell::Cell;
use std::sync::Arc;

use bordermap::atlas::layer::Layer;
use bordermap::atlas::model::budget::{Budget, Stopped};
use bordermap::atlas::model::feature::Feature;
use bordermap::atlas::model::schema::Value;
use bordermap::atlas::query::question::ItemsQuery;
use bordermap::format::collection::CollectionHead;
use bordermap::format::cql2::{self, FilterEncoding};
use bordermap::format::export::Export;
use bordermap::format::file::FileFormat;
use bordermap::format::view::View;
use bordermap::format::writer::ExportOptions;
use bordermap::format::{FORMATS, geojson};
use geo::{LineString, Point};
use rustix::time::{ClockId, clock_gettime};
use tempfile::NamedTempFile;

use crate::support::things;

/// Features of the layer.
const FEATURES: u32 = 59_999;
/// The most of a processor that an unoptimized build may take between two looks.
const BETWEEN_LOOKS_NS: u64 = 30_000_000;

thread_local! {
    static LOOKS: Cell<Looks> = const { Cell::new(Looks { last_ns: 0, longest_ns: 0, left: 0 }) };
    static CANCELLED: Cell<Option<Budget>> = const { Cell::new(None) };
}

/// What the clock saw.
#[derive(Clone, Copy)]
struct Looks {
    last_ns: u64,
    longest_ns: u64,
    /// How many more there are before the budget is cancelled.
    left: u64,
}

/// The processor's time of this thread; it is looked at by looks alone.
fn clock() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let now_ns = time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned();
    let mut looks = LOOKS.get();
    if looks.last_ns > 0 {
        looks.longest_ns = looks.longest_ns.max(now_ns - looks.last_ns);
    }
    looks.last_ns = now_ns;
    looks.left = looks.left.saturating_sub(1);
    if looks.left == 0
        && let Some(budget) = CANCELLED.take()
    {
        budget.cancel();
    }
    LOOKS.set(looks);
    now_ns
}

/// Points in no order, and a line after every nine.
fn layer() -> Arc<Layer> {
    let schema = things::schema(("date", None), &[("name", "string"), ("date", "date")]);
    let mut state = 1_u32;
    let mut share = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24)
    };
    let changes = (0..FEATURES).map(|number| {
        let at = (44.0 + 4.0 * share(), 30.0 + 7.0 * share());
        let geometry = match number % 10 {
            0 => LineString::from(vec![at, (at.0 + 0.1, at.1)]).into(),
            _ => Point::from(at).into(),
        };
        let feature = Feature {
            id: format!("f-{number}").into(),
            geometry: Some(geometry),
            values: [
                Value::Text(format!("a name of {number}").into()),
                Value::Text("2024-05-06".into()),
            ]
            .into(),
        };
        (feature.id.clone(), Some(feature))
    });
    Arc::new(Layer::new(schema).with(changes.collect()))
}

fn export(layer: &Arc<Layer>, form: &'static FileFormat) -> Export {
    export_of(layer, form, ItemsQuery::default())
}

fn export_of(layer: &Arc<Layer>, form: &'static FileFormat, query: ItemsQuery) -> Export {
    let options = ExportOptions {
        layer,
        has_distance: false,
        head: &CollectionHead::default(),
        view: &View::default(),
        scratch: Some(NamedTempFile::new().unwrap()),
    };
    let writer = form.writer(options).unwrap();
    Export::new(Arc::clone(layer), query, u64::MAX, writer)
}

/// Writes until the end, or until so many looks were taken; what was seen, and whether it came to an
/// end.
fn written(mut export: Export, looks: u64) -> (Looks, Result<(), Stopped>) {
    under_a_budget(looks, || while export.piece().unwrap().is_some() {})
}

/// Does work under a budget that is cancelled after so many looks.
fn under_a_budget(looks: u64, work: impl FnOnce()) -> (Looks, Result<(), Stopped>) {
    let budget = Budget::new(u64::MAX);
    LOOKS.set(Looks {
        last_ns: 0,
        longest_ns: 0,
        left: looks,
    });
    CANCELLED.set(Some(budget.clone()));
    let ended = budget.run(clock, u64::MAX, work);
    (LOOKS.get(), ended)
}

#[test]
fn no_form_is_written_for_long_without_a_look() {
    let layer = layer();
    for form in FORMATS {
        let (seen, ended) = written(export(&layer, form), u64::MAX);
        assert_eq!(ended, Ok(()), "{form:?}");
        let longest_ns = seen.longest_ns;
        assert!(longest_ns < BETWEEN_LOOKS_NS, "{form:?}: {longest_ns} ns");
        // Whoever hangs up in the middle of it, or just before it is whole, ends it.
        let looks = u64::MAX - seen.left;
        for at in [looks / 2, looks - 2] {
            assert_eq!(
                written(export(&layer, form), at).1,
                Err(Stopped::Cancelled),
                "{form:?}: look {at} of {looks}"
            );
        }
    }
}

/// A filter is not asked anew for every few features that are written.
#[test]
fn an_export_looks_through_the_layer_once() {
    let layer = layer();
    let filter = "name LIKE '%a%n%a%m%e%'";
    let filter = cql2::read(FilterEncoding::Text, filter, layer.schema()).unwrap();
    let query = ItemsQuery::default().filtered(filter.into(), layer.schema());
    let looks = |ended: (Looks, Result<(), Stopped>)| {
        assert_eq!(ended.1, Ok(()));
        u64::MAX - ended.0.left
    };
    let of_all = looks(written(export(&layer, &geojson::LINES), u64::MAX));
    let of_filtered = export_of(&layer, &geojson::LINES, query.clone());
    let of_filtered = looks(written(of_filtered, u64::MAX));
    let of_count = looks(under_a_budget(u64::MAX, || {
        assert_eq!(layer.count(&query).0, u64::from(FEATURES));
    }));
    let times = of_filtered.saturating_sub(of_all) / of_count;
    assert!(times <= 1, "{times}: {of_all}, {of_filtered}, {of_count}");
}
