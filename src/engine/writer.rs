//! The one that writes.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;

use super::committer::{self, Job, Work};
use super::indexer;
use super::kin::Kin;
use super::lock::Lock;
use super::options::Options;
use super::progress::Progress;
use super::relater;
use super::store::Engine;
use super::submission::{Kept, Receipt, Submission};
use crate::complaint::Id;
use crate::error::{Error, ErrorKind, Result};
use crate::index;
use crate::index::{Matcher, Query, Wording};
use crate::ledger::{Event, Ledger, Packer, Place, Prepared, Record, Seq, Version};
use crate::routing::{Decision, Triage};

/// Writes to a store. One at a time has it; it may be used from many threads at once.
///
/// Dropped, it makes what was handed in durable and the index follow, as [`close`](Self::close) does without telling.
#[derive(Debug)]
pub struct Writer<'m> {
    pub(super) options: Options<'m>,
    pub(super) engine: Engine,
    queue: Option<async_channel::Sender<Job>>,
    desks: Mutex<Vec<Desk<'m>>>,
    dictionary: Vec<u8>,
    salt: [u8; 32],
    saved: Mutex<Arc<Vec<Saved>>>,
    progress: Arc<Progress>,
    committer: Option<JoinHandle<Ledger>>,
    indexer: Option<JoinHandle<()>>,
    relater: Option<JoinHandle<()>>,
    rebuilt: Option<String>,
    /// Given back last.
    _lock: Lock,
}

/// A query that complaints are matched against as they arrive, with its name.
type Saved = (String, index::Prepared);

/// What one thread needs to make submissions ready.
#[derive(Debug)]
pub(super) struct Desk<'m> {
    triage: Triage<'m>,
    packer: Packer,
    matcher: Matcher,
    kin: Option<Kin>,
}

impl<'m> Writer<'m> {
    pub(super) fn open(engine: &Engine, options: Options<'m>, anew: bool) -> Result<Self> {
        let lock = Lock::take(engine.folder())?;
        let ledger = Ledger::open(&engine.ledger_path(), options.durability)?;
        let last = ledger.last();
        let (index, rebuilt) = engine.index_to_write(last, anew)?;
        let progress = Arc::new(Progress::at(last, index.seen()?));
        let relations = options.relations.then(|| engine.relations_to_write(last, anew)).transpose()?;
        let saved = Arc::new(prepare_queries(engine.read(|reader| reader.saved_queries())?)?);
        let (dictionary, salt) = (ledger.dictionary().to_vec(), ledger.salt());
        let (queue, waiting) = async_channel::bounded(options.queue.max(1));
        let committer = {
            let progress = progress.clone();
            spawn("pilah-ledger", move || committer::run(ledger, &waiting, &progress))?
        };
        let indexer = {
            let (engine, progress) = (engine.clone(), progress.clone());
            let (pause, memory) = (options.index_pause, options.index_memory);
            spawn("pilah-index", move || indexer::run(&engine, &index, memory, pause, &progress))?
        };
        let relater = if let Some(relations) = relations {
            let (engine, progress) = (engine.clone(), progress.clone());
            Some(spawn("pilah-relations", move || relater::run(&engine, relations, &progress))?)
        } else {
            progress.without_relations();
            None
        };
        Ok(Self {
            options,
            engine: engine.clone(),
            queue: Some(queue),
            desks: Mutex::default(),
            dictionary,
            salt,
            saved: Mutex::new(saved),
            progress,
            committer: Some(committer),
            indexer: Some(indexer),
            relater,
            rebuilt,
            _lock: lock,
        })
    }

    /// Why the index is being made anew, where that had to be: it was missing, damaged or of another version.
    pub fn rebuilt(&self) -> Option<&str> {
        self.rebuilt.as_deref()
    }

