//! The order of the steps from a complaint to a decision.

use std::borrow::Cow;
use std::sync::Arc;

use crate::complaint::{Complaint, ReportType};
use crate::model::Bundle;
use crate::place::{Gazetteer, Level, Place, PlaceQuery, RegionCode, Resolver};

use super::action::{Outlook, action};
use super::completeness::Completeness;
use super::decision::{Agency, Answer, Body, Decision, Guess, Site, SiteEvidence};
use super::flags::{Flag, Said, Signs};
use super::instance::Instance;
use super::jurisdiction::{Chosen, Jurisdiction, Ruling};
use super::office::Tier;
use super::offices::Offices;
use super::questions::{Questions, Task, Who};

/// From which probability on a text speaks of another office than the entry point's clearly enough.
const CLEAR: f32 = 0.85;
/// Least probability of another task that is worth showing.
const ALTERNATIVE: f32 = 0.05;

/// Decides about complaints; the models and the buffers of one thread.
///
/// ```
/// use pilah::complaint::Complaint;
/// use pilah::routing::{Action, Triage};
///
/// let mut triage = Triage::shipped();
/// let text = "Lampu penerangan jalan di depan balai RW mati sejak seminggu, jalan jadi gelap";
/// let decision = triage.decide(&Complaint { text, village: "Mojo", district: "Gubeng", ..Complaint::default() });
/// let agency = decision.agency.unwrap();
/// assert_eq!(agency.id, "perhubungan@35.78");
/// assert_eq!(agency.name, "Dinas Perhubungan Kota Surabaya");
/// let sum: f64 = decision.evidence.iter().map(|reason| reason.contribution).sum();
/// assert!((sum - decision.score).abs() < 1e-6);
/// ```
#[derive(Debug)]
pub struct Triage<'m> {
    questions: Questions<'m>,
    resolver: Resolver<'static>,
    instance: Cow<'m, Instance>,
    offices: Offices,
    chosen: Chosen,
}

impl Triage<'static> {
    /// With the model and tables that ship with the crate, for the whole country.
    pub fn shipped() -> Self {
        Self::new(None, Cow::Owned(Instance::whole_country()))
    }
}

impl<'m> Triage<'m> {
    /// With the model that ships with the crate, for an instance.
    pub fn of(instance: &'m Instance) -> Self {
        Self::new(None, Cow::Borrowed(instance))
    }

    /// With a model of one's own beside the one that ships with the crate. It answers what it has heads for: `agency`,
    /// a head of names of offices (or any head whose labels the instance's directory knows), or `function`; `category`,
    /// `type`, `misconduct`, `urgent`; and `village` and `district`, the place memory, whose labels are codes of regions.
    pub fn with_model(model: &'m Bundle, instance: &'m Instance) -> Self {
        Self::new(Some(model), Cow::Borrowed(instance))
    }

    fn new(own: Option<&'m Bundle>, instance: Cow<'m, Instance>) -> Self {
        Self {
            questions: Questions::new(own, &instance),
            resolver: Resolver::new(Gazetteer::shipped()),
            instance,
            offices: Offices::default(),
            chosen: Chosen::default(),
        }
    }

    /// The same for a territory: it decides between namesakes, and complaints without a place are taken to be from
    /// there.
    #[must_use]
    pub fn within(mut self, territory: RegionCode) -> Self {
        self.instance.to_mut().territory = Some(territory);
        self
    }

