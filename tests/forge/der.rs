//! A DER writer: just enough to write any certificate, right or wrong.

/// SEQUENCE.
pub const SEQUENCE: u8 = 0x30;
/// SET.
pub const SET: u8 = 0x31;

/// One element: tag byte, shortest length, content.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    if content.len() < 0x80 {
        out.push(content.len() as u8);
    } else {
        out.push(0x80 | digits.len() as u8);
        out.extend(digits);
    }
    out.extend(content);
    out
}

/// SEQUENCE of ready elements.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// SET of ready elements, in the order given (DER wants them sorted; that is the caller's choice).
pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SET, &parts.concat())
}

/// OBJECT IDENTIFIER from dotted text.
pub fn oid(dotted: &str) -> Vec<u8> {
    tlv(0x06, &oid_content(dotted))
}

/// The content of an OBJECT IDENTIFIER, for implicit tags.
pub fn oid_content(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().expect("a dotted OID")).collect();
    let mut out = base128(arcs[0] * 40 + arcs[1]);
    for arc in &arcs[2..] {
        out.extend(base128(*arc));
    }
    out
}

/// INTEGER from its content bytes as they stand: two's complement, big-endian.
pub fn integer(content: &[u8]) -> Vec<u8> {
    tlv(0x02, content)
}

/// INTEGER from a small number, shortest form.
pub fn number(value: u64) -> Vec<u8> {
    integer(&unsigned(&value.to_be_bytes()))
}

/// Magnitude bytes as the content of a non-negative INTEGER, shortest form.
pub fn unsigned(magnitude: &[u8]) -> Vec<u8> {
    let digits = &magnitude[magnitude.iter().take_while(|byte| **byte == 0).count()..];
    match digits.first() {
        None => vec![0],
        Some(top) if top & 0x80 != 0 => [&[0], digits].concat(),
        Some(_) => digits.to_vec(),
    }
}

/// BOOLEAN.
pub fn boolean(value: bool) -> Vec<u8> {
    tlv(0x01, &[if value { 0xff } else { 0 }])
}

/// NULL.
pub fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

/// UTF8String.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0c, text.as_bytes())
}

/// PrintableString; the alphabet is not checked.
pub fn printable(text: &str) -> Vec<u8> {
    tlv(0x13, text.as_bytes())
}

/// IA5String; the alphabet is not checked.
pub fn ia5(text: &str) -> Vec<u8> {
    tlv(0x16, text.as_bytes())
}

/// TeletexString (T61String), one Latin-1 byte a character, as everybody writes and reads it.
pub fn t61(text: &str) -> Vec<u8> {
    tlv(0x14, &text.chars().map(|c| u8::try_from(c).expect("Latin-1")).collect::<Vec<_>>())
}

/// BMPString: UCS-2, big-endian.
pub fn bmp(text: &str) -> Vec<u8> {
    tlv(0x1e, &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
}

/// UniversalString: UCS-4, big-endian.
pub fn universal(text: &str) -> Vec<u8> {
    tlv(0x1c, &text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect::<Vec<_>>())
}

/// UTCTime from its text as it stands.
pub fn utc_time(text: &str) -> Vec<u8> {
    tlv(0x17, text.as_bytes())
}

/// GeneralizedTime from its text as it stands.
pub fn generalized_time(text: &str) -> Vec<u8> {
    tlv(0x18, text.as_bytes())
}

/// The time RFC 5280 §4.1.2.5 wants for an instant: UTCTime up to 2049, then GeneralizedTime.
pub fn time(epoch: i64) -> Vec<u8> {
    let (year, rest) = civil(epoch);
    if (1950..2050).contains(&year) {
        return utc_time(&format!("{:02}{rest}", year % 100));
    }
    generalized_time(&format!("{year:04}{rest}"))
}

/// GeneralizedTime of an instant.
pub fn generalized(epoch: i64) -> Vec<u8> {
    let (year, rest) = civil(epoch);
    generalized_time(&format!("{year:04}{rest}"))
}

/// BIT STRING of whole bytes.
pub fn bit_string(content: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], content].concat())
}

/// BIT STRING of named bits: the numbers of those set, trailing zeros dropped as DER wants.
pub fn named_bits(bits: &[u8]) -> Vec<u8> {
    let Some(last) = bits.iter().max() else {
        return tlv(0x03, &[0]);
    };
    let mut content = vec![0; usize::from(last / 8) + 2];
    content[0] = 7 - last % 8;
    for bit in bits {
        content[usize::from(bit / 8) + 1] |= 0x80 >> (bit % 8);
    }
    tlv(0x03, &content)
}

/// OCTET STRING.
pub fn octets(content: &[u8]) -> Vec<u8> {
    tlv(0x04, content)
}

/// `[n]` around ready elements (EXPLICIT, or IMPLICIT over a constructed type's content).
pub fn context(n: u8, content: &[u8]) -> Vec<u8> {
    tlv(0xa0 | n, content)
}

/// `[n]` IMPLICIT over a primitive type's content.
pub fn context_primitive(n: u8, content: &[u8]) -> Vec<u8> {
    tlv(0x80 | n, content)
}

/// The elements one after another: tag and content of each. For reading the forge's own keys.
pub fn elements(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut out = Vec::new();
    while let [tag, first, rest @ ..] = bytes {
        let digits = if *first < 0x80 { 0 } else { usize::from(first & 0x7f) };
        let length = match digits {
            0 => usize::from(*first),
            _ => rest[..digits].iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        };
        let (content, after) = rest[digits..].split_at(length);
        out.push((*tag, content));
        bytes = after;
    }
    out
}

fn base128(value: u64) -> Vec<u8> {
    let mut out = vec![(value & 0x7f) as u8];
    let mut left = value >> 7;
    while left > 0 {
        out.insert(0, 0x80 | (left & 0x7f) as u8);
        left >>= 7;
    }
    out
}

/// Year, and `MMDDHHMMSSZ`. Days to civil date after H. Hinnant.
fn civil(epoch: i64) -> (i64, String) {
    let (days, second) = (epoch.div_euclid(86_400) + 719_468, epoch.rem_euclid(86_400));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    (year, format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z"))
}
