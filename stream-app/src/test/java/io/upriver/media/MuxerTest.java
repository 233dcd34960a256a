package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MuxerTest {

    private static final FileFormat MP4 = FileFormat.ofName("a.mp4");

    @TempDir static Path directory;

    private static Path clip;

    @BeforeAll
    static void makeClip() {
        clip =
                Clips.make(
                        at("clip.mp4"),
                        PICTURE
                                + TONE
                                + H264
                                + "-c:a aac -metadata title=A_day -metadata:s:a language=spa"
                                + " -metadata:s:a handler_name=Narrator -disposition:a forced");
    }

    @Test
    void copiesPacketsTimesNamesAndFlags() {
        for (String name : List.of("copy.mp4", "copy.mkv")) {
            // When
            Path copy = copy(clip, at(name));

            // Then
            assertEquals(Clips.packetHashes(clip), Clips.packetHashes(copy), name);
            assertEquals(Clips.frameSeconds(clip), Clips.frameSeconds(copy), name);
            JsonNode sound = Clips.stream(copy, "a:0");
            assertEquals("spa", sound.path("tags").path("language").asText(), name);
            assertEquals(1, sound.path("disposition").path("forced").asInt(), name);
            JsonNode tags = Clips.probe(copy, "-show_format").path("format").path("tags");
            assertEquals("A_day", tags.path("title").asText(tags.path("TITLE").asText()), name);
        }
    }

    @Test
    void putsTheIndexOfAnMp4InFront() {
        // When
        byte[] file = Clips.bytes(copy(clip, at("fast.mp4")));

        // Then
        int index = Clips.indexOf(file, "moov", 0);
        int data = Clips.indexOf(file, "mdat", 0);
        assertTrue(index > 0 && index < data, "moov at " + index + ", mdat at " + data);
    }

    @Test
    void takesTheEndingOfTheFinalNameAndNotThatOfTheFile() {
        // When
        Path part = at("result.mkv.part");
        copy(clip, part, "result.mkv");

        // Then
        JsonNode format = Clips.probe(part, "-show_format").path("format");
        assertEquals("matroska,webm", format.path("format_name").asText());
    }

    @Test
    void saysWhyAFileCannotBeWritten() {
        // Given
        Path nowhere = at("no such directory").resolve("a.mp4");

        // When
        MediaException refusal = assertThrows(MediaException.class, () -> Muxer.file(nowhere, MP4));

        // Then
        assertEquals(
                "cannot write " + nowhere + ": avio_open: No such file or directory",
                refusal.getMessage());
    }

    /** What Apple's players insist on, and what it promises: no parameter sets in the packets. */
    @Test
    void callsHevcInMp4ByTheNameThatSaysThatAllParameterSetsAreInTheHeader() {
        // Given
        EncoderSettings x265 = EncoderSettings.of("libx265", 1);
        byte[] segment;
        try (Demuxer demuxer = Demuxer.open(clip);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1);
                Encoding encoding = new Encoding(x265, SegmentFormat.MP4, demuxer.mainVideo())) {
            Clips.pictures(demuxer, decoder, encoding::add);

            // When
            segment = encoding.finish();
        }
        Path coded = Clips.write(at("hevc.segment.mp4"), segment);
        List<Path> files = List.of(coded, copy(coded, at("hevc.mp4")), copy(coded, at("hevc.mov")));

        // Then
        for (Path file : files) {
            assertEquals("hvc1", Clips.stream(file, "v:0").path("codec_tag_string").asText());
            Path sets = Clips.make(at("sets.hevc"), file, PARAMETER_SETS);
            assertEquals(0, Clips.bytes(sets).length, "parameter sets in packets of " + file);
            assertEquals(50, Clips.decoded(file).frames().size());
        }
    }

    private static final String PARAMETER_SETS =
            "-i FILE -map 0:v -c copy -bsf:v filter_units=pass_types=32-34 -f data";

    @Test
    void keepsTheNameOfHevcThatMayRepeatItsParameterSets() {
        // Given: a transport stream, and an MP4 that says so
        Path stream = Clips.make(at("h.ts"), clip, "-i FILE " + Clips.HEVC_OPEN + "-an");
        Path hev1 = Clips.make(at("hev1.mp4"), stream, "-i FILE -c copy -tag:v hev1");
        Path sets = Clips.make(at("sets.hevc"), stream, PARAMETER_SETS);
        assertTrue(Clips.bytes(sets).length > 0, "expected parameter sets in the packets");
        for (Path file : List.of(stream, hev1)) {
            // When
            Path copy = copy(file, at("copy.mp4"));

            // Then
            assertEquals("hev1", Clips.stream(copy, "v:0").path("codec_tag_string").asText());
        }
    }

    @Test
    void canBeGivenUpHalfWay() throws Exception {
        // Given
        Path target = at("half.mkv");
        try (Demuxer demuxer = Demuxer.open(clip)) {
            Muxer file = Muxer.file(target, FileFormat.ofName("half.mkv"));
            Muxer segment = Muxer.segment(SegmentFormat.MP4, demuxer.mainVideo());
            file.addCopy(demuxer.mainVideo());
            segment.addCopy(demuxer.mainVideo());
            file.start();
            segment.start();

            // When: nothing is finished, and closing twice is as good as once
            file.close();
            file.close();
            segment.close();
            segment.close();
        }

        // Then
        assertTrue(Files.deleteIfExists(target));
    }

    /** ISO/IEC 13818-1, 2.4.3.3: who joins segments sees counters that begin anew. */
    @Test
    void saysInATransportStreamSegmentThatItsCountersBeginAnew() {
        // When
        byte[] segment;
        try (Demuxer demuxer = Demuxer.open(clip);
                Muxer muxer = Muxer.segment(SegmentFormat.MPEG_TS, demuxer.mainVideo())) {
            copyAll(demuxer, muxer);
            segment = muxer.finishBytes();
        }

        // Then: each identifier's first packet, and no other, says so
        Map<Integer, List<Boolean>> said = new TreeMap<>();
        for (int at = 0; at < segment.length; at += TS_PACKET_BYTES) {
            int identifier = ((segment[at + 1] & 0x1F) << 8) | (segment[at + 2] & 0xFF);
            boolean hasAdaptation = (segment[at + 3] & 0x20) != 0 && segment[at + 4] != 0;
            said.computeIfAbsent(identifier, i -> new ArrayList<>())
                    .add(hasAdaptation && (segment[at + 5] & 0x80) != 0);
        }
        assertEquals(5, said.size(), "tables of programs, of tracks, of names; two tracks");
        said.forEach(
                (identifier, packets) -> {
                    assertTrue(packets.get(0), "first packet of " + identifier);
                    assertEquals(0, packets.lastIndexOf(true), "last packet of " + identifier);
                });
    }

    private static final int TS_PACKET_BYTES = 188;

    private static Path copy(Path from, Path to) {
        copy(from, to, to.getFileName().toString());
        return to;
    }

    private static void copy(Path from, Path to, String finalName) {
        try (Demuxer demuxer = Demuxer.open(from);
                Muxer muxer = Muxer.file(to, FileFormat.ofName(finalName))) {
            muxer.copyMetadata(demuxer);
            copyAll(demuxer, muxer);
            muxer.finish();
        }
    }

    private static void copyAll(Demuxer demuxer, Muxer muxer) {
        demuxer.tracks().forEach(muxer::addCopy);
        muxer.start();
        for (Packet packet = demuxer.read(); packet != null; packet = demuxer.read()) {
            muxer.write(packet.trackIndex(), packet);
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