    /// What is to be done with a complaint. Any complaint gets a decision.
    pub fn decide(&mut self, complaint: &Complaint<'_>) -> Decision<'m> {
        let text = self.instance.without_prefix(complaint.text);
        let complaint = &Complaint { text, ..*complaint };
        self.questions.read(complaint);
        let place = self.place(complaint);
        let region = place.as_ref().map(|place| place.region);
        let jurisdiction = Jurisdiction::shipped();
        jurisdiction.choose(self.questions.tokens(), &mut self.chosen);

        let said = Signs::shipped().read(self.questions.tokens());
        let kind = self.questions.kind(complaint);
        let complete = self.completeness(complaint, place.as_ref());
        let mut flags = said.flags.clone();
        let thresholds = &self.instance.thresholds;
        if self.questions.misconduct() >= thresholds.misconduct
            || kind.label == ReportType::Supervision.label()
        {
            flags.push(Flag::Misconduct);
        }
        if self.questions.urgent() >= thresholds.urgent {
            flags.push(Flag::Urgent);
        }
        let mut tasks = self.questions.tasks();
        flags.extend(self.favour_entry(complaint, &mut tasks));

        let ruling = tasks.first().and_then(|task| self.ruling(task));
        let agency = tasks.first().and_then(|task| self.agency(task, ruling, place.as_ref()));
        let mut alternatives = self.alternatives(&tasks, ruling, agency.as_ref(), place.as_ref());
        self.add_sent_to(complaint.sent_to.trim(), agency.as_ref(), &mut alternatives);
        let also = self.overseer(&said, &mut flags, agency.as_ref(), region);
        let units = self.units(region);
        flags.sort_unstable();
        flags.dedup();
        let task = tasks.first();
        let (action, reason) = action(&Outlook {
            flags: &flags,
            kind: &kind,
            complete,
            agency: agency.as_ref(),
            sure: task.is_some_and(|task| task.p >= task.sure),
            p_place: agency.as_ref().map_or(0.0, |agency| self.p_of(agency.region, place.as_ref())),
            p: task.map_or(0.0, |task| task.p),
            placed: region.is_some(),
            out_of_scope: said.out_of_scope && !said.official && !said.flags.contains(&Flag::Misconduct),
        });
        let (evidence, score) = self.questions.reasons(task);
        Decision {
            action,
            reason,
            kind,
            category: self.questions.category(complaint),
            function: task.map_or_else(Answer::default, |task| Answer {
                label: task.who.function().to_owned().into(),
                p: task.p,
            }),
            agency,
            alternatives,
            also,
            units,
            place: place.map(site),
            flags,
            missing: complete.missing().collect(),
            evidence,
            score,
            model: self.questions.ids.clone(),
            rules: ruling.map_or("", |ruling| ruling.id.as_str()),
        }
    }

    fn place(&mut self, complaint: &Complaint<'_>) -> Option<Place> {
        let code =
            if complaint.region.starts_with(|c: char| c.is_ascii_digit()) { complaint.region } else { "" };
        let query = PlaceQuery {
            text: complaint.text,
            address: complaint.address,
            village: complaint.village,
            district: complaint.district,
            regency: if code.is_empty() { complaint.region } else { "" },
            province: complaint.province,
            code,
            within: self.instance.territory,
            memory: self.questions.remembered(),
        };
        self.resolver.resolve_tokens(&query, self.questions.tokens())
    }

    fn completeness(&self, complaint: &Complaint<'_>, place: Option<&Place>) -> Completeness {
        let says_where = self.questions.says_where();
        Completeness::of(complaint, self.questions.tokens(), place, says_where, self.questions.says_when())
    }

    /// Puts the function of the entry point first, unless the text clearly speaks of another: then it is flagged, and
    /// so is an entry point that is not known.
    fn favour_entry(&self, complaint: &Complaint<'_>, tasks: &mut Vec<Task>) -> Option<Flag> {
        let entry = complaint.entry.trim();
        if entry.is_empty() {
            return None;
        }
        let function = self.instance.entry.get(entry).map_or(entry, String::as_str);
        if self.instance.directory.must_know(function).is_err() {
            return Some(Flag::EntryUnknown);
        }
        let first = tasks.first()?;
        if first.who.function() == function {
            return None;
        }
        if first.p >= CLEAR {
            return Some(Flag::EntryMismatch);
        }
        let task = self.questions.task_of(function)?;
        tasks.retain(|other| other.who != task.who);
        tasks.insert(0, Task { p: task.p.max(0.5), ..task });
        None
    }

    /// The rule of jurisdiction on a function; an office that a model named needs none.
    fn ruling(&self, task: &Task) -> Option<&'static Ruling> {
        match &task.who {
            Who::Function(function) => Jurisdiction::shipped().ruling(function, &self.chosen),
            Who::Body(_) => None,
        }
    }

    /// Who has a task, for a place.
    fn agency(&mut self, task: &Task, ruling: Option<&Ruling>, place: Option<&Place>) -> Option<Agency> {
        let body = match &task.who {
            Who::Function(function) => {
                let mut at = |region| self.offices.by(&self.instance.directory, function, ruling, region);
                // Where the place is not sure enough, the office of the likeliest village is proposed.
                let guess = || place.and_then(|place| place.guess).map(|(village, _)| village);
                at(place.map(|place| place.region)).or_else(|| at(Some(guess()?)))?
            }
            Who::Body(body) => body.clone(),
        };
        let p = task.p * self.p_of(body.region, place);
        Some(Agency { body, p })
    }

