//! How the data connection comes about, and what happens when it does not.

use super::*;

fn logged_in(rest: &str) -> String {
    format!("{LOGIN_1}{rest}")
}

fn in_flight(rest: &str) -> String {
    format!("{LOGIN_8}> PASV|TYPE I|SIZE a|MDTM a\n{rest}")
}

const REFUSALS: [&str; 7] = [
    "500 what",
    "501 no",
    "502 no",
    "550 Permission denied",
    "425 not now",
    "227 Entering Passive Mode",
    "200 ok",
];

#[test]
fn epsv_comes_first_on_ipv6() {
    let mut order = file(8);
    order.methods = Method::list(true, false);
    let flight = "> EPSV|TYPE I|SIZE a|MDTM a\n< 229 ok (|||1025|)\n! connect 1025\n> RETR a\n";
    check(&order, &format!("{LOGIN_8}{flight}"));
    order.window = 1;
    let refused = "> EPSV\n< 522 no\n> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n";
    check(&order, &logged_in(refused));
}

#[test]
fn pasv_refused_in_any_words_leads_to_epsv() {
    for refusal in REFUSALS {
        let rest =
            format!("> PASV\n< {refusal}\n> EPSV\n< 229 ok (|||1025|)\n! connect 1025\n> TYPE I\n");
        check(&file(1), &logged_in(&rest));
    }
}

#[test]
fn in_flights_the_next_method_waits_until_all_is_answered() {
    for refusal in REFUSALS.into_iter().filter(|words| *words != "200 ok") {
        let rest = format!(
            "< {refusal}\n< 200 ok\n< 213 5\n< 550 no\n> EPSV\n< 229 ok (|||1025|)\n\
             ! connect 1025\n> RETR a\n< 150 here\n! begun size=5\n"
        );
        check(&file(8), &in_flight(&rest));
    }
}

#[test]
fn either_answer_is_taken_to_either_command() {
    check(
        &file(1),
        &logged_in("> PASV\n< 229 ok (|||1025|)\n! connect 1025\n> TYPE I\n"),
    );
    let rest = "> PASV\n< 500 no\n> EPSV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n";
    check(&file(1), &logged_in(rest));
}

#[test]
fn a_port_of_services_or_out_of_the_range_is_not_called() {
    let conversation = |low: u16, high: u16| {
        format!(
            "> PASV\n< 227 =127,0,0,1,{},{}\n> EPSV\n< 229 ok (|||{high}|)\n! failed: names no \
             permitted port for a data connection: 229 ok (|||{high}|)\n",
            low >> 8,
            low & 255
        )
    };
    for port in [0, 1, 21, 22, 1023] {
        check(&file(1), &logged_in(&conversation(port, port)));
    }
    let order = Order {
        data_ports: 5000..=5009,
        ..file(1)
    };
    check(&order, &logged_in(&conversation(4999, 5010)));
    for port in [5000, 5009] {
        let (high, low) = (port >> 8, port & 255);
        let taken = format!("> PASV\n< 227 =127,0,0,1,{high},{low}\n! connect {port}\n> TYPE I\n");
        check(&order, &logged_in(&taken));
    }
}

#[test]
fn port_is_tried_last_and_only_if_allowed() {
    let refused = "> PASV\n< 550 no\n> EPSV\n< 501 no\n";
    let words = "refused every permitted way to open a data connection: 501 no";
    check(
        &file(1),
        &logged_in(&format!("{refused}! failed: {words}\n")),
    );
    let port = "! listen\n* listening 127.0.0.1:513\n> PORT 127,0,0,1,2,1\n";
    let rest = "< 200 ok\n> TYPE I\n< 200 ok\n> SIZE a\n< 213 5\n> MDTM a\n< 550 no\n> RETR a\n\
                < 150 here\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n";
    check(
        &active(file(1)),
        &logged_in(&format!("{refused}{port}{rest}")),
    );
}

#[test]
fn all_refused_is_no_data_connection() {
    let refused = "> PASV\n< 550 no\n> EPSV\n< 501 no\n! listen\n* listening 127.0.0.1:513\n\
                   > PORT 127,0,0,1,2,1\n< 500 no PORT\n! drop\n";
    let words = "refused every permitted way to open a data connection: 500 no PORT";
    let failed = refused.replace("! drop\n", &format!("! failed: {words}\n"));
    check(&active(file(1)), &logged_in(&failed));
}

#[test]
fn eprt_names_the_family() {
    let mut order = file(1);
    order.methods = Method::list(true, true);
    let rest = "> EPSV\n< 500 no\n> PASV\n< 500 no\n! listen\n* listening [::1]:513\n\
                > EPRT |2|::1|513|\n< 200 ok\n> TYPE I\n";
    check(&order, &logged_in(rest));
}

#[test]
fn nothing_goes_behind_port_before_its_answer() {
    let refused = "< 500 no\n< 200 ok\n< 213 5\n< 550 no\n> EPSV\n< 500 no\n! listen\n\
                   * listening 127.0.0.1:513\n> PORT 127,0,0,1,2,1\n< 200 ok\n> RETR a\n";
    check(&active(file(8)), &in_flight(refused));
}

