//! Reading integers at an offset, never beyond the end.

/// The octet at `at`.
pub(super) fn u8_at(octets: &[u8], at: usize) -> Option<u8> {
    octets.get(at).copied()
}

/// The big-endian 16-bit integer at `at`.
pub(super) fn be16(octets: &[u8], at: usize) -> Option<u16> {
    octets.get(at..)?.first_chunk().map(|b| u16::from_be_bytes(*b))
}

/// The little-endian 16-bit integer at `at`.
pub(super) fn le16(octets: &[u8], at: usize) -> Option<u16> {
    octets.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

/// The big-endian 32-bit integer at `at`.
pub(super) fn be32(octets: &[u8], at: usize) -> Option<u32> {
    octets.get(at..)?.first_chunk().map(|b| u32::from_be_bytes(*b))
}

/// The little-endian 32-bit integer at `at`.
pub(super) fn le32(octets: &[u8], at: usize) -> Option<u32> {
    octets.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

/// A cheap, non-zero mix of octets: a fingerprint, not a defence.
#[inline]
pub(super) fn fingerprint(octets: &[u8]) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = octets.as_chunks::<4>();
    let mut mix = ODD;
    for word in words {
        mix = (mix.rotate_left(23) ^ u64::from(u32::from_le_bytes(*word))).wrapping_mul(ODD);
    }
    for octet in rest {
        mix = (mix.rotate_left(23) ^ u64::from(*octet)).wrapping_mul(ODD);
    }
    ((mix >> 32) as u32).max(1)
}
