//! `gophergate probe`: what an FTP site offers, and whether it can be served from here.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Remote;
use super::log as logging;
use super::remote::{Known, Url};
use crate::ftp::{Login, Tls};
use crate::gate::reach::Reach;
use crate::proxy::probe::{Errand, Findings, probe};
use crate::rt::task::block_on;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) remote: Remote,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// Prints what a site offers; success is a site that can be served.
pub(super) fn run(url: &Url, arguments: &Arguments) -> Result<ExitCode, String> {
    let known = Known::read(&arguments.remote)?;
    if arguments.remote.verbose {
        logging::start_conversation(io::stderr());
    } else {
        logging::start(known.config.log_format);
    }
    for warning in &known.warnings {
        log::warn!("{warning}");
    }
    let options = known.config.options();
    let settings = known.sites.settings(&url.target.host, url.target.port);
    let login = url.login(&known.logins);
    if settings.tls == Tls::Require && login != Login::anonymous() {
        let host = url.target.authority();
        return Err(format!(
            "tls = \"require\" holds for {host}, and a probe would send the password in plain text"
        ));
    }
    let found = block_on(probe(&Errand {
        target: &url.target,
        reach: Reach::Anywhere,
        data_ports: &settings.data_ports,
        login: &login,
        deadlines: &options.deadlines,
    }));
    let text = if arguments.json {
        object(url, &found)
    } else {
        table(&found)
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))?;
    Ok(match found.verdict().works {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn table(found: &Findings) -> String {
    let mut text = format!("{:14}  {:7}  detail\n", "what", "offered");
    for row in found.rows() {
        text += &format!("{:14}  {:7}  {}\n", row.what, row.offered, row.detail);
    }
    let verdict = found.verdict();
    let works = if verdict.works { "yes" } else { "no" };
    text + &format!("verdict: {works}, {}\n", verdict.why)
}

fn object(url: &Url, found: &Findings) -> String {
    let row = |row: crate::proxy::probe::Row| {
        let offered = match row.offered {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        json!({ "what": row.what, "offered": offered, "detail": row.detail })
    };
    let rows: Vec<_> = found.rows().into_iter().map(row).collect();
    let verdict = found.verdict();
    let object = json!({
        "url": url.target.to_string(),
        "offers": rows,
        "works": verdict.works,
        "verdict": verdict.why,
    });
    format!("{object}\n")
}
