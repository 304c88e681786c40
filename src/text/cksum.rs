//! The checksum of cksum(1). By it a shell can check that a file is still the one that was read.

/// The first number that cksum(1) prints (POSIX, cksum): the CRC of content and length.
pub fn cksum(bytes: &[u8]) -> u32 {
    let mut length = bytes.len();
    let mut octets = Vec::new();
    while length > 0 {
        octets.extend(length.to_le_bytes().first());
        length >>= 8;
    }
    let crc = bytes.iter().chain(&octets).fold(0_u32, |crc, byte| {
        let [first, ..] = crc.to_be_bytes();
        crc << 8 ^ TABLE[usize::from(first ^ byte)]
    });
    !crc
}

/// The CRC of each possible first byte.
const TABLE: [u32; 256] = {
    let (mut table, mut first) = ([0_u32; 256], 0);
    let mut start = 0_u32;
    while first < table.len() {
        let (mut crc, mut step) = (start, 0);
        while step < 8 {
            crc = if crc >> 31 == 1 { crc << 1 ^ POLYNOMIAL } else { crc << 1 };
            step += 1;
        }
        table[first] = crc;
        start = start.wrapping_add(1 << 24);
        first += 1;
    }
    table
};

const POLYNOMIAL: u32 = 0x04c1_1db7;

#[cfg(test)]
mod tests {
    use super::cksum;

    #[test]
    fn is_that_of_cksum() {
        for (bytes, expected) in
            [("", 4_294_967_295), ("a", 1_220_704_766), ("123456789", 930_766_865)]
        {
            assert_eq!(cksum(bytes.as_bytes()), expected, "{bytes}");
        }
    }
}
