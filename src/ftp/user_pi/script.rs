//! What is asked for, step by step, and in which order.

use std::collections::VecDeque;

use super::order::{Order, Representation, Tls, Want};
use crate::ftp::command::Arg;

/// A command, or the greeting, whose reply is due first of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Greeting,
    Auth,
    User,
    Pass,
    Acct,
    Pbsz,
    Prot,
    /// APSV, once in a session.
    Apsv,
    Cwd,
    Passive,
    Type,
    Feat,
    /// `OPTS UTF8 ON`, as servers took it before RFC 2640 and after.
    Utf8,
    Size,
    Mdtm,
    Rest,
    Retr,
    /// A listing; which command it takes is decided when it is sent.
    List,
    Quit,
}

impl Step {
    /// Whether it may be the last word before we are let in.
    pub(super) fn is_login(&self) -> bool {
        matches!(self, Self::Greeting | Self::User | Self::Pass | Self::Acct)
    }

    /// Whether it is what the data connection is for.
    pub(super) fn is_transfer(&self) -> bool {
        matches!(self, Self::Retr | Self::List)
    }
}

/// AUTH stands before the login, so that nobody hears it; PBSZ and PROT behind it, since some servers
/// ask who wants them.
pub(super) fn login_script(tls: Tls) -> VecDeque<Step> {
    match tls {
        Tls::Never => [Step::User, Step::Pass].into(),
        Tls::Try | Tls::Require => {
            [Step::Auth, Step::User, Step::Pass, Step::Pbsz, Step::Prot].into()
        }
    }
}

/// What is tried first once the path is as far as CWD is to lead.
pub(super) fn whole_script(order: &Order) -> VecDeque<Step> {
    match order.want {
        Want::Directory => directory_script(order),
        Want::File | Want::Either => file_script(order),
    }
}

/// PASV stands first: the FTP helper of a packet filter sees a 227 only at the start of a segment.
fn file_script(order: &Order) -> VecDeque<Step> {
    let mut script = VecDeque::from([Step::Passive, Step::Type]);
    script.extend(order.has_utf8_path().then_some(Step::Utf8));
    if order.representation == Representation::Image {
        script.extend([Step::Size, Step::Mdtm]);
        script.extend((order.restart > 0).then_some(Step::Rest));
    }
    script.push_back(Step::Retr);
    script
}

/// `LIST path` lies (globs, options, empty for a missing directory): always CWD, then bare.
pub(super) fn directory_script(order: &Order) -> VecDeque<Step> {
    let mut script = VecDeque::from([Step::Cwd, Step::Passive, Step::Type, Step::Feat, Step::List]);
    if order.spellings.first().is_none_or(Arg::is_empty) {
        script.pop_front();
    }
    if order.has_utf8_path() {
        script.push_front(Step::Utf8);
    }
    script
}