    /// Keeps a complaint and decides about it; returns once it is durable and, with [`Options::relations`], it is known who
    /// said the same before.
    ///
    /// Cost: some 60 µs of computing and one wait for the disk, which all that submit at the same time share; 200 to 500 µs more,
    /// on two threads, for who said the same. When more than [`Options::queue`] wait, it waits to be let in.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Full`] on a full disk, [`ErrorKind::Io`] when a write failed, [`ErrorKind::Closed`] when one failed
    /// before: the complaint is not kept, and must be handed in again.
    pub fn submit(&self, submission: &Submission<'_>) -> Result<Receipt<'m>> {
        let (work, decision, matches) = self.make_ready(submission)?;
        let places = self.hand_in(work)?.wait()?;
        let mut receipt = receipt(submission, &places, decision, matches);
        if self.options.relations && !submission.complaint.confidential {
            self.relate(&mut receipt);
        }
        Ok(receipt)
    }

    /// Adds what is known of who said the same. The complaint is kept whatever comes of this; what went wrong is told by
    /// [`close`](Self::close).
    fn relate(&self, receipt: &mut Receipt<'_>) {
        let found = self.progress.wait_for_relations(receipt.seq).and_then(|known| {
            if !known {
                return Ok(Default::default());
            }
            let mut desk = self.desk()?;
            let kin = desk.kin.take().map_or_else(|| Kin::open(&self.engine), Ok);
            let found = kin.and_then(|kin| {
                let found = kin.of(&self.engine, receipt.number)?;
                desk.kin = Some(kin);
                Ok(found)
            });
            self.free(desk);
            found
        });
        (receipt.related, receipt.cluster) = found.unwrap_or_default();
    }

    /// The same for async code: the future never blocks the thread that drives it, except for computing the decision.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub async fn submit_async(&self, submission: &Submission<'_>) -> Result<Receipt<'m>> {
        let (work, decision, matches) = self.make_ready(submission)?;
        let (job, ticket) = Ticket::new(work);
        self.queue()?.send(job).await.map_err(|_| closed())?;
        let places = ticket.0.await.map_err(|_| closed())??;
        Ok(receipt(submission, &places, decision, matches))
    }

    /// Tells what happened to a complaint; returns once it is durable. An event that was told before is
    /// [`Outcome::Known`](crate::ledger::Outcome::Known).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] for a complaint that is not known, [`ErrorKind::Parameter`] for a fact that says nothing; else
    /// as [`submit`](Self::submit).
    pub fn record(&self, event: Event) -> Result<Kept> {
        event.check()?;
        self.one(event.complaint.clone(), Work::Record { event: Box::new(event), early: false })
    }

    /// The same for a sync with another system, whose events may come before their complaint: they are kept until it comes.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn sync(&self, events: Vec<Event>) -> Result<Vec<Kept>> {
        events.iter().try_for_each(Event::check)?;
        let ids: Vec<Id> = events.iter().map(|event| event.complaint.clone()).collect();
        let work = events.into_iter().map(|event| Work::Record { event: Box::new(event), early: true });
        let places = self.hand_in(work.collect())?.wait()?;
        Ok(ids.into_iter().zip(places).map(|(id, place)| kept(id, place)).collect())
    }

    /// Keeps a query under a name, or with `None` removes it: receipts name the saved queries that a complaint matches.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Missing`] for a name to remove that is not there; else as [`submit`](Self::submit).
    pub fn save_query(&self, name: &str, query: Option<&Query>) -> Result<()> {
        let query = query.map(ToString::to_string);
        // A query that is kept is read again by every writer to come.
        if let Some(query) = &query {
            query.parse::<Query>()?;
        }
        self.hand_in(vec![Work::SaveQuery { name: name.to_owned(), query }])?.wait()?;
        let saved = prepare_queries(self.engine.read(|reader| reader.saved_queries())?)?;
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(saved);
        Ok(())
    }

    /// Waits until the index holds all that is durable now; gives the place in the history up to which it does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the index broke.
    pub fn flush(&self) -> Result<Seq> {
        self.progress.wait_for_index()
    }

    /// The last places in the history that are durable, and that the index holds.
    pub fn places(&self) -> (Seq, Seq) {
        self.progress.places()
    }

    /// Makes what was handed in durable, waits for the index, and gives the store back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when the index or the relations broke, [`ErrorKind::Io`] or [`ErrorKind::Closed`] when a write failed.
    pub fn close(mut self) -> Result<()> {
        let ledger = self.end_committer();
        let flushed = self.progress.wait_for_index();
        self.end_followers();
        if let Some(reason) = self.progress.failure() {
            return Err(Error::new(ErrorKind::Closed, format!("not all was written: {reason}")));
        }
        ledger.map_or_else(|| Err(closed()), |ledger| ledger.checkpoint())?;
        if let Some(reason) = self.progress.relating_failure() {
            let message = format!("not all is related since {reason}: run `pilah rebuild`");
            return Err(Error::new(ErrorKind::Store, message));
        }
        flushed.map(drop)
    }

    fn end_committer(&mut self) -> Option<Ledger> {
        self.queue = None;
        self.committer.take().and_then(|thread| thread.join().ok())
    }

    fn end_followers(&mut self) {
        self.progress.close();
        for thread in [self.indexer.take(), self.relater.take()].into_iter().flatten() {
            // They tell of their failures by `progress`.
            let _ = thread.join();
        }
    }

    fn one(&self, id: Id, work: Work) -> Result<Kept> {
        let places = self.hand_in(vec![work])?.wait()?;
        places.first().map(|place| kept(id, *place)).ok_or_else(closed)
    }

    pub(super) fn hand_in(&self, work: Vec<Work>) -> Result<Ticket> {
        let (job, ticket) = Ticket::new(work);
        self.queue()?.send_blocking(job).map_err(|_| closed())?;
        Ok(ticket)
    }

    fn queue(&self) -> Result<&async_channel::Sender<Job>> {
        self.queue.as_ref().ok_or_else(closed)
    }

    /// A desk that is free, or a new one.
    pub(super) fn desk(&self) -> Result<Desk<'m>> {
        let free = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match free {
            Some(desk) => Ok(desk),
            None => Ok(Desk {
                triage: self.options.triage(),
                packer: Packer::new(&self.dictionary)?,
                matcher: Matcher::new(Wording::shipped()),
                kin: None,
            }),
        }
    }

    pub(super) fn free(&self, desk: Desk<'m>) {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
    }

    fn make_ready(&self, submission: &Submission<'_>) -> Result<(Vec<Work>, Decision<'m>, Vec<String>)> {
        let mut desk = self.desk()?;
        let ready = self.make_ready_at(&mut desk, submission);
        self.free(desk);
        let (prepared, decision, matches) = ready?;
        let mut work = vec![Work::Submit(Box::new(prepared))];
        work.extend(submission.status.map(|status| Work::Status { id: submission.id.clone(), status }));
        Ok((work, decision, matches))
    }

    pub(super) fn make_ready_at(
        &self,
        desk: &mut Desk<'m>,
        submission: &Submission<'_>,
    ) -> Result<(Prepared, Decision<'m>, Vec<String>)> {
        let said = self.version(submission);
        let decision = desk.triage.decide(&submission.complaint);
        let (id, also, at) = (submission.id.clone(), submission.also.clone(), submission.at);
        let prepared = Prepared::new(id, also, at, said, &decision, &mut desk.packer)?;
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut matches = Vec::new();
        if !saved.is_empty() {
            let record: Record = prepared.preview(Timestamp::now());
            let read = desk.matcher.read(&record);
            let names = saved.iter().filter(|(_, query)| read.matches(query));
            matches.extend(names.map(|(name, _)| name.clone()));
        }
        Ok((prepared, decision, matches))
    }

    /// What is kept of a submission.
    pub(super) fn version(&self, submission: &Submission<'_>) -> Version {
        Version {
            received: submission.received,
            reporter: pseudonym(&self.salt, submission.reporter),
            position: submission.position,
            ..Version::of(&submission.complaint)
        }
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        drop(self.end_committer());
        self.end_followers();
    }
}

