//! `bordermap serve`: the map and the API.

use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::commands;
use crate::config::ServeArgs;
use crate::http;
use crate::live::LiveAtlas;

/// How often the store is asked for what others have committed.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);

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
    // The address first: with a port in use nothing should be made or seeded.
    let listener = TcpListener::bind(args.listen)
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    listener.set_nonblocking(true)?;
    let listen = listener.local_addr()?;
    let live = commands::open_to_stay(&args.store.store)?;
    follow(live.clone())?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(args, live, listener, listen))
}

async fn serve(
    args: &ServeArgs,
    live: LiveAtlas,
    listener: TcpListener,
    listen: SocketAddr,
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let options = args.http_options(listen);
    let limits = options.limits;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: running requests are finished first");
    };
    let at = match &args.public_url {
        Some(url) => format!("{}{}/ (http://{listen}/)", url.origin.as_str(), url.prefix),
        None => format!("http://{listen}/"),
    };
    eprintln!(
        "bordermap: the map is on {at}, the store is {}",
        args.store.store.display()
    );
    let router = http::router(live, options);
    http::serve::serve(listener, router, limits, stop).await?;
    Ok(())
}

/// Keeps level with what other processes commit to the store, on a thread of its own that lives as
/// long as the process.
fn follow(live: LiveAtlas) -> anyhow::Result<()> {
    let watch = move || {
        let mut failing = false;
        loop {
            std::thread::sleep(FOLLOW_EVERY);
            match live.follow() {
                Ok(_) => failing = false,
                Err(_) if failing => {}
                Err(error) => {
                    // Once, not five times a second; answers go on from what is known.
                    tracing::error!(%error, "the store cannot be followed");
                    failing = true;
                }
            }
        }
    };
    std::thread::Builder::new()
        .name("follow".into())
        .spawn(watch)?;
    Ok(())
}
