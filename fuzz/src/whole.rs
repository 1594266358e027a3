//! The whole program but its command line: a capture file goes in, what a face
//! prints comes out.

use hsanalyze::render::Begin;
use hsanalyze::source::{Pulse, link_name};

use super::reading;
use super::rendering::Face;
use super::take::Take;

/// A face (4 octets), room (1 octet), and a file as in [`reading::feed`].
pub fn feed(data: &[u8]) {
    let mut take = Take(data);
    let face = Face::take(&mut take);
    let room = take.u8();
    let Some(mut source) = reading::open(take.0) else { return };
    let mut analysis = face.analysis(room.into());
    let mut out = Vec::new();
    let begin = Begin {
        sources: source.names().to_vec(),
        link_types: source.link_types().iter().map(|&link| link_name(link)).collect(),
        filter: None,
        live: false,
    };
    analysis.begin(&begin, &mut out);
    let mut errors = 0;
    let dropped = loop {
        match source.next() {
            Ok(Pulse::Frame(frame)) => {
                let number = frame.number;
                analysis.frame(&frame, &mut out);
                if number >= 2_000 {
                    source.stop();
                }
            }
            Ok(Pulse::Idle(now)) => analysis.idle(now, &mut out),
            Ok(Pulse::End(stats)) => break stats.dropped_by_kernel,
            Err(error) => {
                errors += 1;
                assert!(errors <= 2, "{error:#}");
            }
        }
    };
    let totals = analysis.finish(dropped, &mut out, &mut |_| Ok(())).unwrap_or_default();
    let told = totals.segments + totals.bad_headers + totals.icmp_errors + totals.datagrams;
    assert_eq!(told + totals.skipped.total(), totals.frames);
    face.check(&out);
}
