//! dev
mod bundle; mod calibrate; mod classifier; mod corpus; mod explain; mod index; mod linear; mod metrics; mod params; mod solver; mod split; mod stream; mod table; mod train;
pub use bundle::*; pub use classifier::*; pub use corpus::*; pub use explain::*; pub use linear::*; pub use metrics::*; pub use params::*; pub use split::*; pub use stream::*; pub use train::*;
