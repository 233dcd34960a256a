package io.upriver.data;

import java.util.function.LongPredicate;

/**
 * A piece of a stream that frames are taken from.
 *
 * @param sequence its place in the stream; later ones have higher numbers
 * @param media MPEG-TS, MP4 or Matroska
 * @param shown which times of its frames, in nanoseconds, belong to it: others are a neighbour's
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record StreamSegment(long sequence, byte[] media, LongPredicate shown) {}
