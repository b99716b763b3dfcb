//! Directories: CWD, then a bare listing, in the best form that the server has.

use super::*;

const FEATURES: &str = "< 211 MLST type*;size*;\n";

/// Up to the listing command, in lock-step, with this answer to FEAT.
fn ready(feat: &str) -> String {
    format!(
        "{LOGIN_1}> CWD a\n< 250 ok\n> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n\
         < 200 ok\n> FEAT\n{feat}"
    )
}

fn again(port: u16, command: &str) -> String {
    let low = port - 1024;
    format!("! drop\n> PASV\n< 227 =127,0,0,1,4,{low}\n! connect {port}\n> {command}\n")
}

fn whole(format: &str) -> String {
    format!("< 150 here\n! begun {format}\n* data 9\n* eof\n< 226 done\n! complete\n")
}

#[test]
fn a_directory_in_lock_step_is_listed_by_mlsd_or_list() {
    let mlsd = whole("Mlsd");
    check(&directory(1), &format!("{}> MLSD\n{mlsd}", ready(FEATURES)));
    for feat in ["< 500 what\n", "< 211 no features\n", "< 530 log in\n"] {
        let list = whole("List");
        check(&directory(1), &format!("{}> LIST\n{list}", ready(feat)));
    }
}

#[test]
fn a_directory_in_flights_waits_for_feat_before_the_listing() {
    let rest = format!(
        "> CWD a\n< 250 ok\n> PASV|TYPE I|FEAT\n< 227 =127,0,0,1,4,1\n! connect 1025\n< 200 ok\n\
         {FEATURES}> MLSD\n{}",
        whole("Mlsd")
    );
    check(&directory(8), &format!("{LOGIN_8}{rest}"));
    let unordered = format!(
        "> CWD a\n< 250 ok\n> PASV|TYPE I|FEAT\n{FEATURES}< 200 ok\n< 227 =127,0,0,1,4,1\n\
         ! connect 1025\n> MLSD\n{}",
        whole("Mlsd")
    );
    check(&directory(8), &format!("{LOGIN_8}{unordered}"));
}

#[test]
fn the_login_directory_needs_no_cwd() {
    let mut order = directory(8);
    for spellings in [vec![], vec![arg("")]] {
        order.spellings = spellings;
        check(&order, &format!("{LOGIN_8}> PASV|TYPE I|FEAT\n"));
    }
}

#[test]
fn each_form_that_is_refused_leads_to_the_next_with_a_fresh_port() {
    let talk = format!(
        "{}> MLSD\n< 500 what\n{}< 502 no LIST\n{}",
        ready(FEATURES),
        again(1026, "LIST"),
        again(1027, "NLST")
    );
    check(&directory(1), &format!("{talk}{}", whole("Nlst")));
    for (reply, failed) in [
        ("550 Permission denied", "refused: 550 Permission denied"),
        ("451 not now", "cannot do it now: 451 not now"),
    ] {
        check(
            &directory(1),
            &format!("{talk}< {reply}\n! failed: {failed}\n"),
        );
    }
}

#[test]
fn a_directory_without_entries_is_empty_and_not_an_error() {
    let empty = |format: &str| format!("! drop\n! begun {format}\n! complete\n");
    let talk = format!("{}> LIST\n", ready("< 500 what\n"));
    check(
        &directory(1),
        &format!("{talk}< 450 No files found\n{}", empty("List")),
    );
    let talk = format!("{talk}< 502 no LIST\n{}", again(1026, "NLST"));
    for words in ["550 No files found", "450 no", "550 Directory is empty"] {
        check(
            &directory(1),
            &format!("{talk}< {words}\n{}", empty("Nlst")),
        );
    }
    check(
        &directory(1),
        &format!(
            "{talk}< 150 here\n! begun Nlst\n* eof\n< 550 No files found\n{}",
            empty("Nlst")
        ),
    );
}

#[test]
fn a_listing_that_broke_off_is_not_asked_for_in_another_form() {
    let talk = format!(
        "{}> MLSD\n< 150 here\n! begun Mlsd\n* data 9\n",
        ready(FEATURES)
    );
    for reply in ["426 gone", "451 disk", "550 no"] {
        let failed = format!("* eof\n< {reply}\n! failed: broke off: {reply}\n");
        check(&directory(1), &format!("{talk}{failed}"));
    }
}

#[test]
fn a_directory_that_is_refused_is_tried_in_its_other_spellings() {
    let mut order = directory(1);
    order.spellings = vec![arg("a b"), arg("a%20b")];
    let talk = format!("{LOGIN_1}> CWD a b\n< 550 first\n> CWD a%20b\n");
    check(
        &order,
        &format!("{talk}< 550 second\n! failed: refused: 550 first\n"),
    );
    check(&order, &format!("{talk}< 250 ok\n> PASV\n"));
    check(
        &order,
        &format!("{LOGIN_1}> CWD a b\n< 452 later\n! failed: cannot do it now: 452 later\n"),
    );
    check(
        &order,
        &format!(
            "{LOGIN_1}> CWD a b\n< 331 what\n! failed: gave a senseless answer to CWD: 331 what\n"
        ),
    );
}

#[test]
fn what_a_directory_says_to_visitors_is_passed_on() {
    let mut talk = Talk::new(directory(1));
    talk.reply(b"220 ready\r\n");
    talk.reply(b"230 in\r\n");
    talk.reply(b"250-Mirrors\r\n  of old\r\n250 ok\r\n");
    let expected = "> USER anonymous\n> CWD a\n! message Mirrors|  of old\n> PASV\n";
    assert_eq!(talk.record, expected);
}

#[test]
fn a_450_that_gives_a_reason_is_no_empty_directory() {
    let denied = "450 .: Permission denied";
    let talk = format!(
        "{}> MLSD\n< {denied}\n{}< {denied}\n{}",
        ready(FEATURES),
        again(1026, "LIST"),
        again(1027, "NLST")
    );
    check(&directory(1), &format!("{talk}{}", whole("Nlst")));
    check(
        &directory(1),
        &format!("{talk}< {denied}\n! failed: cannot do it now: {denied}\n"),
    );
    for words in [
        "450 Failed, no files",
        "550 No files: denied",
        "550 Not here",
    ] {
        let command = if words.starts_with("450") {
            "cannot do it now"
        } else {
            "refused"
        };
        check(
            &directory(1),
            &format!("{talk}< {words}\n! failed: {command}: {words}\n"),
        );
    }
    let empty = "! drop\n! begun Mlsd\n! complete\n";
    check(
        &directory(1),
        &format!("{}> MLSD\n< 450 No files found\n{empty}", ready(FEATURES)),
    );
    check(
        &directory(1),
        &format!(
            "{}> MLSD\n< 550 No files found\n{}",
            ready(FEATURES),
            again(1026, "LIST")
        ),
    );
}
