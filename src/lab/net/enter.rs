//! Into a user and a network namespace of one's own (`user_namespaces(7)`).

use std::fmt;
use std::fs;
use std::io;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use rustix::process::{DumpableBehavior, getegid, geteuid, set_dumpable_behavior};

use super::link;

/// What was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The namespaces: `unshare(2)`.
    Namespace,
    /// Telling who the user is inside: `/proc/self/uid_map` and `gid_map`.
    Identity,
    /// To bring the loopback interface up.
    Loopback,
}

/// Who or what is in the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The process has threads already; they would be left outside.
    Threads,
    /// AppArmor keeps user namespaces for programs that have a profile
    /// (`kernel.apparmor_restrict_unprivileged_userns`).
    AppArmor,
    /// The system is set up so that only root may (`kernel.unprivileged_userns_clone`).
    RootOnly,
    /// No more of them are allowed (`user.max_user_namespaces`, or 32 levels).
    Limit,
    /// The kernel was built without them.
    Unsupported,
    /// Something else denies it, usually the container's list of system calls.
    Denied,
    /// None of these; the system's own reason says more.
    Other,
}

/// Why the process cannot have a network of its own. `Display` says it on a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused {
    /// What was asked for.
    pub step: Step,
    /// Who or what is in the way.
    pub why: Why,
    /// The system's own reason: an error number of `errno(3)`, or 0.
    pub errno: i32,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.step {
            Step::Namespace => "no user and network namespace of its own",
            Step::Identity => "no user in the new namespace",
            Step::Loopback => "no loopback interface in the new namespace",
        };
        let why = match self.why {
            Why::Threads => "the process has threads already",
            Why::AppArmor => "AppArmor allows it to programs with a profile only",
            Why::RootOnly => "the system is set up so that only root may",
            Why::Limit => "no more namespaces are allowed",
            Why::Unsupported => "the kernel was built without them",
            Why::Denied => "not permitted, by a container or another guard",
            Why::Other => "the system refuses",
        };
        write!(f, "{what}: {why}")?;
        match self.errno {
            0 => Ok(()),
            number => write!(f, " ({})", io::Error::from_raw_os_error(number)),
        }
    }
}

impl std::error::Error for Refused {}

/// Moves the process into a network namespace of its own, with its loopback
/// interface up. Whoever may not make one does so inside a user namespace of
/// their own, where they are themselves and may do what they like with that
/// network. The kernel removes all of it with the process.
///
/// To be called before there is any thread.
///
/// # Errors
/// It is refused; then nothing has changed, except after [`Step::Identity`] and
/// [`Step::Loopback`]: there the process is in a network without interfaces.
pub fn enter() -> Result<(), Refused> {
    if fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() > 1) {
        return Err(Refused { step: Step::Namespace, why: Why::Threads, errno: 0 });
    }
    // Root needs no other user, and is sometimes not allowed one.
    let alone = geteuid().is_root() && unshare(CloneFlags::CLONE_NEWNET).is_ok();
    if !alone {
        let (user, group) = (geteuid().as_raw(), getegid().as_raw());
        let flags = CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET;
        unshare(flags).map_err(no_namespace)?;
        be_oneself(user, group).map_err(|error| refused(Step::Identity, &error))?;
    }
    link::up("lo").map_err(|error| refused(Step::Loopback, &error))
}

/// Maps the user and the group to themselves. Before it may name its groups, an
/// ordinary user must give up dropping them.
fn be_oneself(user: u32, group: u32) -> io::Result<()> {
    // A program with capabilities of its file does not own what /proc says of it.
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

fn refused(step: Step, error: &io::Error) -> Refused {
    let errno = error.raw_os_error().unwrap_or(0);
    let guarded = matches!(Errno::from_raw(errno), Errno::EPERM | Errno::EACCES);
    let why = match guarded {
        true if is_set("kernel/apparmor_restrict_unprivileged_userns", '1') => Why::AppArmor,
        true => Why::Denied,
        false => Why::Other,
    };
    Refused { step, why, errno }
}

/// Why there is no namespace.
pub(super) fn no_namespace(errno: Errno) -> Refused {
    Refused { step: Step::Namespace, why: why_not(errno), errno: errno as i32 }
}

/// What the kernel means by its error number (`unshare(2)`).
fn why_not(errno: Errno) -> Why {
    match errno {
        Errno::ENOSPC | Errno::EUSERS => Why::Limit,
        Errno::EINVAL | Errno::ENOSYS => Why::Unsupported,
        Errno::EPERM if is_set("kernel/apparmor_restrict_unprivileged_userns", '1') => Why::AppArmor,
        Errno::EPERM if is_set("kernel/unprivileged_userns_clone", '0') => Why::RootOnly,
        Errno::EPERM => Why::Denied,
        _ => Why::Other,
    }
}

/// Whether a system control begins with this digit.
fn is_set(name: &str, digit: char) -> bool {
    fs::read_to_string(format!("/proc/sys/{name}")).is_ok_and(|value| value.starts_with(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_threads_is_left_alone() {
        // The test runner has more than one.
        let other = std::thread::spawn(std::thread::park);
        let before = fs::read_link("/proc/thread-self/ns/net").unwrap();
        let refused = enter().unwrap_err();
        assert_eq!((refused.step, refused.why), (Step::Namespace, Why::Threads));
        assert!(refused.to_string().contains("threads already"));
        assert_eq!(fs::read_link("/proc/thread-self/ns/net").unwrap(), before);
        other.thread().unpark();
        other.join().unwrap();
    }

    #[test]
    fn the_kernels_reasons_are_told_apart() {
        assert_eq!(why_not(Errno::ENOSPC), Why::Limit);
        assert_eq!(why_not(Errno::EINVAL), Why::Unsupported);
        assert_eq!(why_not(Errno::ENOMEM), Why::Other);
        let refused = Refused { step: Step::Namespace, why: Why::Limit, errno: Errno::ENOSPC as i32 };
        assert!(refused.to_string().contains("no more namespaces are allowed (No space left"), "{refused}");
    }
}
