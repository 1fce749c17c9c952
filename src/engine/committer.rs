//! The thread that owns the ledger: it takes what waits in the queue, writes it in one transaction, and tells each caller.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::progress::Progress;
use crate::complaint::{Id, Status};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Event, Group, Ledger, Place, Prepared};

/// So many pieces of work are made durable by one commit, at most; of a job that is larger, all.
const GROUP: usize = 4096;

/// The least time that the ledger tells apart.
const MOMENT: SignedDuration = SignedDuration::from_micros(1);

/// A piece of work.
#[derive(Debug)]
pub(super) enum Work {
    Submit(Box<Prepared>),
    /// An event; kept until its complaint comes where `early`.
    Record { event: Box<Event>, early: bool },
    /// What another system says of a complaint's status now.
    Status { id: Id, status: Status },
    /// A complaint that is known already as it was handed in.
    Known { id: Id },
    SaveQuery { name: String, query: Option<String> },
}

/// Work that is done whole or not at all, and where to tell of it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Vec<Work>,
    pub(super) reply: oneshot::Sender<Result<Vec<Place>>>,
}

/// Works until the queue is closed and empty; gives the ledger back.
pub(super) fn run(mut ledger: Ledger, queue: &async_channel::Receiver<Job>, progress: &Arc<Progress>) -> Ledger {
    while let Ok(first) = queue.recv_blocking() {
        let mut size = first.work.len();
        let mut jobs = vec![first];
        while size < GROUP
            && let Ok(job) = queue.try_recv()
        {
            size += job.work.len();
            jobs.push(job);
        }
        if let Some(reason) = progress.failure() {
            refuse(jobs, &reason);
            continue;
        }
        let done = commit(&mut ledger, &jobs);
        match done {
            Ok(places) => {
                progress.durable(ledger.last());
                for (job, places) in jobs.into_iter().zip(places) {
                    // Who does not wait any more need not be told.
                    let _ = job.reply.send(Ok(places));
                }
            }
            // One of several may be at fault: each for itself then.
            Err(error) if jobs.len() > 1 && !is_broken(&error) => {
                for job in jobs {
                    alone(&mut ledger, job, progress);
                }
            }
            Err(error) => {
                for job in jobs {
                    fail(job, &error, progress);
                }
            }
        }
    }
    ledger
}

fn alone(ledger: &mut Ledger, job: Job, progress: &Progress) {
    if let Some(reason) = progress.failure() {
        return refuse(vec![job], &reason);
    }
    match commit(ledger, std::slice::from_ref(&job)) {
        Ok(mut places) => {
            progress.durable(ledger.last());
            let _ = job.reply.send(Ok(places.pop().unwrap_or_default()));
        }
        Err(error) => fail(job, &error, progress),
    }
}

/// After a failed write or sync nobody knows what the disk holds, and to try again may succeed where nothing was written:
/// what a new opening finds is what counts. A full disk is no such failure.
fn is_broken(error: &Error) -> bool {
    error.kind() == ErrorKind::Io && !error.to_string().contains("disk is full")
}

fn fail(job: Job, error: &Error, progress: &Progress) {
    if is_broken(error) {
        progress.fail(error.to_string());
    }
    let _ = job.reply.send(Err(error.again()));
}

fn refuse(jobs: Vec<Job>, reason: &str) {
    for job in jobs {
        let message = format!("nothing more is written since {reason}: open the store anew");
        let _ = job.reply.send(Err(Error::new(ErrorKind::Closed, message)));
    }
}

fn commit(ledger: &mut Ledger, jobs: &[Job]) -> Result<Vec<Vec<Place>>> {
    let mut group = ledger.begin()?;
    let mut recorded = Timestamp::now();
    let mut one = |work| {
        // Of two in one group the later one counts: each has a time of its own.
        recorded = recorded.checked_add(MOMENT).unwrap_or(recorded);
        apply(&mut group, work, recorded)
    };
    let each = jobs.iter().map(|job| job.work.iter().map(&mut one).collect());
    let places = each.collect::<Result<Vec<Vec<Place>>>>()?;
    group.commit()?;
    Ok(places)
}

fn apply(group: &mut Group<'_>, work: &Work, recorded: Timestamp) -> Result<Place> {
    match work {
        Work::Submit(prepared) => group.submit(prepared, recorded),
        Work::Record { event, early } => group.record(event, recorded, *early),
        Work::Status { id, status } => group.status_seen(id, *status, recorded),
        Work::Known { id } => group.known(id),
        Work::SaveQuery { name, query } => group.save_query(name, query.as_deref()),
    }
}
