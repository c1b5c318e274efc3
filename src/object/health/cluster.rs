//! Rules for the kinds that a cluster itself is made of.

mod apis;
pub(super) mod others;

use super::rule::{Rule, many, one};

pub(super) const API_SERVICE: &[Rule] =
    &[one("api.down", apis::down), one("api.unseen", apis::unseen)];

pub(super) const DEFINITION: &[Rule] = &[
    one("crd.names", apis::names),
    one("crd.installing", apis::installing),
    one("crd.schema", apis::schema),
    one("crd.deleting", apis::deleting),
];

pub(super) const WEBHOOK: &[Rule] = &[many("webhook.dead", apis::dead_webhook)];

pub(super) const SIGNING: &[Rule] =
    &[one("csr.denied", others::denied), one("csr.waiting", others::waiting)];

pub(super) const LEASE: &[Rule] = &[one("lease.stale", others::stale_lease)];

pub(super) const EVENT: &[Rule] = &[one("event.warning", others::warning)];

pub(super) const QUOTA: &[Rule] = &[many("quota.full", others::full)];

pub(super) const MIGRATION: &[Rule] = &[one("svm.failed", others::migration)];
