//! What the environment says about the output.

use std::env;
use std::io::{self, IsTerminal};

use super::options::{ColorWhen, Lang, LangChoice};

/// Columns where nobody says otherwise.
const COLUMNS: u16 = 80;

/// The environment, as far as it matters to the output.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Surroundings {
    /// `COLUMNS`.
    pub columns: Option<String>,
    /// `NO_COLOR`.
    pub no_color: Option<String>,
    /// `CLICOLOR_FORCE`.
    pub clicolor_force: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `LC_ALL`, `LC_MESSAGES` and `LANG`, in this order.
    pub locale: [Option<String>; 3],
    /// Standard output is a terminal.
    pub terminal: bool,
    /// Standard error is a terminal.
    pub error_terminal: bool,
    /// Columns of that terminal.
    pub terminal_columns: Option<u16>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let variable = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let terminal = io::stdout().is_terminal();
        Surroundings {
            columns: variable("COLUMNS"),
            no_color: variable("NO_COLOR"),
            clicolor_force: variable("CLICOLOR_FORCE"),
            term: variable("TERM"),
            locale: ["LC_ALL", "LC_MESSAGES", "LANG"].map(variable),
            terminal,
            error_terminal: io::stderr().is_terminal(),
            terminal_columns: if terminal { terminal_columns() } else { None },
        }
    }

    /// Columns for tables: `COLUMNS`, else the terminal, else 80. What is not
    /// a number, or too small for any table, does not count.
    pub(super) fn width(&self) -> u16 {
        let variable = self.columns.as_ref().and_then(|text| text.trim().parse().ok());
        let usable = |columns: &u16| (20..=10_000).contains(columns);
        variable.filter(usable).or(self.terminal_columns.filter(usable)).unwrap_or(COLUMNS)
    }

    /// Whether progress may be shown: not where it would stand among results.
    pub(super) fn progress(&self, at_end: bool) -> bool {
        self.error_terminal && self.term.as_deref() != Some("dumb") && (!self.terminal || at_end)
    }

    /// The language of results: the wish, else that of the first of the three
    /// variables that is set and not empty (POSIX), else English.
    pub(super) fn lang(&self, choice: LangChoice) -> Lang {
        let locale = || self.locale.iter().flatten().find(|value| !value.is_empty());
        match choice {
            LangChoice::En => Lang::En,
            LangChoice::Zh => Lang::Zh,
            LangChoice::Both => Lang::Both,
            LangChoice::Auto
                if locale().is_some_and(|value| value.to_ascii_lowercase().starts_with("zh")) =>
            {
                Lang::Zh
            }
            LangChoice::Auto => Lang::En,
        }
    }

    /// Whether to use colors. An explicit wish counts more than the
    /// environment, NO_COLOR more than CLICOLOR_FORCE, that more than TERM.
    pub(super) fn color(&self, when: ColorWhen) -> bool {
        let set = |variable: &Option<String>| variable.as_ref().is_some_and(|value| !value.is_empty());
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if set(&self.no_color) => false,
            ColorWhen::Auto if set(&self.clicolor_force) && self.clicolor_force.as_deref() != Some("0") => {
                true
            }
            ColorWhen::Auto => self.terminal && self.term.as_deref() != Some("dumb"),
        }
    }
}

#[cfg(unix)]
fn terminal_columns() -> Option<u16> {
    rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col).filter(|&columns| columns > 0)
}

#[cfg(not(unix))]
fn terminal_columns() -> Option<u16> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_width_comes_from_the_first_that_knows() {
        let pipe = Surroundings::default();
        assert_eq!(pipe.width(), 80);
        let terminal = Surroundings { terminal: true, terminal_columns: Some(132), ..pipe };
        assert_eq!(terminal.width(), 132);
        for (columns, width) in [("100", 100), ("0", 132), ("-5", 132), ("x", 132), ("", 132), ("99999", 132)]
        {
            assert_eq!(
                Surroundings { columns: some(columns), ..terminal.clone() }.width(),
                width,
                "{columns}"
            );
        }
    }

    #[test]
    fn the_language_comes_from_the_wish_or_the_first_variable_that_is_set() {
        let lang = |locale: [&str; 3], choice| {
            Surroundings { locale: locale.map(some), ..Surroundings::default() }.lang(choice)
        };
        let auto = |locale| lang(locale, LangChoice::Auto);
        assert_eq!(Surroundings::default().lang(LangChoice::Auto), Lang::En);
        assert_eq!(auto(["", "", "zh_CN.UTF-8"]), Lang::Zh);
        assert_eq!(auto(["", "zh_TW", "de_DE"]), Lang::Zh);
        assert_eq!(auto(["C", "zh_TW", "zh_CN"]), Lang::En);
        assert_eq!(auto(["ZH_cn", "", ""]), Lang::Zh);
        assert_eq!(lang(["", "", "zh_CN"], LangChoice::En), Lang::En);
        assert_eq!(lang(["", "", "en_US"], LangChoice::Zh), Lang::Zh);
    }

    #[test]
    fn colors_obey_the_environment_and_the_wish_above_it() {
        let auto = |surroundings: &Surroundings| surroundings.color(ColorWhen::Auto);
        let pipe = Surroundings::default();
        let terminal = Surroundings { terminal: true, term: some("xterm"), ..pipe.clone() };
        let forced = Surroundings { clicolor_force: some("1"), ..pipe.clone() };
        assert!(!auto(&pipe) && auto(&terminal) && auto(&forced));
        assert!(!auto(&Surroundings { clicolor_force: some("0"), ..pipe.clone() }));
        assert!(!auto(&Surroundings { term: some("dumb"), ..terminal.clone() }));
        assert!(!auto(&Surroundings { no_color: some("1"), ..terminal.clone() }));
        assert!(auto(&Surroundings { no_color: some(""), ..terminal.clone() }));
        assert!(!auto(&Surroundings { no_color: some("1"), ..forced }));
        assert!(pipe.color(ColorWhen::Always) && !terminal.color(ColorWhen::Never));
    }
}
