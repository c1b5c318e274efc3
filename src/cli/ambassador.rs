//! The arguments of `kubewalk ambassador`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;

/// The arguments of `kubewalk ambassador`.
#[derive(Args, Debug)]
pub struct Ambassador {
    /// The address and port to listen on, or a port of 127.0.0.1
    ///
    /// Others than loopback addresses let everyone who reaches them read with these credentials
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001",
          value_parser = parse_address)]
    pub listen: SocketAddr,
}

fn parse_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    let text = text.replacen("localhost:", "127.0.0.1:", 1);
    text.parse().map_err(|_| "not an address and a port, such as 127.0.0.1:8001 or 8001".to_owned())
}
