//! `feeds-server [PORT] [FEEDS] [ENTRIES] [DELAY_MS]`: many feeds behind one port, until it is ended. `GET /counts`,
//! `/forget` and `/publish?nth=N` on the address itself are its levers.
#![allow(clippy::print_stdout)]

use chaos::feeds::{Feeds, Options, host};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|number| number.parse()).collect::<Result<_, _>>()?;
    let number = |index: usize, otherwise: u64| numbers.get(index).copied().unwrap_or(otherwise);
    let options = Options {
        feeds: usize::try_from(number(1, 10_000))?,
        entries: u32::try_from(number(2, 20))?,
        delay: Duration::from_millis(number(3, 5)),
    };
    let feeds = Feeds::start(u16::try_from(number(0, 18_091))?, options).await?;
    println!("http://127.0.0.1:{} with {} … {}", feeds.port, host(0), host(options.feeds.saturating_sub(1)));
    std::future::pending().await
}
