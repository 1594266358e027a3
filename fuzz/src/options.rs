//! TCP options, and the lines that show them.

use hsanalyze::lang::{en, zh};
use hsanalyze::model::{Fault, Segment};
use hsanalyze::render::Sink;
use hsanalyze::render::json::JsonSink;
use hsanalyze::render::lines::LinesSink;
use hsanalyze::track::Numberer;

use super::rendering::{self, line_style};
use super::take::Take;
use super::wire::blank;

/// Two octets for what the header says, then the options.
pub fn feed(data: &[u8]) {
    let mut take = Take(data);
    let (says, flags) = (take.u8(), take.u8());
    let options = take.octets(40);
    let declared = options.len().max(usize::from(says & 0x3f)).min(40);
    let segment = Segment {
        options,
        header_len: 20 + declared as u8,
        flags: hsanalyze::model::Flags::from_header(flags.into()),
        ..blank()
    };
    let found: Vec<_> = segment.options().collect();
    assert!(found.len() <= 41);
    let faults = found.iter().filter(|option| option.is_err()).count();
    assert!(faults <= 1, "{found:?}");
    if options.len() == declared {
        assert!(!found.contains(&Err(Fault::Cut)), "{found:?}");
    }
    // What the short way finds, the long way finds.
    if let Some(usual) = segment.syn_options() {
        let long = found.iter().find_map(|option| match option {
            Ok(hsanalyze::model::TcpOption::Timestamps(stamps)) => Some(*stamps),
            _ => None,
        });
        assert_eq!(usual.timestamps, long);
    }
    let verbose = says & 0x40 != 0;
    let lang: &'static dyn hsanalyze::lang::Language =
        if says & 0x80 == 0 { &en::English } else { &zh::Chinese };
    let mut out = Vec::new();
    let mut lines = LinesSink::new(line_style(says), lang, verbose);
    lines.loose(&segment, Numberer::new().number(&segment), 1, &mut out);
    rendering::is_text(&out, false);
    let mut out = Vec::new();
    JsonSink::default().loose(&segment, Numberer::new().number(&segment), 1, &mut out);
    rendering::is_json(&out);
}
