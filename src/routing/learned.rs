//! What a model learns of an office that has a complaint: labels of the heads `agency` and `function`, and a place.

use rustc_hash::FxHashMap;

use super::instance::Instance;
use super::listed::Listed;
use crate::model::{Bundle, Head};
use crate::place::{Level, RegionCode};

/// The labels of an office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    /// Its id as the directory has it; else as it was given.
    pub(crate) id: String,
    /// Of the head `agency`: its name, or its function where a city has many such offices. None without a territory, for
    /// then all offices of a function differ by territory alone.
    pub(crate) agency: Option<String>,
    /// Of the head `function`; none for an office that is in no directory.
    pub(crate) function: Option<String>,
    /// Its territory, where that is a village or a district.
    pub(crate) region: Option<RegionCode>,
}

/// Looks offices up, each once.
#[derive(Debug)]
pub(crate) struct Lookup<'i> {
    instance: &'i Instance,
    /// How a model in use spells the names of offices, by id.
    spelled: FxHashMap<String, String>,
    known: FxHashMap<(String, String), Option<Learned>>,
}

impl<'i> Lookup<'i> {
    /// Of an instance. Where a model is given, offices that its head `agency` knows are called as there, so that the two
    /// can be compared.
    pub(crate) fn new(instance: &'i Instance, model: Option<&Bundle>) -> Self {
        let heads = model.map(Bundle::heads).unwrap_or_default();
        let labels = heads.iter().filter(|head| head.name() == "agency").flat_map(Head::labels);
        let spelled = labels.filter_map(|label| Some((instance.directory.find(label)?.id(), label.clone())));
        // Of two spellings the first one stays.
        let mut by_id = FxHashMap::default();
        for (id, label) in spelled {
            by_id.entry(id).or_insert(label);
        }
        Self { instance, spelled: by_id, known: FxHashMap::default() }
    }

    /// The office of an id and a name, either of which may be empty; `None` when there is nothing to be learned.
    pub(crate) fn office(&mut self, id: &str, name: &str) -> Option<&Learned> {
        let key = (id.to_owned(), name.to_owned());
        if !self.known.contains_key(&key) {
            let listed = self.by_id(id).or_else(|| self.by_name(id, name));
            let shown = if name.is_empty() { id } else { name };
            let learned = match listed {
                Some(listed) => Some(self.learned(&listed)),
                None if shown.is_empty() => None,
                None => {
                    let agency = self.instance.territory.map(|_| shown.to_owned());
                    Some(Learned { id: id.to_owned(), agency, ..Learned::default() })
                }
            };
            self.known.insert(key.clone(), learned);
        }
        self.known.get(&key)?.as_ref()
    }

    /// The same by what a source calls it; `None` for what is in no directory.
    pub(crate) fn named(&mut self, name: &str) -> Option<&Learned> {
        let name = name.trim();
        self.office("", name).filter(|learned| !learned.id.is_empty())
    }

    /// The function that a label of the head `agency` stands for, where one does.
    pub(crate) fn function_of(&self, label: &str) -> Option<String> {
        let directory = &self.instance.directory;
        if directory.must_know(label).is_ok() {
            return Some(label.to_owned());
        }
        directory.find(label).map(|listed| listed.function().to_owned())
    }

    /// `FUNCTION@REGION`.
    fn by_id(&self, id: &str) -> Option<Listed> {
        let (function, region) = id.split_once('@')?;
        let directory = &self.instance.directory;
        directory.must_know(function).ok()?;
        let office = match region {
            "00" => directory.national(function),
            region => directory.office(function, region.parse().ok()?),
        };
        office.map(Listed::Office)
    }

    /// Among those of a name the one of that id, where one has it; units are found so, too.
    fn by_name(&self, id: &str, name: &str) -> Option<Listed> {
        let directory = &self.instance.directory;
        let name = if name.is_empty() { id } else { name };
        let same = directory.find_all(name).into_iter().find(|listed| listed.id() == id);
        same.or_else(|| directory.find(name))
    }

    fn learned(&self, listed: &Listed) -> Learned {
        let function = listed.function().to_owned();
        let local = |region: &RegionCode| region.level() >= Level::District;
        let region = listed.region().filter(local);
        let id = listed.id();
        let many = matches!(listed, Listed::Office(office) if office.is_local());
        let agency = self.instance.territory.map(|_| match self.spelled.get(&id) {
            _ if many => function.clone(),
            Some(spelled) => spelled.clone(),
            // A name that leads back to another office, or to none, would say less than the function.
            None if self.instance.directory.find(listed.name()).is_some_and(|found| found.id() == id) => {
                listed.name().to_owned()
            }
            None => function.clone(),
        });
        Learned { id, agency, function: Some(function), region }
    }
}

#[cfg(test)]
mod tests {
    use super::Lookup;
    use crate::routing::Instance;

    #[test]
    fn offices_lead_to_labels_that_lead_back() {
        let surabaya = Instance::load("data/instances/surabaya.toml").unwrap();
        let mut offices = Lookup::new(&surabaya, None);
        let transport = offices.office("perhubungan@35.78", "").unwrap().clone();
        assert_eq!(transport.function.as_deref(), Some("perhubungan"));
        assert_eq!(
            surabaya.directory().find(transport.agency.as_deref().unwrap()).unwrap().id(),
            transport.id
        );
        let village = offices.office("kelurahan-desa@35.78.09.1001", "").unwrap().clone();
        assert_eq!(village.agency.as_deref(), Some("kelurahan-desa"));
        assert_eq!(village.region.unwrap().to_string(), "35.78.09.1001");
        assert_eq!(offices.named("Dinas Perhubungan").unwrap(), &transport);
        assert_eq!(offices.named("Dinas Entah Apa"), None);
        assert_eq!(
            offices.office("x:1", "Dinas Entah Apa").unwrap().agency.as_deref(),
            Some("Dinas Entah Apa")
        );
        assert_eq!(offices.office("", ""), None);
        // Of the whole country an office says its function, and no more.
        let mut offices = Lookup::new(Instance::shipped(), None);
        let transport = offices.office("perhubungan@35.78", "").unwrap();
        assert_eq!((transport.agency.as_deref(), transport.function.as_deref()), (None, Some("perhubungan")));
    }
}
