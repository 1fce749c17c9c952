//! Signatures and the table of near-copies, against their slow twins.

use std::collections::{BTreeSet, HashSet};

use pilah::similar::{Candidate, Copies, SIGNATURE_VERSION, Signature, Signer};
use pilah::text::{Analyzer, TokenKind, Tokens};
use proptest::prelude::*;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const WORDS: &str = "lampu jalan mati rusak air sungai sampah pasar warga mohon segera diperbaiki sudah seminggu \
    tidak ada petugas datang kantor kelurahan surat pindah lama antrean puskesmas dokter obat habis \
    sekolah atap bocor guru siswa jembatan roboh banjir selokan mampet bau menyengat pabrik asap \
    malam gelap rawan kecelakaan trotoar parkir liar macet angkot halte bus taman pohon tumbang \
    kabel tiang listrik padam tagihan meteran pipa keruh sumur kering sawah irigasi pupuk langka \
    harga naik bantuan beras miskin terdaftar kartu keluarga lansia difabel pengaduan tanggapan \
    dinas camat desa dusun gang rumah kosong pencuri";

/// The sign of a text, as the crate's own analyser reads it.
struct Desk {
    analyzer: Analyzer,
    tokens: Tokens,
    signer: Signer,
}

impl Desk {
    fn new() -> Self {
        Self { analyzer: Analyzer::indonesian(), tokens: Tokens::new(), signer: Signer::new() }
    }

    fn sign(&mut self, text: &str) -> Signature {
        self.analyzer.analyze(text, &mut self.tokens);
        self.signer.sign(&self.tokens)
    }

    /// The set that a signature stands for, spelled out.
    fn elements(&mut self, text: &str) -> HashSet<String> {
        self.analyzer.analyze(text, &mut self.tokens);
        let name = |token| if matches!(token, TokenKind::Name) { Some("<nama>") } else { None };
        let words: Vec<&str> = self
            .tokens
            .iter()
            .map(|token| name(token.kind()).unwrap_or_else(|| self.tokens.text(token)))
            .collect();
        let pairs = words.windows(2).map(|pair| pair.join(" "));
        words.iter().map(|&word| word.to_owned()).chain(pairs).collect()
    }
}

fn jaccard(a: &HashSet<String>, b: &HashSet<String>) -> f64 {
    let both = a.intersection(b).count();
    both as f64 / (a.len() + b.len() - both) as f64
}

fn invented(random: &mut SmallRng, length: usize) -> Vec<String> {
    let words: Vec<&str> = WORDS.split(' ').collect();
    (0..length)
        .map(|_| match random.random_range(0..8) {
            0 => random.random_range(1..2_000u32).to_string(),
            _ => words[random.random_range(0..words.len())].to_owned(),
        })
        .collect()
}

/// The same with some words changed, left out or put in.
fn edited(words: &[String], edits: usize, random: &mut SmallRng) -> Vec<String> {
    let mut words = words.to_vec();
    for _ in 0..edits {
        let at = random.random_range(0..words.len());
        let letters: String = (0..4).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect();
        let other = format!("kata{letters}");
        match random.random_range(0..3) {
            0 => words[at] = other,
            1 if words.len() > 2 => drop(words.remove(at)),
            _ => words.insert(at, other),
        }
    }
    words
}

/// Pairs of texts with their true Jaccard similarity, from short to long, from alike to unlike.
fn pairs(count: usize, seed: u64, desk: &mut Desk) -> Vec<(String, String, f64)> {
    let mut random = SmallRng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let length = random.random_range(3..60);
            let words = invented(&mut random, length);
            let edits = random.random_range(1..=length / 4 + 1);
            let (a, b) = (words.join(" "), edited(&words, edits, &mut random).join(" "));
            let true_jaccard = jaccard(&desk.elements(&a), &desk.elements(&b));
            (a, b, true_jaccard)
        })
        .collect()
}

