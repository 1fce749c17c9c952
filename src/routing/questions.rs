//! Which model answers which question: the one that ships with the crate, or the user's own where it has a head for
//! it.

use std::borrow::Cow;
use std::sync::Arc;

use super::categories::main_category;
use super::decision::{Answer, Body, NO_WORDS, OTHER_WORDS, Reason};
use super::directory::Directory;
use super::instance::Instance;
use super::listed::Listed;
use crate::complaint::{Complaint, ReportType};
use crate::model::{Bundle, Classifier, Head, HeadPrediction, join_address};
use crate::place::{Gazetteer, RegionCode};
use crate::text::Tokens;

/// Words of evidence in a decision.
const EVIDENCE: usize = 5;
/// From this probability on the model is believed against what an export states.
const TRUSTED: f32 = 0.8;
/// How often a place memory reads the address, see [`join_address`].
pub const MEMORY_ADDRESS: usize = 3;
/// Heads of a place memory: their labels are codes of regions.
pub(super) const MEMORY: [&str; 2] = ["village", "district"];
/// Villages and districts below this probability are left out of what the place memory says.
const FORGOTTEN: f32 = 2e-4;
/// Function of an office that is in no directory.
const UNKNOWN: &str = "lainnya";
/// Most tasks that are weighed.
const TASKS: usize = 3;

/// Who may have to act, before the place is known.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// The office itself, where a model of offices named it; else a function whose office the place decides.
    pub(super) who: Who,
    pub(super) p: f32,
    /// From which probability on the promise of the instance is kept.
    pub(super) sure: f32,
    /// The label it rests on, by its place among those of the head.
    pub(super) class: usize,
}

/// A function, or an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// The place says which of its offices.
    Function(Arc<str>),
    Body(Arc<Body>),
}

impl Who {
    pub(super) fn function(&self) -> &str {
        match self {
            Self::Function(function) => function,
            Self::Body(body) => &body.function,
        }
    }
}

/// A head of one of the models.
#[derive(Debug, Clone, Copy)]
struct Asked {
    own: bool,
    head: usize,
}

/// A model and its classifier.
#[derive(Debug)]
struct Reader<'m> {
    bundle: &'m Bundle,
    classifier: Classifier<'m>,
}

/// The classifiers of one thread, and which of their heads answers what.
#[derive(Debug)]
pub(super) struct Questions<'m> {
    shipped: Reader<'m>,
    own: Option<Reader<'m>>,
    task: Option<Asked>,
    /// What the labels of `task` stand for.
    who: Vec<Who>,
    category: Option<Asked>,
    kind: Option<Asked>,
    misconduct: Option<Asked>,
    urgent: Option<Asked>,
    place: Option<Asked>,
    time: Option<Asked>,
    /// The own model again, where it has a place memory: that reads the address with more weight.
    memory: Option<Reader<'m>>,
    /// The heads of the place memory, each with the regions that its labels stand for.
    places: Vec<(usize, Vec<Option<RegionCode>>)>,
    /// The villages and districts that the memory holds most probable.
    remembered: Vec<(RegionCode, f32)>,
    /// Text and address, for the own model.
    joined: String,
    max_error: f32,
    /// Ids of the models.
    pub(super) ids: Arc<str>,
}

impl<'m> Reader<'m> {
    fn new(bundle: &'m Bundle) -> Self {
        Self { bundle, classifier: bundle.classifier() }
    }
}

