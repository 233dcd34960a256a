package io.upriver.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How playlists and media leave: types, caching, parts. */
final class LiveAnswers {

    static final String PLAYLIST = "application/vnd.apple.mpegurl";
    static final String TRANSPORT_STREAM = "video/mp2t";
    static final String MP4 = "video/mp4";

    /** Media never change under their name. */
    private static final String FOR_LONG = "public, max-age=86400, immutable";

    private static final int TAG_DIGITS = 32;

    private LiveAnswers() {}

    /**
     * A playlist, which caches may keep if they ask before they give it.
     *
     * @param known the value of {@code If-None-Match}, or null
     */
    static Response playlist(String text, @Nullable String known) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String tag = "\"" + digestOf(body) + "\"";
        boolean isKnown = known != null && (known.contains(tag) || known.strip().equals("*"));
        return (isKnown ? Response.status(304) : Response.ok(body, PLAYLIST))
                .header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    /**
     * Media, or the part that is asked for.
     *
     * @param range the value of {@code Range}, or null
     * @throws io.upriver.api.ProblemException if there is no such part
     */
    static Response media(byte[] body, String type, @Nullable String range) {
        ByteRange part = ByteRange.of(range, body.length);
        Response.ResponseBuilder response;
        if (part == null) {
            response = Response.ok(body, type);
        } else {
            response =
                    Response.status(206)
                            .type(type)
                            .entity(Arrays.copyOfRange(body, part.from(), part.end()))
                            .header(
                                    "Content-Range",
                                    "bytes %d-%d/%d"
                                            .formatted(part.from(), part.end() - 1, body.length));
        }
        return response.header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, FOR_LONG)
                .build();
    }

    private static String digestOf(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest).substring(0, TAG_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
