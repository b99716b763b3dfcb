//! PASV and EPSV: refused, unparsable, unwise, unheard.

use super::*;

/// A login and PASV with what else is in its flight, all answered; PASV gave no port.
fn without_port(window: usize) -> &'static str {
    if window == 1 {
        "LOGIN|PASV"
    } else {
        "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a"
    }
}

/// The rest of a file's commands, behind a port that was found at last.
fn behind_port(window: usize) -> &'static str {
    if window == 1 {
        "TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT"
    } else {
        "RETR pub/a|QUIT"
    }
}

#[test]
fn pasv_refused_in_any_words_leads_to_epsv() {
    let vices = [
        Vice::RefusePasv(500),
        Vice::RefusePasv(501),
        Vice::RefusePasv(502),
        Vice::RefusePasv(550),
        Vice::RefusePasv(425),
        Vice::Reply("PASV", b"227 Entering Passive Mode\r\n".to_vec()),
        Vice::Reply("PASV", b"227 (1,2,3,4,5,256)\r\n".to_vec()),
        Vice::Reply("PASV", b"227 (127,0,0,1,0,22)\r\n".to_vec()),
        Vice::Reply("PASV", b"227 (127,0,0,1,3,255)\r\n".to_vec()),
        Vice::Reply("PASV", b"227 (127,0,0,1,0,0)\r\n".to_vec()),
        Vice::Reply("PASV", b"331 what\r\n".to_vec()),
    ];
    each(&vices, |vice, window| {
        for more in [
            None,
            Some(Vice::EpsvOtherDelimiter),
            Some(Vice::Answer227ToEpsv),
        ] {
            let builder = archive().vice(vice.clone());
            let case = Case::new(more.into_iter().fold(builder, Builder::vice), window);
            assert_eq!(case.get("pub/a"), BODY);
            let (before, behind) = (without_port(window), behind_port(window));
            case.saw(&[&format!("{before}|EPSV|{behind}")]);
        }
    });
}

#[test]
fn a_directory_falls_back_in_the_same_way() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::RefusePasv(550)), window);
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&[if window == 1 {
            "LOGIN|CWD pub|PASV|EPSV|TYPE I|FEAT|MLSD|QUIT"
        } else {
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|EPSV|MLSD|QUIT"
        }]);
    });
}

#[test]
fn epsv_refused_does_not_matter_where_pasv_is_not() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::RefuseEpsv(500)), window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[FILE]);
    });
}

#[test]
fn on_ipv6_epsv_comes_first_and_pasv_second() {
    each(&[false, true], |refused, window| {
        let mut builder = archive().ipv6();
        if *refused {
            builder = builder.vice(Vice::RefuseEpsv(500));
        }
        let case = Case::new(builder, window);
        if *refused {
            let text = "the FTP server SERVER refused every permitted way to open a data \
                        connection: 425 No PASV on IPv6, use EPSV";
            assert_eq!(case.error("pub/a"), text);
            let sent = without_port(window).replace("PASV", "EPSV");
            case.saw(&[&format!("{sent}|PASV")]);
        } else {
            assert_eq!(case.get("pub/a"), BODY);
            case.saw(&[&FILE.replace("PASV", "EPSV")]);
        }
    });
}

#[test]
fn both_refused_is_an_error_that_says_why() {
    both(|window| {
        let builder = archive()
            .vice(Vice::RefusePasv(550))
            .vice(Vice::RefuseEpsv(522));
        let case = Case::new(builder, window);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER refused every permitted way to open a data connection: \
             522 Passive mode refused"
        );
        case.saw(&[&format!("{}|EPSV", without_port(window))]);
    });
}

#[test]
fn a_port_of_services_is_never_called() {
    each(&[0_u16, 22, 1023], |port, window| {
        let case = Case::new(archive().vice(Vice::PasvPort(*port)), window);
        assert_eq!(
            case.error("pub/a"),
            format!(
                "the FTP server SERVER names no permitted port for a data connection: \
                 229 Entering Extended Passive Mode (|||{port}|)"
            )
        );
        case.saw(&[&format!("{}|EPSV", without_port(window))]);
    });
}

