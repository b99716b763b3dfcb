//! Where log lines go, and in which shape.

use std::io::Write;

use env_logger::Target;
use log::LevelFilter;

use crate::proxy::access::{self, LogFormat};
use crate::proxy::fetch::transcript;

/// Log lines go to standard error. Access lines are whole lines of their own.
pub(super) fn start(format: LogFormat) {
    let mut builder = env_logger::Builder::new();
    builder
        .filter_level(LevelFilter::Off)
        .filter_module("gophergate", LevelFilter::Info);
    builder.filter_module(access::TARGET, LevelFilter::Info);
    if let Some(level) = std::env::var("GOPHERGATE_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
    {
        builder
            .filter_module("gophergate", level)
            .filter_module(access::TARGET, level);
    }
    builder.format(
        move |out, record| match (record.target() == access::TARGET, format) {
            (true, _) => writeln!(out, "{}", record.args()),
            (false, LogFormat::Text) => {
                writeln!(
                    out,
                    "{} {}",
                    record.level().as_str().to_ascii_lowercase(),
                    record.args()
                )
            }
            (false, LogFormat::Json) => {
                let level = record.level().as_str().to_ascii_lowercase();
                writeln!(
                    out,
                    "{}",
                    serde_json::json!({ "level": level, "message": record.args().to_string() })
                )
            }
        },
    );
    builder.init();
}

/// The conversation with an FTP server goes to `out`, a line each, and warnings beside it.
pub(super) fn start_conversation(out: impl Write + Send + 'static) {
    let mut builder = env_logger::Builder::new();
    builder
        .filter_level(LevelFilter::Off)
        .filter_module("gophergate", LevelFilter::Warn)
        .filter_module(transcript::TARGET, LevelFilter::Debug)
        .target(Target::Pipe(Box::new(out)));
    builder.format(|out, record| {
        let line = record.args().to_string();
        match line.split_once(' ') {
            // There is but one session, so that its number says nothing.
            Some((_, said)) if record.target() == transcript::TARGET => writeln!(out, "{said}"),
            _ => writeln!(out, "{line}"),
        }
    });
    builder.init();
}
