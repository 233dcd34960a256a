package io.upriver.egress;

/** Where a record is. */
public record Place(String topic, int partition, long offset) {}
