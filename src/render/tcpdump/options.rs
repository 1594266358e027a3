//! TCP options as tcpdump words them.
//!
//! Not by way of [`crate::model::OptionIter`]: tcpdump reads an option by what
//! its kind needs, not by the length that it claims, and goes on from there.

use super::buffer::{Buffer, EMPTY};
use super::mptcp;
use crate::model::{Segment, Timestamps};

/// Why the list was not written to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stop {
    /// An option contradicts itself or the header.
    Bad,
    /// The octets end here; `checked`: tcpdump looked before it read, and then
    /// closes the bracket with a `>`.
    Cut { checked: bool },
}

/// How the options came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Written {
    /// The list is complete.
    Whole,
    /// The line ends here; tcpdump does not come to print the length.
    Broken,
}

/// Appends the options without the words and brackets around them.
pub(in crate::render) fn option_text(segment: &Segment<'_>, out: &mut String) {
    let mut room = EMPTY;
    let mut line = Buffer::on(&mut room);
    let _ = options(&mut line, segment, 0);
    let text = String::from_utf8_lossy(line.written());
    let text = text.strip_prefix(", options [").unwrap_or_default();
    out.push_str(text.strip_suffix(']').unwrap_or(text));
}

/// Writes `, options [...]`.
#[inline(always)]
pub(super) fn options(line: &mut Buffer<'_>, segment: &Segment<'_>, sack_base: u32) -> Written {
    if let Some(Timestamps { val, ecr }) = segment.lone_timestamps() {
        line.put(b", options [nop,nop,TS val ");
        line.decimal(val);
        line.put(b" ecr ");
        line.decimal(ecr);
        line.put(b"]");
        return Written::Whole;
    }
    match usize::from(segment.header_len).saturating_sub(20) {
        0 => Written::Whole,
        declared => line.aside(|line| any(line, segment, sack_base, declared)),
    }
}

/// Octets of options in the SYNs and SYN-ACKs of Linux: always the same ones.
const LINUX_SYN: usize = 20;

/// Writes any options, and the bracket behind them.
fn any(line: &mut Buffer<'_>, segment: &Segment<'_>, sack_base: u32, declared: usize) -> Written {
    if declared == LINUX_SYN
        && let &[2, 4, m, n, 4, 2, 8, 10, a, b, c, d, e, f, g, h, 1, 3, 3, shift] = segment.options
    {
        line.put(b", options [mss ");
        line.decimal(u16::from_be_bytes([m, n]).into());
        line.put(b",sackOK,TS val ");
        line.decimal(u32::from_be_bytes([a, b, c, d]));
        line.put(b" ecr ");
        line.decimal(u32::from_be_bytes([e, f, g, h]));
        line.put(b",nop,wscale ");
        line.octet(shift);
        line.put(b"]");
        return Written::Whole;
    }
    listed(line, segment, sack_base, declared)
}

/// Writes them one by one.
fn listed(line: &mut Buffer<'_>, segment: &Segment<'_>, sack_base: u32, declared: usize) -> Written {
    line.put(b", options [");
    let mut list = List { segment, sack_base, at: 0, left: declared, some: false, mptcp: false };
    match list.write(line) {
        Ok(()) => {
            line.put(b"]");
            Written::Whole
        }
        Err(Stop::Bad) => {
            line.put(b"[bad opt]");
            if list.some {
                line.put(b"]");
            }
            Written::Broken
        }
        Err(Stop::Cut { checked }) => {
            if list.mptcp {
                line.put(b" [|mptcp]")
            } else {
                line.put(b" [|tcp]")
            }
            if checked && list.some {
                line.put(b">");
            }
            Written::Broken
        }
    }
}

struct List<'s, 'a> {
    segment: &'s Segment<'a>,
    sack_base: u32,
    /// Where the next option begins, in the captured octets.
    at: usize,
    /// Octets that the header still has for options.
    left: usize,
    /// Whether an option was written to its end.
    some: bool,
    /// Whether a Multipath TCP option was met: from then on a cut is its fault.
    mptcp: bool,
}

