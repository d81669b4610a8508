//! What is counted for operators, as Prometheus reads it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::atlas::index::Sizes;
use crate::http::server::load::Load;
use crate::http::server::process;
use crate::live::{LiveAtlas, Standing};

/// Upper bounds of the duration histogram, in seconds. Most answers take microseconds.
const BUCKETS_S: [f64; 11] = [
    50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 10e-3, 50e-3, 250e-3, 1.0, 5.0,
];

/// The counters and the registry that lists them.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter<u64, AtomicU64>>,
    durations: Family<RouteLabels, Histogram>,
    /// Requests being answered.
    pub in_flight: Gauge,
    /// Exports being written.
    pub exports: Gauge,
    revision: Gauge<i64, AtomicI64>,
    features: Family<LayerLabels, Gauge>,
    aside: Family<LayerLabels, Gauge>,
    memory: Family<MemoryLabels, Gauge>,
    resident: Gauge,
    store_lost: Gauge,
    store_read_only: Gauge,
    /// Panics of threads that went on, by the thread's work.
    panics: Family<PanicLabels, Counter<u64, AtomicU64>>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PanicLabels {
    thread: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct MemoryLabels {
    layer: String,
    part: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LayerLabels {
    layer: String,
}

impl Metrics {
    /// Everything at zero. What is counted of load is listed with it.
    pub fn new(load: &Load) -> Self {
        let mut root = Registry::default();
        let resident = Gauge::default();
        if process::resident_bytes().is_some() {
            // Not ours alone: the name that every dashboard knows.
            root.register_with_unit(
                "process_resident_memory",
                "Memory of the process that is in RAM",
                Unit::Bytes,
                resident.clone(),
            );
        }
        let registry = root.sub_registry_with_prefix("bordermap");
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS_S)),
            in_flight: Gauge::default(),
            exports: Gauge::default(),
            revision: Gauge::default(),
            features: Family::default(),
            aside: Family::default(),
            memory: Family::default(),
            resident,
            store_lost: Gauge::default(),
            store_read_only: Gauge::default(),
            panics: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "http_requests",
            "Requests by route, method and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time until the answer began, by route",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests being answered",
            metrics.in_flight.clone(),
        );
        registry.register(
            "exports_running",
            "Exports being written",
            metrics.exports.clone(),
        );
        load.register(registry);
        registry.register(
            "revision",
            "The revision that is served",
            metrics.revision.clone(),
        );
        registry.register(
            "store_lost",
            "1 if the store's file was removed, moved or replaced: what is served was read before",
            metrics.store_lost.clone(),
        );
        registry.register(
            "store_read_only",
            "1 if the store can only be read",
            metrics.store_read_only.clone(),
        );
        registry.register(
            "thread_panics",
            "Panics of threads that went on, by what the thread does",
            metrics.panics.clone(),
        );
        registry.register("features", "Features by layer", metrics.features.clone());
        registry.register(
            "features_set_aside",
            "Features by layer that the store holds and that are not shown: `bordermap check` says why",
            metrics.aside.clone(),
        );
        registry.register_with_unit(
            "layer_memory",
            "Memory of a layer by what for: index (trees), positions (exact), orders (of ids and time), columns, \
             texts (the features' own GeoJSON), text_ends",
            Unit::Bytes,
            metrics.memory.clone(),
        );
        Self {
            registry: root,
            ..metrics
        }
    }

    /// Counts an answered request. `route` is a path of the table, or empty for none of them.
    pub fn answered(&self, route: &'static str, method: &str, status: u16, took: Duration) {
        // A closed list: a client must not be able to make series.
        let method = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
            .into_iter()
            .find(|known| *known == method)
            .unwrap_or("other");
        self.requests
            .get_or_create(&RequestLabels {
                route,
                method,
                status,
            })
            .inc();
        self.durations
            .get_or_create(&RouteLabels { route })
            .observe(took.as_secs_f64());
    }

    /// Counts a panic of a thread that goes on.
    pub fn panicked(&self, thread: &'static str) {
        self.panics.get_or_create(&PanicLabels { thread }).inc();
    }

    fn remember(&self, layer: &str, sizes: Sizes) {
        let parts = [
            ("index", sizes.index),
            ("positions", sizes.positions),
            ("orders", sizes.orders),
            ("columns", sizes.columns),
            ("texts", sizes.texts),
            ("text_ends", sizes.text_ends),
        ];
        for (part, bytes) in parts {
            let layer = layer.to_owned();
            let labels = MemoryLabels { layer, part };
            let gauge = self.memory.get_or_create(&labels);
            gauge.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
    }

    /// All of it in the text format of Prometheus, with what the newest atlas holds, how its store is,
    /// and what the process takes.
    pub fn text(&self, live: &LiveAtlas) -> String {
        let atlas = live.snapshot();
        for (thread, count) in live.panics() {
            let counter = self.panics.get_or_create(&PanicLabels { thread });
            counter.inner().store(count, Ordering::Relaxed);
        }
        let standing = live.store().standing();
        self.store_lost
            .set(i64::from(matches!(standing, Standing::Lost(_))));
        self.store_read_only
            .set(i64::from(matches!(standing, Standing::ReadOnly(_))));
        if let Some(bytes) = process::resident_bytes() {
            self.resident.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
        self.revision
            .set(i64::try_from(atlas.revision().number).unwrap_or(i64::MAX));
        for layer in atlas.layers() {
            let labels = LayerLabels {
                layer: layer.schema().id.to_string(),
            };
            self.features
                .get_or_create(&labels)
                .set(i64::try_from(layer.len()).unwrap_or(i64::MAX));
            let aside = atlas.aside().count(&labels.layer);
            self.aside
                .get_or_create(&labels)
                .set(i64::try_from(aside).unwrap_or(i64::MAX));
            self.remember(&labels.layer, layer.sizes());
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
