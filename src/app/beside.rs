//! Pages and drawings that are made beside the output, each in a file of its
//! own.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::rc::Rc;

use anyhow::Context as _;

use crate::cli::{Format, Hinted, Options};
use crate::model::{Segment, Timestamp};
use crate::render::{
    Begin, Ceased, DatagramRow, Detail, DrawingSink, IcmpRow, Judged, PageSink, Row, Sink, Totals,
};
use crate::source::{Source, create_file};
use crate::track::Numbers;

use super::faces;

/// The sink for the output, and for the files beside it. The files are made at
/// once, as long as that is allowed, and written at the end.
///
/// # Errors
/// A file cannot be made.
pub fn sink(options: &Options, live: bool, source: &dyn Source) -> anyhow::Result<(Box<dyn Sink>, Files)> {
    let mut files = Files::default();
    let mut others = Vec::new();
    let main: Box<dyn Sink> = match options.format {
        Format::Svg if !options.stats => files.drawing("--format svg", options),
        _ => faces::sink(options, live),
    };
    if let Some(path) = &options.html {
        others.push(files.add(path, Box::new(PageSink::new(faces::page(options))), source)?);
    }
    if let Some(path) = &options.svg {
        let drawing = files.drawing("--svg", options);
        others.push(files.add(path, drawing, source)?);
    }
    if others.is_empty() {
        return Ok((main, files));
    }
    Ok((Box::new(Beside { main, others }), files))
}

/// What a sink has printed, for the file that it goes into.
type Page = Rc<RefCell<Vec<u8>>>;

/// The files beside the output.
#[derive(Default)]
pub struct Files {
    pages: Vec<(String, File, Page)>,
    /// The options that want a drawing of one conversation, and how many there
    /// are.
    drawings: Vec<(&'static str, Rc<Cell<u64>>)>,
}

impl Files {
    fn drawing(&mut self, option: &'static str, options: &Options) -> Box<dyn Sink> {
        let sink = DrawingSink::new(faces::page(options));
        self.drawings.push((option, sink.given()));
        Box::new(sink)
    }

    fn add(&mut self, path: &Path, sink: Box<dyn Sink>, source: &dyn Source) -> anyhow::Result<Other> {
        let page = Page::default();
        let file = create_file(path, source)?;
        self.pages.push((path.display().to_string(), file, Rc::clone(&page)));
        Ok(Other { sink, page })
    }

    /// Writes the files. Gives what is to be complained about.
    pub fn finish(self) -> Vec<anyhow::Error> {
        let mut complaints = Vec::new();
        for (name, mut file, page) in self.pages {
            let written =
                file.write_all(&page.borrow()).with_context(|| format!("{name}: cannot be written"));
            complaints.extend(written.err());
        }
        for (option, given) in self.drawings {
            let problem = match given.get() {
                1 => continue,
                0 => Hinted::new(format!("{option}: there is no conversation to draw")),
                many => Hinted::new(format!("{option} draws one conversation, and there are {many}"))
                    .hint("a filter that selects one, such as the client's port: tcp port 40002")
                    .hint("--html FILE draws them all"),
            };
            complaints.push(problem.into());
        }
        complaints
    }
}

/// A sink whose output goes into a file.
struct Other {
    sink: Box<dyn Sink>,
    page: Page,
}

/// Several sinks that are told the same.
struct Beside {
    main: Box<dyn Sink>,
    others: Vec<Other>,
}

impl Beside {
    fn tell(&mut self, out: &mut Vec<u8>, mut say: impl FnMut(&mut dyn Sink, &mut Vec<u8>)) {
        say(&mut *self.main, out);
        for Other { sink, page } in &mut self.others {
            say(&mut **sink, &mut page.borrow_mut());
        }
    }
}

impl Sink for Beside {
    fn wants_dialects(&self) -> bool {
        self.main.wants_dialects()
    }

    fn prints_at_once(&self) -> bool {
        self.main.prints_at_once()
    }

    fn detail(&self) -> Detail {
        // Pages have numbers.
        Detail::Segments
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.begin(begin, out));
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.segment(row, out));
    }

    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.loose(segment, numbers, ordinal, out));
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.icmp(row, out));
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.datagram(row, out));
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.exchange(ceased, out));
    }

    fn pass(&mut self, at: Timestamp) {
        self.main.pass(at);
        self.others.iter_mut().for_each(|other| other.sink.pass(at));
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.conversation(judged, out));
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.pass_over(number, out));
    }

    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.pass_over_exchange(number, out));
    }

    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.over(judged, out));
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        self.tell(out, |sink, out| sink.end(totals, out));
    }
}
