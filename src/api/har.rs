//! HTTP archives (HAR 1.2): recorded exchanges with an API server.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, decode_query};

mod base;
mod document;
pub(super) mod write;

/// The recording behind `--demo`.
static DEMO: &[u8] = include_bytes!("../../assets/demo.har.gz");

/// The maximum unpacked size of a recording, in bytes: a small file may unpack to any size.
const MAX_UNPACKED: u64 = 1 << 30;

/// Base64 with or without padding, which some writers omit.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The exchanges of a recording, indexed by path.
#[derive(Debug)]
pub struct Recording {
    entries: Vec<RecordedExchange>,
    by_path: HashMap<String, Vec<usize>>,
    recorded_at: Option<Timestamp>,
}

/// A recorded exchange. Its body is decoded on demand.
#[derive(Debug)]
pub(super) struct RecordedExchange {
    /// The method, in capitals.
    pub(super) method: String,
    /// The path, below the base path of the recording.
    pub(super) path: ApiPath,
    /// The query, decoded and sorted.
    pub(super) query: Vec<(String, String)>,
    /// The Accept header; empty if there was none.
    pub(super) accept: String,
    /// The body of a POST, if it was JSON.
    pub(super) posted: Option<serde_json::Value>,
    /// The status of the answer.
    pub(super) status: u16,
    /// The headers of the answer that apply to its decoded body.
    pub(super) headers: Vec<(String, String)>,
    /// When it began, by the server's clock if the answer has its time.
    pub(super) began: Option<Timestamp>,
    /// How long the answer took.
    pub(super) elapsed: Duration,
    text: Option<Box<RawValue>>,
    is_base64: bool,
    /// The size of the body in bytes, if the archive has it.
    size: Option<usize>,
}

impl Recording {
    /// Returns the embedded recording.
    ///
    /// # Errors
    ///
    /// Only in a broken build.
    pub fn demo() -> Result<Self, Failure> {
        Self::read(DEMO, "the demo")
    }

    /// Opens a `.har` or `.har.gz` file.
    ///
    /// # Errors
    ///
    /// An `Input` failure: the file cannot be read or is not a recording.
    pub fn open(file: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(file).map_err(|error| {
            unusable(format!("cannot read the recording {}: {error}", file.display()))
        })?;
        Self::read(&bytes, &file.display().to_string())
    }

    /// Parses an archive, gzipped or not; `name` names it in a failure.
    ///
    /// # Errors
    ///
    /// An `Input` failure: the bytes are not a HAR, or have no exchange.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self, Failure> {
        let text = unpack(bytes).map_err(|why| unusable(format!("{name} {why}")))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let exchanges =
            document::read(text).map_err(|why| unusable(format!("{name} is not a HAR: {why}")))?;
        let mut recording =
            Self { entries: Vec::new(), by_path: HashMap::new(), recorded_at: None };
        // Browsers write status 0 for a request without an answer.
        let exchanges: Vec<_> =
            { exchanges }.into_iter().filter(|exchange| exchange.response.status >= 100).collect();
        let paths: Vec<&str> = exchanges.iter().map(|it| split_url(&it.request.url).0).collect();
        let base = base::base(&paths).to_owned();
        let mut latest = [None; 2];
        for exchange in exchanges {
            let at = time(&exchange);
            let entry = RecordedExchange { began: at, ..entry(exchange, &base) };
            let rank = usize::from(is_of_objects(&entry));
            latest[rank] = latest[rank].max(at);
            recording.push(entry);
        }
        if recording.entries.is_empty() {
            return Err(unusable(format!("{name} has no exchange with a server")));
        }
        recording.recorded_at = latest[1].or(latest[0]);
        Ok(recording)
    }

    /// When the recording was made: the time of its last object or list, from which ages count; without
    /// one, of its last exchange. The time of an exchange is the answer's Date header, else
    /// `startedDateTime`. `None` if no exchange has a time.
    #[must_use]
    pub fn recorded_at(&self) -> Option<Timestamp> {
        self.recorded_at
    }

    /// When the first watch with changes began, from which on the recording can be played. `None` if no
    /// watch has any, or without a time.
    #[must_use]
    pub fn plays_from(&self) -> Option<Timestamp> {
        self.entries
            .iter()
            .filter(|entry| entry.is_watch_with_changes())
            .filter_map(|it| it.began)
            .min()
    }

    /// The number of exchanges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Always false: a recording without exchanges is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The paths that were requested, each once.
    pub(super) fn paths(&self) -> impl Iterator<Item = &ApiPath> {
        self.by_path.values().filter_map(|numbers| Some(&self.entries.get(*numbers.first()?)?.path))
    }

    /// The exchanges of that path, in recorded order, with their numbers.
    pub(super) fn at(
        &self,
        path: &ApiPath,
    ) -> impl Iterator<Item = (usize, &RecordedExchange)> + Clone {
        let numbers = self.by_path.get(&path.to_string()).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|&number| (number, &self.entries[number]))
    }

    fn push(&mut self, entry: RecordedExchange) {
        self.by_path.entry(entry.path.to_string()).or_default().push(self.entries.len());
        self.entries.push(entry);
    }
}