impl<'a> List<'_, 'a> {
    fn write(&mut self, line: &mut Buffer<'_>) -> Result<(), Stop> {
        while self.left > 0 {
            if self.some {
                line.put(b",");
            }
            let kind = self.octet(0)?;
            if kind <= 1 {
                (self.at, self.left) = (self.at + 1, self.left - 1);
                if kind == 0 { line.put(b"eol") } else { line.put(b"nop") }
            } else {
                // In the last place the length is looked for behind the header.
                let len = usize::from(self.octet(1)?);
                if len < 2 || len > self.left {
                    return Err(Stop::Bad);
                }
                (self.at, self.left) = (self.at + 2, self.left - 2);
                let used = self.option(line, kind, len - 2)?;
                (self.at, self.left) = (self.at + used, self.left.saturating_sub(used));
                if used != len - 2 {
                    line.put(b"[len ");
                    line.decimal(len as u32);
                    line.put(b"]");
                }
            }
            self.some = true;
            if kind == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The octet `ahead` of here, from the payload if the header ends before it.
    fn octet(&self, ahead: usize) -> Result<u8, Stop> {
        let captured = self.segment.options;
        let octet =
            if ahead < self.left { captured.get(self.at + ahead) } else { self.segment.payload.first() };
        octet.copied().ok_or(Stop::Cut { checked: false })
    }

    /// The next `len` octets: they may reach beyond the option, not beyond the
    /// header.
    fn octets(&self, len: usize) -> Result<&'a [u8], Stop> {
        if len > self.left {
            return Err(Stop::Bad);
        }
        self.segment.options.get(self.at..self.at + len).ok_or(Stop::Cut { checked: true })
    }

    fn be32(&self, at: usize) -> Result<u32, Stop> {
        self.octets(at + 4)?.last_chunk().map(|&b| u32::from_be_bytes(b)).ok_or(Stop::Bad)
    }

    /// Writes an option that claims `len` octets of data; how many octets of
    /// data were taken, whatever it claims.
    fn option(&mut self, line: &mut Buffer<'_>, kind: u8, len: usize) -> Result<usize, Stop> {
        match kind {
            2 => {
                line.put(b"mss");
                self.number16(line)?;
                Ok(2)
            }
            3 => {
                line.put(b"wscale");
                let shift = self.octets(1)?;
                line.put(b" ");
                line.octet(shift[0]);
                Ok(1)
            }
            4 => {
                line.put(b"sackOK");
                Ok(0)
            }
            5 => self.sack(line, len),
            6 | 7 | 11 | 12 | 13 => self.old(line, kind),
            8 => {
                line.put(b"TS");
                self.octets(8)?;
                line.put(b" val ");
                line.decimal(self.be32(0)?);
                line.put(b" ecr ");
                line.decimal(self.be32(4)?);
                Ok(8)
            }
            19 => self.signature(line),
            20 => self.scps(line),
            28 => self.user_timeout(line),
            29 => self.authentication(line, len),
            30 => {
                line.put(b"mptcp");
                let data = self.octets(len)?;
                self.mptcp = true;
                mptcp::option(line, data, self.segment.flags).ok_or(Stop::Bad)?;
                Ok(len)
            }
            34 => {
                line.put(b"tfo");
                let cookie = self.octets(len)?;
                line.put(b" ");
                fast_open(line, cookie);
                Ok(len)
            }
            254 => self.experiment(line, len),
            _ => self.unknown(line, kind, len),
        }
    }

    /// Options of old experiments (RFC 1072, RFC 1644): a name and one number.
    fn old(&self, line: &mut Buffer<'_>, kind: u8) -> Result<usize, Stop> {
        match kind {
            6 => line.put(b"echo"),
            7 => line.put(b"echoreply"),
            11 => line.put(b"cc"),
            12 => line.put(b"ccnew"),
            _ => {} // CC.ECHO has no name there.
        }
        let number = self.be32(0)?;
        line.put(b" ");
        line.decimal(number);
        Ok(4)
    }

    fn number16(&self, line: &mut Buffer<'_>) -> Result<(), Stop> {
        let &[a, b] = self.octets(2)? else { return Err(Stop::Bad) };
        line.put(b" ");
        line.decimal(u16::from_be_bytes([a, b]).into());
        Ok(())
    }

    fn sack(&self, line: &mut Buffer<'_>, len: usize) -> Result<usize, Stop> {
        line.put(b"sack");
        if !len.is_multiple_of(8) {
            line.put(b" invalid sack");
            return Ok(len);
        }
        line.put(b" ");
        line.decimal((len / 8) as u32);
        line.put(b" ");
        for at in (0..len).step_by(8) {
            let left = self.be32(at)?.wrapping_sub(self.sack_base);
            let right = self.be32(at + 4)?.wrapping_sub(self.sack_base);
            line.put(b"{");
            line.decimal(left);
            line.put(b":");
            line.decimal(right);
            line.put(b"}");
        }
        Ok(len)
    }

    /// MD5 signature (RFC 2385), never checked without the secret.
    fn signature(&self, line: &mut Buffer<'_>) -> Result<usize, Stop> {
        line.put(b"md5");
        let digest = self.octets(16)?;
        line.put(b" ");
        let segment = self.segment;
        let declared = usize::from(segment.header_len).saturating_sub(20);
        if segment.options.len() < declared || (segment.payload.len() as u64) < u64::from(segment.len) {
            line.put(b"snaplen too short, ");
        } else {
            line.put(b"shared secret not supplied with -M, ");
        }
        line.put(b"can't check - ");
        line.hex_octets(digest);
        Ok(16)
    }

    /// Space communications protocol capabilities (CCSDS 714.0).
    fn scps(&self, line: &mut Buffer<'_>) -> Result<usize, Stop> {
        line.put(b"scps");
        let &[capabilities, id] = self.octets(2)? else { return Err(Stop::Bad) };
        line.put(b" cap ");
        line.hex_octets(&[capabilities]);
        line.put(b" id ");
        line.octet(id);
        Ok(2)
    }

    /// User timeout (RFC 5482 §3.1): the upper bit of the field is its unit,
    /// but tcpdump takes the lower one.
    fn user_timeout(&self, line: &mut Buffer<'_>) -> Result<usize, Stop> {
        line.put(b"uto");
        let &[a, b] = self.octets(2)? else { return Err(Stop::Bad) };
        let field = u16::from_be_bytes([a, b]);
        line.put(b" 0x");
        line.hex(field.into());
        line.put(b" ");
        let minutes = field & 1 != 0;
        line.decimal(u32::from(field >> 1) * if minutes { 60 } else { 1 });
        Ok(2)
    }

    /// Authentication (RFC 5925 §2.2).
    fn authentication(&self, line: &mut Buffer<'_>, len: usize) -> Result<usize, Stop> {
        line.put(b"tcp-ao");
        if len < 2 {
            line.put(b" (invalid)");
            return Ok(len);
        }
        let key = self.octets(1)?[0];
        line.put(b" keyid ");
        line.octet(key);
        let next = self.octets(2)?[1];
        line.put(b" rnextkeyid ");
        line.octet(next);
        if len > 2 {
            line.put(b" mac 0x");
            self.hex(line, 2, len)?;
        }
        Ok(len)
    }

    /// Shared experimental option (RFC 6994).
    fn experiment(&self, line: &mut Buffer<'_>, len: usize) -> Result<usize, Stop> {
        line.put(b"exp");
        match self.octets(len)? {
            [0xf9, 0x89, cookie @ ..] => {
                line.put(b"-tfo");
                fast_open(line, cookie);
            }
            magic @ [_, _, ..] => {
                line.put(b"-");
                line.hex_octets(&magic[..2]);
            }
            _ => return Err(Stop::Bad),
        }
        Ok(len)
    }

    fn unknown(&self, line: &mut Buffer<'_>, kind: u8, len: usize) -> Result<usize, Stop> {
        line.put(b"unknown-");
        line.octet(kind);
        if len > 0 {
            line.put(b" 0x");
            self.hex(line, 0, len)?;
        }
        Ok(len)
    }

    /// The octets from `from` to `to`, as far as they were captured.
    fn hex(&self, line: &mut Buffer<'_>, from: usize, to: usize) -> Result<(), Stop> {
        for len in from + 1..=to {
            let octets = self.octets(len)?;
            line.hex_octets(octets.get(len - 1..).unwrap_or_default());
        }
        Ok(())
    }
}

/// Fast Open (RFC 7413 §4.1).
fn fast_open(line: &mut Buffer<'_>, cookie: &[u8]) {
    match cookie.len() {
        0 => line.put(b" cookiereq"),
        4 | 6 | 8 | 10 | 12 | 14 | 16 => {
            line.put(b" cookie ");
            line.hex_octets(cookie);
        }
        _ => line.put(b" (invalid)"),
    }
}

#[cfg(test)]
mod tests;
