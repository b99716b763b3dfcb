//! Files that arrive whole.

use super::*;

#[test]
fn a_file_takes_six_commands_and_a_goodbye() {
    both(|window| {
        let case = Case::new(archive(), window);
        assert_eq!(case.get("pub/a"), BODY);
        let segments = case.server.segments(0);
        let sizes: Vec<usize> = segments
            .iter()
            .map(|segment| segment.iter().filter(|byte| **byte == b'\n').count())
            .collect();
        let expected: &[usize] = if window == 1 {
            &[1, 1, 1, 1, 1, 1, 1, 1]
        } else {
            &[2, 4, 1, 1]
        };
        assert_eq!(sizes, expected);
        case.saw(&[FILE]);
    });
}

#[test]
fn any_bytes_of_any_size_arrive_as_they_are() {
    let body: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    both(|window| {
        for body in [&b""[..], b".\r\n", b"\n", &body] {
            let case = Case::new(Ftpd::builder().file(b"/pub/a", body), window);
            assert!(case.get("pub/a") == body);
            case.saw(&[FILE]);
        }
    });
}

#[test]
fn servers_with_these_vices_are_served_as_if_they_had_none() {
    let vices = [
        Vice::Slow120,
        Vice::MultilineGreeting,
        Vice::NothingBehindPass,
        Vice::MessageOf230(vec!["Be kind", "331 and patient"]),
        Vice::Drip,
        Vice::CoalescedReplies,
        Vice::OutOfOrder,
        Vice::WholeCommandsOnly,
        Vice::PasvForeignAddress,
        Vice::PasvNoParens,
        Vice::PasvTextBefore,
        Vice::Answer229ToPasv,
        Vice::NoSize,
        Vice::NoMdtm,
        Vice::SizeIn150,
        Vice::NoPreliminary,
        Vice::Late150,
        Vice::EarlyFinal,
        Vice::WaitsForOurClose,
        Vice::Reply("TYPE", b"500 what\r\n".to_vec()),
        Vice::Reply("SIZE", b"213\r\n".to_vec()),
        Vice::Reply("SIZE", b"213 99999999999999999999999\r\n".to_vec()),
        Vice::Reply("MDTM", b"213 yesterday\r\n".to_vec()),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[FILE]);
    });
}

#[test]
fn several_vices_at_once_are_served_too() {
    both(|window| {
        let builder = archive()
            .vice(Vice::OutOfOrder)
            .vice(Vice::NoSize)
            .vice(Vice::Drip)
            .vice(Vice::Slow120)
            .vice(Vice::EarlyFinal);
        let case = Case::new(builder, window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[FILE]);
    });
}

#[test]
fn a_size_in_the_150_counts_where_size_is_unknown() {
    both(|window| {
        let builder = archive()
            .vice(Vice::NoSize)
            .vice(Vice::SizeIn150)
            .vice(Vice::ShortData(4));
        let case = Case::new(builder, window);
        case.cut("pub/a", &BODY[..4]);
        case.saw(&[FILE.trim_end_matches("|QUIT")]);
    });
}

#[test]
fn a_path_that_is_a_directory_is_listed() {
    let vices = [
        None,
        Some(Vice::PreliminaryThen550),
        Some(Vice::SizeOfDirectory),
    ];
    each(&vices, |vice, window| {
        let mut builder = archive();
        if let Some(vice) = vice {
            builder = builder.vice(vice.clone());
        }
        let case = Case::new(builder, window);
        let names: Vec<String> = case.menu("pub").iter().map(Item::text).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        case.saw(&[
            "LOGIN|PASV|TYPE I|SIZE pub|MDTM pub|RETR pub|CWD pub|PASV|TYPE I|FEAT|MLSD|QUIT",
        ]);
    });
}

#[test]
fn a_1xx_that_is_taken_back_is_an_error_and_not_an_empty_file() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::PreliminaryThen550), window);
        assert_eq!(
            case.error("pub/missing"),
            "the FTP server SERVER refused: 550 Failed to open file"
        );
        case.saw(&[
            "LOGIN|PASV|TYPE I|SIZE pub/missing|MDTM pub/missing|RETR pub/missing|\
                    CWD pub/missing",
        ]);
    });
}

#[test]
fn a_name_with_iac_goes_doubled_and_then_raw() {
    let case = |vice: Option<Vice>, window: usize| {
        let mut builder = Ftpd::builder().file(b"/\xff", "iac");
        builder = vice.into_iter().fold(builder, Builder::vice);
        Case::new(builder, window)
    };
    let doubled = "PASV|TYPE I|SIZE \\xff\\xff|MDTM \\xff\\xff|RETR \\xff\\xff";
    both(|window| {
        let case = case(None, window);
        assert_eq!(case.get("%FF"), b"iac");
        case.saw(&[&format!("LOGIN|{doubled}|QUIT")]);
    });
    both(|window| {
        let case = case(Some(Vice::TakesIacRaw), window);
        assert_eq!(case.get("%FF"), b"iac");
        let raw = "PASV|TYPE I|SIZE \\xff|MDTM \\xff|RETR \\xff";
        case.saw(&[&format!("LOGIN|{doubled}|CWD \\xff\\xff|{raw}|QUIT")]);
    });
}

#[test]
fn a_control_connection_that_is_reset_after_its_final_reply_costs_nothing() {
    let body: Vec<u8> = (0..2_000_000_u32).flat_map(u32::to_le_bytes).collect();
    both(|window| {
        for vice in [None, Some(Vice::NoSize)] {
            let builder = Ftpd::builder().file(b"/pub/a", body.clone());
            let builder = vice.into_iter().fold(builder, Builder::vice);
            let case = Case::new(builder.vice(Vice::ResetControlAfterFinal), window);
            assert!(case.get("pub/a") == body);
            case.saw(&[FILE.trim_end_matches("|QUIT")]);
        }
    });
}
