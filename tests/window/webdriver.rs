//! A W3C WebDriver client of a few calls: finding, clicking, typing, reading.
//! <https://www.w3.org/TR/webdriver2/>

use crate::wait::{wait_for, wait_telling};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The key under which the protocol carries an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// No single call takes longer.
const CALL: Duration = Duration::from_secs(30);

/// A session with the window.
pub struct Session {
    port: u16,
    id: String,
}

/// An element of the page.
pub struct Element<'a> {
    session: &'a Session,
    id: String,
}

/// The driver's refusal, in its words.
pub type Refused = String;

impl Session {
    /// Starts the app through the driver that listens on that port.
    pub fn open(port: u16, capabilities: &Value) -> Result<Self, Refused> {
        let answer = call(
            port,
            "POST",
            "/session",
            Some(&json!({ "capabilities": { "alwaysMatch": capabilities } })),
        )?;
        let id = answer["sessionId"].as_str().ok_or_else(|| answer.to_string())?;
        Ok(Session { port, id: id.to_owned() })
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        call(self.port, method, &format!("/session/{}{path}", self.id), body)
    }

    /// The first element that the selector matches now, if any.
    pub fn find(&self, css: &str) -> Option<Element<'_>> {
        let asked = json!({ "using": "css selector", "value": css });
        let found = self.ask("POST", "/element", Some(&asked)).ok()?;
        Some(Element { session: self, id: found[ELEMENT].as_str()?.to_owned() })
    }

    /// Waits for an element.
    #[track_caller]
    pub fn wait_for(&self, css: &str) -> Element<'_> {
        wait_telling(|| {
            self.find(css).ok_or_else(|| format!("{css} is in the page, which is {}", self.place()))
        })
    }

    /// Waits for the element of that `data-testid`.
    #[track_caller]
    pub fn test_id(&self, id: &str) -> Element<'_> {
        self.wait_for(&format!("[data-testid=\"{id}\"]"))
    }

    /// Waits until the element of that `data-testid` shows the text, and answers all that it shows.
    #[track_caller]
    pub fn shows(&self, id: &str, text: &str) -> String {
        self.shows_in(&format!("[data-testid=\"{id}\"]"), text)
    }

    /// The same for any selector.
    #[track_caller]
    pub fn shows_in(&self, css: &str, text: &str) -> String {
        wait_telling(|| match self.find(css).map(|element| element.text()) {
            Some(shown) if shown.contains(text) => Ok(shown),
            Some(shown) => Err(format!("{css} shows {text:?}, and not {shown:?}")),
            None => Err(format!("{css} shows {text:?}, but it is not there")),
        })
    }

    /// Waits until nothing has that `data-testid` any more.
    #[track_caller]
    pub fn gone(&self, id: &str) {
        let css = format!("[data-testid=\"{id}\"]");
        wait_for(&format!("{id} is gone"), || self.find(&css).is_none().then_some(()));
    }

    /// Everything in the page, shown or not.
    pub fn source(&self) -> String {
        let html = self.script("arguments[0](document.documentElement.outerHTML);", &[]);
        html.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the element of that `data-testid` as soon as it is there and can be clicked: a page that is being
    /// drawn anew takes its elements away from under a click.
    #[track_caller]
    pub fn click(&self, id: &str) {
        self.click_on(&format!("[data-testid=\"{id}\"]:not([disabled])"));
    }

    /// The same for any selector.
    #[track_caller]
    pub fn click_on(&self, css: &str) {
        wait_for(&format!("{css} can be clicked"), || {
            self.find(css)?.ask("POST", "/click", Some(&json!({}))).ok()
        });
    }

    /// Runs JavaScript whose last argument is the function that takes the answer.
    pub fn script(&self, code: &str, arguments: &[Value]) -> Value {
        let asked = json!({ "script": code, "args": arguments });
        self.ask("POST", "/execute/async", Some(&asked)).unwrap_or_else(|error| panic!("{code}: {error:?}"))
    }

    /// Goes to a page of the dashboard, as its links do: they add to the history. To assign the address instead would ask
    /// the app whether the window may go there, and WebKit can drop a journey that it asks about.
    pub fn go(&self, address: &str) {
        let code = "history.pushState(null, '', '#' + arguments[0]); dispatchEvent(new PopStateEvent('popstate')); arguments[1]();";
        self.script(code, &[json!(address.trim_start_matches('#'))]);
    }

    /// What stands in the field of that `data-testid`.
    #[track_caller]
    pub fn value(&self, id: &str) -> String {
        self.test_id(id);
        let code = "arguments[1](document.querySelector(`[data-testid=\"${arguments[0]}\"]`).value);";
        self.script(code, &[json!(id)]).as_str().unwrap_or_default().to_owned()
    }

    /// Whether the box of that `data-testid` is ticked.
    #[track_caller]
    pub fn is_ticked(&self, id: &str) -> bool {
        self.test_id(id);
        let code = "arguments[1](document.querySelector(`[data-testid=\"${arguments[0]}\"]`).checked);";
        self.script(code, &[json!(id)]).as_bool().unwrap_or_default()
    }

    /// The page's address.
    pub fn address(&self) -> String {
        let url = self.ask("GET", "/url", None).expect("the page has an address");
        url.as_str().unwrap_or_default().to_owned()
    }

    /// Where the page says it is, for a failing test's message: the address and the heading.
    pub fn place(&self) -> String {
        let code = "arguments[0](`${location.href} with the heading ${document.querySelector('main h1')?.innerText}`);";
        self.script(code, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Calls a command of the app as the dashboard does: `{"ok": answer}` or `{"error": refusal}`.
    pub fn invoke(&self, command: &str, request: Value) -> Value {
        self.script(
            "const done = arguments[arguments.length - 1];
             window.__TAURI__.core.invoke(arguments[0], { request: arguments[1] })
               .then(ok => done({ ok }), error => done({ error }));",
            &[json!(command), request],
        )
    }
}

impl Element<'_> {
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
        self.session.ask(method, &format!("/element/{}{path}", self.id), body)
    }

    /// Types into it.
    #[track_caller]
    pub fn send_keys(&self, text: &str) {
        self.ask("POST", "/value", Some(&json!({ "text": text }))).expect("the element takes text");
    }

    /// Empties it.
    #[track_caller]
    pub fn clear(&self) {
        self.ask("POST", "/clear", Some(&json!({}))).expect("the element can be emptied");
    }

    /// Its text as shown. Not as the driver tells it, which leaves out what lies within `display: contents`.
    pub fn text(&self) -> String {
        let asked = json!({
            "script": "return arguments[0].innerText;",
            "args": [{ ELEMENT: self.id }],
        });
        let text = self.session.ask("POST", "/execute/sync", Some(&asked)).unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// One of its attributes.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let value = self.ask("GET", &format!("/attribute/{name}"), None).ok()?;
        value.as_str().map(str::to_owned)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The driver ends the app with the session.
        let _ = self.ask("DELETE", "", None);
    }
}

/// One call of the protocol.
fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refused> {
    let (status, text) = exchange(port, method, path, body).map_err(|error| error.to_string())?;
    let answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    if status == 200 { Ok(answer["value"].clone()) } else { Err(answer["value"].to_string()) }
}

/// One HTTP/1.1 exchange on a connection of its own.
fn exchange(port: u16, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<(u16, String)> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(CALL))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let malformed = || std::io::Error::other(format!("not an HTTP answer: {answer}"));
    let (head, text) = answer.split_once("\r\n\r\n").ok_or_else(malformed)?;
    let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).ok_or_else(malformed)?;
    Ok((status, text.to_owned()))
}
