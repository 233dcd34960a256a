package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_to_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_image_get_buffer_size;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.frame.Plane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * Test clips, made by the {@code ffmpeg} program from its own sources, and what {@code ffprobe} and
 * {@code ffmpeg} see in files: the oracle of all tests that touch media.
 */
public final class Clips {

    /** 50 moving pictures of 128x72 at 25 a second, as input arguments. */
    public static final String PICTURE =
            "-f lavfi -i testsrc2=size=128x72:rate=25:duration=2,format=yuv420p ";

    /** 50 pictures of 128x72 whose odd rows are a fiftieth of a second later than the even ones. */
    public static final String INTERLACED =
            "-f lavfi -i testsrc2=size=128x72:rate=50:duration=2,format=yuv420p"
                    + ",tinterlace=interleave_top,setfield=tff ";

    /** Two seconds of a tone, as input arguments. */
    public static final String TONE = "-f lavfi -i sine=frequency=440:duration=2 ";

    /** H.264 with B-frames and a key frame every 10 pictures, as output arguments. */
    public static final String H264 =
            "-c:v libx264 -preset veryfast -threads 1 -g 10 -bf 2 -x264-params scenecut=0 ";

    /** H.264 where pictures before a key picture refer to it, as output arguments. */
    public static final String H264_OPEN =
            "-c:v libx264 -preset veryfast -threads 1 -x264-params"
                    + " open-gop=1:keyint=10:min-keyint=10:bframes=3:b-adapt=0:scenecut=0 ";

    /** HEVC where pictures before a key picture refer to it, as output arguments. */
    public static final String HEVC_OPEN =
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=none:frame-threads=1"
                    + ":open-gop=1:keyint=10:min-keyint=10:bframes=3:b-adapt=0:scenecut=0 ";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A decoded picture.
     *
     * @param ptsTicks when it is shown, in ticks of the track's time base
     * @param md5 of its planes without gaps, in hexadecimal digits
     */
    public record Shown(long ptsTicks, String md5) {}

    private Clips() {}

    /**
     * Makes a clip.
     *
     * @param arguments inputs and settings for ffmpeg, separated by blanks
     * @return the file
     */
    public static Path make(Path file, String arguments) {
        ffmpeg(words(arguments + " FILE", file));
        return file;
    }

    /**
     * Makes a clip from another one.
     *
     * @param arguments for ffmpeg, separated by blanks, with the word FILE where the source stands
     * @return the file
     */
    public static Path make(Path file, Path source, String arguments) {
        List<String> all = new ArrayList<>(words(arguments, source));
        all.add(file.toString());
        ffmpeg(all);
        return file;
    }

    /** Writes bytes, such as a segment's, into a file that the programs can look at. */
    public static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's bytes. */
    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What ffprobe prints as JSON for these arguments. */
    public static JsonNode probe(Path file, String arguments) {
        return probe(words(arguments + " -of json FILE", file));
    }

    /** What ffprobe prints as JSON for these arguments, which name the input. */
    public static JsonNode probe(String arguments) {
        return probe(List.of((arguments + " -of json").split(" +")));
    }

