//! When complaints come: days of the week, hours of the day, bursts.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::draw::{Draw, sums};
use super::settings::Settings;

/// Monday to Sunday; weekends have a third less.
const WEEKDAYS: [f64; 7] = [1.02, 1.03, 1.0, 0.96, 0.95, 0.67, 0.58];
/// By hour: most in the late morning, fewest before dawn.
const HOURS: [f64; 24] = [
    0.12, 0.08, 0.06, 0.07, 0.12, 0.25, 0.50, 0.78, 1.00, 1.15, 1.20, 1.05, 0.88, 0.85, 0.84, 0.80, 0.76,
    0.70, 0.68, 0.70, 0.66, 0.52, 0.36, 0.22,
];
/// January to December: the rains bring most.
const MONTHS: [f64; 12] = [1.20, 1.15, 1.12, 0.95, 0.85, 0.95, 0.97, 0.95, 1.0, 1.05, 1.12, 1.18];
const DAY: i64 = 86_400;
/// Bursts a year.
const BURSTS: f64 = 9.0;

/// Some days on which one topic in one place makes many write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burst {
    first: usize,
    last: usize,
    /// Share of the day's complaints that are about it.
    pub(super) share: f64,
    /// Says which topic and which place.
    pub(super) mark: u64,
}

/// Gives each row its time, ascending.
#[derive(Debug)]
pub(super) struct Calendar {
    since: Date,
    days: Vec<f64>,
    hours: Vec<f64>,
    bursts: Vec<Burst>,
    rows: u64,
    today: usize,
    date: Date,
}

/// A point in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) at: DateTime,
    /// Seconds since the beginning of the first day.
    pub(super) second: i64,
    pub(super) burst: Option<Burst>,
}

impl Calendar {
    pub(super) fn new(settings: &Settings, draw: &mut Draw) -> Self {
        let count = settings.days().max(1) as usize;
        let first = settings.since.weekday().to_monday_zero_offset() as usize;
        let bursts: Vec<Burst> = (0..(count as f64 / 365.0 * BURSTS).round() as usize)
            .map(|_| {
                let first = draw.below(count);
                let last = first + draw.below(5);
                Burst { first, last, share: 0.2 + 0.5 * draw.unit(), mark: draw.next() }
            })
            .collect();
        let mut date = settings.since;
        let mut weights = Vec::with_capacity(count);
        for day in 0..count {
            let share = burst_on(&bursts, day).map_or(0.0, |burst| burst.share);
            let shape = WEEKDAYS[(first + day) % 7] * MONTHS[date.month() as usize - 1];
            // No two days are alike: between .75 and 1.25 of what is usual.
            weights.push(shape * (0.75 + 0.5 * draw.unit()) / (1.0 - share));
            date = date.tomorrow().unwrap_or(date);
        }
        Self {
            since: settings.since,
            days: sums(weights),
            hours: sums(HOURS),
            bursts,
            rows: settings.rows,
            today: 0,
            date: settings.since,
        }
    }

    /// The time of the row of that number, from 0. Rows are asked for in their order.
    pub(super) fn moment(&mut self, row: u64, draw: &mut Draw) -> Moment {
        let total = self.days.last().copied().unwrap_or_default();
        let at = (row as f64 + draw.unit()) / self.rows as f64 * total;
        let before = self.today;
        while self.today + 1 < self.days.len() && self.days[self.today] <= at {
            self.today += 1;
        }
        if self.today != before {
            self.date = self.since.saturating_add((self.today as i64).days());
        }
        let from = if self.today == 0 { 0.0 } else { self.days[self.today - 1] };
        let second = self.second((at - from) / (self.days[self.today] - from));
        let (hour, rest) = (second / 3600, second % 3600);
        Moment {
            at: self.date.at(hour as i8, (rest / 60) as i8, (rest % 60) as i8, 0),
            second: self.today as i64 * DAY + second,
            burst: burst_on(&self.bursts, self.today),
        }
    }

    /// The second of the day before which a share of its complaints comes.
    fn second(&self, share: f64) -> i64 {
        let at = share.clamp(0.0, 1.0) * self.hours.last().copied().unwrap_or_default();
        let hour = self.hours.partition_point(|sum| *sum <= at).min(HOURS.len() - 1);
        let from = if hour == 0 { 0.0 } else { self.hours[hour - 1] };
        let second = hour as i64 * 3600 + ((at - from) / HOURS[hour] * 3600.0) as i64;
        second.clamp(0, DAY - 1)
    }
}

fn burst_on(bursts: &[Burst], day: usize) -> Option<Burst> {
    bursts.iter().find(|burst| (burst.first..=burst.last).contains(&day)).copied()
}
