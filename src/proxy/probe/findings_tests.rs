use super::*;
use crate::ftp::reply::ReplyReader;

fn yes() -> Offered {
    Offered::Yes("well".to_owned())
}

fn no(why: &str) -> Offered {
    Offered::No(why.to_owned())
}

fn reply(text: &str) -> Reply {
    let mut reader = ReplyReader::new();
    reader.handle(text.as_bytes());
    reader.next_reply().unwrap().unwrap()
}

/// A site with these answers to PASV, EPSV and PORT.
fn site(passive: Offered, extended: Offered, active: Offered) -> Findings {
    Findings {
        greeting: yes(),
        login: yes(),
        passive,
        extended,
        active,
        ..Findings::default()
    }
}

#[test]
fn the_verdict_is_about_outgoing_calls_only() {
    let end = "gophergate can serve it from behind a router that lets only outgoing calls pass";
    for (found, works, why) in [
        (
            site(yes(), yes(), no("x")),
            true,
            format!("PASV and EPSV work: {end}"),
        ),
        (
            site(yes(), no("x"), yes()),
            true,
            format!("PASV works: {end}"),
        ),
        (
            site(no("x"), yes(), yes()),
            true,
            format!("EPSV works: {end}"),
        ),
        (
            site(no("x"), no("y"), yes()),
            false,
            "only PORT works, for which the server has to call".to_owned(),
        ),
        (
            site(no("502 x"), Offered::Unknown, no("z")),
            false,
            "no data connection comes about; PASV: 502 x; EPSV: not tried".to_owned(),
        ),
    ] {
        assert_eq!(found.verdict(), Verdict { works, why });
    }
    let mut refused = site(yes(), yes(), yes());
    refused.login = no("530 no");
    assert_eq!(refused.verdict().why, "login: 530 no");
    refused.greeting = no("421 busy");
    assert_eq!(refused.verdict().why, "greeting: 421 busy");
    assert!(!refused.verdict().works && !Findings::default().verdict().works);
}

#[test]
fn an_address_is_usable_if_it_is_the_servers_own() {
    let peer: IpAddr = "192.0.2.7".parse().unwrap();
    for (named, peer, offered) in [
        (
            "192.0.2.7",
            peer,
            Offered::Yes("the server's own".to_owned()),
        ),
        (
            "127.0.0.1",
            "127.0.0.1".parse().unwrap(),
            Offered::Yes("the server's own".to_owned()),
        ),
        (
            "0.0.0.0",
            peer,
            no("0.0.0.0, no address at all; gophergate does not dial it"),
        ),
        (
            "10.9.8.7",
            peer,
            no("10.9.8.7, a private address; gophergate does not dial it"),
        ),
        (
            "127.0.0.1",
            peer,
            no("127.0.0.1, a private address; gophergate does not dial it"),
        ),
        (
            "192.0.2.8",
            peer,
            no("192.0.2.8, another host's; gophergate does not dial it"),
        ),
    ] {
        let found = Findings {
            address: Some((named.parse().unwrap(), peer)),
            ..Findings::default()
        };
        assert_eq!(found.address_offered(), offered);
    }
    assert_eq!(Findings::default().address_offered(), Offered::Unknown);
}

#[test]
fn the_table_has_always_the_same_lines() {
    let rows = Findings::default().rows();
    let what: Vec<&str> = rows.iter().map(|row| row.what).collect();
    assert_eq!(
        what.join("|"),
        "greeting|login|SYST|FEAT|PASV|EPSV|EPSV ALL|PORT|APSV|MLSD|SIZE|MDTM|REST|UTF8|AUTH TLS|\
         pipelining|listing format|227 address|passive ports|round trip"
    );
    assert!(rows.iter().all(|row| row.offered == "-"));
    let found = Findings {
        ports: vec![5003, 5001, 5002],
        connect: Some(Duration::from_micros(1500)),
        round_trips: [9, 1, 2].map(Duration::from_millis).to_vec(),
        size: no("550 no"),
        ..Findings::default()
    };
    let rows = found.rows();
    let row = |what| rows.iter().find(|row| row.what == what).unwrap();
    assert_eq!(row("passive ports").detail, "5001 to 5003, in 3 replies");
    assert_eq!(row("round trip").detail, "2.0 ms, 1.5 ms to connect");
    assert_eq!(
        (row("SIZE").offered, row("SIZE").detail.as_str()),
        ("no", "550 no")
    );
}

#[test]
fn the_dialect_is_that_of_the_first_name() {
    for (line, dialect) in [
        ("-rw-r--r--   1 ftp ftp 5 Jan 02  2024 name", "Unix"),
        ("drwxr-xr-x+  1 ftp ftp 5 Jan 02  2024 name", "Unix"),
        ("01-02-24  03:04AM       <DIR>          pub", "MS-DOS"),
        ("+i8388621.48594,m825718503,r,s280,\tdjb.html", "EPLF"),
        (
            "d [R----F--] supervisor            512       Jan 16  2024    login",
            "NetWare",
        ),
    ] {
        let (names, looks) = look_at(Format::List, format!("total 1\r\n{line}\r\n").as_bytes());
        assert_eq!(
            (names, looks),
            (1, Offered::Yes(format!("{dialect}, 1 name"))),
            "{line}"
        );
    }
    let (_, looks) = look_at(Format::List, b"what is this\r\nand this\r\n");
    assert_eq!(looks, no("2 lines, and none is understood"));
    assert_eq!(look_at(Format::List, b"total 0\r\n"), (0, Offered::Unknown));
}

#[test]
fn the_file_to_ask_about_is_a_small_one_or_else_the_first() {
    let file = |sizes: &[u64]| {
        let mut listing = "type=cdir; .\r\ntype=dir; a\r\n".to_owned();
        for size in sizes {
            listing += &format!("type=file;size={size}; of {size}\r\n");
        }
        let name = a_file(Format::Mlsd, listing.as_bytes());
        name.map(|name| String::from_utf8(name).unwrap())
    };
    assert_eq!(file(&[3, 4]).as_deref(), Some("of 3"));
    assert_eq!(
        file(&[0, SMALL + 1, SMALL, 5]).as_deref(),
        Some("of 1048576")
    );
    assert_eq!(file(&[0, SMALL + 1]).as_deref(), Some("of 0"));
    assert_eq!(a_file(Format::Mlsd, b"type=dir; a\r\n"), None);
}

#[test]
fn greetings_and_features_are_told_in_a_line() {
    let greeting = reply("220-Welcome to this\r\n220-NcFTPd Server\x1b (free)\r\n220 ready\r\n");
    assert_eq!(software(&greeting), "NcFTPd Server\\u{1b} (free)");
    assert_eq!(software(&reply("220 ready\r\n")), "ready");
    assert_eq!(
        features(&reply("211-Have:\r\n MDTM\r\n SIZE\r\n211 End\r\n")),
        "MDTM, SIZE"
    );
    assert_eq!(features(&reply("211 none\r\n")), "an empty list");
}
