//! Statistics as tables: the services, and what all of them have in common.

use std::cmp::Reverse;

use crate::lang::units::{Grouped, ShortOctets, ShortSpan};
use crate::lang::{Language, Statistic, StatisticNote};
use crate::verdict::{Ending, Opening};

use super::super::grid::{Cell, Entry, Grid, Track};
use super::super::style::{Role, Style, width, wrap_prose};
use super::service::{CLIENT, Service};
use super::{Counts, sections};

/// Services that get a row of their own.
const ROWS: usize = 16;
/// From this width on, counts are exact.
const ROOMY: u16 = 120;

/// A column: its head, and what stands in it. Where there is no room for all, the
/// columns in which nothing happens go first, then that with the highest `spare`;
/// those that cannot be spared have 0.
pub(super) struct Column<T> {
    head: Statistic,
    spare: u8,
    cell: fn(&T, &Style) -> (Role, String),
}

/// A column.
pub(super) const fn column<T>(
    head: Statistic,
    spare: u8,
    cell: fn(&T, &Style) -> (Role, String),
) -> Column<T> {
    Column { head, spare, cell }
}

/// What is counted of a service.
pub(super) trait Busy: Clone + Default {
    /// How busy it is.
    fn busy(&self) -> u64;

    /// Counts all of another one too.
    fn merge(&mut self, other: &Self);
}

impl Busy for Service {
    fn busy(&self) -> u64 {
        self.conversations()
    }

    fn merge(&mut self, other: &Self) {
        Service::merge(self, other);
    }
}

const COLUMNS: &[Column<Service>] = &[
    column(Statistic::Conversations, 16, |of, style| plain(of.conversations(), style)),
    column(Statistic::Attempts, 0, |of, style| plain(of.attempts(), style)),
    column(Statistic::Opened, 0, |of, _| success(of)),
    column(Statistic::Refused, 3, |of, style| failed(of.opened_as(Opening::Refused), style)),
    column(Statistic::Rejected, 15, |of, style| failed(of.opened_as(Opening::Rejected), style)),
    column(Statistic::Unanswered, 4, |of, style| failed(of.opened_as(Opening::Unanswered), style)),
    column(Statistic::HalfOpen, 5, |of, style| failed(of.opened_as(Opening::HalfOpen), style)),
    column(Statistic::SynsAgain, 6, |of, _| again(of)),
    column(Statistic::Resets, 7, |of, style| failed(of.ended_as(Ending::Reset), style)),
    column(Statistic::Percentile(50), 1, |of, _| span(of, 50)),
    column(Statistic::Percentile(90), 11, |of, _| span(of, 90)),
    column(Statistic::Percentile(99), 2, |of, _| span(of, 99)),
    column(Statistic::Longest, 12, |of, _| {
        (Role::Plain, of.trips.longest().map_or_else(String::new, |trip| ShortSpan(trip).to_string()))
    }),
    column(Statistic::ClientCloses, 13, |of, _| {
        (Role::Plain, sections::share(of.closers[CLIENT], of.closers.iter().sum()))
    }),
    column(Statistic::Up, 10, |of, _| (Role::Plain, ShortOctets(of.bytes[0]).to_string())),
    column(Statistic::Down, 9, |of, _| (Role::Plain, ShortOctets(of.bytes[1]).to_string())),
];

/// A count: exact where there is room.
pub(super) fn count(n: u64, style: &Style) -> String {
    if style.width < ROOMY { ShortOctets(n).to_string() } else { style.tidy(Grouped(n).to_string()) }
}

fn plain(n: u64, style: &Style) -> (Role, String) {
    (Role::Plain, count(n, style))
}

fn failed(n: u64, style: &Style) -> (Role, String) {
    (if n > 0 { Role::Trouble } else { Role::Dim }, count(n, style))
}

fn success(of: &Service) -> (Role, String) {
    let role = match (of.opened(), of.attempts()) {
        (opened, attempts) if opened == attempts => Role::Good,
        (opened, attempts) if opened < attempts - opened => Role::Trouble,
        _ => Role::Warning,
    };
    (role, sections::share(of.opened(), of.attempts()))
}

fn again(of: &Service) -> (Role, String) {
    let role = if of.syns_again > 0 { Role::Warning } else { Role::Dim };
    (role, sections::share(of.syns_again, of.syns))
}

fn span(of: &Service, percent: u64) -> (Role, String) {
    let trip = of.trips.percentile(percent);
    (Role::Plain, trip.map_or_else(String::new, |trip| ShortSpan(trip).to_string()))
}

/// Appends all of it.
pub(super) fn print(counts: &Counts, lang: &dyn Language, style: &Style, out: &mut String) {
    let udp = !counts.udp_services.is_empty();
    if !udp || !counts.services.is_empty() {
        tcp(counts, lang, style, out);
    }
    if udp {
        out.push_str(if counts.services.is_empty() { "" } else { "\n" });
        super::udp::print(counts, lang, style, out);
    }
}

