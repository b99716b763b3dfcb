//! Servers that answer one command twice, or with a word of another.

use super::*;

const AGREED: &str = "> PASV\n< 227 =127,0,0,1,4,1\n! connect 1025\n";
const TYPED: &str = "> TYPE I\n< 200 ok\n";
const ASKED: &str = "> SIZE a\n< 213 5\n> MDTM a\n< 550 no\n> RETR a\n";
const WHOLE: &str = "< 150 here\n! begun size=5\n* data 5\n* eof\n< 226 done\n! complete\n";

#[test]
fn a_second_230_is_no_answer_to_what_follows_the_login() {
    let twice = |login: &str| login.replace("< 230 in\n", "< 230 in\n> PASV\n< 230 really\n");
    let rest = format!("{AGREED}{TYPED}{ASKED}{WHOLE}").replacen("> PASV\n", "", 1);
    check(&file(1), &format!("{}{rest}", twice(LOGIN_1)));
    let talk = format!("{LOGIN_1}> CWD a\n< 230 really\n< 250 ok\n> PASV\n");
    check(&directory(1), &talk);
    let flight = "> PASV|TYPE I|SIZE a|MDTM a\n< 230 really\n< 227 =127,0,0,1,4,1\n\
                  ! connect 1025\n> RETR a\n";
    check(&file(8), &format!("{LOGIN_8}{flight}"));
}

#[test]
fn a_second_greeting_is_no_answer_to_user() {
    for (login, window) in [(LOGIN_1, 1), (LOGIN_8, 8)] {
        let twice = login.replace("< 331", "< 220 welcome\n< 331");
        let rest = "> PASV|TYPE I|SIZE a|MDTM a\n";
        let rest = if window == 1 { "> PASV\n" } else { rest };
        check(&file(window), &format!("{twice}{rest}"));
    }
}

#[test]
fn a_second_250_is_no_answer_to_pasv() {
    let port = "> PASV\n< 250 ok\n< 227 =127,0,0,1,4,1\n! connect 1025\n> TYPE I\n";
    check(
        &directory(1),
        &format!("{LOGIN_1}> CWD a\n< 250 ok\n{port}"),
    );
    let flight = "> PASV|TYPE I|FEAT\n< 250 ok\n< 227 =127,0,0,1,4,1\n! connect 1025\n\
                  < 200 ok\n< 500 what\n> LIST\n";
    check(
        &directory(8),
        &format!("{LOGIN_8}> CWD a\n< 250 ok\n{flight}"),
    );
}

#[test]
fn a_second_227_is_no_answer_to_type_and_no_other_port() {
    let second = "< 227 =127,0,0,1,4,2\n";
    let talk = format!("{LOGIN_1}{AGREED}> TYPE I\n{second}< 200 ok\n{ASKED}{WHOLE}");
    check(&file(1), &talk);
    let flight = format!(
        "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n{second}\
         < 200 ok\n< 213 5\n< 550 no\n{WHOLE}"
    );
    check(&file(8), &format!("{LOGIN_8}{flight}"));
}

#[test]
fn a_word_of_another_command_ends_no_transfer() {
    for stray in [
        "200 ok",
        "213 5",
        "213 20240102030405",
        "227 =1,1,1,1,4,1",
        "230 in",
    ] {
        let before = format!("{LOGIN_1}{AGREED}{TYPED}{ASKED}< {stray}\n");
        check(&file(1), &format!("{before}{WHOLE}"));
        let begun = "< 150 here\n! begun size=5\n* data 5\n";
        let rest = format!("{begun}< {stray}\n* eof\n< 226 done\n! complete\n");
        check(&file(1), &format!("{LOGIN_1}{AGREED}{TYPED}{ASKED}{rest}"));
    }
}

#[test]
fn a_200_that_comes_twice_costs_the_size_and_not_the_file() {
    let talk = format!(
        "{LOGIN_1}{AGREED}{TYPED}> SIZE a\n< 200 ok\n> MDTM a\n< 213 5\n> RETR a\n\
         < 213 20240102030405\n< 150 here\n! begun\n* data 5\n* eof\n< 226 done\n! complete\n"
    );
    check(&file(1), &talk);
    let flight = "> PASV|TYPE I|SIZE a|MDTM a\n< 227 =127,0,0,1,4,1\n! connect 1025\n> RETR a\n\
                  < 200 ok\n< 200 ok\n< 213 5\n< 213 20240102030405\n< 150 here\n! begun\n\
                  * data 5\n* eof\n< 226 done\n! complete\n";
    check(&file(8), &format!("{LOGIN_8}{flight}"));
}

#[test]
fn a_150_and_a_226_may_come_twice() {
    let begun = "< 150 here\n! begun size=5\n< 150 here\n< 125 still\n* data 5\n";
    for rest in [
        "* eof\n< 226 done\n! complete\n< 226 done\n",
        "< 226 done\n< 226 done\n* eof\n! complete\n",
        "< 226 done\n< 150 late\n* eof\n! complete\n",
    ] {
        let talk = format!("{LOGIN_1}{AGREED}{TYPED}{ASKED}{begun}{rest}");
        let mut said = Talk::new(file(1));
        for line in talk.lines().filter(is_input) {
            said.feed(line, 999);
        }
        assert_eq!(said.record, talk);
    }
}
