//! Writes what one FTP URL names to standard output: the library at its smallest.
//!
//! `cargo run --example fetch ftp://ftp.example.org/pub/README`
//!
//! A file comes byte for byte. A directory (`ftp://ftp.example.org/pub/`) comes as the listing that
//! the server sends, by MLSD, LIST or NLST, whichever it has. The exit code is 0 only when all of it
//! came: the server said so, and the size agrees. Otherwise it is 1, with the reason on standard
//! error, and what was written is no more than a part.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use gophergate::ftp::Login;
use gophergate::gate::reach::Reach;
use gophergate::gate::{Sites, Target};
use gophergate::proxy::Deadlines;
use gophergate::proxy::door::Doors;
use gophergate::proxy::fetch::{Errand, Fetch};
use gophergate::rt::task::block_on;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let fetched = match arguments.as_slice() {
        [url] if url.starts_with("ftp://") => block_on(fetch(url)),
        _ => Err("usage: fetch ftp://HOST[:PORT]/PATH".into()),
    };
    match fetched {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "fetch: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn fetch(url: &str) -> Result<(), Box<dyn Error>> {
    let sites = Sites::default();
    let target = Target::parse(url.as_bytes(), &sites)?;
    let mut fetch = Fetch::open(&Errand {
        target: &target,
        reach: Reach::Anywhere,
        settings: sites.settings(&target.host, target.port),
        trust: None,
        login: &Login::anonymous(),
        restart: 0,
        doors: &Doors::default(),
        deadlines: &Deadlines::default(),
        session: 0,
    })
    .await?;
    let mut out = io::stdout().lock();
    while let Some(bytes) = fetch.next().await? {
        out.write_all(bytes)?;
    }
    out.flush()?;
    fetch.quit().await;
    Ok(())
}
