package io.upriver.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record as text, numbers and flags; of headers with the same name the last
 * counts.
 *
 * <p>What cannot be read throws {@link IllegalArgumentException} with the header's name, what was
 * expected and what came.
 */
record HeaderFields(Headers headers) {

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,19}");

    @Nullable String textOrNull(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : utf8(name, header.value());
    }

    String text(String name) {
        return Expect.text(name, textOrNull(name));
    }

    /** What a word stands for, such as a constant by its wire name. */
    <T> T word(String name, Function<String, T> reader) {
        String word = text(name);
        try {
            return reader.apply(word);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    boolean has(String name) {
        Header header = headers.lastHeader(name);
        return header != null && header.value() != null;
    }

    long number(String name, long whenMissing) {
        String text = textOrNull(name);
        return text == null ? whenMissing : decimal(name, text);
    }

    long number(String name) {
        return decimal(name, text(name));
    }

    /** A flag, false when missing: CloudEvents knows exactly two spellings. */
    boolean flag(String name) {
        String text = textOrNull(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new IllegalArgumentException(
                name + ": expected true or false, got " + Expect.shown(text));
    }

    /** Writes the header in place of those with this name, or only takes them away for null. */
    void set(String name, @Nullable Object value) {
        headers.remove(name);
        if (value != null) {
            headers.add(name, value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    static String utf8(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    name + ": expected UTF-8 text, got " + bytes.length + " other bytes", e);
        }
    }

    private static long decimal(String name, String text) {
        try {
            if (DECIMAL.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // 19 digits may be too many by a little: the same sentence
        }
        throw new IllegalArgumentException(
                name + ": expected a decimal number, got " + Expect.shown(text));
    }
}