    /// How probable it is that the complaint belongs into a region; everything does into the instance's territory.
    fn p_of(&self, region: Option<RegionCode>, place: Option<&Place>) -> f32 {
        let (Some(region), Some(place)) = (region, place) else { return 1.0 };
        match self.instance.territory {
            Some(territory) if region.contains(&territory) => 1.0,
            _ => place.p_in(region),
        }
    }

    /// Other levels that may have the first task, then other tasks.
    fn alternatives(
        &mut self,
        tasks: &[Task],
        ruling: Option<&Ruling>,
        agency: Option<&Agency>,
        place: Option<&Place>,
    ) -> Vec<Agency> {
        let region = place.map(|place| place.region);
        let mut others = Vec::new();
        if let (Some(task), Some(ruling)) = (tasks.first(), ruling) {
            for tier in &ruling.also {
                let body = self.offices.at(&self.instance.directory, task.who.function(), *tier, region);
                others.extend(body.map(|body| Agency { body, p: 0.0 }));
            }
        }
        for task in tasks.iter().skip(1).filter(|task| task.p >= ALTERNATIVE) {
            let ruling = self.ruling(task);
            others.extend(self.agency(task, ruling, place));
        }
        others.retain(|other| agency.is_none_or(|agency| agency.id != other.id));
        others
    }

    /// Where the export says which office it was sent to, that is an alternative too: the first.
    fn add_sent_to(&mut self, name: &str, agency: Option<&Agency>, alternatives: &mut Vec<Agency>) {
        if name.is_empty() {
            return;
        }
        let Some(body) = self.offices.named(&self.instance.directory, name) else { return };
        let known =
            alternatives.iter().position(|other| other.id == body.id).map(|at| alternatives.remove(at));
        if agency.is_none_or(|agency| agency.id != body.id) {
            alternatives.insert(0, known.unwrap_or(Agency { body, p: 0.0 }));
        }
    }

    /// A complaint against an office never has that office as its only handler: the inspectorate is told too; one
    /// against a head of region or the inspectorate, the inspectorate above.
    fn overseer(
        &mut self,
        said: &Said,
        flags: &mut Vec<Flag>,
        agency: Option<&Agency>,
        region: Option<RegionCode>,
    ) -> Vec<Agency> {
        let oversees = agency.is_some_and(|agency| agency.function == OVERSIGHT);
        let against = said.overseen || (said.official && !oversees);
        if !flags.contains(&Flag::Misconduct) || !against {
            return Vec::new();
        }
        flags.push(Flag::ConflictOfInterest);
        let level = agency.and_then(|agency| agency.region).map(RegionCode::level);
        let tier = match (level, said.overseen) {
            (None, _) if agency.is_some() => Tier::National,
            (Some(Level::Province), true) => Tier::National,
            (Some(Level::Province), false) | (_, true) => Tier::Province,
            _ => Tier::Regency,
        };
        let body = self.offices.at(&self.instance.directory, OVERSIGHT, tier, region);
        let other = |body: &Arc<Body>| agency.is_none_or(|agency| agency.id != body.id);
        body.filter(other).map(|body| Agency { body, p: 1.0 }).into_iter().collect()
    }

    /// The units that the text names.
    fn units(&self, place: Option<RegionCode>) -> Vec<Body> {
        let directory = &self.instance.directory;
        let mentions = directory.units().find(self.questions.tokens());
        let mut units: Vec<Body> =
            mentions.iter().flat_map(|mention| directory.units_of(mention, place)).map(Body::from).collect();
        units.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        units.dedup();
        units
    }
}

/// The function of the inspectorates.
const OVERSIGHT: &str = "pengawasan";

fn site(place: Place) -> Site {
    let evidence = place
        .evidence
        .into_iter()
        .map(|evidence| SiteEvidence { words: evidence.words, source: evidence.source });
    Site {
        region: place.region,
        name: Gazetteer::shipped().full_name(place.region).unwrap_or_default(),
        p: place.p,
        guess: place.guess.map(|(region, p)| Guess { region, p }),
        evidence: evidence.collect(),
    }
}
