package io.upriver.api;

/**
 * What the API has to know of the service.
 *
 * @param largestModelBytes the largest model file that is read
 * @param group the consumer group of the workers
 */
public record ApiSettings(int largestModelBytes, String group) {}
