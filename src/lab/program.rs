//! The programs of the textbook, alone, on this machine: their calls are printed,
//! and the wire is watched by another program.

use std::io::{BufRead as _, Read as _};
use std::net::SocketAddr;
use std::time::Duration;

use super::socket::Socket;
use super::stage::Stage;
use crate::lang::Actor;

/// Where a program serves or connects, and how slow it is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where the server listens.
    pub at: SocketAddr,
    /// How long it thinks before it answers and before it closes.
    pub delay: Duration,
}

/// The backlog of the servers.
const BACKLOG: i32 = 16;

fn listen(stage: &Stage, place: &Place) -> anyhow::Result<Socket> {
    let server = stage.tcp_for(Actor::Server, place.at)?;
    // Started again, it shall not have to wait for TIME-WAIT.
    server.reuse_address()?;
    server.bind(place.at)?;
    server.listen(BACKLOG)?;
    Ok(server)
}

fn think(stage: &Stage, place: &Place) {
    if !place.delay.is_zero() {
        stage.pause(Actor::Server, place.delay);
    }
}

/// Sends back each line, one client after the other; never ends.
///
/// # Errors
/// It cannot listen. What goes wrong with one client is that client's end.
pub fn serve_echo(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = listen(stage, place)?;
    loop {
        let client = server.accept()?;
        let mut octets = Vec::new();
        while client.read_into(&mut octets).is_ok_and(|count| count > 0) {
            think(stage, place);
            if client.write(&octets).is_err() {
                break;
            }
        }
        think(stage, place);
        client.close()?;
    }
}

/// Sends the lines of standard input, and reads what comes back for each.
///
/// # Errors
/// No server, or the connection broke.
pub fn connect_echo(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = stage.tcp_for(Actor::Client, place.at)?;
    server.connect(place.at)?;
    for line in std::io::stdin().lock().lines() {
        let line = format!("{}\n", line?);
        server.write(line.as_bytes())?;
        if server.read()? == 0 {
            break;
        }
    }
    Ok(server.close()?)
}

/// Takes octets until their sender has said that there are no more, then closes.
///
/// # Errors
/// It cannot listen.
pub fn serve_file(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = listen(stage, place)?;
    loop {
        let client = server.accept()?;
        client.read_to_end();
        think(stage, place);
        client.close()?;
    }
}

/// Sends standard input, says that this was all, and waits for the receiver's close.
///
/// # Errors
/// No server, or the connection broke.
pub fn connect_file(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = stage.tcp_for(Actor::Client, place.at)?;
    server.connect(place.at)?;
    let mut octets = vec![0; 1 << 16];
    let mut input = std::io::stdin().lock();
    loop {
        let count = input.read(&mut octets)?;
        if count == 0 {
            break;
        }
        server.write(octets.get(..count).unwrap_or_default())?;
    }
    server.shutdown()?;
    server.read_to_end();
    Ok(server.close()?)
}

/// Sends back each datagram; never ends.
///
/// # Errors
/// It cannot bind.
pub fn serve_udp(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = stage.udp_for(Actor::Server, place.at)?;
    server.bind(place.at)?;
    loop {
        let (octets, from) = server.receive_from()?;
        think(stage, place);
        if let Some(from) = from {
            // Who is gone needs no answer.
            let _ = server.send_to(&octets, from);
        }
    }
}

/// Sends the lines of standard input, a datagram each, and waits for each answer.
///
/// # Errors
/// Nobody listens: an ICMP error came back.
pub fn connect_udp(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = stage.udp_for(Actor::Client, place.at)?;
    server.connect(place.at)?;
    for line in std::io::stdin().lock().lines() {
        let line = format!("{}\n", line?);
        server.write(line.as_bytes())?;
        server.read()?;
    }
    Ok(())
}

/// Says hello to each client, and reads until it leaves.
///
/// # Errors
/// It cannot listen.
pub fn serve_chat(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = listen(stage, place)?;
    loop {
        let client = server.accept()?;
        think(stage, place);
        if client.write(b"hello\n").is_ok() {
            while client.read().is_ok_and(|count| count > 0) {}
        }
        client.close()?;
    }
}

/// Hears the server's hello, says the lines of standard input, and leaves.
///
/// # Errors
/// No server, or the connection broke.
pub fn connect_chat(stage: &Stage, place: &Place) -> anyhow::Result<()> {
    let server = stage.tcp_for(Actor::Client, place.at)?;
    server.connect(place.at)?;
    server.read()?;
    for line in std::io::stdin().lock().lines() {
        server.write(format!("{}\n", line?).as_bytes())?;
    }
    Ok(server.close()?)
}
