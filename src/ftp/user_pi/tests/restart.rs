//! Files that begin in the middle (RFC 3659 section 5).

use super::*;

/// An order for all but the first three bytes.
fn rest(window: usize) -> Order {
    Order {
        restart: 3,
        ..file(window)
    }
}

const AGREED: &str = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n< 200 ok\n> SIZE a\n\
                      < 213 5\n> MDTM a\n< 550 no\n";

#[test]
fn rest_stands_last_before_retr_and_counts() {
    let asked = format!("{LOGIN_1}{AGREED}> REST 3\n< 350 go on\n> RETR a\n< 150 here (2 bytes)\n");
    let begun = "! begun size=5 restart=3\n";
    for (bytes, end) in [
        (2, "! complete\n"),
        (1, "! failed: sent 4 of 5 bytes\n"),
        (5, "! failed: sent 8 of 5 bytes\n"),
    ] {
        let sent = format!("* data {bytes}\n* eof\n< 226 done\n");
        check(&rest(1), &format!("{asked}{begun}{sent}{end}"));
    }
}

#[test]
fn a_refused_rest_begins_at_the_beginning() {
    for reply in ["502 what", "501 no", "451 not now", "200 ok"] {
        let asked = format!("{LOGIN_1}{AGREED}> REST 3\n< {reply}\n> RETR a\n< 150 here\n");
        let sent = "! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n";
        check(&rest(1), &format!("{asked}{sent}"));
    }
}

#[test]
fn in_a_flight_rest_waits_for_the_port_and_retr_for_rest() {
    let flight = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> REST 3\n\
                  < 200 ok\n< 213 5\n< 550 no\n< 350 go on\n> RETR a\n< 150 here\n";
    let sent = "! begun size=5 restart=3\n* data 2\n* eof\n< 226 done\n! complete\n";
    check(&rest(8), &format!("{LOGIN_8}{flight}{sent}"));
    let refused = "> PASV|TYPE I|SIZE a|MDTM a\n< 500 no\n< 200 ok\n< 213 5\n< 550 no\n> EPSV\n\
                   < 229 ok (|||1025|)\n! connect 1025\n> REST 3\n< 350 go on\n> RETR a\n";
    check(&rest(8), &format!("{LOGIN_8}{refused}"));
}

#[test]
fn without_a_size_only_the_reply_tells_that_the_rest_is_whole() {
    let asked = AGREED.replace("213 5", "550 no");
    let talk = format!("{LOGIN_1}{asked}> REST 3\n< 350 go on\n> RETR a\n");
    let sent = "< 150 here (5 bytes)\n! begun restart=3\n* data 2\n* eof\n< 226 done\n! complete\n";
    check(&rest(1), &format!("{talk}{sent}"));
}

#[test]
fn every_spelling_begins_in_the_middle_and_a_directory_never_does() {
    let mut order = rest(1);
    order.spellings.push(arg("b"));
    let first = format!("{LOGIN_1}{AGREED}> REST 3\n< 350 go on\n> RETR a\n< 550 no\n! drop\n");
    let second = AGREED.replace(" a\n", " b\n").replace("213 5", "213 6");
    let sent = "> REST 3\n< 350 go on\n> RETR b\n< 150 here\n! begun size=6 restart=3 spelling=1\n";
    check(&order, &format!("{first}{second}{sent}"));
    order.spellings.pop();
    order.want = Want::Either;
    let listed = "> CWD a\n< 250 ok\n> PASV\n< 227 =127,0,0,1,4,2\n! connect 1026\n> TYPE I\n< 200 ok\n\
                  > FEAT\n< 500 what\n> LIST\n< 150 here\n! begun List\n* data 9\n* eof\n< 226 done\n\
                  ! complete\n";
    check(&order, &format!("{first}{listed}"));
}

#[test]
fn type_a_has_no_bytes_to_count_from() {
    let mut order = rest(1);
    order.representation = Representation::Ascii;
    let rest = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE A\n< 200 ok\n> RETR a\n";
    check(&order, &format!("{LOGIN_1}{rest}"));
}
