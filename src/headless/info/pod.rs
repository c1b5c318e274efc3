//! The pod that this command runs in, from its token and its environment.

use jiff::Timestamp;

use crate::api::endpoint::Environment;
use crate::downward::inside::{Borrowable, Clue, ThisPod};
use crate::here::Machine;
use crate::k8s::age::human_duration;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::server::User;
use crate::k8s::token::{Claims, parse_claims};

/// What is known of the own pod without a server.
pub(super) struct OwnPod {
    /// The claims of the mounted token; `None` if there is none that can be parsed.
    pub(super) claims: Option<Claims>,
    found: ThisPod,
}

impl OwnPod {
    /// Detects the pod; `None` outside of a pod.
    pub(super) fn find(environment: &Environment, machine: &Machine) -> Option<Self> {
        let here = machine.look();
        if !here.is_pod() {
            return None;
        }
        // Others' are only looked for where one of them is to be used.
        let borrowed = Borrowable::first(&environment.borrowable).map(|(_, directory)| directory);
        let directory = borrowed.unwrap_or(&environment.service_account);
        let token = std::fs::read_to_string(directory.join("token"));
        let claims = token.ok().and_then(|token| parse_claims(&token));
        Some(Self { claims, found: here.pod })
    }

    /// Returns its name: certain from the token, else a guess.
    fn name(&self) -> Option<Clue> {
        let bound = self.claims.as_ref().and_then(|claims| claims.pod.clone());
        let bound = bound.map(|value| Clue { value, from: "its token".to_owned() });
        bound.or_else(|| self.found.names.first().cloned())
    }

    /// Formats its name and namespace, each with its source.
    pub(super) fn place(&self) -> String {
        let source = |clue: Option<Clue>| match clue {
            Some(Clue { value, from }) => format!("{value} (from {from})"),
            None => "unknown".to_owned(),
        };
        let namespace = source(self.found.namespace.clone());
        format!("{}, in namespace {namespace}", source(self.name()))
    }

    /// True if that is this pod: by the uid if it is certain, else by the names that it may have.
    fn is(&self, name: &str, uid: Option<&str>) -> bool {
        let own = self.claims.as_ref().and_then(|claims| claims.pod_uid.as_deref());
        if let (Some(own), Some(uid)) = (own, uid) {
            return own == uid;
        }
        let found = self.found.uid.as_ref().map(|clue| clue.value.as_str());
        (found.is_some() && found == uid) || self.found.names.iter().any(|clue| clue.value == name)
    }

    /// Formats the expiry and the audience of the token, and whether the connection uses it.
    pub(super) fn token(&self, used: Option<&EndpointKind>, now: Timestamp) -> String {
        let Some(claims) = &self.claims else {
            return "none mounted, or none that can be parsed".to_owned();
        };
        let end = match claims.expires {
            None => "never expires".to_owned(),
            Some(end) => match end.as_second() - now.as_second() {
                left @ 0.. => format!("expires in {} at {end}", human_duration(left)),
                passed => format!("expired {} ago at {end}", human_duration(-passed)),
            },
        };
        let audience = match &claims.audiences[..] {
            [] => "for the API server".to_owned(),
            audiences => format!("for {}", audiences.join(", ")),
        };
        let used = match used {
            None | Some(EndpointKind::ServiceAccount | EndpointKind::Borrowed { .. }) => "",
            Some(_) => "; mounted, but not used by this connection",
        };
        format!("{end}, {audience}{used}")
    }
}

/// Formats whose rights are used if a proxy authenticates for us. Returns true with a warning.
pub(super) fn whose(user: &User, pod: Option<&OwnPod>) -> (String, bool) {
    let Some(theirs) = &user.pod else {
        let of = match user.name.strip_prefix("system:serviceaccount:") {
            Some(name) => format!(
                "those of the service account {name}, with a token that is not bound to a pod"
            ),
            None => format!("those of the user {}", user.name),
        };
        return (of, false);
    };
    let Some(pod) = pod else { return (format!("those of the pod {theirs}"), false) };
    if pod.is(theirs, user.pod_uid.as_deref()) {
        return ("those of this pod".to_owned(), false);
    }
    let warning = format!(
        "these are the rights of another pod, {theirs}, and not of {}: on the host's network \
         any proxy may answer on this port",
        pod.name().map_or_else(|| "this one".to_owned(), |clue| clue.value)
    );
    (warning, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, pod: Option<(&str, &str)>) -> User {
        User {
            name: name.to_owned(),
            groups: Vec::new(),
            pod: pod.map(|(name, _)| name.to_owned()),
            pod_uid: pod.map(|(_, uid)| uid.to_owned()),
        }
    }

    fn pod(name: &str, uid: Option<&str>) -> OwnPod {
        let claims = uid.map(|uid| Claims { pod_uid: Some(uid.to_owned()), ..Claims::default() });
        let names = vec![Clue { value: name.to_owned(), from: "POD_NAME".to_owned() }];
        OwnPod { claims, found: ThisPod { names, ..ThisPod::default() } }
    }

    #[test]
    fn the_rights_of_an_ambassador_are_those_of_this_pod_or_of_another() {
        let account = "system:serviceaccount:shop:debug";
        let theirs = user(account, Some(("debug", "u-1")));
        for (ours, is_ours) in [
            (pod("debug", None), true),
            (pod("web", None), false),
            // Uids distinguish pods of the same name.
            (pod("web", Some("u-1")), true),
            (pod("debug", Some("u-2")), false),
        ] {
            let (text, is_warning) = whose(&theirs, Some(&ours));
            assert_eq!((text == "those of this pod", is_warning), (is_ours, !is_ours), "{text}");
        }
        assert_eq!(whose(&theirs, None), ("those of the pod debug".to_owned(), false));
    }

    #[test]
    fn the_rights_of_a_user_are_named() {
        let here = pod("debug", None);
        assert_eq!(whose(&user("ann", None), Some(&here)).0, "those of the user ann");
        let (text, is_warning) = whose(&user("system:serviceaccount:shop:ci", None), Some(&here));
        assert!(text.contains("service account shop:ci") && !is_warning, "{text}");
    }
}
