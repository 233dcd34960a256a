package io.upriver.job;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Fetches files over HTTP, within limits.
 *
 * <p>Redirections are followed here and not by the client, so that each address is checked before
 * it is asked. The client looks a host's name up once more, a moment after the check; Java keeps
 * answers for 30 s ({@code networkaddress.cache.ttl}), so both see the same. No proxy is used,
 * since that would look names up by itself. Thread-safe.
 */
final class FileFetch {

    private static final int MOST_REDIRECTIONS = 5;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration HEADERS = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(HttpClient.Builder.NO_PROXY)
                    .connectTimeout(CONNECT)
                    .build();
    private final JobLimits limits;
    private final ScheduledExecutorService clock;

    /**
     * @param clock breaks off what takes too long
     */
    FileFetch(JobLimits limits, ScheduledExecutorService clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Fetches a file.
     *
     * @param job is told of the bytes as they come; breaks it off when it is cancelled
     * @throws JobException with the reason if it does not come
     */
    void fetch(URI from, Path target, Job job, DiskSpace space) {
        URI url = from;
        for (int redirections = 0; redirections <= MOST_REDIRECTIONS; redirections++) {
            PublicAddress.require(url, limits.privateAddresses());
            HttpResponse<InputStream> answer = ask(url);
            try (InputStream body = answer.body()) {
                if (!REDIRECTIONS.contains(answer.statusCode())) {
                    requireFile(url, answer);
                    receive(url, body, target, job, space);
                    return;
                }
                url = next(url, answer);
            } catch (IOException e) {
                throw broken(url, e);
            }
        }
        throw new JobException(
                JobException.Kind.ADDRESS,
                "url: expected at most %d redirections, %s has more"
                        .formatted(MOST_REDIRECTIONS, from));
    }

    private HttpResponse<InputStream> ask(URI url) {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(HEADERS).build();
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw broken(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobException(JobException.Kind.BROKEN_OFF, url + ": interrupted", e);
        }
    }

    private void requireFile(URI url, HttpResponse<InputStream> answer) {
        if (answer.statusCode() != 200) {
            throw new JobException(
                    JobException.Kind.ADDRESS,
                    "url: expected a file at %s, got status %d"
                            .formatted(url, answer.statusCode()));
        }
        OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
        if (length.isPresent()) {
            Receiver.requireAtMost(limits.maxBytes(), length.getAsLong());
        }
    }

    private static URI next(URI url, HttpResponse<InputStream> answer) {
        String place = answer.headers().firstValue("Location").orElse("");
        try {
            URI next = url.resolve(place);
            if (!place.isEmpty() && !isLessSafe(url, next)) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // the same sentence
        }
        throw new JobException(
                JobException.Kind.ADDRESS,
                "url: expected %s to redirect to an address as safe, got '%s'"
                        .formatted(url, place));
    }

    private static boolean isLessSafe(URI from, URI to) {
        return "https".equalsIgnoreCase(from.getScheme())
                && !"https".equalsIgnoreCase(to.getScheme());
    }

    private void receive(URI url, InputStream body, Path target, Job job, DiskSpace space) {
        ScheduledFuture<?> end =
                clock.schedule(
                        () -> closeQuietly(body),
                        limits.fetchTime().toMillis(),
                        TimeUnit.MILLISECONDS);
        job.whenCancelled(() -> closeQuietly(body));
        try {
            new Receiver(limits.maxBytes(), space).receive(body, target, job);
        } catch (JobException e) {
            if (end.isDone()) {
                throw new JobException(
                        JobException.Kind.BROKEN_OFF,
                        "url: expected %s within %s, %d bytes came"
                                .formatted(url, limits.fetchTime(), job.bytesIn()),
                        e);
            }
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    private static JobException broken(URI url, IOException e) {
        String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new JobException(
                JobException.Kind.BROKEN_OFF,
                "url: expected a file from %s, got: %s".formatted(url, said),
                e);
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // whoever reads it learns the same
        }
    }
}
