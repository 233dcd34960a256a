package io.upriver.media;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_GENPTS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ENCRYPTION_INIT_INFO;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a file or a segment apart into the packets of its tracks, in the order in which they lie
 * there.
 *
 * <p>Only the containers listed here are opened, and none that refers to other files or addresses
 * (playlists, concat lists), since FFmpeg would follow those. Not thread-safe; close it from the
 * thread that uses it.
 */
public final class Demuxer implements AutoCloseable {

    static final String SEGMENT_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts";
    static final String FILE_FORMATS =
            SEGMENT_FORMATS
                    + ",mpeg,avi,flv,live_flv,asf,ogg,nut,mxf,ivf,obu,av1,h264,hevc,vvc,m4v"
                    + ",mpegvideo,yuv4mpegpipe,h263,dv,gxf,rm,wtv,mpegtsraw";

    static {
        Ffmpeg.quiet();
    }

    private static final Set<String> WITHOUT_PRESENTATION_TIMES =
            Set.of("avi", "asf", "mxf", "h264", "hevc");

    private final AVFormatContext context;
    private final Opening opening;
    private final LargestPicture largest;
    private final List<Track> tracks = new ArrayList<>();
    private final ClockMender clock;
    private @Nullable String damage;
    private final Map<Integer, PictureOrder> unordered = new HashMap<>();
    private long clockJumps;
    private boolean ended;

    private Demuxer(AVFormatContext context, Opening opening, LargestPicture largest) {
        this.context = context;
        this.opening = opening;
        this.largest = largest;
        this.clock = new ClockMender(context.iformat());
        for (int i = 0; i < context.nb_streams(); i++) {
            tracks.add(new Track(context.streams(i), largest));
        }
        if (WITHOUT_PRESENTATION_TIMES.contains(formatName())) {
            tracks.stream()
                    .filter(Track::isShownOutOfOrder)
                    .forEach(track -> unordered.put(track.index(), new PictureOrder(track)));
        }
        if (unordered.isEmpty()) {
            context.flags(context.flags() | AVFMT_FLAG_GENPTS);
        }
    }

    /**
     * Opens a file.
     *
     * @throws MediaException if it is not media in a container we open, or is encrypted, or does
     *     not move: the message says which
     */
    public static Demuxer open(Path file) {
        return open(file, LargestPicture.ANY);
    }

