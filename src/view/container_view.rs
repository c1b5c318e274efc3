//! The container's view.
use super::Look;
use crate::app::model::Model;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
pub(super) fn draw(_model: &Model, _look: Look, _area: Rect, _buffer: &mut Buffer) {}
