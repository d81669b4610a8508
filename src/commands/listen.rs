//! Listening: at an address, or at every address of a host's name.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, bail};

use crate::commands::say;
use crate::config::Listen;
use crate::system;

/// Connections that may wait to be accepted, if the system allows as many. The standard library asks for
/// 128; whoever comes beyond that is heard a second later, when his system tries again.
const BACKLOG: i32 = 4096;

/// Listens. `flag` is where it was said, `taken` what this program listens on already. An address of a name that this machine has not (IPv6 may be switched
/// off) is passed over and said, if there is another.
///
/// # Errors
/// If the name means no address, or one of them cannot be had.
pub(super) fn bind(
    listen: &Listen,
    flag: &str,
    taken: &[TcpListener],
) -> anyhow::Result<Vec<TcpListener>> {
    let taken = self::addresses(taken)?;
    let addresses = listen.addresses().with_context(|| {
        format!("{flag} {listen}: the name could not be looked up; an address such as 127.0.0.1:8080 needs no look")
    })?;
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut passed_over = Vec::new();
    for mut address in addresses {
        // Port 0 is any that is free, but the same for all.
        if address.port() == 0
            && let Some(first) = listeners.first()
        {
            address.set_port(first.local_addr()?.port());
        }
        if taken.contains(&address) {
            bail!(
                "cannot listen on {address} ({flag}): this server's map is there already; choose another port"
            );
        }
        match bound(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if listen.name().is_some() && is_absent(&error) => {
                passed_over.push((address, error));
            }
            Err(error) => bail!("{}", cannot(address, flag, &error)),
        }
    }
    match passed_over.first() {
        Some((address, error)) if listeners.is_empty() => {
            bail!("{}", cannot(*address, flag, error))
        }
        _ => {}
    }
    for (address, error) in &passed_over {
        say::note(format_args!(
            "{listen} is also {address}, which is not listened on: {}",
            system::words(error)
        ));
    }
    Ok(listeners)
}

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    rustix::net::listen(&listener, BACKLOG)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Whether an address is none of this machine's, or of a family that it has not.
fn is_absent(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrNotAvailable
        || error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}

fn cannot(address: SocketAddr, flag: &str, error: &io::Error) -> String {
    let way_out = match error.kind() {
        ErrorKind::AddrInUse => {
            let mut other = address;
            other.set_port(address.port().checked_add(1).unwrap_or(8080));
            format!("; stop it, or choose another port: {flag} {other}")
        }
        ErrorKind::PermissionDenied => {
            format!("; ports below 1024 are often the system's own: {flag} chooses another")
        }
        ErrorKind::AddrNotAvailable => format!("; {flag} chooses another"),
        _ => String::new(),
    };
    format!(
        "cannot listen on {address} ({flag}): {}{way_out}",
        system::words(error)
    )
}

/// The addresses that are listened on.
pub(super) fn addresses(listeners: &[TcpListener]) -> io::Result<Vec<SocketAddr>> {
    listeners.iter().map(TcpListener::local_addr).collect()
}

/// The same, for the runtime that this is called in.
pub(super) fn of_runtime(listeners: Vec<TcpListener>) -> io::Result<Vec<tokio::net::TcpListener>> {
    let listeners = listeners.into_iter();
    listeners.map(tokio::net::TcpListener::from_std).collect()
}
