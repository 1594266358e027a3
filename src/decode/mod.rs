//! Frame octets to TCP segments.

use crate::model::{Decoded, Frame, Scope, ScopeId, Skip};

/// Decodes frames; remembers scopes and IP fragments.
#[derive(Debug, Default)]
pub struct Decoder {}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Decoder::default()
    }

    /// What a frame holds.
    ///
    /// # Errors
    /// The reason why it holds no segment: counted by the caller, never fatal.
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Decoded<'a>, Skip> {
        let _ = frame;
        Err(Skip::Unsupported)
    }

    /// The layers that a scope identifier stands for.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        let _ = id;
        None
    }
}
