//! All regions of the country and their names.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::code::{Level, RegionCode};
use super::index::{Entry, NameIndex, Named};
use super::roll::Name;
use super::words::{Kinds, Words};

/// The 38 provinces, 514 regencies and cities, 7,285 districts and 83,762 villages of `data/places/regions.csv`.
///
/// Names are slices of the table that is part of the program; only codes, offsets and the index of names are built,
/// once. Cost: ready in about 20 ms, 3.5 MB; a name by its code takes a binary search.
///
/// ```
/// use pilah::place::Gazetteer;
///
/// let gazetteer = Gazetteer::shipped();
/// let village = "35.78.08.1002".parse()?;
/// assert_eq!(gazetteer.full_name(village).as_deref(), Some("Kelurahan Mojo"));
/// assert_eq!(gazetteer.children("35.78.08".parse()?).count(), 6);
/// # Ok::<(), pilah::Error>(())
/// ```
#[derive(Debug)]
pub struct Gazetteer {
    text: &'static str,
    /// Ascending, so that whatever belongs to a region stands right behind it.
    codes: Vec<RegionCode>,
    /// Where the name of each region begins in the text; it ends with the line.
    names: Vec<u32>,
    /// The letters of each name, see [`Name::letters`].
    letters: Vec<u32>,
    /// The rows of provinces and regencies.
    upper: Vec<u32>,
    index: NameIndex,
    /// One bit for some bits of the key of each beginning of a name, up to the end of a word.
    begins: Box<[u64; BEGINS]>,
}

/// Words of [`Gazetteer::begins`]: 131,072 bits for some 15,000 beginnings.
const BEGINS: usize = 2048;

impl Gazetteer {
    /// The gazetteer that ships with the crate.
    pub fn shipped() -> &'static Self {
        static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
            Gazetteer::parse(
                include_str!("../../data/places/regions.csv"),
                include_str!("../../data/places/aliases.csv"),
            )
        });
        &GAZETTEER
    }

    /// `text`: a header line, then `code,name` in the order of the codes. `aliases`: a header line, then
    /// `alias,code` and more columns. Lines that say nothing are passed over.
    fn parse(text: &'static str, aliases: &str) -> Self {
        let words = Words::shipped();
        let count = text.len() / 24;
        let (mut codes, mut names, mut letters) =
            (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        let mut named = Vec::with_capacity(count + count / 8);
        let mut upper = Vec::new();
        let mut begins = Box::new([0; BEGINS]);
        let mut begin = |key: u64| {
            let (word, bit) = begin(key);
            begins[word] |= bit;
        };
        let mut at = text.find('\n').map_or(text.len(), |end| end + 1);
        while at < text.len() {
            let rest = &text[at..];
            let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let line = &rest[..end];
            let comma = line.bytes().position(|byte| byte == b',').unwrap_or(0);
            if let Some(code) = RegionCode::of_row(&line.as_bytes()[..comma]) {
                let row = codes.len() as u32;
                names.push((at + comma + 1) as u32);
                codes.push(code);
                if code.level() <= Level::Regency {
                    upper.push(row);
                }
                let bare = bare(&line[comma + 1..], code);
                let name = Name::read(bare, &mut begin);
                letters.push(name.letters);
                let mut add = |name: Name| {
                    let common = words.is_common(name.key) || words.is_stop(name.key);
                    named.push(Named { key: name.key, row, common, alias: false });
                    if name.full != name.key {
                        named.push(Named { key: name.full, row, common, alias: false });
                    }
                };
                add(name);
                if name.several {
                    let parts = bare.split(['/', '(', ')']).map(str::trim);
                    parts.filter(|part| part.len() >= 4).for_each(|part| add(Name::read(part, |_| ())));
                }
            }
            at += end + 1;
        }
        for line in aliases.lines().skip(1) {
            let mut columns = line.split(',');
            let (Some(alias), Some(code)) = (columns.next(), columns.next()) else { continue };
            let row = RegionCode::parse(code).and_then(|code| codes.binary_search(&code).ok());
            let Some(row) = row else { continue };
            let key = Name::read(alias, &mut begin).full;
            named.push(Named { key, row: row as u32, common: false, alias: true });
        }
        Self { text, codes, names, letters, upper, index: NameIndex::build(&named), begins }
    }

    /// How many regions there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// All codes, ascending.
    pub fn codes(&self) -> &[RegionCode] {
        &self.codes
    }

    /// Whether there is a region of that code.
    pub fn contains_code(&self, code: RegionCode) -> bool {
        self.row(code).is_some()
    }

    /// The name as the ministry's table has it: `Mojo`, `Gubeng`, `Kota Surabaya`, `Jawa Timur`.
    pub fn name(&self, code: RegionCode) -> Option<&'static str> {
        self.row(code).map(|row| self.name_of(row))
    }

    /// The name with what kind of region it is: `Kelurahan Mojo`, `Kecamatan Gubeng`, `Kota Surabaya`, `Provinsi Jawa
    /// Timur`.
    pub fn full_name(&self, code: RegionCode) -> Option<Cow<'static, str>> {
        let name = self.name(code)?;
        let kind = match code.level() {
            Level::Province => "Provinsi",
            Level::Regency => return Some(Cow::Borrowed(name)),
            Level::District => "Kecamatan",
            Level::Village if code.is_kelurahan() => "Kelurahan",
            Level::Village => "Desa",
        };
        Some(Cow::Owned(format!("{kind} {name}")))
    }

    /// The regions of a name, ascending; a name of the table or an everyday one. Case, spaces and signs do not
    /// matter, and what kind of region it is may stand before it.
    ///
    /// Cost: well below a microsecond, and an allocation where there is one.
    ///
    /// ```
    /// use pilah::place::Gazetteer;
    ///
    /// let codes = Gazetteer::shipped().named("kota surabaya");
    /// assert_eq!(codes.first().map(ToString::to_string).as_deref(), Some("35.78"));
    /// assert!(Gazetteer::shipped().named("Kabupaten Surabaya").is_empty());
    /// ```
    pub fn named(&self, name: &str) -> Vec<RegionCode> {
        let (kinds, rest) = kind_before(name.trim());
        let mut codes = Vec::new();
        let mut add = |name: &str, kinds: Kinds| {
            let read = Name::read(name, |_| ());
            let other = if read.full == read.key { &[] } else { self.find(read.full) };
            let known = self.find(read.key).iter().chain(other).filter_map(|entry| self.code_of(entry.row()));
            codes.extend(known.filter(|code| kinds.allow(*code)));
        };
        // `Kota Baru` is a village's whole name.
        add(name, Kinds::ALL);
        if let Some(kinds) = kinds {
            add(rest, kinds);
        }
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Whether a lower-case word is an everyday one, so that alone it names nothing.
    pub(crate) fn is_everyday(word: &str) -> bool {
        let key = Name::read(word, |_| ()).key;
        Words::shipped().is_common(key) || Words::shipped().is_stop(key)
    }

    /// The regions that belong to a region at the next level, ascending; the provinces for
    /// [`NATION`](RegionCode::NATION).
    pub fn children(&self, code: RegionCode) -> impl Iterator<Item = RegionCode> + '_ {
        let parent = (code != RegionCode::NATION).then_some(code);
        let rows = self.rows_in(code);
        self.codes.get(rows).unwrap_or_default().iter().copied().filter(move |child| child.parent() == parent)
    }

    /// The rows of a region and all that belongs to it.
    pub(super) fn rows_in(&self, code: RegionCode) -> std::ops::Range<usize> {
        let (first, last) = code.range();
        self.codes.partition_point(|known| *known < first)..self.codes.partition_point(|known| *known <= last)
    }

    /// The rows of all provinces and regencies.
    pub(super) fn upper_rows(&self) -> &[u32] {
        &self.upper
    }

    /// Whether some name may begin with these letters and go on with another word.
    pub(super) fn begins(&self, key: u64) -> bool {
        let (word, bit) = begin(key);
        self.begins[word] & bit != 0
    }

    /// All regions of a name.
    pub(super) fn find(&self, key: u64) -> &[Entry] {
        self.index.find(key)
    }

    /// The same for a name that is not also an everyday word.
    pub(super) fn find_rare(&self, key: u64) -> &[Entry] {
        self.index.find_rare(key)
    }

    /// The region of a row of this gazetteer.
    pub(super) fn code_of(&self, row: usize) -> Option<RegionCode> {
        self.codes.get(row).copied()
    }

    /// The name of a row without the kind of region.
    pub(super) fn bare_name(&self, row: usize) -> &'static str {
        bare(self.name_of(row), self.code_of(row).unwrap_or(RegionCode::NATION))
    }

    /// The letters of that name.
    pub(super) fn letters(&self, row: usize) -> u32 {
        self.letters.get(row).copied().unwrap_or_default()
    }

    /// Where a region stands in the table.
    pub(super) fn row(&self, code: RegionCode) -> Option<usize> {
        self.codes.binary_search(&code).ok()
    }

    fn name_of(&self, row: usize) -> &'static str {
        let start = self.names.get(row).map_or(self.text.len(), |&start| start as usize);
        let rest = self.text.get(start..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        unquoted(&rest[..end])
    }
}

