//! What later rows may come back to: the latest rows, messages that go round, problems that are not solved.

use std::collections::VecDeque;

use super::book::Sentence;
use super::draw::Draw;
use super::land::Spot;
use super::row::Generated;
use super::settings::Settings;

/// Rows that may be sent again.
const RECENT: usize = 4096;
/// Problems that may be reported again.
const PROBLEMS: usize = 8192;
/// Seconds until a problem is reported again: from two days to half a year.
const SOONEST: i64 = 2 * 86_400;
const LATEST: i64 = 182 * 86_400;
/// One problem in so many comes up over and over.
const STUBBORN: u64 = 16;
/// Messages that go round at a time, each half as much as the one before.
const CHAINS: usize = 3;
/// Most copies of one message.
const MOST_COPIES: usize = 500;
/// Words of the shortest message that goes round.
const CHAIN_WORDS: usize = 24;

/// A problem somebody reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem {
    /// Number of the row that reported it first.
    pub(super) row: u64,
    pub(super) second: i64,
    pub(super) topic: usize,
    pub(super) text: usize,
    pub(super) said: Sentence,
    pub(super) spot: Spot,
}

/// Constant memory, however many rows there are.
#[derive(Debug)]
pub(super) struct Past {
    recent: Vec<Generated>,
    /// Rows seen.
    count: usize,
    chains: [(Generated, usize); CHAINS],
    problems: VecDeque<Problem>,
    /// Problems taken in so far.
    taken: u64,
    /// Share of problems that are taken in, so that they reach back half a year.
    share: f64,
}

impl Past {
    pub(super) fn new(settings: &Settings) -> Self {
        let half_years = f64::from(settings.days()) * 86_400.0 / LATEST as f64;
        Self {
            recent: Vec::new(),
            count: 0,
            chains: std::array::from_fn(|_| (Generated::new(), 0)),
            problems: VecDeque::new(),
            taken: 0,
            share: (PROBLEMS as f64 * half_years / settings.rows as f64).min(1.0),
        }
    }

    /// Remembers a row that is no copy.
    pub(super) fn add(&mut self, row: &Generated) {
        if self.recent.len() < RECENT {
            self.recent.push(row.clone());
        } else {
            self.recent[self.count % RECENT].clone_from(row);
        }
        self.count += 1;
    }

    /// Remembers a problem, or does not.
    pub(super) fn add_problem(&mut self, problem: Problem, draw: &mut Draw) {
        if draw.chance(self.share) {
            if self.problems.len() == PROBLEMS {
                self.problems.pop_front();
            }
            self.problems.push_back(problem);
            self.taken += 1;
        }
    }

    /// A row to copy, and whether it is a message that goes round; else it is one of the latest rows.
    pub(super) fn original(&mut self, handed_on: bool, draw: &mut Draw) -> Option<(&Generated, bool)> {
        let chain = if handed_on { self.chain(draw) } else { None };
        match chain {
            Some(at) => Some((&self.chains[at].0, true)),
            None => self.recent.get(draw.below(self.recent.len())).map(|row| (row, false)),
        }
    }

    /// The place of a message that goes round; where one has come to its end, a recent row takes its place.
    fn chain(&mut self, draw: &mut Draw) -> Option<usize> {
        let at = [0, 0, 0, 0, 1, 1, 2][draw.below(7)];
        let (message, left) = &mut self.chains[at];
        if *left == 0 {
            let found = self.recent.get(draw.below(self.recent.len()))?;
            if words(found.text()) < CHAIN_WORDS {
                return None;
            }
            message.clone_from(found);
            // One in a hundred reaches the most.
            *left = ((5.0 / (1.0 - draw.unit())) as usize).min(MOST_COPIES);
        }
        *left -= 1;
        Some(at)
    }

    /// A problem that is reported again now.
    pub(super) fn problem(&self, now: i64, draw: &mut Draw) -> Option<Problem> {
        let first = self.problems.partition_point(|problem| problem.second < now - LATEST);
        let last = self.problems.partition_point(|problem| problem.second <= now - SOONEST);
        if first >= last {
            return None;
        }
        let mut at = first + draw.below(last - first);
        if draw.chance(0.5) {
            let before = self.taken - self.problems.len() as u64;
            at = at.saturating_sub(((before + at as u64) % STUBBORN) as usize).max(first);
        }
        self.problems.get(at).copied()
    }
}

/// Words of a text.
pub(super) fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count()
}
