//! Files to changes: reads rows, checks them against the layer's schema, tells what was refused.
