//! Files: what is whole, what is not, and what else a refused path is tried as.

use super::*;

/// Up to RETR, in lock-step, with this answer to SIZE.
fn asked(size: &str) -> String {
    format!(
        "{LOGIN_1}> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n< 200 ok\n> SIZE a\n\
         < {size}\n> MDTM a\n< 550 no\n> RETR a\n"
    )
}

#[track_caller]
fn ends(size: &str, rest: &str) {
    check(&file(1), &format!("{}{rest}", asked(size)));
}

#[test]
fn whole_is_the_final_reply_and_the_size() {
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n",
    );
    ends(
        "213 5 bytes",
        "< 125 here\n! begun size=5\n* data 5\n* eof\n< 250 done\n! complete\n",
    );
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n* data 4\n* eof\n< 226 done\n! failed: sent 4 of 5 bytes\n",
    );
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n* data 6\n* eof\n< 226 done\n! failed: sent 6 of 5 bytes\n",
    );
    ends(
        "550 no",
        "< 150 here\n! begun\n* data 4\n* eof\n< 226 done\n! complete\n",
    );
    ends(
        "213 99999999999999999999",
        "< 150 here\n! begun\n* data 4\n* eof\n< 226 done\n! complete\n",
    );
}

#[test]
fn an_end_of_data_alone_proves_nothing() {
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n* data 5\n* eof\n* end\n\
         ! failed: closed the connection instead of answering RETR\n",
    );
}

#[test]
fn a_final_reply_may_come_before_the_end_of_the_data() {
    let begun = "< 150 here\n! begun size=5\n* data 2\n< 226 done\n";
    ends("213 5", &format!("{begun}* data 3\n* eof\n! complete\n"));
    ends(
        "213 5",
        &format!("{begun}< 421 bye\n* end\n* data 3\n* eof\n! complete\n"),
    );
    ends(
        "213 5",
        &format!("{begun}* eof\n! failed: sent 2 of 5 bytes\n"),
    );
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n< 226 done\n* failed\n\
         ! failed: agreed on a data connection (PASV) that could not be opened\n",
    );
}

#[test]
fn the_size_may_stand_in_the_150() {
    for (text, size) in [
        (
            "Opening BINARY mode data connection for a (5 bytes).",
            "size=5",
        ),
        ("Opening (not) a (5 bytes)", "size=5"),
        ("Opening a (5 byt)", ""),
        ("Opening a (bytes)", ""),
        ("Opening a (5", ""),
        ("Opening 5 bytes", ""),
    ] {
        let begun = format!("! begun {size}").trim_end().to_owned();
        ends("500 what", &format!("< 150 {text}\n{begun}\n"));
    }
    ends(
        "213 5",
        "< 150 a (7 bytes)\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n",
    );
}

#[test]
fn without_a_1xx_the_final_reply_or_the_drivers_patience_begins_it() {
    ends(
        "213 5",
        "* data 5\n* eof\n< 226 done\n! begun size=5\n! complete\n",
    );
    ends(
        "213 5",
        "* data 5\n* grace\n! begun size=5\n* eof\n< 226 done\n! complete\n",
    );
    ends(
        "213 5",
        "* data 5\n* eof\n< 150 late\n! begun size=5\n< 226 done\n! complete\n",
    );
}

#[test]
fn a_reply_that_breaks_off_is_never_another_try() {
    let begun = "< 150 here\n! begun size=5\n* data 2\n";
    for reply in ["426 gone", "451 disk", "552 quota", "550 really"] {
        ends(
            "213 5",
            &format!("{begun}* eof\n< {reply}\n! failed: broke off: {reply}\n"),
        );
    }
    ends(
        "213 5",
        "< 150 here\n! begun size=5\n< 426 gone\n! failed: broke off: 426 gone\n",
    );
}

#[test]
fn a_refusal_says_whether_to_come_back() {
    for (reply, failed) in [
        ("550 no such file", "refused: 550 no such file"),
        ("553 no", "refused: 553 no"),
        ("450 locked", "cannot do it now: 450 locked"),
        ("452 full", "cannot do it now: 452 full"),
        ("350 go on", "gave a senseless answer to RETR: 350 go on"),
    ] {
        ends("213 5", &format!("< {reply}\n! failed: {failed}\n"));
    }
}

/// As [`asked`], with this answer to TYPE.
fn typed(reply: &str, size: &str) -> String {
    asked(size).replace("TYPE I\n< 200 ok", &format!("TYPE I\n< {reply}"))
}

