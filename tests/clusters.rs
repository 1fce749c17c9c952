//! Clusters: what people decided holds whatever arrives, the same history gives the same clusters, and names stay.

use std::collections::{BTreeMap, BTreeSet};

use pilah::similar::{Clusters, Link};
use proptest::prelude::*;

/// What happens, in places of a history.
#[derive(Debug, Clone)]
enum Step {
    Arrive(Vec<(usize, f32)>),
    Merge(usize, usize),
    Split(Vec<usize>),
    Pin(usize, bool),
}

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let links = prop::collection::vec((0..40usize, -4.0..4.0f32), 0..5);
    let step = prop_oneof![
        6 => links.prop_map(Step::Arrive),
        1 => (0..40usize, 0..40usize).prop_map(|(one, other)| Step::Merge(one, other)),
        1 => prop::collection::vec(0..40usize, 1..4).prop_map(Step::Split),
        1 => (0..40usize, any::<bool>()).prop_map(|(number, pinned)| Step::Pin(number, pinned)),
    ];
    prop::collection::vec(step, 1..most)
}

/// Plays a history over complaints that are numbered `first`, `first + every` … as they arrive.
struct Player {
    first: u64,
    every: u64,
    arrived: u64,
}

impl Player {
    fn new(first: u64, every: u64) -> Self {
        Self { first, every, arrived: 0 }
    }

    /// One that has arrived.
    fn number(&self, which: usize) -> Option<u64> {
        (self.arrived > 0).then(|| self.first + which as u64 % self.arrived * self.every)
    }

    fn play(&mut self, clusters: &mut Clusters, at: u64, step: &Step) {
        match step {
            Step::Arrive(links) => {
                let links: Vec<Link> = links
                    .iter()
                    .filter_map(|(which, weight)| Some(Link { to: self.number(*which)?, weight: *weight }))
                    .collect();
                clusters.arrive(at, self.first + self.arrived * self.every, &links);
                self.arrived += 1;
            }
            Step::Merge(one, other) => {
                if let (Some(one), Some(other)) = (self.number(*one), self.number(*other)) {
                    clusters.merge(at, one, other);
                }
            }
            Step::Split(out) => {
                let out: Vec<u64> = out.iter().filter_map(|which| self.number(*which)).collect();
                clusters.split(at, &out);
            }
            Step::Pin(which, pinned) => {
                if let Some(number) = self.number(*which) {
                    clusters.pin(at, number, *pinned);
                }
            }
        }
    }
}

/// Each cluster with its members.
fn all(clusters: &Clusters) -> BTreeMap<u64, BTreeSet<u64>> {
    clusters.iter().map(|id| (id, clusters.members(id).collect())).collect()
}

