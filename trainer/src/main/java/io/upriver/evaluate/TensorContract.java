package io.upriver.evaluate;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.upriver.data.Picture;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the service relies on when it runs a model, tried out by ONNX Runtime on one thread of the
 * CPU:
 *
 * <ul>
 *   <li>one uint8 input [N,c,H,W] and one uint8 output [N,c,sH,sW], N, H and W free, c and s as the
 *       metadata say;
 *   <li>pictures of several sizes, one and three at a time; three at a time come out as each alone,
 *       to the bit;
 *   <li>a picture of one value keeps it, give or take {@value #FLATNESS}, where the border is out
 *       of reach;
 *   <li>for luma, which the service cuts into tiles: a tile with the receptive field around it
 *       comes out as in the whole picture, to the bit.
 * </ul>
 *
 * Sizes are multiples of the metadata's {@code multiple}; nothing else is promised.
 */
public final class TensorContract {
    /** Code values by which a picture of one value may change. */
    public static final int FLATNESS = 2;

    private static final int[][] SIZES = {{8, 8}, {39, 16}, {21, 37}};
    private static final int[] FLAT_VALUES = {16, 126, 235};
    private static final int BATCH = 3;
    private static final int TILE = 16;
    private static final int BEYOND = 8;

    private final OrtSession session;
    private final int channels;
    private final int scale;
    private final int multiple;
    private final int reach;

    private TensorContract(OrtSession session, ModelMetadata metadata) {
        this.session = session;
        this.channels = metadata.planes() == Planes.LUMA ? 1 : 3;
        this.scale = metadata.scale();
        this.multiple = metadata.multiple();
        this.reach = metadata.receptiveField();
    }

    /**
     * Tries a model out.
     *
     * @throws IllegalStateException for the first thing that is otherwise, saying what was expected
     */
    public static void check(byte[] model, ModelMetadata metadata) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Bytes become floats and back by operators that ONNX Runtime would take for
            // quantisation.
            options.addConfigEntry("session.disable_quant_qdq", "1");
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (OrtSession session =
                    OrtEnvironment.getEnvironment().createSession(model, options)) {
                TensorContract contract = new TensorContract(session, metadata);
                contract.checkDeclared("input", session.getInputInfo());
                contract.checkDeclared("output", session.getOutputInfo());
                contract.checkBatches();
                contract.checkFlatPictures();
                if (metadata.planes() == Planes.LUMA) {
                    contract.checkTiles();
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    private void checkDeclared(String what, Map<String, NodeInfo> tensors) {
        String found =
                tensors.values().stream()
                        .map(TensorContract::describe)
                        .collect(Collectors.joining(", "));
        String expected = OnnxJavaType.UINT8 + " [?," + channels + ",?,?]";
        if (!found.equals(expected)) {
            throw new IllegalStateException(
                    "expected " + expected + " as the model's " + what + ", got " + found);
        }
    }

    private void checkBatches() throws OrtException {
        for (int[] size : SIZES) {
            List<Picture> pictures = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                pictures.add(noise(roundUp(size[0]), roundUp(size[1]), i));
            }
            List<Picture> together = run(pictures);
            for (int i = 0; i < BATCH; i++) {
                Picture alone = run(pictures.get(i));
                if (!Arrays.equals(alone.samples(), together.get(i).samples())) {
                    throw new IllegalStateException(
                            "expected picture %d of %d of %s as when it comes alone, got another"
                                    .formatted(i + 1, BATCH, size(pictures.get(i))));
                }
            }
        }
    }

    private void checkFlatPictures() throws OrtException {
        int side = roundUp(2 * reach + TILE);
        for (int value : FLAT_VALUES) {
            byte[] samples = new byte[channels * side * side];
            Arrays.fill(samples, (byte) value);
            Picture large = run(new Picture(side, side, channels, samples));
            int inside = (side - 2 * reach) * scale;
            Picture middle = large.crop(reach * scale, reach * scale, inside, inside);
            for (byte sample : middle.samples()) {
                if (Math.abs((sample & 255) - value) > FLATNESS) {
                    throw new IllegalStateException(
                            "expected a picture of nothing but %d to stay so within %d, got %d"
                                    .formatted(value, FLATNESS, sample & 255));
                }
            }
        }
    }

    /** A tile in the middle and one in the corner, where its surroundings end with the picture. */
    private void checkTiles() throws OrtException {
        int tile = roundUp(TILE);
        int halo = roundUp(reach);
        int beyond = roundUp(BEYOND);
        int side = tile + 2 * (halo + beyond);
        Picture picture = noise(side, side, BATCH);
        Picture whole = run(picture);
        checkTile(picture, whole, beyond, halo, tile);
        checkTile(picture, whole, 0, 0, tile);
    }

    /**
     * The network sees a square from {@code from} on; the tile begins {@code before} samples in.
     */
    private void checkTile(Picture picture, Picture whole, int from, int before, int tile)
            throws OrtException {
        int seen = before + tile + roundUp(reach);
        Picture part =
                run(picture.crop(from, from, seen, seen))
                        .crop(before * scale, before * scale, tile * scale, tile * scale);
        int at = (from + before) * scale;
        if (!Arrays.equals(
                part.samples(), whole.crop(at, at, tile * scale, tile * scale).samples())) {
            throw new IllegalStateException(
                    "expected a tile with %d samples around it as in the whole picture, got another: the receptive field is larger"
                            .formatted(reach));
        }
    }

    private Picture run(Picture picture) throws OrtException {
        return run(List.of(picture)).get(0);
    }

    private List<Picture> run(List<Picture> pictures) throws OrtException {
        int width = pictures.get(0).width();
        int height = pictures.get(0).height();
        long[] shape = {pictures.size(), channels, height, width};
        ByteBuffer samples = ByteBuffer.allocateDirect(pictures.size() * channels * height * width);
        pictures.forEach(picture -> samples.put(picture.samples()));
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                OrtEnvironment.getEnvironment(),
                                samples.flip(),
                                shape,
                                OnnxJavaType.UINT8);
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
            OnnxTensor upscaled = (OnnxTensor) result.get(0); // closed with the result
            long[] expected = {
                pictures.size(), channels, (long) height * scale, (long) width * scale
            };
            long[] actual = upscaled.getInfo().getShape();
            if (!Arrays.equals(expected, actual)) {
                throw new IllegalStateException(
                        "expected %s for an input of %s and scale %d, got %s"
                                .formatted(
                                        describe(expected),
                                        describe(shape),
                                        scale,
                                        describe(actual)));
            }
            return split(upscaled.getByteBuffer(), pictures.size(), width * scale, height * scale);
        }
    }

    private List<Picture> split(ByteBuffer buffer, int count, int width, int height) {
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] samples = new byte[channels * width * height];
            buffer.get(samples);
            pictures.add(new Picture(width, height, channels, samples));
        }
        return pictures;
    }

    private Picture noise(int width, int height, long seed) {
        byte[] samples = new byte[channels * width * height];
        new Random(seed).nextBytes(samples);
        return new Picture(width, height, channels, samples);
    }

    private int roundUp(int size) {
        return (size + multiple - 1) / multiple * multiple;
    }

    private static String size(Picture picture) {
        return picture.width() + "x" + picture.height();
    }

    private static String describe(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo tensor
                ? tensor.type + " " + describe(tensor.getShape())
                : node.getInfo().toString();
    }

    private static String describe(long[] shape) {
        return LongStream.of(shape)
                .mapToObj(n -> n < 0 ? "?" : Long.toString(n))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