impl<'m> Questions<'m> {
    /// Of an own model every head counts whose name the decision knows, and `agency`: a head of names of offices. A
    /// head of another name is one of offices too when the directory knows most of its labels.
    pub(super) fn new(own: Option<&'m Bundle>, instance: &Instance) -> Self {
        let shipped = Bundle::shipped();
        let place = |bundle: &Bundle, name: &str| bundle.heads().iter().position(|head| head.name() == name);
        let asked = |name: &str| {
            let in_own = own.and_then(|own| place(own, name)).map(|head| Asked { own: true, head });
            in_own.or_else(|| place(shipped, name).map(|head| Asked { own: false, head }))
        };
        let offices = own.and_then(|own| {
            let named = place(own, "agency");
            let known = |head: &Head| {
                let known = head.labels().iter().filter(|label| instance.directory.find(label).is_some());
                2 * known.count() > head.labels().len()
            };
            named.or_else(|| own.heads().iter().position(known))
        });
        let task = offices.map(|head| Asked { own: true, head }).or_else(|| asked("function"));
        let ids = match own {
            Some(own) => format!("{} {}", own.id(), shipped.id()),
            None => shipped.id(),
        };
        let mut questions = Self {
            shipped: Reader::new(shipped),
            own: own.map(Reader::new),
            task,
            who: Vec::new(),
            category: asked("category"),
            kind: asked("type"),
            misconduct: asked("misconduct"),
            urgent: asked("urgent"),
            place: asked("where"),
            time: asked("when"),
            memory: None,
            places: Vec::new(),
            remembered: Vec::new(),
            joined: String::new(),
            max_error: instance.thresholds.max_error,
            ids: ids.into(),
        };
        questions.who = questions.labels(task).iter().map(|label| who(label, instance)).collect();
        for head in MEMORY.iter().filter_map(|name| own.and_then(|own| place(own, name))) {
            let labels = questions.labels(Some(Asked { own: true, head }));
            let code =
                |label: &String| label.parse().ok().filter(|code| Gazetteer::shipped().contains_code(*code));
            questions.places.push((head, labels.iter().map(code).collect()));
        }
        questions.memory = own.filter(|_| !questions.places.is_empty()).map(Reader::new);
        questions
    }

    /// Reads a complaint; what is asked for next is about it.
    pub(super) fn read(&mut self, complaint: &Complaint<'_>) {
        self.shipped.classifier.classify(complaint.text);
        if let Some(own) = &mut self.own {
            join_address(complaint.text, complaint.address, 1, &mut self.joined);
            own.classifier.classify(&self.joined);
        }
        if let Some(memory) = &mut self.memory {
            join_address(complaint.text, complaint.address, MEMORY_ADDRESS, &mut self.joined);
            memory.classifier.classify(&self.joined);
        }
        let mut remembered = std::mem::take(&mut self.remembered);
        remembered.clear();
        if let Some(memory) = &self.memory {
            let heads = memory.classifier.last();
            for (head, codes) in &self.places {
                let Some(answer) = heads.iter().nth(*head) else { continue };
                let known = codes.iter().zip(answer.probabilities()).filter(|(_, p)| **p >= FORGOTTEN);
                remembered.extend(known.filter_map(|(code, p)| Some(((*code)?, *p))));
            }
        }
        self.remembered = remembered;
    }

    /// What the place memory says of the complaint.
    pub(super) fn remembered(&self) -> &[(RegionCode, f32)] {
        &self.remembered
    }

    /// The tokens of the complaint's text.
    pub(super) fn tokens(&self) -> &Tokens {
        self.shipped.classifier.tokens()
    }

