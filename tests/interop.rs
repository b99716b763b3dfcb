//! The matrix: what five real FTP servers serve, over both address families, as a Gopher client
//! gets to see it. A test's name says the server, the family and the case:
//! `vsftpd::ipv4::a_missing_file_is_an_error_item`.
//!
//! With `MATRIX_TABLE=path` in the environment the results are also written there, as a table.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

mod support;

#[path = "interop/cases.rs"]
mod cases;
#[path = "interop/connections.rs"]
mod connections;
#[path = "interop/ground.rs"]
mod ground;
#[path = "interop/names.rs"]
mod names;
#[path = "interop/raw.rs"]
mod raw;
#[path = "interop/table.rs"]
mod table;

macro_rules! matrix {
    ([$($server:ident: $daemon:ident),* $(,)?] $cases:tt) => {
        const TITLES: &[&str] = titles!($cases);
        $(mod $server {
            mod ipv4 {
                tests!($daemon false $cases);
            }
            mod ipv6 {
                tests!($daemon true $cases);
            }
        })*
    };
}

macro_rules! tests {
    ($daemon:ident $ipv6:literal [$($title:literal: $module:ident::$case:ident),* $(,)?]) => {
        $(#[test]
        fn $case() {
            use crate::support::real::Daemon;
            crate::ground::check($title, Daemon::$daemon, $ipv6, crate::$module::$case);
        })*
    };
}

macro_rules! titles {
    ([$($title:literal: $module:ident::$case:ident),* $(,)?]) => {
        &[$($title),*]
    };
}

matrix! {
    [
        vsftpd: Vsftpd,
        proftpd: Proftpd,
        pure_ftpd: PureFtpd,
        pyftpdlib: Pyftpdlib,
        libunftp: Libunftp,
    ]
    [
        "root menu": cases::the_root_menu_leads_to_the_servers_root,
        "directory": cases::a_directory_has_all_its_files,
        "10,000-entry directory": cases::a_directory_of_ten_thousand_is_whole,
        "empty file": cases::an_empty_file_is_empty,
        "300 MiB file": cases::a_file_of_300_mib_has_its_checksum,
        "text file": cases::a_text_file_has_its_checksum,
        "symbolic links": cases::a_link_is_what_it_leads_to,
        "odd names": names::every_name_leads_from_the_menu_to_its_file,
        "missing file": cases::a_missing_file_is_an_error_item,
        "permission denied": cases::what_is_forbidden_is_an_error_item,
        "PASV and EPSV refused": connections::without_passive_the_server_calls_if_it_may,
        "EPSV refused": connections::without_epsv_there_is_pasv,
        "flights": cases::flights_change_no_byte,
    ]
}
