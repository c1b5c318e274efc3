//! The test suite.

mod downward;
