//! FTPS (RFC 4217) against real servers, of which vsftpd and proftpd take a data connection only if
//! it takes up the session of its control connection: what comes, what certificates will do, and what
//! a data connection is worth that was cut.

#![cfg(feature = "tls")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub
)]

mod support;

#[path = "ftps/cases.rs"]
mod cases;
#[path = "ftps/certificates.rs"]
mod certificates;
#[path = "ftps/cut.rs"]
mod cut;
#[path = "ftps/proxy.rs"]
mod proxy;
#[path = "ftps/scripted.rs"]
mod scripted;

macro_rules! matrix {
    ([$($server:ident: $daemon:ident),* $(,)?] $cases:tt) => {
        $(mod $server {
            tests!($daemon $cases);
        })*
    };
}

macro_rules! tests {
    ($daemon:ident [$($module:ident::$case:ident),* $(,)?]) => {
        $(#[test]
        fn $case() {
            crate::$module::$case(crate::support::real::Daemon::$daemon);
        })*
    };
}

matrix! {
    [
        vsftpd: Vsftpd,
        proftpd: Proftpd,
        pure_ftpd: PureFtpd,
        pyftpdlib: Pyftpdlib,
    ]
    [
        cases::menus_and_files_come_whole_in_both_versions_of_tls,
        cases::a_file_of_300_mib_has_its_checksum,
        cases::many_at_once_have_each_a_session_of_their_own,
        cases::a_certificate_that_is_not_in_order_is_the_end,
        cases::a_host_is_held_to_the_name_that_it_was_asked_for_by,
        cases::a_certificate_that_signed_itself_will_do_if_it_is_named,
        cases::a_server_without_tls_is_for_those_who_only_try,
        cases::a_server_that_calls_is_under_tls_too,
        cut::a_file_that_is_cut_ends_in_a_reset,
        cut::a_file_without_its_close_notify_ends_in_a_reset,
        cut::a_menu_without_its_close_notify_says_so,
    ]
}
