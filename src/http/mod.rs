//! The wire: the table of routes and the layers around them.
