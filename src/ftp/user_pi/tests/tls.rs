//! AUTH TLS, PBSZ and PROT (RFC 4217): agreed to, refused, and tampered with.

use super::*;

/// Up to the login, under TLS, in both windows.
const SECURED_1: &str = "< 220 ready\n> AUTH TLS\n< 234 go on\n! secure\n* secured\n\
                         > USER anonymous\n< 331 who\n> PASS me@here\n< 230 in\n";
const SECURED_8: &str = "< 220 ready\n> AUTH TLS\n< 234 go on\n! secure\n* secured\n\
                         > USER anonymous|PASS me@here\n< 331 who\n< 230 in\n";
/// Data connections under TLS, in both windows.
const PROTECTED_1: &str = "> PBSZ 0\n< 200 0\n> PROT P\n< 200 private\n";
const PROTECTED_8: &str = "> PBSZ 0|PROT P\n< 200 0\n< 200 private\n";
/// A file, from the data connection on, in both windows.
const FILE_1: &str = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n< 200 ok\n\
                      > SIZE a\n< 213 5\n> MDTM a\n< 550 no\n> RETR a\n";
const FILE_8: &str = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n\
                      > RETR a\n< 200 ok\n< 213 5\n< 550 no\n";
const REST: &str = "< 150 here\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n\
                    * quit\n> QUIT\n< 221 bye\n";

fn under(tls: Tls, window: usize) -> Order {
    Order {
        tls,
        ..file(window)
    }
}

/// Whether data goes under TLS once a conversation is over.
fn is_protected(order: Order, conversation: &str) -> bool {
    let mut talk = Talk::new(order);
    let inputs = conversation.lines().filter(is_input);
    inputs.for_each(|line| talk.feed(line, 999));
    talk.pi.is_protected()
}

#[test]
fn a_file_under_tls_in_lock_step_and_in_flights() {
    for tls in [Tls::Try, Tls::Require] {
        for (window, talk) in [
            (1, [SECURED_1, PROTECTED_1, FILE_1, REST].concat()),
            (8, [SECURED_8, PROTECTED_8, FILE_8, REST].concat()),
        ] {
            check(&under(tls, window), &talk);
            assert!(is_protected(under(tls, window), &talk));
        }
    }
}

#[test]
fn a_directory_under_tls_begins_with_a_lone_cwd() {
    let order = Order {
        want: Want::Directory,
        ..under(Tls::Require, 8)
    };
    let talk = format!("{SECURED_8}{PROTECTED_8}> CWD a\n< 250 ok\n> PASV|TYPE I|FEAT\n");
    check(&order, &talk);
}

#[test]
fn nothing_is_said_until_the_handshake_is_done() {
    let mut talk = Talk::new(under(Tls::Try, 8));
    talk.reply(b"220 ready\r\n");
    talk.reply(b"234 go on\r\n");
    talk.feed("* grace", 0);
    talk.feed("* failed", 0);
    assert!(!talk.record.contains("USER"), "{}", talk.record);
}

const REFUSALS: [&str; 7] = [
    "500 what",
    "502 no",
    "504 no",
    "530 Please login with USER and PASS",
    "534 no",
    "431 not now",
    "450 not now",
];

#[test]
fn tls_refused_is_the_end_where_it_is_required() {
    for refusal in REFUSALS {
        for window in [1, 8] {
            let talk = format!(
                "< 220 ready\n> AUTH TLS\n< {refusal}\n! failed: refused to use TLS: {refusal}\n"
            );
            check(&under(Tls::Require, window), &talk);
        }
    }
}

#[test]
fn tls_refused_leads_to_plain_text_where_it_is_only_tried() {
    for refusal in REFUSALS {
        let auth = format!("< 220 ready\n> AUTH TLS\n< {refusal}\n");
        for (window, login, rest) in [(1, LOGIN_1, FILE_1), (8, LOGIN_8, FILE_8)] {
            let login = login.replace("< 220 ready\n", &auth);
            let talk = format!("{login}{rest}{REST}");
            check(&under(Tls::Try, window), &talk);
            assert!(!is_protected(under(Tls::Try, window), &talk));
        }
    }
}

