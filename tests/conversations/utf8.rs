//! `OPTS UTF8 ON`: said where FEAT offers it or the path needs it, and its refusal changes nothing.

use super::*;

const FEATURES: &[&str] = &["UTF8", "MLST type*;size*;modify*;"];

/// What a server may say to it.
fn answers() -> Vec<Vec<Vice>> {
    let refusal = |line: &str| vec![Vice::Reply("OPTS", line.as_bytes().to_vec())];
    vec![
        vec![],
        refusal("202 UTF8 is always on\r\n"),
        refusal("501 what\r\n"),
        refusal("451 not now\r\n"),
        refusal("550 no\r\n"),
    ]
}

fn server(vices: &[Vice]) -> Builder {
    let builder = archive()
        .features(FEATURES)
        .file("/pub/caf\u{e9}/na\u{ef}ve".as_bytes(), BODY)
        .file(b"/pub/\xe9", BODY);
    vices.iter().cloned().fold(builder, Builder::vice)
}

#[test]
fn a_directory_is_listed_in_utf_8_where_that_is_offered() {
    each(&answers(), |vices, window| {
        let case = Case::new(server(vices), window);
        assert_eq!(case.menu("pub/").len(), 4);
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|OPTS UTF8 ON|MLSD|QUIT"]);
    });
}

#[test]
fn a_path_in_utf_8_is_announced() {
    each(&answers(), |vices, window| {
        let case = Case::new(server(vices), window);
        assert_eq!(case.get("pub/caf%C3%A9/na%C3%AFve"), BODY);
        assert_eq!(case.menu("pub/caf%C3%A9/").len(), 1);
        let path = "pub/caf\\xc3\\xa9";
        let file = format!("{path}/na\\xc3\\xafve");
        case.saw(&[
            &format!("LOGIN|PASV|TYPE I|OPTS UTF8 ON|SIZE {file}|MDTM {file}|RETR {file}|QUIT"),
            &format!("LOGIN|OPTS UTF8 ON|CWD {path}|PASV|TYPE I|FEAT|MLSD|QUIT"),
        ]);
    });
}

#[test]
fn nothing_of_it_is_said_where_names_are_in_another_set() {
    both(|window| {
        let case = Case::with_config(server(&[]), window, "encoding = \"latin1\"");
        assert_eq!(case.menu("pub/").len(), 4);
        assert_eq!(case.get("pub/caf%C3%A9/na%C3%AFve"), BODY);
        let file = "pub/caf\\xc3\\xa9/na\\xc3\\xafve";
        case.saw(&[
            DIRECTORY,
            &format!("LOGIN|PASV|TYPE I|SIZE {file}|MDTM {file}|RETR {file}|QUIT"),
        ]);
    });
}

#[test]
fn a_path_that_is_not_utf_8_is_not_announced_as_such() {
    both(|window| {
        let case = Case::new(server(&[]), window);
        assert_eq!(case.get("pub/%E9"), BODY);
        case.saw(&["LOGIN|PASV|TYPE I|SIZE pub/\\xe9|MDTM pub/\\xe9|RETR pub/\\xe9|QUIT"]);
    });
}
