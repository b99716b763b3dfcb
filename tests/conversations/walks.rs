//! Servers whose paths look otherwise (VMS, MVS): a path that is refused as a whole is walked to.

use super::*;

const WHOLE: &str = "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|CWD pub/a";

#[test]
fn a_file_is_found_by_the_segments_of_its_path() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::SegmentsOnly), window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[&format!(
            "{WHOLE}|CWD pub|PASV|TYPE I|SIZE a|MDTM a|RETR a|QUIT"
        )]);
    });
}

#[test]
fn a_directory_is_found_by_the_segments_of_its_path() {
    both(|window| {
        let builder = archive().file(b"/pub/deep/x y", BODY);
        let case = Case::new(builder.vice(Vice::SegmentsOnly), window);
        let menu = case.menu("pub/deep/");
        assert_eq!(menu.len(), 1);
        let server = case.server.addr();
        let selector = format!("/ftp/{server}/pub/deep/x%20y");
        assert_eq!(menu[0].selector, selector.into_bytes());
        case.saw(&["LOGIN|CWD pub/deep|CWD pub|CWD deep|PASV|TYPE I|FEAT|MLSD|QUIT"]);
    });
}

#[test]
fn what_is_neither_at_the_end_of_the_walk_is_told_in_the_first_words() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::SegmentsOnly), window);
        assert_eq!(
            case.error("pub/deep/missing/"),
            "the FTP server SERVER refused: 501 Invalid directory syntax"
        );
        case.saw(&["LOGIN|CWD pub/deep/missing|CWD pub|CWD deep|CWD missing"]);
    });
}

#[test]
fn a_path_that_is_only_missing_is_not_walked_to() {
    both(|window| {
        let case = Case::new(archive(), window);
        assert_eq!(
            case.error("pub/missing/"),
            "the FTP server SERVER refused: 550 Failed to change directory"
        );
        case.saw(&["LOGIN|CWD pub/missing"]);
    });
}