#[test]
fn in_a_flight_the_first_200_is_ports() {
    let mut order = file(8);
    order.methods = vec![Method::Active];
    let rest = "! listen\n* listening 127.0.0.1:513\n> PORT 127,0,0,1,2,1|TYPE I|SIZE a|MDTM a\n\
                < 200 ok\n> RETR a\n< 504 no\n< 213 5\n< 550 no\n< 150 here\n! begun size=5\n";
    check(&order, &format!("{LOGIN_8}{rest}"));
}

#[test]
fn a_place_to_listen_that_nobody_asked_for_is_not_named() {
    let mut talk = Talk::new(active(file(1)));
    talk.feed("* listening 127.0.0.1:513", 0);
    talk.feed("< 220 ready", 99);
    talk.feed("< 230 in", 99);
    talk.feed("< 227 =127,0,0,1,4,1", 99);
    assert!(!talk.record.contains("PORT"), "{}", talk.record);
}

const AGREED: &str = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n";
const ASKED: &str = "< 200 ok\n> SIZE a\n< 550 no\n> MDTM a\n< 550 no\n> RETR a\n";

#[test]
fn a_connection_that_fails_before_the_transfer_is_a_failure_of_its_method() {
    let words = "agreed on a data connection (PASV) that could not be opened";
    check(
        &file(1),
        &logged_in(&format!("{AGREED}* failed\n! failed: {words}\n")),
    );
}

#[test]
fn a_reply_says_more_than_a_connection_that_failed() {
    for (reply, failed) in [
        (
            "425 no connection",
            "could not open the data connection (PASV): 425 no connection",
        ),
        (
            "426 gone",
            "could not open the data connection (PASV): 426 gone",
        ),
        (
            "226 done",
            "could not open the data connection (PASV): 226 done",
        ),
        ("550 no such file", "refused: 550 no such file"),
        ("421 bye", "is busy, try again later: 421 bye"),
    ] {
        let rest = format!("{AGREED}{ASKED}* failed\n< {reply}\n! failed: {failed}\n");
        check(&file(1), &logged_in(&rest));
    }
}

#[test]
fn a_425_is_a_failure_of_its_method_though_the_connection_stands() {
    let failed = "! failed: could not open the data connection (PASV): 425 no\n";
    let rest = format!("{AGREED}{ASKED}< 425 no\n{failed}");
    check(&file(1), &logged_in(&rest));
    let rest = format!("{AGREED}{ASKED}< 150 here\n! begun\n< 425 no\n{failed}");
    check(&file(1), &logged_in(&rest));
}

fn all_passive(order: Order) -> Order {
    let mut methods = Method::list(false, false);
    methods.insert(0, Method::AllPassive);
    Order { methods, ..order }
}

#[test]
fn with_apsv_the_answer_to_the_transfer_names_the_port() {
    let end = "! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n";
    for said in ["151 =127,0,0,1,4,1", "151 1025"] {
        check(
            &all_passive(file(1)),
            &logged_in(&format!(
                "> APSV\n< 200 ok\n> TYPE I\n< 200 ok\n> SIZE a\n< 213 5\n> MDTM a\n< 550 no\n\
                 > RETR a\n< {said}\n! connect 1025\n{end}"
            )),
        );
        check(
            &all_passive(file(8)),
            &format!(
                "{LOGIN_8}> APSV\n< 200 ok\n> TYPE I|SIZE a|MDTM a|RETR a\n< 200 ok\n< 213 5\n\
                 < 550 no\n< {said}\n! connect 1025\n{end}"
            ),
        );
    }
}

#[test]
fn apsv_is_agreed_on_once_for_all_transfers() {
    let rest = "> APSV\n< 200 ok\n> CWD a\n< 250 ok\n> TYPE I\n< 200 ok\n> FEAT\n< 211 MLST\n\
                > MLSD\n< 500 no\n! drop\n> LIST\n< 151 1025\n! connect 1025\n! begun List\n* eof\n\
                < 226 done\n! complete\n";
    check(&all_passive(directory(1)), &logged_in(rest));
}

#[test]
fn a_server_without_apsv_is_asked_for_pasv() {
    for refusal in ["500 what", "502 no", "504 no", "530 no"] {
        let rest = format!("> APSV\n< {refusal}\n> PASV\n");
        check(&all_passive(file(1)), &logged_in(&rest));
        let rest = format!("> APSV\n< {refusal}\n> PASV|TYPE I|SIZE a|MDTM a\n");
        check(&all_passive(file(8)), &format!("{LOGIN_8}{rest}"));
    }
}

#[test]
fn a_transfer_that_names_no_port_is_a_failure_of_apsv() {
    let answers = [
        "150 here",
        "151 soon",
        "151 127,0,0,1,0,21",
        "425 no",
        "503 PASV first",
        "226 done",
    ];
    for answer in answers {
        let rest = format!(
            "> APSV\n< 200 ok\n> TYPE I\n< 200 ok\n> SIZE a\n< 213 5\n> MDTM a\n< 550 no\n> RETR a\n\
             < {answer}\n! failed: could not open the data connection (APSV): {answer}\n"
        );
        check(&all_passive(file(1)), &logged_in(&rest));
    }
}