impl RecordedExchange {
    /// Decodes the body. Some browsers mark text as base64: it is text if it cannot be decoded, or if the
    /// recorded size is that of the text and it does not decode to JSON.
    ///
    /// # Errors
    ///
    /// A sentence if the body is not a JSON string.
    pub(super) fn body(&self) -> Result<Bytes, String> {
        let Some(raw) = &self.text else { return Ok(Bytes::new()) };
        let text: String = serde_json::from_str(raw.get())
            .map_err(|error| format!("its recorded body is unreadable: {error}"))?;
        let decoded = self.is_base64.then(|| decode(&text)).flatten();
        let is_text = |decoded: &Vec<u8>| {
            let is_json = matches!(decoded.first(), Some(b'{' | b'['));
            !is_json && self.size.is_some_and(|it| it == text.len() && it != decoded.len())
        };
        Ok(match decoded.filter(|decoded| !is_text(decoded)) {
            Some(bytes) => bytes.into(),
            None => text.into(),
        })
    }

    /// The value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.query, name)
    }

    /// True if it is a watch of objects that was neither refused nor silent.
    pub(super) fn is_watch_with_changes(&self) -> bool {
        self.method == "GET"
            && self.status == 200
            && matches!(self.parameter("watch"), Some("1" | "true" | ""))
            && !self.begins_with_error()
            && self.body().is_ok_and(|body| !body.is_empty())
    }

    /// True if it is a watch that begins with an error, which is about its version only.
    pub(super) fn begins_with_error(&self) -> bool {
        self.body().is_ok_and(|body| body.starts_with(br#"{"type":"ERROR""#))
    }
}

/// The value of a query parameter.
pub(super) fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// Parses a query into decoded pairs, sorted, so that their order does not matter.
pub(super) fn read_query(query: &str) -> Vec<(String, String)> {
    let mut pairs = decode_query(query);
    pairs.sort();
    pairs
}

/// Decodes base64, with or without line breaks and padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let packed: String = text.split_ascii_whitespace().collect();
    BASE64.decode(packed).ok()
}

fn entry(exchange: document::HarEntry<'_>, base: &str) -> RecordedExchange {
    let document::HarEntry { request, response, .. } = exchange;
    let (path, query) = split_url(&request.url);
    let path = base::rest(path, base).unwrap_or(path);
    let mut headers: Vec<_> = response
        .headers
        .into_iter()
        .filter(|header| is_kept(&header.name))
        .map(|header| (header.name.into_owned(), header.value.into_owned()))
        .collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), response.content.mime_type.into_owned()));
    }
    let accept = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("accept"));
    RecordedExchange {
        method: request.method.to_ascii_uppercase(),
        path: ApiPath::parse(path),
        query: read_query(query),
        accept: accept.map(|header| header.value.to_string()).unwrap_or_default(),
        posted: request.post_data.and_then(|data| serde_json::from_str(&data.text).ok()),
        status: response.status,
        headers,
        began: None,
        elapsed: Duration::try_from_secs_f64(exchange.time / 1000.0).unwrap_or_default(),
        size: response.content.size.and_then(|size| size.as_u64()?.try_into().ok()),
        text: response.content.text.map(ToOwned::to_owned),
        is_base64: response.content.encoding.eq_ignore_ascii_case("base64"),
    }
}

/// Returns the time of an exchange, by the server's clock, else by that of the recorder.
fn time(exchange: &document::HarEntry<'_>) -> Option<Timestamp> {
    let headers = &exchange.response.headers;
    let date = headers.iter().find(|header| header.name.eq_ignore_ascii_case("date"));
    let date = date.and_then(|header| jiff::fmt::rfc2822::parse(&header.value).ok());
    let started = &exchange.started;
    // A time without an offset is UTC.
    date.map(|date| date.timestamp()).or_else(|| started.parse().ok()).or_else(|| {
        let time = started.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(time).ok()
    })
}

