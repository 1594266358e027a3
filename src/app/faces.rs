//! Which sink prints what the options ask for.

use std::rc::Rc;

use crate::cli::{self, Format, Options, Resolution};
use crate::lang::{Language, SelectionNote, both, en, zh};
use crate::render::csv::CsvSink;
use crate::render::json::JsonSink;
use crate::render::lines::LinesSink;
use crate::render::tcpdump::{LineStyle, TimeStyle, Zone};
use crate::render::{
    DataRows, DrawingSink, Explain, Face, Found, HELD, NumberStyle, PageOptions, PageSink, SelectSink, Sink,
    Sort, StatsForm, StatsSink, Style, SummaryOptions, SummarySink, TableOptions, TableSink, TidySink,
    Totals, WatchSink, WorksheetOptions, WorksheetSink, totals_line,
};
use crate::source::hides_icmp;

/// The language that results are written in.
pub fn language(options: &Options) -> &'static dyn Language {
    in_language(options.style.lang)
}

/// A language that `--lang` names.
pub fn in_language(lang: cli::Lang) -> &'static dyn Language {
    match lang {
        cli::Lang::En => &en::English,
        cli::Lang::Zh => &zh::Chinese,
        cli::Lang::Both => &both::Both,
    }
}

/// A sink for the conversations that are selected; and what becomes of the
/// selection, if there is one.
pub fn selected(all: Box<dyn Sink>, options: &Options) -> (Box<dyn Sink>, Option<Rc<Found>>) {
    if !options.selection.is_any() {
        return (all, None);
    }
    let (sink, found) = SelectSink::new(all, options.selection.clone());
    (Box::new(sink), Some(found))
}

/// What became of a selection, for standard error; and whether what was expected was found.
pub fn selection(found: &Found, totals: &Totals, options: &Options) -> (Vec<String>, bool) {
    let (shown, lang) = (found.shown.get(), language(options));
    let named = found.named.borrow();
    let expects = options.selection.expect.is_some();
    let checked = found.checked.get();
    // Of what there is none, nothing need be said; of nothing at all it is.
    let exchanges = totals.exchanges > 0;
    let conversations = totals.conversations > 0 || !exchanges;
    let notes = [
        conversations.then_some(SelectionNote::Shown(shown, totals.conversations)),
        exchanges.then_some(SelectionNote::ShownExchanges(found.exchanges.get(), totals.exchanges)),
        Some(found.cut.get()).filter(|&cut| cut > 0).map(|cut| SelectionNote::Cut(cut, HELD)),
        (expects && checked == 0).then_some(SelectionNote::NothingToExpect),
        Some(found.unmet.get())
            .filter(|&unmet| unmet > 0)
            .map(|unmet| SelectionNote::Unmet(unmet, checked, &named)),
    ];
    let said = notes.into_iter().flatten().map(|note| {
        let mut text = String::new();
        lang.selection(&note, &mut text);
        text
    });
    (said.collect(), !expects || checked > 0 && found.unmet.get() == 0)
}

/// The sink for a format.
pub fn sink(options: &Options, live: bool) -> Box<dyn Sink> {
    match options.format {
        Format::Json if options.stats => Box::new(StatsSink::new(StatsForm::Json)),
        _ if options.stats => Box::new(StatsSink::new(StatsForm::Tables(language(options), style(options)))),
        Format::Json => Box::new(JsonSink::default()),
        Format::Worksheet => Box::new(WorksheetSink::new(WorksheetOptions {
            lang: language(options),
            answers: options.answers,
            live,
            ascii: options.style.ascii,
        })),
        Format::Csv => Box::new(CsvSink::new(live)),
        Format::Lines => {
            let sink: Box<dyn Sink> = match live {
                true => Box::new(WatchSink::new(lines(options), tables(options, false))),
                false => Box::new(lines(options)),
            };
            if options.style.ascii { Box::new(TidySink::new(sink)) } else { sink }
        }
        Format::Table => Box::new(tables(options, live)),
        Format::Script => Box::new(crate::verify::ScriptSink::default()),
        Format::Ladder => {
            Box::new(TableSink::new(TableOptions { face: Face::Ladder, ..table_options(options, live) }))
        }
        Format::Html => Box::new(PageSink::new(page(options))),
        Format::Svg => Box::new(DrawingSink::new(page(options))),
        Format::Summary => {
            let sort = options.sort.map(sort);
            let options = SummaryOptions { lang: language(options), style: style(options), live, sort };
            Box::new(SummarySink::new(options))
        }
    }
}

