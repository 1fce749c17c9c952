//! Who is in one cluster with whom: as complaints arrive, and as people decide.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

/// So many of the links to a cluster count, the strongest: old members that a newcomer resembles less do not keep it away.
const STRONGEST: usize = 3;
/// Mean log-odds of these above which a complaint joins a cluster: more for it than against.
const JOIN: f64 = 0.0;
/// Mean log-odds above which a new complaint makes one cluster of two that were there: 2.7 to 1.
const BRIDGE: f64 = 1.0;

/// What a judge says of a complaint that arrives and one that was there before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Number of the other one.
    pub to: u64,
    /// Log-odds that both are reports of one problem: above 0 for it, below 0 against it.
    pub weight: f32,
}

/// Clusters of recurring issues.
///
/// What was told in the same order gives the same clusters, so they can be made again from a history at any time, and
/// complaints that have nothing to do with each other may arrive in any order. A cluster is called after the place in
/// the history at which it came to be: it keeps that name whoever joins or leaves, of two that are united the older
/// one stays.
///
/// People stand above the machine. What they took apart is never put together again by an arrival, and nothing joins
/// or leaves what they pinned; what they did they can undo by the opposite.
///
/// Cost: an arrival looks at the clusters of its links alone. Memory: none for complaints that are in no cluster.
///
/// ```
/// use pilah::similar::{Clusters, Link};
///
/// let mut clusters = Clusters::default();
/// clusters.arrive(1, 7, &[]);
/// clusters.arrive(2, 8, &[Link { to: 7, weight: 2.0 }]);
/// assert_eq!((clusters.of(7), clusters.of(8)), (Some(2), Some(2)));
/// clusters.split(3, &[8]);
/// clusters.arrive(4, 9, &[Link { to: 7, weight: 2.0 }, Link { to: 8, weight: 3.0 }]);
/// assert_eq!(clusters.of(7), None); // 9 went to 8, and 7 may not follow
/// assert_eq!(clusters.members(4).collect::<Vec<_>>(), [8, 9]);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clusters {
    all: BTreeMap<u64, Cluster>,
    of: FxHashMap<u64, u64>,
    /// On which side of which splits a complaint stands: of two that stand on both sides of one, a person said that
    /// they are apart.
    sides: FxHashMap<u64, Vec<Side>>,
    /// Complaints that came into another cluster, or out of one, since they were last asked for.
    moved: BTreeSet<u64>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Cluster {
    members: BTreeSet<u64>,
    pinned: bool,
}

/// On which side of a split a complaint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Place of the split in the history.
    pub split: u64,
    /// It was taken out; else it stayed.
    pub out: bool,
}

/// Where a complaint is: in a cluster, or alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Home {
    Cluster(u64),
    Alone(u64),
}

impl Clusters {
    /// The cluster that a complaint is in.
    pub fn of(&self, number: u64) -> Option<u64> {
        self.of.get(&number).copied()
    }

    /// The members of a cluster, ascending; none where there is no such cluster.
    pub fn members(&self, cluster: u64) -> impl Iterator<Item = u64> {
        self.all.get(&cluster).into_iter().flat_map(|cluster| cluster.members.iter().copied())
    }

    /// Whether people said that nobody joins or leaves a cluster.
    pub fn is_pinned(&self, cluster: u64) -> bool {
        self.all.get(&cluster).is_some_and(|cluster| cluster.pinned)
    }

