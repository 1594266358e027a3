//! What the program may do once the capture is open: next to nothing.
//!
//! It opens what it reads with the rights that it was started with, becomes
//! another user, makes the file of `-w` as that user, and then gives up the
//! rest. All of it happens before the first packet is looked at and before any
//! thread is started: capabilities, no-new-privileges and Landlock are a
//! thread's own, and later threads inherit them.

use std::env;
use std::ffi::CString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, Scope,
};
use nix::errno::Errno;
use nix::unistd::{self, Gid, Uid};
use rustix::thread::{
    CapabilitySet, CapabilitySets, clear_ambient_capability_set, set_capabilities, set_no_new_privs,
};

use crate::cli::Hinted;

/// The newest Landlock that is asked for; older kernels give what they have.
const NEWEST: ABI = ABI::V9;

/// A user to become.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The name, or the number if that has no name.
    name: String,
    uid: Uid,
    gid: Gid,
    /// All groups, the supplementary ones too.
    groups: Vec<Gid>,
    /// The user asked for it by name (`-Z`).
    asked: bool,
}

/// Who started the program.
struct Starter {
    real: Uid,
    effective: Uid,
    /// `SUDO_UID` and `SUDO_GID`.
    sudo: [Option<String>; 2],
}

impl Starter {
    fn of_process() -> Starter {
        let number = |name| env::var(name).ok();
        Starter {
            real: Uid::current(),
            effective: Uid::effective(),
            sudo: [number("SUDO_UID"), number("SUDO_GID")],
        }
    }

    /// The user that root acts for: who called sudo, or the real user of a
    /// program that belongs to root and is setuid.
    fn acts_for(&self) -> Option<(Uid, Gid)> {
        if !self.effective.is_root() {
            return None;
        }
        if !self.real.is_root() {
            return Some((self.real, Gid::current()));
        }
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u32>().ok());
        let (uid, gid) = (number(&self.sudo[0])?, number(&self.sudo[1])?);
        (uid != 0).then(|| (Uid::from_raw(uid), Gid::from_raw(gid)))
    }
}

/// The user to become: that of `-Z`, else whom root acts for. `None`: this one.
///
/// # Errors
/// There is no user of that name.
pub fn destination(asked: Option<&str>) -> anyhow::Result<Option<User>> {
    destination_of(asked, &Starter::of_process())
}

fn destination_of(asked: Option<&str>, starter: &Starter) -> anyhow::Result<Option<User>> {
    let Some(name) = asked else {
        return Ok(starter.acts_for().map(|(uid, gid)| numbered(uid, gid)));
    };
    let found = unistd::User::from_name(name).with_context(|| format!("-Z {name}: cannot be looked up"))?;
    let found = found.ok_or_else(|| Hinted::new(format!("-Z {name}: no such user")))?;
    // As with tcpdump, only root can become another.
    let becomes = starter.effective.is_root() && !found.uid.is_root();
    let groups = groups(&found.name, found.gid);
    Ok(becomes.then_some(User { name: found.name, uid: found.uid, gid: found.gid, groups, asked: true }))
}

/// The user of a number, which may have no name.
fn numbered(uid: Uid, gid: Gid) -> User {
    let name = unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    let groups = name.as_ref().map_or_else(|| vec![gid], |name| groups(name, gid));
    User { name: name.unwrap_or_else(|| uid.to_string()), uid, gid, groups, asked: false }
}

fn groups(name: &str, gid: Gid) -> Vec<Gid> {
    let all = CString::new(name).ok().and_then(|name| unistd::getgrouplist(&name, gid).ok());
    all.unwrap_or_else(|| vec![gid])
}

impl User {
    /// The name, or the number if that has no name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Becomes this user, in all threads. Whether that was done: where nobody
    /// asked for it and the system does not let even root (a namespace without
    /// this user), it is passed over.
    ///
    /// # Errors
    /// The system refuses, and the user asked for it.
    pub fn become_it(&self) -> anyhow::Result<bool> {
        match self.change() {
            Ok(()) => Ok(true),
            // Half-way is not passed over.
            Err(error) if self.asked || !Uid::effective().is_root() => {
                Err(error).with_context(|| format!("cannot become user {}", self.name))
            }
            Err(_) => Ok(false),
        }
    }

    fn change(&self) -> Result<(), Errno> {
        // Of libc, so that all threads follow; the user last, for only root may
        // change groups.
        unistd::setgroups(&self.groups)?;
        unistd::setresgid(self.gid, self.gid, self.gid)?;
        unistd::setresuid(self.uid, self.uid, self.uid)
    }
}

/// Gives up what is left: capabilities, new privileges through another program,
/// and, where the kernel has Landlock, files, TCP and signals to others. `again`
/// are files that must be opened once more.
///
/// Nothing that fails here stops the program: it is a second wall.
pub fn confine(again: &[PathBuf]) {
    let none = CapabilitySet::empty();
    clear_ambient_capability_set().ok();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none }).ok();
    set_no_new_privs(true).ok();
    landlock(again).ok();
}

fn landlock(again: &[PathBuf]) -> Result<RestrictionStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    let files = again.iter().filter(|path| path.as_path() != Path::new("-"));
    for file in files.filter_map(|path| PathFd::new(path).ok()) {
        rules = rules.add_rule(PathBeneath::new(file, AccessFs::ReadFile))?;
    }
    rules.restrict_self()
}

