//! x
/// x
pub struct SaveError;
/// x
pub struct SaveOptions;
/// x
pub struct Saver;
