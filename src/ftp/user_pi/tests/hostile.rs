//! Servers that send anything at all.

use super::*;

#[test]
fn preliminary_replies_are_bounded() {
    for greeting in [MAX_PRELIMINARY, MAX_PRELIMINARY + 1] {
        let mut talk = Talk::new(file(1));
        (0..greeting).for_each(|_| talk.reply(b"120 soon\r\n"));
        let failed = "! failed: gave a senseless answer to the greeting: 120 soon\n";
        let expected = if greeting > MAX_PRELIMINARY {
            failed
        } else {
            ""
        };
        assert_eq!(talk.record, expected);
    }
}

#[test]
fn replies_that_nobody_asked_for_are_bounded() {
    let done = "< 227 =127,0,0,1,4,1\n< 200 ok\n< 213 5\n< 550 no\n* data 2\n< 226 done\n";
    for strays in [MAX_PRELIMINARY, MAX_PRELIMINARY + 1] {
        let mut talk = Talk::new(file(1));
        let inputs = format!("{LOGIN_1}{done}");
        for line in inputs.lines().filter(is_input) {
            talk.feed(line, 999);
        }
        talk.record.clear();
        (0..strays).for_each(|_| talk.reply(b"200 well\r\n"));
        let failed = "! failed: gave a senseless answer to no command: 200 well\n";
        let expected = if strays > MAX_PRELIMINARY { failed } else { "" };
        assert_eq!(talk.record, expected);
    }
}

#[test]
fn what_is_no_reply_ends_it_at_every_point() {
    let long = [b'2'; 9000];
    let endless = b"220-more\r\n".repeat(1001);
    for (garbage, failed) in [
        (
            &b"SSH-2.0-x\r\n"[..],
            "\"SSH-2.0-x\" where a reply code was due",
        ),
        (b"200 a\0b\r\n", "a reply with a NUL in it"),
        (&long, "a reply line longer than 8192 bytes"),
        (&endless, "a reply that does not end"),
        (b"\r\n", "\"\" where a reply code was due"),
    ] {
        let talk = format!("{LOGIN_1}< 227 =127,0,0,1,4,1\n< 200 ok\n< 213 5\n< 550 no\n< 150 x\n");
        let inputs: Vec<_> = talk.lines().filter(is_input).collect();
        for kept in 0..=inputs.len() {
            let mut talk = Talk::new(file(1));
            inputs[..kept].iter().for_each(|line| talk.feed(line, 999));
            talk.record.clear();
            talk.reply(garbage);
            assert_eq!(
                talk.record,
                format!("! failed: does not speak FTP: {failed}\n")
            );
        }
    }
}

#[test]
fn all_replies_at_once_before_any_command_go_nowhere() {
    let mut talk = Talk::new(file(8));
    let all = b"220 a\r\n331 b\r\n230 c\r\n227 =1,1,1,1,4,1\r\n200 d\r\n150 e\r\n226 f\r\n";
    talk.reply(all);
    talk.feed("* end", 0);
    assert_eq!(talk.endings, 1, "{}", talk.record);
    assert!(talk.record.contains("! failed"), "{}", talk.record);
}

#[test]
fn no_path_can_end_a_command() {
    for byte in [b'\r', b'\n', 0] {
        assert!(Arg::parse(vec![b'a', byte, b'b']).is_err());
    }
    let mut order = file(8);
    order.spellings = vec![arg("a\tb ~%0d%0aDELE x")];
    let mut talk = Talk::new(order);
    talk.reply(b"220 a\r\n");
    talk.reply(b"331 b\r\n230 c\r\n");
    let expected = "> PASV|TYPE I|SIZE a\\tb ~%0d%0aDELE x|MDTM a\\tb ~%0d%0aDELE x\n";
    assert!(talk.record.ends_with(expected), "{}", talk.record);
}

/// Marsaglia's xorshift: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const REPLIES: [&str; 28] = [
    "120 soon",
    "125 go",
    "150 go",
    "150 go (5 bytes)",
    "200 ok",
    "202 no need",
    "211 MLST x;",
    "213 5",
    "213 20240102030405",
    "213",
    "220 ready",
    "221 bye",
    "226 done",
    "227 =127,0,0,1,4,1",
    "227 what",
    "229 (|||1025|)",
    "229 (|||22|)",
    "230 in",
    "234 go on",
    "250 ok",
    "331 who",
    "332 account",
    "350 go on",
    "425 no",
    "426 gone",
    "450 none",
    "530 no",
    "550 no",
];
const RARE: [&str; 7] = [
    "421 bye",
    "what",
    "",
    "220-open",
    "2",
    "\0",
    "230-Message\r\n two\r\n230 in",
];
const DRIVER: [&str; 9] = [
    "* data 0", "* data 5", "* data 5", "* eof", "* eof", "* grace", "* failed", "* end", "* quit",
];

