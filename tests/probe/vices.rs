//! Servers with vices: lines of the table, verdicts, bounds.

use super::*;

#[test]
fn each_vice_is_a_line_of_the_table() {
    let refused = |command, reply: &str| Vice::Reply(command, format!("{reply}\r\n").into_bytes());
    for (vices, lacks, has, verdict) in [
        (
            vec![Vice::UnderstandsApsv],
            &[][..],
            &["APSV"][..],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("AUTH", "234 go on")],
            &[],
            &["AUTH TLS"],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::PasvForeignAddress],
            &["227 address"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoFeat],
            &["FEAT"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoMlsd],
            &["MLSD"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoSize],
            &["SIZE"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::NoMdtm],
            &["MDTM"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("REST", "502 no")],
            &["REST"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("OPTS", "501 no")],
            &["UTF8"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("SYST", "502 no")],
            &["SYST"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![refused("EPSV ALL", "501 no")],
            &["EPSV ALL"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::RefuseEpsv(500)],
            &["EPSV", "EPSV ALL"],
            &[],
            "yes, PASV works",
        ),
        (
            vec![Vice::RefusePort(500)],
            &["PORT"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::Backwards],
            &["pipelining"],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::CloseAt("APSV")],
            &[],
            &[],
            "yes, PASV and EPSV work",
        ),
        (
            vec![Vice::CloseAt("SIZE")],
            &["SIZE"],
            &[],
            "yes, PASV and EPSV work",
        ),
    ] {
        let server = vices
            .iter()
            .cloned()
            .fold(archive_of_two(), Builder::vice)
            .start();
        let table = Table::of(server.addr(), "pub/");
        let [offered, refused] = table.summary();
        // What a broken conversation did not come to is neither.
        if vices != [Vice::CloseAt("SIZE")] {
            let found = [sorted(&offered), sorted(&refused)];
            assert_eq!(found, good_but(lacks, has), "{vices:?}\n{}", table.text);
        } else {
            assert_eq!(
                table.row("SIZE"),
                ("no", "the server closed the connection")
            );
            assert_eq!(table.row("MDTM"), ("-", "not asked"));
        }
        let works = format!("{verdict}: {WORKS}");
        assert_eq!(table.verdict(), (Some(0), works.as_str()), "{vices:?}");
    }
}

