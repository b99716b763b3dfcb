//! Listings without end: bounded by entries, and by bytes.

use super::*;

/// The last item of a menu that was cut says so.
#[track_caller]
fn cut(case: &Case) -> Vec<Item> {
    let mut menu = case.menu("pub/");
    let last = menu.pop().unwrap();
    let text = last
        .text()
        .replace(&case.server.addr().to_string(), "SERVER");
    assert_eq!(
        (last.kind, text.as_str()),
        (
            '3',
            "This menu is not complete: the FTP server SERVER sends a listing that does not end; \
             it is cut here"
        )
    );
    menu
}

#[test]
fn a_listing_of_endless_entries_is_cut_with_a_word() {
    both(|window| {
        let builder = archive().vice(Vice::EndlessListing).vice(Vice::NlstOnly);
        let case = Case::new(builder, window);
        let entries = cut(&case).len();
        assert!((100_000..110_000).contains(&entries), "{entries}");
        case.saw(&["LOGIN|CWD pub|PASV|TYPE I|FEAT|LIST|PASV|NLST"]);
    });
}

#[test]
fn a_listing_of_one_endless_line_is_an_error() {
    both(|window| {
        let case = Case::new(archive().vice(Vice::EndlessListingLine), window);
        let left: Vec<String> = cut(&case).iter().map(Item::text).collect();
        assert_eq!(
            left,
            ["(one name here that no client could ask for is left out)"]
        );
        case.saw(&[DIRECTORY.trim_end_matches("|QUIT")]);
    });
}

#[test]
fn a_listing_of_noise_passes_at_the_bound_of_bytes_and_is_cut_past_it() {
    let line = format!("type=cdir; {}\r\n", "x".repeat(1011));
    assert_eq!(line.len(), 1024);
    let whole = line.repeat(16 * 1024).into_bytes();
    both(|window| {
        let case = Case::new(archive().vice(Vice::ListingText(whole.clone())), window);
        assert_eq!(case.menu("pub/"), []);
        case.saw(&[DIRECTORY]);
        let past = [&whole[..], b"type=cdir; x\r\n"].concat();
        let case = Case::new(archive().vice(Vice::ListingText(past)), window);
        assert_eq!(cut(&case), []);
        case.saw(&[DIRECTORY.trim_end_matches("|QUIT")]);
    });
}
