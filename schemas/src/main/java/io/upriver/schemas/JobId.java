package io.upriver.schemas;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The ids of file jobs, which are those of their streams too: {@code job-} and eight hexadecimal
 * digits. So whoever lists streams can tell a job from one that lives on.
 */
public final class JobId {

    private static final Pattern ID = Pattern.compile("job-[0-9a-f]{8}");

    private JobId() {}

    /** A new one. */
    public static String create() {
        return "job-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Whether a stream with this id is a job's. */
    public static boolean isOne(String streamId) {
        return ID.matcher(streamId).matches();
    }
}
