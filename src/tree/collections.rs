//! The collections in the tree: pages and deltas go in, and the cursor and the opened rows stay with
//! their names.

use std::sync::Arc;

use crate::k8s::table::{Delta, Page, Row};
use crate::tree::collection::{Change, Collection, RowKey};

use super::marks::Marks;
use super::node::{Load, NodeKind};
use super::{NodeId, RowRef, Tree};

impl Tree {
    /// Gives a node the first page of its collection. A collection that it had is replaced; the
    /// cursor and opened rows stay with their names.
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
            if let Some(old) = &old {
                new.arrange_as(old);
            }
            new.set_filter(filter);
        }
        for (place, child) in opened {
            let key = old.as_ref().and_then(|old| old.rows().get(place)).map(RowKey::of);
            let place = key.and_then(|key| self.get(id)?.collection.as_ref()?.find(&key));
            match (place, self.get_mut(id)) {
                (Some(place), Some(node)) => node.opened.push((place, child)),
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

    /// Takes a node's collection away; a cursor in it goes to the node.
    pub fn drop_collection(&mut self, id: NodeId) {
        self.set_collection(id, Collection::default());
        self.change(id, |node| node.collection = None);
        self.keep_in_view();
    }

    /// Puts the cursor back on the row of that key, or on the one that took its place.
    fn follow(&mut self, id: NodeId, key: Option<RowKey>) {
        let RowRef::Row(at, place) = self.cursor else { return };
        if at != id {
            return;
        }
        let Some(collection) = self.get(id).and_then(|node| node.collection.as_ref()) else {
            return;
        };
        let found = key.and_then(|key| collection.find(&key));
        let last = collection.rows().len().checked_sub(1);
        self.cursor = match found.or(last.map(|last| place.min(last))) {
            Some(place) => RowRef::Row(id, place),
            None => RowRef::Node(id),
        };
    }

    /// Adds the next page to a node's collection.
    pub fn add_page(&mut self, id: NodeId, page: Page) {
        let places = self.places_in(id);
        let Some(mut collection) = self.get_mut(id).and_then(|node| node.collection.take()) else {
            return;
        };
        let old = collection.keys_at(&places);
        let was_more = self.cursor == RowRef::More(id);
        let end = collection.shown();
        collection.add_page(page);
        let moved = |place: usize| {
            old.iter().find(|(at, _)| *at == place).and_then(|(_, key)| collection.find(key))
        };
        let cursor = match self.cursor {
            RowRef::Row(at, place) if at == id => moved(place).map(|place| RowRef::Row(id, place)),
            RowRef::More(_) if was_more => {
                collection.place(end).map(|place| RowRef::Row(id, place))
            }
            _ => None,
        };
        if let Some(node) = self.get_mut(id) {
            for (place, _) in &mut node.opened {
                *place = moved(*place).unwrap_or(*place);
            }
            node.load = Load::Ready;
            node.collection = Some(collection);
        }
        self.cursor = cursor.unwrap_or(self.cursor);
        self.recount(id);
        self.settle(id);
        self.keep_in_view();
    }

    /// The places in a collection that something holds on to: the cursor and the opened rows.
    fn places_in(&self, id: NodeId) -> Vec<usize> {
        let cursor = match self.cursor {
            RowRef::Row(at, place) if at == id => Some(place),
            _ => None,
        };
        let opened = self.get(id).map(|node| node.opened.as_slice()).unwrap_or_default();
        cursor.into_iter().chain(opened.iter().map(|(place, _)| *place)).collect()
    }

    /// Applies the deltas of a watch, all at once.
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

    /// Puts rows that were asked for by name among those of the loaded pages.
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

    /// Moves what holds on to rows behind an insertion or a removal.
    fn shift(&mut self, id: NodeId, change: Change) {
        let shifted = |place: usize| match change {
            Change::Inserted(at) if place >= at => place + 1,
            Change::Removed { place: at, .. } if place > at => place - 1,
            Change::Removed { place: at, next } if place == at => next,
            _ => place,
        };
        if let RowRef::Row(at, place) = self.cursor
            && at == id
        {
            self.cursor = RowRef::Row(id, shifted(place));
        }
        let mut gone = None;
        if let Some(node) = self.get_mut(id) {
            if let Change::Removed { place: at, .. } = change {
                gone = node.opened.iter().position(|(place, _)| *place == at);
            }
            let gone_child = gone.map(|at| node.opened.remove(at).1);
            for (place, _) in &mut node.opened {
                *place = shifted(*place);
            }
            if let Some(child) = gone_child {
                self.shelter_row(id, child, change);
            }
        }
    }

    /// The object of an opened row is gone: the cursor in it stays at the row's place.
    fn shelter_row(&mut self, id: NodeId, child: NodeId, change: Change) {
        let was_within = self.is_within(self.cursor, child);
        self.remove_below(child, id);
        if let (true, Change::Removed { next, .. }) = (was_within, change) {
            self.cursor = RowRef::Row(id, next);
        }
    }

    /// A cursor on a row that is no more, or is hidden, goes to the nearest row that shows.
    pub(super) fn settle(&mut self, id: NodeId) {
        let Some(node) = self.get(id) else { return };
        let Some(collection) = &node.collection else { return };
        let is_hidden = |place| place >= collection.rows().len() || !collection.passes(place);
        let mut cursor = self.cursor;
        if cursor == RowRef::More(id) && !node.has_more() {
            let last = collection.shown().checked_sub(1).and_then(|p| collection.place(p));
            cursor = last.map_or(RowRef::Node(id), |p| RowRef::Row(id, p));
        }
        match cursor {
            RowRef::Row(at, place) if at == id && is_hidden(place) => {
                let position = collection.position(place);
                let near = position.min(collection.shown().saturating_sub(1));
                cursor = collection.place(near).map_or(RowRef::Node(id), |p| RowRef::Row(id, p));
            }
            _ => {}
        }
        if let RowRef::Row(at, place) = cursor
            && let Some(child) = node.opened_at(place)
            && at == id
        {
            cursor = RowRef::Node(child);
        }
        self.cursor = cursor;
    }

    /// Makes a node of a row, so that it can be opened. A row that is one already keeps it.
    pub fn node_of_row(&mut self, id: NodeId, place: usize) -> Option<NodeId> {
        let node = self.get(id)?;
        if let Some(child) = node.opened_at(place) {
            return Some(child);
        }
        let path = self.object_path(RowRef::Row(id, place))?;
        let resource = Arc::clone(node.kind.resource()?);
        let child = self.allocate(id, NodeKind::Object { resource, path });
        let node = self.get_mut(id)?;
        let at = node.opened.partition_point(|(other, _)| *other < place);
        node.opened.insert(at, (place, child));
        if self.cursor == RowRef::Row(id, place) {
            self.cursor = RowRef::Node(child);
        }
        self.recount(id);
        Some(child)
    }
}
