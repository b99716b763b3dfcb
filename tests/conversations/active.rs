//! PORT and EPRT, which RFC 1579 would rather not see: only if allowed, only last.

use std::time::{Duration, Instant};

use super::*;

/// Most strangers that are turned away while the server's call is awaited.
const MAX_STRANGERS: usize = 16;

const FALLBACK: &str = "active = \"fallback\"\nseconds.data_connect = 1";

/// PASV and EPSV refused, with what else is in the flight.
fn refused(window: usize) -> &'static str {
    if window == 1 {
        "LOGIN|PASV|EPSV"
    } else {
        "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|EPSV"
    }
}

/// The same on IPv6, where EPSV comes first.
fn swapped(window: usize) -> String {
    let swapped = refused(window).replace("PASV", "x").replace("EPSV", "PASV");
    swapped.replace('x', "EPSV")
}

/// What follows PORT.
fn behind_port(window: usize) -> &'static str {
    if window == 1 {
        "TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT"
    } else {
        "RETR pub/a|QUIT"
    }
}

fn builder() -> Builder {
    archive()
        .vice(Vice::RefusePasv(502))
        .vice(Vice::RefuseEpsv(500))
}

/// The commands of a session, less the address in PORT or EPRT, which must be on loopback.
#[track_caller]
fn without_address(case: &Case, session: usize) -> String {
    let commands = case.server.transcript(session);
    let commands = commands.iter().map(|line| {
        let Some((verb, address)) = line.split_once(' ') else {
            return line.clone();
        };
        match verb {
            "PORT" => assert!(address.starts_with("127,0,0,1,"), "{line}"),
            "EPRT" => assert!(address.starts_with("|2|::1|"), "{line}"),
            _ => return line.clone(),
        }
        verb.to_owned()
    });
    commands
        .collect::<Vec<_>>()
        .join("|")
        .replace(LOGIN, "LOGIN")
}

#[test]
fn port_follows_two_refusals_if_it_is_allowed() {
    each(&[None, Some(Vice::ConnectsBackAtOnce)], |vice, window| {
        let builder = vice.iter().cloned().fold(builder(), Builder::vice);
        let case = Case::with_config(builder, window, FALLBACK);
        assert_eq!(case.get("pub/a"), BODY);
        assert_eq!(
            without_address(&case, 0),
            format!("{}|PORT|{}", refused(window), behind_port(window))
        );
        assert_eq!(case.server.sessions(), 1);
    });
}

#[test]
fn nothing_stands_behind_port_in_its_segment() {
    both(|window| {
        let case = Case::with_config(builder(), window, FALLBACK);
        assert_eq!(case.get("pub/a"), BODY);
        let segments = case.server.segments(0);
        let port = segments.iter().find(|segment| segment.starts_with(b"PORT"));
        assert!(port.unwrap().ends_with(b"\r\n"));
        assert_eq!(
            port.unwrap().iter().filter(|byte| **byte == b'\n').count(),
            1
        );
    });
}

#[test]
fn on_ipv6_eprt_follows() {
    both(|window| {
        let builder = archive().ipv6().vice(Vice::RefuseEpsv(500));
        let case = Case::with_config(builder, window, FALLBACK);
        assert_eq!(case.get("pub/a"), BODY);
        assert_eq!(
            without_address(&case, 0),
            format!("{}|EPRT|{}", swapped(window), behind_port(window))
        );
    });
}

#[test]
fn port_is_not_sent_unless_it_is_allowed() {
    each(&["", "active = \"never\""], |config, window| {
        let case = Case::with_config(builder(), window, config);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused every permitted way to open a data connection: \
             500 Passive mode refused"
        );
        case.saw(&[refused(window)]);
    });
}

#[test]
fn all_three_refused_is_said() {
    both(|window| {
        let case = Case::with_config(builder().vice(Vice::RefusePort(501)), window, FALLBACK);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused every permitted way to open a data connection: \
             501 Active mode refused"
        );
        assert_eq!(
            without_address(&case, 0),
            format!("{}|PORT", refused(window))
        );
    });
}

#[test]
fn port_and_eprt_refused_with_any_code_are_refused() {
    let codes = [500, 501, 502, 504, 522, 530, 550, 425];
    each(&codes, |code, window| {
        for six in [false, true] {
            let builder = builder().vice(Vice::RefusePort(*code));
            let builder = if six { builder.ipv6() } else { builder };
            let case = Case::with_config(builder, window, FALLBACK);
            assert_eq!(
                case.error("pub/a"),
                format!(
                    "the FTP server SERVER refused every permitted way to open a data connection: \
                     {code} Active mode refused"
                )
            );
            let (sent, verb) = match six {
                false => (refused(window).to_owned(), "PORT"),
                true => (swapped(window), "EPRT"),
            };
            assert_eq!(without_address(&case, 0), format!("{sent}|{verb}"));
        }
    });
}

#[test]
fn a_server_that_never_calls_back_costs_its_deadlines() {
    both(|window| {
        let case = Case::with_config(builder().vice(Vice::NeverConnectsBack), window, FALLBACK);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER agreed on a data connection (PORT) that could not be opened"
        );
        let sent = format!("{}|PORT|{}", refused(window), behind_port(window));
        assert_eq!(without_address(&case, 0), sent.trim_end_matches("|QUIT"));
    });
}

#[test]
fn a_server_that_says_nothing_to_retr_is_given_up_when_it_has_not_called() {
    both(|window| {
        let case = Case::with_config(builder().vice(Vice::SilentAt("RETR")), window, FALLBACK);
        let start = Instant::now();
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER agreed on a data connection (PORT) that could not be opened"
        );
        let took = start.elapsed();
        // Its second to call, and two more to say why it did not; a reply alone may take 30.
        assert!((1..15).contains(&took.as_secs()), "{took:?}");
        let sent = format!("{}|PORT|{}", refused(window), behind_port(window));
        assert_eq!(without_address(&case, 0), sent.trim_end_matches("|QUIT"));
    });
}

#[test]
fn the_time_to_call_begins_with_the_transfer_command() {
    both(|window| {
        let slow = |command| Vice::SlowAt(command, Duration::from_millis(900));
        let vices = ["TYPE", "SIZE", "MDTM"].map(slow);
        let case = Case::with_config(
            vices.into_iter().fold(builder(), Builder::vice),
            window,
            FALLBACK,
        );
        assert_eq!(case.get("pub/a"), BODY);
        assert_eq!(
            without_address(&case, 0),
            format!("{}|PORT|{}", refused(window), behind_port(window))
        );
    });
}

#[test]
fn strangers_are_turned_away_up_to_their_bound() {
    each(&[1, MAX_STRANGERS], |strangers, window| {
        let vice = Vice::StrangersFirst(*strangers);
        let case = Case::with_config(builder().vice(vice), window, FALLBACK);
        assert_eq!(case.get("pub/a"), BODY, "{strangers}");
        assert_eq!(
            without_address(&case, 0),
            format!("{}|PORT|{}", refused(window), behind_port(window))
        );
    });
    both(|window| {
        let vice = Vice::StrangersFirst(MAX_STRANGERS + 1);
        let case = Case::with_config(builder().vice(vice), window, FALLBACK);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER agreed on a data connection (PORT) that could not be opened"
        );
        assert_eq!(
            without_address(&case, 0),
            format!("{}|PORT", refused(window))
        );
    });
}
