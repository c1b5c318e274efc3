//! Requests of other programs, forwarded with the credentials of this client. They only read.

use std::error::Error;

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, RANGE, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::request::Parts;
use http::{Method, Response};
use kube::client::Body;

use super::{Client, Started, is_self_review};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, decode_query};
use crate::k8s::request::{Form, Request};

/// The headers of one connection only (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The request headers that are not forwarded: this client has its own credentials, server and
/// compression.
const OWN: [HeaderName; 5] = [HOST, AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, ACCEPT_ENCODING];

/// The beginnings of the request headers that claim an identity.
const IDENTITIES: [&str; 2] = ["impersonate-", "x-remote-"];

/// A request of another program that only reads: a GET, a HEAD, or the POST of a self-subject review.
#[derive(Debug)]
pub struct Foreign {
    head: Parts,
    request: Request,
}

impl Foreign {
    /// Takes the head of a request. Returns `None` if the request may change something.
    #[must_use]
    pub fn new(mut head: Parts) -> Option<Self> {
        let path = ApiPath::parse(head.uri.path());
        // A path that is written in another way may mean another one to a server.
        let is_review = is_self_review(&path)
            && path.to_string() == head.uri.path()
            && !head.uri.path().contains("..");
        match head.method {
            Method::GET | Method::HEAD => {}
            Method::POST if is_review => {}
            _ => return None,
        }
        retain(&mut head.headers, |name| {
            !OWN.contains(name) && !IDENTITIES.iter().any(|it| name.as_str().starts_with(it))
        });
        let query = decode_query(head.uri.query().unwrap_or_default());
        Some(Self { head, request: Request { query, ..Request::get(path, Form::Any) } })
    }

    /// True if it has a body: the review.
    #[must_use]
    pub fn is_review(&self) -> bool {
        self.head.method == Method::POST
    }

    /// True if the answer may have no end: a watch, or a followed log.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        // The old form of a watch has it in the path.
        let is_watched_path = |path: &str| path.split('/').any(|segment| segment == "watch");
        self.request.has_true("watch")
            || self.request.has_true("follow")
            || is_watched_path(self.head.uri.path())
    }

    /// Builds what is sent.
    fn build(&self, body: &Bytes) -> Result<http::Request<Body>, Failure> {
        let target = self.head.uri.path_and_query().map_or("/", |target| target.as_str());
        let body = if body.is_empty() { Body::empty() } else { Body::from(body.to_vec()) };
        let mut built = http::Request::builder()
            .method(self.head.method.clone())
            .uri(target)
            .body(body)
            .map_err(|error| {
                let message = format!("{target} cannot be requested: {error}");
                Failure::new(FailureKind::Input, message, "Check the path")
            })?;
        *built.headers_mut() = self.head.headers.clone();
        // Of a stream that is compressed line by line only the first line would be decompressed, and a
        // range is one of the compressed bytes.
        if self.is_stream() || self.head.headers.contains_key(RANGE) {
            built.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        Ok(built)
    }
}

impl Client {
    /// Forwards a request of another program and returns the answer, whatever its status, with a body
    /// that arrives as the server sends it. The timeout is for the head alone; a stream has none.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]. The body fails where the connection is cut.
    pub async fn forward(
        &self,
        foreign: &Foreign,
        body: Bytes,
    ) -> Result<Response<impl Arriving + use<>>, Failure> {
        let review = foreign.is_review().then(|| String::from_utf8_lossy(&body).into_owned());
        let request = Request { review, ..foreign.request.clone() };
        let limit = self.timeout.filter(|_| !foreign.is_stream());
        let build = || foreign.build(&body);
        // The answer to a HEAD is none of the GET that a recording would have.
        let unobserved;
        let client = if foreign.head.method == Method::HEAD {
            unobserved = Self { wire: None, ..self.clone() };
            &unobserved
        } else {
            self
        };
        let Started { mut response, .. } = client.begin(&request, limit, build).await?;
        retain(response.headers_mut(), |name| *name != SET_COOKIE);
        Ok(response)
    }
}

/// A body as it arrives.
pub trait Arriving:
    http_body::Body<Data = Bytes, Error: Error + Send + Sync> + Send + 'static
{
}

impl<T> Arriving for T where
    T: http_body::Body<Data = Bytes, Error: Error + Send + Sync> + Send + 'static
{
}

/// Keeps the headers that are for the other end and not refused.
fn retain(headers: &mut HeaderMap, is_kept: impl Fn(&HeaderName) -> bool) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let dropped: Vec<HeaderName> = headers
        .keys()
        .filter(|name| HOP_BY_HOP.contains(name) || named.contains(name) || !is_kept(name))
        .cloned()
        .collect();
    for name in dropped {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(method: &str, target: &str) -> Option<Foreign> {
        let request = http::Request::builder().method(method).uri(target).body(()).unwrap();
        Foreign::new(request.into_parts().0)
    }

    #[test]
    fn only_what_reads_is_accepted() {
        let review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        for (method, target, is_accepted) in [
            ("GET", "/api/v1/pods", true),
            ("HEAD", "/healthz", true),
            ("POST", review, true),
            ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", true),
            ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews?pretty=1", true),
            ("POST", "/api/v1/namespaces/shop/pods", false),
            ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", false),
            ("POST", "/apis/authorization.k8s.io/v1/selfsubject%61ccessreviews", false),
            ("POST", "/apis//authorization.k8s.io/v1/selfsubjectaccessreviews", false),
            ("POST", "/apis/authorization.k8s.io/../selfsubjectaccessreviews", false),
            ("PUT", review, false),
            ("PATCH", "/api/v1/namespaces/shop/pods/db-0", false),
            ("DELETE", "/api/v1/namespaces/shop/pods/db-0", false),
            ("OPTIONS", "/", false),
            ("TRACE", "/", false),
        ] {
            assert_eq!(foreign(method, target).is_some(), is_accepted, "{method} {target}");
        }
    }

    #[test]
    fn watches_and_followed_logs_are_streams() {
        for (target, is_stream) in [
            ("/api/v1/pods", false),
            ("/api/v1/pods?watch=0&limit=1", false),
            ("/api/v1/pods?watch=true", true),
            ("/api/v1/pods?limit=1&watch", true),
            ("/api/v1/watch/pods", true),
            ("/api/v1/namespaces/a/pods/b/log?follow=1", true),
            ("/api/v1/namespaces/a/pods/b/log?follow=false", false),
        ] {
            assert_eq!(foreign("GET", target).unwrap().is_stream(), is_stream, "{target}");
        }
    }

    #[test]
    fn headers_of_the_connection_and_of_an_identity_are_not_forwarded() {
        let request = http::Request::get("/api")
            .header("host", "localhost")
            .header("authorization", "Bearer other")
            .header("cookie", "a=b")
            .header("impersonate-user", "root")
            .header("impersonate-extra-scopes", "all")
            .header("x-remote-user", "root")
            .header("connection", "close, x-mine")
            .header("x-mine", "1")
            .header("te", "trailers")
            .header("accept", "application/json")
            .header("kubectl-command", "get")
            .body(())
            .unwrap();
        let foreign = Foreign::new(request.into_parts().0).unwrap();
        let built = foreign.build(&Bytes::new()).unwrap();
        let mut names: Vec<_> = built.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "kubectl-command"]);
    }
}
