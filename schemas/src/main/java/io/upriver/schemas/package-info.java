/**
 * The words the parts of Upriver share: topic names, header names, the records that travel, and
 * their JSON.
 *
 * <p>Nothing here knows pixels, native libraries, Kafka Streams or the service's framework; the
 * serving side and the trainer meet in this package only. What the words mean on the wire is in the
 * resource {@code asyncapi.yaml} beside this package, the JSON Schemas lie next to it.
 */
@NullMarked
package io.upriver.schemas;

import org.jspecify.annotations.NullMarked;
