/**
 * Finished models into the models topic, where the workers take them from ({@link
 * io.upriver.publish.Publication}, start reading there): only those that passed. The only place
 * with Kafka.
 */
package io.upriver.publish;