fn together(clusters: &Clusters, one: u64, other: u64) -> bool {
    clusters.of(one).is_some() && clusters.of(one) == clusters.of(other)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// A slow twin keeps every pair that a person took apart, and every cluster that was pinned.
    #[test]
    fn no_arrival_undoes_what_people_did(steps in steps(60)) {
        let (mut clusters, mut player) = (Clusters::default(), Player::new(1, 1));
        let mut apart: BTreeSet<(u64, u64)> = BTreeSet::new();
        for (at, step) in (1..).zip(&steps) {
            let before = all(&clusters);
            let were: Vec<bool> = apart.iter().map(|&(one, other)| together(&clusters, one, other)).collect();
            let pinned: Vec<u64> = before.keys().copied().filter(|id| clusters.is_pinned(*id)).collect();
            player.play(&mut clusters, at, step);
            let now = all(&clusters);
            for (id, members) in &now {
                prop_assert!(members.len() > 1 || clusters.is_pinned(*id), "a cluster of {members:?}");
                prop_assert!(members.iter().all(|number| clusters.of(*number) == Some(*id)));
            }
            match step {
                Step::Arrive(_) => {
                    for (&(one, other), were) in apart.iter().zip(were) {
                        prop_assert!(were || !together(&clusters, one, other), "{one} and {other} were taken apart");
                    }
                    for id in pinned {
                        prop_assert_eq!(now.get(&id), before.get(&id), "{} was pinned", id);
                    }
                    for (id, members) in &before {
                        let heir = members.first().and_then(|number| clusters.of(*number));
                        prop_assert!(heir.is_some_and(|heir| heir <= *id), "{id} became {heir:?}");
                        prop_assert!(heir.is_some_and(|heir| now[&heir].is_superset(members)), "{id} lost members");
                    }
                }
                Step::Split(_) => {
                    for members in before.values() {
                        for one in members {
                            let parted = members.iter().filter(|other| *other > one);
                            let parted = parted.filter(|other| !together(&clusters, *one, **other));
                            apart.extend(parted.map(|other| (*one, *other)));
                        }
                    }
                }
                Step::Merge(one, other) => {
                    let (one, other) = (player.number(*one), player.number(*other));
                    if let (Some(one), Some(other)) = (one, other) {
                        prop_assert!(one == other || together(&clusters, one, other));
                    }
                }
                Step::Pin(..) => prop_assert_eq!(
                    before.values().filter(|members| members.len() > 1).collect::<Vec<_>>(),
                    now.values().filter(|members| members.len() > 1).collect::<Vec<_>>()
                ),
            }
        }
    }

    /// What was made bit by bit is what is made from the history at once.
    #[test]
    fn the_same_history_gives_the_same_clusters(steps in steps(60)) {
        let play = || {
            let (mut clusters, mut player) = (Clusters::default(), Player::new(1, 1));
            (1..).zip(&steps).for_each(|(at, step)| player.play(&mut clusters, at, step));
            clusters
        };
        prop_assert_eq!(play(), play());
    }

    /// Complaints that have nothing to do with each other may arrive in any order.
    #[test]
    fn independent_complaints_may_arrive_in_any_order(
        odd in steps(30),
        even in steps(30),
        order in prop::collection::vec(any::<bool>(), 60),
    ) {
        let play = |order: &[bool]| {
            let (mut clusters, mut first, mut second) = (Clusters::default(), Player::new(1, 2), Player::new(2, 2));
            let (mut odd, mut even) = (odd.iter(), even.iter());
            let mut at = 0;
            for is_odd in order.iter().copied().chain([true; 30]).chain([false; 30]) {
                at += 1;
                let (player, steps) = if is_odd { (&mut first, &mut odd) } else { (&mut second, &mut even) };
                if let Some(step) = steps.next() {
                    player.play(&mut clusters, at, step);
                }
            }
            all(&clusters).into_values().collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(play(&order), play(&[]));
    }
}

#[test]
fn who_was_taken_out_stays_out_and_comes_back_when_a_person_says_so() {
    let mut clusters = Clusters::default();
    let link = |to, weight| Link { to, weight };
    clusters.arrive(1, 1, &[]);
    clusters.arrive(2, 2, &[link(1, 2.0)]);
    clusters.arrive(3, 3, &[link(1, 2.0), link(2, 1.0)]);
    assert_eq!(all(&clusters), BTreeMap::from([(2, BTreeSet::from([1, 2, 3]))]));
    clusters.split(4, &[3]);
    assert_eq!((clusters.of(3), clusters.of(1)), (None, Some(2)));
    // A copy of 3 speaks for all of them: it joins one side only.
    clusters.arrive(5, 4, &[link(3, 3.0), link(1, 2.5), link(2, 2.5)]);
    assert_eq!((clusters.of(4), clusters.of(3), clusters.of(1)), (Some(5), Some(5), Some(2)));
    clusters.merge(6, 4, 1);
    assert_eq!(all(&clusters), BTreeMap::from([(2, BTreeSet::from([1, 2, 3, 4]))]));
}

#[test]
fn two_clusters_become_one_only_where_an_arrival_speaks_clearly_for_both() {
    let link = |to, weight| Link { to, weight };
    let mut clusters = Clusters::default();
    for (at, to) in [(1, None), (2, Some(1)), (3, None), (4, Some(3))] {
        clusters.arrive(at, at, &to.map(|to| link(to, 2.0)).into_iter().collect::<Vec<_>>());
    }
    let mut faint = clusters.clone();
    faint.arrive(5, 5, &[link(1, 2.0), link(3, 0.9)]);
    assert_eq!((faint.of(5), faint.of(3)), (Some(2), Some(4)));
    clusters.arrive(5, 5, &[link(1, 2.0), link(3, 1.1)]);
    assert_eq!((clusters.of(5), clusters.of(3), clusters.len()), (Some(2), Some(2), 1));
    // Not on average: of two in a cluster one speaks against it more than the other for it.
    clusters.arrive(6, 6, &[link(1, 1.0), link(2, -2.0)]);
    assert_eq!(clusters.of(6), None);
}

#[test]
fn two_complaints_that_are_one_keep_the_place_of_both() {
    let mut clusters = Clusters::default();
    clusters.arrive(1, 1, &[]);
    clusters.arrive(2, 2, &[Link { to: 1, weight: 2.0 }]);
    clusters.arrive(3, 3, &[]);
    clusters.join(4, 1, 2);
    assert!(clusters.is_empty());
    clusters.arrive(5, 4, &[Link { to: 3, weight: 2.0 }]);
    clusters.join(6, 1, 4);
    assert_eq!(all(&clusters), BTreeMap::from([(5, BTreeSet::from([1, 3]))]));
}

/// Each member keeps whether its cluster is pinned. One that brought the pin and left took it along when all was read again.
#[test]
fn a_pin_that_is_brought_in_is_told_of_all() {
    let mut clusters = Clusters::default();
    clusters.arrive(1, 1, &[]);
    clusters.arrive(2, 2, &[Link { to: 1, weight: 2.0 }]);
    clusters.pin(3, 3, true);
    clusters.take_moved();
    clusters.merge(4, 1, 3);
    assert_eq!(clusters.take_moved(), [1, 2, 3]);
    clusters.split(5, &[3]);
    assert!(clusters.is_pinned(2));
}
