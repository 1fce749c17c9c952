//! Where a complaint belongs: from fields, addresses and free text to the code of a region, as deep as is sure.
//!
//! [`Gazetteer`] knows every province, regency, district and village and their names; [`Resolver`] answers a
//! [`PlaceQuery`] with a [`Place`]: a [`RegionCode`], a probability, and the words that it rests on.
//!
//! ```
//! use pilah::place::{Gazetteer, PlaceQuery, Resolver};
//!
//! let gazetteer = Gazetteer::shipped();
//! let mut resolver = Resolver::new(gazetteer);
//! let surabaya = "35.78".parse().ok();
//! let mut answer = |text| {
//!     let place = resolver.resolve(&PlaceQuery { text, within: surabaya, ..PlaceQuery::default() });
//!     place.and_then(|place| gazetteer.full_name(place.region)).unwrap_or_default()
//! };
//! assert_eq!(answer("Banjir di Medokan Ayu"), "Kelurahan Medokan Ayu");
//! assert_eq!(answer("Banjir di Gubeng"), "Kecamatan Gubeng"); // the village or the district: the district is sure
//! assert_eq!(answer("Banjir di Jl. Kebraon"), "Kota Surabaya"); // a street may lie anywhere
//! ```
//!
//! # How a query is read
//!
//! 1. Fields, from the province down; each narrows where the next is looked for. A name may stand in any case, with
//!    or without what kind of region it is, in one word or several, and an edit or two away from the right spelling
//!    where the region above is known.
//! 2. The address, then the text. Names of one to four words count behind a word that says what they are (`kel`,
//!    `kecamatan`, `kota`, `lurah` …), or alone, unless they are everyday words (`data/places/common_words.txt`),
//!    names of people, or follow `jl`, `gang` and their like. Everyday names of regions are those of
//!    `data/places/aliases.csv`.
//! 3. Then, what only the rest of the text makes certain: an everyday word with a capital inside a sentence, right beside
//!    the name of a region around it (`di Gambut, Kab Banjar`), or behind `di` in a regency or district that is named or
//!    is the territory; a name outside the territory right beside that of what is around it (`Waru Sidoarjo`), also
//!    behind `jalan raya`; a marked name one edit away from one in a region that is named (`kec Cengkaren jakbar`); and
//!    a word one edit away from what is around the name before it (`kel Pagutan Mataran`).
//! 4. Namesakes are told apart by the other names of the query and by the territory of whoever asks. An everyday word
//!    without a capital behind a marker (`kantor lurah gelap`) is dropped where these lie elsewhere.
//! 5. The hypothesis with most support wins. A rival with at least seven tenths of its support leaves what both have in
//!    common, and where nothing reaches one half, the region above is said. Unmarked, a region outside the territory
//!    counts only when one name means a district or village and another what is around it.
//! 6. Where a place memory was asked and no field names the village, its villages are weighed together with the names
//!    found (a conditional logit with fitted weights): the deepest region that reaches one half is said, and the
//!    likeliest village, however unsure, is the guess.
//!
//! # What p means
//!
//! One minus the product of the errors below over all mentions that name the region, and of 0.7 for each mention of
//! its district and 0.95 for each of what stands higher; less where a rival has support; at most 0.99. The errors of
//! addresses and texts were measured on complaints to one city, with its territory given.
//!
//! | a name | error | | a name | error |
//! |---|---|---|---|---|
//! | in the field for the code | 0.01 | | alone in the address: district and above | 0.10 |
//! | in another field | 0.02 | | alone in the address: village | 0.26 |
//! | marked in the address | 0.04 | | alone in the text: district and above | 0.15 |
//! | marked in the text | 0.06 | | alone in the text: village | 0.32 |
//! | misspelled | + 0.08 | | alone, part of a street, an estate or a landmark | + 0.10 |
//! | – | | | alone, district or village, no territory[^far] | + 0.45 |
//!
//! [^far]: Nor another name for what is around it, with which its own may begin (`Purwokerto Timur`).
//!
//! The territory alone, when nothing speaks for a part of it, has 0.5.

mod code;
mod decide;
mod fields;
mod gazetteer;
mod history;
mod index;
mod late;
mod mention;
mod near;
mod pool;
mod resolve;
mod roll;
mod scan;
mod steps;
mod words;

pub use code::{Level, RegionCode};
pub use gazetteer::Gazetteer;
pub use history::{PlaceFields, villages_of};
pub use resolve::{Place, PlaceEvidence, PlaceQuery, PlaceSource, Resolver};
