//! dev
mod error;
pub mod features;
pub mod model;
pub mod text;
pub use error::{Error, ErrorKind, Result};
pub use model::Bundle;
