//! Connections: accepted, bounded in all and by client, and finished before the server stops.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::http::server::address::{Peer, Room};
use crate::http::server::app::App;
use crate::http::server::clients::{Share, Shared, Who};
use crate::http::server::frame;
use crate::http::server::options::Limits;
use crate::http::server::reading::{Pace, Reading};

/// The largest head of a request, in bytes; the parser answers a larger one with 431 by itself.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a client may take to send the head of a request where there is little room.
const RESERVE_HEAD_TIMEOUT: Duration = Duration::from_secs(1);
/// The same at the listener for operators, where whoever asks is near and knows what to ask: as many as
/// have room there can be silent twice a second and keep nobody out.
const HEALTH_HEAD_TIMEOUT: Duration = Duration::from_millis(500);
/// How long what was stopped at the end may take to say so.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long whoever runs the server may take to close what it stands on, within the same time.
const CLOSING: Duration = Duration::from_millis(500);

/// What answers requests. A copy is another handle to the same.
#[derive(Clone)]
pub struct Service {
    pub(in crate::http) router: Router,
    pub(in crate::http) limits: Limits,
    /// What bounds it; none for a router of somebody else's.
    pub(in crate::http) app: Option<Arc<App>>,
}

impl Service {
    /// Answers one request in this process, without a connection.
    pub async fn answer(&self, request: Request) -> Response {
        let mut router = self.router.clone();
        if let Some(app) = &self.app {
            return frame::around(app, router, request).await;
        }
        let answered = tower_service::Service::call(&mut router, request).await;
        answered.unwrap_or_else(|never| match never {})
    }
}

impl From<Router> for Service {
    fn from(router: Router) -> Self {
        Self {
            router,
            limits: Limits::default(),
            app: None,
        }
    }
}

/// Where connections come in: a host's name may have several addresses.
#[derive(Debug)]
pub struct Listeners {
    all: Vec<TcpListener>,
    /// Which one is looked at first, so that no crowd at one keeps the others waiting.
    first: usize,
}