#[test]
fn near_copies_are_found() {
    let mut desk = Desk::new();
    let pairs = pairs(9_000, 1, &mut desk);
    let mut copies = Copies::new();
    for (number, (a, ..)) in (0..).zip(&pairs) {
        copies.insert(number, &desk.sign(a)).unwrap();
    }
    // Found and all: of true likeness .8 and more, of those the short ones and the least alike, then .7 and .6.
    let mut counts = [(0, 0); 5];
    let mut found = Vec::new();
    for (number, (a, b, like)) in (0..).zip(&pairs) {
        copies.query(&desk.sign(b), 20, &mut found);
        let hit = usize::from(found.iter().any(|candidate| candidate.number == number));
        let short = a.split(' ').count() <= 10;
        for (count, in_it) in counts.iter_mut().zip([
            *like >= 0.8,
            *like >= 0.8 && short,
            (0.8..0.85).contains(like),
            (0.65..0.75).contains(like),
            (0.55..0.65).contains(like),
        ]) {
            *count = (count.0 + hit * usize::from(in_it), count.1 + usize::from(in_it));
        }
    }
    let recall = counts.map(|(hits, all)| hits as f64 / f64::from(all as u32));
    println!("recall {recall:.4?} of {counts:?}");
    assert!(counts.iter().all(|count| count.1 >= 100) && counts[0].1 > 2_000, "{counts:?}");
    assert!(recall[..3].iter().all(|recall| *recall >= 0.99), "{recall:?}");
    assert!(recall[3] >= 0.93 && recall[4] >= 0.77, "{recall:?}");
}

#[test]
fn the_estimate_has_no_bias() {
    let mut desk = Desk::new();
    let pairs = pairs(4_000, 2, &mut desk);
    for (from, to) in [(0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.999)] {
        let errors: Vec<f64> = pairs
            .iter()
            .filter(|(.., like)| (from..to).contains(like))
            .map(|(a, b, like)| f64::from(desk.sign(a).likeness(&desk.sign(b))) - like)
            .collect();
        let count = errors.len() as f64;
        let bias = errors.iter().sum::<f64>() / count;
        let deviation = (errors.iter().map(|error| error * error).sum::<f64>() / count).sqrt();
        println!("{from} to {to}: {count} pairs, bias {bias:.4}, deviation {deviation:.4}");
        assert!(count > 100.0 && bias.abs() < 0.012 && deviation < 0.085, "{bias} {deviation} of {count}");
    }
}

#[test]
fn unrelated_texts_are_no_candidates() {
    let mut desk = Desk::new();
    let mut random = SmallRng::seed_from_u64(3);
    let (mut copies, mut found) = (Copies::new(), Vec::new());
    let mut candidates = 0;
    for number in 0..5_000 {
        let length = random.random_range(8..60);
        let signature = desk.sign(&invented(&mut random, length).join(" "));
        copies.query(&signature, usize::MAX, &mut found);
        candidates += found.iter().filter(|candidate| candidate.likeness > 0.5).count();
        copies.insert(number, &signature).unwrap();
    }
    assert!(candidates < 5, "{candidates} of 12 million pairs look like copies");
    assert!(copies.bytes() <= 250 * copies.len(), "{} bytes", copies.bytes());
}

#[test]
fn texts_without_words_are_like_nothing() {
    let mut desk = Desk::new();
    let mut copies = Copies::new();
    let mut found = vec![Candidate { number: 7, likeness: 1.0 }];
    for text in ["", "   ", "…!?", "123456", "0812-0000-0000", "https://contoh.id", "😡😡", "12 - 34"] {
        let signature = desk.sign(text);
        assert!(signature.is_empty(), "{text}: {signature:?}");
        assert!(signature.likeness(&signature).abs() < f32::EPSILON);
        copies.insert(1, &signature).unwrap();
        copies.query(&signature, 10, &mut found);
        assert!(found.is_empty() && copies.is_empty());
    }
    copies.insert(1, &desk.sign("tolong")).unwrap();
    copies.query(&desk.sign("Tolong!!"), 10, &mut found);
    assert_eq!(found, [Candidate { number: 1, likeness: 1.0 }]);
}

