//! Updating the collections of nodes. The cursor and the opened rows stay with their objects.

use std::sync::Arc;

use crate::k8s::table::{Delta, Page, Row};

use super::Tree;
use super::collection::{Change, Collection, RowKey};
use super::marks::Marks;
use super::node::{Load, NodeKind};
use super::row_ref::{NodeId, RowRef};

impl Tree {
    /// Sets or replaces the collection of a node. The cursor and the opened rows stay with their objects.
    pub fn set_collection(&mut self, id: NodeId, collection: Collection) {
        let key = match self.cursor {
            RowRef::Row(at, _) if at == id => self.row_key(self.cursor),
            _ => None,
        };
        let Some(node) = self.get_mut(id) else { return };
        node.load = Load::Ready;
        node.lists += 1;
        node.selects_anew = false;
        node.marks = Marks::default();
        let filter = node.filter.clone();
        let old = node.collection.replace(collection);
        let opened = std::mem::take(&mut node.opened);
        if let Some(new) = &mut node.collection {
            if let Some(resource) = node.kind.resource() {
                new.judge_as(&resource.gvr);
            }
            if let Some(old) = &old {
                new.arrange_as(old);
            }
            new.set_filter(filter);
        }
        for (index, child) in opened {
            let key = old.as_ref().and_then(|old| old.rows().get(index)).map(RowKey::of);
            let index = key.and_then(|key| self.get(id)?.collection.as_ref()?.find(&key));
            match (index, self.get_mut(id)) {
                (Some(index), Some(node)) => node.opened.push((index, child)),
                _ => self.remove_below(child, id),
            }
        }
        if let Some(node) = self.get_mut(id) {
            node.opened.sort_unstable();
        }
        self.follow(id, key);
        self.recount(id);
        self.settle(id);
        self.reveal(id);
    }

    /// Removes the collection of a node. A cursor in it moves to the node.
    pub fn drop_collection(&mut self, id: NodeId) {
        self.set_collection(id, Collection::default());
        self.change(id, |node| node.collection = None);
        self.keep_in_view();
    }

    /// Moves the cursor to the row with a key, or to the row that took its index.
    fn follow(&mut self, id: NodeId, key: Option<RowKey>) {
        let RowRef::Row(at, index) = self.cursor else { return };
        if at != id {
            return;
        }
        let Some(collection) = self.get(id).and_then(|node| node.collection.as_ref()) else {
            return;
        };
        let found = key.and_then(|key| collection.find(&key));
        let last = collection.rows().len().checked_sub(1);
        self.cursor = match found.or(last.map(|last| index.min(last))) {
            Some(index) => RowRef::Row(id, index),
            None => RowRef::Node(id),
        };
    }

    /// Adds the next page to the collection of a node.
    pub fn add_page(&mut self, id: NodeId, page: Page) {
        let indices = self.indices_in(id);
        let Some(mut collection) = self.get_mut(id).and_then(|node| node.collection.take()) else {
            return;
        };
        let old = collection.keys_at(&indices);
        let was_more = self.cursor == RowRef::More(id);
        let end = collection.shown();
        collection.add_page(page);
        let moved = |index: usize| {
            old.iter().find(|(at, _)| *at == index).and_then(|(_, key)| collection.find(key))
        };
        let cursor = match self.cursor {
            RowRef::Row(at, index) if at == id => moved(index).map(|index| RowRef::Row(id, index)),
            RowRef::More(_) if was_more => {
                collection.index_at(end).map(|index| RowRef::Row(id, index))
            }
            _ => None,
        };
        if let Some(node) = self.get_mut(id) {
            for (index, _) in &mut node.opened {
                *index = moved(*index).unwrap_or(*index);
            }
            node.load = Load::Ready;
            node.collection = Some(collection);
        }
        self.cursor = cursor.unwrap_or(self.cursor);
        self.recount(id);
        self.settle(id);
        self.keep_in_view();
    }

    /// Returns the indices in a collection that must follow their rows: those of the cursor and of the
    /// opened rows.
    fn indices_in(&self, id: NodeId) -> Vec<usize> {
        let cursor = match self.cursor {
            RowRef::Row(at, index) if at == id => Some(index),
            _ => None,
        };
        let opened = self.get(id).map(|node| node.opened.as_slice()).unwrap_or_default();
        cursor.into_iter().chain(opened.iter().map(|(index, _)| *index)).collect()
    }

