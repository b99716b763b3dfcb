//! Directories, by servers that have MLSD, or only LIST, or only NLST.

use super::*;

/// The menu of `pub`, byte for byte, with HERE for the gateway and SERVER for the FTP server.
fn bytes(case: &Case) -> String {
    bytes_of(case, "pub/")
}

fn bytes_of(case: &Case, path: &str) -> String {
    let menu = String::from_utf8(case.get(path)).unwrap();
    let here = case.gateway.addr();
    menu.replace(&case.server.addr().to_string(), "SERVER")
        .replace(&format!("{}\t{}", here.ip(), here.port()), "HERE")
}

const FULL: &str = "0a                                           9  2024-01-02\t\
                    /ftp/SERVER/pub/a\tHERE\r\n\
                    1deep                                           2024-01-02\t\
                    /ftp/SERVER/pub/deep/\tHERE\r\n.\r\n";
const NAMES: &str = "0a\t/ftp/SERVER/pub/a\tHERE\r\n0deep\t/ftp/SERVER/pub/deep\tHERE\r\n.\r\n";

#[test]
fn each_form_of_listing_makes_a_menu() {
    let cases = [
        (vec![], FULL, DIRECTORY),
        (
            vec![Vice::NoFeat],
            FULL,
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|QUIT",
        ),
        (
            vec![Vice::NoMlsd],
            FULL,
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|QUIT",
        ),
        (
            vec![Vice::NlstOnly],
            NAMES,
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST|QUIT",
        ),
        (
            vec![Vice::Reply("MLSD", b"500 what\r\n".to_vec())],
            FULL,
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|QUIT",
        ),
        (
            vec![Vice::Reply("MLSD", b"500 what\r\n".to_vec()), Vice::NoList],
            NAMES,
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|PASV|NLST|QUIT",
        ),
    ];
    each(&cases, |(vices, menu, sent), window| {
        let case = Case::new(vices.iter().cloned().fold(archive(), Builder::vice), window);
        assert_eq!(bytes(&case), *menu, "{vices:?}");
        case.saw(&[sent]);
    });
}

#[test]
fn a_directory_takes_three_pieces_before_the_listing_in_flights() {
    both(|window| {
        let case = Case::new(archive(), window);
        assert_eq!(bytes(&case), FULL);
        let segments = case.server.segments(0);
        let sizes: Vec<usize> = segments
            .iter()
            .map(|segment| segment.iter().filter(|byte| **byte == b'\n').count())
            .collect();
        let expected: &[usize] = if window == 1 {
            &[1, 1, 1, 1, 1, 1, 1, 1]
        } else {
            &[2, 1, 3, 1, 1]
        };
        assert_eq!(sizes, expected);
        case.saw(&[DIRECTORY]);
    });
}

#[test]
fn the_login_directory_is_listed_without_cwd() {
    both(|window| {
        let case = Case::new(archive(), window);
        let menu = case.menu("");
        assert_eq!((menu.len(), menu[0].kind), (1, '1'));
        case.saw(&["LOGIN|PASV|TYPE I|FEAT|MLSD|QUIT"]);
    });
}

#[test]
fn servers_with_these_vices_list_as_if_they_had_none() {
    let vices = [
        Vice::Slow120,
        Vice::MultilineGreeting,
        Vice::NothingBehindPass,
        Vice::Drip,
        Vice::CoalescedReplies,
        Vice::OutOfOrder,
        Vice::WholeCommandsOnly,
        Vice::PasvForeignAddress,
        Vice::NoPreliminary,
        Vice::Late150,
        Vice::EarlyFinal,
        Vice::WaitsForOurClose,
        Vice::SizeOfDirectory,
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(bytes(&case), FULL, "{vice:?}");
        case.saw(&[DIRECTORY]);
    });
}

#[test]
fn an_empty_directory_is_an_empty_menu_and_not_a_file() {
    let cases = [
        (vec![], "LOGIN|CWD pub/deep|PASV|TYPE I|FEAT|MLSD|QUIT"),
        (
            vec![Vice::NoMlsd, Vice::ListIs450],
            "LOGIN|CWD pub/deep|PASV|TYPE I|FEAT|LIST|QUIT",
        ),
        (
            vec![
                Vice::NlstOnly,
                Vice::Reply("NLST", b"550 No files found\r\n".to_vec()),
            ],
            "LOGIN|CWD pub/deep|PASV|TYPE I|FEAT|LIST|PASV|NLST|QUIT",
        ),
    ];
    each(&cases, |(vices, sent), window| {
        let case = Case::new(vices.iter().cloned().fold(archive(), Builder::vice), window);
        assert_eq!(case.get("pub/deep/"), b".\r\n", "{vices:?}");
        case.saw(&[sent]);
    });
}

#[test]
fn a_doubled_final_reply_costs_a_directory_nothing() {
    // At TYPE it could come behind RETR, whose answer it would be.
    each(&["CWD", "PASV", "FEAT"], |command, window| {
        let stray = Vice::Ahead(command, b"226 Transfer complete\r\n".to_vec());
        let case = Case::new(archive().vice(stray), window);
        assert_eq!(bytes_of(&case, "pub"), FULL, "{command}");
        case.saw(&[
            "LOGIN|PASV|TYPE I|SIZE pub|MDTM pub|RETR pub|CWD pub|PASV|TYPE I|FEAT|MLSD|QUIT",
        ]);
    });
}
