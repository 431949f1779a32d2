//! `chaos [PORT] [CASE]`: a server to try a collector against by hand. Every fault is at `/~name/…`; without one the
//! case is answered (a folder with an `exchange.json`), else a small feed.
#![allow(clippy::print_stdout)]

use chaos::{Exchange, Reply, Server, faults};
use std::path::Path;

const FEED: &str = "<rss version=\"2.0\"><channel><item><guid>1</guid><title>Halo</title></item></channel></rss>";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(18090), |port| port.parse())?;
    let host = format!("127.0.0.1:{port}");
    let fill = |text: &str| text.replace("{server}", &format!("http://{host}")).replace("{host}", &host);
    let exchange = arguments.next().map(|case| Exchange::read(Path::new(&case), fill)).transpose()?;
    let server = Server::start_at(port, move |request| match &exchange {
        Some(exchange) => exchange.answer(request),
        None => Reply::new(200, "application/rss+xml", FEED),
    })
    .await?;
    for fault in faults() {
        if fault.scheme() == "http" {
            println!("{:28} {}", server.url(&format!("/~{}/", fault.name)), fault.about);
        }
    }
    std::future::pending().await
}
