//! The container's view.
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use crate::app::model::Model;
use super::Look;
pub(super) fn draw(_model: &Model, _look: Look, _area: Rect, _buffer: &mut Buffer) {}
