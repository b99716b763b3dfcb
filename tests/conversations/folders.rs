//! What a server lacks, and folders that show nothing.

use super::*;

const DENIED: &str = "the FTP server SERVER refused: 550 Permission denied";

fn reply(command: &'static str, code: u16) -> Vice {
    Vice::Reply(
        command,
        format!("{code} No {command} here\r\n").into_bytes(),
    )
}

#[test]
fn a_folder_for_uploads_is_an_error_in_the_servers_words() {
    let cases = [
        (
            "pub/",
            "no listing here",
            "LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|PASV|NLST",
        ),
        (
            "pub",
            "no listing here",
            "LOGIN|PASV|TYPE I|SIZE pub|MDTM pub|RETR pub|CWD pub|PASV|TYPE I|FEAT|MLSD|\
             PASV|LIST|PASV|NLST",
        ),
        (
            "pub/a",
            "this folder is for uploads",
            "LOGIN|PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|CWD pub/a",
        ),
    ];
    each(&cases, |(path, words, sent), window| {
        let case = Case::new(archive().vice(Vice::StoreOnly), window);
        assert_eq!(case.error(path), format!("{DENIED}: {words}"));
        case.saw(&[sent]);
    });
}

#[test]
fn a_folder_for_uploads_is_asked_for_in_fewer_forms_where_mlsd_is_none() {
    both(|window| {
        let builder = archive().vice(Vice::StoreOnly).vice(Vice::NoMlsd);
        let case = Case::new(builder, window);
        assert_eq!(case.error("pub/"), format!("{DENIED}: no listing here"));
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST"]);
    });
}

#[test]
fn size_and_mdtm_may_be_refused_with_any_code() {
    let codes = [450, 500, 501, 502, 503, 504, 522, 530, 550, 553];
    each(&codes, |code, window| {
        let builder = archive().vice(reply("SIZE", *code));
        let case = Case::new(builder.vice(reply("MDTM", *code)), window);
        assert_eq!(case.get("pub/a"), BODY, "{code}");
        case.saw(&[FILE]);
    });
}

#[test]
fn an_mdtm_of_any_shape_is_no_hindrance() {
    let times = [
        "213 20261122060508.530",
        "213 19126010203",
        "213 99999999999999",
        "213 Jan 02 2024",
        "213",
        "213-a\r\n213 20240102030405",
        "200 20240102030405",
        "253 Date/time changed okay",
    ];
    each(&times, |time, window| {
        let vice = Vice::Reply("MDTM", format!("{time}\r\n").into_bytes());
        let case = Case::new(archive().vice(vice), window);
        assert_eq!(case.get("pub/a"), BODY, "{time}");
        case.saw(&[FILE]);
    });
}

const LIST: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|QUIT";

#[test]
fn feat_without_mlsd_in_any_shape_leads_to_list() {
    let vices = [
        Vice::FeatEmpty,
        Vice::NoFeat,
        Vice::NoMlsd,
        reply("FEAT", 501),
        reply("FEAT", 502),
        reply("FEAT", 504),
        reply("FEAT", 530),
        reply("FEAT", 550),
        reply("FEAT", 211),
        Vice::Reply("FEAT", b"211-\r\n MLSX\r\nXMLSD\r\n211 END\r\n".to_vec()),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.menu("pub/").len(), 2, "{vice:?}");
        case.saw(&[LIST]);
    });
}

#[test]
fn feat_in_one_line_or_with_codes_on_each_is_read() {
    let vices = [
        Vice::FeatOneLine,
        Vice::Reply(
            "FEAT",
            b"211-Features\r\n211-MLST type*;size*;\r\n211 End\r\n".to_vec(),
        ),
        Vice::Reply(
            "FEAT",
            b"211-Features\r\n mlst Type*;Size*;\r\n211 End\r\n".to_vec(),
        ),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(archive().vice(vice.clone()), window);
        assert_eq!(case.menu("pub/").len(), 2, "{vice:?}");
        case.saw(&[DIRECTORY]);
    });
}

#[test]
fn mlsd_that_feat_offers_may_be_refused_with_any_code() {
    each(&[500, 501, 502, 504, 522, 530, 550, 553], |code, window| {
        let case = Case::new(archive().vice(reply("MLSD", *code)), window);
        assert_eq!(case.menu("pub/").len(), 2, "{code}");
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|QUIT"]);
        let builder = archive().vice(reply("MLSD", *code));
        let case = Case::new(builder.vice(reply("LIST", *code)), window);
        assert_eq!(case.menu("pub/").len(), 2, "{code}");
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|MLSD|PASV|LIST|PASV|NLST|QUIT"]);
    });
}

#[test]
fn an_nlst_of_whole_paths_lists_names() {
    both(|window| {
        let builder = archive().vice(Vice::NlstOnly).vice(Vice::NlstFullPaths);
        let case = Case::new(builder, window);
        let names: Vec<String> = case.menu("pub/").iter().map(Item::text).collect();
        assert_eq!(names, ["a", "deep"]);
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST|QUIT"]);
    });
}

#[test]
fn the_lines_of_a_listing_may_end_in_any_way() {
    let line = "-rw-r--r--   1 ftp      ftp             1 Jan 02  2024 ";
    each(&["\n", "\r\n", "\r\r\n", ""], |end, window| {
        let first = if end.is_empty() { "\r\n" } else { end };
        let text = format!("{line}a{first}{line}b{end}").into_bytes();
        let builder = archive().vice(Vice::NoMlsd).vice(Vice::ListingText(text));
        let case = Case::new(builder, window);
        let items = case.menu("pub/");
        let ends: Vec<bool> = items
            .iter()
            .zip(["/pub/a", "/pub/b"])
            .map(|(item, path)| item.selector.ends_with(path.as_bytes()))
            .collect();
        assert_eq!((items.len(), ends), (2, vec![true, true]), "{end:?}");
        case.saw(&[LIST]);
    });
}
