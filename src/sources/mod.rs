//! One folder a source: its wire types, what is read, and what is acted.
