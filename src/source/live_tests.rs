//! These capture on the loopback interface. Without permission to do so they
//! check instead that this is what they are told.

use std::net::UdpSocket;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGTERM, SIGUSR1};
use signal_hook::low_level::raise;

use super::super::signals::tests::one_at_a_time;
use super::super::{CaptureDirection, LiveOptions, Pulse, Source, SourceError, open_live};

/// Two sockets that can talk, and a filter for what they say.
struct Talk {
    from: UdpSocket,
    to: UdpSocket,
}

impl Talk {
    fn new() -> Talk {
        let [from, to] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        from.connect(to.local_addr().unwrap()).unwrap();
        Talk { from, to }
    }

    fn options(&self) -> LiveOptions {
        let mut options = LiveOptions::new("lo");
        options.filter = Some(format!("udp dst port {}", self.to.local_addr().unwrap().port()));
        options.interval = Duration::from_secs(60);
        options
    }

    fn say(&self, words: u8) {
        for word in 0..words {
            self.from.send(&[word; 10]).unwrap();
        }
    }
}

/// Opens it, or sees to it that the reason why not is understandable.
fn open(options: &LiveOptions) -> Option<Box<dyn Source + Send>> {
    match open_live(options) {
        Ok(live) => Some(live),
        Err(error) => {
            assert!(matches!(error, SourceError::Permission { .. }), "{error}");
            assert!(error.hint().unwrap().contains("setcap"));
            None
        }
    }
}

/// The last octets of all frames until the end, and the frames dropped.
fn until_end(live: &mut dyn Source) -> (Vec<u8>, Option<u64>) {
    let mut words = Vec::new();
    loop {
        match live.next().unwrap() {
            Pulse::Frame(frame) => {
                words.push(*frame.data.last().unwrap());
                assert_eq!(frame.number, words.len() as u64);
                assert_eq!(frame.wire_len as usize, frame.data.len());
            }
            Pulse::Idle(_) => {}
            Pulse::End(stats) => {
                assert_eq!(stats.frames, words.len() as u64);
                return (words, stats.dropped_by_kernel);
            }
        }
    }
}

#[test]
fn what_is_sent_after_opening_is_seen_once_and_drained_at_the_end() {
    let _alone = one_at_a_time();
    for immediate in [true, false] {
        let talk = Talk::new();
        let mut options = talk.options();
        options.immediate = immediate;
        options.nano = immediate;
        let Some(mut live) = open(&options) else { return };
        talk.say(100);
        raise(SIGTERM).unwrap();
        let (words, dropped) = until_end(live.as_mut());
        assert_eq!(words, (0..100).collect::<Vec<_>>(), "immediate: {immediate}");
        assert_eq!(dropped, Some(0));
        assert!(matches!(live.next().unwrap(), Pulse::End(_)));
    }
}

#[test]
fn a_signal_wakes_a_quiet_capture_at_once() {
    let _alone = one_at_a_time();
    let talk = Talk::new();
    let Some(mut live) = open(&talk.options()) else { return };
    raise(SIGUSR1).unwrap();
    let begin = Instant::now();
    assert!(matches!(live.next().unwrap(), Pulse::Idle(_)));
    assert!(live.take_usr1());
    assert!(!live.take_usr1());
    let (ended, end) = channel();
    let capturing = thread::spawn(move || {
        until_end(live.as_mut());
        ended.send(()).unwrap();
    });
    raise(SIGTERM).unwrap();
    end.recv_timeout(Duration::from_secs(20)).unwrap();
    capturing.join().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn quiet_tells_the_time_and_the_end_time_comes() {
    let _alone = one_at_a_time();
    let talk = Talk::new();
    let mut options = talk.options();
    options.interval = Duration::from_millis(20);
    options.duration = Some(Duration::from_millis(200));
    let Some(mut live) = open(&options) else { return };
    let begin = Instant::now();
    let mut times = Vec::new();
    while let Pulse::Idle(now) = live.next().unwrap() {
        times.push(now);
    }
    assert!(begin.elapsed() >= Duration::from_millis(190), "{:?}", begin.elapsed());
    assert!((2..=10).contains(&times.len()), "{times:?}");
    assert!(times.is_sorted());
}

#[test]
fn direction_and_snapshot_length_are_obeyed() {
    let _alone = one_at_a_time();
    let talk = Talk::new();
    let mut options = talk.options();
    (options.snaplen, options.direction) = (50, CaptureDirection::In);
    let Some(mut live) = open(&options) else { return };
    talk.say(1);
    match live.next().unwrap() {
        Pulse::Frame(frame) => assert_eq!((frame.data.len(), frame.wire_len), (50, 52)),
        other => panic!("{other:?}"),
    }
    live.stop();
    assert!(matches!(live.next().unwrap(), Pulse::End(_)));
}

#[test]
fn mistakes_are_understood() {
    let _alone = one_at_a_time();
    let error = open_live(&LiveOptions::new("lO")).err().unwrap();
    assert_eq!(error.to_string(), "lO: no such interface");
    assert_eq!(error.hint().unwrap(), "did you mean lo?");
    let mut options = LiveOptions::new("lo");
    options.filter = Some("tcp prot 80".into());
    if open(&LiveOptions::new("lo")).is_none() {
        return;
    }
    match open_live(&options).err().unwrap() {
        SourceError::Filter(error) => assert_eq!(error.at, Some(4..8)),
        other => panic!("{other}"),
    }
    options.link = Some("IEEE802_11".into());
    match open_live(&options).err().unwrap() {
        SourceError::LinkType { has, .. } => assert_eq!(has, ["EN10MB"]),
        other => panic!("{other}"),
    }
}
