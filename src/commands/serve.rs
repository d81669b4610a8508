//! `bordermap serve`: the map and the API.

use std::future::Future;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

use crate::commands::{self, ending};
use crate::config::ServeArgs;
use crate::http::serve::{Service, serve_health};
use crate::http::{self, process};
use crate::live::LiveAtlas;

/// How much longer than what runs may take the end itself may take.
const GRACE_TO_END: Duration = Duration::from_secs(1);
/// Connections that may wait to be accepted, if the system allows as many. The standard library asks for
/// 128; whoever comes beyond that is heard a second later, when his system tries again.
const BACKLOG: i32 = 4096;
/// How long the store may take to be closed, however late it is.
const CLOSING_MIN: Duration = Duration::from_millis(500);

/// Serves until it is told to stop.
pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let wanted = args.log_filter();
    let filter =
        EnvFilter::try_new(&wanted).with_context(|| format!("--log {wanted} is not a filter"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    // The addresses first: with a port in use nothing should be made or seeded.
    let listener = bind(args.listen)?;
    let listen = listener.local_addr()?;
    let health = args.health_listen.map(bind).transpose()?;
    let live = commands::open_to_stay(&args.store.store)?;
    live.follow_in_background()?;
    let options = args.http_options(listen, process::descriptors());
    let grace = Duration::from_secs(options.limits.shutdown_timeout_s);
    let service = http::service(LiveAtlas::clone(&live), options);
    // Signals and the operators' own address have a thread of their own: whatever the others are at,
    // health is answered and the end comes.
    let workers = runtime::Builder::new_multi_thread().enable_all().build()?;
    let control = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ends_by = control.block_on(async {
        // Before anybody is told that it runs, and may tell it to stop.
        let Some(told_to_end) = ending::hand_over() else {
            bail!("it was not listening yet");
        };
        eprintln!(
            "bordermap: the map is on {}, the store is {}",
            place(args, listen),
            args.store.store.display()
        );
        let (stop, stopped) = watch::channel(());
        let serving = workers.spawn(serve(listener, service.clone(), told(stopped.clone())));
        if let Some(health) = health {
            eprintln!(
                "bordermap: health and metrics are on http://{}/",
                health.local_addr()?
            );
            let health = TcpListener::from_std(health)?;
            tokio::spawn(serve_health(health, service, told(stopped)));
        }
        until_the_end(serving, told_to_end, stop, grace).await
    });
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
    let ended = tokio::time::timeout_at(ends_by.into(), serving).await;
    ended.unwrap_or_else(|_| {
        tracing::warn!("the server did not finish in time; it ends as it is");
        Ok(Ok(()))
    })??;
    Ok(ends_by)
}

async fn serve(
    listener: std::net::TcpListener,
    service: Service,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    http::serve::serve(listener, service, stop).await?;
    Ok(())
}

/// Until the word to stop comes, or nobody is left to give it.
async fn told<T>(mut stopped: watch::Receiver<T>) {
    let _ = stopped.changed().await;
}

fn bind(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}"))?;
    rustix::net::listen(&listener, BACKLOG)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Where the map is, as people are told.
fn place(args: &ServeArgs, listen: SocketAddr) -> String {
    match &args.public_url {
        Some(url) => format!("{}{}/ (http://{listen}/)", url.origin.as_str(), url.prefix),
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
