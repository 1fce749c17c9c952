//! Whole files into a store.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::committer::Work;
use super::submission::{Kept, Submission};
use super::writer::{Desk, Ticket, Writer};
use crate::complaint::{Id, Status};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Outcome, Place};
use crate::model::{Batch, Field, Reader, Reject, Row};

/// Rows that are decided about while those before are written down.
const BATCH: usize = 4096;
/// Rows that one thread takes at a time.
const PORTION: usize = 128;
/// Batches that wait for their commit, at most.
const AHEAD: usize = 2;

/// What the rows of a file mean beside what their [`Field`]s say.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    /// Stands before each id, with a colon: the system that the file is of.
    pub system: Option<String>,
    /// Stands before the line number of a row that has no id, with a colon: the name of the file. Without it and without
    /// a system such rows are rejected, for line 2 of two files are two complaints.
    pub file: Option<String>,
    /// Place of the reporter's column among [`Columns::others`](crate::model::Columns::others).
    pub reporter: Option<usize>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// Complaints that were not known before.
    pub new: u64,
    /// Complaints that changed: a new version of each.
    pub changed: u64,
    /// Rows that were known already.
    pub known: u64,
    /// Rows left out: those that could not be read, and those without a proper id.
    pub rejected: u64,
}

impl<'m> Writer<'m> {
    /// Keeps every row of a file. `read` is told of each batch as it was read, `kept` once its rows are durable, with those
    /// that were left out for their id. Where this ends early, begin it again with the same file: what is known already is
    /// passed over quickly.
    ///
    /// Cost: some 130 µs of computing a row, the index included, spread over
    /// [`Options::threads`](super::Options::threads), and some 400 µs where relations are asked for; three batches of 4,096
    /// rows of memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] when reading or writing fails; what `kept` was told of is durable.
    pub fn ingest(
        &self,
        reader: &mut Reader<'_>,
        naming: &Naming,
        mut read: impl FnMut(&Batch),
        mut kept: impl FnMut(&[Kept], &[Reject]) -> Result<()>,
    ) -> Result<IngestReport> {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(self.options.threads).build().map_err(|error| {
                let reason = format!("cannot start {} threads: {error}", self.options.threads);
                Error::new(ErrorKind::Parameter, reason)
            })?;
        let mut report = IngestReport::default();
        let mut waiting: VecDeque<Waiting> = VecDeque::new();
        let mut batch = Batch::new();
        let known = self.places().0 > 0;
        let mut finish = |waiting: Waiting| -> Result<()> {
            let (rows, rejects) = waiting.wait()?;
            report.add(&rows, &rejects);
            kept(&rows, &rejects)
        };
        let mut unread = 0;
        while reader.read(&mut batch, BATCH)? {
            read(&batch);
            unread += batch.rejects().len() as u64;
            let ready = pool.install(|| self.make_batch_ready(&batch, naming, known))?;
            waiting.push_back(self.hand_in_batch(ready)?);
            if waiting.len() > AHEAD
                && let Some(first) = waiting.pop_front()
            {
                finish(first)?;
            }
        }
        waiting.into_iter().try_for_each(finish)?;
        report.rejected += unread;
        Ok(report)
    }

    fn make_batch_ready(&self, batch: &Batch, naming: &Naming, known: bool) -> Result<Vec<Made>> {
        let starts: Vec<usize> = (0..batch.len()).step_by(PORTION).collect();
        let portions: Vec<Vec<Made>> = starts
            .into_par_iter()
            .map(|start| {
                let mut desk = self.desk()?;
                let rows = batch.rows().skip(start).take(PORTION);
                let made = rows.map(|row| self.make_row_ready(&mut desk, row, naming, known)).collect();
                self.free(desk);
                made
            })
            .collect::<Result<_>>()?;
        Ok(portions.into_iter().flatten().collect())
    }

