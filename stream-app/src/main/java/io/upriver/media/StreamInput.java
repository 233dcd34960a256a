package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EIO;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import java.io.IOException;
import java.io.InputStream;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of Java's as FFmpeg input: read once, from its beginning on, as it comes.
 *
 * <p>The stream stays its owner's, who closes it; reading waits for as long as the stream does.
 */
final class StreamInput implements CustomInput {

    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Tickets<StreamInput> OPEN = new Tickets<>();
    private static final Read READ = new Read();

    private final InputStream stream;
    private final byte[] chunk = new byte[BUFFER_BYTES];
    private final Pointer ticket = OPEN.issue(this);
    private final AVIOContext context;
    private volatile @Nullable String failure;

    StreamInput(InputStream stream) {
        this.stream = stream;
        BytePointer buffer = new BytePointer(av_malloc(BUFFER_BYTES));
        context = avio_alloc_context(buffer, BUFFER_BYTES, 0, ticket, READ, null, null);
    }

    @Override
    public AVIOContext context() {
        return context;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        OPEN.withdraw(ticket);
        av_free(context.buffer());
        avio_context_free(context);
    }

    private int read(BytePointer target, int most) {
        try {
            int count = stream.read(chunk, 0, Math.min(most, chunk.length));
            if (count <= 0) {
                return AVERROR_EOF;
            }
            target.capacity(most).put(chunk, 0, count);
            return count;
        } catch (IOException | RuntimeException e) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
            return AVERROR_EIO();
        }
    }

    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer target, int most) {
            StreamInput input = OPEN.ownerOf(opaque);
            return input == null ? AVERROR_EOF : input.read(target, most);
        }
    }
}
