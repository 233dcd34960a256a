package io.upriver.job;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses files are fetched from. Whoever may name an address lets this service ask it, so
 * that what only this machine and its neighbours can reach is refused: settings of clouds, other
 * services, this one.
 *
 * <p>Source: the registries of special-purpose addresses (RFC 6890).
 */
final class PublicAddress {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private PublicAddress() {}

    /**
     * Checks the address of a file, by its words and by what its host's name stands for.
     *
     * @param privateToo whether private and loopback addresses are allowed
     * @throws JobException if it is refused
     */
    static void require(URI url, boolean privateToo) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw refused("expected an address with http or https, got " + url);
        }
        String host = url.getHost();
        if (host == null || url.getUserInfo() != null) {
            throw refused("expected an address with a host and without a password");
        }
        for (InetAddress address : addresses(host)) {
            if (!privateToo && !isPublic(address)) {
                throw refused(
                        "expected a public address, %s stands for %s; upriver.jobs.private-addresses allows such"
                                .formatted(host, address.getHostAddress()));
            }
        }
    }

    private static InetAddress[] addresses(String host) {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new JobException(
                    JobException.Kind.ADDRESS,
                    "url: expected a host that is known, got " + host,
                    e);
        }
    }

    /** True for what anybody in the world could reach too. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if (address instanceof Inet4Address) {
            boolean isSpecial =
                    first == 0
                            || first == 10
                            || first == 127
                            || first >= 224
                            || (first == 100 && (second & 0xC0) == 64)
                            || (first == 169 && second == 254)
                            || (first == 172 && (second & 0xF0) == 16)
                            || (first == 192 && (second == 168 || second == 0))
                            || (first == 198 && (second & 0xFE) == 18);
            return !isSpecial;
        }
        boolean isGlobalUnicast = (first & 0xE0) == 0x20;
        // protocols' own (Teredo among them), and IPv4 in disguise
        boolean isSpecial = first == 0x20 && ((second == 1 && bytes[2] < 2) || second == 2);
        return isGlobalUnicast && !isSpecial;
    }

    private static JobException refused(String sentence) {
        return new JobException(JobException.Kind.ADDRESS, "url: " + sentence);
    }
}