/// What guards the system against the program, for `--version -v`.
pub fn guards() -> String {
    // A thread of its own tries the sandbox, and takes it away when it ends.
    let tried = std::thread::spawn(|| landlock(&[])).join();
    let sandbox = match tried {
        Ok(Ok(status)) => match status.landlock {
            LandlockStatus::Available { effective_abi, .. } => {
                let number = format!("{effective_abi:?}");
                format!("Landlock ABI {}: {}", number.trim_start_matches('V'), covers(effective_abi))
            }
            LandlockStatus::NotEnabled => "none: this kernel has Landlock switched off".into(),
            LandlockStatus::NotImplemented => "none: this kernel has no Landlock".into(),
        },
        _ => "none: this kernel refuses Landlock".into(),
    };
    let user = match destination(None) {
        Ok(Some(user)) => format!("becomes {}, then gives up all capabilities", user.name),
        _ if Uid::effective().is_root() => "stays root without capabilities; -Z USER becomes another".into(),
        _ => "gives up all capabilities; root through sudo becomes who called it".into(),
    };
    format!("sandbox: {sandbox}\nuser: {user}\nin force before the first packet is looked at\n")
}

/// What a Landlock takes away.
fn covers(abi: ABI) -> &'static str {
    match abi {
        ABI::V1 | ABI::V2 | ABI::V3 => "no files",
        ABI::V4 | ABI::V5 => "no files, no TCP",
        _ => "no files, no TCP, no signals to others",
    }
}

#[cfg(test)]
#[allow(clippy::print_stderr)]
mod tests {
    use super::*;

    fn starter(real: u32, effective: u32, sudo: [Option<&str>; 2]) -> Starter {
        Starter {
            real: Uid::from_raw(real),
            effective: Uid::from_raw(effective),
            sudo: sudo.map(|text| text.map(str::to_owned)),
        }
    }

    fn becomes(asked: Option<&str>, starter: &Starter) -> Option<(u32, u32)> {
        destination_of(asked, starter).unwrap().map(|user| (user.uid.as_raw(), user.gid.as_raw()))
    }

    #[test]
    fn root_acts_for_who_called_it() {
        let sudo = [Some("54321"), Some("54322")];
        assert_eq!(becomes(None, &starter(0, 0, sudo)), Some((54321, 54322)));
        assert_eq!(becomes(None, &starter(0, 0, [None, None])), None);
        // Root may call sudo, too.
        assert_eq!(becomes(None, &starter(0, 0, [Some("0"), Some("0")])), None);
        // Whoever sets the variables without being root changes nothing.
        assert_eq!(becomes(None, &starter(1000, 1000, sudo)), None);
        assert_eq!(becomes(None, &starter(54321, 0, [None, None])).map(|(uid, _)| uid), Some(54321));
        for bad in [[Some("x"), Some("1")], [Some("-1"), Some("1")], [Some("1"), None], [Some(""), Some("")]]
        {
            assert_eq!(becomes(None, &starter(0, 0, bad)), None, "{bad:?}");
        }
    }

    #[test]
    fn the_user_that_is_asked_for_comes_first() {
        let sudo = starter(0, 0, [Some("54321"), Some("54322")]);
        let nobody = unistd::User::from_name("nobody").unwrap().unwrap();
        assert_eq!(becomes(Some("nobody"), &sudo), Some((nobody.uid.as_raw(), nobody.gid.as_raw())));
        assert_eq!(becomes(Some("root"), &sudo), None);
        assert_eq!(becomes(Some("nobody"), &starter(1000, 1000, [None, None])), None);
        let error = destination_of(Some("no such user"), &sudo).unwrap_err().to_string();
        assert_eq!(error, "-Z no such user: no such user");
    }

    #[test]
    fn a_user_without_a_name_has_one_group() {
        let user = numbered(Uid::from_raw(54321), Gid::from_raw(54322));
        assert_eq!((user.name.as_str(), user.groups.as_slice()), ("54321", &[Gid::from_raw(54322)][..]));
    }

    /// Confinement is a thread's own: this one is thrown away.
    fn confined<T: Send + 'static>(again: Vec<PathBuf>, work: impl FnOnce() -> T + Send + 'static) -> T {
        let thread = std::thread::spawn(move || {
            confine(&again);
            work()
        });
        thread.join().unwrap()
    }

    #[test]
    fn who_is_confined_opens_only_what_was_named() {
        let Ok(RestrictionStatus { landlock: LandlockStatus::Available { effective_abi, .. }, .. }) =
            std::thread::spawn(|| landlock(&[])).join().unwrap()
        else {
            eprintln!("skipped: {}", guards());
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let [named, other] = ["named", "other"].map(|name| folder.path().join(name));
        for path in [&named, &other] {
            std::fs::write(path, "x").unwrap();
        }
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let (read, others, written, connected) = confined(vec!["-".into(), named.clone()], move || {
            let kind = |error: std::io::Error| error.kind();
            let read = std::fs::read_to_string(&named).map_err(kind);
            let others = std::fs::read_to_string(&other).map_err(kind);
            let written = std::fs::write(&named, "y").map_err(kind);
            (read, others, written, std::net::TcpStream::connect(address).map(drop).map_err(kind))
        });
        let denied = std::io::ErrorKind::PermissionDenied;
        assert_eq!((read.as_deref(), others, written), (Ok("x"), Err(denied), Err(denied)));
        if covers(effective_abi).contains("TCP") {
            assert_eq!(connected, Err(denied));
        }
        // And nobody else is.
        assert!(std::net::TcpStream::connect(address).is_ok());
    }
}
