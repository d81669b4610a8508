//! The real server in this process, on a port of its own.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use bordermap::http::server::options::Options;
use bordermap::http::server::serve::serve;
use bordermap::http::service;
use bordermap::live::LiveAtlas;
use tokio::sync::oneshot;

use super::client::{Client, Reply};
use super::world;

/// A running server; it stops when dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it serves.
    pub live: LiveAtlas,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves the small world with the default options.
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    /// Serves the small world; the options' address is overwritten.
    pub fn with(options: Options) -> Self {
        Self::over(world::live(), options)
    }

    /// Serves a world.
    pub fn over(live: LiveAtlas, mut options: Options) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        options.listen = address;
        let (stop, stopped) = oneshot::channel();
        let served = live.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let stopped = async {
                    let _ = stopped.await;
                };
                serve(listener, service(served, options), stopped)
                    .await
                    .unwrap();
            });
        });
        Self {
            address,
            live,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// A client with this server.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// What a plain GET gets.
    pub fn get(&self, path: &str) -> Reply {
        self.client().get(path, &[])
    }

    /// What links begin with.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Tells it to stop; the thread ends when running requests have.
    pub fn stop(&mut self) -> Option<JoinHandle<()>> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.thread.take()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(thread) = self.stop() {
            let _ = thread.join();
        }
    }
}
