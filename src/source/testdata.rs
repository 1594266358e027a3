//! Captures made in memory, for tests.

/// A pcap file under construction.
pub(super) struct PcapFile {
    pub(super) octets: Vec<u8>,
    big: bool,
}

impl PcapFile {
    pub(super) fn new(magic: u32, big: bool, network: u32) -> PcapFile {
        let mut file = PcapFile { octets: Vec::new(), big };
        file.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(262_144).u32(network);
        file
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.octets.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.octets.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    pub(super) fn packet(&mut self, secs: u32, fraction: u32, data: &[u8], wire: u32) -> &mut Self {
        self.u32(secs).u32(fraction).u32(data.len() as u32).u32(wire);
        self.octets.extend(data);
        self
    }
}

/// A microsecond Ethernet file with packets at these times.
pub(super) fn pcap_at(times: &[(u32, u32)]) -> Vec<u8> {
    let mut file = PcapFile::new(0xa1b2_c3d4, false, 1);
    for (i, (secs, micros)) in times.iter().enumerate() {
        file.packet(*secs, *micros, &[i as u8; 60], 60);
    }
    file.octets
}

/// A pcapng file under construction.
pub(super) struct PcapngFile {
    pub(super) octets: Vec<u8>,
    pub(super) big: bool,
}

impl PcapngFile {
    pub(super) fn new(big: bool) -> PcapngFile {
        let mut file = PcapngFile { octets: Vec::new(), big };
        file.section();
        file
    }

    pub(super) fn int32(&self, value: u32) -> [u8; 4] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(super) fn int16(&self, value: u16) -> [u8; 2] {
        if self.big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(super) fn block(&mut self, kind: u32, body: &[u8]) -> &mut Self {
        let padded = body.len().next_multiple_of(4);
        let len = self.int32(padded as u32 + 12);
        let kind = self.int32(kind);
        self.octets.extend([kind, len].concat());
        self.octets.extend(body);
        self.octets.resize(self.octets.len() + padded - body.len(), 0);
        self.octets.extend(len);
        self
    }

    pub(super) fn section(&mut self) -> &mut Self {
        let mut body = self.int32(0x1a2b_3c4d).to_vec();
        body.extend([self.int16(1), self.int16(0)].concat());
        body.extend([0xff; 8]);
        self.block(0x0a0d_0d0a, &body)
    }

    pub(super) fn interface(&mut self, link: u16, snaplen: u32, options: &[(u16, &[u8])]) -> &mut Self {
        let mut body = [self.int16(link), self.int16(0)].concat();
        body.extend(self.int32(snaplen));
        body.extend(self.options(options));
        self.block(1, &body)
    }

    pub(super) fn options(&self, options: &[(u16, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (code, value) in options {
            out.extend([self.int16(*code), self.int16(value.len() as u16)].concat());
            out.extend(*value);
            out.resize(out.len().next_multiple_of(4), 0);
        }
        if !options.is_empty() {
            out.extend([0; 4]);
        }
        out
    }

    pub(super) fn packet(&mut self, interface: u32, ticks: u64, data: &[u8], wire: u32) -> &mut Self {
        let fields = [interface, (ticks >> 32) as u32, ticks as u32, data.len() as u32, wire];
        let mut body: Vec<u8> = fields.iter().flat_map(|field| self.int32(*field)).collect();
        body.extend(data);
        self.block(6, &body)
    }
}