fn tcp(counts: &Counts, lang: &dyn Language, style: &Style, out: &mut String) {
    let all = counts.all();
    let note = StatisticNote::Counted {
        services: counts.services.len() as u64,
        conversations: all.conversations(),
        attempts: all.attempts(),
    };
    let mut title = String::new();
    lang.statistic_note(&note, &mut title);
    heading(&title, style, out);
    if counts.services.is_empty() {
        return;
    }
    table(counts.by_port(), &all, COLUMNS, (lang, style), out);
    sections::print(counts, &all, lang, style, out);
}

/// The lines above a table.
pub(super) fn heading(title: &str, style: &Style, out: &mut String) {
    for line in wrap_prose(&style.tidy(title.to_owned()), usize::from(style.width)) {
        style.paint(Role::Title, line, out);
        out.push('\n');
    }
}

/// The busiest services, the rest together, and all.
fn rows<T: Busy>(mut services: Vec<(u16, &T)>, all: &T, lang: &dyn Language) -> Vec<(Role, String, T)> {
    services.sort_by_key(|(_, service)| Reverse(service.busy()));
    let shown = if services.len() > ROWS + 1 { ROWS } else { services.len() };
    let (busiest, others) = services.split_at(shown);
    let mut rows: Vec<_> =
        busiest.iter().map(|(port, service)| (Role::Server, port.to_string(), (*service).clone())).collect();
    if !others.is_empty() {
        let mut together = T::default();
        others.iter().for_each(|(_, service)| together.merge(service));
        rows.push((Role::Dim, lang.statistic(Statistic::Others).to_owned(), together));
    }
    if rows.len() > 1 {
        rows.push((Role::Title, lang.statistic(Statistic::All).to_owned(), all.clone()));
    }
    rows
}

/// A column with its cells.
struct Filled {
    head: String,
    spare: u8,
    cells: Vec<(Role, String)>,
    width: usize,
}

/// What is added to the `spare` of columns in which nothing happens.
const IDLE: u8 = 100;

impl Filled {
    fn new(head: String, spare: u8, cells: Vec<(Role, String)>) -> Self {
        let width = cells.iter().map(|(_, text)| width(text)).chain([width(&head)]).max().unwrap_or(0);
        let idle = spare > 0 && cells.iter().all(|(_, text)| matches!(text.as_str(), "" | "0" | "0%"));
        Filled { head, spare: if idle { spare + IDLE } else { spare }, cells, width }
    }
}

/// Appends the table of services.
pub(super) fn table<T: Busy>(
    services: Vec<(u16, &T)>,
    all: &T,
    columns: &[Column<T>],
    (lang, style): (&dyn Language, &Style),
    out: &mut String,
) {
    let rows = rows(services, all, lang);
    let word = |what: Statistic| style.tidy(lang.statistic(what).to_owned());
    let ports = rows.iter().map(|(role, port, _)| (*role, port.clone())).collect();
    let mut filled = vec![Filled::new(word(Statistic::Service), 0, ports)];
    filled.extend(columns.iter().map(|column| {
        let cell = |(row, _, service): &(Role, String, T)| {
            let (role, text) = (column.cell)(service, style);
            // What is only the rest of others is not to catch the eye.
            (if *row == Role::Dim { Role::Dim } else { role }, style.tidy(text))
        };
        Filled::new(word(column.head), column.spare, rows.iter().map(cell).collect())
    }));
    grid(filled, rows.len(), style, out);
}

/// The columns that there is room for.
fn grid(mut columns: Vec<Filled>, rows: usize, style: &Style, out: &mut String) {
    let needs = |columns: &[Filled], gap: usize| {
        columns.iter().map(|column| column.width).sum::<usize>() + gap * columns.len().saturating_sub(1) + 4
    };
    let room = usize::from(style.width);
    while needs(&columns, 1) > room && columns.len() > 3 {
        let spare = columns.iter().map(|column| column.spare).max().unwrap_or(0);
        if spare == 0 {
            // None of these can be spared, however narrow it is.
            break;
        }
        columns.retain(|column| column.spare != spare);
    }
    let entry = |row: usize| {
        let cell = |column: &Filled| {
            column.cells.get(row).map_or(Cell::Empty, |(role, text)| Cell::of(*role, text.clone()))
        };
        Entry::Cells(columns.iter().map(cell).collect())
    };
    let grid = Grid {
        tracks: columns.iter().map(|column| Track { width: column.width, right: true }).collect(),
        gap: if needs(&columns, 2) <= room { 2 } else { 1 },
        head: columns.iter().map(|column| Cell::of(Role::Title, column.head.as_str())).collect(),
        entries: (0..rows).map(entry).collect(),
    };
    grid.print(style, out);
}