    fn make_row_ready(
        &self,
        desk: &mut Desk<'m>,
        row: Row<'_>,
        naming: &Naming,
        known: bool,
    ) -> Result<Made> {
        let submission = match submission(row, naming) {
            Ok(submission) => submission,
            Err(error) => return Ok(Made::Rejected(Reject { line: row.line(), reason: error.to_string() })),
        };
        let mut work = Vec::with_capacity(1 + usize::from(submission.status.is_some()));
        if known && self.is_known(&submission)? {
            work.push(Work::Known { id: submission.id.clone() });
        } else {
            let (prepared, ..) = self.make_ready_at(desk, &submission)?;
            work.push(Work::Submit(Box::new(prepared)));
        }
        work.extend(submission.status.map(|status| Work::Status { id: submission.id.clone(), status }));
        Ok(Made::Ready(submission.id, work))
    }

    fn is_known(&self, submission: &Submission<'_>) -> Result<bool> {
        let digest = self.version(submission).digest();
        let kept = self.engine.read(|reader| reader.digest_of(submission.id.as_str()))?;
        Ok(submission.also.is_empty() && kept == Some(digest))
    }

    fn hand_in_batch(&self, made: Vec<Made>) -> Result<Waiting> {
        let (mut ids, mut work, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
        for made in made {
            match made {
                Made::Ready(id, some) => {
                    ids.push((id, work.len()));
                    work.extend(some);
                }
                Made::Rejected(reject) => rejects.push(reject),
            }
        }
        let ticket = if work.is_empty() { None } else { Some(self.hand_in(work)?) };
        Ok(Waiting { ids, ticket, rejects })
    }
}

/// A row made ready.
enum Made {
    Ready(Id, Vec<Work>),
    Rejected(Reject),
}

/// A batch that waits for its commit.
struct Waiting {
    /// Each id, and where its work begins.
    ids: Vec<(Id, usize)>,
    ticket: Option<Ticket>,
    rejects: Vec<Reject>,
}

impl Waiting {
    fn wait(self) -> Result<(Vec<Kept>, Vec<Reject>)> {
        let places = self.ticket.map_or_else(|| Ok(Vec::new()), Ticket::wait)?;
        let kept = self.ids.into_iter().map(|(id, at)| {
            let Place { number, seq, outcome } = places.get(at).copied().unwrap_or_default();
            Kept { id, number, seq, outcome }
        });
        Ok((kept.collect(), self.rejects))
    }
}

impl std::ops::AddAssign for IngestReport {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.known += other.known;
        self.rejected += other.rejected;
    }
}

impl IngestReport {
    fn add(&mut self, kept: &[Kept], rejects: &[Reject]) {
        for one in kept {
            match one.outcome {
                Outcome::New => self.new += 1,
                Outcome::Changed => self.changed += 1,
                Outcome::Known => self.known += 1,
            }
        }
        self.rejected += rejects.len() as u64;
    }
}

/// The row of a file as a submission.
fn submission<'r>(row: Row<'r>, naming: &Naming) -> Result<Submission<'r>> {
    let id = row.id().trim();
    let prefix = match &naming.system {
        None if !row.has_id() => naming.file.as_ref(),
        system => system.as_ref(),
    };
    let id: Id = match prefix {
        Some(prefix) if !id.is_empty() => format!("{prefix}:{id}").parse()?,
        None if !row.has_id() => {
            return Err(Error::input(
                "the row has no id: name the column that has it, or the system it comes from",
            ));
        }
        _ => id.parse()?,
    };
    let degrees = |field, most: f64| {
        let degrees: f64 = row.field(field).trim().parse().ok()?;
        (degrees.abs() <= most).then_some(degrees)
    };
    let status = row.field(Field::Status).trim();
    Ok(Submission {
        received: row.date(),
        reporter: naming.reporter.map_or("", |place| row.other(place)),
        position: degrees(Field::Latitude, 90.0).zip(degrees(Field::Longitude, 180.0)),
        status: if status.is_empty() { None } else { status.parse::<Status>().ok() },
        ..Submission::new(id, row.complaint())
    })
}
