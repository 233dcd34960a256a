/**
 * Shows that models change under load without a segment lost, doubled or mixed ({@link
 * io.upriver.hotswap.SwapBench}, start reading there). A client of the service like any other: it
 * knows topics, not workers.
 */
@NullMarked
package io.upriver.hotswap;

import org.jspecify.annotations.NullMarked;
