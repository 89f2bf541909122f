//! Chromium, driven by its DevTools protocol.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::House;

/// Waiting longer than this for a state of the page means it does not come.
const PATIENCE: Duration = Duration::from_secs(180);

/// A browser; it is ended when this is dropped.
pub struct Chromium {
    program: Child,
    _folder: tempfile::TempDir,
    socket: RefCell<WebSocket<TcpStream>>,
    last: RefCell<u64>,
    /// What pages did: requests, faults.
    events: RefCell<Vec<Value>>,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Chromium {
    /// Starts one whose microphone plays `recording` once; without it there is none.
    pub fn start(recording: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("chromium");
        command
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--mute-audio",
                "--hide-scrollbars",
            ])
            .args([
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--remote-debugging-port=0",
                "--force-prefers-reduced-motion",
                "--lang=zh-CN",
            ])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        if let Some(recording) = recording {
            command
                .args([
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                ])
                .args(["--autoplay-policy=no-user-gesture-required"])
                .arg(format!(
                    "--use-file-for-fake-audio-capture={}%noloop",
                    recording.display()
                ));
        }
        let mut program = command.spawn().expect("Debian's chromium is installed");
        let lines = BufReader::new(program.stderr.take().expect("piped")).lines();
        let (tell, told) = std::sync::mpsc::channel();
        // Its complaints are read to the end, so that it never waits for somebody to do so.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("DevTools listening on ") {
                    let _ = tell.send(url.to_owned());
                }
            }
        });
        let url = told.recv_timeout(PATIENCE).expect("it listens");
        let address = url
            .trim_start_matches("ws://")
            .split('/')
            .next()
            .expect("an address");
        let stream = TcpStream::connect(address).expect("connects");
        let (socket, _) = tungstenite::client(url.as_str(), stream).expect("a socket");
        Self {
            program,
            _folder: folder,
            socket: RefCell::new(socket),
            last: RefCell::new(0),
            events: RefCell::default(),
        }
    }

    fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        let answer = self.try_call(session, method, parameters);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The answer, or the browser's error.
    fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Value> {
        let id = self.last.replace_with(|last| *last + 1) + 1;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut socket = self.socket.borrow_mut();
        socket
            .send(Message::text(message.to_string()))
            .expect("sent");
        loop {
            let Message::Text(text) = socket.read().expect("an answer") else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == id {
                return match &answer["error"] {
                    Value::Null => Ok(answer["result"].clone()),
                    error => Err(error.clone()),
                };
            }
            self.events.borrow_mut().push(answer);
        }
    }

    /// A new page in a profile of its own.
    pub fn tab(&self) -> Tab<'_> {
        let context = self.call(None, "Target.createBrowserContext", json!({}));
        let target =
            json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = self.call(None, "Target.createTarget", target);
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", attach);
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        let tab = Tab {
            chromium: self,
            session,
        };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab
    }
}

/// A page.
pub struct Tab<'a> {
    chromium: &'a Chromium,
    session: String,
}

impl Tab<'_> {
    fn call(&self, method: &str, parameters: Value) -> Value {
        self.chromium.call(Some(&self.session), method, parameters)
    }

    pub fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    pub fn size(&mut self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// What a piece of script comes to.
    #[track_caller]
    pub fn evaluate(&mut self, script: &str) -> Value {
        let how = json!({ "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", how);
        let start: String = script.trim().chars().take(120).collect();
        assert!(
            answer["exceptionDetails"].is_null(),
            "{start}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].clone()
    }

    /// Waits until this is true. A page that is being left does not answer.
    #[track_caller]
    pub fn wait(&mut self, script: &str) {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let how = json!({ "expression": script, "returnByValue": true });
            let answer = self
                .chromium
                .try_call(Some(&self.session), "Runtime.evaluate", how);
            if answer.is_ok_and(|answer| answer["result"]["value"] == true) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let page = self.evaluate(
            "JSON.stringify({ ...document.body.dataset, words: '' }) + document.body.innerText",
        );
        panic!("waited for {script}; the page: {page}");
    }

    /// Waits until the page has been laid out.
    pub fn settle(&mut self) {
        self.evaluate(
            "new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(0)), 120))",
        );
    }

    #[track_caller]
    pub fn text(&mut self, selector: &str) -> String {
        let text = self.evaluate(&format!(
            "document.querySelector('{selector}').textContent.trim()"
        ));
        text.as_str().expect("text").to_owned()
    }

    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        // Before its style is there, what is clicked stands elsewhere.
        self.wait("document.readyState === 'complete'");
        let place = self.evaluate(&format!(
            "(() => {{ const at = document.querySelector('{selector}'); at.scrollIntoView({{ block: 'nearest' }});
                const box = at.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2] }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    pub fn key(&mut self, key: &str) {
        let (code, number, text) = match key {
            " " => ("Space", 32, " "),
            "Enter" => ("Enter", 13, "\r"),
            "Tab" => ("Tab", 9, ""),
            "ArrowLeft" => ("ArrowLeft", 37, ""),
            "ArrowRight" => ("ArrowRight", 39, ""),
            other => panic!("{other} is not among the keys"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event =
                json!({ "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number });
            if !text.is_empty() && kind == "keyDown" {
                event["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    #[track_caller]
    pub fn type_in(&mut self, selector: &str, text: &str) {
        self.evaluate(&format!("document.querySelector('{selector}').focus()"));
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses Tab until this has the focus.
    #[track_caller]
    pub fn tab_to(&mut self, selector: &str) {
        for _ in 0..150 {
            self.key("Tab");
            if self.evaluate(&format!("document.activeElement.matches('{selector}')")) == true {
                return;
            }
        }
        panic!("Tab does not lead to {selector}");
    }

    pub fn screenshot(&mut self, path: &Path) {
        let shot = self.call(
            "Page.captureScreenshot",
            json!({ "format": "png", "optimizeForSpeed": false }),
        );
        let bytes = decode(shot["data"].as_str().expect("a picture"));
        std::fs::write(path, bytes).expect("written");
    }

    /// No script failed, nothing was refused by the policy, and nothing was asked of others.
    #[track_caller]
    pub fn is_clean(&mut self, house: &House) {
        let own = house.address.to_string();
        for event in self.chromium.events.borrow().iter() {
            let method = event["method"].as_str().unwrap_or_default();
            assert_ne!(method, "Runtime.exceptionThrown", "{event}");
            if method == "Log.entryAdded" {
                assert_ne!(event["params"]["entry"]["level"], "error", "{event}");
            }
            if method == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"]
                    .as_str()
                    .unwrap_or_default();
                assert!(
                    url.contains(&own) || url.starts_with("data:"),
                    "asked of others: {url}"
                );
            }
        }
    }
}

/// Base64 (RFC 4648) to bytes.
fn decode(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        bits = bits << 6 | u32::from(value(c));
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