#[test]
fn a_refused_type_needs_a_size_to_be_believed() {
    let whole = "* data 5\n* eof\n< 226 done\n! complete\n";
    for reply in ["504 no", "501 what", "451 not now"] {
        let word = match reply {
            "451 not now" => "cannot do it now",
            _ => "refused",
        };
        let failed = format!("! failed: {word}: {reply}\n");
        let unsized_ = typed(reply, "550 no");
        check(&file(1), &format!("{unsized_}< 150 here\n{failed}"));
        check(&file(1), &format!("{unsized_}* data 5\n* grace\n{failed}"));
        let told = format!("< 150 a (5 bytes)\n! begun size=5\n{whole}");
        check(&file(1), &format!("{unsized_}{told}"));
        let sized = format!("{}< 150 here\n! begun size=5\n", typed(reply, "213 5"));
        check(&file(1), &format!("{sized}{whole}"));
        let short = "* data 4\n* eof\n< 226 done\n! failed: sent 4 of 5 bytes\n";
        check(&file(1), &format!("{sized}{short}"));
        let missing = "< 550 no such file\n! failed: refused: 550 no such file\n";
        check(&file(1), &format!("{unsized_}{missing}"));
    }
    for reply in ["200 ok", "250 ok", "500 what", "502 no TYPE"] {
        let talk = typed(reply, "550 no");
        check(&file(1), &format!("{talk}< 150 here\n! begun\n{whole}"));
    }
}

#[test]
fn the_type_of_a_listing_may_be_refused() {
    let listed = LISTED.replace("< 200 ok", "< 504 no");
    let rest = format!(
        "{}< 550 no file\n! drop\n{listed}",
        typed("504 no", "550 no")
    );
    check(&either(1), &rest);
}

const LISTED: &str = "> CWD a\n< 250 ok\n> PASV\n< 227 =127,0,0,1,4,2\n! connect 1026\n> TYPE I\n\
                      < 200 ok\n> FEAT\n< 500 what\n> LIST\n< 150 here\n! begun List\n* data 9\n\
                      * eof\n< 226 done\n! complete\n";

#[test]
fn what_is_no_file_is_tried_as_a_directory() {
    for reply in ["550 not a file", "450 no", "451 no", "501 what"] {
        let rest = format!("{}< {reply}\n! drop\n{LISTED}", asked("550 no"));
        check(&either(1), &rest);
    }
}

#[test]
fn a_1xx_may_be_taken_back_and_the_size_of_a_directory_is_none() {
    let rest = "< 150 here\n! begun size=4096\n* eof\n< 550 a directory\n! drop\n";
    check(&either(1), &format!("{}{rest}{LISTED}", asked("213 4096")));
}

#[test]
fn a_size_that_comes_late_is_not_a_listings() {
    let rest = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n\
                < 200 ok\n< 150 what\n! begun\n< 550 a directory\n< 213 4096\n! drop\n> CWD a\n";
    let mut talk = Talk::new(either(8));
    for line in format!("{LOGIN_8}{rest}").lines().filter(is_input) {
        talk.feed(line, 999);
    }
    let answers = "< 550 no\n< 250 ok\n< 227 =127,0,0,1,4,2\n< 200 ok\n< 500 what\n< 150 here\n\
                   * data 9\n* eof\n< 226 done\n";
    answers.lines().for_each(|line| talk.feed(line, 999));
    assert!(talk.record.ends_with("! complete\n"), "{}", talk.record);
}

#[test]
fn neither_file_nor_directory_is_what_the_file_was_refused_with() {
    let rest = "< 550 no such file\n! drop\n> CWD a\n< 550 no such directory\n\
                ! failed: refused: 550 no such file\n";
    check(&either(1), &format!("{}{rest}", asked("550 no")));
}

#[test]
fn spellings_are_tried_one_after_the_other() {
    let mut order = file(8);
    order.spellings = Arg::spellings(b"\xff").unwrap();
    order.spellings.push(arg("%FF"));
    let refused = |path: &str, number: u8| {
        format!(
            "> PASV|TYPE I|SIZE {path}|MDTM {path}\n< 227 =127,0,0,1,4,{number}\n\
             ! connect {}\n> RETR {path}\n< 200 ok\n< 550 no\n< 550 no\n",
            1024 + u16::from(number)
        )
    };
    let talk = [
        LOGIN_8,
        &refused("\\xff\\xff", 1),
        "< 550 first\n! drop\n",
        &refused("\\xff", 2),
        "< 550 second\n! drop\n",
        &refused("%FF", 3),
    ]
    .concat();
    let taken = "< 150 here\n! begun spelling=2\n* data 1\n* eof\n< 226 done\n! complete\n";
    check(&order, &format!("{talk}{taken}"));
    check(
        &order,
        &format!("{talk}< 550 third\n! failed: refused: 550 first\n"),
    );
}

