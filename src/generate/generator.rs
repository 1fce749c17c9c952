//! Row after row, in constant memory.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::calendar::{Calendar, Moment};
use super::compose::{Composer, Told, copy};
use super::draw::{Draw, sums};
use super::land::{Land, Spot, estate, street};
use super::past::{Past, Problem};
use super::row::{COLUMNS, Generated};
use super::settings::Settings;
use super::sources::{Sources, Stock};
use super::voice::{Scene, Voice};
use super::words::{CHANNELS, SEASONS};
use crate::error::{Error, ErrorKind, Result};

/// Rows between two calls of what counts them.
const STEP: u64 = 1024;
/// Reporters for each row.
const REPORTERS: f64 = 0.7;
/// Share of copies that are messages handed on.
const HANDED_ON: f64 = 0.4;
/// Channels of telephones, where people write in a hurry.
const CARELESS: [&str; 4] = ["whatsapp", "sms", "instagram", "twitter"];

/// Gives rows, in the order of their dates; an iterator, or [`read`](Self::read) into a buffer of one's own.
///
/// Same release, same sources, same settings: the same bytes, on every machine. A run of other length is another run:
/// dates are spread over the period, and what is reported again depends on them, so its first rows are not the same.
///
/// Cost: some five microseconds a row; memory is that of the sources and some 20 MB, gazetteer included, however many
/// rows there are.
///
/// ```
/// use pilah::generate::{Generator, Settings, Sources};
///
/// let settings = Settings { rows: 100, within: "35.78".parse()?, ..Settings::default() };
/// let generator = Generator::new(&Sources::sample()?, settings)?;
/// for row in generator {
///     assert!(row.date() >= "2021-01-01T00:00:00" && !row.text().is_empty());
///     assert!(row.region().is_empty() || row.region() == "35.78");
/// }
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct Generator {
    settings: Settings,
    stock: Stock,
    composer: Composer,
    land: Land,
    calendar: Calendar,
    past: Past,
    draw: Draw,
    /// Ascending sums of the topics' shares, for each month.
    topics: Vec<Vec<f64>>,
    channels: Vec<f64>,
    reporters: f64,
    /// Rows given so far.
    rows: u64,
}

/// Who writes.
struct Reporter {
    number: u64,
    home: usize,
    /// What is drawn of their way of writing.
    manner: Draw,
}

impl Generator {
    /// Reads the sources and checks the settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parameter`] for a setting outside its range, [`ErrorKind::Input`] when the sources have no sentence
    /// that may be used.
    pub fn new(sources: &Sources, settings: Settings) -> Result<Self> {
        settings.check()?;
        let land = Land::new(settings.within, settings.seed)?;
        let mut stock = sources.stock();
        if stock.topics.is_empty() {
            let message =
                "no sentence of the source texts may be used: give more texts, or the shipped sample";
            return Err(Error::new(ErrorKind::Input, message));
        }
        let mut draw = Draw::of(settings.seed, 0);
        let season = |name: &str, month: usize| {
            SEASONS
                .iter()
                .find(|(topic, _)| *topic == name)
                .map_or(1.0, |(_, shares)| f64::from(shares[month]) / 100.0)
        };
        let shares = |month| {
            sums(stock.topics.iter().map(|topic| topic.texts.len() as f64 * season(&topic.name, month)))
        };
        Ok(Self {
            topics: (0..12).map(shares).collect(),
            composer: Composer::new(&mut stock.book),
            calendar: Calendar::new(&settings, &mut draw),
            past: Past::new(&settings),
            channels: sums(CHANNELS.iter().map(|(_, share)| *share)),
            reporters: (settings.rows as f64 * REPORTERS).max(1.0),
            rows: 0,
            stock,
            land,
            draw,
            settings,
        })
    }

    /// Replaces what `row` held by the next row; `false` when there are no more.
    pub fn read(&mut self, row: &mut Generated) -> bool {
        if self.rows == self.settings.rows {
            return false;
        }
        let moment = self.calendar.moment(self.rows, &mut self.draw);
        self.rows += 1;
        row.clear();
        // A string takes whatever is written to it.
        let _ = write!(row.bytes, "G{:08}", self.rows);
        row.end();
        let _ = write!(row.bytes, "{:.0}", moment.at);
        row.end();
        let kind = self.draw.unit();
        if kind < self.settings.copies && self.copied(row) {
            return true;
        }
        let again = kind >= self.settings.copies && kind < self.settings.copies + self.settings.repeats;
        let problem = if again { self.past.problem(moment.second, &mut self.draw) } else { None };
        self.reported(row, &moment, problem);
        self.past.add(row);
        true
    }

    /// Writes all rows that are left as CSV, with a header; `after` is told from time to time how many more there are.
    /// Gives how many were written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when writing fails.
    pub fn write_csv(&mut self, out: impl Write, mut after: impl FnMut(u64)) -> Result<u64> {
        let failed = |error| Error::for_file("write to", Path::new("output"), error);
        let mut csv = csv::Writer::from_writer(out);
        let mut row = Generated::new();
        let (mut count, mut told) = (0, 0);
        csv.write_record(COLUMNS).map_err(|error| failed(io::Error::from(error)))?;
        while self.read(&mut row) {
            csv.write_record(row.fields()).map_err(|error| failed(io::Error::from(error)))?;
            count += 1;
            if count - told == STEP {
                after(STEP);
                told = count;
            }
        }
        csv.flush().map_err(failed)?;
        after(count - told);
        Ok(count)
    }

