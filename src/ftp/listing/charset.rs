//! The letters of the eight bit character sets in which servers write month names.

use std::sync::LazyLock;

/// How many octets of a set are not ASCII.
const UPPER_HALF: usize = 128;

type Set = [char; UPPER_HALF];

/// The upper half of each set; what is no letter is a dot. In the order in which
/// they are tried; no month name is another's in two of them.
const SETS: [&str; 15] = [
    // ISO 8859-1
    "................................................................\
     ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ.ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö.øùúûüýþÿ",
    // ISO 8859-2
    ".................................Ą.Ł.ĽŚ..ŠŞŤŹ.ŽŻ.ą.ł.ľśˇ.šşťź.žż\
     ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ.ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö.řůúűüýţ.",
    // windows-1250
    "..........Š.ŚŤŽŹ..........š.śťžź.ˇ.Ł.Ą....Ş....Ż...ł.....ąş.Ľ.ľż\
     ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ.ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö.řůúűüýţ.",
    // ISO 8859-9
    "................................................................\
     ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ.ØÙÚÛÜİŞßàáâãäåæçèéêëìíîïğñòóôõö.øùúûüışÿ",
    // windows-1257
    "..............ˇ.........................Ø.Ŗ....Æ........ø.ŗ....æ\
     ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ.ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö.ųłśūüżž.",
    // code page 437
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ....ƒáíóúñÑ..........................\
     ................................αßΓπΣσ.τΦΘΩδ.φε.............ⁿ...",
    // code page 850
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø.Ø.ƒáíóúñÑ...............ÁÂÀ........\
     ......ãÃ........ðÐÊËÈıÍÎÏ.....Ì.ÓßÔÒõÕ.þÞÚÛÙýÝ..................",
    // code page 852
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ.čáíóúĄąŽžĘę.źČş.......ÁÂĚŞ....Żż.\
     ......Ăă........đĐĎËďŇÍÎě....ŢŮ.ÓßÔŃńňŠšŔÚŕŰýÝţ....ˇ.......űŘř..",
    // code page 857
    "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø.ØŞşáíóúñÑĞğ.............ÁÂÀ........\
     ......ãÃ..........ÊËÈ.ÍÎÏ.....Ì.ÓßÔÒõÕ...ÚÛÙìÿ..................",
    // windows-1251
    "ЂЃ.ѓ......Љ.ЊЌЋЏђ.........љ.њќћџ.ЎўЈ.Ґ..Ё.Є....Ї..Ііґ...ё.є.јЅѕї\
     АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя",
    // KOI8-U
    "...................................ёє.ії.....ґ.....ЁЄ.ІЇ.....Ґ..\
     юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ",
    // code page 866
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп................\
     ................................рстуфхцчшщъыьэюяЁёЄєЇїЎў........",
    // ISO 8859-5
    ".................................ЁЂЃЄЅІЇЈЉЊЋЌ.ЎЏАБВГДЕЖЗИЙКЛМНОП\
     РСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя.ёђѓєѕіїјљњћќ.ўџ",
    // ISO 8859-7
    "..........................................ͺ...........Ά.ΈΉΊ.Ό.ΎΏ\
     ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ.ΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ.",
    // code page 737
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψ................\
     ................................ωάέήϊίόύϋώΆΈΉΊΌΎΏ...ΪΫ......ⁿ...",
];

static TABLES: LazyLock<[Set; SETS.len()]> = LazyLock::new(|| {
    SETS.map(|letters| {
        let mut set = ['.'; UPPER_HALF];
        for (place, letter) in set.iter_mut().zip(letters.chars()) {
            *place = letter;
        }
        set
    })
});

/// What `text` says in each of the sets.
pub(super) fn readings(text: &[u8]) -> impl Iterator<Item = String> {
    TABLES
        .iter()
        .map(move |set| text.iter().map(|byte| read(set, *byte)).collect())
}

fn read(set: &Set, byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(place) => set.get(usize::from(place)).copied().unwrap_or('.'),
    }
}

/// `name` in the octets of each set that has all its letters.
#[cfg(test)]
pub(super) fn writings(name: &str) -> impl Iterator<Item = Vec<u8>> {
    TABLES.iter().filter_map(|set| {
        let octet = |c: char| {
            let is_it = |byte: &u8| c != '.' && read(set, *byte) == c;
            (0..=u8::MAX).find(is_it)
        };
        name.chars().map(octet).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{SETS, UPPER_HALF, readings};

    #[test]
    fn each_set_is_whole() {
        for set in SETS {
            assert_eq!(set.chars().count(), UPPER_HALF);
        }
    }

    #[test]
    fn text_is_read_in_each_set() {
        let read: Vec<String> = readings(b"M\xe4r").collect();
        assert_eq!(read[0], "Mär");
        assert!(readings(b"\xd1\xce\xd7").any(|text| text == "янв"));
        assert!(readings(b"\xff\xed\xe2").any(|text| text == "янв"));
        assert!(readings(b"\xef\xad\xa2").any(|text| text == "янв"));
    }
}
