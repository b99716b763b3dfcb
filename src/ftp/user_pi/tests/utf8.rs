//! `OPTS UTF8 ON` (RFC 2640): when it is said, and that its refusal costs nothing.

use super::*;

const OFFER: &str = "< 211-Features:\n<  UTF8\n<  MLST type*;\n< 211 End\n";
const LISTED: &str = "< 150 here\n! begun Mlsd\n* data 9\n* eof\n< 226 done\n! complete\n";
const PORT: &str = "< 227 =127,0,0,1,4,1\n! connect 1025\n";

fn at(path: &str, order: Order) -> Order {
    Order {
        spellings: vec![arg(path)],
        ..order
    }
}

fn in_another_set(order: Order) -> Order {
    Order {
        names: Names::Other,
        ..order
    }
}

#[test]
fn a_directory_on_a_server_that_offers_it_is_listed_in_utf_8() {
    let asked = format!("{LOGIN_1}> CWD a\n< 250 ok\n> PASV\n{PORT}> TYPE I\n< 200 ok\n> FEAT\n");
    let offered = format!("{asked}{OFFER}");
    for answer in ["200 on", "202 always", "501 what", "451 no", "550 no"] {
        check(
            &directory(1),
            &format!("{offered}> OPTS UTF8 ON\n< {answer}\n> MLSD\n{LISTED}"),
        );
        check(
            &directory(8),
            &format!(
                "{LOGIN_8}> CWD a\n< 250 ok\n> PASV|TYPE I|FEAT\n{PORT}< 200 ok\n{OFFER}\
                 > OPTS UTF8 ON|MLSD\n< {answer}\n{LISTED}"
            ),
        );
    }
    check(
        &in_another_set(directory(1)),
        &format!("{offered}> MLSD\n{LISTED}"),
    );
}

#[test]
fn it_comes_behind_another_way_to_a_data_connection() {
    check(
        &directory(8),
        &format!(
            "{LOGIN_8}> CWD a\n< 250 ok\n> PASV|TYPE I|FEAT\n< 500 what\n< 200 ok\n{OFFER}\
             > EPSV|OPTS UTF8 ON\n< 229 (|||1025|)\n! connect 1025\n> MLSD\n< 200 on\n{LISTED}"
        ),
    );
}

#[test]
fn a_path_in_utf_8_is_announced_before_it_is_sent() {
    let name = "\\xc3\\xa9";
    let whole = "< 150 here\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n";
    let rest = format!("> RETR {name}\n{whole}");
    for answer in ["200 on", "500 what"] {
        check(
            &at("\u{e9}", file(1)),
            &format!(
                "{LOGIN_1}> PASV\n{PORT}> TYPE I\n< 200 ok\n> OPTS UTF8 ON\n< {answer}\n\
                 > SIZE {name}\n< 213 5\n> MDTM {name}\n< 550 no\n{rest}"
            ),
        );
        check(
            &at("\u{e9}", file(8)),
            &format!(
                "{LOGIN_8}> PASV|TYPE I|OPTS UTF8 ON|SIZE {name}|MDTM {name}\n{PORT}\
                 > RETR {name}\n< 200 ok\n< {answer}\n< 213 5\n< 550 no\n{whole}"
            ),
        );
        check(
            &at("\u{e9}", directory(8)),
            &format!(
                "{LOGIN_8}> OPTS UTF8 ON\n< {answer}\n> CWD {name}\n< 250 ok\n\
                 > PASV|TYPE I|FEAT\n{PORT}< 200 ok\n{OFFER}> MLSD\n{LISTED}"
            ),
        );
    }
}

#[test]
fn what_turns_out_to_be_a_directory_is_announced_once() {
    let name = "\\xc3\\xa9";
    check(
        &at("\u{e9}", either(1)),
        &format!(
            "{LOGIN_1}> PASV\n{PORT}> TYPE I\n< 200 ok\n> OPTS UTF8 ON\n< 200 on\n\
             > SIZE {name}\n< 550 no\n> MDTM {name}\n< 550 no\n> RETR {name}\n< 550 no\n! drop\n\
             > CWD {name}\n< 250 ok\n> PASV\n{PORT}> TYPE I\n< 200 ok\n> FEAT\n{OFFER}\
             > MLSD\n{LISTED}"
        ),
    );
}

#[test]
fn other_paths_go_without_it() {
    let plain = |name: &str| format!("{LOGIN_8}> PASV|TYPE I|SIZE {name}|MDTM {name}\n");
    check(&file(8), &plain("a"));
    let latin1 = Order {
        spellings: vec![arg(b"\xe9".as_slice())],
        ..file(8)
    };
    check(&latin1, &plain("\\xe9"));
    check(&in_another_set(at("\u{e9}", file(8))), &plain("\\xc3\\xa9"));
}