    /// All clusters, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.all.keys().copied()
    }

    /// How many clusters there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A complaint arrives, or one that was there has changed: `at` is its place in the history, `links` what a judge
    /// says of it and others. It joins the cluster, or the complaint, that the strongest three of its links most speak
    /// for, and where they speak clearly for others too, these follow. One that is in a cluster stays there.
    pub fn arrive(&mut self, at: u64, number: u64, links: &[Link]) {
        let mut votes: BTreeMap<Home, Vec<f32>> = BTreeMap::new();
        for link in links.iter().filter(|link| link.to != number && link.weight.is_finite()) {
            votes.entry(self.home(link.to)).or_default().push(link.weight);
        }
        let mut homes: Vec<(f64, Home)> =
            votes.into_iter().map(|(home, weights)| (strongest(weights), home)).collect();
        homes.retain(|(mean, _)| *mean > JOIN);
        // The strongest first, of equals the older one.
        homes.sort_by(|(one, home), (other, than)| other.total_cmp(one).then(home.cmp(than)));
        for (mean, home) in homes {
            let own = self.home(number);
            let first = own == Home::Alone(number);
            if own != home && (first || mean > BRIDGE) && self.may_unite(own, home) {
                self.unite(at, own, home);
            }
        }
    }

    /// A person says that two complaints, and with them their clusters, are one issue.
    pub fn merge(&mut self, at: u64, one: u64, other: u64) {
        let (one, other) = (self.home(one), self.home(other));
        if one != other {
            self.unite(at, one, other);
        }
    }

    /// A person takes complaints out of the cluster of the first of them: they become one of their own, or are alone.
    /// No arrival puts them and those that they leave together again.
    pub fn split(&mut self, at: u64, out: &[u64]) {
        let Some(id) = out.first().and_then(|first| self.of(*first)) else { return };
        let Some(cluster) = self.all.get_mut(&id) else { return };
        let leaving: BTreeSet<u64> =
            out.iter().copied().filter(|number| cluster.members.contains(number)).collect();
        cluster.members.retain(|member| !leaving.contains(member));
        if cluster.members.is_empty() {
            cluster.members = leaving; // nobody is left to be apart from
            return;
        }
        for (&number, out) in leaving
            .iter()
            .map(|number| (number, true))
            .chain(cluster.members.iter().map(|member| (member, false)))
        {
            self.sides.entry(number).or_default().push(Side { split: at, out });
        }
        self.settle(id);
        for number in &leaving {
            self.put(*number, at);
        }
        self.all.insert(at, Cluster { members: leaving, pinned: false });
        self.settle(at);
    }

    /// A person says that the cluster of a complaint is complete: no arrival joins it or unites it with another. Or
    /// takes that back.
    pub fn pin(&mut self, at: u64, number: u64, pinned: bool) {
        let id = self.of(number).unwrap_or(at);
        if pinned && self.of(number) != Some(id) {
            self.put(number, id);
            self.all.entry(id).or_default().members.insert(number);
        }
        if let Some(cluster) = self.all.get_mut(&id) {
            cluster.pinned = pinned;
            self.moved.extend(&cluster.members);
            self.settle(id);
        }
    }

    /// Two complaints turn out to be one, known by `kept`: it has the place of both.
    pub fn join(&mut self, at: u64, kept: u64, gone: u64) {
        self.merge(at, kept, gone);
        // Where both stood on sides of one split, that of the one that is kept counts.
        for side in self.sides.remove(&gone).unwrap_or_default() {
            let sides = self.sides.entry(kept).or_default();
            if sides.iter().all(|own| own.split != side.split) {
                sides.push(side);
            }
        }
        if let Some(id) = self.of.remove(&gone) {
            self.moved.insert(gone);
            if let Some(cluster) = self.all.get_mut(&id) {
                cluster.members.remove(&gone);
            }
            self.settle(id);
        }
    }

    fn home(&self, number: u64) -> Home {
        self.of(number).map_or(Home::Alone(number), Home::Cluster)
    }

    fn inhabitants(&self, home: Home) -> impl Iterator<Item = u64> + use<'_> {
        let (alone, cluster) = match home {
            Home::Alone(number) => (Some(number), None),
            Home::Cluster(id) => (None, self.all.get(&id)),
        };
        alone.into_iter().chain(cluster.into_iter().flat_map(|cluster| cluster.members.iter().copied()))
    }

    /// Whether the machine may make one cluster of two.
    fn may_unite(&self, one: Home, other: Home) -> bool {
        let pinned = |home| matches!(home, Home::Cluster(id) if self.is_pinned(id));
        if pinned(one) || pinned(other) {
            return false;
        }
        if self.sides.is_empty() {
            return true;
        }
        let sides = |home| {
            let sides = self.inhabitants(home).filter_map(|number| self.sides.get(&number)).flatten();
            sides.map(|side| (side.split, side.out)).collect::<BTreeSet<_>>()
        };
        let others = sides(other);
        sides(one).iter().all(|(split, out)| !others.contains(&(*split, !out)))
    }

    fn unite(&mut self, at: u64, one: Home, other: Home) {
        let id = match (one, other) {
            (Home::Cluster(one), Home::Cluster(other)) => one.min(other),
            (Home::Cluster(id), Home::Alone(_)) | (Home::Alone(_), Home::Cluster(id)) => id,
            (Home::Alone(_), Home::Alone(_)) => at,
        };
        let mut united = self.all.remove(&id).unwrap_or_default();
        let was_pinned = united.pinned;
        for home in [one, other] {
            match home {
                Home::Alone(number) => {
                    united.members.insert(number);
                    self.put(number, id);
                }
                Home::Cluster(old) if old != id => {
                    let Cluster { members, pinned } = self.all.remove(&old).unwrap_or_default();
                    for number in &members {
                        self.put(*number, id);
                    }
                    united.members.extend(members);
                    united.pinned |= pinned;
                }
                Home::Cluster(_) => {}
            }
        }
        if united.pinned != was_pinned {
            // Each member keeps whether its cluster is pinned: who brought the pin may leave again.
            self.moved.extend(&united.members);
        }
        self.all.insert(id, united);
    }

    /// Ends a cluster of one, unless a person pinned it.
    fn settle(&mut self, id: u64) {
        let Some(cluster) = self.all.get(&id) else { return };
        if cluster.members.len() < 2 && !(cluster.pinned && cluster.members.len() == 1) {
            let alone: Vec<u64> = cluster.members.iter().copied().collect();
            for number in alone {
                self.of.remove(&number);
                self.moved.insert(number);
            }
            self.all.remove(&id);
        }
    }

    fn put(&mut self, number: u64, id: u64) {
        self.of.insert(number, id);
        self.moved.insert(number);
    }

    /// Complaints that came into another cluster or out of one, or whose cluster was pinned or is not any more, since this
    /// was last asked for; ascending.
    pub fn take_moved(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.moved).into_iter().collect()
    }

    /// On which sides of which splits a complaint stands.
    pub fn sides(&self, number: u64) -> &[Side] {
        self.sides.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Puts a complaint back where it stood, when clusters are read from where they were kept.
    pub fn restore(&mut self, number: u64, cluster: u64, pinned: bool) {
        self.of.insert(number, cluster);
        let cluster = self.all.entry(cluster).or_default();
        cluster.members.insert(number);
        cluster.pinned |= pinned;
    }

    /// Puts a complaint back on a side of a split.
    pub fn restore_side(&mut self, number: u64, side: Side) {
        self.sides.entry(number).or_default().push(side);
    }
}

/// Mean of the strongest links.
fn strongest(mut weights: Vec<f32>) -> f64 {
    weights.sort_unstable_by(|one, other| other.total_cmp(one));
    weights.truncate(STRONGEST);
    weights.iter().map(|weight| f64::from(*weight)).sum::<f64>() / weights.len().max(1) as f64
}
