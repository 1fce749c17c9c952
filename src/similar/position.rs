//! Where a complaint is, by its coordinates.

use serde::{Deserialize, Serialize};

/// A place on the globe, to about a metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// In 100,000ths of a degree.
    pub(super) latitude: i32,
    pub(super) longitude: i32,
}

const UNITS: f64 = 100_000.0;
/// Metres of a degree of latitude, on a sphere of 6,371 km.
const DEGREE: f64 = 111_195.0;
/// Units of a cell: 111 metres of latitude.
const CELL: i32 = 100;

impl Position {
    /// `None` for what is no place on the globe. Both zero is what forms send that know no place: none either.
    pub(super) fn new((latitude, longitude): (f64, f64)) -> Option<Self> {
        let known = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        let units = |degrees: f64| (degrees * UNITS).round() as i32;
        let (latitude, longitude) = (units(latitude), units(longitude));
        (known && (latitude, longitude) != (0, 0)).then_some(Self { latitude, longitude })
    }

    /// Metres between two places: on a plane, right to a hundredth for what is some kilometres apart.
    pub(super) fn metres(self, other: Self) -> f64 {
        let degrees = |one: i32, other: i32| (f64::from(one) - f64::from(other)) / UNITS;
        let north = degrees(self.latitude, other.latitude);
        let middle = f64::midpoint(f64::from(self.latitude), f64::from(other.latitude)) / UNITS;
        let east = degrees(self.longitude, other.longitude) * middle.to_radians().cos();
        north.hypot(east) * DEGREE
    }

    /// The cell of a grid that it is in.
    pub(super) fn cell(self) -> (i32, i32) {
        (self.latitude.div_euclid(CELL), self.longitude.div_euclid(CELL))
    }

    /// The eight cells around that.
    pub(super) fn cells_around(self) -> impl Iterator<Item = (i32, i32)> {
        let (latitude, longitude) = self.cell();
        let steps = (-1..=1).flat_map(|north| (-1..=1).map(move |east| (north, east)));
        steps.filter(|step| *step != (0, 0)).map(move |(north, east)| (latitude + north, longitude + east))
    }
}
