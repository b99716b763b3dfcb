//! What the scripted server does wrong, each kind of wrong under a name that is a sentence.
//!
//! A vice that takes a command names it by a prefix of the command line, without regard to case:
//! `"RETR"` is every retrieval, `"CWD /pub"` one directory change. [`GREETING`] stands for the
//! moment in which the greeting is due.

use std::time::Duration;

/// Names the greeting where a vice asks for a command.
pub const GREETING: &str = "greeting";

/// One way in which the server differs from a good one. Several may be combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vice {
    // The greeting.
    /// Accepts the control connection and never says a word on it.
    Silent,
    /// Closes the control connection where the greeting is due.
    CloseAtGreeting,
    /// Greets with 421 and closes.
    BusyGreeting,
    /// Greets with 120, then with 220.
    Slow120,
    /// Greets with so many 120, and then with 220, each of them so late.
    Waits120(usize, Duration),
    /// Greets twice (goneo).
    TwoGreetings,
    /// Greets with a multi-line 220 that has lines looking like its end.
    MultilineGreeting,
    /// Greets as an SSH server does, and then waits.
    NonsenseGreeting,
    /// Greets with 230: no login is asked for.
    GreetingWith230,
    /// Greets with these raw bytes, and is a good server from there on.
    GreetingText(Vec<u8>),

    // The login.
    /// Answers 230 to USER, and 503 to a PASS that comes nevertheless.
    LoginWithoutPassword,
    /// Answers 202 to PASS: it was superfluous.
    PassIsSuperfluous,
    /// Answers 332 to PASS, and 230 to ACCT.
    NeedAccount,
    /// Answers 530 to PASS.
    LoginRefused,
    /// Answers 530 to PASS, blames the number of clients, and closes.
    TooManyUsers,
    /// Answers PASS with a multi-line 230 that has these lines before its last.
    MessageOf230(Vec<&'static str>),
    /// Answers 530 to whatever came in one segment with PASS and behind it (libunftp).
    NothingBehindPass,

    // Replies.
    /// Answers this command with a line that never ends (it stops at 64 MiB).
    EndlessLine(&'static str),
    /// Answers this command with a multi-line reply that never ends (it stops at 64 MiB).
    EndlessReply(&'static str),
    /// Does what this command asks, but has a NUL in each line that it answers.
    NulInReply(&'static str),
    /// Answers this command with these raw bytes, instead of doing anything.
    Reply(&'static str, Vec<u8>),
    /// As `Reply`, but only the first time in a session.
    ReplyOnce(&'static str, Vec<u8>),
    /// Sends these raw bytes, and then what this command asks for.
    Ahead(&'static str, Vec<u8>),
    /// Says each reply to this command twice.
    Doubled(&'static str),
    /// Does what this command asks, so much later.
    SlowAt(&'static str, Duration),
    /// Closes the control connection when this command arrives.
    CloseAt(&'static str),
    /// Never answers this command, nor any that follows it.
    SilentAt(&'static str),
    /// Answers 421 to this command and closes.
    ServiceNotAvailableAt(&'static str),
    /// Ends the lines of its replies in a bare LF.
    BareLf,
    /// Ends the lines of its replies in CR CR LF.
    CrCrLf,
    /// Puts no text behind the code of a reply that needs none.
    CodesOnly,
    /// Puts a TAB behind the code of a reply.
    TabBehindCode,
    /// Has bytes above 127 in its replies, IAC among them.
    EightBitText,
    /// Makes of each reply one of several lines, among them some that look like its end.
    ManyLines,
    /// Ends this command's reply of several lines with a line of another code (glftpd).
    OtherCodeAtEnd(&'static str),
    /// Puts a blank before the code of a reply.
    BlankBeforeCode,
    /// Puts Telnet's IAC WILL ECHO before the code of a reply.
    TelnetBeforeCode,
    /// Sends each byte of a reply in a segment of its own.
    Drip,
    /// Sends the replies to all commands of one segment in one segment.
    CoalescedReplies,
    /// Answers a flight PASV first, then a transfer's 150, SIZE and MDTM, the rest, and 226.
    OutOfOrder,
    /// Answers the commands of a flight last one first.
    Backwards,
    /// Takes a segment for whole commands: answers 502 to one not ended by LF (ftp-srv).
    WholeCommandsOnly,
    /// Knows nothing of Telnet: IAC IAC stays two bytes.
    TakesIacRaw,

    /// Takes no path of more than one segment: answers 501 to it (VMS, MVS).
    SegmentsOnly,

    // Data connections.
    /// Answers PASV with this code.
    RefusePasv(u16),
    /// Answers EPSV with this code.
    RefuseEpsv(u16),
    /// Answers PORT and EPRT with this code.
    RefusePort(u16),
    /// Says 10,9,8,7 in its 227.
    PasvForeignAddress,
    /// Says 0,0,0,0 in its 227.
    PasvZeroAddress,
    /// Says 192,168,1,2 in its 227.
    PasvPrivateAddress,
    /// Leaves the last number out of its 227.
    PasvFiveNumbers,
    /// Has a seventh number behind the six of its 227.
    PasvSevenNumbers,
    /// Has 256 for the last number of its 227.
    PasvNumberTooBig,
    /// Writes each number of its 227 with three digits.
    PasvThreeDigits,
    /// Has blanks behind the commas of its 227.
    PasvBlanks,
    /// Writes the address in its 227 as `(ftp://1,2,3,4,5,6)` (ftp-srv).
    PasvAsUrl,
    /// Says nothing in its 227 but that passive mode is entered.
    PasvNoAddress,
    /// Leaves the parentheses out of its 227.
    PasvNoParens,
    /// Names this port in its 227 or 229, whatever port it listens on.
    PasvPort(u16),
    /// Has text with numbers in it before the address in its 227.
    PasvTextBefore,
    /// Writes its 229 with `!` for a delimiter.
    EpsvOtherDelimiter,
    /// Leaves the parentheses out of its 229.
    EpsvNoParens,
    /// Leaves one of the first three delimiters out of its 229 (BulletProof).
    EpsvMissingDelimiter,
    /// Has a dot behind its 229 (Serv-U).
    EpsvDotBehind,
    /// Names family and address in its 229 too, where nothing should stand.
    EpsvWithAddress,
    /// Answers 227 to EPSV.
    Answer227ToEpsv,
    /// Answers 229 to PASV.
    Answer229ToPasv,
    /// Names a port on which nothing listens.
    NobodyListens,
    /// Listens and never accepts: after its 150 nothing comes.
    ListensNeverAccepts,
    /// Takes the data connection so much later.
    AcceptsLate(Duration),
    /// Takes PORT and EPRT and never connects: after its 150 nothing comes.
    NeverConnectsBack,
    /// Connects when PORT or EPRT arrives, not when the transfer command does (pyftpdlib).
    ConnectsBackAtOnce,
    /// Answers PORT and EPRT when so many others, from 127.0.0.2, have called there and were turned
    /// away; with 421 if they were not.
    StrangersFirst(usize),
    /// Understands APSV of RFC 1579: a transfer command without PASV or PORT before it
    /// is answered 151 with an address, and no 150.
    UnderstandsApsv,
    /// As `UnderstandsApsv`, and the 151 names nothing but the port.
    ApsvBarePort,
    /// Answers 200 to APSV, and then asks for PASV all the same.
    ApsvForgotten,

    // What it can do, and listings.
    /// Answers 500 to FEAT.
    NoFeat,
    /// Answers 211 to FEAT in one line.
    FeatOneLine,
    /// Answers 211 to FEAT without a feature.
    FeatEmpty,
    /// Has only what may be stored to: any directory may be entered, and nothing be listed or
    /// fetched (550).
    StoreOnly,
    /// Answers 500 to MLSD and MLST, and leaves them out of FEAT.
    NoMlsd,
    /// Answers 500 to SIZE, and leaves it out of FEAT.
    NoSize,
    /// Answers 500 to MDTM, and leaves it out of FEAT.
    NoMdtm,
    /// Answers 502 to LIST.
    NoList,
    /// Has neither MLSD nor LIST.
    NlstOnly,
    /// Answers 213 4096 to SIZE of a directory.
    SizeOfDirectory,
    /// Sends these raw bytes for any listing.
    ListingText(Vec<u8>),
    /// Names each entry of an NLST with its whole path.
    NlstFullPaths,
    /// Says 226 to a listing, and never takes the data connection.
    ListingWithoutData,
    /// Sends a listing that never ends (it stops at 64 MiB).
    EndlessListing,
    /// Sends a listing of one line that never ends (it stops at 64 MiB).
    EndlessListingLine,
    /// Answers 450 to LIST and NLST.
    ListIs450,

    // Transfers, files and listings alike.
    /// Says this size, in SIZE and in a 150, whatever the file has.
    Size(u64),
    /// Names the size in its 150: `(123 bytes)`.
    SizeIn150,
    /// Sends no 150.
    NoPreliminary,
    /// Says this instead of its 150.
    Preliminary(&'static str),
    /// Says 150 so often.
    Preliminaries(usize),
    /// Sends 150 after the data.
    Late150,
    /// Sends 226 when half of the data are out.
    EarlyFinal,
    /// Says 226 before its 150, and sends the data after both.
    FinalBeforePreliminary,
    /// As `EarlyFinal`, and resets the control connection before the second half.
    ResetControlAfterFinal,
    /// Closes the data connection and sends no final reply; it goes on answering commands.
    MissingFinal,
    /// Closes the control connection where the final reply is due.
    CloseControlAfterData,
    /// Closes the control connection when so many bytes are out, and then sends the others.
    CloseControlInData(usize),
    /// Resets the control connection where the final reply is due.
    ResetControlAfterData,
    /// Ends a transfer with this reply instead of its 226.
    FinalReply(&'static str),
    /// Sends only so many bytes, closes the data connection and says 226.
    ShortData(usize),
    /// Sends so many bytes and resets the data connection, then says 426.
    DataReset(usize),
    /// Sends everything, resets the data connection, and says 226.
    DataResetThen226,
    /// Sends so many bytes and then none, until the client closes; then says 426.
    StallAfter(usize),
    /// Says 150 for a missing file, closes the data connection without a byte, and says 550.
    PreliminaryThen550,
    /// Answers 425 to a transfer command.
    NoDataConnection425,
    /// Sends 226 only when the client has closed its end of the data connection (ProFTPD).
    WaitsForOurClose,
    /// Sends a file that never ends (it stops at 64 MiB).
    EndlessFile,
}

/// The vices of one session.
#[derive(Debug)]
pub(super) struct Vices(pub(super) Vec<Vice>);

impl Vices {
    pub(super) fn has(&self, vice: &Vice) -> bool {
        self.0.contains(vice)
    }

    /// The first thing that `pick` finds among the vices.
    pub(super) fn find<T>(&self, pick: impl FnMut(&Vice) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(pick)
    }

    /// The vice that answers this command line in place of the server, if any.
    pub(super) fn take_over(&mut self, line: &[u8]) -> Option<Vice> {
        let is = |command: &str| {
            line.get(..command.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(command.as_bytes()))
        };
        let at = self.0.iter().position(|vice| match vice {
            Vice::EndlessLine(command)
            | Vice::EndlessReply(command)
            | Vice::NulInReply(command)
            | Vice::Reply(command, _)
            | Vice::ReplyOnce(command, _)
            | Vice::Ahead(command, _)
            | Vice::Doubled(command)
            | Vice::OtherCodeAtEnd(command)
            | Vice::SlowAt(command, _)
            | Vice::CloseAt(command)
            | Vice::SilentAt(command)
            | Vice::ServiceNotAvailableAt(command) => is(command),
            _ => false,
        })?;
        if matches!(self.0.get(at), Some(Vice::ReplyOnce(..))) {
            return Some(self.0.remove(at));
        }
        self.0.get(at).cloned()
    }
}
