package io.upriver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.9",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.0.8",
                "198.19.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "fc00::1",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "2001::1",
                "2002:7f00:1::"
            })
    void isNoneThatOnlyNeighboursReach(String address) throws UnknownHostException {
        assertEquals(false, PublicAddress.isPublic(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "93.184.216.34",
                "100.128.0.1",
                "172.32.0.1",
                "192.1.0.1",
                "198.20.0.1",
                "223.255.255.1",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "2a00:1450::1"
            })
    void isOneThatEverybodyReaches(String address) throws UnknownHostException {
        assertEquals(true, PublicAddress.isPublic(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9092/x",
                "http://localhost/x",
                "https://[::1]/x",
                "http://2130706433/x"
            })
    void refusesThisMachineHoweverItIsCalled(String url) {
        JobException refusal =
                assertThrows(
                        JobException.class, () -> PublicAddress.require(URI.create(url), false));

        assertEquals(JobException.Kind.ADDRESS, refusal.kind());
        assertTrue(
                refusal.getMessage().startsWith("url: expected a public address, "),
                refusal.getMessage());
        PublicAddress.require(URI.create(url), true);
    }

    @Test
    void refusesOtherSchemesAndPasswordsAndNoHost() {
        for (String url :
                new String[] {
                    "file:///etc/passwd",
                    "ftp://a/b",
                    "clip.mp4",
                    "http:clip",
                    "http://127.1/x",
                    "http://me:my@1.1.1.1/"
                }) {
            assertThrows(
                    JobException.class, () -> PublicAddress.require(URI.create(url), true), url);
        }
    }
}
