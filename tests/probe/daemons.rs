//! The real servers, each with what it has and has not.

use super::*;

#[test]
fn each_real_server_is_told_as_it_is() {
    for daemon in Daemon::ALL {
        let Some(server) = real::start(daemon, &real::Setup::default(), &archive().root) else {
            continue;
        };
        let table = Table::of(server.addr(), "");
        let lacks: &[&str] = match daemon {
            Daemon::Vsftpd => &["MLSD"],
            Daemon::PureFtpd => &["UTF8"],
            _ => &[],
        };
        let [offered, refused] = table.summary();
        let found = [sorted(&offered), sorted(&refused)];
        assert_eq!(
            found,
            good_but(lacks, &[]),
            "{}\n{}",
            daemon.name(),
            table.text
        );
        assert_eq!(
            table.row("listing format").1,
            "Unix, 9 names",
            "{}",
            daemon.name()
        );
        assert_eq!(table.row("SIZE").1, "213 154", "{}", daemon.name());
        assert_eq!(
            table.row("MDTM").1,
            "213 20240115120000",
            "{}",
            daemon.name()
        );
        let works = format!("yes, PASV and EPSV work: {WORKS}");
        assert_eq!(
            table.verdict(),
            (Some(0), works.as_str()),
            "{}",
            daemon.name()
        );
    }
}

#[test]
fn real_servers_that_refuse_passive_are_told_by_what_is_left() {
    let no_passive = real::Setup {
        refuse_passive: true,
        ..real::Setup::default()
    };
    let no_extended = real::Setup {
        refuse_extended: true,
        ..real::Setup::default()
    };
    for daemon in Daemon::ALL {
        if let Some(server) = real::start(daemon, &no_passive, &archive().root) {
            let table = Table::of(server.addr(), "");
            let verdict = "no, only PORT works, for which the server has to call";
            assert_eq!(
                table.verdict(),
                (Some(1), verdict),
                "{}\n{}",
                daemon.name(),
                table.text
            );
        }
        if let Some(server) = real::start(daemon, &no_extended, &archive().root) {
            let table = Table::of(server.addr(), "");
            let verdict = format!("yes, PASV works: {WORKS}");
            assert_eq!(
                table.verdict(),
                (Some(0), verdict.as_str()),
                "{}\n{}",
                daemon.name(),
                table.text
            );
        }
    }
}
