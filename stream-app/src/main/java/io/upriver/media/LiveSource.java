package io.upriver.media;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address of a live stream: an URL that FFmpeg opens, or a file.
 *
 * <p>Each kind of address may lead to others of its kind only, whatever a playlist or a server
 * says: one that came by HTTP opens no file.
 *
 * @param url as it was given; a file has no scheme, or {@code file:}
 * @param listening true where the sender is to come to us
 */
public record LiveSource(String url, boolean listening) {

    private static final Pattern SCHEME = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*)://");
    private static final Pattern SECRET = Pattern.compile("(?<=://)[^/@]*@|[?#].*$");
    private static final String FILE = "file:";

    private static final String STREAMS = Demuxer.SEGMENT_FORMATS + ",flv,live_flv";

    /** What playlists of HLS name beside containers: sound and words alone. */
    private static final String RENDITIONS = ",hls,aac,mp3,ac3,eac3,webvtt";

    /** What kind of address it is. */
    private enum Kind {
        FILES("", "file", Demuxer.FILE_FORMATS, true, ""),
        HTTP(
                "http,https",
                "http,https,httpproxy,tcp,tls,crypto",
                Demuxer.FILE_FORMATS + RENDITIONS,
                true,
                "listen=1"),
        RTMP(
                "rtmp,rtmps,rtmpt,rtmpts,rtmpe,rtmpte",
                "rtmp,rtmps,rtmpt,rtmpts,rtmpe,rtmpte,ffrtmphttp,ffrtmpcrypt,http,https,tcp,tls",
                STREAMS,
                false,
                "listen=1"),
        RTSP(
                "rtsp,rtsps",
                "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
                "rtsp,sdp,rtp,mpegts",
                false,
                "rtsp_flags=listen"),
        SRT("srt", "srt", STREAMS, false, "mode=listener"),
        UDP("udp", "udp", STREAMS, false, ""),
        RTP("rtp", "rtp,udp", "rtp,sdp,mpegts", false, ""),
        TCP("tcp,tls", "tcp,tls", STREAMS, false, "listen=1");

        private final String schemes; // separated by commas, as all lists of FFmpeg's names
        private final String protocols;
        private final String formats;
        private final boolean ends;
        private final String listening; // the option that makes FFmpeg listen, or nothing

        Kind(String schemes, String protocols, String formats, boolean ends, String listening) {
            this.schemes = schemes;
            this.protocols = protocols;
            this.formats = formats;
            this.ends = ends;
            this.listening = listening;
        }

        private List<String> schemes() {
            return schemes.isEmpty() ? List.of() : List.of(schemes.split(","));
        }
    }

    /**
     * @throws IllegalArgumentException if the scheme is none that we open
     */
    public LiveSource {
        if (kindOf(url).listening.isEmpty() && listening) {
            throw new IllegalArgumentException(
                    "expected an address to listen at, such as rtmp://127.0.0.1:1935/live/cam, got "
                            + url);
        }
    }

    private static Kind kindOf(String url) {
        Matcher matcher = SCHEME.matcher(url);
        if (!matcher.find() || url.startsWith(FILE)) {
            return Kind.FILES;
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.schemes().contains(scheme))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected a file or an address beginning with %s, got %s"
                                                .formatted(known(), shown(url))));
    }

    private static String known() {
        return Arrays.stream(Kind.values())
                .flatMap(kind -> kind.schemes().stream())
                .map(scheme -> scheme + "://")
                .collect(Collectors.joining(", "));
    }

    /** True where the end of the bytes is the end of the stream, and not a sender that has gone. */
    public boolean hasAnEnd() {
        return kindOf(url).ends && !listening;
    }

    /** The address without names, passwords and keys, as it may be in messages. */
    public String label() {
        return shown(url);
    }

    private static String shown(String url) {
        return SCHEME.matcher(url).find() ? SECRET.matcher(url).replaceAll("") : url;
    }

    Opening opening(Waiting waiting) {
        Kind kind = kindOf(url);
        Map<String, String> options = new HashMap<>();
        if (kind == Kind.RTSP) {
            options.put("rtsp_flags", "prefer_tcp");
        } else if (kind == Kind.UDP || kind == Kind.RTP) {
            // Packets of 188 bytes that may wait: some 50 MB, a second of anything.
            options.put("fifo_size", "278876");
        }
        if (listening) {
            String[] option = kind.listening.split("=", 2);
            options.put(option[0], option[1]);
        }
        // Without the protocol's name, "a:b.ts" would be an address with the protocol "a".
        String address = kind == Kind.FILES && !url.startsWith(FILE) ? FILE + url : url;
        return new Opening(address, label(), null, kind.protocols, kind.formats, options, waiting);
    }
}