fn sort(by: cli::Sort) -> Sort {
    match by {
        cli::Sort::Start => Sort::Start,
        cli::Sort::Duration => Sort::Duration,
        cli::Sort::Rtt => Sort::RoundTrip,
        cli::Sort::Bytes => Sort::Bytes,
    }
}

/// How results look.
pub fn style(options: &Options) -> Style {
    let cli::Style { color, ascii, width, .. } = options.style;
    Style { color, ascii, width }
}

/// How pages and drawings are made.
pub fn page(options: &Options) -> PageOptions {
    PageOptions {
        lang: language(options),
        numbers: numbers(options),
        data: data(options),
        explain: explain(options),
    }
}

fn numbers(options: &Options) -> NumberStyle {
    match options.style.numbers {
        cli::Numbers::Tcpdump => NumberStyle::Tcpdump,
        cli::Numbers::Isn => NumberStyle::Isn,
        cli::Numbers::Absolute => NumberStyle::Absolute,
    }
}

fn data(options: &Options) -> DataRows {
    match options.style.data {
        cli::Data::Fold => DataRows::Fold,
        cli::Data::All => DataRows::All,
        cli::Data::None => DataRows::None,
    }
}

fn tables(options: &Options, live: bool) -> TableSink {
    TableSink::new(table_options(options, live))
}

fn table_options(options: &Options, live: bool) -> TableOptions {
    TableOptions {
        lang: language(options),
        style: style(options),
        numbers: numbers(options),
        data: data(options),
        explain: explain(options),
        face: Face::Table,
        live,
    }
}

fn lines(options: &Options) -> LinesSink {
    LinesSink::new(line_style(options), language(options), options.style.verbosity > 0)
        .explaining(explain(options), options.style.width)
}

fn explain(options: &Options) -> Explain {
    match (options.style.explain, options.style.verbosity) {
        (false, _) => Explain::No,
        (true, 0) => Explain::Turns,
        (true, _) => Explain::All,
    }
}

fn line_style(options: &Options) -> LineStyle {
    LineStyle {
        time: time_style(options.style.time),
        nanos: options.style.resolution == Resolution::Nano,
        zone: Zone::local(),
        packet_numbers: options.style.ordinal,
        interface_name: Some(interface_name),
    }
}

fn time_style(style: cli::TimeStyle) -> TimeStyle {
    match style {
        cli::TimeStyle::Clock => TimeStyle::Clock,
        cli::TimeStyle::None => TimeStyle::None,
        cli::TimeStyle::Unix => TimeStyle::Unix,
        cli::TimeStyle::SinceLast => TimeStyle::SinceLast,
        cli::TimeStyle::Date => TimeStyle::Date,
        cli::TimeStyle::SinceFirst => TimeStyle::SinceFirst,
    }
}

/// The name of an interface of this machine, as tcpdump shows it (also for
/// captures of another machine).
fn interface_name(index: u32) -> Option<String> {
    let socket = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM, None);
    rustix::net::netdevice::index_to_name(socket.ok()?, index).ok()
}

/// What to add to a filter that keeps back the ICMP errors which might say why a SYN
/// went unanswered.
pub fn hidden_icmp(totals: &Totals, options: &Options) -> Option<String> {
    let filter = options.filter.as_deref().filter(|_| totals.unanswered > 0)?;
    if !hides_icmp(filter) {
        return None;
    }
    let mut hint = String::new();
    language(options).hidden_icmp(filter, &mut hint);
    Some(hint)
}

/// The counts, in words.
pub fn tally(totals: &Totals, options: &Options) -> String {
    totals_line(totals, language(options))
}
