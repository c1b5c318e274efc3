//! What one object means: functions of its JSON alone, pure.

pub mod managers;
