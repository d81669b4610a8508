//! What is counted of load, and of what was refused, stopped or dropped because of it.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::atlas::model::budget::Stopped;
use crate::http::server::clients::Clients;
use crate::http::server::turns::Turns;
use crate::http::server::unsent::Unsent;

/// The counters.
#[derive(Clone, Default)]
pub struct Load {
    stopped: Family<StoppedLabels, Counter>,
    limited: Family<LimitedLabels, Counter>,
    busy: Family<BusyLabels, Counter>,
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

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct StoppedLabels {
    why: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct LimitedLabels {
    of: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct BusyLabels {
    why: &'static str,
}

impl Load {
    /// Has the registry list them.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "questions_stopped",
            "Questions that were stopped: over their budget (spent), for what is never begun (refused), or because nobody waited (cancelled)",
            self.stopped.clone(),
        );
        registry.register(
            "clients_limited",
            "Requests refused because one client had taken all that it may (429), by what of",
            self.limited.clone(),
        );
        registry.register(
            "requests_refused",
            "Requests refused because there was no room, or their turn did not come in time (503)",
            self.busy.clone(),
        );
        registry.register(
            "slow_readers_dropped",
            "Connections closed because their client took too little of what waited for it",
            self.slow_readers.clone(),
        );
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register(
            "heavy_turns",
            "Threads for heavy questions and exports",
            self.turns.clone(),
        );
        registry.register(
            "heavy_turns_in_use",
            "Heavy questions and pieces of exports that are worked at",
            self.running.clone(),
        );
        registry.register(
            "heavy_turns_waiting",
            "Heavy questions and pieces of exports that wait for a turn",
            self.waiting.clone(),
        );
        registry.register_with_unit(
            "unsent",
            "Bytes of large answers that are made and not sent yet",
            Unit::Bytes,
            self.unsent.clone(),
        );
        registry.register(
            "clients",
            "Clients that have an account",
            self.clients.clone(),
        );
    }

    /// Counts a question that was stopped.
    pub fn stopped(&self, why: Stopped) {
        let why = match why {
            Stopped::Spent => "spent",
            Stopped::Refused(_) => "refused",
            Stopped::Cancelled | Stopped::Share => "cancelled",
        };
        self.stopped.get_or_create(&StoppedLabels { why }).inc();
    }

    /// Counts a client that had taken all that it may.
    pub fn limited(&self, of: &'static str) {
        self.limited.get_or_create(&LimitedLabels { of }).inc();
    }

    /// Counts a request for which there was no room.
    pub fn busy(&self, why: &'static str) {
        self.busy.get_or_create(&BusyLabels { why }).inc();
    }

    /// Takes down how things stand.
    pub fn observe(&self, turns: &Turns, unsent: &Unsent, clients: &Clients) {
        let set = |gauge: &Gauge, number: usize| {
            gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
        };
        let count = turns.count();
        set(&self.turns, turns.threads());
        set(&self.running, count.running);
        set(&self.waiting, count.waiting);
        set(&self.unsent, unsent.bytes());
        set(&self.clients, clients.len());
    }
}
