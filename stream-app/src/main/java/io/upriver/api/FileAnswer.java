package io.upriver.api;

import io.upriver.job.JobFile;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import org.jboss.resteasy.reactive.FilePart;

/**
 * A job's file as an answer: all of it, or the part that is asked for. It goes from the disk to the
 * network, without a copy in memory.
 */
public final class FileAnswer {

    private FileAnswer() {}

    /** To be played where it is asked for. */
    public static Response toPlay(JobFile file, HttpHeaders asked) {
        return of(file, asked).build();
    }

    /** To be kept under its name. */
    static Response toKeep(JobFile file, HttpHeaders asked) {
        return of(file, asked)
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(file.name()))
                .build();
    }

    private static Response.ResponseBuilder of(JobFile file, HttpHeaders asked) {
        long size = size(file);
        // a job's files never change, and no two jobs share a folder
        String tag = '"' + file.path().getParent().getFileName().toString() + '-' + size + '"';
        String onlyIf = asked.getHeaderString("If-Range");
        Optional<ByteRange> range =
                onlyIf == null || onlyIf.equals(tag)
                        ? ByteRange.of(asked.getHeaderString("Range"), size)
                        : Optional.empty();
        ByteRange part = range.orElse(new ByteRange(0, size));
        Response.ResponseBuilder answer =
                Response.status(range.isPresent() ? 206 : 200)
                        .type(file.mediaType())
                        .header("Accept-Ranges", "bytes")
                        .header(HttpHeaders.CONTENT_LENGTH, part.count()) // for HEAD too
                        .header("ETag", tag)
                        .header("X-Content-Type-Options", "nosniff")
                        .entity(new FilePart(file.path().toFile(), part.first(), part.count()));
        range.ifPresent(r -> answer.header("Content-Range", r.contentRange(size)));
        return answer;
    }

    private static long size(JobFile file) {
        try {
            return Files.size(file.path());
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemType.UNKNOWN_JOB,
                    "expected %s, it was deleted a moment ago".formatted(file.name()));
        }
    }

    /**
     * The name as RFC 6266 has it: in ASCII for those that do not know better, and in full.
     *
     * @param name one line
     */
    static String disposition(String name) {
        String plain = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
        String full = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"%s\"; filename*=UTF-8''%s"
                .formatted(plain, full.replace("*", "%2A"));
    }
}