/// What a good server would answer next, so that the middle of a conversation is reached.
fn good(pi: &UserPi) -> &'static str {
    match pi.pending.front().map(|step| pi.name(*step)) {
        Some("the greeting") => "220 ready",
        Some("AUTH") => "234 go on",
        Some("USER") => "331 who",
        Some("PASS" | "ACCT") => "230 in",
        Some("CWD") => "250 ok",
        Some("PASV" | "EPSV") => "227 =127,0,0,1,4,1",
        Some("SIZE") => "213 5",
        Some("MDTM") => "213 20240102030405",
        Some("REST") => "350 go on",
        Some("FEAT") => "211 MLST x;",
        Some("RETR" | "MLSD" | "LIST" | "NLST") if !pi.begun => "150 go",
        Some("RETR" | "MLSD" | "LIST" | "NLST") => "226 done",
        _ => "200 ok",
    }
}

/// [`Talk`] itself asserts that nothing follows an end, and that what is sent is whole commands.
#[test]
fn no_sequence_of_bytes_and_events_panics_or_ends_twice() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (mut complete, mut failed) = (0, 0);
    for round in 0..20_000 {
        let want = [Want::File, Want::Directory, Want::Either][numbers.below(3)];
        let window = [1, 2, 3, 8][numbers.below(4)];
        let mut order = order(want, window);
        order.tls = [Tls::Never, Tls::Try, Tls::Require][numbers.below(3)];
        let required = order.tls == Tls::Require;
        order.methods = Method::list(numbers.below(2) == 0, numbers.below(2) == 0);
        if numbers.below(4) == 0 {
            order.methods.insert(0, Method::AllPassive);
        }
        order.restart = [0, 3][numbers.below(2)];
        if numbers.below(2) == 0 {
            order.spellings = Arg::spellings(b"\xff").unwrap();
        }
        let mut talk = Talk::new(order);
        let sanity = numbers.below(12) + 1;
        for _ in 0..60 {
            let choice = numbers.below(sanity * 3);
            if talk.record.ends_with("! listen\n") {
                talk.feed("* listening 127.0.0.1:5000", 0);
            }
            if talk.record.ends_with("! secure\n") {
                talk.feed("* secured", 0);
            }
            match choice {
                0 => talk.feed(&format!("< {}", numbers.pick(&REPLIES)), 7),
                1 => talk.feed(numbers.pick(&DRIVER), 0),
                2 if numbers.below(8) == 0 => talk.feed(&format!("< {}", numbers.pick(&RARE)), 2),
                2 => talk.feed(["* data 5", "* eof"][numbers.below(2)], 0),
                _ => talk.feed(&format!("< {}", good(&talk.pi)), 999),
            }
            assert!(talk.pi.pending.len() <= window + 1, "{}", talk.record);
        }
        talk.feed("* end", 0);
        talk.feed("* eof", 0);
        assert_eq!(talk.endings, 1, "round {round}:\n{}", talk.record);
        let in_clear = talk.record.split("! secure").next().unwrap();
        assert!(!required || !in_clear.contains("> USER"), "{}", talk.record);
        let data = talk.record.contains("> RETR") || talk.record.contains("> LIST");
        assert!(
            !required || !data || talk.pi.is_protected(),
            "{}",
            talk.record
        );
        complete += usize::from(talk.record.contains("! complete"));
        failed += usize::from(talk.record.contains("! failed"));
    }
    assert!(complete > 1000 && failed > 1000, "{complete} {failed}");
}

#[test]
fn bytes_without_sense_never_panic() {
    let mut numbers = Numbers(42);
    for _ in 0..2_000 {
        let mut talk = Talk::new(either(8));
        for _ in 0..40 {
            let bytes: Vec<u8> = (0..numbers.below(24))
                .map(|_| b"0123456789-() |,\r\n\n\0\xffabc"[numbers.below(24)])
                .collect();
            talk.reply(&bytes);
        }
        assert!(talk.endings <= 1);
    }
}

#[test]
fn a_password_is_found_where_the_shown_part_of_a_line_ends() {
    let before = "x".repeat(76);
    let rest = format!(
        "< {before}me@here, you said\n! failed: does not speak FTP: \"{before}***,\" where a reply \
         code was due\n"
    );
    let login = "< 220 ready\n> USER anonymous\n< 331 who\n> PASS me@here\n";
    check(&file(1), &format!("{login}{rest}"));
}
