//! The cases that every server takes alike: menus, files, errors.

use std::io::Write;

use crate::ground::{
    Ground, assert_tells, gateway, line, lines, refusal_of_directory, refusal_of_file, root_lines,
    selector,
};
use crate::support::archive::{self, Checksum, archive};
use crate::support::gateway::{Gateway, Item, wait_until};
use crate::support::real::{Daemon, RealServer};

/// [`archive::README`] as RFC 1436 sends text.
const README_TEXTFILE: &[u8] = b"The archive of the tests.\r\n\
    This line ends with both, CR and LF.\r\n\
    ..\r\n\
    ..a line with a dot in front\r\n\
    ...two dots\r\n\
    ..\r\n\
    \r\n\
    \ttab and caf\xc3\xa9 and \xe9\r\n\
    the last line has no end\r\n\
    .\r\n";

pub fn the_root_menu_leads_to_the_servers_root(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let linked = Item {
        kind: '1',
        display: b"archive".to_vec(),
        selector: selector(server, "").into_bytes(),
        host: gateway.addr().ip().to_string().into_bytes(),
        port: gateway.addr().port(),
    };
    assert_eq!(gateway.menu(""), std::slice::from_ref(&linked));
    let menu = gateway.get(&linked.selector);
    assert_eq!(lines(&menu), root_lines(server, gateway.addr()));
}

pub fn a_directory_has_all_its_files(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let menu = gateway.get(item(&gateway, server, "", "hundreds").selector);
    let expected = (0..archive::HUNDREDS).map(|number| {
        let name = archive::hundreds_name(number);
        let selector = selector(server, &format!("hundreds/{name}"));
        line('9', &name, Some("64K"), &selector, gateway.addr())
    });
    assert_eq!(lines(&menu), expected.collect::<Vec<_>>());
    for number in [0, 99, archive::HUNDREDS - 1] {
        let name = archive::hundreds_name(number);
        let bytes = gateway.get(item(&gateway, server, "hundreds/", &name).selector);
        assert!(bytes == archive::hundreds_content(number), "{name}");
    }
}

pub fn a_directory_of_ten_thousand_is_whole(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let menu = gateway.get(item(&gateway, server, "", "many").selector);
    let lines = lines(&menu);
    assert_eq!(lines.len(), archive::MANY);
    for (number, found) in lines.iter().enumerate() {
        let name = archive::many_name(number);
        let size = archive::many_content(number).len().to_string();
        let selector = selector(server, &format!("many/{name}"));
        let expected = line('0', &name, Some(&size), &selector, gateway.addr());
        assert_eq!(*found, expected);
    }
}

pub fn an_empty_file_is_empty(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let empty = item(&gateway, server, "", "empty.bin").selector;
    assert_eq!(gateway.get(empty), b"");
    // Number 16 is the first after 0 without a line in it, and a text.
    let text = selector(server, &format!("many/{}", archive::many_name(16)));
    assert_eq!(gateway.get(text), b"");
}

pub fn a_file_of_300_mib_has_its_checksum(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let big = item(&gateway, server, "", "big.bin").selector;
    let mut stream = gateway.connect();
    stream.write_all(&[&big[..], b"\r\n"].concat()).unwrap();
    let (sum, length) = Checksum::of_stream(stream).unwrap();
    assert_eq!(length, archive::BIG_SIZE);
    assert_eq!(sum, archive().big_checksum);
}

pub fn a_text_file_has_its_checksum(_: &Ground, server: &RealServer) {
    let raw = gateway(server, "");
    let readme = item(&raw, server, "", "README").selector;
    let bytes = raw.get(&readme);
    assert_eq!(Checksum::of(&bytes), Checksum::of(archive::README));
    assert_eq!(bytes, archive::README);
    let textfile = gateway(server, "text = \"rfc1436\"").get(&readme);
    let shown = textfile.escape_ascii();
    assert_eq!(textfile, README_TEXTFILE, "{shown}");
}

pub fn a_missing_file_is_an_error_item(_: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    // Sixteen times, since a refusal races with the end of the data connection.
    for number in 0..16 {
        let path = format!("missing-{number}.txt");
        let answer = gateway.get(selector(server, &path));
        let reply = refusal_of_file(server, path.as_bytes());
        assert_tells(&answer, server, "refused", &reply);
    }
    let nowhere = gateway.get(selector(server, "nowhere/"));
    let reply = refusal_of_directory(server, "nowhere");
    assert_tells(&nowhere, server, "refused", &reply);
    let deeper = gateway.get(selector(server, "nowhere/missing.txt"));
    let reply = refusal_of_file(server, b"nowhere/missing.txt");
    assert_tells(&deeper, server, "refused", &reply);
}