#[test]
fn a_port_out_of_the_range_of_the_configuration_is_never_called() {
    each(&[5000_u16, 4999, 5010], |port, window| {
        let builder = archive().vice(Vice::PasvPort(*port));
        let case = Case::with_config(builder, window, "data_ports = \"5001-5009\"");
        assert_eq!(
            case.error("pub/a"),
            format!(
                "the FTP server SERVER names no permitted port for a data connection: \
                 229 Entering Extended Passive Mode (|||{port}|)"
            )
        );
        case.saw(&[&format!("{}|EPSV", without_port(window))]);
    });
}

/// The kernel's word on the data connection and the server's 425 come as they like: either may be
/// the one that is reported, and in lock-step the transfer may not have been asked for yet.
#[test]
fn a_port_on_which_nobody_listens_is_tried_in_each_way_and_reported() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::NobodyListens), window);
        let text = case.error("pub/a");
        let known = [
            "the FTP server SERVER could not open the data connection (EPSV): \
             425 No data connection",
            "the FTP server SERVER agreed on a data connection (EPSV) that could not be opened",
        ];
        assert!(known.contains(&text.as_str()), "{text}");
        assert_eq!(case.server.sessions(), 2);
        for (session, method) in ["PASV", "EPSV"].into_iter().enumerate() {
            let sent = case.server.transcript(session).join("|");
            let all = FILE.replace("LOGIN", LOGIN).replace("PASV", method);
            assert!(all.starts_with(&sent), "{sent}");
            assert!(sent.contains(method) && !sent.ends_with("QUIT"), "{sent}");
        }
    });
}

#[test]
fn a_way_that_fails_once_is_left_for_the_next() {
    both(|window| {
        let builder = archive().vice_in(0, Vice::NobodyListens);
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), BODY);
        assert_eq!(case.server.sessions(), 2);
        let second = case.server.transcript(1).join("|");
        assert_eq!(second, FILE.replace("LOGIN", LOGIN).replace("PASV", "EPSV"));
    });
}

#[test]
fn a_425_is_tried_in_the_next_way_over_a_new_connection() {
    each(&[false, true], |only_once, window| {
        let builder = if *only_once {
            archive().vice_in(0, Vice::NoDataConnection425)
        } else {
            archive().vice(Vice::NoDataConnection425)
        };
        let case = Case::new(builder, window);
        let first = FILE.trim_end_matches("|QUIT");
        let second = FILE.replace("PASV", "EPSV");
        if *only_once {
            assert_eq!(case.get("pub/a"), BODY);
            case.saw(&[first, &second]);
        } else {
            assert_eq!(
                case.error("pub/a"),
                "the FTP server SERVER could not open the data connection (EPSV): \
                 425 Cannot open data connection"
            );
            case.saw(&[first, second.trim_end_matches("|QUIT")]);
        }
    });
}

#[test]
fn a_425_to_a_listing_is_tried_in_the_next_way_too() {
    both(|window| {
        let builder = archive().vice_in(0, Vice::NoDataConnection425);
        let case = Case::new(builder, window);
        assert_eq!(case.menu("pub/").len(), 2);
        let first = DIRECTORY.trim_end_matches("|QUIT");
        case.saw(&[first, &DIRECTORY.replace("PASV", "EPSV")]);
    });
}

#[test]
fn a_listener_that_never_accepts_costs_one_deadline() {
    both(|window| {
        let case = Case::with_config(archive().vice(Vice::ListensNeverAccepts), window, HASTE);
        assert_eq!(
            case.error("pub/a"),
            "the FTP server SERVER let 1 s pass without sending more data"
        );
        case.saw(&[FILE.trim_end_matches("|QUIT")]);
    });
}
