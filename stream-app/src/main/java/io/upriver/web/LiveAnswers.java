package io.upriver.web;

import io.upriver.api.ByteRange;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** How playlists and media leave: types, caching, parts. */
final class LiveAnswers {

    static final String PLAYLIST = "application/vnd.apple.mpegurl";
    static final String TRANSPORT_STREAM = "video/mp2t";
    static final String MP4 = "video/mp4";

    /** Media never change under their name. */
    private static final String FOR_LONG = "public, max-age=86400, immutable";

    /** The word, unless it is refused by a weight of 0. */
    private static final Pattern GZIP =
            Pattern.compile("(?i)\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))");

    private static final int TAG_DIGITS = 32;

    private LiveAnswers() {}

    /**
     * A playlist, which caches may keep if they ask before they give it. Zipped here for who takes
     * it so: the framework would write into every answer of the service whether it is.
     *
     * @param known the value of {@code If-None-Match}, or null
     * @param encodings the value of {@code Accept-Encoding}, or null
     */
    static Response playlist(String text, @Nullable String known, @Nullable String encodings) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String tag = "\"" + digestOf(body) + "\"";
        Response.ResponseBuilder response;
        if (known != null && (known.contains(tag) || known.strip().equals("*"))) {
            response = Response.status(304);
        } else if (encodings != null && GZIP.matcher(encodings).find()) {
            response =
                    Response.ok(zipped(body), PLAYLIST)
                            .header(HttpHeaders.CONTENT_ENCODING, "gzip");
        } else {
            response = Response.ok(body, PLAYLIST);
        }
        // weak, since the bytes may be zipped
        return response.header(HttpHeaders.ETAG, "W/" + tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .build();
    }

    private static byte[] zipped(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Media, or the part that is asked for.
     *
     * @param range the value of {@code Range}, or null
     * @throws io.upriver.api.ProblemException if there is no such part
     */
    static Response media(byte[] body, String type, @Nullable String range) {
        Response.ResponseBuilder response =
                ByteRange.of(range, body.length)
                        .map(part -> partOf(body, part).type(type))
                        .orElseGet(() -> Response.ok(body, type));
        return response.header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, FOR_LONG)
                .build();
    }

    private static Response.ResponseBuilder partOf(byte[] body, ByteRange part) {
        int first = (int) part.first();
        return Response.status(206)
                .entity(Arrays.copyOfRange(body, first, first + (int) part.count()))
                .header("Content-Range", part.contentRange(body.length));
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