    /// Who may have to act, the most probable first; labels that stand for one function are taken together.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let Some(answer) = self.task.and_then(|asked| self.answer_of(asked)) else { return Vec::new() };
        let sure = answer.head().threshold(self.max_error).unwrap_or_default();
        let mut tasks: Vec<Task> = Vec::with_capacity(2 * TASKS);
        let mut best = Vec::with_capacity(TASKS + 1);
        answer.top(if self.folds() { usize::MAX } else { TASKS }, &mut best);
        for &(class, p) in &best {
            let Some(who) = self.who.get(class) else { continue };
            match tasks.iter_mut().find(|task| task.who == *who) {
                Some(task) => task.p = (task.p + p).min(1.0),
                None => tasks.push(Task {
                    who: who.clone(),
                    p,
                    sure: sure.get(class).copied().unwrap_or(f32::INFINITY),
                    class,
                }),
            }
        }
        tasks.sort_by(|a, b| b.p.total_cmp(&a.p));
        tasks.truncate(TASKS);
        tasks
    }

    /// The task of a function, however improbable.
    pub(super) fn task_of(&self, function: &str) -> Option<Task> {
        let answer = self.task.and_then(|asked| self.answer_of(asked))?;
        let class = self.who.iter().position(|who| who.function() == function)?;
        let sure = answer.head().threshold(self.max_error).and_then(|sure| sure.get(class));
        let p = answer.probabilities().get(class).copied()?;
        Some(Task {
            who: self.who.get(class)?.clone(),
            p,
            sure: sure.copied().unwrap_or(f32::INFINITY),
            class,
        })
    }

    /// Whether several labels may stand for one function.
    fn folds(&self) -> bool {
        self.task.is_some_and(|asked| asked.own)
    }

    /// The SP4N main category; the stated one, where there is one and the model is not sure of another.
    pub(super) fn category(&self, complaint: &Complaint<'_>) -> Answer<'m> {
        self.answer(self.category, main_category(complaint.stated_category))
    }

    /// The type of report; the stated one, where there is one and the model is not sure of another.
    pub(super) fn kind(&self, complaint: &Complaint<'_>) -> Answer<'m> {
        self.answer(self.kind, complaint.stated_type.map(ReportType::label))
    }

    pub(super) fn misconduct(&self) -> f32 {
        self.yes(self.misconduct)
    }

    pub(super) fn urgent(&self) -> f32 {
        self.yes(self.urgent)
    }

    pub(super) fn says_where(&self) -> bool {
        self.yes(self.place) >= 0.5
    }

    pub(super) fn says_when(&self) -> bool {
        self.yes(self.time) >= 0.5
    }

    /// The weightiest words of a task, all others together, and what is there without any; with the score.
    pub(super) fn reasons(&self, task: Option<&Task>) -> (Vec<Reason>, f64) {
        let why = task.zip(self.task).and_then(|(task, asked)| {
            self.reader(asked)?.classifier.explain_last(asked.head, task.class, EVIDENCE)
        });
        let Some(why) = why else { return (Vec::new(), 0.0) };
        let mut rest = why.score - why.bias;
        let mut reasons = Vec::with_capacity(EVIDENCE + 2);
        for evidence in why.evidence {
            rest -= evidence.contribution;
            let (words, contribution) = (Cow::Owned(evidence.words), evidence.contribution);
            reasons.push(Reason { words, contribution });
        }
        for (words, contribution) in [(OTHER_WORDS, rest), (NO_WORDS, why.bias)] {
            reasons.push(Reason { words: Cow::Borrowed(words), contribution });
        }
        (reasons, why.score)
    }

    fn answer(&self, asked: Option<Asked>, stated: Option<&'static str>) -> Answer<'m> {
        let found = asked.and_then(|asked| Some((self.head(asked)?, self.answer_of(asked)?)));
        let Some((head, answer)) = found else { return Answer::default() };
        if let Some(label) = stated.filter(|_| answer.p() < TRUSTED) {
            let class = head.labels().iter().position(|known| known == label);
            let p = class.and_then(|class| answer.probabilities().get(class)).copied().unwrap_or(0.0);
            // What was stated is wrong as often as right where the model disagrees.
            return Answer { label: label.into(), p: f32::midpoint(p, 1.0) };
        }
        let label = head.labels().get(answer.class()).map_or("", String::as_str);
        Answer { label: label.into(), p: answer.p() }
    }

    fn yes(&self, asked: Option<Asked>) -> f32 {
        let Some(answer) = asked.and_then(|asked| self.answer_of(asked)) else { return 0.0 };
        let yes = answer.head().labels().iter().position(|label| label == "yes");
        yes.and_then(|class| answer.probabilities().get(class)).copied().unwrap_or(0.0)
    }

    fn reader(&self, asked: Asked) -> Option<&Reader<'m>> {
        if asked.own { self.own.as_ref() } else { Some(&self.shipped) }
    }

    fn head(&self, asked: Asked) -> Option<&'m Head> {
        self.reader(asked)?.bundle.heads().get(asked.head)
    }

    fn labels(&self, asked: Option<Asked>) -> &'m [String] {
        asked.and_then(|asked| self.head(asked)).map(Head::labels).unwrap_or_default()
    }

    fn answer_of(&self, asked: Asked) -> Option<HeadPrediction<'_>> {
        self.reader(asked)?.classifier.last().iter().nth(asked.head)
    }
}

/// What a label stands for: a function, an office of the directory, or what is in no directory. Of offices that
/// differ by territory alone it is the function.
fn who(label: &str, instance: &Instance) -> Who {
    let directory: &Directory = &instance.directory;
    if directory.must_know(label).is_ok() {
        return Who::Function(label.into());
    }
    match directory.find(label) {
        Some(Listed::Office(office)) if office.is_local() => Who::Function(office.function.into()),
        Some(Listed::Office(office)) => Who::Body(Arc::new(office.into())),
        Some(Listed::Unit(unit)) => Who::Body(Arc::new(unit.into())),
        None => Who::Body(Arc::new(Body {
            id: label.to_owned(),
            name: label.to_owned(),
            function: UNKNOWN.to_owned(),
            region: instance.territory,
        })),
    }
}
