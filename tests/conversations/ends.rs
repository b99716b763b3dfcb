//! How a transfer begins and ends: replies too early, too late, too many, and connections that break.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use super::*;

const NO_QUIT: &str = "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a";

#[test]
fn transfers_that_begin_and_end_oddly_are_whole() {
    let cases = [
        vec![Vice::FinalBeforePreliminary],
        vec![Vice::Doubled("RETR"), Vice::Doubled("MLSD")],
        vec![Vice::Late150, Vice::CoalescedReplies],
        vec![Vice::NoPreliminary, Vice::CoalescedReplies],
        vec![Vice::Late150, Vice::AcceptsLate(Duration::from_millis(200))],
        vec![Vice::EarlyFinal, Vice::Drip],
        vec![Vice::FinalReply("250 Done")],
        vec![Vice::FinalReply("226")],
        vec![Vice::FinalReply("226-Sent\r\n226 Done")],
        vec![Vice::FinalReply(
            "226-Sent\r\n426 no\r\n 226 no\r\n226 Done",
        )],
        vec![Vice::FinalReply("226 Transferred 0 bytes")],
        vec![Vice::Preliminary("125 Data connection already open")],
        vec![Vice::Preliminary("150")],
        vec![Vice::Preliminary("110 MARK 1 = 1")],
        vec![Vice::Preliminary("199 Why not")],
        vec![Vice::Preliminary("150-Two\r\n226 lines\r\n150 Sending")],
        vec![Vice::Preliminaries(5)],
        vec![Vice::WaitsForOurClose, Vice::NoPreliminary],
    ];
    each(&cases, |vices, window| {
        let builder = vices.iter().cloned().fold(archive(), Builder::vice);
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), BODY, "{vices:?}");
        assert_eq!(case.menu("pub/").len(), 2, "{vices:?}");
        case.saw(&[FILE, DIRECTORY]);
    });
}

#[test]
fn the_sixth_preliminary_reply_is_one_too_many() {
    both(|window| {
        let reply = b"150 Sending\r\n".repeat(6);
        let case = Case::new(archive().vice(Vice::Reply("RETR", reply)), window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER gave a senseless answer to RETR: 150 Sending"
        );
        case.saw(&[NO_QUIT]);
    });
}

/// Of these few bytes the client has a part and a reset, or an error item and none of them.
#[track_caller]
fn not_whole(case: &Case) {
    match case.ask("pub/a") {
        Err(part) => assert!(BODY.starts_with(&part)),
        Ok(item) => assert!(error_text(&item).contains("the FTP server ")),
    }
}

/// A reset that comes before the gateway has seen its data connection open is one that could not be
/// opened, and the next way is tried.
#[track_caller]
fn saw_one_way_or_both(case: Case) {
    let ways = [NO_QUIT.to_owned(), NO_QUIT.replace("PASV", "EPSV")];
    let ways = ways.each_ref().map(String::as_str);
    let sessions = case.server.sessions().min(ways.len());
    case.saw(&ways[..sessions]);
}

#[test]
fn a_small_file_whose_connections_break_is_never_whole() {
    let vices = [
        Vice::CloseControlInData(0),
        Vice::CloseControlInData(4),
        Vice::CloseControlInData(9),
        Vice::CloseControlAfterData,
        Vice::ResetControlAfterData,
    ];
    each(&vices, |vice, window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, HASTE);
        not_whole(&case);
        case.saw(&[NO_QUIT]);
    });
    let vices = [
        Vice::DataReset(0),
        Vice::DataReset(9),
        Vice::DataResetThen226,
    ];
    each(&vices, |vice, window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, HASTE);
        not_whole(&case);
        saw_one_way_or_both(case);
    });
}

#[test]
fn a_large_file_whose_connections_break_is_cut() {
    let body = vec![b'x'; 16 << 20];
    let vices = [
        Vice::CloseControlInData(8 << 20),
        Vice::ResetControlAfterData,
        Vice::DataResetThen226,
    ];
    for vice in vices {
        both(|window| {
            let builder = Ftpd::builder().file(b"/pub/a", body.clone());
            let case = Case::with_config(builder.vice(vice.clone()), window, HASTE);
            assert!(case.cut("pub/a", &body) > 0, "{vice:?}");
            case.saw(&[NO_QUIT]);
        });
    }
}

#[test]
fn a_client_that_leaves_in_the_middle_costs_no_further_command() {
    both(|window| {
        let builder = archive().vice(Vice::EndlessFile).vice(Vice::NoSize);
        let case = Case::new(builder, window);
        let mut stream = case.gateway.connect();
        let request = format!("/ftp/{}/pub/a\r\n", case.server.addr());
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_exact(&mut [0; 1000]).unwrap();
        drop(stream);
        // Neither ABOR nor QUIT: both connections are closed.
        case.saw(&[NO_QUIT]);
    });
}

/// Bytes that were reset may not have come, and what they were nobody knows.
#[test]
fn a_226_does_not_make_a_reset_an_end_though_no_size_is_known() {
    both(|window| {
        let builder = archive().vice(Vice::NoSize).vice(Vice::DataResetThen226);
        let case = Case::with_config(builder, window, HASTE);
        not_whole(&case);
        saw_one_way_or_both(case);
    });
}

/// Its 226 is not believed: an empty listing has a data connection too.
#[test]
fn a_listing_that_ends_without_a_data_connection_is_an_error_and_no_empty_menu() {
    both(|window| {
        let builder = archive().vice(Vice::ListingWithoutData);
        let case = Case::with_config(builder, window, HASTE);
        assert_eq!(
            case.error("pub/"),
            "the FTP server SERVER let 1 s pass without sending more data"
        );
        case.saw(&[DIRECTORY.trim_end_matches("|QUIT")]);
    });
}

#[test]
fn a_transfer_ended_by_another_2xx_than_226_and_250_is_not_whole() {
    each(&["200 Done", "213 9", "221 Bye"], |words, window| {
        let builder = archive().vice(Vice::FinalReply(words));
        let case = Case::with_config(builder, window, HASTE);
        case.cut("pub/a", BODY);
        case.saw(&[NO_QUIT]);
    });
}