#[test]
fn an_answer_to_auth_that_is_neither_yes_nor_no_is_the_end() {
    for words in ["200 ok", "232 in", "334 ADAT=", "331 who"] {
        let failed = format!("! failed: gave a senseless answer to AUTH: {words}\n");
        let talk = format!("< 220 ready\n> AUTH TLS\n< {words}\n{failed}");
        check(&under(Tls::Try, 8), &talk);
        check(&under(Tls::Require, 1), &talk);
    }
    let busy = "< 220 ready\n> AUTH TLS\n< 421 no\n! failed: is busy, try again later: 421 no\n";
    check(&under(Tls::Try, 1), busy);
}

#[test]
fn plain_text_behind_the_234_is_nobodys_word() {
    let behind: [&[u8]; 5] = [
        b"230 you are in\r\n",
        b"331 who\r\n230 in\r\n",
        b"2",
        b"\n",
        b"220-unfinished\r\n",
    ];
    let failed = "> AUTH TLS\n! secure\n! failed: sent plain text where TLS was to begin\n";
    for bytes in behind {
        for tls in [Tls::Try, Tls::Require] {
            let mut talk = Talk::new(under(tls, 8));
            talk.reply(b"220 ready\r\n");
            talk.reply(&[b"234 go on\r\n", bytes].concat());
            talk.feed("* secured", 0);
            let said = talk.record.replace("* secured\n", "");
            assert_eq!(said, failed, "{}", bytes.escape_ascii());

            let mut talk = Talk::new(under(tls, 1));
            talk.reply(b"220 ready\r\n");
            talk.reply(b"234 go on\r\n");
            talk.reply(bytes);
            assert_eq!(talk.record, failed, "{}", bytes.escape_ascii());
        }
    }
}

#[test]
fn no_tls_is_asked_for_unless_it_is_wanted() {
    check(&under(Tls::Never, 1), &format!("{LOGIN_1}{FILE_1}{REST}"));
}

#[test]
fn protection_refused_is_the_end_where_it_is_required() {
    for refusal in ["536 no", "534 policy", "431 no", "500 what"] {
        let refused = |flight: &str| flight.replace("200 private", refusal);
        let failed = format!("! failed: refused to send data under TLS: {refusal}\n");
        for (window, talk) in [
            (1, format!("{SECURED_1}{}{failed}", refused(PROTECTED_1))),
            (8, format!("{SECURED_8}{}{failed}", refused(PROTECTED_8))),
        ] {
            check(&under(Tls::Require, window), &talk);
        }
    }
}

#[test]
fn protection_refused_leads_to_data_in_clear_where_it_is_only_tried() {
    let refused = |flight: &str| flight.replace("200 private", "536 no");
    for (window, talk) in [
        (1, [SECURED_1, &refused(PROTECTED_1), FILE_1, REST].concat()),
        (8, [SECURED_8, &refused(PROTECTED_8), FILE_8, REST].concat()),
    ] {
        check(&under(Tls::Try, window), &talk);
        assert!(!is_protected(under(Tls::Try, window), &talk));
    }
}

#[test]
fn a_buffer_size_refused_is_no_matter_if_protection_is_not() {
    let flight = PROTECTED_8.replace("< 200 0\n", "< 503 what for\n");
    check(
        &under(Tls::Require, 8),
        &[SECURED_8, &flight, FILE_8, REST].concat(),
    );
}

#[test]
fn who_is_logged_in_before_tls_asks_for_it_all_the_same() {
    let login = "< 230 in\n> AUTH TLS\n< 234 go on\n! secure\n* secured\n";
    check(
        &under(Tls::Require, 1),
        &[login, PROTECTED_1, FILE_1, REST].concat(),
    );
}

#[test]
fn a_second_greeting_is_no_answer_to_auth() {
    let twice = |login: &str| login.replace("< 234", "< 220 welcome\n< 234");
    check(
        &under(Tls::Require, 1),
        &[&twice(SECURED_1), PROTECTED_1, FILE_1, REST].concat(),
    );
    check(
        &under(Tls::Try, 8),
        &[&twice(SECURED_8), PROTECTED_8, FILE_8, REST].concat(),
    );
}
