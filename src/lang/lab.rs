//! Words of the lab.

/// Whose program acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// The client.
    Client,
    /// A second client.
    SecondClient,
    /// A third client.
    ThirdClient,
    /// The server.
    Server,
    /// A process or thread of the server, for one client.
    Worker,
    /// One for another client.
    SecondWorker,
    /// Settings of the kernel.
    Kernel,
    /// Whatever carries segments between two hosts.
    Network,
}

/// What experiments are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum LabGroup {
    /// Programs as they stand in textbooks.
    Programs,
    /// How connections open, and fail to.
    Opening,
    /// What happens between opening and closing.
    Data,
    /// How connections close, and what stays behind.
    Closing,
    /// How they break off.
    Resets,
    /// What segments that are lost, late or forged do.
    Losses,
}

impl LabGroup {
    /// All of them, in the order in which they are listed.
    pub const ALL: [LabGroup; 6] = [
        LabGroup::Programs,
        LabGroup::Opening,
        LabGroup::Data,
        LabGroup::Closing,
        LabGroup::Resets,
        LabGroup::Losses,
    ];
}

/// A head or a short sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LabWord {
    /// Over the calls and the frames that follow each.
    Calls,
    /// Over the same without frames, of an experiment that was not run here.
    Causes,
    /// Over what to look at.
    Look,
    /// Over what to try next.
    Next,
    /// Over the script beside what was seen.
    Script,
    /// Over the tables of a recording, in the course notes.
    Wire,
    /// Over the experiments, in the course notes.
    Notes,
    /// All was as the script says.
    Satisfied,
    /// It was not.
    NotSatisfied,
    /// How to run one, under the list.
    HowTo,
    /// Asks for a key before the next call.
    GoOn,
}

/// A sentence with something in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LabNote<'a> {
    /// Where it was run.
    OwnNetwork,
    /// It was not run; the recording of this name is shown.
    Recording(&'a str),
    /// So many octets were sent, and so many arrived.
    Counted(usize, usize),
    /// The programs could not do what they wanted.
    Failed(&'a str),
    /// A signal ended it.
    Interrupted,
}
