package io.upriver.media;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code ffprobe} sees in a file: its tracks, the pictures of the main one as the decoder
 * gives them, the packets of the others, its chapters.
 *
 * @param format the container and its tags
 * @param streams in the order of the file
 * @param main the largest moving picture's place among them, -1 for none
 * @param frames of that track, in the order in which they are shown
 * @param hashes MD5 of each packet's bytes, by track
 * @param chapters with start, end and tags
 */
public record Seen(
        JsonNode format,
        List<JsonNode> streams,
        int main,
        List<JsonNode> frames,
        Map<Integer, List<String>> hashes,
        JsonNode chapters) {

    /** Looks at a file that ffprobe can open. */
    public static Seen in(Path file) {
        JsonNode all = Clips.probe(file, "-show_format -show_streams -show_chapters");
        List<JsonNode> streams = new ArrayList<>();
        int main = -1;
        long largest = 0;
        for (JsonNode stream : all.path("streams")) {
            long area = stream.path("width").asLong() * stream.path("height").asLong();
            boolean still = stream.path("disposition").path("attached_pic").asInt() != 0;
            if (stream.path("codec_type").asText().equals("video") && !still && area > largest) {
                main = streams.size();
                largest = area;
            }
            streams.add(stream);
        }
        List<JsonNode> frames = new ArrayList<>();
        if (main >= 0) {
            Clips.probe(file, "-select_streams " + main + " -show_frames")
                    .path("frames")
                    .forEach(frames::add);
        }
        return new Seen(
                all.path("format"),
                streams,
                main,
                frames,
                Clips.packetHashes(file),
                all.path("chapters"));
    }

    /** The main track's properties by ffprobe's names. */
    public JsonNode video() {
        return streams.get(main);
    }

    /** When the frames of the main track are shown, in seconds. */
    public List<Double> seconds() {
        return frames.stream()
                .map(frame -> frame.path("best_effort_timestamp_time").asDouble(Double.NaN))
                .toList();
    }

    /** A side data entry of the main track or of its first frame, or a missing node. */
    public JsonNode sideData(String type) {
        List<JsonNode> places = new ArrayList<>();
        places.add(video().path("side_data_list"));
        frames.stream().limit(1).forEach(frame -> places.add(frame.path("side_data_list")));
        for (JsonNode list : places) {
            for (JsonNode entry : list) {
                if (entry.path("side_data_type").asText().equals(type)) {
                    return entry;
                }
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
}
