//! SIGINT, SIGTERM and SIGHUP (the terminal was closed), from the first moment of the program on. The first one interrupts what is done with
//! the store, closes it and lets the command return; if that is held up by something else, such as a
//! reader who does not read, the program ends without it. Only the server, once it listens, ends in its
//! own way; a second signal ends that too at once.

use std::io::{self, Cursor, Read};
use std::process;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::commands::say;
use crate::fresh;
use crate::store::sqlite::SqliteStore;
use crate::store::{Interrupt, Store, StoreError};

/// How long a command has to return once its store is closed.
const PATIENCE: Duration = Duration::from_secs(1);
/// A signal that comes so much later than the first ends the program at once. Some who start programs
/// pass on what the terminal has sent already, so that it comes twice.
const AGAIN: Duration = Duration::from_millis(500);

/// How often who waits for something else looks whether the word has come.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// What is read from a pipe at once.
const AWAITED_BYTES: usize = 1 << 16;

/// A signal that ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndSignal {
    /// SIGINT
    Interrupt,
    /// SIGTERM
    Terminate,
    /// SIGHUP
    HangUp,
}

impl EndSignal {
    /// The exit code by which shells know it.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::HangUp => 129,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        }
    }
}

/// What is given to everything that is done with a store.
static INTERRUPT: LazyLock<Interrupt> = LazyLock::new(Interrupt::default);
/// The stores that are open. Held while one is being opened.
static STORES: Mutex<Vec<Weak<SqliteStore>>> = Mutex::new(Vec::new());
static STATE: Mutex<State> = Mutex::new(State {
    told: None,
    server: None,
    is_closed: false,
    is_past_return: false,
    has_returned: false,
});
static CHANGED: Condvar = Condvar::new();

#[derive(Debug)]
struct State {
    told: Option<EndSignal>,
    /// Who ends in its own way, and is told so.
    server: Option<watch::Sender<bool>>,
    /// The stores are closed, after the word.
    is_closed: bool,
    /// What the command does now must be finished.
    is_past_return: bool,
    /// The command has returned.
    has_returned: bool,
}

/// Listens for the signals from here on, on a thread of its own.
pub(super) fn listen() -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let within = runtime.enter();
    let terminate = signal(SignalKind::terminate())?;
    let interrupt = signal(SignalKind::interrupt())?;
    // Who started it with nohup wants it to outlive the terminal.
    let hang_up = heeds_hang_up()
        .then(|| signal(SignalKind::hangup()))
        .transpose()?;
    drop(within);
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || runtime.block_on(hear(terminate, interrupt, hang_up)))?;
    Ok(())
}

/// Whether SIGHUP would do anything: listening for it would undo that it is ignored. Where the system does
/// not tell, it does what it would without us.
fn heeds_hang_up() -> bool {
    const SIGHUP_BIT: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & SIGHUP_BIT == 0)
}

