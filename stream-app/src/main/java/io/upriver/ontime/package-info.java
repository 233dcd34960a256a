/**
 * Shows that live streams with a deadline keep it, and never stall ({@link
 * io.upriver.ontime.LiveBench}, start reading there). A client of the service like any other: it
 * knows topics, not workers.
 */
@NullMarked
package io.upriver.ontime;

import org.jspecify.annotations.NullMarked;
