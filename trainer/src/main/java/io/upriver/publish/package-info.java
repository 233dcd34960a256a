/**
 * Finished models into the models topic, where the workers take them from ({@link
 * io.upriver.publish.Publication}, start reading there): only those that passed. And, for models
 * that are adapted to one stream, its segments, its settings, and what workers say. The only place
 * with Kafka.
 */
package io.upriver.publish;
