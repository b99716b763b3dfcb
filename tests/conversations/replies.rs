//! Replies that are written oddly, come twice, or belong elsewhere.

use std::time::Duration;

use super::*;
use crate::support::ftpd::GREETING;

#[test]
fn replies_that_are_written_oddly_are_understood() {
    let vices = [
        Vice::BareLf,
        Vice::CrCrLf,
        Vice::CodesOnly,
        Vice::TabBehindCode,
        Vice::EightBitText,
        Vice::ManyLines,
        Vice::Drip,
        Vice::CoalescedReplies,
        Vice::TwoGreetings,
        Vice::PassIsSuperfluous,
        Vice::GreetingText(b"220\r\n".to_vec()),
        Vice::GreetingText(b"220-\r\n220-\r\n 220 x\r\n220x\r\n530 no\r\n220 \r\n".to_vec()),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        let entries = case.menu("pub/");
        let kinds = entries.iter().filter(|item| item.kind != 'i');
        assert_eq!(kinds.count(), 2, "{vice:?}");
        case.saw(&[FILE, DIRECTORY]);
    });
}

#[test]
fn what_has_no_code_at_its_beginning_is_no_reply() {
    let cases = [
        (Vice::BlankBeforeCode, "\" 220 scripted ready\""),
        (
            Vice::TelnetBeforeCode,
            "\"\\xff\\xfb\\u{1}220 scripted ready\"",
        ),
        (Vice::GreetingText(b"000 zero\r\n".to_vec()), "\"000 zero\""),
        (Vice::GreetingText(b"600 six\r\n".to_vec()), "\"600 six\""),
        (Vice::GreetingText(b"22\r\n".to_vec()), "\"22\""),
        (Vice::GreetingText(b"2200 a\r\n".to_vec()), "\"2200 a\""),
        (Vice::GreetingText(b"\r\n220 a\r\n".to_vec()), "\"\""),
    ];
    each(&cases, |(vice, shown), window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(
            case.error("pub/a"),
            format!("the FTP server SERVER does not speak FTP: {shown} where a reply code was due")
        );
        case.saw(&[""]);
    });
}

/// RFC 959 section 4.2: only the same code ends a reply of several lines. Whoever takes any code
/// for an end is out of step with a welcome text that quotes one.
#[test]
fn a_reply_whose_last_line_has_another_code_has_no_end() {
    let cases = [
        (GREETING, "a greeting"),
        ("USER", "a reply to USER"),
        ("PASS", "a reply to PASS"),
        ("RETR", "a reply to RETR"),
    ];
    each(&cases, |(command, text), window| {
        let builder = archive().vice(Vice::OtherCodeAtEnd(command));
        let case = Case::with_config(builder, window, HASTE);
        assert_eq!(
            case.error("pub/a"),
            format!("the FTP server SERVER let 1 s pass without {text}")
        );
        let sent = match *command {
            GREETING => String::new(),
            command => until(FILE_FLIGHTS, command, window),
        };
        case.saw(&[&sent]);
    });
}

#[test]
fn a_reply_that_comes_twice_costs_a_file_nothing() {
    let commands = ["PASS", "PASV", "SIZE", "MDTM", "RETR", "TYPE"];
    each(&commands, |command, window| {
        let case = Case::new(archive().vice(Vice::Doubled(command)), window);
        // The second 213 to SIZE is no time, and the second 200 to TYPE no size: they cost these.
        assert_eq!(case.get("pub/a"), BODY, "{command}");
        case.saw(&[FILE]);
    });
}

/// At TYPE it may be taken for FEAT's answer in a flight, which costs MLSD and not the listing.
#[test]
fn a_reply_that_comes_twice_costs_a_directory_nothing() {
    let commands = ["PASS", "PASV", "CWD", "FEAT", "MLSD"];
    each(&commands, |command, window| {
        let case = Case::new(archive().vice(Vice::Doubled(command)), window);
        assert_eq!(case.menu("pub/").len(), 2, "{command}");
        case.saw(&[DIRECTORY]);
    });
}

/// In lock-step both are there before the password is sent, and one is enough.
#[test]
fn a_second_331_is_a_refused_password_if_that_was_on_its_way() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::Doubled("USER")), window);
        if window == 1 {
            assert_eq!(case.get("pub/a"), BODY);
            return case.saw(&[FILE]);
        }
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused the login: 331 Please specify the password"
        );
        case.saw(&["LOGIN"]);
    });
}

#[test]
fn a_flight_that_is_answered_last_one_first_is_put_in_order() {
    each(&["pub/a", "pub/"], |path, window| {
        let case = Case::with_config(archive().vice(Vice::Backwards), window, HASTE);
        if window == 1 {
            assert!(case.ask(path).is_ok());
            case.saw(&[if *path == "pub/" { DIRECTORY } else { FILE }]);
        } else {
            // PASS before USER is no login, and a password refused is the end.
            let text = "the FTP server SERVER refused the login: 503 Login with USER first";
            assert_eq!(case.error(path), text);
            case.saw(&["LOGIN"]);
        }
    });
}

#[test]
fn a_greeting_may_take_its_time_as_long_as_it_says_so() {
    both(|window| {
        // Each 120 is waited for like a reply of its own.
        let vice = Vice::Waits120(3, Duration::from_millis(500));
        let case = Case::with_config(archive().vice(vice), window, HASTE);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[FILE]);
    });
}

#[test]
fn a_greeting_that_is_put_off_is_awaited_no_longer_than_an_answer_may_take_to_begin() {
    both(|window| {
        let vice = Vice::Waits120(5, Duration::from_millis(800));
        let config = format!("{HASTE}\nseconds.begin = 2");
        let case = Case::with_config(archive().vice(vice), window, &config);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER let 2 s pass without the beginning of an answer"
        );
        case.saw(&[""]);
    });
}

#[test]
fn a_120_is_waited_out_five_times_and_not_six() {
    each(&[5, 6], |times, window| {
        let vice = Vice::Waits120(*times, Duration::ZERO);
        let case = Case::new(archive().vice(vice), window);
        if *times == 5 {
            assert_eq!(case.get("pub/a"), BODY);
            case.saw(&[FILE]);
        } else {
            assert_eq!(
                case.error("pub/a"),
                "the FTP server SERVER gave a senseless answer to the greeting: 120 Ready in 1 minute"
            );
            case.saw(&[""]);
        }
    });
}
