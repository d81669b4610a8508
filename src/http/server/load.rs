//! What is counted of load, and of what was refused, stopped or dropped because of it.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry, Unit};

use crate::atlas::model::budget::Stopped;
use crate::http::server::clients::Clients;
use crate::http::server::turns::Turns;
use crate::http::server::unsent::Unsent;

/// Counters that one label tells apart: its name and its value.
pub type Labelled<M = Counter> = Family<[(&'static str, &'static str); 1], M>;

/// A metric at zero that the registry lists.
pub fn listed<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

/// The same of bytes.
pub fn bytes<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register_with_unit(name, help, Unit::Bytes, metric.clone());
    metric
}

/// Sets a gauge to what was counted.
pub fn set(gauge: &Gauge, number: impl TryInto<i64>) {
    gauge.set(number.try_into().unwrap_or(i64::MAX));
}

/// The counters.
pub struct Load {
    stopped: Labelled,
    limited: Labelled,
    busy: Labelled,
    /// Connections that were closed because their client took too little.
    pub slow_readers: Counter,
    /// Open connections.
    pub connections: Gauge,
    turns: Gauge,
    running: Gauge,
    waiting: Gauge,
    unsent: Gauge,
    clients: Gauge,
}

impl Load {
    /// Everything at zero, listed by the registry.
    pub fn new(all: &mut Registry) -> Self {
        Self {
            stopped: listed(
                all,
                "questions_stopped",
                "Questions that were stopped: over their budget (spent), for what is never begun (refused), or because nobody waited (cancelled)",
            ),
            limited: listed(
                all,
                "clients_limited",
                "Requests refused because one client had taken all that it may (429), by what of",
            ),
            busy: listed(
                all,
                "requests_refused",
                "Requests refused because there was no room, or their turn did not come in time (503)",
            ),
            slow_readers: listed(
                all,
                "slow_readers_dropped",
                "Connections closed because their client took too little of what waited for it",
            ),
            connections: listed(all, "connections", "Open connections"),
            turns: listed(
                all,
                "heavy_turns",
                "Threads for heavy questions and exports",
            ),
            running: listed(
                all,
                "heavy_turns_in_use",
                "Heavy questions and pieces of exports that are worked at",
            ),
            waiting: listed(
                all,
                "heavy_turns_waiting",
                "Heavy questions and pieces of exports that wait for a turn",
            ),
            unsent: bytes(
                all,
                "unsent",
                "Bytes of large answers that are made and not sent yet",
            ),
            clients: listed(all, "clients", "Clients that have an account"),
        }
    }

    /// Counts a question that was stopped.
    pub fn stopped(&self, why: Stopped) {
        let why = match why {
            Stopped::Spent => "spent",
            Stopped::Refused(_) => "refused",
            Stopped::Cancelled | Stopped::Share => "cancelled",
        };
        self.stopped.get_or_create(&[("why", why)]).inc();
    }

    /// Counts a client that had taken all that it may.
    pub fn limited(&self, of: &'static str) {
        self.limited.get_or_create(&[("of", of)]).inc();
    }

    /// Counts a request for which there was no room.
    pub fn busy(&self, why: &'static str) {
        self.busy.get_or_create(&[("why", why)]).inc();
    }

    /// Takes down how things stand.
    pub fn observe(&self, turns: &Turns, unsent: &Unsent, clients: &Clients) {
        let count = turns.count();
        set(&self.turns, turns.threads());
        set(&self.running, count.running);
        set(&self.waiting, count.waiting);
        set(&self.unsent, unsent.bytes());
        set(&self.clients, clients.len());
    }
}
