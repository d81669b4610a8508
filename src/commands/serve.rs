//! `bordermap serve`: the map and the API.

use std::future::Future;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

use crate::commands::{ending, known, listen, say, servers};
use crate::config::ServeArgs;
use crate::http;
use crate::http::server::process;
use crate::http::server::serve::{Service, serve_health};
use crate::live::LiveAtlas;
use crate::store::sqlite::SqliteStore;

/// How much longer than what runs may take the end itself may take.
const GRACE_TO_END: Duration = Duration::from_secs(1);
/// What takes longer to end than this is said to.
const END_AT_ONCE: Duration = Duration::from_secs(1);
/// How long the store may take to be closed, however late it is.
const CLOSING_MIN: Duration = Duration::from_millis(500);

/// Serves until it is told to stop.
pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    begin_log(args)?;
    // The addresses first: with a port in use nothing should be made or seeded.
    let listeners = listen::bind(&args.listen, "--listen", &[])?;
    let health = args.health_listen.as_ref();
    let health = health.map(|listen| listen::bind(listen, "--health-listen", &listeners));
    let health = health.transpose()?;
    let path = args.store.path();
    let is_new = !SqliteStore::is_there(path);
    let live = known::open_to_stay(path)?;
    live.follow_in_background()?;
    let addresses = listen::addresses(&listeners)?;
    let [listen, others @ ..] = &*addresses else {
        bail!("{} means no address", args.listen);
    };
    let options = args.http_options(*listen, others, process::descriptors());
    let grace = Duration::from_secs(options.limits.shutdown_timeout_s);
    let service = http::service(LiveAtlas::clone(&live), options);
    // Signals and the operators' own address have a thread of their own: whatever the others are at,
    // health is answered and the end comes.
    let workers = runtime::Builder::new_multi_thread().enable_all().build()?;
    let control = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut announced = None;
    let ends_by = control.block_on(async {
        // Before anybody is told that it runs, and may tell it to stop.
        let Some(told_to_end) = ending::hand_over() else {
            bail!("it was not listening yet");
        };
        tell_where(args, *listen, others, is_new);
        announced = servers::announce(&address(args, *listen), path);
        let (stop, stopped) = watch::channel(());
        let serving = workers.spawn(serve(listeners, service.clone(), told(stopped.clone())));
        if let Some(health) = health {
            for address in listen::addresses(&health)? {
                say::note(format_args!("health and metrics are on http://{address}/"));
            }
            let health = listen::of_runtime(health)?;
            tokio::spawn(serve_health(health, service, told(stopped)));
        }
        until_the_end(serving, told_to_end, stop, grace).await
    });
    drop(announced);
    // What still runs has its atlas, needs no store, and ends with the process.
    let now = Instant::now();
    let left = ends_by.as_ref().map_or(grace, |by| by.duration_since(now));
    if !is_done_within(left.max(CLOSING_MIN), move || drop(live)) {
        tracing::warn!("the store was not closed in time; the next start takes in its log");
    }
    workers.shutdown_background();
    control.shutdown_background();
    ends_by.map(drop)
}

/// Begins to log, with the filter that is asked for.
fn begin_log(args: &ServeArgs) -> anyhow::Result<()> {
    let wanted = args.log_filter();
    let filter =
        EnvFilter::try_new(&wanted).with_context(|| format!("--log {wanted} is not a filter"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // It would be said where nothing can be written, and end the thread.
        .log_internal_errors(false)
        .init();
    Ok(())
}

/// Says where the map is, and which store it shows.
fn tell_where(args: &ServeArgs, listen: SocketAddr, others: &[SocketAddr], is_new: bool) {
    let place = place(args, listen);
    let store = SqliteStore::real_path(args.store.path());
    let new = if is_new {
        " (new, filled with the shipped data)"
    } else {
        ""
    };
    say::note(format_args!(
        "the {} is on {place}, the store is {}{new}",
        if http::NO_MAP.is_some() { "API" } else { "map" },
        store.display()
    ));
    if let Some(why) = http::NO_MAP {
        say::note(format_args!("this build has no map page: {why}"));
    }
    for other in others {
        say::note(format_args!("it is also on http://{other}/"));
    }
}

/// Does work on a thread of its own, which ends with the process if it is not done by then: a disk that
/// hangs must not hold up the end. Whether it is done.
fn is_done_within(limit: Duration, work: impl FnOnce() + Send + 'static) -> bool {
    let (done, is_done) = mpsc::channel::<()>();
    let work = move || {
        work();
        drop(done);
    };
    // If there is no thread to be had the work is dropped, and with it what it would have dropped.
    let _ = thread::Builder::new().name("close".into()).spawn(work);
    is_done.recv_timeout(limit) != Err(RecvTimeoutError::Timeout)
}

/// Waits for the word to stop, passes it on, and waits for the server to finish, but not for longer
/// than it may take. By when all must have ended.
async fn until_the_end(
    mut serving: JoinHandle<anyhow::Result<()>>,
    told_to_end: watch::Receiver<bool>,
    stop: watch::Sender<()>,
    grace: Duration,
) -> anyhow::Result<Instant> {
    tokio::select! {
        () = told(told_to_end) => {}
        ended = &mut serving => return ended?.map(|()| Instant::now() + grace),
    }
    tracing::info!("stopping: running requests are finished first");
    let _ = stop.send(());
    let ends_by = Instant::now() + grace + GRACE_TO_END;
    let mut ended = tokio::time::timeout(END_AT_ONCE, &mut serving).await;
    if ended.is_err() {
        say::note(format_args!(
            "some requests still run and have up to {} s to finish; a second signal (Ctrl-C) ends at once",
            grace.as_secs()
        ));
        ended = tokio::time::timeout_at(ends_by.into(), serving).await;
    }
    ended.unwrap_or_else(|_| {
        tracing::warn!("the server did not finish in time; it ends as it is");
        Ok(Ok(()))
    })??;
    Ok(ends_by)
}

async fn serve(
    listeners: Vec<std::net::TcpListener>,
    service: Service,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let listeners = listen::of_runtime(listeners)?;
    http::server::serve::serve(listeners, service, stop).await?;
    Ok(())
}

/// Until the word to stop comes, or nobody is left to give it.
async fn told<T>(mut stopped: watch::Receiver<T>) {
    let _ = stopped.changed().await;
}

/// Where the map is, as people are told.
fn place(args: &ServeArgs, listen: SocketAddr) -> String {
    let address = address(args, listen);
    match &args.public_url {
        Some(_) => format!("{address} (http://{listen}/)"),
        None => address,
    }
}

/// The address by which others reach the map.
fn address(args: &ServeArgs, listen: SocketAddr) -> String {
    match &args.public_url {
        Some(url) => format!("{}{}/", url.origin.as_str(), url.prefix),
        None => format!("http://{listen}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_does_not_hold_up_the_end() {
        let (give_up, hangs) = mpsc::channel::<()>();
        let hang = move || {
            let _ = hangs.recv();
        };
        assert!(!is_done_within(Duration::from_millis(1), hang));
        drop(give_up);
        assert!(is_done_within(Duration::from_secs(600), || {}));
    }
}
