//! A connection that notices how its client reads: one that takes nothing of what waits for it, or far
//! too little for long, is closed, and what waits for it is dropped.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::http::server::options::Limits;

/// How a client must read.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How long it may take nothing of what waits for it.
    pub stall: Duration,
    /// Bytes a second that it must take while some wait.
    pub bytes_per_s_min: u64,
    /// After so much time that bytes have waited, its rate is looked at.
    pub rate_over: Duration,
    /// Counts those who were dropped.
    pub dropped: Counter,
}

impl Pace {
    /// As the limits say.
    pub fn new(limits: &Limits, dropped: Counter) -> Self {
        Self {
            stall: Duration::from_secs(limits.stall_timeout_s),
            bytes_per_s_min: limits.read_bytes_per_s_min,
            rate_over: limits.read_rate_over,
            dropped,
        }
    }
}

/// A connection whose client must read at a pace.
pub struct Reading {
    stream: TcpStream,
    pace: Pace,
    /// Since when bytes wait that the client does not take.
    waiting_since: Option<Instant>,
    /// How long bytes have waited, and how many were taken then, since the rate was looked at.
    waited: Duration,
    taken: u64,
    /// Wakes the writing when the client has stalled; made when bytes first wait.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Reading {
    /// Over a connection.
    pub fn new(stream: TcpStream, pace: Pace) -> Self {
        Self {
            stream,
            pace,
            waiting_since: None,
            waited: Duration::ZERO,
            taken: 0,
            alarm: None,
        }
    }

    /// What came of an attempt to write.
    fn paced(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.wait(context),
            Poll::Ready(Ok(bytes)) if self.waiting_since.is_some() => {
                self.take(bytes);
                Poll::Ready(if self.is_too_slow() {
                    Err(self.dropped())
                } else {
                    Ok(bytes)
                })
            }
            Poll::Ready(written) => Poll::Ready(written),
        }
    }

    /// Bytes wait: they do so no longer than they may.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let until = since + self.pace.stall;
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if alarm.deadline() != until {
            alarm.as_mut().reset(until);
        }
        match alarm.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(self.dropped())),
            Poll::Pending => Poll::Pending,
        }
    }

    /// The client has taken some of what waited.
    fn take(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        self.taken = self.taken.saturating_add(bytes as u64);
    }

    fn is_too_slow(&mut self) -> bool {
        if self.waited < self.pace.rate_over {
            return false;
        }
        let least = self.pace.bytes_per_s_min as f64 * self.waited.as_secs_f64();
        let is_too_slow = (self.taken as f64) < least;
        (self.waited, self.taken) = (Duration::ZERO, 0);
        is_too_slow
    }

    fn dropped(&self) -> io::Error {
        self.pace.dropped.inc();
        io::Error::new(io::ErrorKind::TimedOut, "the client does not read")
    }
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Reading {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.paced(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.paced(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