    private static JsonNode probe(List<String> arguments) {
        try {
            return JSON.readTree(run("ffprobe", "error", arguments).out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The properties of a stream, such as {@code v:0}, by ffprobe's names. */
    public static JsonNode stream(Path file, String selector) {
        return probe(file, "-show_streams -select_streams " + selector).path("streams").path(0);
    }

    /** One number of each packet of a stream, such as {@code pts}, in the order of the file. */
    public static List<Long> packets(Path file, String selector, String field) {
        String arguments = "-select_streams %s -show_entries packet=%s".formatted(selector, field);
        List<Long> numbers = new ArrayList<>();
        for (JsonNode packet : probe(file, arguments).path("packets")) {
            numbers.add(packet.required(field).asLong());
        }
        return numbers;
    }

    /** Presentation times of the frames of a stream that are shown, in seconds and in order. */
    public static List<Double> frameSeconds(Path file) {
        String arguments = "-select_streams v:0 -show_entries frame=best_effort_timestamp_time";
        List<Double> times = new ArrayList<>();
        for (JsonNode frame : probe(file, arguments).path("frames")) {
            times.add(frame.required("best_effort_timestamp_time").asDouble());
        }
        return times;
    }

    /** MD5 of each packet's bytes, in order, by the index of its stream. */
    public static Map<Integer, List<String>> packetHashes(Path file) {
        String arguments =
                "-show_packets -show_data_hash md5 -show_entries packet=stream_index,data_hash";
        Map<Integer, List<String>> hashes = new TreeMap<>();
        for (JsonNode packet : probe(file, arguments).path("packets")) {
            hashes.computeIfAbsent(packet.path("stream_index").asInt(), i -> new ArrayList<>())
                    .add(packet.required("data_hash").asText());
        }
        return hashes;
    }

    /**
     * What ffmpeg decodes of a video track.
     *
     * @param clock the track's time base
     */
    public record Decoded(TimeBase clock, List<Shown> frames) {}

    /** What ffmpeg decodes of the first video track. */
    public static Decoded decoded(Path file) {
        return decoded(file, "null");
    }

    /**
     * What ffmpeg makes of the first video track.
     *
     * @param filters for its pictures, by their names in ffmpeg
     */
    public static Decoded decoded(Path file, String filters) {
        String arguments =
                "-copyts -i FILE -map 0:v:0 -vf %s -fps_mode passthrough -enc_time_base demux -f framemd5 -"
                        .formatted(filters);
        String text = ffmpeg(words(arguments, file));
        List<Shown> shown = new ArrayList<>();
        TimeBase clock = new TimeBase(1, 1);
        for (String line : text.lines().toList()) {
            String[] fields = line.split("[, /]+", -1);
            if (line.startsWith("#tb")) {
                clock = new TimeBase(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
            } else if (!line.startsWith("#")) {
                shown.add(new Shown(Long.parseLong(fields[2]), fields[5]));
            }
        }
        return new Decoded(clock, shown);
    }

    /**
     * How many frames of a video track, such as {@code v:0}, the ffmpeg program calls corrupt:
     * those that its decoder marks. With one thread, since with more the number varies.
     */
    public static long corruptFrames(Path file, String selector) {
        String arguments = "-threads 1 -i FILE -map 0:%s -f null -".formatted(selector);
        return ffmpeg("repeat+warning", words(arguments, file))
                .log()
                .lines()
                .filter(line -> line.contains("corrupt decoded frame"))
                .count();
    }

    /**
     * A copy of a clip with damage in the video packets from number {@code first} to {@code last}.
     */
    public static Path damaged(Path file, Path source, int first, int last) {
        String noise = "noise=amount=if(between(n\\,%d\\,%d)\\,200\\,0)".formatted(first, last);
        return make(file, source, "-copyts -i FILE -c copy -bsf:v " + noise);
    }

    /** MD5 of all samples of the first sound track, as ffmpeg decodes and trims them. */
    public static String soundMd5(Path file) {
        return ffmpeg(words("-i FILE -map 0:a:0 -f md5 -", file)).strip();
    }

    /**
     * MD5 of each frame of a track that the ffmpeg program decodes, in the order in which it gives
     * them: neither turned nor scaled, in the layout in which they are coded.
     *
     * @param track its number in the file
     */
    public static List<String> frameHashes(Path file, int track) {
        String arguments =
                "-threads 1 -noautorotate -i FILE -map 0:%d -noautoscale -fps_mode passthrough -f framemd5 -"
                        .formatted(track);
        return ffmpeg("fatal", words(arguments, file))
                .out()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .toList();
    }

    /** The pixel formats of the frames of a track, by their names in FFmpeg. */
    public static Set<String> layouts(Path file, int track) {
        String arguments = "-select_streams %d -show_entries frame=pix_fmt".formatted(track);
        Set<String> layouts = new TreeSet<>();
        for (JsonNode frame : probe(file, arguments).path("frames")) {
            layouts.add(frame.required("pix_fmt").asText());
        }
        return layouts;
    }

    /** What we decode of a picture, in the form of {@link #decoded}. */
    public static Shown shown(Picture picture) {
        MessageDigest md5 = newMd5();
        if (!picture.layout().planarYuv()) {
            md5.update(packed(picture));
            return new Shown(picture.ptsTicks(), HexFormat.of().formatHex(md5.digest()));
        }
        for (Plane plane : picture.planes()) {
            for (int y = 0; y < plane.height(); y++) {
                int from = y * plane.strideBytes();
                int bytes = plane.width() * plane.bytesPerSample();
                ByteBuffer row = plane.data().duplicate().clear().slice(from, bytes);
                md5.update(row);
            }
        }
        return new Shown(picture.ptsTicks(), HexFormat.of().formatHex(md5.digest()));
    }

    /** The samples of a picture of any layout, without gaps. */
    private static byte[] packed(Picture picture) {
        AVFrame frame = picture.raw();
        int size = av_image_get_buffer_size(frame.format(), frame.width(), frame.height(), 1);
        try (BytePointer copy = new BytePointer(size)) {
            av_image_copy_to_buffer(
                    copy,
                    size,
                    frame.data(),
                    frame.linesize(),
                    frame.format(),
                    frame.width(),
                    frame.height(),
                    1);
            byte[] bytes = new byte[size];
            copy.get(bytes);
            return bytes;
        }
    }

    /** Hands on each picture that we decode of a segment, and closes it. */
    static void pictures(byte[] segment, Consumer<Picture> taker) {
        try (Demuxer demuxer = Demuxer.open(segment);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            pictures(demuxer, decoder, taker);
        }
    }

    /** Hands on each picture that the decoder makes, and closes it. */
    static void pictures(Demuxer demuxer, VideoDecoder decoder, Consumer<Picture> taker) {
        Consumer<Picture> closing =
                picture -> {
                    try (picture) {
                        taker.accept(picture);
                    }
                };
        int track = demuxer.mainVideo().index();
        for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
            try (Packet packet = next) {
                if (packet.trackIndex() == track) {
                    decoder.decode(packet, closing);
                }
            }
        }
        decoder.decode(null, closing);
    }

    /** Where these characters stand first in a file, from the given place on, or -1. */
    public static int indexOf(byte[] file, String ascii, int from) {
        byte[] wanted = ascii.getBytes(StandardCharsets.US_ASCII);
        for (int i = from; i <= file.length - wanted.length; i++) {
            if (Arrays.equals(file, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * What ffmpeg warns of, line by line; none where it has nothing to complain of.
     *
     * @param arguments for ffmpeg, separated by blanks, with the word FILE where the source stands
     */
    public static List<String> warnings(Path file, String arguments) {
        return ffmpeg("warning", words(arguments, file)).log().lines().toList();
    }

    private static String ffmpeg(List<String> arguments) {
        return ffmpeg("error", arguments).out();
    }

    private static Said ffmpeg(String level, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-nostdin", "-y"));
        all.addAll(arguments);
        return run("ffmpeg", level, all);
    }

    /** What a program printed, and what it logged. */
    private record Said(String out, String log) {}

    /** Runs a program that logs what has the level, such as {@code error}, or a worse one. */
    private static Said run(String program, String level, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-v", level));
        all.addAll(arguments);
        try {
            Path errors = Files.createTempFile("clips", ".txt");
            try {
                Process process =
                        FfmpegProgram.process(program, all).redirectError(errors.toFile()).start();
                byte[] out = process.getInputStream().readAllBytes();
                int code = process.waitFor();
                if (code != 0) {
                    throw new AssertionError(
                            program + all + " ended with " + code + ": " + text(errors));
                }
                return new Said(new String(out, StandardCharsets.UTF_8), text(errors));
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + program + " ran", e);
        }
    }

    /** Arguments with a file's name, which may have blanks, in place of "FILE". */
    static List<String> words(String arguments, Path file) {
        return Arrays.stream(arguments.strip().split(" +"))
                .map(word -> word.equals("FILE") ? file.toString() : word)
                .toList();
    }

    private static String text(Path file) throws IOException {
        return FfmpegProgram.ownWords(Files.readString(file, StandardCharsets.UTF_8));
    }

    private static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has MD5", e);
        }
    }
}
