//! How servers write a 227 and a 229, and with which codes they refuse one.

use std::time::Duration;

use super::*;

/// A file by EPSV, after a PASV that was of no use.
fn by_epsv(window: usize) -> &'static str {
    if window == 1 {
        "LOGIN|PASV|EPSV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT"
    } else {
        "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|EPSV|RETR pub/a|QUIT"
    }
}

/// The same where EPSV is of no use either.
fn neither(window: usize) -> &'static str {
    by_epsv(window).split_inclusive("EPSV").next().unwrap()
}

#[test]
fn a_227_is_read_however_it_is_written() {
    let vices = [
        Vice::PasvZeroAddress,
        Vice::PasvPrivateAddress,
        Vice::PasvForeignAddress,
        Vice::PasvSevenNumbers,
        Vice::PasvThreeDigits,
        Vice::PasvBlanks,
        Vice::PasvAsUrl,
        Vice::PasvNoParens,
        Vice::PasvTextBefore,
        Vice::ManyLines,
        Vice::Answer229ToPasv,
        Vice::AcceptsLate(Duration::from_millis(300)),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[FILE]);
    });
}

#[test]
fn two_vices_of_a_227_at_once_are_no_more_than_one() {
    each(&[Vice::PasvNoParens, Vice::PasvAsUrl], |vice, window| {
        let builder = archive().vice(vice.clone());
        let builder = builder.vice(Vice::PasvZeroAddress).vice(Vice::PasvBlanks);
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[FILE]);
    });
}

#[test]
fn a_227_without_six_numbers_leads_to_epsv() {
    let vices = [
        Vice::PasvFiveNumbers,
        Vice::PasvNumberTooBig,
        Vice::PasvNoAddress,
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[by_epsv(window)]);
    });
}

#[test]
fn a_229_is_read_however_it_is_written() {
    let vices = [
        Vice::EpsvOtherDelimiter,
        Vice::EpsvNoParens,
        Vice::EpsvDotBehind,
        Vice::Answer227ToEpsv,
        Vice::ManyLines,
    ];
    each(&vices, |vice, window| {
        let builder = archive().vice(Vice::RefusePasv(502)).vice(vice.clone());
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[by_epsv(window)]);
    });
    each(&vices[..3], |vice, window| {
        let case = Case::new(archive().ipv6().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[&FILE.replace("PASV", "EPSV")]);
    });
}

#[test]
fn a_229_that_names_no_port_is_none() {
    let vices = [Vice::EpsvMissingDelimiter, Vice::EpsvWithAddress];
    each(&vices, |vice, window| {
        // PASV comes first, and then it does not matter.
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[FILE]);
        let builder = archive().vice(Vice::RefusePasv(502)).vice(vice.clone());
        let case = Case::new(builder, window);
        let told = "the FTP server SERVER names no permitted port for a data connection: 229 ";
        let text = case.error("pub/a");
        assert!(text.starts_with(told), "{text}");
        case.saw(&[neither(window)]);
    });
}

/// The codes by which a way to open a data connection is refused: 421 is not one, it ends all.
const CODES: [u16; 10] = [425, 451, 500, 501, 502, 503, 504, 522, 530, 550];

#[test]
fn pasv_refused_with_any_code_leads_to_epsv() {
    each(&CODES, |code, window| {
        let case = Case::new(archive().vice(Vice::RefusePasv(*code)), window);
        assert_eq!(case.get("pub/a"), BODY, "{code}");
        case.saw(&[by_epsv(window)]);
    });
}

#[test]
fn a_way_that_was_refused_once_is_not_asked_for_again() {
    both(|window| {
        let vice = Vice::ReplyOnce("PASV", b"425 Not now\r\n".to_vec());
        let case = Case::new(archive().vice(vice), window);
        assert_eq!(case.menu("pub").len(), 2);
        let sent = by_epsv(window).replace("pub/a", "pub");
        let listing = "CWD pub|EPSV|TYPE I|FEAT|MLSD|QUIT";
        case.saw(&[&sent.replace("QUIT", listing)]);
    });
}

#[test]
fn epsv_refused_with_any_code_is_the_end_of_what_is_permitted() {
    each(&CODES, |code, window| {
        let builder = archive().vice(Vice::RefusePasv(500));
        let case = Case::new(builder.vice(Vice::RefuseEpsv(*code)), window);
        assert_eq!(
            case.error("pub/a"),
            format!(
                "the FTP server SERVER refused every permitted way to open a data connection: \
                 {code} Passive mode refused"
            )
        );
        case.saw(&[neither(window)]);
    });
}

#[test]
fn a_522_names_the_protocols_that_would_do_and_is_a_refusal() {
    both(|window| {
        let protocols = b"522 Network protocol not supported, use (1,2)\r\n";
        let builder = archive()
            .ipv6()
            .vice(Vice::Reply("EPSV", protocols.to_vec()))
            .vice(Vice::Reply("PASV", protocols.to_vec()));
        let case = Case::new(builder, window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused every permitted way to open a data connection: \
             522 Network protocol not supported, use (1,2)"
        );
        let sent = neither(window).replace("PASV", "x");
        case.saw(&[&sent.replace("EPSV", "PASV").replace('x', "EPSV")]);
    });
}