    /** As {@link #open(Path)}, with the largest pictures of it that are decoded. */
    public static Demuxer open(Path file, LargestPicture largest) {
        try (ByteSource bytes = Files.isReadable(file) ? ByteSource.of(file) : null) {
            // Without the protocol's name, "a:b.mp4" would be an address with the protocol "a".
            return open(
                    ofFile("file:" + file, file.toString(), null, FILE_FORMATS), bytes, largest);
        } catch (IOException e) {
            throw new MediaException(
                    MediaException.Kind.UNREADABLE, file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Opens a segment in memory; the bytes are read in place and must not change until the demuxer
     * is closed.
     *
     * @throws MediaException if they are not MPEG-TS, MP4 or Matroska, or are encrypted, or are
     *     fragments of MP4 that change in a way that FFmpeg does not follow
     */
    public static Demuxer open(byte[] segment) {
        return open(segment, LargestPicture.ANY);
    }

    /**
     * As {@link #open(byte[])}; memory for larger pictures is not even asked for.
     *
     * @param largest the largest pictures of it that are decoded; {@link VideoDecoder} refuses
     *     others
     */
    public static Demuxer open(byte[] segment, LargestPicture largest) {
        try (ByteSource bytes = ByteSource.of(segment)) {
            MemoryInput memory = new MemoryInput(segment);
            return open(ofFile("", "the segment", memory, SEGMENT_FORMATS), bytes, largest);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    /**
     * Opens a live stream of MPEG-TS, fragmented MP4, Matroska or FLV, which is read once.
     *
     * @param stream stays the caller's, who closes it later than the demuxer
     * @throws MediaException as for segments
     */
    public static Demuxer open(InputStream stream, LargestPicture largest) {
        StreamInput input = new StreamInput(stream);
        String formats = SEGMENT_FORMATS + ",flv,live_flv";
        return openLive(new Opening("", "the stream", input, "", formats, Map.of(), null), largest);
    }

    /** Opens what is read as it comes, of which nobody can look at the bytes before. */
    static Demuxer openLive(Opening opening, LargestPicture largest) {
        try {
            return open(opening, null, largest);
        } catch (IOException e) {
            throw new UncheckedIOException(opening.label() + " cannot be read", e);
        }
    }

    private static Opening ofFile(
            String url, String label, @Nullable CustomInput source, String formats) {
        return new Opening(url, label, source, "file", formats, Map.of(), null);
    }

    /**
     * @param bytes the same input to look at, or null where it cannot be read at all
     */
    private static Demuxer open(Opening opening, @Nullable ByteSource bytes, LargestPicture largest)
            throws IOException {
        AVFormatContext context = avformat_alloc_context();
        int code = opening.into(context);
        if (code < 0) {
            MediaException failure =
                    bytes == null
                            ? unopened(opening, code, opening.label() + " cannot be opened")
                            : InputCheck.unopened(bytes, code);
            opening.close();
            throw failure;
        }
        try {
            look(context, opening, largest);
        } catch (RuntimeException e) {
            avformat_close_input(context);
            opening.close();
            throw e;
        }
        Demuxer demuxer = new Demuxer(context, opening, largest);
        try {
            demuxer.refuseWhatIsReadWrong(bytes);
            return demuxer;
        } catch (RuntimeException | IOException e) {
            demuxer.close();
            throw e;
        }
    }

    private static MediaException unopened(Opening opening, int code, String what) {
        return new MediaException(
                MediaException.Kind.UNREADABLE, what + ": " + opening.reason(code));
    }

    /** Lets FFmpeg read and decode a little, to see what the tracks are. */
    private static void look(AVFormatContext context, Opening opening, LargestPicture largest) {
        int tracks = context.nb_streams();
        PointerPointer<AVDictionary> options = new PointerPointer<>(tracks);
        for (int i = 0; i < tracks; i++) {
            AVDictionary ofTrack = new AVDictionary(null);
            av_dict_set(ofTrack, "max_pixels", Long.toString(largest.codedSamples()), 0);
            options.put(i, ofTrack);
        }
        int code = avformat_find_stream_info(context, options);
        for (int i = 0; i < tracks; i++) {
            av_dict_free(options.position(i));
        }
        options.position(0).close();
        if (code < 0) {
            throw unopened(
                    opening,
                    code,
                    "it is %s, but what its tracks are cannot be found out"
                            .formatted(context.iformat().long_name().getString()));
        }
    }

    private void refuseWhatIsReadWrong(@Nullable ByteSource bytes) throws IOException {
        String format = formatName();
        if (bytes != null && format.startsWith("mov")) {
            InputCheck.refuseMp4(bytes);
            if (opening.source() != null) {
                Mp4Fragments.refuseChanges(bytes);
            }
        } else if (bytes != null && format.equals("mpegts")) {
            InputCheck.refuseScrambled(bytes);
        }
        for (Track track : tracks) {
            boolean hasKey = track.sideData(AV_PKT_DATA_ENCRYPTION_INIT_INFO) != null;
            // In MP4 such data may be left over from an encrypted version.
            if (hasKey && format.contains("matroska")) {
                throw InputCheck.encrypted(
                        "track %d (%s) names a key".formatted(track.index(), track.codecName()));
            }
        }
    }

    public List<Track> tracks() {
        return List.copyOf(tracks);
    }

    /**
     * The moving picture that is upscaled: the largest video track that has pictures and is not
     * cover art, the first of equals.
     *
     * @throws MediaException if there is none, or it has right colours only with data that
     *     upscaling would lose
     */
    public Track mainVideo() {
        Track video =
                tracks.stream()
                        .filter(t -> t.kind() == Track.Kind.VIDEO && !t.isCoverArt())
                        .filter(t -> !t.isEnhancementOnly() && !t.isWithoutPictures())
                        .filter(t -> !t.isUndescribed())
                        .max(
                                Comparator.comparingLong((Track t) -> (long) t.width() * t.height())
                                        .thenComparing(t -> -t.index()))
                        .orElseThrow(
                                () ->
                                        new MediaException(
                                                MediaException.Kind.NO_VIDEO,
                                                "expected a video track, found "
                                                        + describeTracks()));
        DolbyVision dolbyVision = DolbyVision.of(video);
        if (dolbyVision != null && !dolbyVision.hasCompatibleBase()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected a picture with colours of its own, found Dolby Vision profile %d, whose colours are wrong without data that describe the small pictures only; convert it to HDR10 first"
                            .formatted(dolbyVision.profile()));
        }
        return video;
    }

    /**
     * The next packet of any track, or null at the end. A damaged end is an end: see {@link
     * #damage()}.
     */
    public @Nullable Packet read() {
        while (true) {
            for (PictureOrder order : unordered.values()) {
                Packet timed = order.poll();
                if (timed != null) {
                    return timed;
                }
            }
            Packet packet = ended ? null : next();
            if (packet == null) {
                if (ended) {
                    return null;
                }
                ended = true;
                unordered.values().forEach(PictureOrder::end);
            } else if (unordered.containsKey(packet.trackIndex())) {
                unordered.get(packet.trackIndex()).add(packet);
            } else {
                return packet;
            }
        }
    }

    /** The next packet as it lies in the file, or null at the end. */
    private @Nullable Packet next() {
        AVPacket packet = av_packet_alloc();
        int code = opening.read(() -> av_read_frame(context, packet));
        if (code < 0) {
            av_packet_free(packet);
            if (!Ffmpeg.isEnd(code)) {
                damage = "reading ended early: " + opening.reason(code);
            }
            return null;
        }
        // MPEG-TS and FLV may announce tracks late.
        while (packet.stream_index() >= tracks.size()) {
            tracks.add(new Track(context.streams(tracks.size()), largest));
        }
        Track track = tracks.get(packet.stream_index());
        clockJumps += clock.mend(packet, track) ? 1 : 0;
        return new Packet(packet, track.timeBase());
    }

    /** How often the container's clock has started again or jumped; times go on all the same. */
    public long clockJumps() {
        return clockJumps;
    }

    /** That reading ended before the end and why, or null where it ended well. */
    public @Nullable String damage() {
        return damage;
    }

    /** FFmpeg's names of the container, such as {@code mov,mp4,m4a,3gp,3g2,mj2}. */
    public String formatName() {
        return context.iformat().name().getString();
    }

    /** Length in seconds as the container declares it, or 0. */
    public double durationSeconds() {
        return context.duration() > 0 ? context.duration() / (double) AV_TIME_BASE : 0;
    }

    /** How many chapters the file has. */
    public int chapters() {
        return context.nb_chapters();
    }

    AVFormatContext raw() {
        return context;
    }

    private String describeTracks() {
        if (tracks.isEmpty()) {
            return "no tracks at all";
        }
        List<String> words = new ArrayList<>();
        for (Track track : tracks) {
            String kind =
                    track.isCoverArt()
                            ? "cover picture"
                            : track.kind().name().toLowerCase(Locale.ROOT);
            words.add(
                    track.isUndescribed()
                            ? kind + " of which the file does not say how it is coded"
                            : kind + " (" + track.codecName() + ")");
        }
        return "only " + String.join(", ", words);
    }

    @Override
    public void close() {
        unordered.values().forEach(PictureOrder::close);
        avformat_close_input(context);
        opening.close();
    }
}
