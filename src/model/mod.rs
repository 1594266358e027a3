//! Plain values that every other module speaks in: time, sequence numbers,
//! flags, options, flows, frames and segments. Standard library only.

mod duration;
mod flags;
mod flow;
mod frame;
mod options;
mod segment;
mod seq;
mod skip;
mod slugs;
mod time;

pub use duration::{DurationFault, ExactDuration, parse_duration};
pub use flags::Flags;
pub use flow::{Endpoint, FlowKey, Scope, ScopeId, ScopePart, Way};
pub use frame::{Arrival, CaptureStats, Direction, Frame, LinkType};
pub use options::{Fault, OptionIter, RawOption, SynOptions, TcpOption, Timestamps};
pub use segment::{
    Checksum, Datagram, Decoded, HeaderFault, IcmpError, IcmpKind, IpMeta, Segment, Transport,
};
pub use seq::Seq;
pub use skip::{Skip, SkipCounts};
pub use time::{Precision, Timestamp};

pub(crate) use slugs::slugs;
