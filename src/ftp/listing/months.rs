//! Month names in the languages in which servers are known to write listings.
//!
//! Listings keep the server's locale: English, German, French, Spanish, Italian,
//! Portuguese, Dutch, the Nordic languages, Polish, Czech, Hungarian, Turkish,
//! Greek, Russian and Ukrainian names are known, Japanese and Korean numbers.

use super::number;

/// The shortest month name, in bytes; most other columns are told by it.
const MIN_NAME: usize = 3;

/// The longest month name that is looked up, in bytes. The longest in the table,
/// `septiembre`, has 10, a Cyrillic one up to 16; a longer token is some other column.
const MAX_NAME: usize = 16;

/// For each month its names in lower case. The last ones of each row are the
/// Russian ones in windows-1251 and KOI8-R, read as Latin-1: see [`number_of`].
const NAMES: [&[&str]; 12] = [
    &[
        "jan",
        "january",
        "januar",
        "janv",
        "janvier",
        "ene",
        "enero",
        "gen",
        "gennaio",
        "janeiro",
        "januari",
        "янв",
        "января",
        "sty",
        "led",
        "tammi",
        "oca",
        "ιαν",
        "січ",
        "ÿíâ",
        "ñî×",
    ],
    &[
        "feb",
        "february",
        "februar",
        "febr",
        "fév",
        "févr",
        "février",
        "febrero",
        "febbraio",
        "fev",
        "fevereiro",
        "februari",
        "фев",
        "февр",
        "февраля",
        "lut",
        "úno",
        "helmi",
        "şub",
        "лют",
        "φεβ",
        "ôåâ",
        "æå×",
    ],
    &[
        "mar",
        "march",
        "märz",
        "mär",
        "mrz",
        "mars",
        "marzo",
        "março",
        "mrt",
        "maart",
        "мар",
        "марта",
        "bře",
        "maalis",
        "бер",
        "μαρ",
        "ìàð",
        "íáò",
    ],
    &[
        "apr",
        "april",
        "avr",
        "avril",
        "abr",
        "abril",
        "aprile",
        "апр",
        "апреля",
        "kwi",
        "dub",
        "huhti",
        "nis",
        "ápr",
        "кві",
        "απρ",
        "àïð",
        "áðò",
    ],
    &[
        "may", "mai", "mayo", "mag", "maggio", "maio", "mei", "maj", "май", "мая", "kvě", "touko",
        "máj", "тра", "μαϊ", "ìàé", "íáê", "ìàÿ", "íáñ",
    ],
    &[
        "jun", "june", "juni", "juin", "junio", "giu", "giugno", "junho", "июн", "июня", "cze",
        "čen", "kesä", "haz", "jún", "чер", "ιουν", "èþí", "éàî",
    ],
    &[
        "jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio", "julho", "июл", "июля",
        "lip", "čec", "heinä", "tem", "júl", "лип", "ιουλ", "èþë", "éàì",
    ],
    &[
        "aug",
        "august",
        "aoû",
        "août",
        "ago",
        "agosto",
        "augustus",
        "augusti",
        "авг",
        "августа",
        "sie",
        "srp",
        "elo",
        "ağu",
        "сер",
        "αυγ",
        "àâã",
        "á×ç",
    ],
    &[
        "sep",
        "sept",
        "september",
        "septembre",
        "septiembre",
        "set",
        "settembre",
        "setembro",
        "сен",
        "сент",
        "сентября",
        "wrz",
        "zář",
        "syys",
        "eyl",
        "szept",
        "вер",
        "σεπ",
        "ñåí",
        "óåî",
    ],
    &[
        "oct",
        "october",
        "oktober",
        "okt",
        "octobre",
        "octubre",
        "ott",
        "ottobre",
        "out",
        "outubro",
        "окт",
        "октября",
        "paź",
        "říj",
        "loka",
        "eki",
        "жов",
        "οκτ",
        "îêò",
        "ïëô",
    ],
    &[
        "nov",
        "november",
        "novembre",
        "noviembre",
        "novembro",
        "ноя",
        "нояб",
        "ноября",
        "lis",
        "marras",
        "kas",
        "лис",
        "νοε",
        "íîÿ",
        "îïñ",
    ],
    &[
        "dec",
        "december",
        "dezember",
        "dez",
        "des",
        "déc",
        "décembre",
        "dic",
        "diciembre",
        "dicembre",
        "dezembro",
        "дек",
        "декабря",
        "gru",
        "pro",
        "joulu",
        "ara",
        "гру",
        "δεκ",
        "äåê",
        "äåë",
    ],
];

/// The number, 1 to 12, of the month that `text` names, in any case and with or
/// without a dot behind it.
///
/// Text that is not UTF-8 is read as Latin-1, in which a name in another eight
/// bit set looks odd but is still itself.
pub(super) fn number_of(text: &[u8]) -> Option<i8> {
    let text = without_suffix(text, &[".", ","]);
    if !(MIN_NAME..=MAX_NAME).contains(&text.len()) {
        return None;
    }
    if text.first().is_some_and(u8::is_ascii_digit) {
        let digits = without_suffix(text, &["月", "월"]);
        return number(digits).filter(|month| digits != text && (1..=12).contains(month));
    }
    let name = match str::from_utf8(text) {
        Ok(name) => name.to_lowercase(),
        Err(_) => text
            .iter()
            .map(|byte| char::from(*byte))
            .collect::<String>()
            .to_lowercase(),
    };
    NAMES
        .iter()
        .zip(1..)
        .find(|(names, _)| names.contains(&name.as_str()))
        .map(|(_, n)| n)
}

/// `text` without the first of `suffixes` that it ends in.
pub(super) fn without_suffix<'a>(text: &'a [u8], suffixes: &[&str]) -> &'a [u8] {
    suffixes
        .iter()
        .find_map(|s| text.strip_suffix(s.as_bytes()))
        .unwrap_or(text)
}
