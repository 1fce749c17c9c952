//! A portrait without what follows from it: as it is kept.

use serde::{Deserialize, Serialize};

use super::objects::objects;
use super::portrait::{Context, Portrait, Roles, Totals, WORDS, Word};
use super::rarity::Rarity;
use super::site::Site;

/// What cannot be reckoned again without the text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sketch {
    /// Key and roles of each word and number, ascending by key.
    pub(super) words: Vec<(u32, Roles)>,
    /// The text, in order: where in `words` each of its words stands, and its letters.
    pub(super) text: Vec<(u16, u8)>,
    pub(super) numbers: Vec<u16>,
    pub(super) numbered: Vec<(u32, u16)>,
    pub(super) grams: Vec<u16>,
    pub(super) site: Site,
    pub(super) context: Context,
}

impl Sketch {
    /// With what follows from it.
    pub(super) fn finish(self, rarity: &Rarity) -> Portrait {
        let Self { words: keys, text, numbers, numbered, grams, site, context } = self;
        let mut words: Vec<Word> =
            keys.iter().map(|(key, roles)| Word::new(*key, rarity.idf(*key), *roles)).collect();
        for (at, _) in &text {
            if let Some(word) = words.get_mut(usize::from(*at)) {
                word.times = word.times.saturating_add(1);
            }
        }
        // Each word has its places behind those of the words before it.
        let mut positions = vec![0; text.len()];
        let mut next = 0;
        for word in &mut words {
            word.first = next;
            next = next.saturating_add(u16::from(word.times));
        }
        let mut filled = vec![0; words.len()];
        for (position, (at, _)) in (0..).zip(&text) {
            let at = usize::from(*at);
            if let (Some(word), Some(filled)) = (words.get(at), filled.get_mut(at))
                && *filled < word.times
            {
                if let Some(place) = positions.get_mut(usize::from(word.first) + usize::from(*filled)) {
                    *place = position;
                }
                *filled += 1;
            }
        }
        let in_text = words.iter().filter(|word| word.is(Roles::TEXT)).map(|word| word.key);
        let objects = objects(in_text);
        let mut totals = Totals::of(&words, &text, &context);
        totals.objects_norm = objects.iter().map(|object| rarity.object(*object).powi(2)).sum::<f64>().sqrt();
        Portrait {
            totals,
            objects: objects.into(),
            site,
            words: words.into(),
            text: text.into(),
            positions: positions.into(),
            numbers: numbers.into(),
            numbered: numbered.into(),
            grams: grams.into(),
            context,
        }
    }
}

impl Portrait {
    /// The bytes to keep, the same on every platform: hashes of words, numbers, what it is about; some 600 for a complaint
    /// of 50 words. What follows from them and from the model's own counts is left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let sketch = Sketch {
            words: self.words.iter().map(|word| (word.key, word.roles)).collect(),
            text: self.text.to_vec(),
            numbers: self.numbers.to_vec(),
            numbered: self.numbered.to_vec(),
            grams: self.grams.to_vec(),
            site: self.site,
            context: self.context.clone(),
        };
        // Into memory, and of numbers alone: nothing can fail.
        postcard::to_stdvec(&sketch).unwrap_or_default()
    }

    /// From kept bytes; `None` for others.
    pub(super) fn from_bytes(bytes: &[u8], rarity: &Rarity) -> Option<Self> {
        let sketch: Sketch = postcard::from_bytes(bytes).ok()?;
        let ascends = sketch.words.is_sorted_by(|(one, _), (next, _)| one < next);
        let fits = sketch.text.len() <= WORDS && sketch.words.len() <= 2 * WORDS;
        (ascends && fits).then(|| sketch.finish(rarity))
    }
}
