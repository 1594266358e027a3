//! The page in a real browser, driven over the WebDriver protocol: chips and heads
//! are clicked, words are typed, a drawing is opened.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{fixture, have, program};
use serde_json::{Value, json};

/// A browser without a window, and its only session.
struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let session = std::mem::take(&mut self.session);
        if !session.is_empty() {
            let _ = request(self.port, "DELETE", &session, None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// One request of the protocol: JSON over HTTP.
fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer)?;
    Ok(serde_json::from_slice(&answer)?)
}

impl Browser {
    /// Starts one; `None`, and it says so, where there is none.
    fn start() -> Option<Browser> {
        if !have("chromium") || !have("chromedriver") {
            return None;
        }
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let said = lines.map_while(Result::ok).find(|line| line.contains("successfully on port"));
        let port = said.and_then(|line| line.rsplit(' ').next()?.trim_end_matches('.').parse().ok());
        let profile = tempfile::tempdir().unwrap();
        let arguments = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            format!("--user-data-dir={}", profile.path().display()),
        ]);
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let mut browser = Browser { driver, port: port.unwrap(), session: String::new(), _profile: profile };
        let made = request(browser.port, "POST", "/session", Some(&wanted)).unwrap();
        let name = made["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}"));
        browser.session = format!("/session/{name}");
        Some(browser)
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        let path = format!("{}/{what}", self.session);
        let mut answer = request(self.port, "POST", &path, Some(body)).unwrap();
        assert!(answer["value"]["error"].is_null(), "{what} {body}: {answer}");
        answer["value"].take()
    }

    fn open(&self, file: &Path) {
        self.post("url", &json!({"url": format!("file://{}", file.display())}));
    }

    /// The name of the only element that a selector finds.
    fn find(&self, selector: &str) -> String {
        let found = self.post("element", &json!({"using": "css selector", "value": selector}));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    fn click(&self, selector: &str) {
        self.post(&format!("element/{}/click", self.find(selector)), &json!({}));
    }

    fn type_into(&self, selector: &str, text: &str) {
        self.post(&format!("element/{}/value", self.find(selector)), &json!({"text": text}));
    }

    fn script(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// The numbers of the rows that are shown, in their order.
    fn rows(&self) -> Value {
        self.script(
            "return [...document.querySelectorAll('tbody tr')].filter(r => r.checkVisibility())\
             .map(r => r.dataset.n).join(' ')",
        )
    }
}

fn page(folder: &Path, capture: &str) -> std::path::PathBuf {
    let file = folder.join("page.html");
    let name = file.to_str().unwrap();
    assert!(program().args(["-q", "-r", &fixture(capture), "--html", name]).status().unwrap().success());
    file
}

#[test]
fn what_is_clicked_and_typed_sorts_and_finds() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(folder.path(), "30b_seed001_server_exits_with_first_client.pcap"));
    assert_eq!(browser.rows(), "1 2 3");
    browser.click("#outcomes li[data-o=refused] button");
    assert_eq!(browser.rows(), "3", "an outcome alone");
    browser.click("#outcomes li[data-o=refused] button");
    assert_eq!(browser.rows(), "1 2 3", "again: all");
    browser.click("thead th:nth-child(7) button");
    assert_eq!(browser.rows().as_str().unwrap().split(' ').next(), Some("3"), "the shortest first");
    browser.click("thead th:nth-child(7) button");
    assert_eq!(browser.rows().as_str().unwrap().split(' ').next_back(), Some("3"), "the longest first");
    browser.type_into("#find", "40002");
    assert_eq!(browser.rows(), "2");
    assert_eq!(browser.script("return document.getElementById('count').textContent"), "1 / 3");
    assert!(browser.script("return location.hash").as_str().unwrap().contains("q=40002"));
}

#[test]
fn a_drawing_is_built_when_it_is_opened() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open(&page(folder.path(), "11c_syncookies_burst60.pcap"));
    let drawings = || browser.script("return document.querySelectorAll('details svg.ladder').length");
    assert_eq!(drawings(), 3, "those that are open");
    browser.click("details[data-n='5'] summary");
    // Opening is told in a task of its own: the script waits for the frame after it.
    let built = "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => \
                 done(document.querySelectorAll('details[data-n=\"5\"] svg.ladder g.seg').length)))";
    let rows = browser.post("execute/async", &json!({"script": built, "args": []}));
    assert!(rows.as_u64().unwrap() >= 2, "{rows}");
    assert_eq!(drawings(), 4);
    // A link in the table opens and builds, too.
    browser.script("location.hash = '#c7'");
    let open = "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => \
                done(document.querySelector('details[data-n=\"7\"]').open)))";
    assert_eq!(browser.post("execute/async", &json!({"script": open, "args": []})), true);
    assert_eq!(drawings(), 5);
}
