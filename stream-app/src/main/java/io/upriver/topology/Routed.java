package io.upriver.topology;

/**
 * A value on its way to a sink, with the partition it must go to: the one it came from.
 *
 * @param value the record's value, or null
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Routed(byte[] value, int partition) {}