    /// Applies the deltas of a watch to the collection of a node.
    pub fn apply(&mut self, id: NodeId, deltas: impl IntoIterator<Item = Delta>) {
        for delta in deltas {
            let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut())
            else {
                return;
            };
            let change = collection.apply(delta);
            self.shift(id, change);
        }
        self.recount(id);
        self.settle(id);
        self.keep_in_view();
    }

    /// Inserts rows that were fetched by name into the collection of a node.
    pub fn insert_rows(&mut self, id: NodeId, rows: Vec<Row>) {
        for row in rows {
            let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut())
            else {
                return;
            };
            let change = collection.insert(row);
            self.shift(id, change);
        }
        self.recount(id);
        self.keep_in_view();
    }

    /// Adjusts the cursor and the opened rows to an insertion or a removal.
    fn shift(&mut self, id: NodeId, change: Change) {
        let shifted = |index: usize| match change {
            Change::Inserted(at) if index >= at => index + 1,
            Change::Removed { index: at, .. } if index > at => index - 1,
            Change::Removed { index: at, next } if index == at => next,
            _ => index,
        };
        if let RowRef::Row(at, index) = self.cursor
            && at == id
        {
            self.cursor = RowRef::Row(id, shifted(index));
        }
        let mut removed = None;
        if let Some(node) = self.get_mut(id) {
            if let Change::Removed { index: at, .. } = change {
                removed = node.opened.iter().position(|(index, _)| *index == at);
            }
            let removed = removed.map(|at| node.opened.remove(at).1);
            for (index, _) in &mut node.opened {
                *index = shifted(*index);
            }
            if let Some(child) = removed {
                self.remove_opened(id, child, change);
            }
        }
    }

    /// Removes the node of an opened row whose object was deleted. A cursor inside moves to the row that
    /// took its place.
    fn remove_opened(&mut self, id: NodeId, child: NodeId, change: Change) {
        let was_within = self.is_within(self.cursor, child);
        self.remove_below(child, id);
        if let (true, Change::Removed { next, .. }) = (was_within, change) {
            self.cursor = RowRef::Row(id, next);
        }
    }

    /// Moves a cursor on a removed or hidden row to the nearest row that is shown.
    pub(super) fn settle(&mut self, id: NodeId) {
        let Some(node) = self.get(id) else { return };
        let Some(collection) = &node.collection else { return };
        let is_hidden = |index| index >= collection.rows().len() || !collection.passes(index);
        let mut cursor = self.cursor;
        if cursor == RowRef::More(id) && !node.has_more() {
            let last = collection.shown().checked_sub(1).and_then(|p| collection.index_at(p));
            cursor = last.map_or(RowRef::Node(id), |p| RowRef::Row(id, p));
        }
        match cursor {
            RowRef::Row(at, index) if at == id && is_hidden(index) => {
                let position = collection.position(index);
                let near = position.min(collection.shown().saturating_sub(1));
                cursor = collection.index_at(near).map_or(RowRef::Node(id), |p| RowRef::Row(id, p));
            }
            _ => {}
        }
        if let RowRef::Row(at, index) = cursor
            && let Some(child) = node.opened_at(index)
            && at == id
        {
            cursor = RowRef::Node(child);
        }
        self.cursor = cursor;
    }

    /// Returns the node of a row. Creates it if the row was not opened before.
    pub fn node_of_row(&mut self, id: NodeId, index: usize) -> Option<NodeId> {
        let node = self.get(id)?;
        if let Some(child) = node.opened_at(index) {
            return Some(child);
        }
        let path = self.object_path(RowRef::Row(id, index))?;
        let resource = Arc::clone(node.kind.resource()?);
        let child = self.allocate(id, NodeKind::Object { resource, path });
        let node = self.get_mut(id)?;
        let at = node.opened.partition_point(|(other, _)| *other < index);
        node.opened.insert(at, (index, child));
        if self.cursor == RowRef::Row(id, index) {
            self.cursor = RowRef::Node(child);
        }
        self.recount(id);
        Some(child)
    }
}
