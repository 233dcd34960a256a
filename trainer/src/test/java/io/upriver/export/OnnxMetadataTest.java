package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.publish.StudentModels;
import io.upriver.student.Specs;
import io.upriver.student.StudentSpec.Operator;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxMetadataTest {
    private static final byte[] MODEL =
            StudentModels.of("a", Specs.of(Operator.BSCONV_U), StudentModels.AGREEING);

    @Test
    void addsAKeyThatOnnxRuntimeReadsBack() {
        // When
        byte[] edited = OnnxMetadata.with(MODEL, "upriver.forced", "one\nzwölf, \"three\"");

        // Then
        Map<String, String> expected = new HashMap<>(metadata(MODEL));
        expected.put("upriver.forced", "one\nzwölf, \"three\"");
        assertEquals(expected, metadata(edited));
    }

    @Test
    void replacesAKeyAndLeavesTheOthers() {
        // When
        byte[] twice =
                OnnxMetadata.with(
                        OnnxMetadata.with(MODEL, "upriver.name", "b"), "upriver.name", "c");

        // Then
        Map<String, String> expected = new HashMap<>(metadata(MODEL));
        expected.put("upriver.name", "c");
        assertEquals(expected, metadata(twice));
    }

    @Test
    void leavesTheNetworkAsItIs() throws InvalidProtocolBufferException {
        Picture noise = SyntheticPictures.noise(24, 18, 1);

        // When
        byte[] edited = OnnxMetadata.with(MODEL, "upriver.forced", "yes");

        // Then
        assertEquals(
                ModelProto.parseFrom(MODEL).getGraph(), ModelProto.parseFrom(edited).getGraph());
        try (OnnxNetwork before = new OnnxNetwork(MODEL);
                OnnxNetwork after = new OnnxNetwork(edited)) {
            assertArrayEquals(before.upscale(noise).samples(), after.upscale(noise).samples());
        }
    }

    @Test
    void refusesWhatIsNoModel() {
        byte[] text = "no model at all".getBytes(StandardCharsets.UTF_8);

        assertThrows(IllegalArgumentException.class, () -> OnnxMetadata.with(text, "a", "b"));
    }

    private static Map<String, String> metadata(byte[] model) {
        try (OnnxNetwork network = new OnnxNetwork(model)) {
            return network.metadata();
        }
    }
}
