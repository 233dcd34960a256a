package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How large pictures are: "1280x720" in headers and JSON.
 *
 * @param width columns, 1 to 999 999
 * @param height rows, 1 to 999 999
 */
public record PictureSize(int width, int height) {

    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,5})x([1-9][0-9]{0,5})");
    private static final int MOST = 999_999;

    public PictureSize {
        Expect.between("width", width, 1, MOST);
        Expect.between("height", height, 1, MOST);
    }

    /** The size in these words; {@link IllegalArgumentException} when it is none. */
    @JsonCreator
    public static PictureSize parse(String text) {
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException(
                    "expected a size such as 1280x720, got " + Expect.shown(text));
        }
        return new PictureSize(
                Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    static List<PictureSize> parseAll(String text) {
        return Arrays.stream(text.split(",", -1)).map(PictureSize::parse).toList();
    }

    static String textOf(List<PictureSize> sizes) {
        return sizes.stream().map(PictureSize::toString).collect(Collectors.joining(","));
    }

    @Override
    @JsonValue
    public String toString() {
        return width + "x" + height;
    }
}
