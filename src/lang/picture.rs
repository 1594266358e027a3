//! What drawings and pages speak of, beside what all outputs say.

/// A word of drawings and pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// What an arrow that stops means.
    Lost,
    /// What a dashed arrow means.
    Again,
    /// What a dotted arrow means.
    Icmp,
    /// How to see why a segment is what it is.
    Hover,
    /// Head of the list of files, or of the interface.
    Sources,
    /// Head of the filter expression.
    Filter,
    /// Head of the list of link types.
    Links,
    /// Head of the table.
    Conversations,
    /// Stands in the field that one types into to find conversations.
    Find,
    /// What an outcome does when it is clicked.
    Choose,
    /// What the head of a column does when it is clicked.
    Sort,
    /// Opens all drawings.
    OpenAll,
    /// Closes them.
    CloseAll,
    /// Back to the table.
    Top,
    /// There is no conversation in the capture.
    Nothing,
    /// Head of the reasons below a drawing.
    Reasons,
}

/// A sentence of drawings and pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureNote {
    /// Conversations that have no row: there are too many for a page.
    MoreRows(u64),
    /// So many conversations have a drawing; the others have only a row.
    OnlyFirst(u64),
    /// What a drawing is, for those who cannot see it.
    Name(u64),
}
