//! Decodes answers: one function for each kind of answer, each from a whole [`Exchange`].
//!
//! Every decoder first checks that the status is below 300, the body whole, and that an API server
//! answered. Its error is a [`Failure`] to show. A caller sends a request, and passes the exchange
//! to the decoder that fits the request:
//!
//! ```text
//! discovery part            discovery(part, exchange)
//! GET /                     non_resource_paths(exchange)
//! server::version_request   version(exchange)
//! server::user_request      user(exchange)
//! a list, in any form       page(exchange, arrived)
//! reviews::rules_request    rules(exchange)
//! reviews::list_request     allowed(exchange)
//! an object or plain list   json(exchange)
//! anything, by its bytes    whole(exchange), or accepted(exchange) if its beginning is enough
//! ```

use jiff::Timestamp;
use serde_json::Value;

use super::discovery::{
    DiscoveryContent, DiscoveryPart, parse_groups, parse_non_resource_paths, parse_resources,
};
use super::failure::{Failure, FailureKind};
use super::paging::PageSize;
use super::path::ApiPath;
use super::request::Exchange;
use super::reviews::{parse_allowed, parse_rules};
use super::rules::Rules;
use super::server::{User, parse_user, parse_version};
use super::table::{Page, parse_beginning, parse_page};

/// Checks that an answer is not a web page where only an API server's answer makes sense. Paths
/// behind a proxy subresource and outside the API may serve web pages. The error page of a gateway
/// (status 500 and above) is left to the check of the status.
///
/// # Errors
///
/// A failure of kind `NotAnApi`, which does not name the server's address.
pub fn check_is_api(path: &ApiPath, status: u16, content_type: &str) -> Result<(), Failure> {
    let may_be_page = matches!(path, ApiPath::Subresource { .. } | ApiPath::NonResource(_));
    if may_be_page || status >= 500 || !content_type.contains("html") {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::NotAnApi,
        format!("the answer to {path} is a web page: this is not a Kubernetes API server"),
        "Check the address; `kubectl proxy` listens on http://127.0.0.1:8001",
    ))
}

/// The exchange, if an API server answered with a status below 300. The body may be cut.
///
/// # Errors
///
/// The failure of the status, or a web page.
pub fn accepted(exchange: &Exchange) -> Result<&Exchange, Failure> {
    check_is_api(&exchange.request.path, exchange.status, &exchange.content_type)?;
    exchange.accepted()
}

/// The exchange, if an API server answered with a status below 300 and the body is whole.
///
/// # Errors
///
/// As [`accepted`], and a body that was cut.
pub fn whole(exchange: &Exchange) -> Result<&Exchange, Failure> {
    accepted(exchange)?;
    exchange.good()
}

/// The content of a part of discovery.
///
/// # Errors
///
/// As [`whole`], and a body that is not the part's document.
pub fn discovery(part: &DiscoveryPart, exchange: &Exchange) -> Result<DiscoveryContent, Failure> {
    let body = &whole(exchange)?.body;
    match part {
        DiscoveryPart::CoreGroup | DiscoveryPart::NamedGroups => {
            parse_groups(body).map(DiscoveryContent::Groups)
        }
        DiscoveryPart::Resources(version) => {
            parse_resources(version, body).map(DiscoveryContent::Resources)
        }
    }
}

/// The paths outside the API that `GET /` lists, sorted.
///
/// # Errors
///
/// As [`whole`], and a body that is not a list of paths.
pub fn non_resource_paths(exchange: &Exchange) -> Result<Vec<String>, Failure> {
    parse_non_resource_paths(&whole(exchange)?.body)
}

/// The server's version, such as `v1.36.2`.
///
/// # Errors
///
/// As [`whole`], and a body without a version.
pub fn version(exchange: &Exchange) -> Result<String, Failure> {
    parse_version(&whole(exchange)?.body)
}

/// The user that the server sees, from a `SelfSubjectReview`.
///
/// # Errors
///
/// As [`whole`], and a body that is not such a review.
pub fn user(exchange: &Exchange) -> Result<User, Failure> {
    parse_user(&whole(exchange)?.body)
}

/// A page of a collection in any of the forms of a list. `arrived` is when its last byte arrived. The
/// rows of one namespace's collection have no namespace of their own.
///
/// # Errors
///
/// As [`whole`], and a body that is not a list.
pub fn page(exchange: &Exchange, arrived: Timestamp) -> Result<Page, Failure> {
    let mut page = parse_page(&whole(exchange)?.body, arrived)?;
    page.next_size = PageSize::after(exchange);
    let is_of_one_namespace = exchange.request.path.is_of_one_namespace();
    Ok(if is_of_one_namespace { page.of_one_namespace() } else { page })
}

