//! The flags of `serve`, which are the program's own where no command is given.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use crate::config::StoreArgs;
use crate::config::values::duration;
use crate::http::options::{Limits, Network, Options, Origin, PublicUrl};

pub(super) const EXAMPLES: &str = "\
Examples:
  bordermap serve
  bordermap serve --listen 0.0.0.0:8080 --public-url https://maps.example.org/border \\
                  --trusted-proxy 10.0.0.0/8
  BORDERMAP_LOG=info bordermap serve --store /var/lib/bordermap/bordermap.gpkg";

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on; only this machine can reach the default
    #[arg(long, env = "BORDERMAP_LISTEN", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080), value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
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
    pub cors_origin: Vec<Origin>,
    /// A site that may show the map in a frame; repeatable
    #[arg(
        long,
        env = "BORDERMAP_EMBED_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub embed_origin: Vec<Origin>,
    /// What a question may cost of a processor, and once more for each million features of its layer (2s, 500ms)
    #[arg(long, env = "BORDERMAP_QUESTION_BUDGET", value_name = "TIME", default_value = "2s", value_parser = duration)]
    pub question_budget: Duration,
    /// How many milliseconds of a processor one client may use in a second, in the long run; 0 for any
    /// number; without it, 500 for each core but one. Programs on this machine are not held to it
    #[arg(long, env = "BORDERMAP_RATE_LIMIT", value_name = "MS")]
    pub rate_limit: Option<u64>,
    /// A second address, for health and metrics alone: answered whatever the other one is asked
    #[arg(long, env = "BORDERMAP_HEALTH_LISTEN", value_name = "ADDRESS:PORT")]
    pub health_listen: Option<SocketAddr>,
    /// What to log on standard error: error, warn, info (with a line for every request), debug,
    /// trace, or a filter such as `bordermap::access=info`; without it `RUST_LOG` counts, else warn
    #[arg(long, env = "BORDERMAP_LOG", value_name = "FILTER")]
    pub log: Option<String>,
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

    /// The wire's part; `listen` is the address that was bound in the end, `descriptors` how many files and
    /// connections the process may have open.
    pub fn http_options(&self, listen: SocketAddr, descriptors: usize) -> Options {
        let usual = Limits::default();
        let limits = Limits {
            question_budget: self.question_budget,
            client_cpu_ms_per_s: self.rate_limit.unwrap_or(usual.client_cpu_ms_per_s),
            ..usual
        };
        Options {
            limits: limits.within(descriptors),
            listen,
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxy.clone(),
            cors_origins: self.cors_origin.clone(),
            embed_origins: self.embed_origin.clone(),
        }
    }
}
