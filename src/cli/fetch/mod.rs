//! `gophergate fetch`: one file, or the listing of a directory.

mod listing;
mod output;
mod progress;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::DateTime;

use super::Remote;
use super::log as logging;
use super::remote::{Known, Url};
use crate::ftp::Begun;
use crate::gate::reach::Reach;
use crate::gate::{Error, Kind};
use crate::proxy::door::Doors;
use crate::proxy::fetch::{Errand, Fetch};
use crate::proxy::trust::Trusts;
use crate::rt::task::block_on;
use output::{Part, Place, Sink};
use progress::Progress;

/// Bytes of an unfinished file that are fetched again, and must be the same.
const OVERLAP: u64 = 16 * 1024;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) remote: Remote,
    /// Write to FILE, or with "-" to standard output [default: the last name of the URL, here; a
    /// directory's listing goes to standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace FILE if it is there
    #[arg(short, long)]
    force: bool,
}

/// Fetches what a URL names.
pub(super) fn run(url: &Url, arguments: &Arguments) -> Result<(), String> {
    let known = Known::read(&arguments.remote)?;
    let progress = Progress::new();
    if arguments.remote.verbose {
        logging::start_conversation(progress.beside());
    } else {
        logging::start(known.config.log_format);
    }
    for warning in &known.warnings {
        log::warn!("{warning}");
    }
    block_on(fetch(url, arguments, &known, &progress))
}

async fn fetch(
    url: &Url,
    arguments: &Arguments,
    known: &Known,
    progress: &Progress,
) -> Result<(), String> {
    let place = Place::choose(arguments.output.as_deref(), &url.target, arguments.force)?;
    let login = url.login(&known.logins);
    let options = known.config.options();
    let settings = known.sites.settings(&url.target.host, url.target.port);
    let trusts = Trusts::load(&known.sites)?;
    if let Some(doubt) = trusts.doubt() {
        log::warn!("{doubt}");
    }
    let mut errand = Errand {
        target: &url.target,
        reach: Reach::Anywhere,
        settings,
        trust: trusts.of(settings),
        login: &login,
        restart: 0,
        doors: &Doors::default(),
        deadlines: &options.deadlines,
        session: 0,
    };
    let counts = !matches!(url.target.kind, Kind::AsciiFile | Kind::Directory);
    let unfinished = place.file().filter(|_| counts).map_or(0, Part::length);
    errand.restart = unfinished.saturating_sub(OVERLAP);
    let mut fetch = open(&errand).await?;
    let mut begun = begun(&fetch)?;
    let mut sink = place.open(begun.listing.is_some())?;
    if let Some(format) = begun.listing {
        let escape = sink.is_stdout() && io::stdout().is_terminal();
        listing::write(&mut fetch, format, escape, &mut sink).await?;
        sink.finish()?;
        fetch.quit().await;
        return Ok(());
    }
    if begun.restart > 0
        && let Sink::Part(part) = &mut sink
        && !goes_on(part, &begun, &mut fetch).await?
    {
        say("the unfinished file is not what the server has now: all of it is fetched again");
        drop(fetch);
        errand.restart = 0;
        fetch = open(&errand).await?;
        begun = self::begun(&fetch)?;
    }
    let at = if begun.restart > 0 { unfinished } else { 0 };
    let at = sink.begin(at, whole_seconds(begun.modified))?;
    progress.begin(url.target.path.name(), at, begun.size);
    let ended = copy(&mut fetch, &mut sink, progress).await;
    progress.end();
    if let Err(error) = ended {
        return Err(match sink.leave() {
            None => error,
            Some(left) => format!("{error}\ngophergate: {left}"),
        });
    }
    sink.finish()?;
    fetch.quit().await;
    Ok(())
}

async fn open(errand: &Errand<'_>) -> Result<Fetch, String> {
    Fetch::open(errand).await.map_err(text)
}

fn text(error: Error) -> String {
    error.to_string()
}

fn begun(fetch: &Fetch) -> Result<Begun, String> {
    let begun = fetch.begun().cloned();
    begun.ok_or_else(|| "the FTP server sent nothing".to_owned())
}

/// Whether the server's file goes on where ours ends: its size and time say nothing else, and the
/// bytes before that are the same. They are taken off the transfer.
async fn goes_on(part: &mut Part, begun: &Begun, fetch: &mut Fetch) -> Result<bool, String> {
    let told = begun.size.is_some_and(|size| size >= part.len());
    let same_time = begun.modified.is_none() || whole_seconds(begun.modified) == part.modified();
    if !told || !same_time {
        return Ok(false);
    }
    let ours = part.tail(begun.restart)?;
    let mut rest = ours.as_slice();
    while !rest.is_empty() {
        let Some(bytes) = fetch.next().await.map_err(text)? else {
            return Ok(false);
        };
        let (same, more) = bytes.split_at_checked(rest.len()).unwrap_or((bytes, &[]));
        let Some(after) = rest.strip_prefix(same) else {
            return Ok(false);
        };
        part.keep(more);
        rest = after;
    }
    Ok(true)
}

/// A time as every file system keeps it.
fn whole_seconds(time: Option<DateTime>) -> Option<DateTime> {
    time?.with().subsec_nanosecond(0).build().ok()
}

async fn copy(fetch: &mut Fetch, sink: &mut Sink, progress: &Progress) -> Result<(), String> {
    while let Some(bytes) = fetch.next().await.map_err(text)? {
        sink.write(bytes)?;
        progress.advance(bytes.len() as u64);
    }
    Ok(())
}

fn say(words: &str) {
    let _ = writeln!(io::stderr(), "gophergate: {words}");
}

fn shown(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    crate::wire::Words(path.as_os_str().as_bytes()).to_string()
}
