package io.upriver.topology;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How many bytes a record takes that is written alone, at most. */
final class RecordSize {

    /** A batch's header of 61 bytes, a record's of 21, rounded up. */
    private static final int AROUND_A_RECORD = 128;

    /** Two lengths of up to 5 bytes each. */
    private static final int AROUND_A_HEADER = 10;

    private RecordSize() {}

    static long atMost(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long bytes = AROUND_A_RECORD + lengthOf(key) + lengthOf(value);
        for (Header header : headers) {
            bytes += AROUND_A_HEADER + lengthOf(header.key().getBytes(StandardCharsets.UTF_8));
            bytes += lengthOf(header.value());
        }
        return bytes;
    }

    private static long lengthOf(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
