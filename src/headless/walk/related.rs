//! The lists of what belongs to an object, printed below it.

use std::sync::Arc;

use super::{Step, Walk};
use crate::headless::rows;
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::table::{Page, Row};
use crate::object::related::{self, Related};

impl Walk<'_> {
    /// Returns the lists of what belongs to an object.
    pub(super) async fn related_to(
        &mut self,
        path: &ApiPath,
        level: usize,
    ) -> Result<Vec<Step>, Failure> {
        let secret = path.is_of_secrets();
        let form = if secret { Form::ObjectMetadata } else { Form::Json };
        let exchange = self.access.fetch(&Request::get(path.clone(), form)).await?;
        let mut object = answer::json(&exchange)?;
        if let (true, Some(fields)) = (secret, object.as_object_mut()) {
            // The metadata of an object has a kind of its own.
            fields.insert("apiVersion".to_owned(), "v1".into());
            fields.insert("kind".to_owned(), "Secret".into());
        }
        let mut lists = related::of(&object, &self.discovery);
        if let Some(targets) = related::targets(&object, &self.discovery) {
            let label = targets.what.label();
            let of_row = |list: &Arc<Related>| Related {
                label: format!("{label} {}", list.label),
                ..(**list).clone()
            };
            lists.extend(targets.lists.iter().map(of_row));
        }
        let step = |related| Step::Related { related: Box::new(related), level };
        Ok(lists.into_iter().map(step).collect())
    }

    /// Fetches what a list needs to be known, if anything. Returns the list.
    ///
    /// # Errors
    ///
    /// It cannot be read, or does not have it.
    pub(in crate::headless) async fn completed(
        &self,
        related: Related,
    ) -> Result<Related, Failure> {
        let Some(after) = &related.after else { return Ok(related) };
        related.completed(&answer::json(&self.access.fetch(after.request()).await?)?)
    }

    /// Fetches a list of what belongs to an object. Returns its row, and the objects.
    pub(in crate::headless) async fn related(
        &self,
        related: &Related,
        level: usize,
    ) -> Result<(String, Vec<Step>), Failure> {
        let (mut size, mut token) = (PageSize::FIRST, None);
        let (mut steps, mut read) = (Vec::new(), 0);
        loop {
            let request = size.page(related.request(), token.take());
            let mut exchange = self.access.fetch(&request).await?;
            let (body, count) = related.filtered(exchange.body);
            exchange.body = body;
            read += count;
            let page = answer::page(&exchange, self.arrived())?;
            steps.extend(nodes(&related.path(), &page, level));
            (size, token) = (page.next_size, page.continue_token);
            if token.is_none() {
                break;
            }
        }
        let kept = related.keep.describe().map(|rule| format!(" of {read}, {rule}"));
        let row = format!("{}  {}{}", related.label, steps.len(), kept.unwrap_or_default());
        Ok((row, steps))
    }
}

/// Returns the objects of a page.
pub(super) fn nodes(path: &ApiPath, page: &Page, level: usize) -> Vec<Step> {
    let ApiPath::Collection { gvr, namespace } = path else { return Vec::new() };
    let node = |row: &Row| {
        let text = rows::object(row, &page.columns);
        if row.facts.is_unnamed {
            return Step::Entry { above: path.clone(), row: text };
        }
        let object = ObjectPath {
            gvr: gvr.clone(),
            namespace: namespace.clone().or_else(|| row.namespace.clone()),
            name: row.name().into(),
        };
        Step::Node { path: ApiPath::Object(object), row: text, level }
    };
    page.rows.iter().map(node).collect()
}
