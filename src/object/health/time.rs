//! How long things may take, in seconds.

/// A pod that does not fit is not scheduled at once (kstatus `ScheduleWindow`).
pub(super) const SCHEDULE: i64 = 15;
/// A ConfigMap and the pod that uses it are often applied together.
pub(super) const CONFIG: i64 = 10;
/// A usual pull.
pub(super) const CREATE: i64 = 60;
/// A large image, or a slow volume.
pub(super) const CREATE_MAX: i64 = 300;
/// An init container that migrates.
pub(super) const INIT_MAX: i64 = 600;
/// The kubelet needs a moment after the grace period of a pod.
pub(super) const STOP_EXTRA: i64 = 30;
/// The kubelet forgets its back-off so long after the last failure (`NewMainKubelet`).
pub(super) const RESTART_NEW: i64 = 600;
/// `Available` is False while the first pods start.
pub(super) const AVAILABLE: i64 = 60;
/// The autoscaler looks every 15 seconds.
pub(super) const HPA: i64 = 60;
/// A claim without an event is bound by then.
pub(super) const BIND: i64 = 120;
/// A load balancer has an address by then.
pub(super) const LB: i64 = 120;
/// A condition may be Unknown for so long.
pub(super) const CONDITION: i64 = 300;
/// A deletion, an update or a first report takes no longer than this.
pub(super) const MINUTE: i64 = 60;
/// Pods of a workload are ready by then.
pub(super) const READY: i64 = 120;
/// What depends on other controllers or on people.
pub(super) const TEN_MINUTES: i64 = 600;
pub(super) const HOUR: i64 = 3600;
