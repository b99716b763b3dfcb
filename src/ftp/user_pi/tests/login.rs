//! From the greeting to a login, or to none.

use super::*;

const FILE_1: &str = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n< 200 ok\n> SIZE a\n\
                      < 213 5\n> MDTM a\n< 213 20240102030405\n> RETR a\n";
const REST: &str = "< 150 here\n! begun size=5 modified=2024-01-02T03:04:05\n* data 5\n* eof\n\
                    < 226 done\n! complete\n* quit\n> QUIT\n< 221 bye\n";

#[test]
fn a_file_in_lock_step_has_one_command_on_the_way() {
    check(&file(1), &format!("{LOGIN_1}{FILE_1}{REST}"));
}

#[test]
fn a_file_in_flights_takes_two_and_one_command() {
    let flight = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n\
                  < 200 ok\n< 213 5\n< 213 20240102030405\n";
    check(&file(8), &format!("{LOGIN_8}{flight}{REST}"));
}

#[test]
fn a_230_to_user_leaves_the_password_unsaid() {
    let login = "< 220 ready\n> USER anonymous\n< 230 in\n";
    check(&file(1), &format!("{login}{FILE_1}{REST}"));
}

#[test]
fn a_password_that_was_on_its_way_to_a_230_may_be_refused() {
    for answer in [
        "503 You are logged in",
        "530 no",
        "230 in",
        "202 superfluous",
    ] {
        let login = format!(
            "< 220 ready\n> USER anonymous|PASS me@here\n< 230 in\n< {answer}\n\
             > PASV|TYPE I|SIZE a|MDTM a\n"
        );
        check(&file(8), &login);
    }
}

#[test]
fn a_greeting_of_230_is_a_login() {
    check(&file(1), &format!("< 230 in\n{FILE_1}{REST}"));
    check(&file(8), "< 230 in\n> PASV|TYPE I|SIZE a|MDTM a\n");
}

#[test]
fn a_120_is_waited_out() {
    let login = LOGIN_1.replacen("< 220", "< 120 ready in 002 minutes\n< 220", 1);
    check(&file(1), &format!("{login}{FILE_1}{REST}"));
}

#[test]
fn a_greeting_may_have_lines_that_look_like_its_end() {
    let mut talk = Talk::new(file(1));
    talk.reply(b"220-Welcome\r\n 220 indented\r\n331 not yet\r\n220-still\r\n");
    assert_eq!(talk.record, "");
    talk.reply(b"220 now\r\n");
    assert_eq!(talk.record, "> USER anonymous\n");
}

#[test]
fn what_a_login_says_to_visitors_is_passed_on() {
    let mut talk = Talk::new(file(1));
    talk.reply(b"220 ready\r\n");
    talk.reply(b"230-Be kind\r\n230-to\tthe disk\r\n230 in\r\n");
    assert!(
        talk.record.contains("! message Be kind|to\\tthe disk\n"),
        "{}",
        talk.record
    );
}

#[test]
fn an_account_is_given_if_there_is_one() {
    let mut order = file(1);
    let login = LOGIN_1.replace("< 230 in\n", "< 332 account?\n");
    let failed = "! failed: asks for an account: 332 account?\n";
    check(&order, &format!("{login}{failed}"));
    order.login.account = Some(arg("staff"));
    check(
        &order,
        &format!("{login}> ACCT staff\n< 230 in\n{FILE_1}{REST}"),
    );
    let refused = "> ACCT staff\n< 530 no\n! failed: refused the login: 530 no\n";
    check(&order, &format!("{login}{refused}"));
}

#[test]
fn an_account_is_given_once_though_a_password_was_on_its_way() {
    let mut order = file(8);
    order.login.account = Some(arg("staff"));
    for answer in ["332 account?", "503 no password now"] {
        let talk = format!(
            "< 220 ready\n> USER anonymous|PASS me@here\n< 332 account?\n< {answer}\n\
             > ACCT staff\n< 230 in\n> PASV|TYPE I|SIZE a|MDTM a\n"
        );
        check(&order, &talk);
    }
}

#[test]
fn a_login_is_refused_or_the_server_is_busy_by_its_words() {
    let refused = |words: &str| format!("! failed: refused the login: {words}\n");
    let busy = |words: &str| format!("! failed: is busy, try again later: {words}\n");
    for (words, failed) in [
        ("530 Login incorrect", &refused as &dyn Fn(&str) -> String),
        ("530 Login incorrect, try again", &refused),
        ("530 Sorry, too many users", &busy),
        ("530 the MAXIMUM NUMBER of clients", &busy),
        ("421 going down", &busy),
        ("530 Please try again later", &busy),
        ("530 Server overloaded, try back later", &busy),
        (
            "530 Sorry, you have exceeded the number of connections.",
            &busy,
        ),
        ("530 Maximum login limit has been reached", &busy),
        ("530 Login limit exceeded", &busy),
        ("530 Access is restricted to 50 anonymous users", &busy),
        ("530 Only 2 sessions per user are allowed", &busy),
        ("530 restricted to 1 simultaneous logins", &busy),
        ("530 Can't accept any more users", &busy),
        ("530 Access is restricted to members", &refused),
        ("530 Only users with a session key are let in", &refused),
        ("530 Sessions are allowed to staff only", &refused),
        ("550 no", &refused),
    ] {
        let failed = failed(words);
        check(&file(1), &format!("< {words}\n{failed}"));
        let at_user = format!("< 220 ready\n> USER anonymous\n< {words}\n{failed}");
        check(&file(1), &at_user);
        let at_pass = LOGIN_8.replace("230 in", words);
        check(&file(8), &format!("{at_pass}{failed}"));
    }
}

#[test]
fn a_421_is_the_end_wherever_it_comes() {
    let conversation = format!("{LOGIN_1}{FILE_1}{REST}");
    let inputs: Vec<_> = conversation.lines().filter(is_input).collect();
    let over = inputs
        .iter()
        .position(|line| *line == "< 226 done")
        .unwrap();
    for kept in 0..=over {
        let mut talk = Talk::new(file(1));
        inputs[..kept].iter().for_each(|line| talk.feed(line, 999));
        talk.record.clear();
        talk.reply(b"421 Timeout\r\n");
        assert_eq!(
            talk.record,
            "! failed: is busy, try again later: 421 Timeout\n"
        );
        talk.feed("* eof", 0);
        talk.feed("* grace", 0);
        talk.reply(b"226 never mind\r\n");
    }
}
