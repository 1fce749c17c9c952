//! What things a complaint is about: finer than functions and categories, which put lamps, drains and trees together.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::words::read;
use crate::text::{Analyzer, Tokens};

/// Words of each group of things; a word may be in several.
const GROUPS: [&str; 43] = [
    "lampu pju penerangan padam gelap nyala menyala",
    "pohon ranting perantingan pemangkasan pangkas dipangkas rimbun dahan penebangan tebang ditebang",
    "saluran got selokan gorong drainase boxculvert uditch sedimen mampet tersumbat pengerukan keruk dikeruk \
     endapan buntu",
    "banjir genangan tergenang menggenang kebanjiran",
    "aspal berlubang lubang mengelupas pengaspalan diaspal bergelombang aspalnya",
    "paving pavingisasi",
    "sungai plengsengan bozem kali tanggul",
    "sampah tps limbah bau sampahnya pengangkutan diangkut puing",
    "parkir jukir parkiran juru tarif",
    "pkl jualan berjualan pedagang lapak dagang",
    "kabel telkom tiang listrik pln wifi",
    "pdam pipa bocor meteran keran",
    "mbr bansos pkh bpnt sembako gamis miskin blt permakanan intervensi kip pip sosial dinsos",
    "ktp kk akta akte disdukcapil dukcapil dispendukcapil ektp kia nik kartu kelahiran domisili kependudukan",
    "ppdb sekolah zonasi siswa sekolahnya spp ijazah seragam murid guru",
    "puskesmas bpjs rsud faskes rujukan dokter kis berobat pasien kesehatan pbi",
    "vaksin vaksinasi booster",
    "pekerjaan kerja melamar lowongan bekerja lamaran pengangguran phk gaji",
    "rusun rusunawa flat",
    "rutilahu rehab bedah renovasi bocor",
    "bising suara kebisingan musik karaoke berisik toa",
    "macet traffic rambu marka kemacetan cermin lalu lintas zebra",
    "polisi tanggul speed bump",
    "odgj pengemis gelandangan pengamen anjal gepeng",
    "anjing kucing ular tikus monyet tawon lebah",
    "imb bangunan membangun pembangunan proyek",
    "pbb pajak bphtb retribusi",
    "sertifikat ptsl petok surat",
    "dbd nyamuk fogging jentik demam",
    "bus angkot halte bemo angkutan",
    "aplikasi app error login password",
    "pemilihan pengurus ketua pengurusan pungli pungutan iuran",
    "covid masker prokes swab",
    "septic tank wc jamban",
    "taman lapangan",
    "makam pemakaman",
    "portal pagar gapura",
    "gangster tawuran begal maling kriminal cctv pencurian",
    "bakar pembakaran asap dibakar",
    "sinyal internet",
    "truk kontainer trailer",
    "trotoar pedestrian bahu",
    "jembatan",
];

/// How many groups there are.
pub(super) const OBJECTS: usize = GROUPS.len();

/// The groups of a word, by key; none for most.
pub(super) fn groups(key: u32) -> &'static [u8] {
    static KNOWN: LazyLock<FxHashMap<u32, Vec<u8>>> = LazyLock::new(|| {
        let (analyzer, mut tokens, mut items) = (Analyzer::indonesian(), Tokens::new(), Vec::new());
        let mut known: FxHashMap<u32, Vec<u8>> = FxHashMap::default();
        for (group, words) in (0..).zip(GROUPS) {
            for word in words.split_whitespace() {
                analyzer.analyze(word, &mut tokens);
                items.clear();
                read(&tokens, &mut items);
                // Of a short form that stands for several words, the words are listed.
                if let [item] = items.as_slice() {
                    let groups = known.entry(item.key).or_default();
                    if !groups.contains(&group) {
                        groups.push(group);
                    }
                }
            }
        }
        known
    });
    KNOWN.get(&key).map_or(&[], Vec::as_slice)
}

/// The groups that different words of a text belong to, each with how many do; ascending.
pub(super) fn objects(keys: impl Iterator<Item = u32>) -> Vec<(u8, u8)> {
    let mut counts = [0u8; OBJECTS];
    for group in keys.flat_map(groups) {
        if let Some(count) = counts.get_mut(usize::from(*group)) {
            *count = count.saturating_add(1);
        }
    }
    (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
}
