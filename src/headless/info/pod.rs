//! The pod that this command runs in, as far as its token and its environment tell.

use jiff::Timestamp;

use crate::api::endpoint::Environment;
use crate::downward::inside::{Borrowable, Clue, ThisPod};
use crate::here::Machine;
use crate::k8s::age::human_duration;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::server::User;
use crate::k8s::token::{Claims, parse_claims};

/// What is known without a server.
pub(super) struct Pod {
    /// What the mounted token says; `None` where there is none, or none that can be read.
    pub(super) claims: Option<Claims>,
    found: ThisPod,
}

impl Pod {
    /// Looks around; `None` outside of a pod.
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

    /// Its name: that of the token is certain, others may only be guessed.
    fn name(&self) -> Option<Clue> {
        let bound = self.claims.as_ref().and_then(|claims| claims.pod.clone());
        let bound = bound.map(|value| Clue { value, from: "its token".to_owned() });
        bound.or_else(|| self.found.names.first().cloned())
    }

    /// Its name and its namespace, and what tells of them.
    pub(super) fn place(&self) -> String {
        let told = |clue: Option<Clue>| match clue {
            Some(Clue { value, from }) => format!("{value} (by {from})"),
            None => "unknown".to_owned(),
        };
        let namespace = told(self.found.namespace.clone());
        format!("{}, in namespace {namespace}", told(self.name()))
    }

    /// Whether that is this pod: a uid that is certain decides, else the names that it may have.
    fn is(&self, name: &str, uid: Option<&str>) -> bool {
        let own = self.claims.as_ref().and_then(|claims| claims.pod_uid.as_deref());
        if let (Some(own), Some(uid)) = (own, uid) {
            return own == uid;
        }
        let found = self.found.uid.as_ref().map(|clue| clue.value.as_str());
        (found.is_some() && found == uid) || self.found.names.iter().any(|clue| clue.value == name)
    }

    /// The token's end and its audience, and whether it is the one that is used, by the way to the
    /// server.
    pub(super) fn token(&self, used: Option<&EndpointKind>, now: Timestamp) -> String {
        let Some(claims) = &self.claims else {
            return "none mounted, or none that can be read".to_owned();
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
            Some(_) => "; mounted, but not what is used here",
        };
        format!("{end}, {audience}{used}")
    }
}

/// Whose rights are used, where somebody else authenticates for us, and whether to beware.
pub(super) fn whose(user: &User, pod: Option<&Pod>) -> (String, bool) {
    let Some(theirs) = &user.pod else {
        let of = match user.name.strip_prefix("system:serviceaccount:") {
            Some(name) => format!("those of the service account {name}, by a token of no pod"),
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
         anybody's proxy may answer on this port",
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

    fn pod(name: &str, uid: Option<&str>) -> Pod {
        let claims = uid.map(|uid| Claims { pod_uid: Some(uid.to_owned()), ..Claims::default() });
        let names = vec![Clue { value: name.to_owned(), from: "POD_NAME".to_owned() }];
        Pod { claims, found: ThisPod { names, ..ThisPod::default() } }
    }

    #[test]
    fn the_rights_of_an_ambassador_are_ours_or_anothers() {
        let account = "system:serviceaccount:shop:debug";
        let theirs = user(account, Some(("debug", "u-1")));
        for (ours, is_ours) in [
            (pod("debug", None), true),
            (pod("web", None), false),
            // A uid cannot be guessed, and tells pods of one name apart.
            (pod("web", Some("u-1")), true),
            (pod("debug", Some("u-2")), false),
        ] {
            let (text, beware) = whose(&theirs, Some(&ours));
            assert_eq!((text == "those of this pod", beware), (is_ours, !is_ours), "{text}");
        }
        assert_eq!(whose(&theirs, None), ("those of the pod debug".to_owned(), false));
    }

    #[test]
    fn the_rights_of_a_user_are_named() {
        let here = pod("debug", None);
        assert_eq!(whose(&user("ann", None), Some(&here)).0, "those of the user ann");
        let (text, beware) = whose(&user("system:serviceaccount:shop:ci", None), Some(&here));
        assert!(text.contains("service account shop:ci") && !beware, "{text}");
    }
}
