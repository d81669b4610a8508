//! Who asks, and how much of the service one of them may take: of processors by what questions cost, not
//! by how many they are, and of connections, questions that wait, exports and bytes a share.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::http::server::options::Limits;

/// Clients that are known at the same time.
const CLIENTS_MAX: usize = 16_384;
/// How many are looked at to find one who can be forgotten when the table is full.
const LOOKS: usize = 32;
/// How long a client may save up for what it may use at once.
const SAVED_S: u64 = 60;
/// What a byte that is sent costs beside the question, in nanoseconds.
const NS_A_BYTE: u64 = 1;

/// Who asks, as far as an address tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A program on this machine, not a proxy: nobody whom limits could hold off.
    Local,
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address: one network, which can have any address of its own.
    V6(u64),
    /// All those whom the table has no room for, because those in it ask or owe.
    Others,
}

impl From<IpAddr> for Who {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

/// What a client has a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Open connections.
    Connections,
    /// Questions that wait for a turn or have it.
    Questions,
    /// Exports under way.
    Exports,
    /// Bytes of large answers that are not sent yet.
    UnsentBytes,
}

/// All clients that are known.
pub struct Clients {
    rules: Rules,
    table: Mutex<Table>,
    local: Arc<Client>,
    others: Arc<Client>,
}

#[derive(Default)]
struct Table {
    /// Where in the list of clients each is.
    places: HashMap<Who, usize>,
    clients: Vec<Arc<Client>>,
    /// Who of them is looked at next when room is sought.
    hand: usize,
}

/// How much one client may take.
#[derive(Clone, Copy, Debug)]
struct Rules {
    /// Nanoseconds of a processor in a second; 0 for as much as there is.
    rate_ns: u64,
    /// By [`Shared`].
    shares: [usize; 4],
}

/// One client.
pub struct Client {
    /// Who it is.
    pub who: Who,
    rules: Rules,
    account: Mutex<Account>,
    taken: [AtomicUsize; 4],
}

/// What a client may use at once, as it stands at a moment.
struct Account {
    /// Below 0: what was used ahead.
    balance_ns: i64,
    at: Instant,
}

/// A client has taken all that it may; in how many seconds it may take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    /// In seconds, at least one.
    pub retry_after_s: u64,
}

/// A part of what a client has a share of; given back when it is dropped.
pub struct Share {
    client: Arc<Client>,
    of: Shared,
    amount: usize,
}

impl Clients {
    /// Nobody yet.
    pub fn new(limits: &Limits) -> Self {
        let rules = Rules {
            rate_ns: limits.client_cpu_ms_per_s.saturating_mul(1_000_000),
            shares: [
                limits.client_connections_max,
                limits.client_questions_max,
                limits.client_exports_max,
                limits.client_unsent_bytes_max,
            ],
        };
        Self {
            rules,
            table: Mutex::default(),
            local: Arc::new(Client::new(Who::Local, rules)),
            others: Arc::new(Client::new(Who::Others, rules)),
        }
    }

