//! How a writer works.

use std::time::Duration;

use crate::ledger::Durability;
use crate::model::Bundle;
use crate::routing::{Instance, Triage};

/// How a [`Writer`](super::Writer) works.
///
/// | field | default | purpose |
/// |---|---|---|
/// | `model` | none | a model of one's own beside the one that ships with the crate |
/// | `instance` | whole country | whose complaints these are |
/// | `durability` | power | what an acknowledged complaint survives |
/// | `queue` | 1,024 | submissions that wait for the disk, at most; who comes then waits |
/// | `index_pause` | 250 ms | how long the index gathers complaints before it commits |
/// | `index_memory` | 64 MB | memory of the index's writer |
/// | `threads` | one a core | threads that decide about whole files |
/// | `relations` | yes | whether it is found out who said the same before; else a later writer does |
#[derive(Debug, Clone, Copy)]
pub struct Options<'m> {
    /// A model of one's own: see [`Triage::with_model`].
    pub model: Option<&'m Bundle>,
    /// Whose complaints these are: see [`Triage::of`].
    pub instance: Option<&'m Instance>,
    /// What an acknowledged complaint survives.
    pub durability: Durability,
    /// Submissions that wait for the disk, at most.
    pub queue: usize,
    /// How long the index gathers complaints before it commits.
    pub index_pause: Duration,
    /// Memory of the index's writer, in bytes.
    pub index_memory: usize,
    /// Threads that decide about whole files.
    pub threads: usize,
    /// Whether it is found out who said the same before.
    pub relations: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            model: None,
            instance: None,
            durability: Durability::default(),
            queue: 1024,
            index_pause: Duration::from_millis(250),
            index_memory: 64 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            relations: true,
        }
    }
}

impl<'m> Options<'m> {
    pub(super) fn triage(&self) -> Triage<'m> {
        let instance = self.instance.unwrap_or_else(|| Instance::shipped());
        match self.model {
            Some(model) => Triage::with_model(model, instance),
            None => Triage::of(instance),
        }
    }
}
