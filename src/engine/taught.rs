//! From what people decided about complaints to labelled examples.

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::retrained::Sources;
use crate::complaint::Complaint;
use crate::ledger::Lesson;
use crate::model::{Bundle, Example};
use crate::place::{Level, RegionCode};
use crate::routing::{History, Instance, Lookup, main_category};

/// The heads that a store can teach, in the order of the labels of its examples.
pub(super) const HEADS: [&str; 6] = ["agency", "function", "category", "type", "village", "district"];
const AGENCY: usize = 0;
const FUNCTION: usize = 1;
const CATEGORY: usize = 2;
const KIND: usize = 3;
/// From here on they are of places.
pub(super) const PLACES: usize = 4;

/// Who says so, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Corrected,
    Accepted,
    Stated,
}

/// A label and who says so.
type Label = Option<(String, Source)>;

/// What complaints teach, as it is gathered.
#[derive(Debug)]
pub(super) struct Taught<'i> {
    pub(super) offices: Lookup<'i>,
    instance: &'i Instance,
    history: History<'i>,
    /// Hashes of what was added, but for what signs and capitals make of it.
    seen: FxHashSet<u64>,
    pub(super) sources: [Sources; HEADS.len()],
    /// The heads that a complaint has a label of, or is said not to be of, a bit each; by number.
    pub(super) labelled: FxHashMap<u64, u8>,
    pub(super) copies: u64,
    pub(super) unlabelled: u64,
}

impl<'i> Taught<'i> {
    pub(super) fn new(instance: &'i Instance, model: Option<&Bundle>) -> Self {
        Self {
            offices: Lookup::new(instance, model),
            instance,
            history: History::new(Some(instance), true),
            seen: FxHashSet::default(),
            sources: Default::default(),
            labelled: FxHashMap::default(),
            copies: 0,
            unlabelled: 0,
        }
    }

    pub(super) fn add(&mut self, lesson: &Lesson) {
        let complaint = lesson.said.complaint();
        let labels = self.labels(lesson, &complaint);
        let not = self.not(lesson);
        let place = self.place(lesson);
        let given = [complaint.village, complaint.district].iter().any(|field| !field.trim().is_empty());
        if labels.iter().all(Option::is_none) && not.is_empty() && place.is_none() && !given {
            self.unlabelled += 1;
            return;
        }
        let said = labels.iter().enumerate().filter(|(_, label)| label.is_some()).map(|(head, _)| head);
        let said = said.chain(not.iter().map(|(head, _)| *head)).fold(0, |bits, head| bits | 1 << head);
        self.labelled.insert(lesson.number, said);
        let key = key(&complaint, &labels, place);
        // A copy that an office sent back says more than the first one.
        if !self.seen.insert(key) && not.is_empty() {
            self.copies += 1;
            return;
        }
        for (sources, label) in self.sources.iter_mut().zip(&labels) {
            sources.add(label.as_ref().map(|(_, source)| *source));
        }
        for (head, _) in &not {
            if let Some(sources) = self.sources.get_mut(*head) {
                sources.bounced += 1;
            }
        }
        if let Some((code, source)) = place {
            for (sources, level) in
                self.sources.iter_mut().skip(PLACES).zip([Level::Village, Level::District])
            {
                sources.add(code.at(level).map(|_| source));
            }
        }
        let labels = labels.map(|label| label.map(|(label, _)| label));
        let example = Example { date: Some(lesson.received), not, ..Example::new("", labels) };
        self.history.add(&complaint, place.map(|(code, _)| code), example);
    }

    /// All examples; those without any label have something that they are not.
    pub(super) fn finish(self) -> (Vec<Example>, [Sources; HEADS.len()], Lookup<'i>) {
        let (mut examples, _) = self.history.finish();
        let mut sources = self.sources;
        for (head, sources) in sources.iter_mut().enumerate().skip(PLACES) {
            let of_place = |example: &&Example| example.labels.get(head).is_some_and(Option::is_some);
            let all = examples.iter().filter(of_place).count() as u64;
            sources.stated = all.saturating_sub(sources.corrected + sources.accepted);
        }
        examples.retain(|example| example.labels.iter().any(Option::is_some) || !example.not.is_empty());
        (examples, sources, self.offices)
    }