#[test]
fn a_flight_may_be_answered_out_of_order() {
    let rest = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n";
    let whole = "* data 5\n* eof\n< 226 done\n! complete\n";
    let time = "< 213 20240102030405\n";
    let orders = [
        format!("{time}< 213 5\n< 200 ok\n< 150 here\n"),
        format!("< 213 5\n{time}< 200 ok\n< 150 here\n"),
        format!("< 200 ok\n{time}< 213 5\n< 150 here\n"),
    ];
    for replies in orders {
        let begun = "! begun size=5 modified=2024-01-02T03:04:05\n";
        check(&file(8), &format!("{LOGIN_8}{rest}{replies}{begun}{whole}"));
    }
    let early = format!("< 150 here\n! begun\n{time}< 213 5\n< 200 ok\n");
    check(&file(8), &format!("{LOGIN_8}{rest}{early}{whole}"));
    let short = "* data 4\n* eof\n< 226 done\n! failed: sent 4 of 5 bytes\n";
    check(&file(8), &format!("{LOGIN_8}{rest}{early}{short}"));
    let no_size = format!("< 500 what\n{time}< 200 ok\n< 150 here\n");
    let mut talk = Talk::new(file(8));
    let inputs = format!("{LOGIN_8}{rest}{no_size}{whole}");
    for line in inputs.lines().filter(is_input) {
        talk.feed(line, 999);
    }
    assert!(talk.record.ends_with("! complete\n"), "{}", talk.record);
}

#[test]
fn type_a_asks_for_no_size_and_believes_none() {
    let mut order = file(8);
    order.representation = Representation::Ascii;
    let rest = "> PASV|TYPE A\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n< 200 ok\n\
                < 150 a (5 bytes)\n! begun\n* data 6\n* eof\n< 226 done\n! complete\n";
    check(&order, &format!("{LOGIN_8}{rest}"));
}

#[test]
fn the_second_of_two_final_replies_answers_nothing() {
    let refused = format!("{}< 550 a directory\n! drop\n", asked("550 no"));
    for stray in ["226 done", "426 gone"] {
        for command in ["CWD a", "PASV", "TYPE I", "FEAT"] {
            let sent = format!("> {command}\n");
            let rest = LISTED.replacen(&sent, &format!("{sent}< {stray}\n"), 1);
            check(&either(1), &format!("{refused}{rest}"));
        }
    }
}

/// A path of three segments that the server takes one by one only.
fn deep(want: Want, window: usize) -> Order {
    Order {
        spellings: vec![arg("a/b/c")],
        ..order(want, window)
    }
}

#[test]
fn a_path_that_is_refused_as_a_whole_is_walked_to() {
    let passive = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n";
    for refusal in ["501 Invalid data set name", "550 invalid directory name"] {
        check(
            &deep(Want::Either, 1),
            &format!(
                "{LOGIN_1}{passive}> TYPE I\n< 200 ok\n> SIZE a/b/c\n< 500 no\n> MDTM a/b/c\n\
                 < 500 no\n> RETR a/b/c\n< {refusal}\n! drop\n> CWD a/b/c\n< {refusal}\n\
                 > CWD a\n< 250 ok\n> CWD b\n< 250 ok\n{passive}> TYPE I\n< 200 ok\n> SIZE c\n\
                 < 213 5\n> MDTM c\n< 550 no\n> RETR c\n< 150 here\n! begun size=5\n* data 5\n\
                 * eof\n< 226 done\n! complete\n"
            ),
        );
        check(
            &deep(Want::Either, 8),
            &format!(
                "{LOGIN_8}> PASV|TYPE I|SIZE a/b/c|MDTM a/b/c\n< 227 =127,0,0,1,4,1\n\
                 ! connect 1025\n> RETR a/b/c\n< 200 ok\n< 500 no\n< 500 no\n< {refusal}\n! drop\n\
                 > CWD a/b/c\n< {refusal}\n> CWD a\n< 250 ok\n> CWD b\n< 250 ok\n\
                 > PASV|TYPE I|SIZE c|MDTM c\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR c\n\
                 < 200 ok\n< 550 no\n< 550 no\n< 550 {refusal}\n! drop\n> CWD c\n< 250 ok\n\
                 > PASV|TYPE I|FEAT\n< 227 =127,0,0,1,4,1\n! connect 1025\n< 200 ok\n< 500 no\n\
                 > LIST\n< 150 here\n! begun List\n* eof\n< 226 done\n! complete\n"
            ),
        );
    }
}

#[test]
fn the_walk_ends_at_the_first_segment_that_is_refused_and_the_first_refusal_is_told() {
    let walk = |path: &str, refusal: &str, walk: &str| {
        let order = Order {
            spellings: vec![arg(path)],
            ..directory(1)
        };
        check(
            &order,
            &format!("{LOGIN_1}> CWD {path}\n< {refusal}\n{walk}"),
        );
    };
    walk(
        "/a/b",
        "553 how",
        "> CWD /\n< 250 ok\n> CWD a\n< 550 no\n! failed: refused: 553 how\n",
    );
    walk("a", "553 how", "! failed: refused: 553 how\n");
    for ordinary in ["550 a/b: No such file or directory", "551 Access denied"] {
        walk("a/b", ordinary, &format!("! failed: refused: {ordinary}\n"));
    }
}
