package io.upriver.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares an upscaled file with its original, as {@code ffprobe} sees both: whatever a viewer or
 * an archivist would miss is a complaint.
 */
final class Fidelity {

    private static final List<String> COLOUR =
            List.of(
                    "color_range",
                    "color_space",
                    "color_transfer",
                    "color_primaries",
                    "chroma_location");
    private static final double ONE_TICK_OF_MATROSKA = 0.001001;
    private static final double ROUNDING = 0.000_02;

    private final Seen in;
    private final Seen out;
    private final int scale;
    private final Set<String> exceptions;
    private final List<String> complaints = new ArrayList<>();

    private Fidelity(Seen in, Seen out, int scale, Set<String> exceptions) {
        this.in = in;
        this.out = out;
        this.scale = scale;
        this.exceptions = exceptions;
    }

    /**
     * Compares two files.
     *
     * @param leftOut how many tracks the job said it left out
     * @param exceptions names of checks that do not hold for this file, for a reason told elsewhere
     * @return what is wrong, in sentences that begin with the check's name
     */
    static List<String> complaints(
            Seen in, Seen out, int scale, int leftOut, Set<String> exceptions) {
        Fidelity fidelity = new Fidelity(in, out, scale, exceptions);
        fidelity.geometry();
        fidelity.times();
        fidelity.colour();
        fidelity.tracks(leftOut);
        fidelity.chapters();
        return fidelity.complaints;
    }

    private void expect(String check, Object expected, Object actual) {
        if (!exceptions.contains(check) && !expected.equals(actual)) {
            complaints.add(check + ": expected " + expected + ", got " + actual);
        }
    }

    private void geometry() {
        expect(
                "width",
                in.video().path("width").asInt() * scale,
                out.video().path("width").asInt());
        expect(
                "height",
                in.video().path("height").asInt() * scale,
                out.video().path("height").asInt());
        expect("aspect", aspect(in), aspect(out));
        expect(
                "rotation",
                in.sideData("Display Matrix").path("displaymatrix").asText(),
                out.sideData("Display Matrix").path("displaymatrix").asText());
        long woven =
                out.frames().stream().filter(f -> f.path("interlaced_frame").asInt() != 0).count();
        expect("progressive", 0L, woven);
    }

    /** Square pixels are often not written down. */
    private static String aspect(Seen file) {
        String words = file.video().path("sample_aspect_ratio").asText("1:1");
        return words.equals("0:1") || words.equals("N/A") ? "1:1" : words;
    }

    private void times() {
        expect("frames", in.frames().size(), out.frames().size());
        double tolerance =
                out.format().path("format_name").asText().contains("matroska")
                        ? ONE_TICK_OF_MATROSKA
                        : ROUNDING;
        List<Double> expected = in.seconds();
        List<Double> actual = out.seconds();
        String first = "";
        int wrong = 0;
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            boolean known = !Double.isNaN(expected.get(i));
            if (known && !(Math.abs(expected.get(i) - actual.get(i)) <= tolerance)) {
                wrong++;
                if (first.isEmpty()) {
                    first =
                            "frame %d at %s s, was %s s"
                                    .formatted(i, actual.get(i), expected.get(i));
                }
            }
        }
        expect("times", "0 moved ", wrong + " moved " + first);
    }

    private void colour() {
        for (String field : COLOUR) {
            expect(field, coded(in, field), coded(out, field));
        }
        expect("depth", depth(in), depth(out));
        for (String type : List.of("Mastering display metadata", "Content light level metadata")) {
            expect(type, in.sideData(type).toString(), out.sideData(type).toString());
        }
    }

    /** Where nothing is said, limited range and chroma on the left are meant (H.264, E.2.1). */
    private static String coded(Seen file, String field) {
        String word = file.video().path(field).asText("unknown").replace("unspecified", "unknown");
        return switch (field + " " + word) {
            case "color_range unknown" -> "tv";
            case "chroma_location unknown" -> "left";
            default -> word;
        };
    }

    /** Bits of a sample, by the end of the pixel format's name. */
    private static String depth(Seen file) {
        String format = file.video().path("pix_fmt").asText().replaceAll("(le|be)$", "");
        return format.matches(".*p\\d\\d|gray\\d\\d")
                ? format.replaceAll(".*(\\d\\d)$", "$1")
                : "8";
    }

    private void tracks(int leftOut) {
        List<JsonNode> carried = new ArrayList<>();
        List<List<String>> remaining = new ArrayList<>();
        for (JsonNode stream : out.streams()) {
            if (stream.path("index").asInt() != out.main()) {
                carried.add(stream);
            }
        }
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode stream : in.streams()) {
            if (stream.path("index").asInt() != in.main()) {
                others.add(stream);
                remaining.add(in.hashes().getOrDefault(stream.path("index").asInt(), List.of()));
            }
        }
        expect("tracks", others.size() - leftOut, carried.size());
        for (JsonNode stream : carried) {
            List<String> hashes =
                    out.hashes().getOrDefault(stream.path("index").asInt(), List.of());
            int source = remaining.indexOf(hashes);
            expect("packets", "a copy", source >= 0 ? "a copy" : "track " + stream.path("index"));
            if (source >= 0) {
                expect("language", tag(others.get(source), "language"), tag(stream, "language"));
                expect("title", tag(others.get(source), "title"), tag(stream, "title"));
                remaining.remove(source);
                others.remove(source);
            }
        }
    }

    private static String tag(JsonNode stream, String name) {
        String value = stream.path("tags").path(name).asText();
        return value.equals("und") ? "" : value;
    }

    private void chapters() {
        expect("chapters", chapters(in), chapters(out));
    }

    private static String chapters(Seen file) {
        TreeMap<Long, String> byMillis = new TreeMap<>();
        for (JsonNode chapter : file.chapters()) {
            byMillis.put(
                    Math.round(chapter.path("start_time").asDouble() * 1000),
                    chapter.path("tags").path("title").asText());
        }
        return byMillis.toString();
    }
}
