package io.upriver.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteGuardTest {

    private final SiteGuard guard = new SiteGuard(SiteNames.of(List.of("up.example")));

    /** Host, Sec-Fetch-Site, Origin, and the kind of the problem. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "127.0.0.1:8080 | same-origin | http://127.0.0.1:8080  | -",
                "127.0.0.1:8080 | none        | -                      | -",
                "127.0.0.1:8080 | -           | -                      | -",
                "127.0.0.1:8080 | -           | http://127.0.0.1:8080  | -",
                "up.example     | -           | https://UP.example     | -",
                "-              | -           | -                      | -",
                "127.0.0.1:8080 | cross-site  | http://evil.example    | foreign-site",
                "127.0.0.1:8080 | same-site   | http://127.0.0.1:9000  | foreign-site",
                "127.0.0.1:8080 | -           | http://127.0.0.1:9000  | foreign-site",
                "127.0.0.1:8080 | -           | http://127.0.0.1       | foreign-site",
                "127.0.0.1:8080 | -           | http://evil.example    | foreign-site",
                "127.0.0.1:8080 | -           | null                   | foreign-site",
                "127.0.0.1:8080 | -           | http://[               | foreign-site",
                "evil.example   | same-origin | http://evil.example    | unknown-host",
                "evil.example   | -           | -                      | unknown-host"
            })
    void letsNoPageOfAnotherSiteChangeAnything(
            String host, String fetchSite, String origin, String expected) {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            assertEquals(
                    expected == null ? Optional.empty() : Optional.of("/problems/" + expected),
                    guard.problemOf(method, "/api/v1/models", host, fetchSite, origin)
                            .map(Problem::type),
                    method);
        }
    }

    @Test
    void leavesReadingToTheBrowsersOwnRules() {
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            assertTrue(
                    guard.problemOf(
                                    method,
                                    "/live/cam/index.m3u8",
                                    "localhost:8080",
                                    "cross-site",
                                    "http://player.example")
                            .isEmpty(),
                    method);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "LOCALHOST:8080, true",
        "a.localhost:8080, true",
        "127.0.0.1:8080, true",
        "10.4.0.7:8080, true",
        "[::1]:8080, true",
        "[fe80::1%eth0], true",
        "up.example, true",
        "Up.Example:443, true",
        "evil.example, false",
        "up.example.evil.example, false",
        "localhost.evil.example, false",
        "127.0.0.1.evil.example, false",
        "127.0.0.1.evil.example:80, false",
        "[evil.example], false",
        "'', false"
    })
    void knowsTheNamesOfTheService(String authority, boolean isAllowed) {
        assertEquals(isAllowed, SiteNames.of(List.of("up.example")).allow(authority));
    }

    @Test
    void takesAnyNameWhereToldTo() {
        assertTrue(SiteNames.of(List.of("*")).allow("evil.example"));
    }
}
