//! Runs of ASCII letters, eight bytes at a time.

/// One in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The upper bit of every byte.
const TOPS: u64 = 0x8080_8080_8080_8080;

/// A run of ASCII letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) length: usize,
    /// Whether one letter stands three times in a row, its case aside.
    pub(super) stretched: bool,
}

impl Run {
    /// The run at the beginning of `bytes`.
    pub(super) fn of_letters(bytes: &[u8]) -> Self {
        let mut stretched = false;
        let mut at = 0;
        while let Some(eight) = bytes[at..].first_chunk::<8>() {
            let eight = u64::from_le_bytes(*eight);
            let letters = letters(eight);
            stretched |= stretch(eight) + 3 <= letters;
            if letters < 8 {
                return Self { length: at + letters, stretched };
            }
            // The last two letters may begin a stretch that the next eight complete.
            at += 6;
        }
        let rest = &bytes[at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        stretched |= rest[..length].windows(3).any(|three| three.iter().all(|b| b | 32 == three[0] | 32));
        Self { length: at + length, stretched }
    }
}

/// How many of eight bytes, from the first, are letters.
fn letters(eight: u64) -> usize {
    let lower = (eight | (ONES * 0x20)) & !TOPS;
    let from_a = lower + ONES * u64::from(0x80 - b'a');
    let past_z = lower + ONES * u64::from(0x7F - b'z');
    let others = !(from_a & !past_z & !eight) & TOPS;
    others.trailing_zeros() as usize / 8
}

/// Where the first byte stands that equals the two behind it, case aside: 8 or more when there is none.
fn stretch(eight: u64) -> usize {
    let lower = eight | (ONES * 0x20);
    let differ = (lower ^ (lower >> 8)) | (lower ^ (lower >> 16));
    // The classical test for a zero byte is exact for the lowest one.
    let same = differ.wrapping_sub(ONES) & !differ & TOPS;
    same.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Run;

    /// Byte by byte.
    fn slow(bytes: &[u8]) -> Run {
        let letters: Vec<u8> =
            bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
        let stretched = letters.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]);
        Run { length: letters.len(), stretched }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn eight_at_a_time_are_one_at_a_time(
            letters in "[a-cA-C]{0,40}",
            rest in prop::collection::vec(any::<u8>(), 0..12),
        ) {
            let bytes = [letters.as_bytes(), &rest].concat();
            prop_assert_eq!(Run::of_letters(&bytes), slow(&bytes));
        }

        #[test]
        fn every_byte_has_its_class(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            prop_assert_eq!(Run::of_letters(&bytes), slow(&bytes));
        }
    }
}