/// A name without the words that say what kind of region it is. Only regencies have them; `Kota Baru` is the whole
/// name of a village.
fn bare(name: &str, code: RegionCode) -> &str {
    let name = unquoted(name);
    if code.level() != Level::Regency {
        return name;
    }
    let rest = name.strip_prefix("Kabupaten ").or_else(|| name.strip_prefix("Kota ")).unwrap_or(name);
    rest.strip_prefix("Administrasi ").unwrap_or(rest)
}

/// The kinds of region that the first word of a name says, and the name behind it.
fn kind_before(name: &str) -> (Option<Kinds>, &str) {
    let Some((word, rest)) = name.split_once(|c: char| c.is_whitespace() || c == '.') else {
        return (None, name);
    };
    let of = [
        ("provinsi", Kinds::PROVINCE),
        ("prov", Kinds::PROVINCE),
        ("kabupaten", Kinds::KABUPATEN),
        ("kab", Kinds::KABUPATEN),
        ("kota", Kinds::CITY),
        ("kecamatan", Kinds::DISTRICT),
        ("kec", Kinds::DISTRICT),
        ("kelurahan", Kinds::VILLAGE),
        ("kel", Kinds::VILLAGE),
        ("desa", Kinds::VILLAGE),
    ];
    let Some((_, kinds)) = of.into_iter().find(|(known, _)| word.eq_ignore_ascii_case(known)) else {
        return (None, name);
    };
    let rest = rest.trim_start();
    let adm = rest.split_once(' ').filter(|(word, _)| word.eq_ignore_ascii_case("administrasi"));
    (Some(kinds), adm.map_or(rest, |(_, rest)| rest))
}

fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name)
}

fn begin(key: u64) -> (usize, u64) {
    ((key >> 6) as usize % BEGINS, 1 << (key & 63))
}
