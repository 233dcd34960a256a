package io.upriver.api;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names under which the service may be asked.
 *
 * <p>A name that somebody else owns can be made to point at this machine after a page of it was
 * loaded, and then the page is of the same origin as the service (DNS rebinding). So names are
 * known beforehand; an address in digits is not a name and cannot be pointed elsewhere.
 *
 * @param names in small letters, besides {@code localhost}
 * @param isAnyAllowed whether every name will do
 */
public record SiteNames(Set<String> names, boolean isAnyAllowed) {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+(%[^\\]]+)?]");
    private static final Pattern PORT = Pattern.compile(":\\d*$");

    public SiteNames {
        names = Set.copyOf(names);
    }

    /** Those of a setting, where {@code *} allows any. */
    public static SiteNames of(List<String> wanted) {
        Set<String> names =
                wanted.stream()
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        return new SiteNames(names, names.contains("*"));
    }

    /**
     * Whether a request may name this host.
     *
     * @param authority as in the header {@code Host}, with or without a port; null, as in HTTP/1.0,
     *     is no browser
     */
    boolean allow(@Nullable String authority) {
        if (isAnyAllowed || authority == null) {
            return true;
        }
        String host = PORT.matcher(authority.toLowerCase(Locale.ROOT)).replaceFirst("");
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches()
                || names.contains(host);
    }
}