#[test]
fn personal_things_leave_no_trace() {
    let mut desk = Desk::new();
    let one = desk.sign("bansos saya belum cair, NIK 3500000000000001, hubungi 0812-0000-0000");
    assert_eq!(one, desk.sign("bansos saya belum cair, NIK 3500000000009999, hubungi 0813-9999-0000"));
    assert_eq!(desk.sign("saya Siti, bansos belum cair"), desk.sign("saya Joko, bansos belum cair"));
}

#[test]
fn work_stays_bounded_under_a_chain_message() {
    let mut desk = Desk::new();
    let chain = desk.sign("sebarkan ke semua grup, besok listrik padam seluruh kota karena gardu meledak");
    let mut copies = Copies::new();
    for number in 0..500 {
        copies.insert(number, &chain).unwrap();
    }
    let mut found = Vec::new();
    copies.query(&chain, usize::MAX, &mut found);
    let newest: Vec<u32> = (436..500).rev().collect();
    assert_eq!(found.iter().map(|candidate| candidate.number).collect::<Vec<_>>(), newest);
    copies.query(&chain, 3, &mut found);
    assert_eq!(found.iter().map(|candidate| candidate.number).collect::<Vec<_>>(), [499, 498, 497]);
    copies.query(&chain, 0, &mut found);
    assert!(found.is_empty());
}

#[test]
fn signatures_of_this_version_stay_as_they_are() {
    assert_eq!(SIGNATURE_VERSION, 1, "write the new signatures down, and keep a test of the old ones");
    let golden = [
        (
            "lampu jalan mati",
            "8dcf9b94d54d68f00e8863e1604ea64db19b812031a7f00827883382c37acde8725eed8c161c2320edd5910db81c4867",
        ),
        (
            "Lampu jalan di depan pasar Kenanga mati sudah seminggu, mohon segera diperbaiki",
            "b08f9b945bf5e3f0cba22a9f624eb88eb12cabae71079208bc95b4584763ab766087ed6205543cddedd5e064b8b81eef",
        ),
        (
            "Tolooong pak, jln Melati gelap!! 0812-0000-0000",
            "fc6a2753404dfd2b026b49e1d050e460b19b6a8807d5e4235a2295fe669391dedbcd8d641aac0bde6a7226afb894de3a",
        ),
        (
            "KTP sy blm jadi sdh 3 bln, ktr kelurahan bilang blangko habis",
            "1d010bd25b684ec7113d12e70346a554bf3797b8daf1161135039c23d9b50d94480e26e2e99c875ca6e71bff729b67f0",
        ),
        (
            "Sampah di TPS dekat SD tidak diangkut sejak Senin. Baunya sampai ke kelas, anak2 pusing. Mohon Dinas Lingkungan Hidup segera mengangkut sampah di TPS itu, RT 03 RW 05.",
            "3fd6a79e573144952616f8265f25b87a1c7a62b9ea3cc72e16086919d2779e8905b57b1ac959c2206dbe38b48fd13fa3",
        ),
        (
            "banjir banjir banjir banjir",
            "43ab34536a1da6eaca2fcc57f41b195ff99d9d0520a0a6b614e3840f3e971a2eb308f18f7c4de0d996b4c8f3897335cc",
        ),
        (
            "tolong",
            "de5bff39f591220702508380d072882d5ab5ff88036169e8369e9e44b970009a486a5713bef16c56afffa36023fddeda",
        ),
    ];
    let mut desk = Desk::new();
    for (text, hex) in golden {
        let signature = desk.sign(text);
        assert_eq!(format!("{signature:?}"), hex, "{text}");
        assert_eq!(Signature::from_bytes(signature.to_bytes()), signature);
    }
}

