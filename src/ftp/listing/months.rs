//! Month names in the languages in which servers are known to write listings.
//!
//! Listings keep the server's locale and its character set. Where a word is another
//! month's in another language (Croatian `lip` is June, Polish July), the language
//! that more servers speak has it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{charset, number};

/// The shortest month name, in bytes.
const MIN_NAME: usize = 2;

/// The longest month name that is looked up, in bytes: `października` has 13 in UTF-8,
/// the Cyrillic ones up to 22. A longer word is some other column.
const MAX_NAME: usize = 24;

/// The signs for "month" in UTF-8, Shift-JIS, EUC-JP, GBK, Big5 and EUC-KR.
const MONTH_SIGNS: [&[u8]; 7] = [
    "月".as_bytes(),
    "월".as_bytes(),
    b"\x8c\x8e",
    b"\xb7\xee",
    b"\xd4\xc2",
    b"\xa4\xeb",
    b"\xbf\xf9",
];

/// For each month its names in lower case, as `ls` abbreviates them and in full.
const NAMES: [&str; 12] = [
    "jan january januar janv janvier jän jänner jaan ene enero gen gener gennaio \
     janeiro januari janúar jaanuar ian ianuarie sty stycznia led ledna tammi oca ocak \
     saus sau urt январь янв января јан яну січ січня сту ιαν ינו ינואר ينا يناير xan \
     sij siječnja ion ean ม.ค th01 tammikuu",
    "feb february februar febr fév févr février febrero febbraio febrer fev fevereiro \
     februari febrúar veebr vee helmi lut lutego úno února şub şubat vas ots peb фев \
     февр февраля лют лютого φεβ פבר פברואר فبر فبراير velj veljače shk chw feabh fra \
     феб c'hwe ก.พ th02 helmikuu",
    "mar march märz mär mrz mars marzo març março mrt maart marec márc már mart marts \
     märts marca maalis bře března kov mac мар март марта бер берез березня сак μαρ μάρ \
     מרץ مار مارس ožu ožujka mäe maw márta meu มี.ค th03 maaliskuu",
    "apr april avr avril abr abril aprile ápr apríl kwi kwietnia dub dubna huhti nis \
     nisan bal api апр апреля кві квіт квітня кра απρ אפר אפריל أبر أبريل tra travnja \
     pri ebr aib เม.ย th04 huhtikuu",
    "may mai mayo mag maggio maig maio mei maj maja máj maí kvě května touko geg maijs \
     май мая мај тра трав травня μαϊ μάι μαΐ מאי ماي مايو svi svibnja mee beal mej mae \
     พ.ค th05 toukokuu",
    "jun june juni juin junio juny giu giugno junho jún júní jūn juuni iun iunie cze \
     czerwca čen června kesä haz haziran birž eka июн июнь июня јун юни чер черв червня \
     чэр ιουν ιούν יונ יוני يون يونيو lipnja qer meh meith xuñ mez มิ.ย th06 kesäkuu",
    "jul july juli juil juillet julio lug luglio julho juliol júl júlí jūl juuli iul \
     iulie lip lipca čec července heinä tem temmuz liep uzt июл июль июля јул юли лип \
     липня ліп ιουλ ιούλ יול יולי يول يوليو srpnja kor gor iúil xul lul gou ก.ค th07 \
     heinäkuu",
    "aug august aoû août ago agosto ag agu agt augustus augusti avg ágú sie sierpnia \
     srp srpna elo ağu ağustos rugp abu ogo ogos авг августа ауг сер серп серпня жні \
     αυγ αύγ אוג أغس أغسطس kol kolovoza gsh aws lún aww eos ส.ค th08 elokuu",
    "sep sept september septembre septembrie septiembre set settembre setembro setembre \
     szept wrz września zář září syys eyl eylül rugs ira сен сент сентября сеп вер \
     верес вересня σεπ ספט سبت سبتمبر ruj rujna sht med mfómh gwe ก.ย th09 syyskuu",
    "oct october oktober okt octobre octubre octombrie ott ottobre out outubro paź \
     października říj října loka eki ekim spal urr окт октября жов жовт жовтня кас οκτ \
     אוק أكت أكتوبر tet hyd dfómh her ต.ค th10 lokakuu",
    "nov november novembre noviembre novembro nóv noi noiembrie lis listopada marras \
     kas kasım kasim lapkr aza ноя нояб ноября ное нов лис листоп листопада νοε νοέ נוב \
     نوف نوفمبر stu studenoga ліс nën tach samh du พ.ย th11 marraskuu",
    "dec december dezember dez des déc décembre dic diciembre dicembre dezembro \
     desembre decembrie dets gru grudnia pro prosince joulu ara aralık aralik gruod abe \
     dis дек декабря дец гру груд грудня сне δεκ דצמ ديس ديسمبر prosinca dhj rhag noll ker \
     ธ.ค th12 joulukuu",
];