    fn labels(&mut self, lesson: &Lesson, complaint: &Complaint<'_>) -> [Label; PLACES] {
        let mut labels: [Label; PLACES] = Default::default();
        let corrected = &lesson.corrected;
        let known = |function: &&String| self.instance.directory().must_know(function).is_ok();
        let function = corrected.function.as_ref().filter(known).cloned();
        labels[FUNCTION] = function.clone().map(|function| (function, Source::Corrected));
        // For what no office is to have there is no right office.
        let for_an_office =
            corrected.action.as_deref().is_none_or(|action| action == "route" || action == "review");
        let offices = [
            (
                corrected.agency.as_ref().map(|office| (office.id.as_str(), office.name.as_str())),
                Source::Corrected,
            ),
            (
                lesson.accepted.as_ref().map(|office| (office.id.as_str(), office.name.as_str())),
                Source::Accepted,
            ),
        ];
        for (office, source) in offices {
            if source != Source::Corrected && !for_an_office {
                break;
            }
            let learned = office.and_then(|(id, name)| self.offices.office(id, name)).cloned();
            let Some(learned) = learned else { continue };
            // What is known of the function is known better than the office.
            if function.is_none() || learned.function == function {
                add(&mut labels[AGENCY], learned.agency, source);
            }
            add(&mut labels[FUNCTION], learned.function, source);
        }
        if for_an_office
            && labels[FUNCTION].is_none()
            && labels[AGENCY].is_none()
            && let Some(learned) = self.offices.named(complaint.sent_to).cloned()
            && !self.sent_back(lesson, &learned.id)
        {
            add(&mut labels[AGENCY], learned.agency, Source::Stated);
            add(&mut labels[FUNCTION], learned.function, Source::Stated);
        }
        let stated = main_category(complaint.stated_category).map(str::to_owned);
        add(&mut labels[CATEGORY], corrected.category.clone(), Source::Corrected);
        add(&mut labels[CATEGORY], stated, Source::Stated);
        let stated = complaint.stated_type.map(|kind| kind.label().to_owned());
        add(&mut labels[KIND], corrected.kind.clone(), Source::Corrected);
        add(&mut labels[KIND], stated, Source::Stated);
        labels
    }

    fn sent_back(&mut self, lesson: &Lesson, id: &str) -> bool {
        let offices = &mut self.offices;
        lesson
            .bounced
            .iter()
            .any(|office| offices.office(&office.id, &office.name).is_some_and(|known| known.id == id))
    }

    /// Labels of the offices that sent it back.
    fn not(&mut self, lesson: &Lesson) -> Vec<(usize, String)> {
        let mut not = Vec::new();
        for office in &lesson.bounced {
            let Some(learned) = self.offices.office(&office.id, &office.name) else { continue };
            not.extend(learned.agency.clone().map(|label| (AGENCY, label)));
            not.extend(learned.function.clone().map(|label| (FUNCTION, label)));
        }
        not
    }

    /// Where it is, as people said: by a correction, or by the office of a village or district that has it.
    fn place(&mut self, lesson: &Lesson) -> Option<(RegionCode, Source)> {
        let corrected = lesson.corrected.region.as_ref().and_then(|code| code.parse().ok());
        let offices = [(&lesson.corrected.agency, Source::Corrected), (&lesson.accepted, Source::Accepted)];
        corrected.map(|code| (code, Source::Corrected)).or_else(|| {
            offices.into_iter().find_map(|(office, source)| {
                let office = office.as_ref()?;
                Some((self.offices.office(&office.id, &office.name)?.region?, source))
            })
        })
    }
}

/// Where nobody said so before.
fn add(label: &mut Label, new: Option<String>, source: Source) {
    if label.is_none() {
        *label = new.map(|new| (new, source));
    }
}

/// What copies of a complaint have in common: letters and digits, labels and place.
fn key(complaint: &Complaint<'_>, labels: &[Label], place: Option<(RegionCode, Source)>) -> u64 {
    let mut key = String::with_capacity(complaint.text.len() + complaint.address.len() + 64);
    for part in [complaint.text, complaint.address] {
        key.extend(part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
        key.push('\n');
    }
    for part in [complaint.village, complaint.district, complaint.region] {
        key.push_str(part);
        key.push('\n');
    }
    for label in labels {
        key.push_str(label.as_ref().map_or("", |(label, _)| label));
        key.push('\n');
    }
    key.extend(place.map(|(code, _)| code.to_string()));
    xxh3_64(key.as_bytes())
}

impl Sources {
    fn add(&mut self, source: Option<Source>) {
        match source {
            Some(Source::Corrected) => self.corrected += 1,
            Some(Source::Accepted) => self.accepted += 1,
            Some(Source::Stated) => self.stated += 1,
            None => {}
        }
    }
}
