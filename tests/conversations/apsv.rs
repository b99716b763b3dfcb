//! APSV, the experiment of RFC 1579: the answer to the transfer command names the port.

use super::*;

const APSV: &str = "apsv = true";
const PASV: &str = "PASV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a|QUIT";
const UNASKED: &str = "LOGIN|APSV|TYPE I|SIZE pub/a|MDTM pub/a|RETR pub/a";

#[test]
fn apsv_takes_the_place_of_pasv_for_files_and_directories() {
    let kinds = [Vice::UnderstandsApsv, Vice::ApsvBarePort];
    each(&kinds, |vice, window| {
        let case = Case::with_config(archive().vice(vice.clone()), window, APSV);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&[
            &format!("{UNASKED}|QUIT"),
            "LOGIN|APSV|CWD pub|TYPE I|FEAT|MLSD|QUIT",
        ]);
    });
}

#[test]
fn a_second_transfer_of_a_session_needs_no_second_apsv() {
    both(|window| {
        let no = Vice::Reply("MLSD", b"500 what\r\n".to_vec());
        let case = Case::with_config(archive().vice(Vice::UnderstandsApsv).vice(no), window, APSV);
        assert_eq!(case.menu("pub/").len(), 2);
        case.saw(&["LOGIN|APSV|CWD pub|TYPE I|FEAT|MLSD|LIST|QUIT"]);
    });
}

#[test]
fn a_server_that_does_not_know_apsv_is_asked_for_pasv() {
    let refusals = [None, Some("502 Not implemented"), Some("504 No")];
    each(&refusals, |refusal, window| {
        let refusal = refusal.map(|line| Vice::Reply("APSV", format!("{line}\r\n").into_bytes()));
        let builder = refusal.into_iter().fold(archive(), Builder::vice);
        let case = Case::with_config(builder, window, APSV);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[&format!("LOGIN|APSV|{PASV}")]);
    });
}

#[test]
fn an_apsv_that_leads_to_no_connection_is_followed_by_pasv_over_a_new_one() {
    let told = |line: &str| Vice::ReplyOnce("RETR", format!("{line}\r\n").into_bytes());
    let cases = [
        Vice::ApsvForgotten,
        told("151 at your service"),
        told("151 127,0,0,1,0,21"),
    ];
    each(&cases, |vice, window| {
        let builder = archive()
            .vice(Vice::UnderstandsApsv)
            .vice_in(0, vice.clone());
        let case = Case::with_config(builder, window, APSV);
        assert_eq!(case.get("pub/a"), BODY, "{vice:?}");
        case.saw(&[UNASKED, &format!("LOGIN|{PASV}")]);
    });
}

#[test]
fn without_the_setting_nobody_is_asked_for_apsv() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::UnderstandsApsv), window);
        assert_eq!(case.get("pub/a"), BODY);
        case.saw(&[FILE]);
    });
}