/// Each name in lower case, and those that are not ASCII also in the octets of each
/// set of [`charset`], there in lower case, in capitals, and with a capital first.
static KNOWN: LazyLock<HashMap<Vec<u8>, i8>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (name, month) in names() {
        known.insert(name.as_bytes().to_vec(), month);
        if name.is_ascii() {
            continue;
        }
        let mut letters = name.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let titled: String = first.chain(letters).collect();
        for cased in [name.to_owned(), name.to_uppercase(), titled] {
            known.extend(charset::writings(&cased).map(|octets| (octets, month)));
        }
    }
    known
});

/// The number, 1 to 12, of the month that `text` names, in any case and with or
/// without a dot behind it.
pub(super) fn number_of(text: &[u8]) -> Option<i8> {
    let text = text
        .strip_suffix(b".")
        .or_else(|| text.strip_suffix(b","))
        .unwrap_or(text);
    if !(MIN_NAME..=MAX_NAME).contains(&text.len()) {
        return None;
    }
    if text.first().is_some_and(u8::is_ascii_digit) {
        return signed(text)
            .filter(|(_, rest)| rest.is_empty())
            .map(|(month, _)| month);
    }
    if text.is_ascii() {
        return KNOWN.get(&text.to_ascii_lowercase()).copied();
    }
    // Some Russian names in code page 866 have the form of UTF-8.
    let utf8 = str::from_utf8(text).ok().map(str::to_lowercase);
    utf8.and_then(|name| KNOWN.get(name.as_bytes()))
        .or_else(|| KNOWN.get(text))
        .copied()
}

/// One or two digits with the sign for "month" behind them, and what follows that.
pub(super) fn signed(text: &[u8]) -> Option<(i8, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, sign) = text.split_at(digits);
    let month = number(digits).filter(|month| digits.len() <= 2 && (1..=12).contains(month))?;
    let rest = MONTH_SIGNS.iter().find_map(|s| sign.strip_prefix(*s))?;
    Some((month, rest))
}

fn names() -> impl Iterator<Item = (&'static str, i8)> {
    NAMES.iter().zip(1..).flat_map(|(names, month)| {
        names
            .split_ascii_whitespace()
            .map(move |name| (name, month))
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAME, charset, names, number_of};

    #[test]
    fn a_name_is_one_month_in_any_case() {
        for (name, month) in names() {
            assert_eq!(number_of(name.as_bytes()), Some(month), "{name}");
            // Two letters of Greek and Turkish change into others for good.
            let upper = name.to_uppercase();
            let expected = Some(month).filter(|_| upper.to_lowercase() == name);
            assert!(
                expected.is_none() || number_of(upper.as_bytes()) == expected,
                "{name}"
            );
            assert_eq!(
                number_of(format!("{name}.").as_bytes()),
                Some(month),
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_is_known_in_each_character_set_that_has_it() {
        for (name, month) in names().filter(|(name, _)| !name.is_ascii()) {
            let mut written = 0;
            for bytes in charset::writings(name).chain(charset::writings(&name.to_uppercase())) {
                written += 1;
                assert_eq!(
                    number_of(&bytes),
                    Some(month),
                    "{name} {}",
                    bytes.escape_ascii()
                );
            }
            let has_a_set = !name.chars().any(|c| ('\u{590}'..'\u{e80}').contains(&c));
            assert!(written > 0 || !has_a_set, "{name} is in no set");
        }
    }

    #[test]
    fn a_month_may_be_a_number_with_its_sign() {
        for text in [
            "3月".as_bytes(),
            "03월".as_bytes(),
            b"3\x8c\x8e",
            b"3\xd4\xc2",
            b"3\xa4\xeb",
        ] {
            assert_eq!(number_of(text), Some(3), "{}", text.escape_ascii());
        }
        for text in ["0月", "13月", "003月", "月", "3", "3月x"] {
            assert_eq!(number_of(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn other_words_are_no_months() {
        for text in ["", "x", "janu", "root", "staff", "foo.", "ja"] {
            assert_eq!(number_of(text.as_bytes()), None, "{text}");
        }
        let long = "x".repeat(MAX_NAME + 1);
        assert_eq!(number_of(long.as_bytes()), None);
    }
}
