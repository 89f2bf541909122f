//! The interface for other programs.

use serde_json::{Value, json};

use super::{House, get, post};
use crate::common::{checkout, share_heard};

const JSON: &str = "application/json";

fn post_json(path: &str, body: &Value) -> super::Answer {
    post(
        &House::shared().url(path),
        JSON,
        body.to_string().as_bytes(),
    )
}

fn recording() -> Vec<u8> {
    std::fs::read(checkout("tests/data/speech/elder_card.wav")).expect("a recording")
}

#[test]
fn questions_find_their_guides() {
    #[track_caller]
    fn check(text: &str, outcome: &str, guide: Value) {
        let answer = post_json("/api/v1/ask", &json!({ "text": text }));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        assert_eq!(
            (&answer["outcome"], &answer["guide"]),
            (&json!(outcome), &guide),
            "{answer}"
        );
        assert!(answer["say"].as_str().is_some_and(|say| !say.is_empty()));
        assert!(answer["screen"]["headline"].is_string());
    }
    check("老人证办在哪个地方呀", "answer", json!("elder-card"));
    check(
        "快来人啊，我老伴晕倒了叫不醒",
        "emergency",
        json!("emergency"),
    );
    check("明天会不会下雨", "unknown", Value::Null);
    check("下一步", "command", Value::Null);
}

#[test]
fn guides_are_listed_and_shown() {
    let house = House::shared();
    let list = get(&house.url("/api/v1/guides")).json();
    let entries = list.as_array().expect("a list");
    assert!(entries.len() > 40);
    for entry in entries {
        let id = entry["id"].as_str().expect("a name");
        let guide = get(&house.url(&format!("/api/v1/guides/{id}"))).json();
        assert_eq!(guide["zh"]["name"], entry["zh"], "{id}");
        assert!(guide["sources"].is_array());
    }
}

#[test]
fn speech_and_transcription_lead_back() {
    let house = House::shared();
    let text = "请带上身份证去社区服务中心";
    let spoken = post_json("/api/v1/speech", &json!({ "text": text }));
    assert_eq!(
        (spoken.status, spoken.header("content-type")),
        (200, "audio/wav")
    );
    let heard = post(
        &house.url("/api/v1/transcription?language=zh"),
        "audio/wav",
        &spoken.body,
    )
    .json();
    let share = share_heard(text, heard["text"].as_str().expect("words"));
    assert!(share > 0.7, "{heard}");
}

#[test]
fn openai_clients_work() {
    let house = House::shared();
    let asked = json!({ "model": "tts-1", "input": "Good morning to you all.", "voice": "onyx", "response_format": "pcm" });
    let spoken = post_json("/v1/audio/speech", &asked);
    assert_eq!(
        (spoken.status, spoken.header("content-type")),
        (200, "audio/pcm")
    );
    assert!(
        spoken.body.len() > 2 * 24_000 / 2,
        "{} bytes",
        spoken.body.len()
    );
    let mut form = Vec::new();
    for (name, value) in [
        ("model", "whisper-1"),
        ("language", "zh"),
        ("response_format", "text"),
    ] {
        form.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    form.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n");
    form.extend(recording());
    form.extend(b"\r\n--x--\r\n");
    let heard = post(
        &house.url("/v1/audio/transcriptions"),
        "multipart/form-data; boundary=x",
        &form,
    );
    assert_eq!(heard.status, 200, "{}", heard.text());
    assert!(
        share_heard("老年证在哪里办", &heard.text()) > 0.5,
        "{}",
        heard.text()
    );
    let wrong = post_json(
        "/v1/audio/speech",
        &json!({ "input": "a", "response_format": "mp3" }),
    );
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.json()["error"]["message"]
            .as_str()
            .is_some_and(|words| words.contains("wav or pcm"))
    );
}

#[test]
fn faults_are_told_with_their_code() {
    #[track_caller]
    fn check(path: &str, kind: &str, body: &[u8], status: u16, code: &str) {
        let answer = post(&House::shared().url(path), kind, body);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.json()["error"]["code"], code, "{}", answer.text());
    }
    check("/api/v1/ask", JSON, b"rubbish", 400, "invalid");
    check("/api/v1/ask", JSON, b"{}", 422, "invalid");
    check(
        "/api/v1/ask",
        JSON,
        br#"{"text":"a","more":1}"#,
        422,
        "invalid",
    );
    check("/api/v1/ask", JSON, br#"{"text":" "}"#, 400, "invalid");
    check(
        "/api/v1/ask",
        JSON,
        br#"{"text":"a","language":"fr"}"#,
        422,
        "invalid",
    );
    check(
        "/api/v1/ask",
        "text/plain",
        br#"{"text":"a"}"#,
        415,
        "unsupported",
    );
    let long = json!({ "text": "长".repeat(201) }).to_string();
    check("/api/v1/ask", JSON, long.as_bytes(), 413, "too_long");
    check(
        "/api/v1/speech",
        JSON,
        br#"{"text":"a","rate":9}"#,
        400,
        "invalid",
    );
    check("/api/v1/speech", JSON, br#"{"text":""}"#, 400, "invalid");
    check(
        "/api/v1/transcription",
        "audio/wav",
        b"rubbish",
        415,
        "unsupported",
    );
    check(
        "/api/v1/transcription",
        "audio/wav",
        b"",
        415,
        "unsupported",
    );
    // Far too many: the client is still sending when it is refused, and hears why all the same.
    check(
        "/api/v1/transcription",
        "audio/wav",
        &vec![0; 20 << 20],
        413,
        "too_large",
    );
    check(
        "/v1/audio/transcriptions",
        "multipart/form-data; boundary=x",
        b"--x--\r\n",
        400,
        "invalid",
    );
    check(
        "/v1/audio/transcriptions",
        "text/plain",
        b"a",
        400,
        "invalid",
    );
    let missing = get(&House::shared().url("/api/v1/guides/nothing"));
    assert_eq!(
        (missing.status, &missing.json()["error"]["code"]),
        (404, &json!("not_found"))
    );
}

#[test]
fn the_description_names_every_address() {
    let house = House::shared();
    let description = get(&house.url("/api/v1/openapi.json")).json();
    assert!(
        description["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );
    let paths = description["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), 7);
    // Every reference leads somewhere.
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a name");
        assert!(
            description["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
    assert_eq!(get(&house.url("/api/v1/")).status, 200);
}

#[test]
fn numbers_and_health_hold_no_words() {
    let house = House::shared();
    post_json("/api/v1/ask", &json!({ "text": "我的秘密问题是老年证" }));
    let numbers = get(&house.url("/metrics"));
    assert!(
        numbers
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    let numbers = numbers.text();
    assert!(
        numbers.contains("wenlu_requests_total{code=\"200\"}"),
        "{numbers}"
    );
    assert!(numbers.ends_with("# EOF\n"));
    assert!(!numbers.contains("老年证"));
    let health = get(&house.url("/healthz")).json();
    assert_eq!(
        (&health["status"], &health["hears"], &health["speaks"]),
        (&json!("ok"), &json!(true), &json!(true))
    );
}