/// False for headers that do not apply to the unpacked and whole bodies of archives.
fn is_kept(header: &str) -> bool {
    !["content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive"]
        .iter()
        .any(|dropped| header.eq_ignore_ascii_case(dropped))
}

fn is_of_objects(entry: &RecordedExchange) -> bool {
    entry.method == "GET"
        && entry.status == 200
        && matches!(entry.path, ApiPath::Collection { .. } | ApiPath::Object(_))
}

/// Splits a URL, with or without a server, into its path and query.
fn split_url(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let rest = match url.split_once("://") {
        Some((_, rest)) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
        None => url,
    };
    rest.split_once('?').unwrap_or((rest, ""))
}

fn unpack(bytes: &[u8]) -> Result<String, String> {
    let mut unpacked = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes)
            .take(MAX_UNPACKED)
            .read_to_end(&mut unpacked)
            .map_err(|error| format!("cannot be unpacked: {error}"))?;
    } else {
        unpacked.extend_from_slice(bytes);
    }
    String::from_utf8(unpacked).map_err(|_| "is not a HAR: it is not text".to_owned())
}

fn unusable(message: String) -> Failure {
    Failure::new(
        FailureKind::Input,
        message,
        "Give a HAR 1.2 file, as browsers and proxies write it, packed by gzip or not",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SMALL: &str = r#"{"log":{"version":"1.2","_extra":{"a":[1]},"entries":[
        {"startedDateTime":"2026-11-23T06:08:08.5+00:00","time":1.5,"_id":7,
         "request":{"method":"get","url":"http://h:1/api/v1/pods?watch=1&a=%20b","headers":[{"name":"ACCEPT","value":"x/y"}]},
         "response":{"status":200,"content":{"mimeType":"application/json","text":"aGVs\nbG8=","encoding":"base64"}}},
        {"request":{"method":"GET","url":"/version"},"response":{"status":0}}]}}"#;

    #[test]
    fn archives_of_other_writers_are_parsed() {
        let recording = Recording::read(SMALL.as_bytes(), "small").unwrap();
        assert_eq!(recording.len(), 1, "a request without an answer is no exchange");
        let (_, entry) = recording.at(&ApiPath::parse("/api/v1/pods")).next().unwrap();
        assert_eq!(entry.method, "GET");
        assert_eq!(entry.accept, "x/y");
        assert_eq!(entry.parameter("a"), Some(" b"));
        assert_eq!(entry.body().unwrap(), "hello");
        assert_eq!(entry.elapsed, Duration::from_micros(1500));
        assert_eq!(entry.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
        assert_eq!(recording.recorded_at(), "2026-11-23T06:08:08.5Z".parse().ok());
    }

    /// The body of an entry whose content is this.
    fn body(content: &str) -> Bytes {
        let text = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"/api"}},
                "response":{{"status":200,"content":{content}}}}}]}}}}"#
        );
        let recording = Recording::read(text.as_bytes(), "x").unwrap();
        recording.entries[0].body().unwrap()
    }

    #[test]
    fn text_that_claims_to_be_base64_is_text() {
        for (content, expected) in [
            (
                r#"{"encoding":"base64","text":"{\"kind\": \"APIVersions\"}"}"#,
                r#"{"kind": "APIVersions"}"#,
            ),
            (r#"{"encoding":"base64","text":"ok","size":2}"#, "ok"),
            (r#"{"encoding":"base64","text":"okay","size":4}"#, "okay"),
            (r#"{"encoding":"base64","text":"line one\nline two\n"}"#, "line one\nline two\n"),
            (r#"{"encoding":"base64","text":"Ünïcode"}"#, "Ünïcode"),
            (r#"{"encoding":"base64","text":""}"#, ""),
            (r#"{"encoding":"base64","text":null}"#, ""),
        ] {
            assert_eq!(body(content), expected, "{content}");
        }
    }

    #[test]
    fn base64_is_decoded() {
        for content in [
            r#"{"encoding":"base64","text":"b2theQ=="}"#,
            r#"{"encoding":"BASE64","text":"b2theQ==","size":4}"#,
            r#"{"encoding":"base64","text":"b2theQ","size":-1}"#,
            r#"{"encoding":"base64","text":"b2\r\nth\neQ=="}"#,
        ] {
            assert_eq!(body(content), "okay", "{content}");
        }
        let of_wrong_size = r#"{"encoding":"base64","text":"eyJhIjoxfQ==","size":12}"#;
        assert_eq!(body(of_wrong_size), r#"{"a":1}"#);
    }

    /// The clock of a recording of one list with this start and these headers.
    fn clock(started: &str, headers: &str) -> Option<String> {
        let text = format!(
            r#"{{"log":{{"entries":[{{"startedDateTime":"{started}",
                "request":{{"method":"GET","url":"https://h/api/v1/pods"}},
                "response":{{"status":200,"headers":[{headers}],"content":{{"text":"{{}}"}}}}}}]}}}}"#
        );
        let recording = Recording::read(text.as_bytes(), "x").unwrap();
        recording.recorded_at().map(|at| at.to_string())
    }

    #[test]
    fn the_clock_is_the_servers_date_else_the_start_of_the_request() {
        let date = r#"{"name":"Date","value":"Thu, 26 Nov 2026 09:40:55 GMT"}"#;
        let started = "2026-11-26T08:00:00.5Z";
        assert_eq!(clock(started, date).as_deref(), Some("2026-11-26T09:40:55Z"));
        assert_eq!(clock(started, "").as_deref(), Some(started));
        let odd = r#"{"name":"date","value":"yesterday"}"#;
        assert_eq!(clock(started, odd).as_deref(), Some(started));
        assert_eq!(clock("", ""), None);
    }

    #[test]
    fn the_start_is_parsed_in_several_forms() {
        for (started, expected) in [
            ("2026-11-26T10:00:00.5+02:00", "2026-11-26T08:00:00.5Z"),
            ("2026-11-26T10:00:00+0200", "2026-11-26T08:00:00Z"),
            ("2026-11-26 08:00:00Z", "2026-11-26T08:00:00Z"),
            ("2026-11-26T08:00:00", "2026-11-26T08:00:00Z"),
        ] {
            assert_eq!(clock(started, "").as_deref(), Some(expected), "{started}");
        }
    }

    #[test]
    fn a_recording_below_a_base_path_has_the_paths_of_the_api() {
        let entry = |path: &str| {
            format!(
                r#"{{"request":{{"method":"GET","url":"https://h/k8s/clusters/c{path}"}},
                    "response":{{"status":200}}}}"#
            )
        };
        let text =
            format!(r#"{{"log":{{"entries":[{},{}]}}}}"#, entry("/api"), entry("/version?a"));
        let recording = Recording::read(text.as_bytes(), "x").unwrap();
        let paths: Vec<String> = recording.entries.iter().map(|it| it.path.to_string()).collect();
        assert_eq!(paths, ["/api", "/version"]);
    }

    #[test]
    fn a_field_that_is_null_counts_as_missing() {
        let text = r#"{"log":{"entries":[{"startedDateTime":null,"time":null,
            "request":{"method":"GET","url":"/version","headers":null,"postData":null},
            "response":{"status":200,"headers":null,
                "content":{"mimeType":null,"size":null,"text":"{}","encoding":null}}}]}}"#;
        let recording = Recording::read(text.as_bytes(), "x").unwrap();
        assert_eq!(recording.entries[0].body().unwrap(), "{}");
        assert_eq!(recording.recorded_at(), None);
    }

    #[test]
    fn a_gzipped_archive_with_a_byte_order_mark_is_parsed() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all("\u{feff}".as_bytes()).unwrap();
        packer.write_all(SMALL.as_bytes()).unwrap();
        let bytes = packer.finish().unwrap();
        assert_eq!(Recording::read(&bytes, "small").unwrap().len(), 1);
        let cut = Recording::read(&bytes[..bytes.len() / 2], "small").unwrap_err();
        assert!(cut.message.starts_with("small cannot be unpacked: "), "{cut}");
    }

    #[test]
    fn other_bytes_are_refused_with_one_sentence() {
        for (bytes, said) in [
            (&b"kind: Config"[..], "f is not a HAR: it is not JSON"),
            (b"{\"log\":{\"entries\":[", "f is not a HAR: it ends too early"),
            (b"{\"kind\":\"Pod\"}", "f is not a HAR: missing field `log`"),
            (b"{\"log\":{\"entries\":[]}}", "f has no exchange with a server"),
            (b"\xff\xfe\x00", "f is not a HAR: it is not text"),
            (b"", "f is not a HAR: it is empty"),
        ] {
            let failure = Recording::read(bytes, "f").unwrap_err();
            assert_eq!(failure.kind, FailureKind::Input);
            assert!(failure.message.starts_with(said), "{failure}");
        }
    }
}