    /// Fills a row with a report: the first of a problem, or another one.
    fn reported(&mut self, row: &mut Generated, moment: &Moment, problem: Option<Problem>) {
        let mut reporter = self.reporter();
        let ((topic, text), spot) = match &problem {
            Some(problem) => ((problem.topic, problem.text), problem.spot),
            None => self.subject(moment, reporter.home),
        };
        let channel = CHANNELS[self.draw.weighted(&self.channels)].0;
        row.push(channel);
        let told = match self.draw.below(10) {
            0..7 => Told::InColumns,
            7 | 8 => Told::InText,
            _ => Told::Nowhere,
        };
        let mut voice = Voice::of(&mut reporter.manner, CARELESS.contains(&channel));
        if problem.is_some() {
            voice = voice.reworded();
        }
        let scene = Scene {
            book: &self.stock.book,
            land: &self.land,
            spot,
            at: moment.at,
            named: told != Told::Nowhere,
        };
        let said = self.composer.write(
            &self.stock,
            (topic, text),
            problem.map(|problem| problem.said),
            told,
            &scene,
            voice,
            &mut self.draw,
            &mut row.bytes,
        );
        row.end();
        if self.draw.chance(0.6) {
            address(&spot, &mut self.draw, &mut row.bytes);
        }
        row.end();
        let village = self.land.village(&spot);
        let in_columns = told == Told::InColumns;
        row.push(if in_columns { village.name } else { "" });
        row.push(if in_columns { village.district } else { "" });
        row.push(if self.draw.chance(0.5) { &self.land.regency(&spot).code } else { "" });
        let _ = write!(row.bytes, "r{:06}", reporter.number);
        row.end();
        if let Some(problem) = problem {
            let _ = write!(row.bytes, "~G{:08}", problem.row);
        } else {
            let problem = Problem { row: self.rows, second: moment.second, topic, text, said, spot };
            self.past.add_problem(problem, &mut self.draw);
        }
        row.end();
    }

    /// What a first report is about, and where: some reports of a burst are about the same in the same regency.
    fn subject(&mut self, moment: &Moment, home: usize) -> ((usize, usize), Spot) {
        let draw = &mut self.draw;
        let month = moment.at.month() as usize - 1;
        let (topic, regency) = if let Some(burst) = moment.burst.filter(|burst| draw.chance(burst.share)) {
            let mut fixed = Draw::of(self.settings.seed, burst.mark);
            (fixed.weighted(&self.topics[month]), self.land.draw_regency(&mut fixed))
        } else {
            let regency = if draw.chance(0.75) { home } else { self.land.draw_regency(draw) };
            (draw.weighted(&self.topics[month]), regency)
        };
        let text = draw.below(self.stock.topics[topic].texts.len());
        ((topic, text), self.land.spot(regency, draw))
    }

    /// A few reporters write very often: of n, the first k write the square root of k/n of all.
    fn reporter(&mut self) -> Reporter {
        let u = self.draw.unit();
        let number = (self.reporters * u * u) as u64;
        let mut manner = Draw::of(self.settings.seed, number + 1);
        let home = self.land.draw_regency(&mut manner);
        Reporter { number, home, manner }
    }

    /// Fills a row with a near-copy of an earlier one: sent again by its reporter, or a message handed on; `false`
    /// when there is none.
    fn copied(&mut self, row: &mut Generated) -> bool {
        let other = self.reporter();
        let draw = &mut self.draw;
        let handed_on = draw.chance(HANDED_ON);
        let Some((original, handed_on)) = self.past.original(handed_on, draw) else { return false };
        let same = !handed_on || draw.chance(0.3);
        row.push(if handed_on && draw.chance(0.8) { "whatsapp" } else { original.channel() });
        copy(original.text(), handed_on, draw, &mut row.bytes);
        row.end();
        for field in [original.address(), original.village(), original.district(), original.region()] {
            row.push(if same { field } else { "" });
        }
        if handed_on {
            let _ = write!(row.bytes, "r{:06}", other.number);
            row.end();
        } else {
            row.push(original.reporter());
        }
        row.push(original.id());
        true
    }
}

impl Iterator for Generator {
    type Item = Generated;

    fn next(&mut self) -> Option<Generated> {
        let mut row = Generated::new();
        self.read(&mut row).then_some(row)
    }
}

/// An address as people fill it in: street, number, RT and RW, or less.
fn address(spot: &Spot, draw: &mut Draw, out: &mut String) {
    out.push_str(draw.pick(&["Jl. ", "Jl ", "Jalan ", "JL. ", "Jln. "]));
    street(spot.street, out);
    if draw.chance(0.7) {
        let mark = draw.pick(&[" No. ", " no ", " No.", " "]);
        let _ = write!(out, "{mark}{}", spot.house);
    }
    let _ = match draw.below(6) {
        0 | 1 => write!(out, " RT {:02} RW {:02}", spot.rt, spot.rw),
        2 => write!(out, " RT.{} RW.{}", spot.rt, spot.rw),
        3 => write!(out, ", RT {:03}/{:03}", spot.rt, spot.rw),
        _ => Ok(()),
    };
    if draw.chance(0.1) {
        out.push_str(", ");
        estate(draw, out);
    }
}
