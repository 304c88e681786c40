//! The checksum of cksum(1), by which a shell sees whether a file is still the one that was read.

/// What cksum(1) prints first (POSIX, cksum): the CRC of the content and its length.
pub fn cksum(bytes: &[u8]) -> u32 {
    let mut length = bytes.len();
    let mut octets = Vec::new();
    while length > 0 {
        octets.extend(length.to_le_bytes().first());
        length >>= 8;
    }
    let crc = bytes.iter().chain(&octets).fold(0_u32, |crc, byte| {
        let crc = crc ^ (u32::from(*byte) << 24);
        (0..8).fold(crc, |crc, _| if crc >> 31 == 1 { crc << 1 ^ POLYNOMIAL } else { crc << 1 })
    });
    !crc
}

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
