//! The one call into libpcap that its Rust bindings do not offer.
//!
//! A filter asks for the length on the wire (`len`, `greater`, `less`) and for
//! octets that may have been cut off. The bindings pass one length for both,
//! which gives wrong answers on frames that a snapshot length cut.

#![allow(unsafe_code)]

use std::ffi::c_uint;

use pcap::{BpfInstruction, BpfProgram};

unsafe extern "C" {
    /// Runs a program; 0 means no match. `wirelen` is what the program sees as
    /// the packet's length, `buflen` how many octets it may load.
    fn bpf_filter(
        program: *const BpfInstruction,
        packet: *const u8,
        wirelen: c_uint,
        buflen: c_uint,
    ) -> c_uint;
}

/// Whether a frame of `wire_len` octets, of which `data` was captured, matches.
#[inline]
pub(super) fn matches(program: &BpfProgram, data: &[u8], wire_len: u32) -> bool {
    let instructions = program.get_instructions();
    let Ok(captured) = c_uint::try_from(data.len()) else { return false };
    if instructions.is_empty() {
        return true;
    }
    // SAFETY: `instructions` is a program that pcap_compile made and that
    // `program` owns: its jumps stay inside and it ends in a return. bpf_filter
    // loads only octets below `buflen`, the length of `data`; it keeps nothing.
    unsafe { bpf_filter(instructions.as_ptr(), data.as_ptr(), wire_len, captured) != 0 }
}
