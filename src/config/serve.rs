//! The flags of `serve`, which are the program's own where no command is given.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::config::StoreArgs;
use crate::config::values::{duration, log_filter, whole_number};
use crate::http::server::options::{Limits, Network, Options, PublicUrl, SiteOrigin};

pub(super) const EXAMPLES: &str = "\
Examples:
  bordermap serve
  bordermap serve --listen localhost:8081
  bordermap serve --listen 0.0.0.0:8080 --public-url https://maps.example.org/border \\
                  --trusted-proxy 10.0.0.0/8
  BORDERMAP_LOG=info bordermap serve --store /var/lib/bordermap/bordermap.gpkg

SIGTERM, SIGINT (Ctrl-C) and SIGHUP end it in its order: what is being answered has 20 s to finish.
A second one ends it at once.";

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Where to listen: an address (of IPv6, `[::1]:8080`) or a host's name, all of whose addresses are
    /// listened on; only this machine can reach the default
    #[arg(
        long,
        env = "BORDERMAP_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT"
    )]
    pub listen: Listen,
    /// Which store
    #[command(flatten)]
    pub store: StoreArgs,
    /// The address under which others reach the server, if a proxy stands in front of it
    #[arg(long, env = "BORDERMAP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// A proxy (an address or a block such as 10.0.0.0/8) whose forwarded headers are believed; repeatable
    #[arg(
        long,
        env = "BORDERMAP_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<Network>,
    /// A site whose scripts may call the API, such as `https://news.example.org`; repeatable
    #[arg(
        long,
        env = "BORDERMAP_CORS_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub cors_origin: Vec<SiteOrigin>,
    /// A site that may show the map in a frame; repeatable
    #[arg(
        long,
        env = "BORDERMAP_EMBED_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub embed_origin: Vec<SiteOrigin>,
    /// What a question may cost of a processor, and once more for each million features of its layer (2s, 500ms)
    #[arg(long, env = "BORDERMAP_QUESTION_BUDGET", value_name = "TIME", default_value = "2s", value_parser = duration)]
    pub question_budget: Duration,
    /// How many milliseconds of a processor one client may use in a second, in the long run; 0 for any
    /// number; without it, 500 for each core but one. Programs on this machine are not held to it
    #[arg(long, env = "BORDERMAP_RATE_LIMIT", value_name = "MS", value_parser = whole_number(0, u64::MAX))]
    pub rate_limit: Option<u64>,
    /// A second place, for health and metrics alone: answered whatever the other one is asked
    #[arg(long, env = "BORDERMAP_HEALTH_LISTEN", value_name = "ADDRESS:PORT")]
    pub health_listen: Option<Listen>,
    /// What to log on standard error: error, warn, info (with a line for every request), debug,
    /// trace, or a filter such as `bordermap::access=info`; without it `RUST_LOG` counts, else warn
    #[arg(long, env = "BORDERMAP_LOG", value_name = "FILTER", value_parser = log_filter)]
    pub log: Option<String>,
}

/// Where a server listens, as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address.
    Address(SocketAddr),
    /// A host's name, and the port.
    Host(String, u16),
}

impl Listen {
    /// The host's name, if that is what was said.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Address(_) => None,
            Self::Host(name, _) => Some(name),
        }
    }

    /// Every address that it means, each once, in the system's order. A name is looked up; that blocks.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let found = match self {
            Self::Address(address) => return Ok(vec![*address]),
            Self::Host(name, port) => (&**name, *port).to_socket_addrs()?,
        };
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for address in found {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Ok(addresses)
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let wanted = "an address or a host's name with a port, such as 127.0.0.1:8080, [::1]:8080 or \
                      localhost:8080";
        let (name, port) = text
            .rsplit_once(':')
            .ok_or_else(|| format!("the port is missing: it is {wanted}"))?;
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        match port.parse() {
            Ok(port) if is_name => Ok(Self::Host(name.to_owned(), port)),
            Ok(_) => Err(format!("\"{name}\" is no address or name: it is {wanted}")),
            Err(_) => Err(format!("\"{port}\" is no port: it is {wanted}")),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Host(name, port) => write!(f, "{name}:{port}"),
        }
    }
}

impl ServeArgs {
    /// The filter of the log. What goes well is not logged unless asked for: the terminal of
    /// somebody who tries the map has better uses.
    pub fn log_filter(&self) -> String {
        let general = || std::env::var("RUST_LOG").ok();
        let said = self.log.clone().or_else(general);
        said.filter(|filter| !filter.trim().is_empty())
            .unwrap_or_else(|| "warn".to_owned())
    }

    /// The wire's part; `listen` are the addresses that were bound in the end, the first of them apart,
    /// `descriptors` how many files and connections the process may have open.
    pub fn http_options(
        &self,
        listen: SocketAddr,
        others: &[SocketAddr],
        descriptors: usize,
    ) -> Options {
        let usual = Limits::default();
        let limits = Limits {
            question_budget: self.question_budget,
            client_cpu_ms_per_s: self.rate_limit.unwrap_or(usual.client_cpu_ms_per_s),
            ..usual
        };
        Options {
            limits: limits.within(descriptors),
            listen,
            listen_others: others.to_vec(),
            listen_name: self.listen.name().map(str::to_ascii_lowercase),
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxy.clone(),
            cors_origins: self.cors_origin.clone(),
            embed_origins: self.embed_origin.clone(),
        }
    }
}