impl Listeners {
    /// Waits for a connection at any of them.
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        let count = self.all.len();
        std::future::poll_fn(|context| {
            for at in (self.first..count).chain(0..self.first) {
                if let Poll::Ready(accepted) = self.all[at].poll_accept(context) {
                    self.first = (at + 1) % count;
                    return Poll::Ready(accepted);
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl From<Vec<TcpListener>> for Listeners {
    fn from(all: Vec<TcpListener>) -> Self {
        Self { all, first: 0 }
    }
}

impl From<TcpListener> for Listeners {
    fn from(one: TcpListener) -> Self {
        vec![one].into()
    }
}

/// Serves until `stop` completes, then lets running requests finish, and stops what still runs so early
/// that all has ended `limits.shutdown_timeout_s` after `stop`.
///
/// # Errors
/// Never for a single connection; kept for a listener that is lost for good.
pub async fn serve(
    listeners: impl Into<Listeners>,
    service: impl Into<Service>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let service = service.into();
    let rooms = Rooms::new(&service.limits);
    let running = serve_in(&rooms, listeners.into(), &service, stop).await;
    finish(running, &service).await;
    Ok(())
}

/// Serves only health and metrics until `stop` completes; what is being answered then is not waited for,
/// and what others ask goes on.
pub async fn serve_health(
    listeners: impl Into<Listeners>,
    service: impl Into<Service>,
    stop: impl Future<Output = ()>,
) {
    let service = service.into();
    let rooms = Rooms {
        usual: Arc::new(Semaphore::new(0)),
        reserve: Arc::new(Semaphore::new(service.limits.health_connections_max)),
        of_reserve: Room::Operators,
        crowd: Arc::new(Semaphore::new(0)),
    };
    serve_in(&rooms, listeners.into(), &service, stop).await;
}

/// Room for connections.
struct Rooms {
    usual: Arc<Semaphore>,
    /// Used when there is no usual one.
    reserve: Arc<Semaphore>,
    of_reserve: Room,
    /// For those of a client that has as many open as may.
    crowd: Arc<Semaphore>,
}

/// What a connection has while it is open.
type Place = (Room, OwnedSemaphorePermit);

impl Rooms {
    fn new(limits: &Limits) -> Self {
        let crowd = limits.reserve_connections_max / 2;
        Self {
            usual: Arc::new(Semaphore::new(limits.connections_max)),
            reserve: Arc::new(Semaphore::new(limits.reserve_connections_max - crowd)),
            of_reserve: Room::Reserve,
            crowd: Arc::new(Semaphore::new(crowd)),
        }
    }

    /// Waits for room. Nobody closes the semaphores.
    async fn enter(&self) -> io::Result<Place> {
        let usual = Arc::clone(&self.usual).acquire_owned();
        let reserve = Arc::clone(&self.reserve).acquire_owned();
        let (room, permit) = tokio::select! {
            biased;
            permit = usual => (Room::Usual, permit),
            permit = reserve => (self.of_reserve, permit),
        };
        Ok((room, permit.map_err(io::Error::other)?))
    }

    /// A place in the reserve becomes a usual one, if others have left while the connection was waited for.
    fn settled(&self, place: Place) -> Place {
        if place.0 == Room::Reserve
            && let Ok(permit) = Arc::clone(&self.usual).try_acquire_owned()
        {
            return (Room::Usual, permit);
        }
        place
    }

    /// A place in which a client is told that it has as many connections as may: none of those that others
    /// need.
    fn crowd(&self) -> Option<Place> {
        let permit = Arc::clone(&self.crowd).try_acquire_owned().ok()?;
        Some((Room::Crowd, permit))
    }
}

/// Serves until `stop` completes; the connections that are open then.
async fn serve_in(
    rooms: &Rooms,
    mut listeners: Listeners,
    service: &Service,
    stop: impl Future<Output = ()>,
) -> GracefulShutdown {
    let running = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&mut listeners, rooms, service) => accepted,
            () = &mut stop => break,
        };
        let accepted = match accepted {
            Ok(Some(accepted)) => accepted,
            Ok(None) => continue,
            Err(error) => {
                // Most often too many open files: some will be closed in a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Accepted {
            stream,
            peer,
            room,
            held,
        } = accepted;
        let connection = running.watch(connection(stream, peer, room, service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop(held);
        });
    }
    running
}

/// Lets what runs finish, as long as it may.
async fn finish(running: GracefulShutdown, service: &Service) {
    let grace =
        Duration::from_secs(service.limits.shutdown_timeout_s).saturating_sub(LAST_WORDS + CLOSING);
    let mut finished = pin!(running.shutdown());
    if timeout(grace, &mut finished).await.is_ok() {
        return;
    }
    tracing::warn!("requests that were still running have been cut off");
    if let Some(app) = &service.app {
        app.turns.end();
        let _ = timeout(LAST_WORDS, finished).await;
    }
}

/// A connection and what it takes while it is open.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    room: Room,
    held: Held,
}

/// Given back when a connection ends.
struct Held {
    _permit: OwnedSemaphorePermit,
    _share: Option<Share>,
    gauge: Option<Gauge>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(gauge) = &self.gauge {
            gauge.dec();
        }
    }
}

/// Waits for room, then for a connection; `None` if it was closed at once, because its client has as many
/// as may and there is no room to tell it.
async fn accept(
    listeners: &mut Listeners,
    rooms: &Rooms,
    service: &Service,
) -> io::Result<Option<Accepted>> {
    let place = rooms.enter().await?;
    let (stream, peer) = listeners.accept().await?;
    let (mut room, mut permit) = rooms.settled(place);
    // Answers are written whole, so waiting to fill a packet gains nothing.
    let _ = stream.set_nodelay(true);
    let mut share = None;
    if let (Room::Usual, Some(app)) = (room, &service.app) {
        // A proxy's connections are many clients'; theirs are its business.
        let is_proxy = app.options.trusts(peer.ip());
        if !is_proxy && !peer.ip().to_canonical().is_loopback() {
            let client = app.clients.of(Who::from(peer.ip()));
            share = client.take(Shared::Connections, 1);
            if share.is_none() {
                let Some(crowd) = rooms.crowd() else {
                    app.metrics.load.limited("connections");
                    return Ok(None);
                };
                (room, permit) = crowd;
            }
        }
    }
    let gauge = service
        .app
        .as_ref()
        .map(|app| app.metrics.load.connections.clone());
    if let Some(gauge) = &gauge {
        gauge.inc();
    }
    Ok(Some(Accepted {
        stream,
        peer,
        room,
        held: Held {
            _permit: permit,
            _share: share,
            gauge,
        },
    }))
}

/// One connection, HTTP/1.1.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    room: Room,
    service: &Service,
) -> impl GracefulConnection<Error = hyper::Error> + use<> {
    let answering = Arc::new(service.clone());
    let answers = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer, room));
        let service = Arc::clone(&answering);
        async move { Ok::<_, Infallible>(service.answer(request.map(Body::new)).await) }
    });
    let head_timeout = match room {
        Room::Usual => Duration::from_secs(service.limits.head_timeout_s),
        Room::Reserve | Room::Crowd => RESERVE_HEAD_TIMEOUT,
        Room::Operators => HEALTH_HEAD_TIMEOUT,
    };
    let dropped = service.app.as_ref();
    let dropped = dropped.map_or_else(Default::default, |app| {
        app.metrics.load.slow_readers.clone()
    });
    let stream = Reading::new(stream, Pace::new(&service.limits, dropped));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), answers)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn nobody_is_without_room_that_others_do_not_use() {
        let rooms = Rooms::new(&Limits {
            connections_max: 1,
            reserve_connections_max: 3,
            ..Limits::default()
        });
        let enter = || rooms.enter().now_or_never().map(Result::unwrap);
        let room_of = |place: &Place| place.0;
        let first = enter().unwrap();
        assert_eq!(room_of(&first), Room::Usual);
        let second = rooms.settled(enter().unwrap());
        assert_eq!(room_of(&second), Room::Reserve);
        // The first has left before the third comes.
        let third = enter().unwrap();
        drop(first);
        let third = rooms.settled(third);
        assert_eq!(room_of(&third), Room::Usual);
        drop(third);
        // A client with too many takes none of the usual places, and few of its own.
        let crowd = rooms.crowd().unwrap();
        assert_eq!(room_of(&crowd), Room::Crowd);
        assert!(rooms.crowd().is_none());
        assert_eq!(enter().map(|place| place.0), Some(Room::Usual));
    }
}
