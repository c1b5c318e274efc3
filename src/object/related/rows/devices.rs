//! The devices of a `DeviceClass`.

use serde_json::Value;

use super::Rows;
use crate::k8s::selector::Selector;
use crate::object::links::of_field;
use crate::object::path::{list, text};
use crate::object::related::Keep;

/// What the expression of a class compares the name of a driver with.
const DRIVER: &str = "device.driver";

impl Rows<'_> {
    /// The slices of the drivers whose devices a class selects, as far as its expressions name them.
    pub(super) fn slices(&mut self) {
        let object = self.context.object;
        let selectors = list(object, ".spec.selectors").iter();
        let expressions = selectors.map(|selector| text(selector, ".cel.expression"));
        let mut drivers: Vec<&str> = expressions.filter_map(driver).collect();
        drivers.dedup();
        for driver in drivers {
            if let Some(selector) = of_field("spec.driver", driver) {
                self.add("resource.k8s.io", "resourceslices", selector, Keep::All);
            }
        }
    }

    /// The claims that were made for a pod.
    pub(super) fn claims(&mut self, uid: &str) {
        let object = self.context.object;
        let owned = || Keep::OwnedBy(uid.to_owned());
        let has = |path: &str| !list(object, path).is_empty();
        let is_extended = !object["status"]["extendedResourceClaimStatus"].is_null();
        if has(".spec.resourceClaims") || has(".status.resourceClaimStatuses") || is_extended {
            self.add("resource.k8s.io", "resourceclaims", Selector::default(), owned());
        }
        let is_ephemeral = |volume: &Value| volume.get("ephemeral").is_some();
        if list(object, ".spec.volumes").iter().any(is_ephemeral) {
            self.add("", "persistentvolumeclaims", Selector::default(), owned());
        }
    }
}

/// Returns the driver that an expression names: `device.driver == "gpu.example.com" && …`.
fn driver(expression: &str) -> Option<&str> {
    let (_, rest) = expression.split_once(DRIVER)?;
    let rest = rest.trim_start().strip_prefix("==")?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split(quote).next()
}