/// A job that waits for its commit.
#[derive(Debug)]
pub(super) struct Ticket(oneshot::Receiver<Result<Vec<Place>>>);

impl Ticket {
    fn new(work: Vec<Work>) -> (Job, Self) {
        let (reply, told) = oneshot::channel();
        (Job { work, reply }, Self(told))
    }

    pub(super) fn wait(self) -> Result<Vec<Place>> {
        self.0.recv().map_err(|_| closed())?
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the writer has ended: open the store anew and hand it in again")
}

fn spawn<T: Send + 'static>(name: &str, run: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(|error| {
        Error::because(ErrorKind::Io, format!("cannot start the thread {name}: {error}"), error)
    })
}

fn prepare_queries(saved: Vec<(String, String)>) -> Result<Vec<Saved>> {
    let prepare = |query: String| Ok::<_, Error>(index::Prepared::new(&query.parse()?, Wording::shipped()));
    saved.into_iter().map(|(name, query)| Ok((name, prepare(query)?))).collect()
}

fn receipt<'m>(
    submission: &Submission<'_>,
    places: &[Place],
    decision: Decision<'m>,
    matches: Vec<String>,
) -> Receipt<'m> {
    let place = places.first().copied().unwrap_or_default();
    let Place { number, seq, outcome } = place;
    let (id, related, cluster) = (submission.id.clone(), Vec::new(), None);
    Receipt { id, number, seq, outcome, decision, matches, related, cluster }
}

fn kept(id: Id, place: Place) -> Kept {
    let Place { number, seq, outcome } = place;
    Kept { id, number, seq, outcome }
}

/// The keyed hash (BLAKE3, 64 bits) that stands for a reporter; empty for nobody.
fn pseudonym(salt: &[u8; 32], reporter: &str) -> String {
    let reporter = reporter.trim().to_lowercase();
    if reporter.is_empty() {
        return String::new();
    }
    let hash = blake3::keyed_hash(salt, reporter.as_bytes());
    hash.to_hex().chars().take(16).collect()
}