/// Equal bands, one by one.
fn slow_candidates(signatures: &[Signature], asked: &Signature) -> BTreeSet<u32> {
    let bands = |signature: &Signature| signature.to_bytes().as_chunks::<4>().0.to_vec();
    let alike = |other: &Signature| bands(asked).iter().zip(bands(other)).any(|(a, b)| *a == b);
    (0..)
        .zip(signatures)
        .filter(|(_, other)| !other.is_empty() && alike(other))
        .map(|(number, _)| number)
        .collect()
}

/// Signatures whose bands are often equal: rows of few values.
fn signatures() -> impl Strategy<Value = Vec<Signature>> {
    let rows = proptest::collection::vec(prop_oneof![4 => Just(1u8), 1 => 0..4u8], Signature::BYTES);
    let signature = rows.prop_map(|rows| Signature::from_bytes(rows.try_into().unwrap()));
    proptest::collection::vec(signature, 1..60)
}

fn filled(signatures: &[Signature], order: impl Iterator<Item = usize>) -> Copies {
    let mut copies = Copies::new();
    for at in order {
        copies.insert(at as u32, &signatures[at]).unwrap();
    }
    copies
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_text_has_one_signature(texts in proptest::collection::vec(".{0,80}|([a-z]{1,6} ){0,300}", 1..6)) {
        let mut used = Desk::new();
        for text in &texts {
            let signature = used.sign(text);
            prop_assert_eq!(signature, Desk::new().sign(text));
            prop_assert_eq!(signature, used.sign(text));
            prop_assert_eq!(Signature::from_bytes(signature.to_bytes()), signature);
        }
    }

    #[test]
    fn likeness_is_a_share(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        let wide = |half: [u8; 32]| {
            Signature::from_bytes(std::array::from_fn(|row| half[row % 32] | 1))
        };
        let (a, b) = (wide(a), wide(b));
        prop_assert!((0.0..=1.0).contains(&a.likeness(&b)));
        prop_assert!((a.likeness(&b) - b.likeness(&a)).abs() < f32::EPSILON);
        prop_assert!((a.likeness(&a) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn the_table_finds_what_its_slow_twin_finds(signatures in signatures()) {
        let forth = filled(&signatures, 0..signatures.len());
        let back = filled(&signatures, (0..signatures.len()).rev());
        let (mut found, mut other) = (Vec::new(), Vec::new());
        for asked in &signatures {
            forth.query(asked, usize::MAX, &mut found);
            back.query(asked, usize::MAX, &mut other);
            prop_assert_eq!(&found, &other);
            let numbers: BTreeSet<u32> = found.iter().map(|candidate| candidate.number).collect();
            prop_assert_eq!(numbers.len(), found.len());
            prop_assert_eq!(numbers, slow_candidates(&signatures, asked));
            prop_assert!(found.is_sorted_by(|a, b| (b.likeness, b.number) <= (a.likeness, a.number)));
            for candidate in &found {
                let likeness = asked.likeness(&signatures[candidate.number as usize]);
                prop_assert!((candidate.likeness - likeness).abs() < f32::EPSILON);
            }
        }
    }
}

#[test]
fn pages_split_without_loss() {
    // Enough that every band's directory grows several times.
    let mut random = SmallRng::seed_from_u64(4);
    let signatures: Vec<Signature> =
        (0..30_000).map(|_| Signature::from_bytes(std::array::from_fn(|_| random.random()))).collect();
    let copies = filled(&signatures, 0..signatures.len());
    let mut found = Vec::new();
    for (number, signature) in (0..).zip(&signatures) {
        // Each band alone finds it.
        let band = number as usize % 12 * 4;
        let mut asked = [0; Signature::BYTES];
        asked[band..band + 4].copy_from_slice(&signature.to_bytes()[band..band + 4]);
        copies.query(&Signature::from_bytes(asked), usize::MAX, &mut found);
        assert!(found.iter().any(|candidate| candidate.number == number), "{number}");
    }
    assert!(copies.bytes() <= 250 * copies.len(), "{} bytes", copies.bytes());
}
