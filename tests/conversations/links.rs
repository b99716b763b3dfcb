//! Symbolic links, which a listing does not type: the server is asked by CWD, and only where need be.

use super::*;

/// A listing by LIST that begins with a directory and a file.
fn listing(links: &[&str]) -> Builder {
    let mut text = String::from(
        "drwxr-xr-x 2 ftp ftp 4096 Jan 02 2024 deep\r\n-rw-r--r-- 1 ftp ftp 9 Jan 02 2024 a\r\n",
    );
    for link in links {
        text.push_str(&format!(
            "lrwxrwxrwx 1 ftp ftp 4 Jan 02 2024 {link}\r\n-rw-r--r-- 1 ftp ftp 9 Jan 02 2024 z\r\n"
        ));
    }
    archive()
        .dir(b"/pub/into")
        .vice(Vice::NoMlsd)
        .vice(Vice::ListingText(text.into_bytes()))
}

const LIST: &str = "LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST";

/// The types and last segments of a menu.
fn kinds(menu: &[Item]) -> Vec<String> {
    let last = |item: &Item| {
        let selector = String::from_utf8(item.selector.clone()).unwrap();
        selector.split_once("/pub/").unwrap().1.to_owned()
    };
    menu.iter()
        .map(|item| format!("{}{}", item.kind, last(item)))
        .collect()
}

#[test]
fn a_link_in_doubt_is_asked_for_and_keeps_its_place() {
    both(|window| {
        let case = Case::new(listing(&["into -> ../x", "out -> y.2"]), window);
        let menu = case.menu("pub/");
        assert_eq!(kinds(&menu), ["1deep/", "0a", "1into/", "0z", "9out", "0z"]);
        case.saw(&[&format!("{LIST}|PWD|CWD /pub/into|CWD /pub/out|QUIT")]);
    });
}

#[test]
fn a_link_that_tells_by_itself_is_not_asked_for() {
    both(|window| {
        let links = [
            "i -> deep",
            "j -> x/",
            "k -> ..",
            "l -> x-1.tar.gz",
            "m.txt -> q",
        ];
        let case = Case::new(listing(&links), window);
        let menu = case.menu("pub/");
        let expected = [
            "1deep/", "0a", "1i/", "0z", "1j/", "0z", "1k/", "0z", "5l", "0z", "0m.txt", "0z",
        ];
        assert_eq!(kinds(&menu), expected);
        case.saw(&[&format!("{LIST}|QUIT")]);
    });
}

#[test]
fn a_server_that_does_not_say_where_it_is_leaves_links_to_a_guess() {
    let vices = [
        Vice::Reply("PWD", b"500 what\r\n".to_vec()),
        Vice::Reply("PWD", b"257 DISK:[PUB]\r\n".to_vec()),
        Vice::Reply("PWD", b"what\r\n".to_vec()),
    ];
    each(&vices, |vice, window| {
        let case = Case::new(listing(&["into -> ../x"]).vice(vice.clone()), window);
        assert_eq!(kinds(&case.menu("pub/"))[2], "1into");
        case.saw(&[&format!("{LIST}|PWD|QUIT")]);
    });
}

#[test]
fn a_server_that_goes_away_behind_its_listing_has_given_all_of_it() {
    each(&["PWD", "CWD /pub/into"], |command, window| {
        let case = Case::new(
            listing(&["into -> ../x"]).vice(Vice::CloseAt(command)),
            window,
        );
        assert_eq!(case.menu("pub/").len(), 4);
        let rest = if *command == "PWD" {
            ""
        } else {
            "|CWD /pub/into"
        };
        let seen = format!("{LIST}|PWD{rest}|QUIT");
        // The goodbye may meet a closed door.
        let sent = case.server.transcript(0).join("|").replace(LOGIN, "LOGIN");
        assert!(seen.starts_with(&sent), "{sent}");
    });
}

#[test]
fn what_a_links_directory_says_to_visitors_is_not_the_menus() {
    both(|window| {
        let said = b"250-Not here\r\n250 in\r\n".to_vec();
        let builder = listing(&["into -> ../x"]).vice(Vice::Reply("CWD /pub/into", said));
        let case = Case::new(builder, window);
        assert!(case.menu("pub/").iter().all(|item| item.kind != 'i'));
        case.saw(&[&format!("{LIST}|PWD|CWD /pub/into|QUIT")]);
    });
}