/// The rows in the beginning of a page that is still arriving, as [`page`] returns them. `None` if there
/// is none yet, or the answer is something else.
#[must_use]
pub fn beginning_of_page(path: &ApiPath, body: &[u8], arrived: Timestamp) -> Option<Page> {
    let page = parse_beginning(body, arrived)?;
    Some(if path.is_of_one_namespace() { page.of_one_namespace() } else { page })
}

/// The rules of a `SelfSubjectRulesReview`.
///
/// # Errors
///
/// As [`whole`], and a body that is not such a review.
pub fn rules(exchange: &Exchange) -> Result<Rules, Failure> {
    parse_rules(&whole(exchange)?.body)
}

/// True if a `SelfSubjectAccessReview` allows what it was about.
///
/// # Errors
///
/// As [`whole`], and a body that is not such a review.
pub fn allowed(exchange: &Exchange) -> Result<bool, Failure> {
    parse_allowed(&whole(exchange)?.body)
}

/// The JSON value of an object or a list.
///
/// # Errors
///
/// As [`whole`], and a body that is not JSON.
pub fn json(exchange: &Exchange) -> Result<Value, Failure> {
    let body = &whole(exchange)?.body;
    let path = &exchange.request.path;
    serde_json::from_slice(body).map_err(|error| Failure::unreadable(&path.to_string(), &error))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;
    use crate::k8s::request::{Form, Request};

    fn exchange(path: &str, status: u16, content_type: &str, body: &str) -> Exchange {
        Exchange {
            request: Request::get(ApiPath::parse(path), Form::Json),
            status,
            content_type: content_type.to_owned(),
            warnings: Vec::new(),
            audited: true,
            location: None,
            retry_after: None,
            body: Bytes::copy_from_slice(body.as_bytes()),
            cut_at: None,
            elapsed: Duration::ZERO,
        }
    }

    const LIST: &str =
        r#"{"kind":"PodList","items":[{"metadata":{"name":"a","namespace":"shop"}}]}"#;

    #[test]
    fn a_web_page_is_no_answer_of_the_api() {
        let page = exchange("/api/v1/pods", 200, "text/html; charset=utf-8", "<html>");
        assert_eq!(json(&page).unwrap_err().kind, FailureKind::NotAnApi);
        let refused = exchange("/api/v1/pods", 403, "text/html", "<html>");
        assert_eq!(json(&refused).unwrap_err().kind, FailureKind::NotAnApi);
    }

    #[test]
    fn a_web_page_outside_of_the_api_is_accepted() {
        for path in ["/healthz", "/api/v1/namespaces/shop/services/web/proxy/index.html"] {
            assert!(accepted(&exchange(path, 200, "text/html", "<html>")).is_ok(), "{path}");
        }
    }

    #[test]
    fn the_error_page_of_a_gateway_is_a_server_that_is_down() {
        let body = "<html>\r\n<head><title>Bad Gateway</title></head>";
        let failure = json(&exchange("/api/v1/pods", 503, "text/html", body)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unavailable);
        assert_eq!(failure.message, "503: Bad Gateway");
    }

    #[test]
    fn a_page_of_one_namespace_has_rows_without_a_namespace() {
        let namespace = |path: &str| {
            let answer = exchange(path, 200, "application/json", LIST);
            page(&answer, Timestamp::UNIX_EPOCH).unwrap().rows[0].namespace.clone()
        };
        assert_eq!(namespace("/api/v1/namespaces/shop/pods"), None);
        assert!(namespace("/api/v1/pods").is_some());
    }

    #[test]
    fn a_body_that_was_cut_is_accepted_but_not_whole() {
        let cut = Exchange { cut_at: Some(1), ..exchange("/version", 200, "", "{") };
        assert!(accepted(&cut).is_ok());
        assert_eq!(version(&cut).unwrap_err().kind, FailureKind::TooLong);
    }

    #[test]
    fn a_part_of_discovery_has_its_content() {
        let body = r#"{"kind":"APIVersions","versions":["v1"]}"#;
        let answer = exchange("/api", 200, "application/json", body);
        let DiscoveryContent::Groups(groups) =
            discovery(&DiscoveryPart::CoreGroup, &answer).unwrap()
        else {
            panic!("groups")
        };
        assert_eq!(groups.len(), 1);
        assert!(discovery(&DiscoveryPart::NamedGroups, &exchange("/apis", 404, "", "")).is_err());
    }
}
