package io.upriver.teacher;

import io.upriver.data.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures as PNG bytes (ISO/IEC 15948), read only if nothing of them is damaged. */
final class PngFile {
    private static final int SIGNATURE = 8;
    private static final int TYPE = 4;
    private static final int AROUND_DATA = 12; // length, type and checksum of a chunk

    private PngFile() {}

    static byte[] encode(Picture picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture.toImage(), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The picture in colour; nothing if the bytes are not a whole PNG. */
    static Optional<Picture> decode(byte[] bytes) {
        if (!isWhole(bytes)) {
            return Optional.empty();
        }
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
            return Optional.ofNullable(image).map(Picture::rgb);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Follows the chunks to the last one and checks each checksum: ImageIO does not. */
    private static boolean isWhole(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int at = SIGNATURE;
        while (at + AROUND_DATA <= bytes.length) {
            int length = buffer.getInt(at);
            if (length < 0 || length > bytes.length - at - AROUND_DATA) {
                return false;
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes, at + Integer.BYTES, TYPE + length);
            if ((int) checksum.getValue() != buffer.getInt(at + Integer.BYTES + TYPE + length)) {
                return false;
            }
            String type = new String(bytes, at + Integer.BYTES, TYPE, StandardCharsets.US_ASCII);
            if (type.equals("IEND")) {
                return true;
            }
            at += AROUND_DATA + length;
        }
        return false;
    }
}
