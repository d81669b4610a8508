//! What is counted for operators, as Prometheus reads it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::atlas::index::Sizes;
use crate::http::server::load::{Labelled, Load, bytes, listed, set};
use crate::http::server::process;
use crate::live::{LiveAtlas, Standing};

/// Upper bounds of the duration histogram, in seconds. Most answers take microseconds.
const BUCKETS_S: [f64; 11] = [
    50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 10e-3, 50e-3, 250e-3, 1.0, 5.0,
];

fn histogram() -> Histogram {
    Histogram::new(BUCKETS_S)
}

/// The counters and the registry that lists them.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Labelled<Histogram>,
    /// Requests being answered.
    pub in_flight: Gauge,
    /// Exports being written.
    pub exports: Gauge,
    /// What is counted of load.
    pub load: Load,
    revision: Gauge,
    features: Family<[(&'static str, String); 1], Gauge>,
    aside: Family<[(&'static str, String); 1], Gauge>,
    memory: Family<[(&'static str, String); 2], Gauge>,
    resident: Gauge,
    store_lost: Gauge,
    store_read_only: Gauge,
    /// Panics of threads that went on, by the thread's work.
    panics: Labelled,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

impl Metrics {
    /// Everything at zero.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let resident = if process::resident_bytes().is_some() {
            // Not ours alone: the name that every dashboard knows.
            let help = "Memory of the process that is in RAM";
            bytes(&mut registry, "process_resident_memory", help)
        } else {
            Gauge::default()
        };
        let all = registry.sub_registry_with_prefix("bordermap");
        let requests = listed(all, "http_requests", "Requests by route, method and status");
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        all.register_with_unit(
            "http_request_duration",
            "Time until the answer began, by route",
            Unit::Seconds,
            durations.clone(),
        );
        Self {
            requests,
            durations,
            in_flight: listed(all, "http_requests_in_flight", "Requests being answered"),
            exports: listed(all, "exports_running", "Exports being written"),
            load: Load::new(all),
            revision: listed(all, "revision", "The revision that is served"),
            store_lost: listed(
                all,
                "store_lost",
                "1 if the store's file was removed, moved or replaced: what is served was read before",
            ),
            store_read_only: listed(all, "store_read_only", "1 if the store can only be read"),
            panics: listed(
                all,
                "thread_panics",
                "Panics of threads that went on, by what the thread does",
            ),
            features: listed(all, "features", "Features by layer"),
            aside: listed(
                all,
                "features_set_aside",
                "Features by layer that the store holds and that are not shown: `bordermap check` says why",
            ),
            memory: bytes(
                all,
                "layer_memory",
                "Memory of a layer by what for: index (trees), positions (exact), orders (of ids and time), columns, \
                 texts (the features' own GeoJSON), text_ends",
            ),
            resident,
            registry,
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
            .get_or_create(&[("route", route)])
            .observe(took.as_secs_f64());
    }

    /// Counts a panic of a thread that goes on.
    pub fn panicked(&self, thread: &'static str) {
        self.panics.get_or_create(&[("thread", thread)]).inc();
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
            let labels = [("layer", layer.to_owned()), ("part", part.to_owned())];
            set(&self.memory.get_or_create(&labels), bytes);
        }
    }

    /// All of it in the text format of Prometheus, with what the newest atlas holds, how its store is,
    /// and what the process takes.
    pub fn text(&self, live: &LiveAtlas) -> String {
        let atlas = live.snapshot();
        for (thread, count) in live.panics() {
            let counter = self.panics.get_or_create(&[("thread", thread)]);
            counter.inner().store(count, Ordering::Relaxed);
        }
        let standing = live.store().standing();
        self.store_lost
            .set(i64::from(matches!(standing, Standing::Lost(_))));
        self.store_read_only
            .set(i64::from(matches!(standing, Standing::ReadOnly(_))));
        if let Some(bytes) = process::resident_bytes() {
            set(&self.resident, bytes);
        }
        set(&self.revision, atlas.revision().number);
        for layer in atlas.layers() {
            let id = layer.schema().id.to_string();
            self.remember(&id, layer.sizes());
            let aside = atlas.aside().count(&id);
            let labels = [("layer", id)];
            set(&self.features.get_or_create(&labels), layer.len());
            set(&self.aside.get_or_create(&labels), aside);
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