pub fn what_is_forbidden_is_an_error_item(ground: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let file = item(&gateway, server, "secret/", "forbidden.txt").selector;
    let locked = item(&gateway, server, "", "locked").selector;
    let inside = selector(server, "locked/inside.txt");
    if !ground.daemon.obeys_modes() {
        ground.leave_out("forbids nothing: it reads as root, in the test's process");
        assert_eq!(gateway.get(file), b"nobody reads this\n");
        assert_eq!(gateway.get(inside), b"nobody gets here\n");
        return;
    }
    let reply = refusal_of_file(server, b"secret/forbidden.txt");
    assert_tells(&gateway.get(file), server, "refused", &reply);
    let reply = refusal_of_directory(server, "locked");
    assert_tells(&gateway.get(locked), server, "refused", &reply);
    let reply = refusal_of_file(server, b"locked/inside.txt");
    assert_tells(&gateway.get(inside), server, "refused", &reply);
}

pub fn flights_change_no_byte(_: &Ground, server: &RealServer) {
    let place = "hostname = \"gopher.test\"\nport = 70\n";
    let step = gateway(server, &format!("{place}window = 1"));
    let flight = gateway(server, &format!("{place}window = 8"));
    let paths = [
        "",
        "hundreds/",
        "many/",
        "sub/",
        "README",
        "empty.bin",
        "missing.txt",
        "nowhere/",
        "nowhere/missing.txt",
        "secret/forbidden.txt",
        "locked/",
        "hundreds/part-199.bin",
    ];
    let mut selectors = vec![Vec::new()];
    selectors.extend(paths.map(|path| selector(server, path).into_bytes()));
    let names = step.menu(selector(server, "sub/"));
    assert!(names.len() >= archive::odd_names().len() - 1);
    selectors.extend(names.into_iter().map(|item| item.selector));
    for selector in selectors {
        let (one, other) = (step.get(&selector), flight.get(&selector));
        assert!(
            one == other,
            "{}\nlock-step: {}\nflights: {}\n{}",
            selector.escape_ascii(),
            one.escape_ascii(),
            other.escape_ascii(),
            flight.log()
        );
    }
    wait_until("a flight in the log", || has_flight(&flight));
    assert!(!has_flight(&step), "{}", step.log());
}

/// Whether two commands were sent, one right after the other, on one control connection.
fn has_flight(gateway: &Gateway) -> bool {
    let log = gateway.log();
    let lines: Vec<&str> = log.lines().collect();
    let sent = |line: &str| line.split(' ').nth(2) == Some(">");
    let session = |line: &str| line.split(' ').nth(1).map(str::to_owned);
    lines
        .windows(2)
        .any(|two| sent(two[0]) && sent(two[1]) && session(two[0]) == session(two[1]))
}

/// The item of a name in the menu of a directory; its host and port are the gateway's own.
#[track_caller]
pub fn a_link_is_what_it_leads_to(ground: &Ground, server: &RealServer) {
    let gateway = gateway(server, "");
    let mut found: Vec<String> = gateway
        .menu(selector(server, "links/"))
        .iter()
        .map(|item| {
            let selector = String::from_utf8(item.selector.clone()).unwrap();
            format!("{}{}", item.kind, selector.split_once("/links/").unwrap().1)
        })
        .collect();
    found.sort_unstable();
    let mut expected = vec![
        "0file",
        "0nowhere",
        "1beside/",
        "1elsewhere/",
        "1v2/",
        "gimage.gif",
    ];
    match ground.daemon {
        Daemon::Proftpd | Daemon::Pyftpdlib => {
            ground.note("does not list a link to nothing");
            expected.remove(1);
        }
        Daemon::Libunftp => {
            ground.note("calls each link a file");
            expected.splice(2..4, []);
            expected.splice(0..0, ["0beside", "0elsewhere"]);
        }
        Daemon::Vsftpd | Daemon::PureFtpd => {}
    }
    assert_eq!(found, expected);
    // Without the slash, as a server that calls it a file has it.
    let elsewhere = gateway.menu(selector(server, "links/elsewhere"));
    assert!(
        elsewhere
            .iter()
            .any(|item| item.text().starts_with("plain.txt"))
    );
    if ground.daemon == Daemon::Libunftp {
        ground.note("its SIZE of a link is that of the link: the file behind it has another");
    } else {
        assert_eq!(gateway.get(selector(server, "links/file")), archive::README);
    }
}

fn item(gateway: &Gateway, server: &RealServer, directory: &str, name: &str) -> Item {
    let menu = gateway.menu(selector(server, directory));
    let found = menu
        .into_iter()
        .find(|item| item.text().split(' ').next() == Some(name));
    let item = found.unwrap_or_else(|| panic!("no {name} in {directory}"));
    let here = (gateway.addr().ip().to_string(), gateway.addr().port());
    assert_eq!(
        (item.host.as_slice(), item.port),
        (here.0.as_bytes(), here.1)
    );
    item
}