#[test]
fn names_alone_are_a_listing() {
    let server = archive_of_two().vice(Vice::NlstOnly).start();
    let table = Table::of(server.addr(), "pub/");
    assert_eq!(table.row("listing format"), ("yes", "names only"));
    assert_eq!(table.row("MLSD"), ("no", "500 Unknown command"));
    // Names do not tell files from directories.
    assert_eq!(table.row("SIZE"), ("-", "not asked"));
    assert_eq!(table.offered("PORT"), "yes", "{}", table.text);
    assert_eq!(table.row("pipelining").1, "USER, PASS; PASV, TYPE");
    let works = format!("yes, PASV and EPSV work: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), works.as_str()));
}

#[test]
fn what_the_vices_did_is_told_in_their_words() {
    for (vice, what, row) in [
        (
            Vice::UnderstandsApsv,
            "APSV",
            ("yes", "a 151 names the port (RFC 1579)"),
        ),
        (
            Vice::PasvForeignAddress,
            "227 address",
            (
                "no",
                "10.9.8.7, a private address; gophergate does not dial it",
            ),
        ),
        (
            Vice::ListingText(b"01-02-24  03:04AM  <DIR>  pub\r\n".to_vec()),
            "listing format",
            ("yes", "MS-DOS, 1 name"),
        ),
        (
            Vice::Reply("APSV", b"200 sure\r\n".to_vec()),
            "APSV",
            ("no", "taken, but then: 425 Use PORT or PASV first"),
        ),
        (
            Vice::NeverConnectsBack,
            "PORT",
            (
                "no",
                "PORT is taken, but then: the server does not call within 5 s",
            ),
        ),
        (
            Vice::ConnectsBackAtOnce,
            "PORT",
            ("yes", "PORT: the server calls; nothing here needs it"),
        ),
        (
            Vice::StrangersFirst(3),
            "PORT",
            ("yes", "PORT: the server calls; nothing here needs it"),
        ),
        (
            Vice::GreetingText(b"220-Hello\r\n220 The ftp\x1b[2J of nowhere\r\n".to_vec()),
            "greeting",
            ("yes", "The ftp\\u{1b}[2J of nowhere"),
        ),
        (
            Vice::SlowAt("NOOP", std::time::Duration::from_millis(1)),
            "login",
            ("yes", "230 Login successful"),
        ),
    ] {
        let server = archive_of_two().vice(vice.clone()).start();
        let table = Table::of(server.addr(), "pub/");
        assert_eq!(table.row(what), row, "{vice:?}\n{}", table.text);
    }
}

#[test]
fn no_is_said_with_its_reason() {
    let only_port = "no, only PORT works, for which the server has to call";
    for (vices, verdict) in [
        (
            vec![Vice::RefusePasv(502), Vice::RefuseEpsv(500)],
            only_port,
        ),
        (
            vec![
                Vice::RefusePasv(502),
                Vice::RefuseEpsv(500),
                Vice::RefusePort(500),
            ],
            "no, no data connection comes about; PASV: 502 Passive mode refused; EPSV: 500 Passive \
             mode refused",
        ),
        (vec![Vice::PasvPort(22)], only_port),
        (vec![Vice::LoginRefused], "no, login: 530 Login incorrect"),
        (
            vec![Vice::NeedAccount],
            "no, login: 332 Need account for login",
        ),
        (
            vec![Vice::BusyGreeting],
            "no, greeting: 421 Too many users, try again later",
        ),
        (
            vec![Vice::CloseAtGreeting],
            "no, greeting: the server closed the connection",
        ),
        (
            vec![Vice::NonsenseGreeting],
            "no, greeting: \"SSH-2.0-x\" where a reply code was due",
        ),
        (
            vec![Vice::EndlessReply("USER")],
            "no, greeting: a reply that does not end",
        ),
    ] {
        let server = vices
            .iter()
            .cloned()
            .fold(archive_of_two(), Builder::vice)
            .start();
        let table = Table::of(server.addr(), "pub/");
        assert_eq!(
            table.verdict(),
            (Some(1), verdict),
            "{vices:?}\n{}",
            table.text
        );
        all_closed(&server);
    }
}

#[test]
fn preliminary_replies_are_bounded() {
    for (preliminaries, code) in [(5, Some(0)), (6, Some(1))] {
        let greeting = format!("{}220 ready\r\n", "120 soon\r\n".repeat(preliminaries));
        let vice = Vice::GreetingText(greeting.into_bytes());
        let table = Table::of(archive_of_two().vice(vice).start().addr(), "");
        assert_eq!(table.code, code, "{}", table.text);
    }
}

#[test]
fn of_a_long_listing_the_beginning_is_kept() {
    // 64 lines of 1024 bytes are as many as are kept.
    let name = "x".repeat(1024 - "type=file; \r\n".len());
    for (lines, names) in [(64, "of 64 names in"), (65, "of more than 64 names in")] {
        let listing = format!("type=file; {name}\r\n").repeat(lines).into_bytes();
        let builder = archive_of_two().vice(Vice::ListingText(listing));
        let server = builder.vice(Vice::NoList).start();
        let table = Table::of(server.addr(), "");
        let detail = table.row("PASV").1;
        assert!(detail.starts_with(&format!("MLSD {names} ")), "{detail}");
    }
}

#[test]
fn a_listing_past_its_bound_is_left_and_one_at_it_is_not() {
    let line = "type=file; x\r\n";
    let most = 1024 * 1024;
    for (bytes, code) in [(most, Some(1)), (most + 1, Some(0))] {
        let mut listing = line.repeat(most / line.len() + 1).into_bytes();
        listing.resize(bytes, b'x');
        let builder = archive_of_two().vice(Vice::ListingText(listing));
        // To a listing that came whole the last word counts, and to one that was left it does not.
        let server = builder.vice(Vice::FinalReply("451 no")).start();
        let table = Table::of(server.addr(), "");
        assert_eq!(table.code, code, "{bytes}\n{}", table.text);
    }
    let server = archive_of_two().vice(Vice::EndlessListing).start();
    let table = Table::of(server.addr(), "");
    let works = format!("yes, PASV and EPSV work: {WORKS}");
    assert_eq!(table.verdict(), (Some(0), works.as_str()), "{}", table.text);
    all_closed(&server);
}