async fn hear(mut terminate: Signal, mut interrupt: Signal, mut hang_up: Option<Signal>) {
    let mut first: Option<Instant> = None;
    loop {
        let hung_up = async {
            match &mut hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        let told = tokio::select! {
            _ = terminate.recv() => EndSignal::Terminate,
            _ = interrupt.recv() => EndSignal::Interrupt,
            _ = hung_up => EndSignal::HangUp,
        };
        let mut state = state();
        match first {
            None if state.server.is_some() => {
                first = Some(Instant::now());
                if let Some(server) = &state.server {
                    server.send_replace(true);
                }
            }
            None => {
                first = Some(Instant::now());
                state.told = Some(told);
                INTERRUPT.ask();
                drop(state);
                let closing = thread::Builder::new().name("end".into());
                if closing.spawn(move || end(told)).is_err() {
                    end(told);
                }
            }
            Some(first) if first.elapsed() >= AGAIN => {
                say::note(format_args!(
                    "ended at once by a second signal, {}; the store is whole, its log stays beside it until \
                     the next start",
                    told.name()
                ));
                process::exit(told.exit_code().into());
            }
            Some(_) => {}
        }
    }
}

/// Closes the stores, waits a little for the command to return, and ends the program if it does not.
fn end(told: EndSignal) {
    // Whoever opens one is waited for.
    for store in stores().iter().filter_map(Weak::upgrade) {
        store.close();
    }
    let mut now = state();
    now.is_closed = true;
    CHANGED.notify_all();
    let until = Instant::now() + PATIENCE;
    while !now.has_returned {
        let left = until.saturating_duration_since(Instant::now());
        if now.is_past_return {
            now = CHANGED.wait(now).unwrap_or_else(PoisonError::into_inner);
        } else if left.is_zero() {
            break;
        } else {
            let waited = CHANGED.wait_timeout(now, left);
            now = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
    // From here on no command passes a point of no return.
    if !now.has_returned {
        fresh::remove_mine();
        say::note(format_args!("ended by {}", told.name()));
        process::exit(told.exit_code().into());
    }
}

/// Opens a store that is closed when the word to end comes.
pub(super) fn open(
    open: impl FnOnce(&Interrupt) -> Result<SqliteStore, StoreError>,
) -> Result<Arc<SqliteStore>, StoreError> {
    let mut stores = stores();
    let store = Arc::new(open(&INTERRUPT)?);
    stores.retain(|store| store.strong_count() > 0);
    stores.push(Arc::downgrade(&store));
    Ok(store)
}

/// Has the signals go to the server from here on: it becomes true with the first one. None if the word to
/// end has come already.
pub(super) fn hand_over() -> Option<watch::Receiver<bool>> {
    let mut state = state();
    if state.told.is_some() {
        return None;
    }
    let (server, told) = watch::channel(false);
    state.server = Some(server);
    Some(told)
}

/// Whether the command may pass a point of no return, after which it is waited for however long it takes:
/// not if the word to end has come.
pub(super) fn may_pass() -> bool {
    let mut state = state();
    state.is_past_return = state.told.is_none();
    state.is_past_return
}

/// Fails if the word to end has come.
pub(super) fn look() -> io::Result<()> {
    if INTERRUPT.is_asked() {
        return Err(io::Error::other("it was interrupted"));
    }
    Ok(())
}

/// The command has returned. If the word to end has come, all is closed when this returns: which it was.
pub(super) fn returned() -> Option<EndSignal> {
    let mut state = state();
    state.has_returned = true;
    CHANGED.notify_all();
    let told = state.told?;
    while !state.is_closed {
        state = CHANGED.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    fresh::remove_mine();
    Some(told)
}

/// What is read until the word to end comes.
pub(super) struct Heeding<R>(pub(super) R);

impl<R: Read> Read for Heeding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        look()?;
        self.0.read(into)
    }
}

/// What comes when it pleases, such as from a pipe: read by a thread of its own, which ends with the
/// program, so that the word is heeded while nothing comes.
pub(super) struct Awaited {
    come: Receiver<io::Result<Vec<u8>>>,
    read: Cursor<Vec<u8>>,
}

impl Awaited {
    pub(super) fn of(mut from: impl Read + Send + 'static) -> io::Result<Self> {
        let (give, come) = mpsc::sync_channel(1);
        let work = move || {
            let mut bytes = vec![0; AWAITED_BYTES];
            loop {
                let read = match from.read(&mut bytes) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    read => read.map(|read| bytes[..read].to_vec()),
                };
                let is_last = read.as_ref().map_or(true, Vec::is_empty);
                if give.send(read).is_err() || is_last {
                    break;
                }
            }
        };
        thread::Builder::new().name("pipe".into()).spawn(work)?;
        Ok(Self {
            come,
            read: Cursor::default(),
        })
    }
}

impl Read for Awaited {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.read.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            look()?;
            match self.come.recv_timeout(LOOK_EVERY) {
                Ok(come) => self.read = Cursor::new(come?),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stores() -> MutexGuard<'static, Vec<Weak<SqliteStore>>> {
    STORES.lock().unwrap_or_else(PoisonError::into_inner)
}