    /// The client of an identity.
    pub fn of(&self, who: Who) -> Arc<Client> {
        if who == Who::Local {
            return Arc::clone(&self.local);
        }
        let mut table = self.table();
        if let Some(place) = table.places.get(&who) {
            return Arc::clone(&table.clients[*place]);
        }
        let new = || Arc::new(Client::new(who, self.rules));
        if table.clients.len() < CLIENTS_MAX {
            return table.add(new());
        }
        match table.dispensable() {
            Some(place) => table.replace(place, new()),
            None => Arc::clone(&self.others),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many are known.
    pub(crate) fn len(&self) -> usize {
        self.table().clients.len()
    }
}

impl Table {
    fn add(&mut self, client: Arc<Client>) -> Arc<Client> {
        self.places.insert(client.who, self.clients.len());
        self.clients.push(Arc::clone(&client));
        client
    }

    fn replace(&mut self, place: usize, client: Arc<Client>) -> Arc<Client> {
        self.places.remove(&self.clients[place].who);
        self.places.insert(client.who, place);
        self.clients[place] = Arc::clone(&client);
        client
    }

    /// Who of the next few has the least to lose by being forgotten: nothing asked, nothing owed, and the
    /// fullest account. Those who have used up their own are not among them, however many come.
    fn dispensable(&mut self) -> Option<usize> {
        let now = Instant::now();
        let next = (0..LOOKS).map(|step| (self.hand + step) % self.clients.len());
        let balances = next.filter_map(|place| {
            let client = &self.clients[place];
            let is_idle = Arc::strong_count(client) == 1;
            let balance_ns = client.balance_ns(now);
            (is_idle && balance_ns >= 0).then_some((balance_ns, place))
        });
        let found = balances.max_by_key(|(balance_ns, _)| *balance_ns);
        self.hand = (self.hand + LOOKS) % self.clients.len();
        found.map(|(_, place)| place)
    }
}

impl Client {
    fn new(who: Who, rules: Rules) -> Self {
        let account = Account {
            balance_ns: rules.saved_ns(),
            at: Instant::now(),
        };
        Self {
            who,
            rules,
            account: Mutex::new(account),
            taken: Default::default(),
        }
    }

    /// Whether nothing holds for it.
    fn is_exempt(&self) -> bool {
        self.who == Who::Local
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it may use at once; below 0, what it has used ahead.
    fn balance_ns(&self, now: Instant) -> i64 {
        self.rules.refilled_ns(&self.account(), now)
    }

    /// Whether it may ask. A light question is still answered when what it saved for heavy ones is
    /// used up, until it has used as much again: among many people behind one address, one who asks
    /// for too much does not take the map from the others at once.
    ///
    /// # Errors
    /// When it may ask again.
    pub fn may_ask(&self, is_heavy: bool) -> Result<(), Limited> {
        if self.is_exempt() || self.rules.rate_ns == 0 {
            return Ok(());
        }
        let floor_ns = if is_heavy { 0 } else { -self.rules.saved_ns() };
        let balance_ns = self.balance_ns(Instant::now());
        if balance_ns >= floor_ns {
            return Ok(());
        }
        let lacking_ns = floor_ns.abs_diff(balance_ns);
        Err(Limited {
            retry_after_s: lacking_ns.div_ceil(self.rules.rate_ns).max(1),
        })
    }

    /// Has it pay for what it was answered.
    pub fn pay(&self, cpu_ns: u64, bytes: u64) {
        if self.is_exempt() || self.rules.rate_ns == 0 {
            return;
        }
        let price_ns = cpu_ns.saturating_add(bytes.saturating_mul(NS_A_BYTE));
        let now = Instant::now();
        let mut account = self.account();
        account.balance_ns = self
            .rules
            .refilled_ns(&account, now)
            .saturating_sub_unsigned(price_ns);
        account.at = now;
    }

    /// Takes a part of what it has a share of; `None` if that would be more than its share.
    pub fn take(self: &Arc<Self>, of: Shared, amount: usize) -> Option<Share> {
        let taken = &self.taken[of as usize];
        let before = taken.fetch_add(amount, Ordering::Relaxed);
        // What is larger than a share by itself is given to whoever has nothing else.
        if !self.is_exempt()
            && before.saturating_add(amount) > self.rules.shares[of as usize]
            && (before > 0 || of != Shared::UnsentBytes)
        {
            taken.fetch_sub(amount, Ordering::Relaxed);
            return None;
        }
        Some(Share {
            client: Arc::clone(self),
            of,
            amount,
        })
    }
}

impl Rules {
    /// The most that is saved up.
    fn saved_ns(&self) -> i64 {
        i64::try_from(self.rate_ns.saturating_mul(SAVED_S)).unwrap_or(i64::MAX)
    }

    fn refilled_ns(&self, account: &Account, now: Instant) -> i64 {
        let us = now.saturating_duration_since(account.at).as_micros();
        let us = u64::try_from(us).unwrap_or(u64::MAX);
        let more_ns = us.saturating_mul(self.rate_ns / 1_000_000);
        account
            .balance_ns
            .saturating_add_unsigned(more_ns)
            .min(self.saved_ns())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.client.taken[self.of as usize].fetch_sub(self.amount, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Clients {
        Clients::new(&Limits {
            client_cpu_ms_per_s: 500,
            client_questions_max: 2,
            client_unsent_bytes_max: 100,
            ..Limits::default()
        })
    }

    fn who(address: &str) -> Who {
        Who::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_network_is_one_client() {
        assert_eq!(who("2001:db8:1:2::1"), who("2001:db8:1:2:ffff::9"));
        assert_ne!(who("2001:db8:1:2::1"), who("2001:db8:1:3::1"));
        assert_eq!(who("::ffff:192.0.2.1"), who("192.0.2.1"));
        assert_ne!(who("192.0.2.1"), who("192.0.2.2"));
    }

    #[test]
    fn whoever_has_used_much_waits_with_heavy_questions_first() {
        let clients = clients();
        let client = clients.of(who("192.0.2.1"));
        assert_eq!(client.may_ask(true), Ok(()));
        client.pay(40_000_000_000, 0);
        let Err(limited) = client.may_ask(true) else {
            panic!("it has used ten seconds ahead");
        };
        assert!((19..=20).contains(&limited.retry_after_s), "{limited:?}");
        assert_eq!(client.may_ask(false), Ok(()));
        client.pay(0, 30_000_000_000);
        assert!(client.may_ask(false).is_err());
        assert_eq!(clients.of(who("192.0.2.2")).may_ask(true), Ok(()));
        let local = clients.of(Who::Local);
        local.pay(1 << 60, 1 << 60);
        assert_eq!(local.may_ask(true), Ok(()));
    }

    #[test]
    fn a_share_is_given_back() {
        let clients = clients();
        let client = clients.of(who("192.0.2.1"));
        let take = || client.take(Shared::Questions, 1);
        let first = take().unwrap();
        let _second = take().unwrap();
        assert!(take().is_none());
        drop(first);
        assert!(take().is_some());
        let large = client.take(Shared::UnsentBytes, 1000).unwrap();
        assert!(client.take(Shared::UnsentBytes, 1).is_none());
        drop(large);
        assert!(client.take(Shared::UnsentBytes, 1).is_some());
    }

    #[test]
    fn the_table_is_bounded() {
        let clients = clients();
        let mut asking = Vec::new();
        for number in 0..u32::try_from(CLIENTS_MAX).unwrap() + 10 {
            asking.push(clients.of(Who::V4(Ipv4Addr::from_bits(number))));
        }
        assert_eq!(clients.len(), CLIENTS_MAX);
        assert_eq!(asking.last().map(|client| client.who), Some(Who::Others));
    }

    #[test]
    fn a_stranger_at_a_full_table_has_an_account_of_its_own() {
        let clients = clients();
        let number = |number: usize| Who::V4(Ipv4Addr::from_bits(u32::try_from(number).unwrap()));
        let asking = clients.of(number(0));
        let has_used_all = number(1);
        clients.of(has_used_all).pay(3_600_000_000_000, 0);
        for other in 2..CLIENTS_MAX {
            clients.of(number(other)).pay(1_000_000_000, 0);
        }
        // More than once round.
        for stranger in CLIENTS_MAX..3 * CLIENTS_MAX {
            let stranger = number(stranger);
            let client = clients.of(stranger);
            assert_eq!(client.who, stranger);
            client.pay(1_000_000_000, 0);
        }
        assert_eq!(clients.len(), CLIENTS_MAX);
        assert!(clients.of(has_used_all).may_ask(true).is_err());
        assert!(Arc::ptr_eq(&asking, &clients.of(number(0))));
    }
}
